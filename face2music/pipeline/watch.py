"""Frames of a camera or a clip -> live music that is heard, or only written down, and its song."""

import math
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from face2music.errors import RequestError, VideoError
from face2music.live import Speaker
from face2music.pipeline.live import PIECE_S, Live
from face2music.video import EVERY_S, frames_of, hushed

_AHEAD_S = 0.2  # what waits at the loudspeaker: it plays without gaps, and hears of a change soon
_FRAME_SIZE = (320, 240)
_MOST_CAMERAS = 100  # OpenCV takes larger numbers for other things, and dies of negative ones


@dataclass
class Hands:
    """A clock that is moved by hand: seconds."""

    now_s: float = 0.0

    def __call__(self) -> float:
        """What it shows."""
        return self.now_s


def camera_frames(number: int) -> Iterator[np.ndarray]:
    """What a camera sees now, each time it is asked: RGB uint8 (height, width, 3).

    Raises
    ------
    VideoError
        If it cannot be used, or stops.
    """
    if not 0 <= number < _MOST_CAMERAS:
        raise VideoError(f"There is no camera {number!r:.40}; give a number from 0 to {_MOST_CAMERAS - 1}.")
    return _seen_by(number)


def _seen_by(number: int) -> Iterator[np.ndarray]:
    with hushed():
        capture: Any = cv2.VideoCapture(number)
    try:
        if not capture.isOpened():
            raise VideoError(f"Camera {number} cannot be used; connect it, close what else uses it, or give --clip FILE.")
        for name, value in zip((cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT), _FRAME_SIZE, strict=True):
            capture.set(name, value)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # or the picture is one of a while ago
        while True:
            good, picture = capture.read()
            if not good:
                raise VideoError(f"Camera {number} has stopped; connect it again.")
            yield cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
    finally:
        capture.release()


def clip_frames(path: Path) -> Iterator[np.ndarray]:
    """The picture of each half second of a clip; refusals as in `video.read_clip`."""
    for frame in frames_of(path):
        yield frame.picture


def write_down(live: Live, clock: Hands, frames: Iterator[np.ndarray], seconds: float | None = None) -> None:
    """Have live music follow frames, half a second apart, as fast as it can be made; `clock` is that of the music.

    It ends with the frames, or after so many seconds of the music; RequestError if that is no time.
    """
    _check_seconds(seconds)
    for picture in islice(frames, None if seconds is None else max(1, round(min(seconds / EVERY_S, sys.maxsize)))):
        clock.now_s += EVERY_S
        live.look(picture)
        for _ in range(round(EVERY_S / PIECE_S)):
            live.pull()
    _close(live, None)


def perform(live: Live, frames: Iterator[np.ndarray], speaker: Speaker | None, seconds: float | None = None) -> None:
    """Have live music follow frames as they come, until they end, `seconds` are over or the keyboard interrupts.

    Without a speaker it goes on just as fast, unheard. RequestError if the seconds are no time.
    """
    _check_seconds(seconds)
    over, trouble = threading.Event(), []

    def look() -> None:
        due = time.monotonic()
        try:
            for picture in frames:
                live.look(picture)
                due = max(due + EVERY_S, time.monotonic() - EVERY_S)
                if over.wait(max(0.0, due - time.monotonic())):
                    return
        except Exception as error:
            trouble.append(error)
        finally:
            over.set()

    began = time.monotonic()
    eyes = threading.Thread(target=look, daemon=True)
    eyes.start()
    with suppress(KeyboardInterrupt):
        while not over.is_set() and (seconds is None or time.monotonic() - began < seconds):
            _hear(live, speaker)
    over.set()
    eyes.join()
    if trouble:
        raise trouble[0]
    _close(live, speaker)


def _check_seconds(seconds: float | None) -> None:
    if seconds is not None and not 0 < seconds < math.inf:
        raise RequestError(f"Music cannot stop after {seconds:g} seconds; give a number above 0, or none.")


def _hear(live: Live, speaker: Speaker | None) -> bool:
    """Play the next piece; whether it is the last."""
    piece = live.pull()
    if speaker is None:
        time.sleep(PIECE_S)
    else:
        speaker.put(piece.samples, _AHEAD_S)
    return piece.last


def _close(live: Live, speaker: Speaker | None) -> None:
    live.stop()
    while not (_hear(live, speaker) if speaker is not None else live.pull().last):
        pass
