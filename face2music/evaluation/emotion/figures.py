"""Figures from labels and probabilities, without a network: label int (n,), probabilities float (n, 7) in the order of LABELS."""

from typing import Any

import numpy as np
from sklearn.metrics import classification_report, confusion_matrix

from face2music.emotion import LABELS

BINS = 15
_KEYS = {"precision": "precision", "recall": "recall", "f1-score": "f1", "support": "support"}


def share_right(said: np.ndarray, label: np.ndarray) -> float | None:
    """Accuracy, or None where there is nothing to count."""
    return round(float((said == label).mean()), 4) if len(label) else None


def classification(label: np.ndarray, said: np.ndarray) -> dict[str, Any]:
    """Accuracy, precision, recall and F1 by class and on average, and the confusion matrix."""
    codes = list(range(len(LABELS)))
    report = classification_report(label, said, labels=codes, target_names=LABELS, output_dict=True, zero_division=0)
    rows = {
        name: {ours: round(float(report[name][theirs]), 4) for theirs, ours in _KEYS.items()}
        for name in (*LABELS, "macro avg", "weighted avg")
    }
    for row in rows.values():
        row["support"] = int(row["support"])
    return {
        "pictures": len(label),
        "labels": list(LABELS),
        "accuracy": share_right(said, label),
        "macro_f1": rows["macro avg"]["f1"],
        "weighted_f1": rows["weighted avg"]["f1"],
        "per_class": {name: rows[name] for name in LABELS},
        "averages": {"macro": rows["macro avg"], "weighted": rows["weighted avg"]},
        "confusion": confusion_matrix(label, said, labels=codes).tolist(),
    }


def calibration(probabilities: np.ndarray, label: np.ndarray) -> dict[str, Any]:
    """Expected calibration error (Guo et al. 2017): by bin of the largest probability, accuracy against mean probability."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == label
    which = np.minimum((confidence * BINS).astype(int), BINS - 1)
    bins = []
    for number in range(BINS):
        inside = which == number
        if inside.any():
            bins.append(
                {
                    "from": round(number / BINS, 4),
                    "pictures": int(inside.sum()),
                    "confidence": round(float(confidence[inside].mean()), 4),
                    "accuracy": round(float(right[inside].mean()), 4),
                }
            )
    error = sum(row["pictures"] * abs(row["accuracy"] - row["confidence"]) for row in bins) / len(label)
    return {"ece": round(float(error), 4), "bins": bins}


def doubt(probabilities: np.ndarray, label: np.ndarray, sure_from: float) -> dict[str, Any]:
    """How often the network is not sure, and how often it is right when it is and when it is not."""
    said, unsure = probabilities.argmax(axis=1), probabilities.max(axis=1) < sure_from
    return {
        "sure_from": sure_from,
        "not_sure": round(float(unsure.mean()), 4),
        "accuracy_when_sure": share_right(said[~unsure], label[~unsure]),
        "accuracy_when_not_sure": share_right(said[unsure], label[unsure]),
    }
