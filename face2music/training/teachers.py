"""What a network is taught: FER-2013's labels, in part replaced by what finished networks say of the same pictures."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.special import softmax

from face2music import emotion
from face2music.errors import RequestError
from face2music.training.data import LABELS, Faces
from face2music.training.export import WEIGHTS
from face2music.training.model import LABELS_HEAD
from face2music.training.recipe import Recipe


def one_hot(faces: Faces) -> np.ndarray:
    """The labels as float32 (n, 7)."""
    return np.eye(len(LABELS), dtype=np.float32)[faces.label]


def targets(faces: Faces, recipe: Recipe, teachers: Sequence[Path]) -> np.ndarray:
    """The labels float32 (n, 7), of which the teachers' mean answer takes the recipe's share (Hinton et al. 2015).

    Raises
    ------
    RequestError
        If the recipe wants teachers and there are none, or the other way about, or a folder holds no finished run.
    """
    if bool(recipe.teachers_share) != bool(teachers):
        raise RequestError("Give teachers and a share of the labels for them (--teacher, --teachers-share), or neither.")
    if not teachers:
        return one_hot(faces)
    answers = np.mean([_answers(folder, faces) for folder in teachers], axis=0)
    return ((1 - recipe.teachers_share) * one_hot(faces) + recipe.teachers_share * answers).astype(np.float32)


def _answers(run: Path, faces: Faces) -> np.ndarray:
    if not (run / WEIGHTS).is_file():
        raise RequestError(f"{run} holds no finished run to learn from; name the folder that `train --out` wrote.")
    # The mean of several views' log-probabilities is not one of probabilities any more.
    return softmax(emotion.load(run / WEIGHTS).log_probabilities(faces.images)[LABELS_HEAD], axis=1)
