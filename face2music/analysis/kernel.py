"""Rated pieces -> what is to be expected at a point of the valence and arousal plane, by Gaussian kernel weights (Nadaraya 1964).

Positions run from -1 to 1. A rating averaged over listeners is drawn to the middle of its scale, by how much differs between data
sets; so graded ratings are replaced by their ranks: 0.4 is where 70 % of the collection lie below. A label that says only high or
low stands for the middle of its half, 0.5 or -0.5.
"""

import numpy as np

BANDWIDTH = 0.25
QUARTILES = (0.25, 0.5, 0.75)
QUARTILE_Z = 0.6745  # half of a normal distribution lies within this many standard deviations


def positions(ratings: np.ndarray) -> np.ndarray:
    """Ratings (n,) from -1 to 1 as positions (n,): ranks where they are graded, halves where they are all -1 or 1."""
    if np.isin(ratings, (-1.0, 1.0)).all():
        return ratings / 2
    _, inverse, count = np.unique(ratings, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - count / 2  # pieces with the same rating share the middle of their ranks
    return (2 * middle / len(ratings) - 1)[inverse]


def balance(valence: np.ndarray, arousal: np.ndarray) -> np.ndarray:
    """Weight (n,) before the kernel: of labelled pieces each quadrant counts the same, however many were collected of it."""
    if not np.isin([valence, arousal], (-0.5, 0.5)).all():
        return np.ones(len(valence))
    _, quadrant, count = np.unique(np.stack([valence, arousal]), axis=1, return_inverse=True, return_counts=True)
    return 1 / count[quadrant]


def weights(valence: np.ndarray, arousal: np.ndarray, at: tuple[float, float]) -> np.ndarray:
    """Weight (n,) of pieces at the given positions (n,) for a point (valence, arousal); they add up to 1."""
    squared = ((valence - at[0]) ** 2 + (arousal - at[1]) ** 2) / (2 * BANDWIDTH**2)
    weight = np.exp(squared.min() - squared) * balance(valence, arousal)
    return weight / weight.sum()


def quantiles(values: np.ndarray, weight: np.ndarray, shares: tuple[float, ...] = QUARTILES) -> tuple[float, ...]:
    """Weighted quantiles of values (n,), interpolated between the middles of the weights."""
    order = np.argsort(values, kind="stable")
    middle = np.cumsum(weight[order]) - weight[order] / 2
    return tuple(float(q) for q in np.interp(shares, middle / weight.sum(), values[order]))


def share(values: np.ndarray, weight: np.ndarray) -> tuple[float, float, float]:
    """A weighted share of 0s and 1s (n,) between the ends of its 50 % interval (Wilson 1927)."""
    n, p, z2 = effective_size(weight), float(np.average(values, weights=weight)), QUARTILE_Z**2
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = QUARTILE_Z / (1 + z2 / n) * np.sqrt(p * (1 - p) / n + z2 / (4 * n**2))
    return float(centre - half), p, float(centre + half)


def effective_size(weight: np.ndarray) -> float:
    """How many equally weighted pieces tell as much (Kish 1965)."""
    return float(weight.sum() ** 2 / np.sum(weight**2))


def rank_correlation(x: np.ndarray, y: np.ndarray) -> float:
    """Spearman's correlation of two arrays (n,); 0 where one of them is constant."""
    ranks = [np.unique(values, return_inverse=True, return_counts=True)[1:] for values in (x, y)]
    a, b = (((np.cumsum(count) - count / 2)[inverse]) for inverse, count in ranks)
    return float(np.corrcoef(a, b)[0, 1]) if np.ptp(a) and np.ptp(b) else 0.0
