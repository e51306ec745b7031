"""What finished networks teach: their answers to the very views that the pupil gets, in part instead of labels and votes.

Answers to a picture as it is would be half learnt by heart; those to views that were turned, covered and mixed are not, and the
pupil learns the teachers' function and not their memory (Beyer et al. 2022, "Knowledge distillation: a good teacher is patient
and consistent").
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from face2music import emotion
from face2music.emotion import LABELS
from face2music.errors import RequestError
from face2music.training.export import LITE
from face2music.training.model import HEADS, LABELS_HEAD, VOTES_HEAD

# Views float32 (n, height, width, 1), labels and votes float32 (n, 7) -> labels and votes that are taught, alike.
Teaching = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]


def teaching(runs: Sequence[Path], share: float) -> Teaching:
    """A function that gives labels and votes of which the mean answer of finished runs, as they are served, takes a share.

    What is left of the votes beside the seven emotions stays left. Without runs, what comes is what goes.

    Raises
    ------
    RequestError
        If there are runs and no share for them, or the other way about; if the share is not one; if a folder holds no finished
        run.
    """
    if not 0 <= share <= 1:
        raise RequestError(f"The teachers' share of the labels is {share:g}; give a number from 0 to 1.")
    if bool(share) != bool(runs):
        raise RequestError("Give teachers and a share of the labels for them (--teacher, --teachers-share), or neither.")
    if not runs:
        return lambda views, labels, votes: (labels, votes)
    teachers = [_teacher(run) for run in runs]

    def answers(*seen: np.ndarray) -> list[np.ndarray]:
        said = [teacher.of_views(views) for teacher, views in zip(teachers, seen, strict=True)]
        return [np.mean([np.exp(each[head]) for each in said], axis=0) for head in HEADS]

    def taught(views: tf.Tensor, labels: tf.Tensor, votes: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        seen = [tf.image.resize(views, (teacher.card.height_px, teacher.card.width_px)) for teacher in teachers]
        by_head = dict(zip(HEADS, tf.numpy_function(answers, seen, [tf.float32] * len(HEADS), stateful=False), strict=True))
        for said in by_head.values():
            said.set_shape((None, len(LABELS)))
        counted = tf.reduce_sum(votes, axis=1, keepdims=True)
        return (
            (1 - share) * labels + share * by_head[LABELS_HEAD],
            (1 - share) * votes + share * counted * by_head[VOTES_HEAD],
        )

    return taught


def _teacher(run: Path) -> emotion.Recogniser:
    if not (run / LITE).is_file():
        raise RequestError(f"{run} holds no finished run to learn from; name the folder that `train --out` wrote.")
    return emotion.load(run / LITE)
