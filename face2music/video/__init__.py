"""A clip of a face -> the emotions that it shows, in each half second.

`clip` reads it, `track` follows one person, `curve` tells the emotions, `key_frames` what the composer needs of them, `export` is
the curve as a table and a picture, `soundtrack` the clip with its music.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from face2music.errors import NoFaceError
from face2music.mood import EMOTIONS
from face2music.video.clip import EVERY_S, MAX_CLIP_S, Clip, Frame, hushed
from face2music.video.curve import EmotionCurve, Segment, told
from face2music.video.export import as_csv, as_png
from face2music.video.key_frames import key_frames
from face2music.video.soundtrack import ending_of, join, obstacle
from face2music.video.track import follow

__all__ = [
    "EVERY_S",
    "MAX_CLIP_S",
    "EmotionCurve",
    "Progress",
    "Segment",
    "as_csv",
    "as_png",
    "ending_of",
    "frames_of",
    "hushed",
    "join",
    "key_frames",
    "obstacle",
    "read_clip",
    "told",
]

Progress = Callable[[float, float], None]
_Recognise = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def read_clip(path: Path, recognise: _Recognise, progress: Progress | None = None) -> EmotionCurve:
    """The emotions of the person in a clip.

    Parameters
    ----------
    path
        A video file of any frame rate, up to 10 minutes long.
    recognise
        Crops, uint8 (n, 48, 48), -> the probability of each emotion, (n, 7), and whether one is sure enough to be named, (n,).
    progress
        Called while the clip is read, with the seconds read and those there are in all, 0 where the file does not say.

    Raises
    ------
    VideoError
        If the clip cannot be read, or lasts longer than 10 minutes.
    NoFaceError
        If there is no face in it.
    """
    clip = Clip(path)
    person = follow(_watched(clip, progress))
    if not person:
        raise NoFaceError(f"No face was found in {path.name}; use a clip that shows one from the front, well lit.")
    count, places = -int(-clip.duration_s // EVERY_S), [sighting.place for sighting in person]
    read, sure = np.full((count, len(EMOTIONS)), np.nan), np.zeros(count, bool)
    read[places], sure[places] = recognise(np.stack([sighting.crop for sighting in person]))
    return replace(told(read, sure, clip.duration_s), missing_s=clip.missing_s, hole=clip.hole)


def frames_of(path: Path) -> Iterator[Frame]:
    """The picture of each half second of a clip; VideoError as in `read_clip`."""
    return Clip(path).frames()


def _watched(clip: Clip, progress: Progress | None) -> Iterator[Frame]:
    for frame in clip.frames():
        yield frame
        if progress is not None:
            progress(clip.duration_s, clip.promised_s)
