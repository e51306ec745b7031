"""A trained run -> the files that are served: folded weights in 16 bits for Keras and in 8 for LiteRT, and their description."""

import json
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from scipy.optimize import minimize

from face2music import emotion
from face2music.emotion.card import MOST_BIAS, TEMPERATURES, Card, read_card
from face2music.emotion.engine import in_single_precision, pointing_map
from face2music.emotion.litert import FEATURES, HEADS
from face2music.errors import RequestError
from face2music.training import model as networks
from face2music.training.data import LABELS, Faces
from face2music.training.model import LABELS_HEAD, VOTES_HEAD
from face2music.training.recipe import Recipe
from face2music.training.record import RUN

WEIGHTS, LITE, CARD = FILES = "emotion.keras", "emotion.tflite", "emotion.json"
# Below this largest probability the network is wrong more often than right, see "Not sure" in the model card.
SURE_FROM = 0.45
_BIAS_PENALTY = 0.002
# Fear and disgust are missed most often, so that a picture of theirs counts more when the bias is fitted.
CLASS_COUNTS = np.array([{"disgust": 1.3, "fear": 1.4}.get(name, 1.0) for name in LABELS])


def export(model: keras.Model, recipe: Recipe, basis: Faces | Card, learnt_from: Sequence[str], out: Path) -> dict[str, Any]:
    """Write what is served of a trained network into a folder, see `write_served` -> its description."""
    served = networks.build(recipe.network, recipe.size_px, "float16", folded=True)
    networks.fold(model, served)
    return write_served(served, recipe, basis, learnt_from, out)


def write_served(
    served: keras.Model, recipe: Recipe, basis: Faces | Card, learnt_from: Sequence[str], out: Path
) -> dict[str, Any]:
    """Write a folded network as `emotion.keras`, `emotion.tflite` and `emotion.json` -> what the last one holds.

    Heads and views are those of the recipe, `learnt_from` names the splits of the training. Temperature and bias are fitted to
    what the `.tflite` file, which is what is served, says of the pictures of the validation, or are those of another network's
    description, where all pictures were learnt.
    """
    served.save(out / WEIGHTS)
    (out / LITE).write_bytes(lite(served))
    card = {
        "labels": list(LABELS),
        "input": {"height_px": recipe.size_px, "width_px": recipe.size_px, "channels": 1, "range": [0.0, 1.0]},
        "output": "logits",
        "heads": {LABELS_HEAD: 1 - recipe.votes_share, VOTES_HEAD: recipe.votes_share},
        "views": [list(view) for view in recipe.views],
        "mirror": True,
        "sure_from": SURE_FROM,
        "parameters": served.count_params(),
        "learnt_from": list(learnt_from),
    }
    _write(card, out)
    if isinstance(basis, Card):
        temperature, bias = basis.temperature, np.array(basis.bias)
    else:
        by_head = emotion.load(out / LITE).log_probabilities(basis.images)
        pooled = sum(share * by_head[head] for head, share in card["heads"].items())
        temperature, bias = vector_scaling(pooled, basis.label, CLASS_COUNTS)
    card |= {"temperature": round(temperature, 4), "bias": [round(float(value), 4) for value in bias]}
    _write(card, out)
    return card


def served_files(run: Path, recipe: Recipe, validation: Faces) -> dict[str, bytes]:
    """The files that are served of a finished run, by name, as `write_served` makes them.

    They are calibrated on the pictures of the validation, or, of a run that was not validated, as they were.

    Raises
    ------
    RequestError
        If the folder holds no finished run of the recipe's network, or its weights are damaged.
    AssetError
        If its description is.
    """
    try:
        validated = json.loads((run / RUN).read_text(encoding="utf-8"))["recipe"].get("validate", True)
        model = keras.models.load_model(run / WEIGHTS, compile=False, safe_mode=True)
        if model.name != recipe.network or model.input_shape[1] != recipe.size_px:
            raise ValueError("another network")
    except (AttributeError, KeyError, OSError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise RequestError(
            f"{run} holds no finished run of this recipe to export; give the folder that `face2music train` wrote, and --recipe."
        ) from error
    card = read_card(run / CARD)
    with tempfile.TemporaryDirectory() as folder:
        write_served(model, recipe, validation if validated else card, card.learnt_from, Path(folder))
        return {name: Path(folder, name).read_bytes() for name in FILES}


def lite(model: keras.Model) -> bytes:
    """A network for LiteRT, in the two halves that `emotion/litert.py` describes.

    Its weights are rounded to 8 bits, and what flows through it as it comes (dynamic-range quantisation): a view takes a quarter
    of the time that floating point takes, and the answers hardly change, see the model card.
    """
    single = in_single_precision(model)
    features, heads = keras.Model(single.inputs, pointing_map(single)), keras.Model(pointing_map(single), single.output)
    halves = tf.Module()
    halves.variables_of_both = [variable.value for variable in single.variables]
    signatures = {
        FEATURES: _signature(features, lambda view: {"map": features(view, training=False)}),
        HEADS: _signature(heads, lambda view: heads(view, training=False)),
    }
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(halves, folder, signatures=signatures)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=list(signatures))
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        return converter.convert()


def _signature(half: keras.Model, call: Callable[[tf.Tensor], dict[str, tf.Tensor]]) -> tf.types.experimental.ConcreteFunction:
    shape = tf.TensorSpec(half.inputs[0].shape, tf.float32)
    return tf.function(call, input_signature=[shape], autograph=False).get_concrete_function()


def vector_scaling(pooled: np.ndarray, label: np.ndarray, counts: np.ndarray | None = None) -> tuple[float, np.ndarray]:
    """Temperature and bias (7,) with the least cross-entropy of pooled log-probabilities (n, 7) against labels (n,).

    With one temperature for all classes (Guo et al. 2017): the heads have learnt from classes of different frequency, and the
    bias, drawn to 0, puts those of the labels back. `counts` (7,) is how much a picture of each class counts, 1 where left out.
    Both stay within what a card may say: of pictures that are all answered rightly the best temperature would be 0.
    """
    rows = np.arange(len(label))
    weights = np.ones(len(label)) if counts is None else counts[label] / counts[label].mean()

    def cost(values: np.ndarray) -> float:
        scaled = pooled / np.exp(values[0]) + values[1:]
        cross_entropy = (weights * (np.logaddexp.reduce(scaled, axis=1) - scaled[rows, label])).mean()
        return float(cross_entropy + _BIAS_PENALTY * np.sum(values[1:] ** 2))

    bounds = [np.log(TEMPERATURES), *[(-MOST_BIAS, MOST_BIAS)] * pooled.shape[1]]
    best = minimize(cost, np.zeros(1 + pooled.shape[1]), bounds=bounds).x
    return float(np.exp(best[0])), best[1:]


def _write(card: dict[str, Any], out: Path) -> None:
    (out / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
