"""Motifs: short chains of scale steps that a theme is made of, the ways of varying them, and the contours of phrases."""

from itertools import pairwise
from random import Random

from face2music.plan import Plan

_LENGTH = 8
_GOLDEN = 0.618034
_LEAPS = (3, 3, 4, 4, 5, 7)  # in scale steps; the last ones only where leaps are many
_REVERSAL = 0.7  # chance that a leap is answered by a step the other way (pop melodies: .58 of all leaps)

# Height (0 to 1 of the range) over a phrase (0 to 1), linear between the points.
CONTOURS: dict[str, tuple[tuple[float, float], ...]] = {
    "arch": ((0, 0.3), (0.45, 0.8), (1, 0.3)),
    "rise": ((0, 0.2), (0.7, 0.8), (1, 0.6)),
    "wave": ((0, 0.4), (0.2, 0.75), (0.5, 0.35), (0.75, 0.8), (1, 0.4)),
    "fall": ((0, 0.8), (0.15, 0.9), (1, 0.15)),
    "rise and drop": ((0, 0.2), (0.4, 0.7), (0.45, 0.3), (0.85, 0.9), (1, 0.05)),
    "creep": ((0, 0.1), (0.7, 0.6), (0.75, 1.0), (1, 0.75)),
    "jagged": ((0, 0.2), (0.2, 0.9), (0.35, 0.1), (0.6, 0.95), (0.75, 0.2), (1, 0.8)),
    "slump": ((0, 0.5), (0.3, 0.85), (1, 0.1)),
    "turn": ((0, 0.5), (0.3, 0.65), (0.6, 0.4), (1, 0.5)),
    "question": ((0, 0.35), (0.3, 0.6), (0.6, 0.3), (1, 0.95)),
}


def height(contour: str, time: float) -> float:
    """Height of a contour, 0 to 1, at a time in the phrase, 0 to 1."""
    points = CONTOURS[contour]
    for (t0, h0), (t1, h1) in pairwise(points):
        if time <= t1:
            return h0 + (h1 - h0) * (time - t0) / (t1 - t0)
    return points[-1][1]


def motif(plan: Plan, theme: str, seed: int) -> tuple[int, ...]:
    """The moves of a theme's motif in scale steps; B answers A upside down, C has a motif of its own."""
    if theme == "B":
        return inverted(motif(plan, "A", seed))
    rng = Random(f"{seed}/motif/{theme}")
    offset = rng.random()
    moves: list[int] = []
    for index in range(_LENGTH):
        # Steps of the golden ratio spread evenly, so that even a short motif has the plan's mixture of intervals.
        size = _size(plan, (offset + index * _GOLDEN) % 1, rng)
        slope = height(plan.contour, (index + 1) / _LENGTH) - height(plan.contour, index / _LENGTH)
        sign = 1 if rng.random() < 0.5 + max(-0.35, min(0.35, 2 * slope)) else -1
        if moves and abs(moves[-1]) >= 3 and rng.random() < _REVERSAL:
            size, sign = min(size, 1), -1 if moves[-1] > 0 else 1
        moves.append(sign * size)
    return tuple(moves)


def inverted(moves: tuple[int, ...]) -> tuple[int, ...]:
    """The motif upside down."""
    return tuple(-move for move in moves)


def fragment(moves: tuple[int, ...]) -> tuple[int, ...]:
    """The motif's head over and over."""
    head = moves[: max(2, len(moves) // 3)]
    return (head * _LENGTH)[: len(moves)]


def variation(moves: tuple[int, ...], index: int, bars: int) -> tuple[int, ...]:
    """The motif in the bar `index` of a phrase of `bars`: stated, repeated on the next chord, developed, stated to close."""
    if index == bars - 2 and bars >= 4:
        return inverted(moves) if sum(moves) > 0 else fragment(moves)
    return moves


def _size(plan: Plan, chance: float, rng: Random) -> int:
    leaps = _LEAPS if plan.leap_share > 0.2 else _LEAPS[:4]
    leap = leaps[int(rng.random() * len(leaps))]
    for share, size in ((plan.unison_share, 0), (plan.step_share, 1), (plan.leap_share, leap)):
        if chance < share:
            return size
        chance -= share
    return 2
