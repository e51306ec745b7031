"""The baseline network: the architecture of the original report, as a Keras model.

Convolutions with ReLU, batch normalisation and max-pooling, then a dense softmax head. Input float32 (n, 48, 48, 1) in [0, 1],
output probabilities (n, 7) in the order of `data.LABELS`.
"""

import keras
from keras import layers

from face2music.training.data import LABELS, SIZE

STEM_FILTERS = 32
STAGE_FILTERS = (64, 128, 256)
CONVOLUTIONS_A_STAGE = 2
DENSE_UNITS = 256


def baseline(dtype: str = "float32") -> keras.Model:
    """Build the untrained network; `dtype` is a Keras precision policy, of which float32 is the one that is served."""
    inputs = keras.Input((SIZE, SIZE, 1), name="face")
    x = _convolution(inputs, STEM_FILTERS, kernel=5, dtype=dtype)
    x = layers.MaxPooling2D(dtype=dtype)(x)
    for filters in STAGE_FILTERS:
        for _ in range(CONVOLUTIONS_A_STAGE):
            x = _convolution(x, filters, kernel=3, dtype=dtype)
        x = layers.MaxPooling2D(dtype=dtype)(x)
    x = layers.Flatten(dtype=dtype)(x)
    x = layers.Dense(DENSE_UNITS, activation="relu", kernel_initializer="he_normal", dtype=dtype)(x)
    x = layers.Dropout(0.4, dtype=dtype)(x)
    outputs = layers.Dense(len(LABELS), activation="softmax", dtype="float32", name="emotion")(x)
    return keras.Model(inputs, outputs, name="baseline")


def _convolution(x: keras.KerasTensor, filters: int, kernel: int, dtype: str) -> keras.KerasTensor:
    x = layers.Conv2D(filters, kernel, padding="same", use_bias=False, kernel_initializer="he_normal", dtype=dtype)(x)
    x = layers.BatchNormalization(dtype=dtype)(x)
    return layers.ReLU(dtype=dtype)(x)
