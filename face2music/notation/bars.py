"""A voice -> bars filled with note and rest values, tied and beamed as they are drawn; positions are sixteenths."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from face2music.notation.voices import SIXTEENTHS_A_BEAT, Written, beat_edges
from face2music.theory import Metre

# Sixteenths: the name of the value, and its dots.
VALUES = {
    16: ("whole", 0),
    12: ("half", 1),
    8: ("half", 0),
    6: ("quarter", 1),
    4: ("quarter", 0),
    3: ("eighth", 1),
    2: ("eighth", 0),
    1: ("16th", 0),
}
_BEAMS = {3: 1, 2: 1, 1: 2}


@dataclass(frozen=True)
class Value:
    """A note value at a position of its bar, or a rest where `chord` is None; ties to the value before and after, and beams."""

    start: int
    length: int
    chord: Written | None = None
    tied_before: bool = False
    tied_after: bool = False
    beams: tuple[str, ...] = ()

    @property
    def velocity(self) -> int:
        """How loud it is played; a rest is not."""
        return 0 if self.chord is None else self.chord.velocity

    @property
    def staccato(self) -> bool:
        """Whether a dot says that it is played short, which what is tied cannot be."""
        return self.chord is not None and self.chord.staccato and not self.tied_before and not self.tied_after

    @property
    def end(self) -> int:
        """Where the next value begins."""
        return self.start + self.length


def bars_of(voice: tuple[Written, ...], metre: Metre, count: int) -> tuple[tuple[Value, ...], ...]:
    """`count` bars that the voice's values and rests fill exactly; a bar without a note is empty."""
    length = round(metre.beats * SIXTEENTHS_A_BEAT)
    bars: list[list[Value]] = [[] for _ in range(count)]
    for chord in voice:
        for bar in range(chord.start // length, -(-chord.end // length)):
            first = bar * length
            start, end = max(chord.start, first) - first, min(chord.end, first + length) - first
            for value in _values(start, end, metre):
                back, on = first + value.start > chord.start, first + value.end < chord.end
                bars[bar].append(replace(value, chord=chord, tied_before=back, tied_after=on))
    return tuple(tuple(_beamed(_with_rests(bar, metre), metre)) if bar else () for bar in bars)


def _values(start: int, end: int, metre: Metre, syncopated: bool = True) -> Iterator[Value]:
    """The fewest values, from the longest on, that show where the beats are."""
    while start < end:
        length = next(each for each in VALUES if each <= end - start and _reads_well(start, each, metre, syncopated))
        yield Value(start, length)
        start += length


def _reads_well(start: int, length: int, metre: Metre, syncopated: bool) -> bool:
    """Whether a value hides no place that is stronger than its own.

    A syncopated note may hide one that is a degree stronger, if it lies in its middle or the note lasts until a stronger one yet:
    eighth, quarter, eighth; or eighth and dotted quarter.
    """
    own, end = _strength(start, metre), start + length
    inside = {place: _strength(place, metre) for place in range(start + 1, end)}
    strongest = max(inside.values(), default=0)
    if strongest == 3 and metre.denominator == 8 and end not in beat_edges(metre):
        return False  # where eighths are counted, what leaves its group fills whole groups
    if strongest == 3 and len(set(metre.groups)) > 1 and metre.denominator == 4:
        return False  # three and two beats are not added up
    if strongest <= own:
        return True
    hidden = [place for place, strength in inside.items() if strength > own]
    in_middle = hidden == [start + length / 2]
    return syncopated and strongest == own + 1 and (in_middle or _strength(end, metre) > strongest)


def _strength(place: int, metre: Metre) -> int:
    return metre.strength(place / SIXTEENTHS_A_BEAT % metre.beats)


def _with_rests(bar: list[Value], metre: Metre) -> Iterator[Value]:
    now = 0
    for value in bar:
        yield from _values(now, value.start, metre, syncopated=False)
        yield value
        now = value.end
    yield from _values(now, round(metre.beats * SIXTEENTHS_A_BEAT), metre, syncopated=False)


def _beamed(bar: Iterator[Value], metre: Metre) -> Iterator[Value]:
    """Neighbours shorter than a quarter are joined inside a beat."""
    starts = beat_edges(metre)

    def place(value: Value) -> tuple[int, bool]:
        return sum(start <= value.start for start in starts), value.chord is not None and value.length in _BEAMS

    for (_, joinable), values in groupby(bar, place):
        run = list(values)
        yield from (_joined(run, index) for index in range(len(run))) if joinable and len(run) > 1 else run


def _joined(run: list[Value], index: int) -> Value:
    """A value of a run with what each of its beams does: begin, continue, end, or be a hook where no neighbour has it."""

    def has(neighbour: int, level: int) -> bool:
        return 0 <= neighbour < len(run) and _BEAMS[run[neighbour].length] >= level

    names = {(False, True): "begin", (True, True): "continue", (True, False): "end"}
    hook = "forward hook" if index == 0 else "backward hook"
    beams = tuple(
        names.get((has(index - 1, level), has(index + 1, level)), hook) for level in range(1, _BEAMS[run[index].length] + 1)
    )
    return replace(run[index], beams=beams)
