"""A mood that moves: key frames along a song, and the mood between them.

Positions are shares of the song, 0 to 1: of its bars where the wishes name their number, else of its time.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from face2music.errors import RequestError
from face2music.mood import EMOTIONS, QUIET, Mood, colour_of
from face2music.plan.blend import blend_weights

MOST_FRAMES, MOST_CUT_FRAMES = 64, 160
_PLACES = 33
_MOST_LANDMARKS = 4
FAR = 0.5  # in valence, arousal and dominance


@dataclass(frozen=True)
class KeyFrame:
    """A mood, and where in the song it is reached: bit by bit from the frame before, or all at once if it is `sudden`."""

    position: float
    mood: Mood
    sudden: bool = False


@dataclass(frozen=True)
class Curve:
    """Key frames in order of their positions; before the first, behind the last and before a sudden one the mood rests."""

    frames: tuple[KeyFrame, ...]

    @property
    def moves(self) -> bool:
        """Whether there is more than one mood."""
        return len(self.frames) > 1

    @cached_property
    def jumps(self) -> tuple[float, ...]:
        """The positions of its sudden frames."""
        return tuple(frame.position for frame in self.frames if frame.sudden)

    @property
    def cut(self) -> bool:
        """Whether it says itself where the mood turns: at its sudden frames, where phrases begin, and nowhere else."""
        return bool(self.jumps)

    @property
    def beyond(self) -> bool:
        """Whether a mood of it lies beyond the reach of the seven emotions."""
        return any(frame.mood.beyond for frame in self.frames)

    def at(self, position: float) -> Mood:
        """The mood at a position (0 to 1): on the straight line between two key frames, rounded to 0.001."""
        here = bisect_right(self._positions, position)
        if here in (0, len(self.frames)):
            return self.frames[max(0, here - 1)].mood
        before, after = self.frames[here - 1 : here + 1]
        if after.sudden or position == before.position:
            return before.mood
        return _between(before.mood, after.mood, (position - before.position) / (after.position - before.position))

    @property
    def along(self) -> tuple[Mood, ...]:
        """The moods all along it, evenly spaced."""
        return tuple(self.at(place / (_PLACES - 1)) for place in range(_PLACES))

    @cached_property
    def _positions(self) -> tuple[float, ...]:
        return tuple(frame.position for frame in self.frames)

    @property
    def landmarks(self) -> tuple[Mood, ...]:
        """The first mood and those of its key frames that are far from it and from each other, the farthest first."""
        left = [frame.mood for frame in self.frames]
        found = [left[0]]
        while len(found) < _MOST_LANDMARKS:
            farthest = max(left, key=lambda mood: _distance(mood, found))
            if _distance(farthest, found) < FAR:
                break
            found.append(farthest)
        return tuple(found)


def check_curve(curve: Curve) -> None:
    """Refuse, with a RequestError, a curve that is no mood over a song."""
    frames, most = curve.frames, MOST_CUT_FRAMES if curve.cut else MOST_FRAMES
    if not 1 <= len(frames) <= most:
        raise RequestError(f"A curve has 1 to {most} key frames, not {len(frames)}; give fewer, or at least one.")
    places = [frame.position for frame in frames]
    if not all(0 <= place <= 1 for place in places) or any(before >= after for before, after in pairwise(places)):
        raise RequestError("The positions of a curve's key frames rise from 0 to 1; give each a later one than that before it.")
    if not all(-1 <= value <= 1 for frame in frames for value in frame.mood.point):
        raise RequestError("Valence, arousal and dominance each go from -1 to 1; give every key frame values in between.")
    if not all(0 <= frame.mood.beyond <= 1 for frame in frames):
        raise RequestError("How far a mood lies beyond the emotions goes from 0 to 1; give every key frame a value in between.")
    if curve.cut and curve.beyond:
        raise RequestError("A curve with a sudden key frame has no moods beyond the emotions; leave out the one or the other.")


def curve_along(moods: Sequence[Mood]) -> Curve:
    """A curve through the moods of bars that follow each other, at no more places than a curve has key frames."""
    places = range(0, len(moods), -(-len(moods) // MOST_FRAMES))
    frames = [KeyFrame(round((place + 0.5) / len(moods), 3), moods[place]) for place in places]
    told = [
        frame
        for before, frame, after in zip([None, *frames], frames, [*frames[1:], None], strict=False)
        if before is None or after is None or not before.mood == frame.mood == after.mood
    ]
    return steady(moods[0]) if len(set(moods)) == 1 else Curve(tuple(told))


def curve_shares(curve: Curve) -> dict[str, float]:
    """How much each emotion counts along a curve, the states beyond by their colour; the shares add up to 1."""
    rows = [_coloured(blend_weights(mood)) for mood in curve.along]
    return {emotion: mean([row[emotion] for row in rows]) for emotion in EMOTIONS}


def _coloured(weights: Mapping[str, float]) -> dict[str, float]:
    quiet = {state: weights[state] for state in QUIET if weights[state]}
    return {
        emotion: weights[emotion] + math.fsum(weight * colour_of(state)[emotion] for state, weight in quiet.items())
        for emotion in EMOTIONS
    }


def steady(mood: Mood) -> Curve:
    """A mood that stays."""
    return Curve((KeyFrame(0.0, mood),))


def nearest(moods: Sequence[Mood], mood: Mood) -> int:
    """Which of some moods is the nearest to another."""
    return min(range(len(moods)), key=lambda index: math.dist(moods[index].point, mood.point))


def mean(values: Sequence[float], weights: Sequence[float] | None = None) -> float:
    """The mean, weighted if need be; of values that are all the same just that value, to the last bit."""
    if len(set(values)) == 1:
        return values[0]
    weights = [1.0] * len(values) if weights is None else weights
    return math.fsum(value * weight for value, weight in zip(values, weights, strict=True)) / math.fsum(weights)


def _distance(mood: Mood, others: Sequence[Mood]) -> float:
    return min(math.dist(mood.point, other.point) for other in others)


def _between(a: Mood, b: Mood, share: float) -> Mood:
    return Mood(*(round(x + (y - x) * share, 3) for x, y in zip(a.axes, b.axes, strict=True)))
