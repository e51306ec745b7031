"""How long each pitch class sounds -> the major or minor key that fits best.

The profiles are the probe-tone ratings of Krumhansl & Kessler (1982), "Tracing the dynamic changes in perceived tonal
organization", Psychological Review 89(4):334-368, from the tonic up. Pitch classes count from C = 0.
"""

from dataclasses import dataclass

import numpy as np

TONICS = ("C", "C-sharp", "D", "E-flat", "E", "F", "F-sharp", "G", "A-flat", "A", "B-flat", "B")
PROFILES = {
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}
_KEYS = tuple((tonic, mode) for mode in PROFILES for tonic in range(12))
_RATINGS = np.array([np.roll(PROFILES[mode], tonic) for tonic, mode in _KEYS])


@dataclass(frozen=True)
class Key:
    """A key: tonic (pitch class 0 to 11), mode ('major' or 'minor') and strength, the correlation (-1 to 1) with its profile."""

    tonic: int
    mode: str
    strength: float


def key_of(weights: np.ndarray) -> Key:
    """The key whose profile correlates most with the weight of the pitch classes.

    Parameters
    ----------
    weights
        Shape (12,), from C; duration, energy or count, in any unit. Where all are the same, the strength is 0.
    """
    deviation = np.asarray(weights, dtype=float) - np.mean(weights)
    ratings = _RATINGS - _RATINGS.mean(axis=1, keepdims=True)
    norm = np.linalg.norm(deviation) * np.linalg.norm(ratings, axis=1)
    correlation = ratings @ deviation / np.where(norm > 0, norm, 1.0)
    best = int(np.argmax(correlation))
    return Key(*_KEYS[best], strength=float(correlation[best]))
