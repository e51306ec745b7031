"""A trained run -> the two files that are served: folded weights in half precision, and their description."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
from scipy.optimize import minimize

from face2music import emotion
from face2music.training import model as networks
from face2music.training.data import LABELS, Faces
from face2music.training.model import LABELS_HEAD, VOTES_HEAD
from face2music.training.recipe import Recipe

WEIGHTS, CARD = "emotion.keras", "emotion.json"
# Below this largest probability the network is wrong more often than right, see "Not sure" in the model card.
SURE_FROM = 0.45
_BIAS_PENALTY = 0.002


def export(model: keras.Model, recipe: Recipe, validation: Faces, out: Path) -> dict[str, Any]:
    """Write `emotion.keras` and `emotion.json`, calibrated on the validation pictures, and give back the description."""
    served = networks.build(recipe.network, recipe.size_px, "float16", folded=True)
    networks.fold(model, served)
    served.save(out / WEIGHTS)
    card = {
        "labels": list(LABELS),
        "input": {"height_px": recipe.size_px, "width_px": recipe.size_px, "channels": 1, "range": [0.0, 1.0]},
        "output": "logits",
        "heads": {LABELS_HEAD: 1 - recipe.votes_share, VOTES_HEAD: recipe.votes_share},
        "views": [list(view) for view in recipe.views],
        "mirror": True,
        "sure_from": SURE_FROM,
        "parameters": served.count_params(),
    }
    _write(card, out)
    by_head = emotion.load(out / WEIGHTS).log_probabilities(validation.images)
    pooled = sum(share * by_head[head] for head, share in card["heads"].items())
    found, bias = calibration(pooled, validation.label)
    card |= {"temperature": round(found, 4), "bias": [round(float(value), 4) for value in bias]}
    _write(card, out)
    return card


def calibration(pooled: np.ndarray, label: np.ndarray) -> tuple[float, np.ndarray]:
    """Temperature and bias (7,) with the least cross-entropy of pooled log-probabilities (n, 7) against labels (n,).

    Vector scaling with one temperature (Guo et al. 2017): the heads have learnt from classes of different frequency, and the
    bias, drawn to 0, puts those of the labels back.
    """
    rows = np.arange(len(label))

    def cost(values: np.ndarray) -> float:
        scaled = pooled / np.exp(values[0]) + values[1:]
        cross_entropy = (np.logaddexp.reduce(scaled, axis=1) - scaled[rows, label]).mean()
        return float(cross_entropy + _BIAS_PENALTY * np.sum(values[1:] ** 2))

    best = minimize(cost, np.zeros(1 + pooled.shape[1])).x
    return float(np.exp(best[0])), best[1:]


def _write(card: dict[str, Any], out: Path) -> None:
    (out / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
