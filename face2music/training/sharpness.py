"""Sharpness-aware minimisation: steps that go down where the loss is low all around, not only where the weights are.

Foret et al. 2021: weights found so generalise better, most of all from labels that are partly wrong, as FER-2013's are.
"""

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

_CLIMBERS = 4
_LEAST_CLIMBERS = 8
_LEAST_NORM = 1e-12


class SharpnessAware(keras.Model):
    """A functional model whose training step takes its gradient `radius` further up the loss than its weights are.

    The direction up is that of a quarter of the batch, which costs a quarter of a step and not a whole one. This quarter gives
    the batch statistics too, with the weights themselves; loss and metrics are those of the whole batch further up, and so a
    little worse than without. Made of the inputs and outputs of another model, whose layers it shares; to be compiled with a
    loss for each head, by its name, and the same `head_weights`.
    """

    radius: float
    head_weights: Mapping[str, float]

    def train_step(self, data: tuple[Any, ...]) -> dict[str, tf.Tensor]:
        """One step: up the loss of the quarter, gradient of the whole batch there, back, and down."""
        views, _, _ = data
        few = tf.minimum(tf.shape(views)[0], tf.maximum(_LEAST_CLIMBERS, tf.shape(views)[0] // _CLIMBERS))
        up = self._uphill(*tf.nest.map_structure(lambda values: values[:few], data))
        scale = self.radius / (tf.linalg.global_norm(up) + _LEAST_NORM)
        steps = [scale * gradient for gradient in up]
        statistics = [tf.identity(variable.value) for variable in self.non_trainable_weights]

        for weight, step in zip(self.trainable_variables, steps, strict=True):
            weight.assign_add(step)
        with tf.GradientTape() as tape:
            predicted = self(views, training=True)
            loss = self.compute_loss(*data[:2], predicted, data[2])
        down = tape.gradient(loss, self.trainable_variables)
        for weight, step in zip(self.trainable_variables, steps, strict=True):
            weight.assign_sub(step)
        for variable, value in zip(self.non_trainable_weights, statistics, strict=True):
            variable.assign(value)

        self.optimizer.apply_gradients(zip(down, self.trainable_variables, strict=True))
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(views)[0])
        return self.compute_metrics(*data[:2], predicted, data[2])

    def _uphill(self, views: tf.Tensor, targets: dict[str, tf.Tensor], counts: dict[str, tf.Tensor]) -> list[tf.Tensor]:
        """The gradient without a trace in the metrics, which `compute_loss` would leave there."""
        with tf.GradientTape() as tape:
            predicted = self(views, training=True)
            losses = [
                weight * self.loss[head](targets[head], predicted[head], counts[head])
                for head, weight in self.head_weights.items()
            ]
            loss = tf.add_n(losses)
        return tape.gradient(loss, self.trainable_variables)
