"""The networks, as Keras models with heads for FER-2013's labels and, where there are votes to learn from, for FER+'s.

Input float32 (n, size, size, 1) in [0, 1]; each head gives logits float32 (n, 7) in the order of `data.LABELS`.
"""

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from face2music.training.data import LABELS, SIZE

HEADS = LABELS_HEAD, VOTES_HEAD = "labels", "votes"

STEM_FILTERS = 32
STAGE_FILTERS = (64, 128, 256)
CONVOLUTIONS_A_STAGE = 2
DENSE_UNITS = 256

RESIDUAL_FILTERS = (48, 96, 160, 320)
BLOCKS_A_STAGE = 2
SQUEEZE = 8
NORMALISED = "_normalised"
_LEAST_LENGTH = 1e-3


class FusedBatchNormalization(layers.BatchNormalization):
    """Batch normalisation by TensorFlow's fused kernel in training: the same result as Keras's, in a quarter of the time."""

    def call(self, inputs: tf.Tensor, training: bool | None = None, mask: tf.Tensor | None = None) -> tf.Tensor:
        """Normalise by the batch in training, and by the moving figures else."""
        if not training:
            return super().call(inputs, training=False, mask=mask)
        y, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=tf.cast(self.gamma, tf.float32),
            offset=tf.cast(self.beta, tf.float32),
            mean=tf.constant([], tf.float32),
            variance=tf.constant([], tf.float32),
            epsilon=self.epsilon,
            is_training=True,
        )
        for moving, batch in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(moving * self.momentum + batch * (1.0 - self.momentum))
        return y


def build(network: str, size_px: int | None, dtype: str = "float32", folded: bool = False) -> keras.Model:
    """Build a network for views of one size, or of any size (None) where it has no dense layer over the picture.

    `dtype` is a Keras precision policy; a `folded` network has the form that is served, see `fold`.
    """
    return {"baseline": baseline, "residual": residual}[network](size_px, Maker(dtype, folded))


def baseline(size_px: int | None, make: "Maker") -> keras.Model:
    """The architecture of the original report: convolutions, batch normalisation, max-pooling, and a dense head."""
    inputs = keras.Input((size_px or SIZE, size_px or SIZE, 1), name="face")
    x = make.relu(make.convolution(inputs, STEM_FILTERS, "stem", kernel=5))
    x = make(layers.MaxPooling2D)(x)
    for stage, filters in enumerate(STAGE_FILTERS, 1):
        for number in range(1, CONVOLUTIONS_A_STAGE + 1):
            x = make.relu(make.convolution(x, filters, f"stage{stage}_{number}"))
        x = make(layers.MaxPooling2D)(x)
    x = make(layers.Flatten)(x)
    x = make(layers.Dense, DENSE_UNITS, activation="relu", kernel_initializer="he_normal", name="dense")(x)
    x = make(layers.Dropout, 0.4)(x)
    return keras.Model(inputs, make.heads(x), name="baseline")


def residual(size_px: int | None, make: "Maker") -> keras.Model:
    """A residual network with squeeze and excitation (He et al. 2016; Hu et al. 2018) and two heads.

    Its weights do not depend on `size_px`: a network that learnt from small views goes on with larger ones.
    """
    inputs = keras.Input((size_px, size_px, 1), name="face")
    x = make.relu(make.convolution(inputs, RESIDUAL_FILTERS[0], "stem"))
    x = make(layers.MaxPooling2D, 3, 2, padding="same")(x)
    for stage, filters in enumerate(RESIDUAL_FILTERS, 1):
        for block in range(1, BLOCKS_A_STAGE + 1):
            x = _block(x, filters, f"stage{stage}_{block}", 2 if stage > 1 and block == 1 else 1, make)
    x = make(layers.GlobalAveragePooling2D)(x)
    return keras.Model(inputs, make.heads(x), name="residual")


def _block(x: keras.KerasTensor, filters: int, name: str, strides: int, make: "Maker") -> keras.KerasTensor:
    y = make.relu(make.convolution(x, filters, f"{name}_first", strides=strides))
    y = make.convolution(y, filters, f"{name}_second", gain="zeros")  # a block starts as the identity (Goyal et al. 2017)
    gate = make(layers.GlobalAveragePooling2D, keepdims=True)(y)
    gate = make(layers.Conv2D, filters // SQUEEZE, 1, activation="relu", name=f"{name}_squeeze")(gate)
    gate = make(layers.Conv2D, filters, 1, activation="sigmoid", name=f"{name}_excite")(gate)
    y = make(layers.Multiply)([y, gate])
    if strides > 1:
        x = make(layers.AveragePooling2D, strides, padding="same")(x)
    if x.shape[-1] != filters:
        x = make.convolution(x, filters, f"{name}_shortcut", kernel=1)
    return make.relu(make(layers.Add)([x, y]))


@dataclass(frozen=True)
class Maker:
    """Makes layers of one precision; `folded` for serving, where batch normalisation is part of the convolution before it."""

    dtype: str = "float32"
    folded: bool = False

    def __call__(self, layer: type[layers.Layer], *arguments: Any, **settings: Any) -> layers.Layer:
        """A layer of this precision."""
        return layer(*arguments, dtype=self.dtype, **settings)

    def relu(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """The positive part."""
        return self(layers.ReLU)(x)

    def convolution(
        self, x: keras.KerasTensor, filters: int, name: str, kernel: int = 3, strides: int = 1, gain: str = "ones"
    ) -> keras.KerasTensor:
        """A convolution and its batch normalisation, whose scale starts as `gain`."""
        settings = {"padding": "same", "use_bias": self.folded, "kernel_initializer": "he_normal", "name": name}
        x = self(layers.Conv2D, filters, kernel, strides=strides, **settings)(x)
        if self.folded:
            return x
        return self(FusedBatchNormalization, momentum=0.9, gamma_initializer=gain, name=name + NORMALISED)(x)

    def heads(self, x: keras.KerasTensor) -> dict[str, keras.KerasTensor]:
        """A dense layer for each head; its logits are float32 in training, whatever the precision before them."""
        dtype = self.dtype if self.folded else "float32"
        return {head: layers.Dense(len(LABELS), dtype=dtype, name=head)(x) for head in HEADS}


def fold(trained: keras.Model, served: keras.Model) -> None:
    """Put a trained network's weights into its folded form, each batch normalisation into the convolution before it."""
    for layer in served.layers:
        if not layer.weights:
            continue
        kernel, *bias = trained.get_layer(layer.name).get_weights()
        try:
            norm = trained.get_layer(layer.name + NORMALISED)
        except ValueError:
            layer.set_weights([kernel, *bias])
            continue
        gamma, beta, mean, variance = norm.get_weights()
        factor = gamma / np.sqrt(variance + norm.epsilon)
        layer.set_weights([kernel * factor, beta - mean * factor])


def unfold(served: keras.Model, trained: keras.Model, views: np.ndarray) -> None:
    """Put a folded network's weights into its form for training: the reverse of `fold`, but for the statistics of the batches.

    What folding threw away is measured again on views float32 (n, size, size, 1) like those to come. The filters, whose length
    is free where a normalisation follows, get length 1.
    """
    convolutions = {layer.name: layer.output for layer in served.layers if layer.name + NORMALISED in _names(trained)}
    outputs = keras.Model(served.inputs, convolutions).predict(views, verbose=0)
    for layer in served.layers:
        if not layer.weights:
            continue
        kernel, *bias = layer.get_weights()
        if layer.name not in convolutions:
            trained.get_layer(layer.name).set_weights([kernel, *bias])
            continue
        norm = trained.get_layer(layer.name + NORMALISED)
        length = np.maximum(np.sqrt((kernel**2).sum(axis=(0, 1, 2))), _LEAST_LENGTH)
        mean, variance = (outputs[layer.name] - bias[0]).mean(axis=(0, 1, 2)), outputs[layer.name].var(axis=(0, 1, 2))
        mean, variance = mean / length, variance / length**2
        gamma = np.sqrt(variance + norm.epsilon) * length
        trained.get_layer(layer.name).set_weights([kernel / length])
        norm.set_weights([gamma, bias[0] + mean * length, mean, variance])


def _names(model: keras.Model) -> set[str]:
    return {layer.name for layer in model.layers}
