"""Sound -> what the audio judge says of each window of it, and what was intended there.

A window is 8 s long, the next one begins 4 s later. The judge was fitted to excerpts of 30 s and more: `evaluate` says how far
what it hears in windows of steady songs agrees with what it hears in the whole of them.
"""

from collections.abc import Mapping

import librosa
import numpy as np

from face2music.analysis.recording import SAMPLE_RATE
from face2music.audio import Audio
from face2music.evaluation.music import sound
from face2music.evaluation.music.judges import AXES, Judge
from face2music.plan import Curve

WINDOW_S, HOP_S = 8.0, 4.0
_MOMENTS = 16  # of a window, at which the curve is asked


def starts_of(seconds: float) -> np.ndarray:
    """When the windows of so many seconds begin."""
    return np.arange(0, seconds - WINDOW_S + 1e-6, HOP_S)


def judged(played: Audio, seconds: float, judges: Mapping[str, Judge]) -> dict[str, np.ndarray]:
    """What the judge of each axis says of each window (windows,)."""
    y = mono(played)
    length = round(WINDOW_S * SAMPLE_RATE)
    pieces = [sound.judged(y[start : start + length]) for start in np.round(starts_of(seconds) * SAMPLE_RATE).astype(int)]
    return {axis: judges[axis].judge(pieces) for axis in AXES}


def mono(played: Audio) -> np.ndarray:
    """The sound as the judges hear it: one channel, float32 from -1 to 1, at 22,050 Hz."""
    y = played.samples.mean(axis=1).astype(np.float32) / 32768
    return librosa.resample(y, orig_sr=played.sample_rate, target_sr=SAMPLE_RATE)


def intended(curve: Curve, seconds: float) -> dict[str, np.ndarray]:
    """The mean of a curve over time in each window (windows,), by axis."""
    times = starts_of(seconds)[:, np.newaxis] + (np.arange(_MOMENTS) + 0.5) * WINDOW_S / _MOMENTS
    moods = [[curve.at(time / seconds) for time in row] for row in times]
    return {axis: np.array([np.mean([getattr(mood, axis) for mood in row]) for row in moods]) for axis in AXES}


def whole(played: Audio, judges: Mapping[str, Judge]) -> dict[str, float]:
    """What the judge of each axis says of all of it."""
    piece = sound.judged(mono(played))
    return {axis: float(judges[axis].judge([piece])[0]) for axis in AXES}
