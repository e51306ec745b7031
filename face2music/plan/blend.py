"""Profiles of the seven emotions -> ranges and choices at a mood.

The profiles are blended by inverse-distance weights in valence, arousal and dominance (Shepard 1968, "A two-dimensional
interpolation function for irregularly-spaced data"), exact at the seven norms and continuous between them.

Random numbers come from `random.Random(text)` and sums from `math.fsum`: both give the same bits on every Python version.
"""

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from face2music.mood import EMOTIONS, NORMS, Mood

_POWER = 3  # of the distance: high enough that a clear emotion stays clear


@dataclass(frozen=True)
class Range:
    """A triangular distribution: least, most likely and greatest value."""

    low: float
    mid: float
    high: float

    def at(self, chance: float) -> float:
        """The quantile of a number from 0 to 1."""
        width = self.high - self.low
        if width <= 0:
            return self.low
        peak = (self.mid - self.low) / width
        if chance < peak:
            return self.low + math.sqrt(chance * width * (self.mid - self.low))
        return self.high - math.sqrt((1 - chance) * width * (self.high - self.mid))


def blend_weights(mood: Mood) -> dict[str, float]:
    """How much each emotion counts at a mood; the weights add up to 1."""
    distances = {emotion: math.dist(mood.point, NORMS[emotion].point) for emotion in EMOTIONS}
    here = next((emotion for emotion in EMOTIONS if distances[emotion] < 1e-9), None)
    if here is not None:
        return {emotion: float(emotion == here) for emotion in EMOTIONS}
    raw = {emotion: distance**-_POWER for emotion, distance in distances.items()}
    total = math.fsum(raw.values())
    return {emotion: value / total for emotion, value in raw.items()}


def blend(mood: Mood, profiles: Mapping[str, Any]) -> dict[str, Range]:
    """The range of every feature of the profiles at a mood."""
    weights = blend_weights(mood)
    emotions = profiles["emotions"]

    def mean(feature: str, bound: str) -> float:
        return math.fsum(weights[emotion] * emotions[emotion][feature][bound] for emotion in EMOTIONS)

    return {
        feature: Range(mean(feature, "low"), mean(feature, "mid"), mean(feature, "high")) for feature in emotions[EMOTIONS[0]]
    }


@functools.lru_cache(maxsize=1024)  # every bar of a song asks for the same quantiles
def uniform(seed: int | str, name: str) -> float:
    """A number from 0 to 1, from the random stream of this name."""
    return Random(f"{seed}/{name}").random()


def reserve(mood: Mood) -> dict[str, float]:
    """How much each emotion counts where those of `blend_weights` have nothing that fits: the nearer, the more."""
    return {emotion: (0.01 + math.dist(mood.point, NORMS[emotion].point)) ** -_POWER for emotion in EMOTIONS}


def options(weights: dict[str, float], choices: Mapping[str, Any], weigh: Callable[[str], float]) -> dict[str, float]:
    """Blended weight of every option (`choices` are emotion -> option -> weight), in the order of the choices."""
    blended: dict[str, float] = {}
    for emotion in EMOTIONS:
        total = math.fsum(choices[emotion].values())
        for option, share in choices[emotion].items():
            blended[option] = blended.get(option, 0.0) + weights[emotion] * share / total * weigh(option)
    return blended


def draw(weights: dict[str, float], chance: float) -> str:
    """The option at a quantile (0 to 1) of weighted options, in their order."""
    left = chance * math.fsum(weights.values())
    possible = [option for option, weight in weights.items() if weight > 0]
    for option in possible:
        left -= weights[option]
        if left < 0:
            return option
    return possible[-1]
