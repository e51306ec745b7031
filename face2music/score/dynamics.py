"""Plan and sketches -> velocities: who leads, where the bar is heavy, and how the level moves over phrases and song.

Loudness is first a weight without a unit; the weights of all notes are then stretched so that the velocities have the plan's mean
and spread, where the level moves in one shape those of all these notes.
"""

import math
from bisect import bisect_right
from collections.abc import Callable
from random import Random

from face2music.plan import Plan
from face2music.score.model import Sketch

_ROLE_WEIGHT = {"melody": 0.6, "chords": -0.4, "bass": 0.1, "colour": -0.1, "drums": -0.1}
_METRE_WEIGHT = 0.12  # by metrical strength
_SUDDEN_SHARE = 0.2  # of half bars
_LOUDEST, _SOFTEST = 126, 16
_LAST = 0.85  # from here on a shape dies away; an ending has only this of it

# Weight by intensity of the section (0 to 1), time in it (0 to 1), and whether a sudden event falls here.
SHAPES: dict[str, Callable[[float, float, bool], float]] = {
    "steady": lambda intensity, time, event: 0.2 * intensity,
    "terraced": lambda intensity, time, event: 1.0 * intensity,
    "arch": lambda intensity, time, event: 0.6 * intensity + 0.5 * math.sin(math.pi * time),
    "swell": lambda intensity, time, event: 0.8 * intensity + 1.2 * math.sin(math.pi * time),
    "late swell": lambda intensity, time, event: 0.4 * intensity + (1.4 * time if time < _LAST else 0.4),
    "sudden": lambda intensity, time, event: 0.5 * intensity + 3.0 * event,
}


def levels(plan: Plan, sketches: dict[str, list[Sketch]], seed: int) -> dict[str, list[int]]:
    """Velocities of the notes of every role, 16 to 126, with the plan's mean, spread and touch."""
    level = course(plan, seed)
    rng = Random(f"{seed}/level")

    def weight(role: str, note: Sketch) -> float:
        metre = _METRE_WEIGHT * plan.metre.strength(note.start_beat % plan.metre.beats)
        return note.weight + _ROLE_WEIGHT[role] + metre + level(note.start_beat)

    moments = {role: [plan.at(note.start_beat) for note in notes] for role, notes in sketches.items()}
    meant = {role: [weight(role, note) for note in notes] for role, notes in sketches.items()}
    noise = {shape: plan.touch / plan.velocity_spread * spread for shape, (_, spread) in _by_shape(meant, moments).items()}
    weights = {
        role: [each + noise[here.dynamics] * scatter(rng) for each, here in zip(row, moments[role], strict=True)]
        for role, row in meant.items()
    }
    usual = _by_shape(weights, moments)

    def velocity(weight: float, here: Plan) -> int:
        mean, spread = usual[here.dynamics]
        return min(max(round(here.velocity + here.velocity_spread * (weight - mean) / spread), _SOFTEST), _LOUDEST)

    return {role: [velocity(*each) for each in zip(row, moments[role], strict=True)] for role, row in weights.items()}


def scatter(rng: Random) -> float:
    """A random number of mean 0 and standard deviation 1, from -3 to 3; by sums alone, which every computer does alike."""
    return 2 * (rng.random() + rng.random() + rng.random() - 1.5)


def _by_shape(weights: dict[str, list[float]], moments: dict[str, list[Plan]]) -> dict[str, tuple[float, float]]:
    """Mean and spread of the weights where the level moves in a shape, for each of the song's shapes."""
    found: dict[str, list[float]] = {}
    for role, row in weights.items():
        for weight, here in zip(row, moments[role], strict=True):
            found.setdefault(here.dynamics, []).append(weight)
    return {shape: _mean_and_spread(own) for shape, own in found.items()}


def _mean_and_spread(weights: list[float]) -> tuple[float, float]:
    """Mean and half of the range from the 5th to the 95th percentile."""
    flat = sorted(weights)
    spread = (flat[int(0.95 * (len(flat) - 1))] - flat[int(0.05 * (len(flat) - 1))]) / 2
    return math.fsum(flat) / len(flat), spread or 1.0


def course(plan: Plan, seed: int) -> Callable[[float], float]:
    """How the level moves over the song, by the beat."""
    beats = plan.metre.beats
    rng = Random(f"{seed}/sudden")
    events = [rng.random() < _SUDDEN_SHARE for _ in range(2 * plan.bars)]

    def at(beat: float) -> float:
        bar = beat / beats
        section = plan.sections[bisect_right(plan.sections, bar, key=lambda section: section.start_bar) - 1]
        shape = SHAPES[plan.at_bar(section.start_bar).dynamics]
        time = (bar - section.start_bar) / section.bars
        ending = section.closes and not section.theme
        return shape(section.intensity, _LAST + (1 - _LAST) * time if ending else time, events[int(2 * bar)])

    return at
