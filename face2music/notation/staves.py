"""Score and plan -> players and their staves: bars with values, spelt note heads and marks of loudness, ready to be written."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from face2music.notation.bars import Value, bars_of
from face2music.notation.spelling import Key
from face2music.notation.tables import DRUMS, Clef, clef_for, mark_for
from face2music.notation.two_hands import is_piano_alone, voices_of_hands
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
    """A voice in a bar: values with their heads; rests are shown by the voice that leads, or that is the only one."""

    values: tuple[tuple[Value, tuple[Head, ...]], ...]
    shows_rests: bool


@dataclass(frozen=True)
class Bar:
    """A staff's bar: the voices that have notes in it, and a mark of loudness."""

    lines: tuple[Line, ...]
    mark: str | None = None


@dataclass(frozen=True)
class Staff:
    """What is written on five lines; drums have no clef of pitches."""

    clef: Clef | None
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Player:
    """Who plays a part on one staff, or all parts at a piano on two, those of the right hand and of the left."""

    number: int
    parts: tuple[Part, ...]
    instrument: str
    staves: tuple[Staff, ...]

    @property
    def drums(self) -> bool:
        """Whether what is struck has no pitch."""
        return self.parts[0].role == "drums"


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


def players_of(score: Score, plan: Plan, course: Course) -> tuple[Player, ...]:
    """The players of a song: one a part, or one for all where a piano plays alone.

    Raises
    ------
    ValueError
        If a part strikes a drum that has no place on the staff.
    """
    if is_piano_alone(score.parts, plan):
        marks = _marks([voices_of(part, plan) for part in score.parts], plan)
        hands = zip(voices_of_hands(score.parts, plan), (marks, {}), strict=True)
        staves = tuple(_staff(voices, clef_for(voices, plain=True), shown, plan, course) for voices, shown in hands)
        return (Player(1, score.parts, plan.parts[0].instrument, staves),)
    return tuple(_player(number, part, plan, course) for number, part in enumerate(score.parts, start=1))


def _player(number: int, part: Part, plan: Plan, course: Course) -> Player:
    drums = part.role == "drums"
    unknown = sorted({note.pitch for note in part.notes if drums} - DRUMS.keys())
    if unknown:
        raise ValueError(f"The drums {unknown} have no place on the staff; add them to the table DRUMS.")
    voices = voices_of(part, plan)
    staff = _staff(voices, None if drums else clef_for(voices), _marks([voices], plan), plan, course)
    return Player(number, (part,), plan.named(part.name).instrument, (staff,))


def _staff(voices: Sequence[Voice], clef: Clef | None, marks: dict[int, str], plan: Plan, course: Course) -> Staff:
    barred = [bars_of(voice.chords, plan.metre, plan.bars) for voice in voices]
    bars = []
    for index in range(plan.bars):
        of_voices = tuple(of_voice[index] for of_voice in barred)
        heads = _spelt(of_voices, course) if clef else _struck(of_voices)
        alone = sum(map(bool, of_voices)) == 1
        lines = [
            Line(tuple((value, heads.get(value, ())) for value in values), voice.leads or alone)
            for voice, values in zip(voices, of_voices, strict=True)
            if values
        ]
        bars.append(Bar(tuple(sorted(lines, key=_height, reverse=True)), marks.get(index)))
    return Staff(clef, tuple(bars))


def _height(line: Line) -> float:
    """The mean pitch: the higher of two voices has its stems up."""
    pitches = [head.pitch for _, heads in line.values for head in heads]
    return sum(pitches) / len(pitches)


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


def _marks(parts: Sequence[Sequence[Voice]], plan: Plan) -> dict[int, str]:
    """Bar: the mark of loudness that begins there, that of the loudest part; one a section, where it is another than before."""
    bar = _sixteenth(plan.metre.beats)
    marks: dict[int, str] = {}
    for section in plan.sections:
        start, end = section.start_bar * bar, (section.start_bar + section.bars) * bar
        played = [[chord for voice in part for chord in voice.chords if start <= chord.start < end] for part in parts]
        loudness = [sum(chord.velocity for chord in chords) / len(chords) for chords in played if chords]
        if loudness:
            mark = mark_for(max(loudness))
            if mark != next(reversed(marks.values()), None):
                marks[min(chord.start for chords in played for chord in chords) // bar] = mark
    return marks
