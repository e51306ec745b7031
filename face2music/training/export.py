"""A trained run -> the two files that are served: folded weights in half precision, and their description."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
from scipy.optimize import minimize_scalar

from face2music import emotion
from face2music.training import model as networks
from face2music.training.data import LABELS, Faces
from face2music.training.model import LABELS_HEAD, VOTES_HEAD
from face2music.training.recipe import Recipe

WEIGHTS, CARD = "emotion.keras", "emotion.json"
# Below this largest probability the network is wrong more often than right, see "Not sure" in the model card.
SURE_FROM = 0.45
_TEMPERATURES = (0.2, 5.0)


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
    card["temperature"] = round(temperature(pooled, validation.label), 4)
    _write(card, out)
    return card


def temperature(pooled: np.ndarray, label: np.ndarray) -> float:
    """The temperature with the least cross-entropy (Guo et al. 2017) of pooled log-probabilities (n, 7) against labels (n,)."""

    def cross_entropy(log_temperature: float) -> float:
        scaled = pooled / np.exp(log_temperature)
        log_sum = np.logaddexp.reduce(scaled, axis=1)
        return float((log_sum - scaled[np.arange(len(label)), label]).mean())

    best = minimize_scalar(cross_entropy, bounds=tuple(np.log(_TEMPERATURES)), method="bounded")
    return float(np.exp(best.x))


def _write(card: dict[str, Any], out: Path) -> None:
    (out / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
