"""What a run must remember to go on: the moving average of its weights, and a checkpoint after each epoch."""

import os
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from face2music.emotion.engine import in_single_precision
from face2music.errors import RequestError, in_a_line
from face2music.training.export import WEIGHTS
from face2music.training.model import unfold

STATE, BEST = "checkpoint.npz", "best.npz"


class AverageWeights(keras.callbacks.Callback):
    """An exponential moving average of all weights, batch statistics included, that the validation figures are taken with."""

    def __init__(self, decay: float, every_batches: int = 4) -> None:
        super().__init__()
        self.decay = decay**every_batches
        self.every_batches = every_batches
        self.values: list[tf.Variable] = []

    def set_model(self, model: keras.Model) -> None:
        """Begin with the weights as they are."""
        super().set_model(model)
        self.values = self.values or [tf.Variable(weight.value, trainable=False) for weight in model.weights]
        self._update = tf.function(self._blend)

    def _blend(self, decay: tf.Tensor) -> None:
        for average, weight in zip(self.values, self.model.weights, strict=True):
            average.assign(average * decay + weight.value * (1 - decay))

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Move the average towards the weights; faster in the first batches, when it has seen little."""
        if batch % self.every_batches == 0:
            seen = float(self.model.optimizer.iterations)
            self._update(tf.constant(min(self.decay, (1 + seen) / (10 * self.every_batches + seen)), tf.float32))

    def _swap(self) -> None:
        for average, weight in zip(self.values, self.model.weights, strict=True):
            value = weight.numpy()
            weight.assign(average.numpy())
            average.assign(value)

    def on_test_begin(self, logs: dict | None = None) -> None:
        """Validate with the average."""
        self._swap()

    def on_test_end(self, logs: dict | None = None) -> None:
        """Go on training with the weights themselves."""
        self._swap()


class Checkpoint(keras.callbacks.Callback):
    """Saves weights, optimizer and moving average after each epoch, and the averaged weights of the best epoch.

    The best one is that of the greatest accuracy; without one to monitor, the last.
    """

    def __init__(self, folder: Path, average: AverageWeights, best_accuracy: float, monitor: str | None) -> None:
        super().__init__()
        self.file, self.best_file = folder / STATE, folder / BEST
        self.average = average
        self.best_accuracy = best_accuracy
        self.monitor = monitor

    def _variables(self) -> list:
        return [*self.model.weights, *self.model.optimizer.variables, *self.average.values]

    def on_epoch_end(self, epoch: int, logs: dict) -> None:
        """Write the state, each file whole or not at all."""
        if self.monitor is None or logs[self.monitor] > self.best_accuracy:
            _save(self.best_file, self.average.values)
        if self.monitor is not None:
            self.best_accuracy = max(self.best_accuracy, logs[self.monitor])
        _save(self.file, self._variables())

    def restore(self) -> None:
        """Put the saved state back into the model, its optimizer and the average.

        Raises
        ------
        RequestError
            If there is no state of this network in the folder, or its best weights are missing.
        """
        try:
            load_state(self.best_file, self.average.values)  # the run ends with them, unless it finds better ones
            load_state(self.file, self._variables())
        except Exception as error:  # a damaged archive raises whatever its readers stumble over
            raise RequestError(
                f"The run cannot go on from {self.file.parent} ({in_a_line(error)}); leave --resume out, and give another folder."
            ) from error


def _save(file: Path, variables: list) -> None:
    part = file.with_suffix(".part")
    with part.open("wb") as stream:
        np.savez(stream, *[np.asarray(variable) for variable in variables])
    os.replace(part, file)


def load_state(file: Path, variables: list) -> None:
    """Assign the saved values to variables of the same order and shapes."""
    with np.load(file, allow_pickle=False) as values:
        for i, variable in enumerate(variables):
            variable.assign(values[f"arr_{i}"])


def begin_with(run: Path, model: keras.Model, views: np.ndarray) -> None:
    """Give a new network the best weights of a finished run; where only what is served is left of it, those, see `unfold`.

    Parameters
    ----------
    run
        The run's folder.
    model
        The network that is to begin so.
    views
        Some of the views that it will learn from, float32 (n, size, size, 1), at least a few hundred.

    Raises
    ------
    RequestError
        If the folder holds no run of this network.
    """
    try:
        if (run / BEST).is_file():
            load_state(run / BEST, model.weights)
        else:
            unfold(in_single_precision(keras.models.load_model(run / WEIGHTS, compile=False, safe_mode=True)), model, views)
    except Exception as error:  # as in `Checkpoint.restore`
        raise RequestError(
            f"{run} holds no run of this network to begin with ({in_a_line(error)}); give the folder of another one."
        ) from error
