"""What webcams do to faces, at three strengths, and how many the network still reads: crops uint8 (48, 48) in, crops out."""

from collections.abc import Callable, Mapping
from typing import Any

import cv2
import numpy as np
from tqdm import tqdm

from face2music.emotion import Recogniser
from face2music.evaluation.emotion.figures import share_right
from face2music.training.data import Faces

Defect = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]


def _dim(crop: np.ndarray, light: float, rng: np.random.Generator) -> np.ndarray:
    noise = rng.normal(0, 5, crop.shape)
    return _pixels(crop * light + noise)


def _side_light(crop: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    ramp = np.linspace(1 - strength, 1 + strength, crop.shape[1])
    return _pixels(crop * (ramp if rng.random() < 0.5 else ramp[::-1]))


def _blur(crop: np.ndarray, sigma_px: float, rng: np.random.Generator) -> np.ndarray:
    return cv2.GaussianBlur(crop, (0, 0), sigma_px)


def _jpeg(crop: np.ndarray, quality: float, rng: np.random.Generator) -> np.ndarray:
    _, data = cv2.imencode(".jpg", crop, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE))


def _small(crop: np.ndarray, side_px: float, rng: np.random.Generator) -> np.ndarray:
    small = cv2.resize(crop, (int(side_px), int(side_px)), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, crop.shape[::-1], interpolation=cv2.INTER_CUBIC)


def _tilt(crop: np.ndarray, degrees: float, rng: np.random.Generator) -> np.ndarray:
    middle = (crop.shape[1] - 1) / 2
    turn = cv2.getRotationMatrix2D((middle, middle), degrees * rng.choice((-1, 1)), 1)
    return cv2.warpAffine(crop, turn, crop.shape[::-1], borderMode=cv2.BORDER_REPLICATE)


def _glasses(crop: np.ndarray, opacity: float, rng: np.random.Generator) -> np.ndarray:
    """Two round lenses with a bridge where FER-2013's faces have their eyes."""
    drawn = crop.copy()
    for x in (15, 33):
        cv2.circle(drawn, (x, 18), 7, 20, -1)
    glass = cv2.addWeighted(drawn, opacity, crop, 1 - opacity, 0)
    for x in (15, 33):
        cv2.circle(glass, (x, 18), 7, 20, 1)
    cv2.line(glass, (22, 18), (26, 18), 20, 1)
    return glass


def _covered(crop: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """A grey box over a random place."""
    side = round(share * len(crop))
    x, y = rng.integers(0, len(crop) - side + 1, 2)
    drawn = crop.copy()
    drawn[y : y + side, x : x + side] = rng.integers(0, 256)
    return drawn


DEFECTS: Mapping[str, tuple[Defect, tuple[float, float, float], str]] = {
    "low light": (_dim, (0.5, 0.3, 0.15), "of the light, with noise"),
    "side light": (_side_light, (0.4, 0.7, 1.0), "falling across the face"),
    "blur": (_blur, (0.8, 1.2, 1.8), "pixels, standard deviation"),
    "JPEG": (_jpeg, (40, 20, 10), "quality"),
    "small face": (_small, (30, 24, 18), "pixels wide"),
    "tilted head": (_tilt, (10, 20, 30), "degrees"),
    "glasses": (_glasses, (0.0, 0.5, 0.9), "opacity of the lenses"),
    "covered": (_covered, (0.2, 0.3, 0.4), "of the width, a box"),
}


def robustness(recogniser: Recogniser, faces: Faces, seed: int = 1) -> list[dict[str, Any]]:
    """Accuracy under each defect at each strength: a list of defect, unit, strengths and accuracies."""
    rows = []
    for name, (spoil, strengths, unit) in tqdm(DEFECTS.items(), unit="defect"):
        accuracies = [_accuracy(recogniser, faces, spoil, strength, np.random.default_rng(seed)) for strength in strengths]
        rows.append({"defect": name, "unit": unit, "strengths": list(strengths), "accuracies": accuracies})
    return rows


def _accuracy(recogniser: Recogniser, faces: Faces, spoil: Defect, strength: float, rng: np.random.Generator) -> float | None:
    crops = np.stack([spoil(crop, strength, rng) for crop in faces.images])
    return share_right(recogniser.probabilities(crops).argmax(axis=1), faces.label)


def _pixels(values: np.ndarray) -> np.ndarray:
    return np.clip(values, 0, 255).astype(np.uint8)
