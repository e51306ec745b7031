"""Emotions of a clip -> the few points that a line through all its moods needs, which the composer takes for key frames.

Where another emotion begins the line is cut: there the mood jumps, and the music begins a phrase.
"""

import numpy as np

from face2music.mood import Mood
from face2music.video.clip import EVERY_S
from face2music.video.curve import EmotionCurve

_NEAR = 0.03  # a mood so near is not worth a point
_APART = 1e-9


def key_frames(curve: EmotionCurve, music_s: float, most: int) -> tuple[tuple[float, Mood, bool], ...]:
    """Positions (0 to 1 in the music, in ten-thousandths), moods, and whether the mood jumps there, so that the lines keep near.

    The largest jumps come first. Then the point farthest off the lines is taken next, until all are near (Ramer 1972; Douglas &
    Peucker 1973), or there are enough.

    Parameters
    ----------
    curve
        The emotions of a clip.
    music_s
        How long the music lasts, in seconds.
    most
        How many key frames there may be.
    """
    begins = [round(segment.start_s / EVERY_S) for segment in curve.segments]
    times_s = curve.times_s
    times_s[begins] = curve.starts_s[begins]
    positions, rows = np.unique(np.round(times_s / music_s, 4).clip(0, 1), return_index=True)
    moods = [curve.moods[row] for row in rows]
    points = np.array([mood.point for mood in moods])
    jumps = _largest(points, np.flatnonzero(np.isin(rows, begins)), most - 1)
    kept = sorted({*jumps, len(positions) - 1})
    while len(kept) < most:
        off = np.linalg.norm(points - _lines(positions, points, kept, jumps), axis=1)
        if off.max() <= _NEAR:
            break
        kept = sorted({*kept, int(off.argmax())})
    return tuple((float(positions[i]), moods[i], i in jumps) for i in kept)


def _largest(points: np.ndarray, jumps: np.ndarray, most: int) -> set[int]:
    """The beginning, and the largest of the jumps that follow it."""
    later = sorted(jumps[1:].tolist(), key=lambda i: -float(np.linalg.norm(points[i] - points[i - 1])))
    return {0, *later[: most - 1]}


def _lines(positions: np.ndarray, points: np.ndarray, kept: list[int], jumps: set[int]) -> np.ndarray:
    """The points on the lines between those kept, level before a jump."""
    ends = [place for place, i in enumerate(kept) if i in jumps][1:]
    known = np.insert(positions[kept], ends, positions[kept][ends] - _APART)
    values = np.insert(points[kept], ends, points[kept][np.array(ends, int) - 1], axis=0)
    return np.stack([np.interp(positions, known, values[:, axis]) for axis in range(points.shape[1])], axis=1)
