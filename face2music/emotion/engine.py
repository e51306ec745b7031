"""A weights file -> a function that runs the network; each kind of file is opened in one place (`.tflite` in `litert.py`).

Engines take views float32 (n, height, width, channels) and give each head's output float32 (n, columns).
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from face2music.emotion.card import ONLY_HEAD, Card

Engine = Callable[[np.ndarray], Mapping[str, np.ndarray]]
# Grad-CAM: a view (1, height, width, channels) and a column -> how much each place speaks for it, float32 (rows, columns).
Attention = Callable[[np.ndarray, int], np.ndarray]
_LEAST_MAP_PX = 5


def open_keras(weights: Path, card: Card) -> tuple[Engine, Attention]:
    """Load a `.keras` file; this loads TensorFlow, which takes seconds."""
    # Only before the first import: silence TensorFlow's start-up notes, and take the kernels whose results are the same
    # on every processor.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    import keras
    import tensorflow as tf

    model = in_single_precision(keras.models.load_model(weights, compile=False, safe_mode=True))
    shape = (card.height_px, card.width_px, card.channels)
    check_shape(model.input_shape[1:], card)

    @tf.function(input_signature=[tf.TensorSpec((None, *shape), tf.float32)], autograph=False)
    def network(views: tf.Tensor) -> Mapping[str, tf.Tensor]:
        return by_head(model(views, training=False), card)

    def attention(view: np.ndarray, column: int) -> np.ndarray:
        return _grad_cam(model, card, view, column)

    def run(views: np.ndarray) -> Mapping[str, np.ndarray]:
        return {head: values.numpy() for head, values in network(tf.constant(views)).items()}

    return run, attention


def open_onnx(weights: Path, card: Card) -> tuple[Engine, None]:
    """Load an `.onnx` file, with channels last or first."""
    try:
        import onnxruntime
    except ImportError as error:
        raise ValueError("ONNX files need ONNX Runtime: pip install onnxruntime") from error

    session = onnxruntime.InferenceSession(str(weights), providers=["CPUExecutionProvider"])
    (entry,) = session.get_inputs()
    outputs = [output.name for output in session.get_outputs()]
    channels_first = tuple(entry.shape[1:]) == (card.channels, card.height_px, card.width_px)
    if not channels_first and tuple(entry.shape[1:]) != (card.height_px, card.width_px, card.channels):
        raise ValueError(
            f"its input is {entry.shape[1:]}, but its description says {card.height_px}x{card.width_px}x{card.channels}"
        )

    def run(views: np.ndarray) -> Mapping[str, np.ndarray]:
        values = session.run(outputs, {entry.name: views.transpose(0, 3, 1, 2) if channels_first else views})
        return {ONLY_HEAD: values[0]} if len(values) == 1 else dict(zip(outputs, values, strict=True))

    return run, None


def by_head(outputs: Any, card: Card) -> Mapping[str, Any]:
    """What a network gives, by head; its only output may have any name."""
    named = dict(outputs) if isinstance(outputs, Mapping) else {ONLY_HEAD: outputs}
    return {ONLY_HEAD: next(iter(named.values()))} if len(named) == 1 and ONLY_HEAD in card.heads else named


def check_shape(shape: tuple[int | None, ...], card: Card) -> None:
    """Whether a network's input (height, width, channels) is the one of its description; ValueError where it is not."""
    described = (card.height_px, card.width_px, card.channels)
    if tuple(shape) != described:
        raise ValueError(f"its input is {tuple(shape)}, but its description says {described}")


def in_single_precision(model: Any) -> Any:
    """The Keras network as float32: weights may be stored as float16 to be small, but processors compute float32 faster."""
    import keras

    if all(weight.dtype == "float32" for weight in model.weights):
        return model
    single = keras.models.clone_model(
        model, clone_function=lambda layer: type(layer).from_config({**layer.get_config(), "dtype": "float32"})
    )
    single.set_weights([weight.numpy().astype(np.float32) for weight in model.weights])
    return single


def pointing_map(model: Any) -> Any:
    """The last feature map of a Keras network that is fine enough to point with."""
    maps = [
        layer.output for layer in model.layers if len(layer.output.shape) == 4 and (layer.output.shape[1] or 0) >= _LEAST_MAP_PX
    ]
    if not maps:
        raise ValueError("the network has no feature map to point with")
    return maps[-1]


def _grad_cam(model: Any, card: Card, view: np.ndarray, column: int) -> np.ndarray:
    """Grad-CAM (Selvaraju et al. 2017) on the last feature map that is fine enough to point with."""
    import keras
    import tensorflow as tf

    inner = keras.Model(model.inputs, {"map": pointing_map(model), "heads": by_head(model.output, card)})
    with tf.GradientTape() as tape:
        seen = inner(tf.constant(view), training=False)
        score = tf.add_n([share * seen["heads"][head][:, column] for head, share in card.heads.items()])
    gradient = tape.gradient(score, seen["map"])
    weight = tf.reduce_mean(gradient, axis=(1, 2), keepdims=True)
    return tf.nn.relu(tf.reduce_sum(weight * seen["map"], axis=-1))[0].numpy()
