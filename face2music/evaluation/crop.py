"""How wide the crop around a found face should be: recall of the emotion network on labelled photographs, by margin.

The margin is the share of the detector's box that is added at each edge; what counts is macro recall (the mean over the
emotions), since photographs show happy and neutral people far more often than others.
"""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from tqdm import tqdm

from face2music import assets, emotion
from face2music.errors import DataError, NoFaceError, PictureError
from face2music.face import CROP_MARGIN, crop_face, find_faces
from face2music.mood import EMOTIONS
from face2music.pipeline import WEIGHTS

MARGINS = (-0.15, -0.1, -0.05, 0.0, 0.05, 0.1, 0.15, 0.2, 0.3)


def evaluate(photos: Path) -> dict[str, Any]:
    """Find the largest face of each photograph and read it at every margin.

    Parameters
    ----------
    photos
        A folder with a folder of photographs for each emotion.

    Returns
    -------
    dict
        photographs and faces (numbers by emotion), served_margin, and margins: for each one recall by emotion, macro_recall
        and accuracy.

    Raises
    ------
    DataError
        If no face is found in any photograph.
    """
    files = {name: sorted(file for file in (photos / name).glob("*") if file.is_file()) for name in EMOTIONS}
    found = [(name, _crops(file)) for name, file in tqdm([(n, f) for n in EMOTIONS for f in files[n]], unit="photo")]
    crops = [(name, views) for name, views in found if views is not None]
    if not crops:
        raise DataError(f"No face was found in the photographs of {photos}; it needs a folder for each of {', '.join(EMOTIONS)}.")
    recogniser = emotion.load(assets.path(WEIGHTS))
    label = np.array([recogniser.labels.index(name) for name, _ in crops])
    views = np.stack([views for _, views in crops])
    predicted = np.stack([recogniser.probabilities(views[:, i]).argmax(axis=1) for i in range(len(MARGINS))])
    return {
        "photographs": {name: len(files[name]) for name in EMOTIONS},
        "faces": {name: int((label == recogniser.labels.index(name)).sum()) for name in EMOTIONS},
        "served_margin": CROP_MARGIN,
        "margins": [_figures(margin, label, row, recogniser.labels) for margin, row in zip(MARGINS, predicted, strict=True)],
    }


def _crops(file: Path) -> np.ndarray | None:
    """The largest face at every margin, uint8 (margins, 48, 48), or None where there is none."""
    try:
        portrait = find_faces(file)
    except (NoFaceError, PictureError):
        return None
    grey = cv2.cvtColor(portrait.picture, cv2.COLOR_RGB2GRAY)
    return np.stack([crop_face(grey, portrait.faces[0].box, margin) for margin in MARGINS])


def _figures(margin: float, label: np.ndarray, predicted: np.ndarray, labels: tuple[str, ...]) -> dict[str, Any]:
    recall = {labels[code]: round(float((predicted[label == code] == code).mean()), 4) for code in np.unique(label)}
    return {
        "margin": margin,
        "macro_recall": round(float(np.mean(list(recall.values()))), 4),
        "accuracy": round(float((label == predicted).mean()), 4),
        "recall": recall,
    }


def as_text(figures: dict[str, Any]) -> str:
    """The figures as a table to read, a line for each margin."""
    names = [name for name, n in figures["faces"].items() if n]
    found = ", ".join(f"{figures['faces'][name]} of {figures['photographs'][name]} {name}" for name in names)
    lines = [
        f"faces found: {found}",
        f"{'margin':>7}{'macro recall':>14}{'accuracy':>10}" + "".join(f"{name:>10}" for name in names),
    ]
    for row in figures["margins"]:
        mark = "*" if row["margin"] == figures["served_margin"] else " "
        recalls = "".join(f"{row['recall'][name]:10.3f}" for name in names)
        lines.append(f"{row['margin']:+6.2f}{mark}{row['macro_recall']:14.3f}{row['accuracy']:10.3f}{recalls}")
    return "\n".join(lines)
