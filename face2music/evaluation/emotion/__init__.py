"""The emotion network on a split of FER-2013: accuracy by class, calibration, twins, FER+ agreement, robustness.

Rows of the confusion matrix are true labels, columns what the network said, both in the order of `labels`.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from face2music import assets, emotion
from face2music.emotion import Recogniser
from face2music.evaluation.emotion.figures import calibration, classification, doubt, share_right
from face2music.evaluation.emotion.report import FILES, as_markdown, as_text, write_report
from face2music.evaluation.emotion.robustness import robustness
from face2music.pipeline import WEIGHTS
from face2music.training.data import Faces, load, twins_of

__all__ = ["FILES", "as_markdown", "as_text", "evaluate", "write_report"]

BOTH_TESTS = "test"


def evaluate(
    data: Path, split: str, weights: Path | None = None, spoilt: bool = False, fewer_views: bool = False
) -> dict[str, Any]:
    """Read every face of a split with the network as it is served.

    Parameters
    ----------
    data
        FER-2013 in any form that `training.data.load` reads.
    split
        Name of the split; `test` is Kaggle's test folder, or PublicTest and PrivateTest together.
    weights
        A weights file with its description beside it; the shipped one where left out.
    spoilt
        Measure the robustness too, which reads every face 24 times more.
    fewer_views
        Measure too what the views bring: with the first one alone, and with and without their mirror images.

    Returns
    -------
    dict
        data, split, pictures, learnt (how many of the pictures the network has learnt from), labels, accuracy, macro_f1,
        weighted_f1, per_class (precision, recall, f1, support), averages, confusion, calibration, doubt, heads (accuracy by
        head), and, where they can be told, twins (accuracy with and without pictures that are pixel-identical to one that was
        learnt), ferplus (agreement with the majority of the votes, as served and by head), robustness (accuracy by defect and
        strength) and views (for fewer and all: accuracy as served and by head).

    Raises
    ------
    DataError
        If the data cannot be read or has no such split.
    """
    everything = load(data)
    faces = everything.split("PublicTest", "PrivateTest") if _both(everything, split) else everything.split(split)
    recogniser = emotion.load(weights or assets.path(WEIGHTS))
    by_head = recogniser.log_probabilities(faces.images)
    probabilities = recogniser.pooled(by_head)
    said = probabilities.argmax(axis=1)
    report = {
        "data": data.name,
        "split": split,
        "network": (weights or Path(WEIGHTS)).name,
        "learnt": int(np.isin(faces.usage, recogniser.card.learnt_from).sum()),
        **classification(faces.label, said),
        "calibration": calibration(probabilities, faces.label),
        "doubt": doubt(probabilities, faces.label, recogniser.card.sure_from),
        "heads": {head: share_right(values.argmax(axis=1), faces.label) for head, values in by_head.items()},
        "twins": _twins(everything, faces, said, recogniser.card.learnt_from),
        "ferplus": _ferplus(faces, said, by_head),
        "robustness": robustness(recogniser, faces) if spoilt else None,
        "views": _views(recogniser, faces) if fewer_views else None,
    }
    return {name: figures for name, figures in report.items() if figures is not None}


def _both(faces: Faces, split: str) -> bool:
    return split == BOTH_TESTS and {"PublicTest", "PrivateTest"} <= set(faces.usage)


def _twins(everything: Faces, faces: Faces, said: np.ndarray, learnt_from: Sequence[str]) -> dict[str, Any] | None:
    """Accuracy with and without the pictures that the network has learnt from, pixel by pixel, in another split."""
    learnt = np.isin(everything.usage, learnt_from)
    if not learnt.any() or np.isin(faces.usage, learnt_from).any():
        return None
    twins = twins_of(everything.images[learnt], faces.images)
    return {
        "pictures": int(twins.sum()),
        "accuracy_of_twins": share_right(said[twins], faces.label[twins]),
        "accuracy_without_twins": share_right(said[~twins], faces.label[~twins]),
    }


def _ferplus(faces: Faces, said: np.ndarray, by_head: dict[str, np.ndarray]) -> dict[str, Any] | None:
    """Agreement with FER+'s majority, on the pictures whose most frequent vote is one of the seven emotions."""
    counted = faces.votes.max(axis=1) > faces.other_votes
    if not counted.any():
        return None
    majority = faces.votes[counted].argmax(axis=1)
    return {
        "pictures": int(counted.sum()),
        "accuracy": share_right(said[counted], majority),
        "heads": {head: share_right(values[counted].argmax(axis=1), majority) for head, values in by_head.items()},
        "labels_agree": share_right(faces.label[counted], majority),
    }


def _views(recogniser: Recogniser, faces: Faces) -> list[dict[str, Any]]:
    """Accuracy as served and by head, with the first view and with all, without and with mirror images."""
    rows = []
    for count, mirror in product(sorted({1, len(recogniser.card.views)}), (False, True)):
        reader = replace(recogniser, card=replace(recogniser.card, views=recogniser.card.views[:count], mirror=mirror))
        by_head = reader.log_probabilities(faces.images)
        right = {head: share_right(values.argmax(axis=1), faces.label) for head, values in by_head.items()}
        served = share_right(reader.pooled(by_head).argmax(axis=1), faces.label)
        rows.append({"views": reader.card.views_read, "mirror": mirror, "accuracy": served, "heads": right})
    return rows
