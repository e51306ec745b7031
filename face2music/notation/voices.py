"""A part's notes as performed -> as written: on the grid of sixteenths, in one voice or two, without the players' liberties.

Positions are sixteenths from the song's start. The composer sets every note on a sixteenth; small errors of time and the swing
of eighths come with the performance and are taken back here, as a copyist does who writes plain eighths and "Swing" above.
"""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from face2music.plan import Plan
from face2music.score import Note, Part
from face2music.theory import GRID, SWUNG, Metre

SIXTEENTHS_A_BEAT = round(1 / GRID)

_ONE_VOICE = ("melody", "bass")
# Of the time to the next note: what sounds longer is written full, what sounds shorter gets a dot or, if it is long, a rest.
_FULL, _SHORT = 0.7, 0.65
_CONNECTED = SIXTEENTHS_A_BEAT  # notes that follow each other within a beat are written without rests between them


@dataclass(frozen=True)
class Written:
    """Notes of one voice that are written as one chord: pitches from low to high; `staccato` if played short."""

    start: int
    end: int
    pitches: tuple[int, ...]
    velocity: int
    staccato: bool = False


@dataclass(frozen=True)
class Voice:
    """Chords that follow one another and never overlap; a voice that does not lead has notes only while another one holds."""

    chords: tuple[Written, ...]
    leads: bool = True


@dataclass(frozen=True)
class _Placed:
    """A note on the grid, and how many sixteenths it sounds."""

    start: int
    pitch: int
    velocity: int
    sounding: float

    @property
    def end(self) -> int:
        return self.start + max(1, round(self.sounding))


def voices_of(part: Part, plan: Plan) -> tuple[Voice, ...]:
    """The part's voices, the higher one first."""
    last = round(plan.length_beats * SIXTEENTHS_A_BEAT)
    placed = [_placed(note, plan, last) for note in part.notes]
    starts = sorted({note.start for note in placed})
    if part.role == "drums":
        return (Voice(_strokes(placed, plan.metre, last)),)
    if part.role in _ONE_VOICE:
        return (Voice(_written(placed, [*starts, last], plan.metre)),)
    leading, second = _leading_and_second(placed)
    voices = [
        (notes, Voice(_written(notes, [*starts, last], plan.metre), notes is leading)) for notes in (leading, second) if notes
    ]
    return tuple(voice for _, voice in sorted(voices, key=lambda pair: -sum(note.pitch for note in pair[0]) / len(pair[0])))


def straight(plan: Plan, beat: float) -> float:
    """Where a beat stands on paper: the swing of eighths taken back."""
    if not plan.swing or plan.metre.denominator != 4:
        return beat
    whole, part = divmod(beat, 1)
    late = plan.swing * SWUNG
    return whole + (part / (1 + 2 * late) if part < 0.5 + late else 0.5 + (part - 0.5 - late) / (1 - 2 * late))


def _placed(note: Note, plan: Plan, last: int) -> _Placed:
    start = straight(plan, note.start_beat) * SIXTEENTHS_A_BEAT
    sounding = straight(plan, note.end_beat) * SIXTEENTHS_A_BEAT - start
    on_grid = min(round(start), last - 1)
    return _Placed(on_grid, note.pitch, note.velocity, min(sounding, last - on_grid))


def _grouped(placed: list[_Placed]) -> dict[int, list[_Placed]]:
    """Notes by their start, in order of time."""
    groups = defaultdict(list)
    for note in sorted(placed, key=lambda note: note.start):
        groups[note.start].append(note)
    return dict(groups)


def _leading_and_second(placed: list[_Placed]) -> tuple[list[_Placed], list[_Placed]]:
    """A second voice for what moves while others hold; none where every note rings over the next, as in a broken chord."""
    groups = _grouped(placed)
    following = dict(pairwise(groups))
    leading: list[_Placed] = []
    second: list[_Placed] = []
    held_until = holds = rings = 0
    for start, notes in groups.items():
        end = max(note.end for note in notes)
        overlaps = end > following.get(start, end)
        if start < held_until:
            second += notes
            rings += overlaps
            continue
        leading += [note for note in notes if note.end == end or not overlaps]
        second += [note for note in notes if note.end < end and overlaps]
        holds += overlaps
        held_until = end if overlaps else start
    return (placed, []) if rings > holds else (leading, second)


def _strokes(placed: list[_Placed], metre: Metre, last: int) -> tuple[Written, ...]:
    """Drums: each stroke is written until the next one, or until the beat is over."""
    bar = round(metre.beats * SIXTEENTHS_A_BEAT)
    groups = _grouped(placed)
    written = []
    for (start, notes), until in zip(groups.items(), [*list(groups)[1:], last], strict=True):
        beat = next(edge for edge in beat_edges(metre) if edge > start % bar) - start % bar
        written.append(_chord(notes, min(until, start + beat)))
    return tuple(written)


def beat_edges(metre: Metre) -> tuple[int, ...]:
    """Where the beats of a bar begin, or its groups where it counts eighths, and where it ends; in sixteenths."""
    starts = metre.group_starts if metre.denominator == 8 else tuple(range(metre.numerator))
    return tuple(round(beat * SIXTEENTHS_A_BEAT) for beat in (*starts, metre.beats))


def _written(placed: list[_Placed], starts: list[int], metre: Metre) -> tuple[Written, ...]:
    """Chords of a voice; `starts` is where notes of the whole part begin, and where the song ends."""
    groups = _grouped(placed)
    chords = []
    for notes, following in zip(groups.values(), [*list(groups)[1:], starts[-1]], strict=True):
        end = max(note.end for note in notes)
        until = min(following, starts[bisect_left(starts, end)])
        chords.append(_until(notes, until, metre))
    return tuple(chords)


def _until(notes: list[_Placed], until: int, metre: Metre) -> Written:
    """A chord that is written full until the next one, or has a rest behind it where it ends much earlier."""
    start = notes[0].start
    sounding, room = max(note.sounding for note in notes), until - start
    if sounding >= _FULL * room or room <= _CONNECTED:
        return _chord(notes, until, staccato=sounding < _SHORT * room)
    # The rest begins where it is easy to read, not where the player lets go.
    unit = 1 if start % 2 else 2 if sounding < 6 or metre.denominator == 8 else 4
    first = start - start % round(metre.beats * SIXTEENTHS_A_BEAT)
    end = first + round((start + sounding - first) / unit) * unit
    end = min(max(start + unit, end), until)
    return _chord(notes, end, staccato=sounding < _SHORT * (end - start))


def _chord(notes: list[_Placed], end: int, staccato: bool = False) -> Written:
    pitches = tuple(sorted({note.pitch for note in notes}))
    return Written(notes[0].start, end, pitches, max(note.velocity for note in notes), staccato)
