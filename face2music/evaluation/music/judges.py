"""Our own judges of valence and arousal: the numbers in `assets/judges.json`, applied with numpy.

A judge is a linear model of features that are clipped to what it has heard in training (1 % to 99 % quantiles), standardised, and
multiplied by each other where it has products. The audio judge answers on DEAM's scale, 1 to 9; the notes judge with the
probability that valence, or arousal, is high.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

AXES = ("valence", "arousal")
ASSET = "judges.json"


@dataclass(frozen=True)
class Judge:
    """A linear model: `terms` are the positions of the features whose product each coefficient weighs."""

    features: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    terms: tuple[tuple[int, ...], ...]
    coefficients: tuple[float, ...]
    intercept: float
    logistic: bool

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Judge":
        """A judge as stored in the asset, where it stands among its figures and sources."""
        lists = {name: tuple(stored[name]) for name in ("features", "low", "high", "mean", "scale", "coefficients")}
        terms = tuple(tuple(term) for term in stored["terms"])
        return cls(**lists, terms=terms, intercept=stored["intercept"], logistic=stored["logistic"])

    def judge(self, pieces: Sequence[Mapping[str, float]]) -> np.ndarray:
        """The judged ratings or probabilities (n,) of pieces with these features; a feature that is nan counts as average."""
        x = np.array([[piece[name] for name in self.features] for piece in pieces], dtype=float)
        x = standardised(x, np.array(self.low), np.array(self.high), np.array(self.mean), np.array(self.scale))
        value = products(x, self.terms) @ np.array(self.coefficients) + self.intercept
        return 1 / (1 + np.exp(-value)) if self.logistic else value


def standardised(x: np.ndarray, low: np.ndarray, high: np.ndarray, mean: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Features (n, features) clipped and in standard deviations; 0 where they are nan."""
    return np.nan_to_num((np.clip(x, low, high) - mean) / scale)


def products(x: np.ndarray, terms: Sequence[Sequence[int]]) -> np.ndarray:
    """The product of the features of each term, (n, terms)."""
    return np.stack([x[:, list(term)].prod(axis=1) for term in terms], axis=1)


def load(stored: Mapping[str, Any]) -> dict[str, dict[str, Judge]]:
    """Judges by what they hear ('audio', 'notes') and axis ('valence', 'arousal')."""
    return {kind: {axis: Judge.from_dict(stored[kind][axis]) for axis in AXES} for kind in ("audio", "notes")}
