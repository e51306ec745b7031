"""A clip's file -> its frames, one each half second, and how long it lasts.

Times are seconds from the clip's first picture, taken from the pictures' own time stamps, so that any frame rate, and one that
changes, is read alike. One picture is in memory at a time, however long the clip is.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from face2music.errors import VideoError, printable
from face2music.face import MAX_PIXELS
from face2music.video.tables import PICTURES, SOUND, tables_of

# Read once, by whatever opens the first video: no remarks on damaged files, ours is one sentence.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

EVERY_S = 0.5
MAX_CLIP_S = 600.0
_SLACK_S = 0.5  # what a clip may be longer: cameras that stop at ten minutes stop a little later
_LONGEST_LAST_S = 1.0
_LEAST_MISSING_S, _LEAST_MISSING = 1.0, 0.1  # of what a file promises; its own account is not exact
_LEAST_HOLE_S, _LEAST_HOLE = 2.0, 10.0  # a picture that stays for so long, and so many times longer than the others, hides some
_USUAL_FPS, _MOST_FPS = 25.0, 1000.0
# What the files of each kind begin with, and where. Other kinds are not handed on: what opens videos opens pictures, too, and
# lists that name further files.
_SIGNATURES = (
    (4, b"ftyp"),  # MP4, MOV, 3GP
    (4, b"moov"),
    (4, b"mdat"),
    (4, b"wide"),
    (4, b"free"),
    (0, b"\x1aE\xdf\xa3"),  # WebM, MKV
    (8, b"AVI "),
    (0, b"OggS"),
    (0, b"FLV\x01"),
    (0, b"\x00\x00\x01\xba"),  # MPEG
    (0, b"G@"),  # MPEG transport stream
    (0, b"0&\xb2u"),  # WMV
)
_HEAD = 16
_KINDS = "give an MP4, MOV, WebM, MKV or AVI file"


@dataclass(frozen=True)
class Frame:
    """The picture shown in half second `place` of a clip, counted from 0: upright, RGB uint8 (height, width, 3)."""

    place: int
    picture: np.ndarray


class Clip:
    """A clip that is read once, from its beginning to its end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.duration_s = 0.0  # of what has been read so far
        self._steps, self._longest_s, self._longest_from_s = 0, 0.0, 0.0
        self._capture = _opened(path)
        # Before one is unpacked, which may take gigabytes; and each when it is, for a stream may change its size.
        _check_size(path, self._capture.get(cv2.CAP_PROP_FRAME_WIDTH) * self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        self._step_s = _frame_step(self._capture)
        self.promised_s = tables_of(path).shown_s or _promised(self._capture, self._step_s)
        _check_length(path, self.promised_s)

    @property
    def missing_s(self) -> float:
        """Seconds that it should last longer by its own account than what was read of it, 0 where that is next to nothing."""
        missing_s = self.promised_s - self.duration_s
        return missing_s if missing_s > max(_LEAST_MISSING_S, _LEAST_MISSING * self.promised_s) else 0.0

    @property
    def hole(self) -> tuple[float, float] | None:
        """From when to when there are no pictures though there are elsewhere, in seconds; None where that is nowhere."""
        others_s = (self.duration_s - self._longest_s) / max(1, self._steps - 1)
        if self._longest_s < max(_LEAST_HOLE_S, _LEAST_HOLE * others_s):
            return None
        return self._longest_from_s, self._longest_from_s + self._longest_s

    def frames(self) -> Iterator[Frame]:
        """The first picture of each half second; one that stays longer comes again.

        Raises
        ------
        VideoError
            If no picture can be read, one is too large, or the clip lasts longer than 10 minutes.
        """
        place, picture = 0, None
        try:
            for time_s in self._times():
                here = int(time_s / EVERY_S + 1e-6)
                if picture is not None:
                    yield from (Frame(between, picture) for between in range(place, here))
                place = max(place, here)
                if picture is None or here == place:
                    picture = self._picture()
                    yield Frame(place, picture)
                    place += 1
        finally:
            self._capture.release()
        if picture is None:
            raise VideoError(f"{self.path.name} is damaged or shows nothing that can be read; {_KINDS}.")
        yield from (Frame(between, picture) for between in range(place, -int(-self.duration_s // EVERY_S)))

    def _times(self) -> Iterator[float]:
        """Go to each picture in turn -> when it is shown; a time stamp that is missing or goes back is made good."""
        shown_s, step_s = -1.0, self._step_s
        while self._capture.grab():
            stamp_s = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            if shown_s >= 0:
                step_s = stamp_s - shown_s if stamp_s > shown_s else self._step_s
                self._steps += 1
                if step_s > self._longest_s:
                    self._longest_s, self._longest_from_s = step_s, shown_s
            shown_s = max(0.0, stamp_s) if shown_s < 0 else shown_s + step_s
            # The last picture stays as long as the one before it, where the file does not say that it ends sooner.
            self.duration_s = round(shown_s + min(step_s, max(_LONGEST_LAST_S, self.promised_s - shown_s)), 6)
            _check_length(self.path, self.duration_s)
            yield shown_s

    def _picture(self) -> np.ndarray:
        good, picture = self._capture.retrieve()
        if not good or picture.size == 0:
            raise VideoError(f"{self.path.name} is damaged; save it again, or {_KINDS}.")
        _check_size(self.path, picture.shape[0] * picture.shape[1])
        return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


@contextmanager
def hushed() -> Iterator[None]:
    """Have OpenCV print nothing: what cannot be opened is told in a sentence of ours."""
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(0)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(level)


def _opened(path: Path) -> Any:
    if not path.is_file():
        raise VideoError(f"{path.name or path} is no file; give the path of a video clip.")
    if printable(path.resolve()) != str(path.resolve()):
        # OpenCV dies of it.
        raise VideoError(f"The name {printable(path.resolve())} is no text in UTF-8; give the clip and its folders other names.")
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise VideoError(f"{path.name} cannot be opened ({error.strerror}); give the path of a video clip.") from error
    if not any(head[start : start + len(mark)] == mark for start, mark in _SIGNATURES):
        raise VideoError(f"{path.name} is no video that can be read; {_KINDS}.")
    with hushed():
        # The whole path, because "concat:" and the like before a colon would name a protocol.
        capture = cv2.VideoCapture(str(path.resolve()), cv2.CAP_FFMPEG)
    if not capture.isOpened():
        kinds = tables_of(path).kinds
        if SOUND in kinds and PICTURES not in kinds:
            raise VideoError(f"{path.name} has sound and no pictures; give a clip that shows a face.")
        raise VideoError(f"{path.name} is damaged or of a kind that cannot be read; save it again as MP4 (H.264) or WebM.")
    return capture


def _check_size(path: Path, pixels: float) -> None:
    if pixels > MAX_PIXELS:
        raise VideoError(f"{path.name} has pictures of over {MAX_PIXELS // 1_000_000} million pixels; make it smaller.")


def _frame_step(capture: Any) -> float:
    """Seconds from one picture to the next, by the mean frame rate."""
    fps = capture.get(cv2.CAP_PROP_FPS)
    return 1 / (fps if 0 < fps <= _MOST_FPS else _USUAL_FPS)


def _promised(capture: Any, step_s: float) -> float:
    """Seconds that the clip lasts by its own account; 0 where it has none, as clips that a browser records."""
    return max(0.0, capture.get(cv2.CAP_PROP_FRAME_COUNT) * step_s)


def _check_length(path: Path, seconds: float) -> None:
    if seconds > MAX_CLIP_S + _SLACK_S:
        raise VideoError(f"{path.name} lasts longer than {MAX_CLIP_S / 60:.0f} minutes; cut it, and take a part at a time.")
