"""Commission and bars -> what holds in each bar: its mood, the numbers of the plan, and how fast it goes."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from face2music.mood import Mood
from face2music.plan.commission import Commission, Numbers
from face2music.plan.curve import Curve, mean

_STEEPEST = 1.06  # tempo of a bar over that of its neighbour; the unsteady bars of fear differ by more
_LARGEST_STEPS = {"level_db": 1.8, "velocity": 5.0}  # from bar to bar; together some 3 dB; songs of one mood have up to 8
SUDDEN = 0.25  # distance between the moods of two bars; neutral is 0.6 to 1.1 from the other emotions
_ROUNDS = 6  # to find the bars in time: each brings their places nearer to where they stay
_HALVINGS = 16  # to find how long all bars last, to a ten-thousandth


@dataclass(frozen=True)
class Course:
    """Mood, numbers and tempo of each bar, and where the mood turns, in bars from the beginning."""

    moods: tuple[Mood, ...]
    numbers: tuple[Numbers, ...]
    tempos: tuple[float, ...]
    turns: tuple[float, ...] = ()

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

    def over_all(self) -> dict[str, float]:
        """The numbers of the whole: means over its time."""
        return {name: round(mean([number[name] for number in self.numbers], self.times), 3) for name in self.numbers[0]}


def course_of(commission: Commission, bars: int, filled: float = 1.0) -> Course:
    """What holds in each of so many bars, which fill such a share of the time; of a cut curve the rest is behind them."""
    curve = commission.curve
    if curve.cut and not commission.by_bars:
        places, tempos = _fitted(commission, bars, filled)
    else:
        places = _places(commission, bars)
        tempos = eased([commission.numbers(curve.at(place))["tempo_bpm"] for place in places])
    moods = tuple(curve.at(place) for place in places)
    turns = _told(curve, places) if curve.cut else _sudden(moods)
    return Course(moods, _stepped(tuple(commission.numbers(mood) for mood in moods)), tempos, turns)


def _places(commission: Commission, bars: int) -> list[float]:
    """The middle of each bar along the curve; in time only nearly where the mood jumps, but songs of before stay as they were."""
    curve, numbers = commission.curve, commission.numbers
    places = [(bar + 0.5) / bars for bar in range(bars)]
    for _ in range(0 if commission.by_bars else _ROUNDS):
        lengths = [1 / tempo for tempo in eased([numbers(curve.at(place))["tempo_bpm"] for place in places])]
        ends = list(accumulate(lengths))
        places = [(end - length / 2) / ends[-1] for end, length in zip(ends, lengths, strict=True)]
    return places


def _fitted(commission: Commission, bars: int, filled: float) -> tuple[list[float], tuple[float, ...]]:
    """The middle of each bar in time, and its tempo: such a length of all is found that bars laid into it are just as long."""
    tempos = [commission.numbers(frame.mood)["tempo_bpm"] for frame in commission.curve.frames]
    low, high = bars / max(tempos) / 2, bars / min(tempos) * 2
    for _ in range(_HALVINGS):
        whole = (low + high) / 2
        places, laid = _laid(commission, bars, whole / filled)
        low, high = (whole, high) if math.fsum(1 / tempo for tempo in laid) > whole else (low, whole)
    return places, laid


def _laid(commission: Commission, bars: int, time: float) -> tuple[list[float], tuple[float, ...]]:
    """The middles of bars that are laid one after the other into such a time (in minutes a beat), and their tempos."""
    begin, length = 0.0, 1 / commission.numbers(commission.curve.at(0))["tempo_bpm"]
    places, tempos = [], []
    for _ in range(bars):
        places.append((begin + length / 2) / time)
        tempos.append(_tempo_between(commission, begin / time, (begin + length) / time, 1 / length))
        length = 1 / tempos[-1]
        begin += length
    return places, tuple(tempos)


def _tempo_between(commission: Commission, start: float, end: float, tempo_before: float) -> float:
    """The tempo of a bar between two places, near that of the bar before.

    Where the mood jumps in the bar it has a share of the tempos before and after that: were it either, a little time more could
    make a song longer by half a bar, and there would be times that no bars fill.
    """
    curve = commission.curve
    jump = next((position for position in curve.jumps if start < position < end), None)
    asked = ((start + end) / 2,) if jump is None else (start, end)
    shares = (1.0,) if jump is None else (jump - start, end - jump)
    return mean([eased([tempo_before, commission.numbers(curve.at(place))["tempo_bpm"]])[1] for place in asked], shares)


def _told(curve: Curve, places: Sequence[float]) -> tuple[float, ...]:
    """Where a cut curve turns, in bars: 1.5 is the middle of the second one."""
    turns = []
    for position in curve.jumps:
        after = bisect_left(places, position)
        if 0 < after < len(places):
            turns.append(after - 0.5 + (position - places[after - 1]) / (places[after] - places[after - 1]))
    return tuple(turns)


def _sudden(moods: Sequence[Mood]) -> tuple[int, ...]:
    """The bars in which the mood changes fastest, if it does so faster than a drift."""
    steps = [0.0, *(math.dist(a.point, b.point) for a, b in pairwise(moods)), 0.0]
    return tuple(
        bar
        for bar in range(1, len(moods))
        if steps[bar] >= SUDDEN and steps[bar] > steps[bar - 1] and steps[bar] >= steps[bar + 1]
    )


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
