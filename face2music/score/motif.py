"""Motifs: short chains of scale steps that a theme is made of, the ways of developing them, and the contours of phrases."""

from dataclasses import dataclass
from itertools import pairwise
from random import Random

from face2music.plan import Plan

_FIRST = "A"
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
# Where the first theme goes so, the contrasting ones, B, C and so on in turn, go otherwise.
_CONTRASTS: dict[str, tuple[str, ...]] = {
    "arch": ("wave", "fall", "rise"),
    "rise": ("arch", "wave"),
    "wave": ("rise", "arch"),
    "fall": ("arch", "wave"),
    "rise and drop": ("jagged", "wave"),
    "creep": ("question", "jagged"),
    "jagged": ("question", "creep"),
    "slump": ("slump", "turn", "fall"),
    "turn": ("slump", "fall"),
    "question": ("jagged", "rise and drop"),
}


@dataclass(frozen=True)
class Way:
    """How a bar develops the motif.

    Its moves forwards or upside down, how many of its notes there are, whether only its head comes, and by how many scale steps
    the bar before is taken up or down instead, as a sequence.
    """

    sign: int = 1
    notes: float = 1.0
    head: bool = False
    sequence: int = 0


STATED, INVERTED, AUGMENTED, FRAGMENTED = Way(), Way(sign=-1), Way(notes=0.5), Way(head=True)
RISING, FALLING = Way(sequence=1), Way(sequence=-1)

# The bars of a phrase by theme; two developments of each, of which a song has one.
DEVELOPMENTS: dict[str, tuple[tuple[Way, ...], ...]] = {
    "A": ((STATED, STATED, INVERTED, STATED), (STATED, RISING, FRAGMENTED, STATED), (STATED, FALLING, INVERTED, STATED)),
    "B": ((INVERTED, RISING, FRAGMENTED, AUGMENTED), (FRAGMENTED, RISING, RISING, AUGMENTED)),
    "C": ((AUGMENTED, FALLING, STATED, STATED), (STATED, FALLING, FALLING, AUGMENTED)),
    "D": ((STATED, INVERTED, STATED, AUGMENTED), (AUGMENTED, STATED, INVERTED, AUGMENTED)),
    "E": ((STATED, STATED, FALLING, AUGMENTED), (FRAGMENTED, FALLING, STATED, AUGMENTED)),
}


def contour_of(contour: str, theme: str) -> str:
    """The contour of a theme, where that of the first one is given."""
    others = _CONTRASTS[contour]
    return contour if theme == _FIRST else others[(ord(theme) - ord(_FIRST) - 1) % len(others)]


def height(contour: str, time: float) -> float:
    """Height of a contour, 0 to 1, at a time in the phrase, 0 to 1."""
    points = CONTOURS[contour]
    for (t0, h0), (t1, h1) in pairwise(points):
        if time <= t1:
            return h0 + (h1 - h0) * (time - t0) / (t1 - t0)
    return points[-1][1]


def developments(theme: str, bars: int, seed: int) -> tuple[Way, ...]:
    """How each bar of a theme's phrase develops the motif; short phrases have the beginning and the close."""
    ways = Random(f"{seed}/development/{theme}").choice(DEVELOPMENTS[theme])
    return (*ways[: bars - 1], ways[-1]) if bars < len(ways) else tuple(ways[bar % len(ways)] for bar in range(bars))


def motif(plan: Plan, theme: str, seed: int) -> tuple[int, ...]:
    """The moves of a theme's motif in scale steps; A and B share theirs, the others have their own."""
    rng = Random(f"{seed}/motif/{'A' if theme == 'B' else theme}")
    offset, contour = rng.random(), contour_of(plan.contour, theme)
    moves: list[int] = []
    for index in range(_LENGTH):
        # Steps of the golden ratio spread evenly, so that even a short motif has the plan's mixture of intervals.
        size = _size(plan, (offset + index * _GOLDEN) % 1, rng)
        slope = height(contour, (index + 1) / _LENGTH) - height(contour, index / _LENGTH)
        sign = 1 if rng.random() < 0.5 + max(-0.35, min(0.35, 2 * slope)) else -1
        if moves and abs(moves[-1]) >= 3 and rng.random() < _REVERSAL:
            size, sign = min(size, 1), -1 if moves[-1] > 0 else 1
        moves.append(sign * size)
    return tuple(moves)


def developed(moves: tuple[int, ...], way: Way) -> tuple[int, ...]:
    """The moves of a bar that develops a motif."""
    head = moves[: max(2, len(moves) // 3)]
    return tuple(way.sign * move for move in ((head * _LENGTH)[: len(moves)] if way.head else moves))


def _size(plan: Plan, chance: float, rng: Random) -> int:
    leaps = _LEAPS if plan.leap_share > 0.2 else _LEAPS[:4]
    leap = leaps[int(rng.random() * len(leaps))]
    for share, size in ((plan.unison_share, 0), (plan.step_share, 1), (plan.leap_share, leap)):
        if chance < share:
            return size
        chance -= share
    return 2
