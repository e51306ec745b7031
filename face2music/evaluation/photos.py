"""Labelled photographs: how well the emotion is read there, how wide the crop should be, and how much each head should say.

What counts is macro recall (the mean over the emotions), since photographs show happy and neutral people far more often than
others. The margin of a crop is the share of the detector's box that is added at each edge.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from scipy.special import softmax
from tqdm import tqdm

from face2music import assets, emotion
from face2music.emotion import LABELS, Recogniser
from face2music.errors import DataError, NoFaceError, PictureError, RequestError
from face2music.evaluation.emotion.figures import calibration, classification, share_right
from face2music.face import CROP_MARGIN, crop_face, find_faces
from face2music.mood import EMOTIONS
from face2music.pipeline import WEIGHTS

if TYPE_CHECKING:
    from face2music.training.data import Faces

MARGINS = (-0.15, -0.1, -0.05, 0.0, 0.05, 0.1, 0.15, 0.2, 0.3)
VOTES_SHARES = (0.0, 0.1, 0.25, 0.5)
_SERVED = MARGINS.index(CROP_MARGIN)
_CALIBRATED_ON = "PublicTest"
_HEADS = "labels", "votes"  # of our own network, see `training.model`, which loads TensorFlow


def evaluate(photos: Path, weights: Path | None = None, data: Path | None = None) -> dict[str, Any]:
    """Find the largest face of each photograph and read it at every margin.

    Parameters
    ----------
    photos
        A folder with a folder of photographs for each emotion.
    weights
        A weights file with its description beside it; the shipped one where left out.
    data
        FER-2013 in any form that `training.data.load` reads. With it, a network of two heads is also measured with other shares
        of the votes' head, calibrated each time on PublicTest as `train` does, and with all classes counted alike.

    Returns
    -------
    dict
        network, photographs and faces (numbers by emotion), served_margin, and margins: for each one recall by emotion,
        macro_recall and accuracy; with `data` also heads: for each share of the votes macro_recall and accuracy on the
        photographs, and accuracy, macro_f1, the recalls of disgust and fear and the calibration error (ece) on PublicTest.

    Raises
    ------
    DataError
        If no face is found in any photograph, or the data cannot be read.
    RequestError
        If `data` is given for a network that has not the two heads, or has learnt from PublicTest.
    """
    recogniser = emotion.load(weights or assets.path(WEIGHTS))
    public = None if data is None else _public(recogniser, data)
    files = {name: sorted(file for file in (photos / name).glob("*") if file.is_file()) for name in EMOTIONS}
    found = [(name, _crops(file)) for name, file in tqdm([(n, f) for n in EMOTIONS for f in files[n]], unit="photo")]
    crops = [(name, views) for name, views in found if views is not None]
    if not crops:
        raise DataError(f"No face was found in the photographs of {photos}; it needs a folder for each of {', '.join(EMOTIONS)}.")
    label = np.array([LABELS.index(name) for name, _ in crops])
    views = np.stack([views for _, views in crops])
    by_head = [recogniser.log_probabilities(views[:, i]) for i in range(len(MARGINS))]
    said = [recogniser.pooled(each).argmax(axis=1) for each in by_head]
    figures = {
        "network": (weights or Path(WEIGHTS)).name,
        "photographs": {name: len(files[name]) for name in EMOTIONS},
        "faces": {name: int((label == LABELS.index(name)).sum()) for name in EMOTIONS},
        "served_margin": CROP_MARGIN,
        "margins": [{"margin": margin, **_right(label, row)} for margin, row in zip(MARGINS, said, strict=True)],
    }
    return figures if public is None else {**figures, "heads": list(_heads(recogniser, by_head[_SERVED], label, public))}


def _crops(file: Path) -> np.ndarray | None:
    """The largest face at every margin, uint8 (margins, 48, 48), or None where there is none."""
    try:
        portrait = find_faces(file)
    except (NoFaceError, PictureError):
        return None
    grey = cv2.cvtColor(portrait.picture, cv2.COLOR_RGB2GRAY)
    return np.stack([crop_face(grey, portrait.faces[0].box, margin) for margin in MARGINS])


def _right(label: np.ndarray, said: np.ndarray) -> dict[str, Any]:
    recall = {LABELS[code]: round(float((said[label == code] == code).mean()), 4) for code in np.unique(label)}
    return {
        "macro_recall": round(float(np.mean(list(recall.values()))), 4),
        "accuracy": share_right(said, label),
        "recall": recall,
    }


def _public(recogniser: Recogniser, data: Path) -> "Faces":
    from face2music.training.data import load

    if not {*_HEADS} <= set(recogniser.card.heads):
        raise RequestError("Only a network with the heads 'labels' and 'votes' can be weighed; leave --data out.")
    if _CALIBRATED_ON in recogniser.card.learnt_from:
        raise RequestError(
            f"The network has learnt from {_CALIBRATED_ON}, where its heads would be weighed; leave --data out, or give "
            "--weights of a run that was validated there."
        )
    return load(data).split(_CALIBRATED_ON)


def _heads(
    recogniser: Recogniser, photographs: Mapping[str, np.ndarray], label: np.ndarray, public: "Faces"
) -> Iterator[dict[str, Any]]:
    from face2music.training.export import CLASS_COUNTS, vector_scaling

    labels, votes = _HEADS
    by_head = recogniser.log_probabilities(public.images)
    for alike, share in product((False, True), VOTES_SHARES):
        pooled, those = ((1 - share) * each[labels] + share * each[votes] for each in (by_head, photographs))
        temperature, bias = vector_scaling(pooled, public.label, None if alike else CLASS_COUNTS)
        probabilities = softmax(pooled / temperature + bias, axis=1)
        classes = classification(public.label, probabilities.argmax(axis=1))
        seen = _right(label, (those / temperature + bias).argmax(axis=1))
        yield {
            "votes_share": share,
            "classes_counted_alike": alike,
            "macro_recall": seen["macro_recall"],
            "accuracy": seen["accuracy"],
            "PublicTest": {
                "accuracy": classes["accuracy"],
                "macro_f1": classes["macro_f1"],
                "recall": {name: classes["per_class"][name]["recall"] for name in ("disgust", "fear")},
                "ece": calibration(probabilities, public.label)["ece"],
            },
        }


def as_text(figures: dict[str, Any]) -> str:
    """The figures as tables to read: a line for each margin, and one for each share of the votes."""
    names = [name for name, n in figures["faces"].items() if n]
    found = ", ".join(f"{figures['faces'][name]} of {figures['photographs'][name]} {name}" for name in names)
    lines = [
        f"read by {figures['network']}; faces found: {found}",
        f"{'margin':>7}{'macro recall':>14}{'accuracy':>10}" + "".join(f"{name:>10}" for name in names),
    ]
    for row in figures["margins"]:
        mark = "*" if row["margin"] == figures["served_margin"] else " "
        recalls = "".join(f"{row['recall'][name]:10.3f}" for name in names)
        lines.append(f"{row['margin']:+6.2f}{mark}{row['macro_recall']:14.3f}{row['accuracy']:10.3f}{recalls}")
    return "\n".join([*lines, *_weighed(figures.get("heads"))])


def _weighed(rows: list[dict[str, Any]] | None) -> Iterator[str]:
    if not rows:
        return
    yield ""
    yield "on PublicTest, calibrated there, and on the photographs at the served margin:"
    yield "| votes' share | accuracy | macro F1 | recall of disgust | of fear | calibration error | macro recall | accuracy |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in rows:
        public, alike = row["PublicTest"], ", all classes counted alike" * row["classes_counted_alike"]
        cells = [
            f"{row['votes_share']:g}{alike}",
            f"{public['accuracy']:.1%}",
            f"{public['macro_f1']:.3f}",
            f"{public['recall']['disgust']:.2f}",
            f"{public['recall']['fear']:.2f}",
            f"{public['ece']:.1%}",
            f"{row['macro_recall']:.3f}",
            f"{row['accuracy']:.3f}",
        ]
        yield f"| {' | '.join(cells)} |"
