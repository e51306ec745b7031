"""FER-2013 in the three forms that it is passed around in -> one table of faces.

Conventions: images are uint8 (n, 48, 48), grey; labels are indices into `LABELS`, which is the order of FER-2013's own
codes; `usage` names the split of each picture ('Training', 'PublicTest', 'PrivateTest', or 'test' for Kaggle's folders, where
the two tests are mixed).
"""

import csv
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from face2music.emotion import LABELS
from face2music.errors import DataError, in_a_line

SIZE = 48
# The columns of FER+ in the order of LABELS; it has contempt, unknown and not-a-face besides.
_FERPLUS = ("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt", "unknown", "not a face")
_FERPLUS_COLUMNS = [_FERPLUS.index(name) for name in LABELS]
FERPLUS_TABLE = "fer2013new.csv"
_FERPLUS_TABLE_COLUMNS = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF"]
_FOLDER_USAGE = {"train": "Training", "test": "test"}


@dataclass(frozen=True)
class Faces:
    """Labelled faces: images uint8 (n, 48, 48), label int (n,), usage str (n,), votes float32 (n, 7).

    `votes` is the share of FER+'s annotators that chose each of `LABELS`; a row adds up to less than 1 where some chose
    contempt, unknown or not a face, and to 0 where there are no votes. `other_votes` float32 (n,) is the share of the most
    frequent of those three.
    """

    images: np.ndarray
    label: np.ndarray
    usage: np.ndarray
    votes: np.ndarray
    other_votes: np.ndarray

    def __len__(self) -> int:
        return len(self.label)

    def split(self, *names: str) -> "Faces":
        """The faces of one split or several.

        Raises
        ------
        DataError
            If the data has no such split.
        """
        chosen = np.isin(self.usage, names)
        if not chosen.any():
            raise DataError(f"The data has no split {' or '.join(names)}; it has {', '.join(sorted(set(self.usage)))}.")
        return self.where(chosen)

    def where(self, chosen: np.ndarray) -> "Faces":
        """The faces that a mask (n,) or an array of indices chooses."""
        return Faces(*(values[chosen] for values in vars(self).values()))


def load(path: str | Path) -> Faces:
    """Read FER-2013 from an npz file, Kaggle's `fer2013.csv`, or Kaggle's folders `train/` and `test/`.

    Parameters
    ----------
    path
        A `.npz` with the keys images, label, usage and, where there are votes of FER+'s annotators, ferplus (n, 10); a `.csv`
        with the columns emotion, pixels and Usage, beside which FER+'s own `fer2013new.csv` may lie; or a folder that
        holds `train/` or `test/` with a folder of pictures for each class.

    Raises
    ------
    DataError
        If the path is in none of these forms or its contents do not fit.
    """
    path = Path(path)
    if not path.exists():
        raise DataError(f"There is no data at {path}; give an npz file, fer2013.csv, or the folder that holds train/ and test/.")
    readers = {".npz": _load_npz, ".csv": _load_csv}
    read = _load_folders if path.is_dir() else readers.get(path.suffix.lower())
    if read is None:
        raise DataError(
            f"{path.name} is no data set that can be read; give an npz file, fer2013.csv, or a folder with train/ and test/."
        )
    return _checked(read(path), path)


def _checked(faces: Faces, path: Path) -> Faces:
    n = faces.label.size
    if n == 0:
        raise DataError(f"{path.name} holds no pictures.")
    if (
        faces.label.shape != (n,)
        or faces.images.shape != (n, SIZE, SIZE)
        or faces.images.dtype != np.uint8
        or faces.usage.shape != (n,)
        or faces.votes.shape != (n, len(LABELS))
    ):
        raise DataError(
            f"{path.name} must hold uint8 pictures of {SIZE}x{SIZE} with a label and a usage each; found {faces.images.shape}."
        )
    if faces.label.min() < 0 or faces.label.max() >= len(LABELS):
        raise DataError(f"{path.name} has labels outside 0 to {len(LABELS) - 1}.")
    return faces


def _load_npz(path: Path) -> Faces:
    try:
        with np.load(path, allow_pickle=False) as file:
            label = _whole(file["label"])
            votes = _shares(file["ferplus"]) if "ferplus" in file else _no_votes(len(label))
            return Faces(file["images"], label, file["usage"].astype(str), *votes)
    except Exception as error:  # a damaged archive raises whatever its readers stumble over
        raise DataError(
            f"{path.name} cannot be read as an npz file with the keys images, label and usage ({in_a_line(error)})."
        ) from error


def _whole(numbers: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        whole = numbers.astype(np.int64)
    if not np.array_equal(whole, numbers):
        raise ValueError("a label is no whole number")
    return whole


def _shares(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Votes (n, 10) in FER+'s order -> share of all votes for each of `LABELS`, and of the first among the others."""
    if counts.ndim != 2 or counts.shape[1] != len(_FERPLUS):
        raise ValueError(f"ferplus must be (n, {len(_FERPLUS)}), not {counts.shape}")
    if not ((counts >= 0) & np.isfinite(counts)).all():
        raise ValueError("a number of votes is below 0 or none")
    shares = (counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)).astype(np.float32)
    return shares[:, _FERPLUS_COLUMNS], np.delete(shares, _FERPLUS_COLUMNS, axis=1).max(axis=1)


def _no_votes(n: int) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros((n, len(LABELS)), np.float32), np.zeros(n, np.float32)


def _load_csv(path: Path) -> Faces:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        pixels = [_pixels(row["pixels"]) for row in rows]
        label = np.array([int(row["emotion"]) for row in rows], dtype=np.int64)
        usage = np.array([row["Usage"] for row in rows], dtype=str)
    except (KeyError, TypeError, ValueError, OverflowError, OSError, csv.Error) as error:
        raise DataError(
            f"{path.name} must have the columns emotion, pixels ({SIZE * SIZE} numbers) and Usage ({error})."
        ) from error
    return Faces(np.array(pixels, dtype=np.uint8), label, usage, *_votes_beside(path, len(label)))


def _pixels(text: str) -> np.ndarray:
    with warnings.catch_warnings(action="error"):  # NumPy only warns of what is no number
        try:
            pixels = np.fromstring(text, dtype=np.int64, sep=" ").reshape(SIZE, SIZE)
        except DeprecationWarning as warning:
            raise ValueError(str(warning)) from warning
    if pixels.min() < 0 or pixels.max() > 255:
        raise ValueError("a pixel is outside 0 to 255")
    return pixels.astype(np.uint8)


def _votes_beside(path: Path, n: int) -> tuple[np.ndarray, np.ndarray]:
    """The votes of FER+'s own table, whose rows are those of fer2013.csv, if it lies in the same folder."""
    table = path.with_name(FERPLUS_TABLE)
    if not table.is_file():
        return _no_votes(n)
    try:
        with table.open(newline="", encoding="utf-8") as file:
            counts = np.array([[int(row[name]) for name in _FERPLUS_TABLE_COLUMNS] for row in csv.DictReader(file)], np.int64)
        votes = _shares(counts)
    except (KeyError, TypeError, ValueError, OverflowError, OSError, csv.Error) as error:
        raise DataError(f"{table.name} must be the table of FER+, with a column of votes for each emotion ({error}).") from error
    if len(counts) != n:
        raise DataError(f"{table.name} has {len(counts):,} rows and {path.name} {n:,}; they must be the same pictures.")
    return votes


def _load_folders(path: Path) -> Faces:
    images, label, usage = [], [], []
    for folder, split in _FOLDER_USAGE.items():
        for code, name in enumerate(LABELS):
            for file in sorted((path / folder / name).glob("*")):
                images.append(_read_face(file))
                label.append(code)
                usage.append(split)
    if not images:
        raise DataError(f"{path} has no train/ or test/ with folders named {', '.join(LABELS)}.")
    return Faces(np.array(images), np.array(label), np.array(usage, dtype=str), *_no_votes(len(label)))


def _read_face(file: Path) -> np.ndarray:
    try:
        with warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning), Image.open(file) as picture:
            size = picture.size
            grey = np.asarray(picture.convert("L")) if size == (SIZE, SIZE) else None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DataError(f"{file} has far too many pixels; FER-2013's pictures are {SIZE}x{SIZE}.") from error
    except Exception as error:  # a damaged picture raises whatever its reader stumbles over
        raise DataError(f"{file} is no picture that can be read; remove it and start again.") from error
    if grey is None:
        raise DataError(f"{file} is {size[0]}x{size[1]}; FER-2013's pictures are {SIZE}x{SIZE}.")
    return grey


def with_validation(faces: Faces, seed: int) -> tuple[Faces, Faces]:
    """Training and validation faces: PublicTest where there is one, else a tenth of Training, twins kept together."""
    training = faces.split("Training")
    if (faces.usage == "PublicTest").any():
        return training, faces.split("PublicTest")
    group = _group_of_twins(training.images)
    held_back = np.random.default_rng(seed).random(group.max() + 1) < 0.1
    if not held_back.any() or held_back.all():
        raise DataError(f"{len(training)} training pictures are too few to hold a tenth of them back for validation.")
    return training.where(~held_back[group]), training.where(held_back[group])


def together(*parts: Faces) -> Faces:
    """The faces of several parts, one after the other."""
    return Faces(*(np.concatenate(values) for values in zip(*(vars(part).values() for part in parts), strict=True)))


def twins_of(images: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which of the others, uint8 (n, 48, 48), are pixel-identical to one of the images: bool (n,)."""
    group = _group_of_twins(np.concatenate([images, others]))
    return np.isin(group[len(images) :], group[: len(images)])


def _group_of_twins(images: np.ndarray) -> np.ndarray:
    """A number for each picture, the same for pixel-identical ones."""
    rows = np.ascontiguousarray(images.reshape(len(images), -1))
    _, group = np.unique(rows.view(f"V{rows.shape[1]}").ravel(), return_inverse=True)
    return group
