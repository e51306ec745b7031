"""Samples as FluidSynth plays them -> at the level of songs, with the peaks held below full scale.

Samples are int16 (n, 2) at 44,100 Hz. The gain is one fixed number for all songs, so that a soft song stays softer than a loud
one; only about the peaks of the loudest it is less.
"""

from collections.abc import Iterable, Iterator

import numpy as np

SAMPLE_RATE = 44_100
# What brings the songs to the level of recorded music: it keeps the differences between them.
MAKEUP = 3.6
CEILING = 0.89  # -1 dBFS
WINDOW_S = 0.05
# Two windows, one after the other, reach so many samples back and ahead.
REACH = 2 * round(WINDOW_S * SAMPLE_RATE / 2)
_MAKEUP_OF_ONE = MAKEUP / 32768


class Limiter:
    """Raises and limits a stream of samples: what comes out is the same however it is cut into pieces."""

    def __init__(self) -> None:
        self._samples = np.zeros((0, 2), np.int16)  # those to come, behind those that their factors look back to
        self._ready = 0  # of them

    def push(self, samples: np.ndarray, last: bool = False) -> np.ndarray:
        """Take samples as they are played, and give those back that are ready, `REACH` later; all if these are the last."""
        self._samples = np.concatenate([self._samples, samples])
        end = len(self._samples) - (0 if last else REACH)
        if end <= self._ready:
            return np.zeros((0, 2), np.int16)
        out = raised(self._samples, factors(self._samples))[self._ready : end]
        kept = max(0, end - REACH)
        self._samples, self._ready = self._samples[kept:], end - kept
        return out


def limited(blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """A song's samples, raised and limited, a block after the other."""
    limiter = Limiter()
    for block in blocks:
        yield limiter.push(block)
    yield limiter.push(np.zeros((0, 2), np.int16), last=True)


def factors(samples: np.ndarray) -> np.ndarray:
    """Factors (n, 1) that turn samples down, once they are raised by `MAKEUP`, about each peak that would pass `CEILING`.

    The factor at a sample is the mean, over a window about it, of what the loudest peak in the window about each place there
    allows; each of these windows holds the sample itself, so that the mean never lets it pass the ceiling.
    """
    from scipy.ndimage import maximum_filter1d, uniform_filter1d

    level = np.abs(samples.astype(np.float32))
    peak = np.maximum(level[:, 0], level[:, 1]) * _MAKEUP_OF_ONE
    found = np.ones(len(samples), np.float32)
    window = 2 * round(WINDOW_S * SAMPLE_RATE / 2) + 1
    over = np.flatnonzero(peak > CEILING)
    for near in np.split(over, np.flatnonzero(np.diff(over) > 2 * window) + 1) if over.size else ():
        start, end = max(0, near[0] - window), near[-1] + window + 1
        first = max(0, start - window)
        loudest = maximum_filter1d(peak[first : end + window], window, mode="nearest")
        allowed = uniform_filter1d((CEILING / np.maximum(loudest, CEILING)).astype(np.float64), window, mode="nearest")
        found[start:end] = allowed[start - first : end - first]
    return found[:, np.newaxis]


def raised(samples: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Samples at the level of songs, turned down by factors (n, 1): int16."""
    level = samples.astype(np.float32)
    for factors_of_all in (_MAKEUP_OF_ONE, factor, 32767):
        level *= factors_of_all
    np.rint(level, out=level)
    return np.clip(level, -32768, 32767, out=level).astype(np.int16)
