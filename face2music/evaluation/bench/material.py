"""What is measured with: photographs of 1280x960 pixels that all differ, a song of 30 seconds, and frames of a camera."""

import functools
import io

import cv2
import numpy as np
from PIL import Image, ImageOps

from face2music import assets, audio
from face2music.mood import EMOTIONS
from face2music.pipeline import Song, compose

SIZE = 1280, 960
FRAME = 320, 240
# In the shipped example: head and shoulders, and in these the mouth, as OpenCV takes an ellipse.
_HEAD = slice(0, 300), slice(80, 380)
_MOUTH = (144, 138), (30, 17)
DURATION_S = 30.0
SEED = 1


@functools.cache
def photograph(number: int = 0) -> bytes:
    """The shipped example, enlarged, as a JPEG file; its number is in its comment, so that no two files are the same."""
    picture = ImageOps.fit(Image.open(assets.path("examples/astronaut.jpg")).convert("RGB"), SIZE, centering=(0.5, 0.2))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=92, comment=str(number).encode())
    return file.getvalue()


@functools.cache
def song() -> Song:
    """The song of the first photograph."""
    return compose(photograph(), seed=SEED, duration_s=DURATION_S)


@functools.cache
def songs() -> tuple[bytes, ...]:
    """The MIDI files of a song of each emotion."""
    return tuple(compose(emotion=name, seed=SEED, duration_s=DURATION_S, render=False).midi for name in EMOTIONS)


def sound() -> audio.Audio:
    """Its sound; SynthesiserError where there is none."""
    return audio.render(song().midi)


@functools.cache
def heads() -> tuple[np.ndarray, np.ndarray]:
    """The shipped example's head, RGB uint8 (300, 300, 3), laughing, and with its mouth painted over, which is no laugh."""
    head = np.ascontiguousarray(np.array(Image.open(assets.path("examples/astronaut.jpg")).convert("RGB"))[_HEAD])
    mouth = np.zeros(head.shape[:2], np.uint8)
    cv2.ellipse(mouth, *_MOUTH, 0, 0, 360, 255, -1)
    return head, cv2.inpaint(head, mouth, 5, cv2.INPAINT_TELEA)


@functools.cache
def expressions() -> tuple[bytes, bytes]:
    """Frames of a camera that sees either head, as JPEG files."""
    return tuple(_frame(head) for head in heads())  # type: ignore[return-value]


def _frame(head: np.ndarray) -> bytes:
    picture = Image.new("RGB", FRAME, "slategrey")
    picture.paste(Image.fromarray(head).resize((210, 210)), (55, 15))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85)
    return file.getvalue()
