"""A weights file -> the network in it, ready to run; each kind of file is opened in one place (`.tflite` in `litert.py`).

Engines take views float32 (n, height, width, channels) and give each head's output (n, columns).
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from face2music.emotion.card import ONLY_HEAD, Card
from face2music.errors import AssetError

Engine = Callable[[np.ndarray], Mapping[str, np.ndarray]]
# Grad-CAM: a view (1, height, width, channels) and a column -> how much each place speaks for it, float32 (rows, columns).
Attention = Callable[[np.ndarray, int], np.ndarray]
_LEAST_MAP_PX = 5
_ROUNDING = 0.01  # how far outside 0 to 1 a network in 8 bits may say a probability


@dataclass(frozen=True)
class Network:
    """An open network; `run` takes `batch` views at once, any number where that is None."""

    weights: Path
    run: Engine
    batch: int | None
    attention: Attention | None

    def answers(self, views: np.ndarray, card: Card) -> dict[str, np.ndarray]:
        """What each head of the description says of views: float32 (n, number of labels), finite.

        Raises
        ------
        AssetError
            If what the network says is not what its description tells.
        """
        size = self.batch or len(views)
        full = np.concatenate([views, np.zeros((-len(views) % size, *views.shape[1:]), views.dtype)])
        parts = [self.run(full[i : i + size]) for i in range(0, len(full), size)]
        for part in parts:
            if problem := _problem(part, size, card):
                raise unfit(self.weights, problem)
        return {head: np.concatenate([part[head] for part in parts])[: len(views)].astype(np.float32) for head in card.heads}


def _problem(outputs: Mapping[str, np.ndarray], n: int, card: Card) -> str | None:
    """What is wrong with the answer to `n` views, if anything is."""
    for head in card.heads:
        if head not in outputs:
            return f'its outputs are {", ".join(outputs)}, but "heads" in its description names {head}'
        values, shape = np.asarray(outputs[head]), (n, len(card.labels))
        if values.shape != shape:
            return (
                f"it answers {n} views with numbers of the shape {values.shape}, but its {len(card.labels)} labels need {shape}"
            )
        if not np.issubdtype(values.dtype, np.floating):
            return f"it answers with values of the type {values.dtype}, not with floating-point numbers"
        if not np.isfinite(values).all():
            return "it answers with numbers that are not finite"
        if not card.logits and not -_ROUNDING <= values.min() <= values.max() <= 1 + _ROUNDING:
            return f"it answers with numbers from {values.min():.3g} to {values.max():.3g}, which are logits, not probabilities"
    return None


def unfit(weights: Path, problem: str) -> AssetError:
    """The refusal of a network that can be opened but not used."""
    description = weights.with_suffix(".json").name
    return AssetError(f"The network in {weights} cannot be used: {problem}; correct the network or {description}.")


def open_keras(weights: Path, card: Card) -> Network:
    """Load a `.keras` file; this loads TensorFlow, which takes seconds."""
    # Only before the first import: silence TensorFlow's start-up notes, and take the kernels whose results are the same
    # on every processor.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    import keras
    import tensorflow as tf

    model = in_single_precision(keras.models.load_model(weights, compile=False, safe_mode=True))
    if len(model.inputs) != 1:
        raise unfit(weights, many_inputs(len(model.inputs)))
    if not all(np.isfinite(values).all() for values in model.get_weights()):
        raise unfit(weights, "some of its weights are not finite")  # which a rectifier may hide from the answer
    batch, *shape = model.inputs[0].shape
    check_shape(shape, weights, card)

    @tf.function(input_signature=[tf.TensorSpec((batch, *shape), tf.float32)], autograph=False)
    def network(views: tf.Tensor) -> Mapping[str, tf.Tensor]:
        return by_head(model(views, training=False), card, _output_names(model))

    def attention(view: np.ndarray, column: int) -> np.ndarray:
        return _grad_cam(model, card, view, column)

    def run(views: np.ndarray) -> Mapping[str, np.ndarray]:
        return {head: values.numpy() for head, values in network(tf.constant(views)).items()}

    return Network(weights, run, batch, attention if batch in (None, 1) and _maps(model) else None)


def open_onnx(weights: Path, card: Card) -> Network:
    """Load an `.onnx` file, with channels last or first."""
    try:
        import onnxruntime
    except ImportError as error:
        raise AssetError(f"{weights.name} needs ONNX Runtime; install it: pip install onnxruntime.") from error

    session = onnxruntime.InferenceSession(str(weights), providers=["CPUExecutionProvider"])
    entries = session.get_inputs()
    if len(entries) != 1:
        raise unfit(weights, many_inputs(len(entries)))
    entry, names = entries[0], [output.name for output in session.get_outputs()]
    check_type(entry.type, "tensor(float)", weights)
    batch, *shape = entry.shape
    channels_first = shape == [card.channels, card.height_px, card.width_px]
    check_shape([*shape[1:], shape[0]] if channels_first else shape, weights, card)

    def run(views: np.ndarray) -> Mapping[str, np.ndarray]:
        values = session.run(names, {entry.name: views.transpose(0, 3, 1, 2) if channels_first else views})
        return by_head(values, card, names)

    return Network(weights, run, batch if isinstance(batch, int) else None, None)


def by_head(outputs: Any, card: Card, names: Sequence[str] = (ONLY_HEAD,)) -> Mapping[str, Any]:
    """What a network gives, by head, where it does not say itself by `names`; its only output may have any name."""
    if isinstance(outputs, Mapping):
        named = dict(outputs)
    else:
        named = dict(zip(names, outputs if isinstance(outputs, list | tuple) else [outputs], strict=True))
    return {ONLY_HEAD: next(iter(named.values()))} if len(named) == 1 and ONLY_HEAD in card.heads else named


def check_shape(shape: Sequence[int | str | None], weights: Path, card: Card) -> None:
    """Whether a network's input (height, width, channels) is the one of its description; AssetError where it is not."""
    described = (card.height_px, card.width_px, card.channels)
    if tuple(shape) != described:
        raise unfit(weights, f"its input is {tuple(shape)}, but its description says {described}")


def check_type(given: str, needed: str, weights: Path) -> None:
    """Whether a network takes floating-point numbers in 32 bits; AssetError where it does not."""
    if given != needed:
        raise unfit(weights, f"its input is of the type {given}, not {needed}")


def many_inputs(count: int) -> str:
    """What is wrong with a network that takes more than a picture."""
    return f"it has {count} inputs, but must have one, the picture"


def _output_names(model: Any) -> Sequence[str]:
    return getattr(model, "output_names", (ONLY_HEAD,))


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
    maps = _maps(model)
    if not maps:
        raise ValueError("the network has no feature map to point with")
    return maps[-1]


def _maps(model: Any) -> list[Any]:
    import keras

    outputs = keras.tree.flatten([layer.output for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)])
    return [output for output in outputs if len(output.shape) == 4 and (output.shape[1] or 0) >= _LEAST_MAP_PX]


def _grad_cam(model: Any, card: Card, view: np.ndarray, column: int) -> np.ndarray:
    """Grad-CAM (Selvaraju et al. 2017) on the last feature map that is fine enough to point with."""
    import keras
    import tensorflow as tf

    inner = keras.Model(model.inputs, {"map": pointing_map(model), "heads": by_head(model.output, card, _output_names(model))})
    with tf.GradientTape() as tape:
        seen = inner(tf.constant(view), training=False)
        score = tf.add_n([share * seen["heads"][head][:, column] for head, share in card.heads.items()])
    gradient = tape.gradient(score, seen["map"])
    weight = tf.reduce_mean(gradient, axis=(1, 2), keepdims=True)
    return tf.nn.relu(tf.reduce_sum(weight * seen["map"], axis=-1))[0].numpy()
