"""48x48 grey crops -> probability of each emotion, by the network in a weights file.

Crops are uint8 (n, height, width); probabilities are float32 (n, labels) and add up to 1 in each row. Label order, input size
and scaling are read from the JSON file beside the weights.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from face2music.errors import AssetError

_BATCH = 256


@dataclass(frozen=True)
class Recogniser:
    """A network that is ready to read crops; `labels` is the order of its columns, `size_px` the height and width it reads."""

    labels: tuple[str, ...]
    size_px: tuple[int, int]
    _network: Callable[[np.ndarray], np.ndarray]

    def probabilities(self, crops: np.ndarray) -> np.ndarray:
        """Probabilities float32 (n, labels) of crops uint8 (n, height, width): the mean over each crop and its mirror image.

        Raises
        ------
        ValueError
            If the crops have another shape or type.
        """
        if crops.dtype != np.uint8 or crops.ndim != 3 or crops.shape[1:] != self.size_px:
            raise ValueError(f"Crops must be uint8 (n, {self.size_px[0]}, {self.size_px[1]}), not {crops.dtype} {crops.shape}.")
        batches = [self._network(crops[i : i + _BATCH]) for i in range(0, len(crops), _BATCH)]
        return np.concatenate(batches) if batches else np.empty((0, len(self.labels)), np.float32)

    def read(self, crop: np.ndarray) -> dict[str, float]:
        """Probability of each label for one crop, uint8 (height, width)."""
        values = self.probabilities(crop[np.newaxis])[0]
        return {label: float(p) for label, p in zip(self.labels, values, strict=True)}


def load(weights: Path) -> Recogniser:
    """Load a network and compile it for serving; this loads TensorFlow, which takes seconds.

    Parameters
    ----------
    weights
        A `.keras` file with a JSON file of the same name beside it (labels; input height, width and range).

    Raises
    ------
    AssetError
        If either file is missing or damaged.
    """
    # Only before the first import: silence TensorFlow's start-up notes, and take the kernels whose results are the same
    # on every processor.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    import keras
    import tensorflow as tf

    try:
        card = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
        model = keras.models.load_model(weights, compile=False, safe_mode=True)
        labels, size_px = tuple(card["labels"]), (card["input"]["height_px"], card["input"]["width_px"])
        low, high = card["input"]["range"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AssetError(f"The network in {weights} cannot be loaded ({error}); get a fresh copy of the program.") from error

    @tf.function(input_signature=[tf.TensorSpec((None, *size_px), tf.uint8)])
    def network(crops: tf.Tensor) -> tf.Tensor:
        faces = tf.cast(crops, tf.float32)[..., tf.newaxis] * ((high - low) / 255.0) + low
        views = tf.concat([faces, tf.reverse(faces, axis=[2])], axis=0)
        return tf.reduce_mean(tf.reshape(model(views, training=False), (2, -1, len(labels))), axis=0)

    recogniser = Recogniser(labels, size_px, lambda crops: network(tf.constant(crops)).numpy())
    recogniser.read(np.zeros(size_px, np.uint8))
    return recogniser
