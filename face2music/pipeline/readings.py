"""What is seen in a picture: its faces and the emotion of each, remembered for a few minutes.

Who corrects a song sends the same picture again and again: its reading is then taken from memory. Nothing of it is ever on disk,
and it is forgotten `KEEP_S` after the picture was read.
"""

import dataclasses
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from face2music.emotion import Recogniser
from face2music.errors import NoFaceError
from face2music.face import Box, Picture, Portrait, find_faces, read_file, read_picture
from face2music.mood import EMOTIONS
from face2music.pipeline.clock import Clock
from face2music.pipeline.loaded import recogniser_of
from face2music.pipeline.recent import Recent

ALL_FACES: Literal["all"] = "all"
KEEP_S = 300.0
_KEEP_READINGS, _KEEP_BYTES = 16, 128_000_000


@dataclass(frozen=True)
class FaceReading:
    """A face of the picture: its box, the crop that the network saw (uint8, 48x48) and what it read (label -> probability).

    `sure` says whether the largest probability is high enough to name one emotion.
    """

    box: Box
    crop: np.ndarray
    emotion: Mapping[str, float]
    sure: bool

    def to_dict(self) -> dict[str, Any]:
        """The face in the form of song.json."""
        probabilities = {label: round(p, 4) for label, p in self.emotion.items()}
        return {"box": list(dataclasses.astuple(self.box)), "emotion": probabilities, "sure": self.sure}


@dataclass(frozen=True)
class Reading:
    """An upright picture, RGB uint8 (height, width, 3), and its faces, largest first."""

    picture: np.ndarray
    faces: tuple[FaceReading, ...]

    def chosen(self, number: int) -> FaceReading:
        """Face `number`, counted from 1; NoFaceError if there are fewer."""
        if not 1 <= number <= len(self.faces):
            raise NoFaceError(f"There is no face {number}; choose one of the picture's, from 1 to {len(self.faces)}.")
        return self.faces[number - 1]

    def emotion_of(self, face: int | Literal["all"]) -> Mapping[str, float]:
        """What a face shows, counted from 1, or the mean of what all of them show; NoFaceError if there are fewer."""
        if face != ALL_FACES:
            return self.chosen(face).emotion
        return {label: math.fsum(each.emotion[label] for each in self.faces) / len(self.faces) for label in EMOTIONS}

    @property
    def size(self) -> int:
        """Bytes of the picture and the crops."""
        return self.picture.nbytes + sum(face.crop.nbytes for face in self.faces)


_recent: Recent[Reading] = Recent(_KEEP_READINGS, _KEEP_BYTES, KEEP_S)


def read(picture: Picture, network: Path | None, clock: Clock) -> Reading:
    """Find the faces and read their emotion, or remember how it was when the same picture was read a short while ago."""
    with clock.step("recall"):
        key = (_fingerprint(picture), network)
        known = _recent.get(key)
    if known is not None:
        return known
    with clock.step("face"):
        portrait = find_faces(picture)
    recogniser = recogniser_of(network)
    with clock.step("emotion"):
        reading = _read(portrait, recogniser)
    _recent.put(key, reading, reading.size)
    return reading


def _read(portrait: Portrait, recogniser: Recogniser) -> Reading:
    faces = []
    for face in portrait.faces:
        probabilities = recogniser.read(face.crop)
        face.crop.setflags(write=False)  # several songs share it
        faces.append(FaceReading(face.box, face.crop, probabilities, recogniser.is_sure(probabilities)))
    portrait.picture.setflags(write=False)
    return Reading(portrait.picture, tuple(faces))


def _fingerprint(picture: Picture) -> str:
    """What tells pictures apart: the content of a file, or the pixels of what is in memory already."""
    if isinstance(picture, bytes | str | Path):
        return hashlib.sha256(picture if isinstance(picture, bytes) else read_file(Path(picture))).hexdigest()
    upright = read_picture(picture)
    return hashlib.sha256(repr(upright.shape).encode() + upright.tobytes()).hexdigest()
