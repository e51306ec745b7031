"""Emotions of a clip -> the few points that a line through all its moods needs, which the composer takes for key frames."""

import numpy as np

from face2music.mood import Mood
from face2music.video.curve import EmotionCurve

_NEAR = 0.03  # a mood so near is not worth a point


def key_frames(curve: EmotionCurve, music_s: float, most: int) -> tuple[tuple[float, Mood], ...]:
    """Positions (0 to 1 in the music, in thousandths) and moods, so that the straight lines between them keep near the curve.

    The point farthest off the lines is taken next, until all are near (Ramer 1972; Douglas & Peucker 1973), or there are enough.

    Parameters
    ----------
    curve
        The emotions of a clip.
    music_s
        How long the music lasts, in seconds.
    most
        How many key frames there may be.
    """
    positions, first = np.unique(np.round(curve.times_s / music_s, 3).clip(0, 1), return_index=True)
    moods = [curve.moods[i] for i in first]
    points = np.array([mood.point for mood in moods])
    kept = sorted({0, len(positions) - 1})
    while len(kept) < most:
        lines = np.stack([np.interp(positions, positions[kept], points[kept, axis]) for axis in range(points.shape[1])], axis=1)
        off = np.linalg.norm(points - lines, axis=1)
        if off.max() <= _NEAR:
            break
        kept = sorted({*kept, int(off.argmax())})
    return tuple((float(positions[i]), moods[i]) for i in kept)
