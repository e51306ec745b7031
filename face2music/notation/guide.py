"""What guides a reader: the bars with which lines of a lead sheet begin, tempos and their changes, the chords that are named."""

from collections.abc import Sequence
from itertools import pairwise

from face2music.notation.lead_sheet import chord_name
from face2music.notation.staves import Bar, Course
from face2music.plan import Plan
from face2music.score import Score
from face2music.score.harmony import Harmony

_MOST_VALUES = 12  # notes and rests on a line of a lead sheet
_NOTICED = 0.08  # of a tempo: a change that is written down
_MOVING = 0.005  # of a tempo: what goes on changing so much from bar to bar is one gradual change
_CLOSING = 0.04  # of a tempo: by so much an ending slows that is written down
FASTER, SLOWER, AS_BEFORE = "accel.", "rit.", "a tempo"


def begun_lines(bars: Sequence[Bar], sections: set[int], most: int) -> set[int]:
    """The bars with which a line begins: those that have no room left, and the first of a section that fills a line."""
    begun: set[int] = set()
    count = values = 0
    for index, bar in enumerate(bars):
        added = max((len(line.values) for line in bar.lines), default=1)
        following = min(start for start in (*sections, len(bars)) if start > index)
        if index and ((index in sections and following - index >= most) or count == most or values + added > _MOST_VALUES):
            begun.add(index)
            count = values = 0
        count, values = count + 1, values + added
    return begun


def shown_tempos(plan: Plan, sections: set[int]) -> dict[int, float]:
    """The tempo in the first bar, where a section begins in another one, and where a gradual change has arrived.

    What drifts in between is only heard, and what is nearly where a gradual change leads waits for its arrival.
    """
    changes = gradual_changes(plan)
    shown: dict[int, float] = {}
    for bar in sorted({0, *sections, *changes.values()}):
        tempo_bpm, before = plan.at_bar(bar).tempo_bpm, next(reversed(shown.values()), 0.0)
        goals = [plan.at_bar(arrival).tempo_bpm for start, arrival in changes.items() if start <= bar < arrival]
        if all(_differ(tempo_bpm, other) for other in (before, *goals)):
            shown[bar] = tempo_bpm
    return shown


def gradual_changes(plan: Plan) -> dict[int, int]:
    """The bars with which the tempo begins to go up or down in steps too small to be shown each, with those where it arrives."""
    tempos = [plan.at_bar(bar).tempo_bpm for bar in range(plan.bars)]
    moves = [
        (after > before) - (after < before) if abs(after / before - 1) > _MOVING else 0 for before, after in pairwise(tempos)
    ]
    starts = [bar for bar, move in enumerate(moves, start=1) if move and (bar == 1 or moves[bar - 2] != move)]
    changes = {start: _arrival(moves, start) for start in starts}
    return {start: end for start, end in changes.items() if end > start and _differ(tempos[end], tempos[start - 1])}


def _arrival(moves: list[int], start: int) -> int:
    """The last bar that goes on as the move into `start`, of the moves from bar to bar."""
    return next((bar for bar in range(start, len(moves)) if moves[bar] != moves[start - 1]), len(moves))


def _differ(tempo_bpm: float, other_bpm: float) -> bool:
    return abs(tempo_bpm - other_bpm) > _NOTICED * other_bpm


def tempo_words(plan: Plan, score: Score, shown: dict[int, float]) -> dict[int, str]:
    """Words for what a tempo does, by bar: where it begins to change, is back at the one shown before, and slows to the end."""
    changes, last = gradual_changes(plan), plan.bars - 2  # the bar before the last chord
    words: dict[int, str] = {}
    for start, arrival in changes.items():
        words[start] = FASTER if plan.at_bar(arrival).tempo_bpm > plan.at_bar(start - 1).tempo_bpm else SLOWER
        if arrival not in shown and arrival < plan.bars - 1:
            words[arrival] = AS_BEFORE
    before, closing = (score.tempos[bar].tempo_bpm / plan.at_bar(bar).tempo_bpm for bar in (max(0, last - 1), last))
    if closing < (1 - _CLOSING) * before and not any(start <= last <= arrival for start, arrival in changes.items()):
        words[last] = SLOWER
    return words


def named_chords(course: Course, bar: int) -> dict[int, Harmony]:
    """The chords whose names are written, by their sixteenths, of which a bar has so many: not what goes on within a bar."""
    named: dict[int, Harmony] = {}
    before = None
    for start, harmony in course.chords.items():
        here = start // bar, chord_name(harmony, course.key_at(start))
        if here != before:
            named[start] = harmony
        before = here
    return named
