"""The emotion network on a split of FER-2013: accuracy, precision, recall and F1 of each class, confusion matrix.

Rows of the confusion matrix are true labels, columns what the network said, both in the order of `labels`.
"""

from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import classification_report, confusion_matrix

from face2music import assets, emotion
from face2music.errors import DataError
from face2music.pipeline import WEIGHTS
from face2music.training.data import LABELS, load


def evaluate(data: Path, split: str, weights: Path | None = None) -> dict[str, Any]:
    """Read every face of a split with the network as it is served.

    Parameters
    ----------
    data
        FER-2013 in any form that `training.data.load` reads.
    split
        Name of the split.
    weights
        A weights file with its description beside it; the shipped one where left out.

    Returns
    -------
    dict
        data, split, pictures, labels, accuracy, macro_f1, weighted_f1, per_class (precision, recall, f1, support) and
        confusion (rows true, columns predicted).

    Raises
    ------
    DataError
        If the data cannot be read, has no such split, or the network has other labels.
    """
    faces = load(data).split(split)
    recogniser = emotion.load(weights or assets.path(WEIGHTS))
    if sorted(recogniser.labels) != sorted(LABELS):
        raise DataError(f"The network reads {', '.join(recogniser.labels)}, but the data is labelled {', '.join(LABELS)}.")
    to_data = np.array([LABELS.index(label) for label in recogniser.labels])
    predicted = to_data[recogniser.probabilities(faces.images).argmax(axis=1)]
    return {"data": data.name, "split": split, **_figures(faces.label, predicted)}


def _figures(label: np.ndarray, predicted: np.ndarray) -> dict[str, Any]:
    codes = list(range(len(LABELS)))
    report = classification_report(label, predicted, labels=codes, target_names=LABELS, output_dict=True, zero_division=0)
    return {
        "pictures": len(label),
        "labels": list(LABELS),
        "accuracy": round(float((label == predicted).mean()), 4),
        "macro_f1": round(report["macro avg"]["f1-score"], 4),
        "weighted_f1": round(report["weighted avg"]["f1-score"], 4),
        "per_class": {
            name: {
                "precision": round(report[name]["precision"], 4),
                "recall": round(report[name]["recall"], 4),
                "f1": round(report[name]["f1-score"], 4),
                "support": int(report[name]["support"]),
            }
            for name in LABELS
        },
        "confusion": confusion_matrix(label, predicted, labels=codes).tolist(),
    }


def as_text(figures: dict[str, Any]) -> str:
    """The figures as a table to read."""
    lines = [
        f"{figures['data']}, {figures['split']}: {figures['pictures']:,} pictures",
        f"accuracy {figures['accuracy']:.2%}, macro F1 {figures['macro_f1']:.3f}, weighted F1 {figures['weighted_f1']:.3f}",
        "",
        f"{'':10}{'precision':>11}{'recall':>9}{'F1':>9}{'support':>9}",
    ]
    lines += [
        f"{name:10}{row['precision']:11.3f}{row['recall']:9.3f}{row['f1']:9.3f}{row['support']:9,}"
        for name, row in figures["per_class"].items()
    ]
    lines += ["", "confusion (rows true, columns predicted)", " " * 10 + "".join(f"{name:>10}" for name in figures["labels"])]
    lines += [
        f"{name:10}" + "".join(f"{n:10,}" for n in row) for name, row in zip(figures["labels"], figures["confusion"], strict=True)
    ]
    return "\n".join(lines)
