"""Steps of a journey -> a song whose mood moves from one to the next.

A step is an emotion's name, the share of each emotion, a point of the plane (valence, arousal) or a picture of a face. Its mood
is reached in the middle of its bars, or of its share of the time; from one middle to the next it moves evenly.
"""

import dataclasses
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import TypeAlias

from face2music import mood
from face2music.errors import RequestError
from face2music.face import Picture
from face2music.mood import STATES, Mood
from face2music.pipeline import checks
from face2music.pipeline.chain import AS_THE_MOOD_SAYS, compose, read_faces
from face2music.pipeline.loaded import journeys, profiles
from face2music.pipeline.song import Song
from face2music.plan import Curve, KeyFrame, Wishes, check_wishes, count_bars
from face2music.plan.commission import Commission

Step: TypeAlias = str | Mapping[str, float] | Sequence[float] | Picture

DEFAULT_JOURNEY_S = 60.0
MOST_STEPS = 12
_BARS_OF_A_STEP = (1, 200)
_MISSED, _STEADY = 0.1, 0.03  # shares of the tempo: what is missing at the end, and what changes in its last bar


def compose_journey(
    steps: str | Sequence[Step],
    *,
    bars: int | Sequence[int] | None = None,
    seed: int | None = None,
    duration_s: float = DEFAULT_JOURNEY_S,
    wishes: Wishes = AS_THE_MOOD_SAYS,
    network: Path | None = None,
    render: bool = True,
) -> Song:
    """Compose a song that moves from mood to mood.

    Parameters
    ----------
    steps
        Two to twelve moods in order, each an emotion's name, the share of each emotion, valence and arousal (-1 to 1), or a
        picture of a face (a path, the bytes of a file, a PIL image or an RGB array), whose largest face counts. Or the name of a
        journey: one of `journey_names`.
    bars
        How many bars each step has, or all of them; without, the steps share the time evenly, and a journey known by its name
        takes its own.
    seed
        As in `compose`: the same steps, seed and settings give the same MIDI bytes.
    duration_s
        How long the music lasts, 5 to 600 s, where no bars are given.
    wishes, network, render
        As in `compose`; a number of bars among the wishes is shared evenly by the steps.

    Raises
    ------
    Face2MusicError
        A subclass for each kind of input that cannot be used; its message says what to do.
    """
    if isinstance(steps, str):
        known = _known(steps)
        steps, bars = known["steps"], known["bars"] if bars is None and wishes.bars is None else bars
    if not isinstance(steps, Sequence) or not 2 <= len(steps) <= MOST_STEPS:
        count = len(steps) if isinstance(steps, Sequence) else 1
        raise RequestError(
            f"A journey has 2 to {MOST_STEPS} steps, not {count}; give at least where it begins and where it ends."
        )
    lengths = _lengths(bars, len(steps))
    if lengths is not None and wishes.bars is not None:
        raise RequestError("The bars are given twice; give those of the steps or those of the whole song.")
    wishes = wishes if lengths is None else dataclasses.replace(wishes, bars=sum(lengths))
    check_wishes(wishes, profiles()["styles"])
    if wishes.bars is not None:
        _check_room(wishes.bars, len(steps))
    moods = [mood_of_step(step, network) for step in steps]
    curve = checks.as_linked(curve_of(moods, lengths or [1] * len(moods)))
    seed, duration_s = checks.seed_of(seed), checks.seconds(duration_s, curve.moves)
    _check_room(count_bars(curve, profiles(), seed, duration_s, wishes), len(steps))
    song = compose(curve=curve, seed=seed, duration_s=duration_s, wishes=wishes, render=render)
    return dataclasses.replace(song, warnings=(*song.warnings, *checks.too_far(_points(steps)), *_behind(song)))


def journey_names() -> tuple[str, ...]:
    """The journeys that are known by a name."""
    return tuple(journeys())


def mood_of_step(step: Step, network: Path | None = None) -> Mood:
    """The mood of a step of a journey; refusals as in `compose_journey`."""
    if isinstance(step, Mapping):
        return mood.mood_of(mood.rounded(step))
    if isinstance(step, str) and step in STATES:
        return STATES[step]
    if isinstance(step, str) and not os.path.isfile(step):
        raise RequestError(
            f"There is no step {step!r:.60}; give one of {', '.join(STATES)}, valence and arousal such as 0.4,-0.2, "
            "or the file of a picture."
        )
    if isinstance(step, tuple | list):
        return _point(step)
    return mood.mood_of(mood.rounded(read_faces(step, network).chosen(1).emotion))  # type: ignore[arg-type]


def curve_of(moods: Sequence[Mood], lengths: Sequence[int]) -> Curve:
    """Key frames in the middles of steps that have these lengths, in any unit."""
    total = sum(lengths)
    middles = [(end - length / 2) / total for end, length in zip(accumulate(lengths), lengths, strict=True)]
    return Curve(tuple(KeyFrame(round(middle, 3), each) for middle, each in zip(middles, moods, strict=True)))


def _check_room(bars: int, steps: int) -> None:
    if bars < steps:
        raise RequestError(
            f"A song of {bars} bars is too short for {steps} steps, and would not arrive; make it longer, or give fewer steps."
        )


def _behind(song: Song) -> Iterator[str]:
    """A sentence on a tempo that is still far from where it should be when the song ends: it never jumps on its way."""
    assert song.curve is not None
    goal = Commission(song.curve, profiles(), song.seed, song.wishes).numbers(song.curve.frames[-1].mood)["tempo_bpm"]
    before, last = (song.plan.at_bar(song.plan.bars - place).tempo_bpm for place in (2, 1))
    left = math.log(goal / last)
    if abs(left) > _MISSED and math.log(last / before) * math.copysign(1, left) > _STEADY:
        yield (
            f"The journey is too short for its tempo to arrive: it ends at {last:.0f} beats a minute, on its way to {goal:.0f}; "
            "make it longer."
        )


def _known(name: str) -> Mapping[str, list]:
    if name not in journeys():
        raise RequestError(f"There is no journey {name!r:.60}; choose among {', '.join(journeys())}, or give the steps of one.")
    return journeys()[name]


def _points(steps: Sequence[Step]) -> Iterator[Sequence[float]]:
    return (step for step in steps if isinstance(step, tuple | list))


def _point(pair: Sequence[float]) -> Mood:
    numbers = [each for each in pair if isinstance(each, int | float) and not isinstance(each, bool) and math.isfinite(each)]
    if len(pair) != 2 or len(numbers) != 2:
        raise RequestError(f"A point of a journey is {pair!r:.60}; give valence and arousal, each from -1 to 1.")
    return mood.mood_at(*numbers)


def _lengths(bars: int | Sequence[int] | None, steps: int) -> list[int] | None:
    if bars is None:
        return None
    given = list(bars) if isinstance(bars, Sequence) and not isinstance(bars, str) else [bars]
    given = given * steps if len(given) == 1 else given
    if len(given) != steps:
        raise RequestError(
            f"There are {steps} steps and bars for {len(given)}; give a number of bars for each step, or one for all."
        )
    return [checks.whole_number("number of bars of a step", each, *_BARS_OF_A_STEP) for each in given]
