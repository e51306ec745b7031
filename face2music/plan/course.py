"""Commission and bars -> what holds in each bar: its mood, the numbers of the plan, and how fast it goes."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from face2music.mood import Mood
from face2music.plan.commission import Commission, Numbers
from face2music.plan.curve import mean

_STEEPEST = 1.06  # tempo of a bar over that of its neighbour; the unsteady bars of fear differ by more
_LARGEST_STEPS = {"level_db": 1.8, "velocity": 5.0}  # from bar to bar; together some 3 dB; songs of one mood have up to 8
SUDDEN = 0.25  # distance between the moods of two bars; neutral is 0.6 to 1.1 from the other emotions
_ROUNDS = 6  # to find the bars in time: each brings their places nearer to where they stay


@dataclass(frozen=True)
class Course:
    """Mood, numbers and tempo of each bar."""

    moods: tuple[Mood, ...]
    numbers: tuple[Numbers, ...]
    tempos: tuple[float, ...]

    @property
    def times(self) -> tuple[float, ...]:
        """How long each bar lasts, in minutes a beat."""
        return tuple(1 / tempo for tempo in self.tempos)

    @property
    def tempo_bpm(self) -> float:
        """The tempo at which as many bars last as long: the mean over their time."""
        return mean(self.tempos, self.times)

    @property
    def paces(self) -> tuple[float, ...]:
        """The tempo of each bar over that of all."""
        return tuple(round(tempo / self.tempo_bpm, 6) for tempo in self.tempos)

    @property
    def mood(self) -> Mood:
        """The mean of the moods."""
        return Mood(*(round(mean(axis, self.times), 3) for axis in zip(*(mood.axes for mood in self.moods), strict=True)))

    @property
    def turns(self) -> tuple[int, ...]:
        """Bars in which the mood is suddenly another than before: where it changes fastest, if it does so faster than a drift."""
        steps = [0.0, *(math.dist(a.point, b.point) for a, b in pairwise(self.moods)), 0.0]
        return tuple(
            bar
            for bar in range(1, len(self.moods))
            if steps[bar] >= SUDDEN and steps[bar] > steps[bar - 1] and steps[bar] >= steps[bar + 1]
        )

    def over_all(self) -> dict[str, float]:
        """The numbers of the whole: means over its time."""
        return {name: round(mean([number[name] for number in self.numbers], self.times), 3) for name in self.numbers[0]}


def course_of(commission: Commission, bars: int) -> Course:
    """What holds in each of so many bars."""
    curve, numbers = commission.curve, commission.numbers
    places = [(bar + 0.5) / bars for bar in range(bars)]
    for _ in range(0 if commission.by_bars else _ROUNDS):
        lengths = [1 / tempo for tempo in eased([numbers(curve.at(place))["tempo_bpm"] for place in places])]
        ends = list(accumulate(lengths))
        places = [(end - length / 2) / ends[-1] for end, length in zip(ends, lengths, strict=True)]
    moods = tuple(curve.at(place) for place in places)
    found = tuple(numbers(mood) for mood in moods)
    return Course(moods, _stepped(found), eased([number["tempo_bpm"] for number in found]))


def _stepped(numbers: tuple[Numbers, ...]) -> tuple[Numbers, ...]:
    """The numbers, of which those in `_LARGEST_STEPS` follow the mood in steps of no more than that."""
    for name, most in _LARGEST_STEPS.items():
        reached = _followed([number[name] for number in numbers], most)
        numbers = tuple(
            number if number[name] == value else {**number, name: round(value, 3)}
            for number, value in zip(numbers, reached, strict=True)
        )
    return numbers


def _followed(values: list[float], most: float) -> Iterator[float]:
    return accumulate(values, lambda before, wanted: before + min(max(wanted - before, -most), most))


def eased(tempos: Sequence[float]) -> tuple[float, ...]:
    """The tempos, none of which is much faster or slower than the one before."""
    return tuple(accumulate(tempos, lambda before, tempo: min(max(tempo, before / _STEEPEST), before * _STEEPEST)))
