"""Score and plan -> staves: each part's bars with values, spelt note heads and marks of loudness, ready to be written down."""

from bisect import bisect_right
from dataclasses import dataclass

from face2music.notation.bars import Value, bars_of
from face2music.notation.spelling import Key
from face2music.notation.tables import DRUMS, Clef, clef_for, mark_for
from face2music.notation.voices import SIXTEENTHS_A_BEAT, Voice, voices_of
from face2music.plan import Plan
from face2music.score import Part, Score
from face2music.score.harmony import Harmony, harmonise

_ACCIDENTALS = {-1: "flat", 0: "natural", 1: "sharp"}
_ANY_SEED = 0  # chooses which voices of a chord are suspended; where the chords stand, and which they are, is the plan's


@dataclass(frozen=True)
class Head:
    """A note head: its place on the staff, its alteration in semitones and the accidental to draw; `pitch` names a drum."""

    pitch: int
    step: str
    octave: int
    alter: int = 0
    accidental: str | None = None


@dataclass(frozen=True)
class Line:
    """A voice in a bar: values with their heads; a voice that does not lead shows no rests."""

    values: tuple[tuple[Value, tuple[Head, ...]], ...]
    shows_rests: bool


@dataclass(frozen=True)
class Bar:
    """A staff's bar: the voices that have notes in it, and a mark of loudness."""

    lines: tuple[Line, ...]
    mark: str | None = None


@dataclass(frozen=True)
class Staff:
    """A part as it is written; drums have no clef of pitches."""

    number: int
    part: Part
    instrument: str
    clef: Clef | None
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Course:
    """Keys and chords of the song by the sixteenth at which they begin."""

    keys: dict[int, Key]
    chords: dict[int, Harmony]

    @classmethod
    def of(cls, score: Score, plan: Plan) -> "Course":
        """The course of a song."""
        modes = [plan.at(change.start_beat).mode for change in score.keys]
        keys = (Key.of(change.key, mode, change.minor) for change, mode in zip(score.keys, modes, strict=True))
        return cls(
            {_sixteenth(change.start_beat): key for change, key in zip(score.keys, keys, strict=True)},
            {_sixteenth(harmony.start_beat): harmony for harmony in harmonise(plan, _ANY_SEED)},
        )

    def key_at(self, place: int) -> Key:
        """The key of the music at a sixteenth."""
        starts = list(self.keys)
        return self.keys[starts[bisect_right(starts, place) - 1]]

    def chord_at(self, place: int) -> Harmony:
        """The chord that sounds at a sixteenth."""
        starts = list(self.chords)
        return self.chords[starts[max(0, bisect_right(starts, place) - 1)]]


def staff_of(number: int, part: Part, plan: Plan, course: Course) -> Staff:
    """A part as a staff.

    Raises
    ------
    ValueError
        If the part strikes a drum that has no place on the staff.
    """
    drums = part.role == "drums"
    unknown = sorted({note.pitch for note in part.notes if drums} - DRUMS.keys())
    if unknown:
        raise ValueError(f"The drums {unknown} have no place on the staff; add them to the table DRUMS.")
    voices = voices_of(part, plan)
    barred = [bars_of(voice.chords, plan.metre, plan.bars) for voice in voices]
    marks = _marks(voices, plan)
    bars = []
    for index, of_voices in enumerate(zip(*barred, strict=True)):
        heads = _struck(of_voices) if drums else _spelt(of_voices, course)
        lines = [
            Line(tuple((value, heads.get(value, ())) for value in values), voice.leads)
            for voice, values in zip(voices, of_voices, strict=True)
            if values
        ]
        bars.append(Bar(tuple(lines), marks.get(index)))
    return Staff(number, part, plan.named(part.name).instrument, None if drums else clef_for(voices), tuple(bars))


def _sixteenth(beat: float) -> int:
    return round(beat * SIXTEENTHS_A_BEAT)


def _struck(voices: tuple[tuple[Value, ...], ...]) -> dict[Value, tuple[Head, ...]]:
    values = [value for voice in voices for value in voice if value.chord is not None]
    return {
        value: tuple(Head(pitch, DRUMS[pitch].step, DRUMS[pitch].octave) for pitch in value.chord.pitches)
        for value in values
        if value.chord is not None
    }


def _spelt(voices: tuple[tuple[Value, ...], ...], course: Course) -> dict[Value, tuple[Head, ...]]:
    """Heads of a bar's values; an accidental stands where the name is not what signature and bar have said before."""
    valid: dict[tuple[str, int], int] = {}
    heads: dict[Value, tuple[Head, ...]] = {}
    for value in sorted((value for voice in voices for value in voice), key=lambda value: value.start):
        if value.chord is None:
            continue
        key, chord = course.key_at(value.chord.start), course.chord_at(value.chord.start).chord
        named = []
        for pitch in value.chord.pitches:
            name = key.spell(pitch, chord)
            octave = name.octave(pitch)
            known = valid.get((name.step, octave), key.alteration(name.step))
            shown = name.alter != known and not value.tied_before
            if shown:
                valid[name.step, octave] = name.alter
            named.append(Head(pitch, name.step, octave, name.alter, _ACCIDENTALS[name.alter] if shown else None))
        heads[value] = tuple(named)
    return heads


def _marks(voices: tuple[Voice, ...], plan: Plan) -> dict[int, str]:
    """Bar: the mark of loudness that begins there; one a section, where it is another than before."""
    bar = _sixteenth(plan.metre.beats)
    marks: dict[int, str] = {}
    for section in plan.sections:
        start, end = section.start_bar * bar, (section.start_bar + section.bars) * bar
        chords = [chord for voice in voices for chord in voice.chords if start <= chord.start < end]
        if chords:
            mark = mark_for(sum(chord.velocity for chord in chords) / len(chords))
            if mark != next(reversed(marks.values()), None):
                marks[min(chord.start for chord in chords) // bar] = mark
    return marks
