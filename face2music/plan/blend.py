"""Profiles of the seven emotions, and of the states beyond their reach -> ranges and choices at a mood.

The profiles are blended by inverse-distance weights in valence, arousal and dominance (Shepard 1968, "A two-dimensional
interpolation function for irregularly-spaced data"), exact at the seven norms and continuous between them. The states beyond
count by `Mood.beyond`, which grows from 0 where the reach of the seven ends: there, too, a small step changes little.

Random numbers come from `random.Random(text)` and sums from `math.fsum`: both give the same bits on every Python version.
"""

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from face2music.mood import NORMS, STATES, Mood

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
    """How much each of `STATES` counts at a mood; the weights add up to 1."""
    counts = _counts(mood)
    distances = {state: math.dist(mood.point, STATES[state].point) for state, count in counts.items() if count}
    here = next((state for state, distance in distances.items() if distance < 1e-9), None)
    if here is not None:
        return {state: float(state == here) for state in STATES}
    raw = {state: counts[state] * distance**-_POWER for state, distance in distances.items()}
    total = math.fsum(raw.values())
    return {state: raw.get(state, 0.0) / total for state in STATES}


def _counts(mood: Mood) -> dict[str, float]:
    """How much each of `STATES` counts whatever its distance."""
    return {state: 1.0 if state in NORMS else mood.beyond for state in STATES}


def blend(mood: Mood, profiles: Mapping[str, Any]) -> dict[str, Range]:
    """The range of every feature of the profiles at a mood."""
    weights = blend_weights(mood)
    emotions = profiles["emotions"]

    def mean(feature: str, bound: str) -> float:
        return math.fsum(weight * emotions[state][feature][bound] for state, weight in weights.items())

    return {feature: Range(mean(feature, "low"), mean(feature, "mid"), mean(feature, "high")) for feature in emotions["neutral"]}


@functools.lru_cache(maxsize=1024)  # every bar of a song asks for the same quantiles
def uniform(seed: int | str, name: str) -> float:
    """A number from 0 to 1, from the random stream of this name."""
    return Random(f"{seed}/{name}").random()


def reserve(mood: Mood) -> dict[str, float]:
    """How much each of `STATES` counts where those of `blend_weights` have nothing that fits: the nearer, the more."""
    counts = _counts(mood)
    return {state: counts[state] * (0.01 + math.dist(mood.point, STATES[state].point)) ** -_POWER for state in STATES}


def options(weights: dict[str, float], choices: Mapping[str, Any], weigh: Callable[[str], float]) -> dict[str, float]:
    """Blended weight of every option (`choices` are state -> option -> weight), in the order of the choices."""
    blended: dict[str, float] = {}
    for state, weight in weights.items():
        total = math.fsum(choices[state].values())
        for option, share in choices[state].items():
            blended[option] = blended.get(option, 0.0) + weight * share / total * weigh(option)
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
