"""What guides a reader: the bars with which lines of a lead sheet begin, the tempos that are shown, the chords that are named."""

from collections.abc import Sequence

from face2music.notation.lead_sheet import chord_name
from face2music.notation.staves import Bar, Course
from face2music.plan import Plan
from face2music.score.harmony import Harmony

_MOST_VALUES = 12  # notes and rests on a line of a lead sheet
_NOTICED = 0.08  # of a tempo: a change that is written down


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
    """The tempo in the first bar, and where a section begins in another one; what drifts in between is only heard."""
    shown: dict[int, float] = {}
    for bar in sorted({0, *sections}):
        tempo_bpm, before = plan.at_bar(bar).tempo_bpm, next(reversed(shown.values()), 0.0)
        if abs(tempo_bpm - before) > _NOTICED * before:
            shown[bar] = tempo_bpm
    return shown


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
