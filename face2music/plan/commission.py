"""What a plan is made for, and what that says of any mood: its numbers and its choices."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from face2music.mood import STATES, Mood
from face2music.plan.blend import Range, blend, blend_weights, draw, options, reserve, uniform
from face2music.plan.curve import Curve, mean
from face2music.plan.wishes import AUTO, Wishes
from face2music.theory import chord_of

_RATHER_HOME = 0.6  # share of the cadences that end on a tonic, from which all are to do so
_KEPT = 0.15  # share of the weights from which what was chosen before still fits

Numbers = Mapping[str, float]
Weigh = Callable[[str], float]


def home(numerals: str, minor: bool) -> bool:
    """Whether chords, joined by hyphens, end on the tonic."""
    return chord_of(numerals.split("-")[-1], minor).root == 0


def options_of(choices: Mapping[str, Any], group: str) -> dict[str, Mapping[str, float]]:
    """Every state's options of a group of choices."""
    return {state: choices[state][group]["options"] for state in STATES}


class Choice:
    """Draws from groups of options by their weights at moods; from those of the nearest emotions where nothing else fits.

    What was chosen in the music before (`before`: option by random stream) is kept while it fits the mood.
    """

    def __init__(self, moods: Sequence[Mood], profiles: Mapping[str, Any], seed: int, before: Mapping[str, str]) -> None:
        self.weights, self._reserve = _mean_of(blend_weights, moods), _mean_of(reserve, moods)
        self.made: dict[str, str] = {}
        self._choices, self._seed, self._before = profiles["choices"], seed, before

    def __call__(self, group: str, weigh: Weigh = lambda option: 1.0) -> str:
        """An option of a group of the profiles, its weights multiplied by what `weigh` says."""
        return self.among(options_of(self._choices, group), group, weigh)

    def among(self, table: Mapping[str, Mapping[str, float]], stream: str, weigh: Weigh) -> str:
        """An option of a table (state -> option -> weight), from the random stream of this name."""
        possible = options(self.weights, table, weigh)
        if not any(possible.values()):
            possible = options(self._reserve, table, weigh)
        before = self._before.get(stream, "")
        fits = before in possible and possible[before] >= _KEPT * math.fsum(possible.values())
        self.made[stream] = before if fits else draw(possible, uniform(self._seed, stream))
        return self.made[stream]


@dataclass(frozen=True)
class Commission:
    """A curve of moods, the profiles, a seed and wishes."""

    curve: Curve
    profiles: Mapping[str, Any]
    seed: int
    wishes: Wishes

    @property
    def style(self) -> Mapping[str, Any]:
        """The style by its name in the profiles."""
        return self.profiles["styles"][self.wishes.style or AUTO]

    @property
    def by_bars(self) -> bool:
        """Whether the curve is one over the bars, not over time."""
        return self.wishes.bars is not None

    def choice(self, *moods: Mood, before: Mapping[str, str] | None = None) -> Choice:
        """A choice at the mean of moods."""
        return Choice(moods, self.profiles, self.seed, before or {})

    def family(self, minor: bool) -> frozenset[str]:
        """The choices of chords that are read in modes of the minor family, or of the major one."""
        return frozenset(self.profiles["families"]["minor" if minor else "major"])

    def options(self, group: str) -> dict[str, Mapping[str, float]]:
        """Every state's options of a group of choices, with their weights."""
        return options_of(self.profiles["choices"], group)

    def goes_home(self, weights: Mapping[str, float]) -> bool:
        """Whether emotions of these weights would rather close a phrase on the tonic than leave it open."""
        minor = self.family(True)
        shares = options(dict(weights), self.options("cadences"), lambda numerals: home(numerals, numerals in minor))
        return math.fsum(shares.values()) > _RATHER_HOME

    def numbers(self, mood: Mood) -> Numbers:
        """The numbers of a mood: each at the same quantile of its range, or as wished."""
        if mood not in self._numbers:
            found = {name: round(each.at(uniform(self.seed, name)), 3) for name, each in self.ranges(mood).items()}
            wished = {"tempo_bpm": self.wishes.tempo_bpm, "onsets_per_s": self.wishes.density}
            self._numbers[mood] = found | {name: value for name, value in wished.items() if value is not None}
        return self._numbers[mood]

    def ranges(self, mood: Mood) -> dict[str, Range]:
        """The ranges of the numbers at a mood."""
        if mood not in self._ranges:
            self._ranges[mood] = blend(mood, self.profiles)
        return self._ranges[mood]

    def tempo(self) -> tuple[float, Range]:
        """Means over the time of the curve: the tempo, and the range that it is in."""
        moods = self.curve.along
        ranges = [self.ranges(mood)["tempo_bpm"] for mood in moods]
        low, mid, high = (mean([getattr(each, bound) for each in ranges]) for bound in ("low", "mid", "high"))
        return mean([self.numbers(mood)["tempo_bpm"] for mood in moods]), Range(low, mid, high)

    @cached_property
    def _ranges(self) -> dict[Mood, dict[str, Range]]:
        return {}

    @cached_property
    def _numbers(self) -> dict[Mood, Numbers]:
        return {}


def _mean_of(weigh: Callable[[Mood], dict[str, float]], moods: Sequence[Mood]) -> dict[str, float]:
    rows = [weigh(mood) for mood in moods]
    return {state: mean([row[state] for row in rows]) for state in STATES}
