"""Score and plan -> the names of keys and chords, as they stand above a melody."""

from dataclasses import dataclass

from face2music.notation.spelling import Key, Spelling
from face2music.notation.staves import Course
from face2music.notation.tables import NAMES
from face2music.notation.voices import SIXTEENTHS_A_BEAT
from face2music.plan import Plan
from face2music.score import Score
from face2music.score.harmony import Harmony

_SIGNS = {-1: "♭", 0: "", 1: "♯"}


@dataclass(frozen=True)
class Named:
    """What has this name from this beat on."""

    start_beat: float
    name: str


def chord_names(score: Score, plan: Plan) -> tuple[Named, ...]:
    """The chords of a song such as Am7, B♭ or C/E, in order of time; one that goes on is named once.

    Raises
    ------
    ValueError
        If the tables of notation do not know a chord.
    """
    course = Course.of(score, plan)
    named: list[Named] = []
    for place, harmony in course.chords.items():
        name = chord_name(harmony, course.key_at(place))
        if not named or named[-1].name != name:
            named.append(Named(place / SIXTEENTHS_A_BEAT, name))
    return tuple(named)


def chord_name(harmony: Harmony, key: Key) -> str:
    """The name of a chord in a key; ValueError if the tables of notation do not know it."""
    if harmony.chord.intervals not in NAMES:
        raise ValueError(f"The chord {harmony.chord.numeral} has no name; add its intervals to the table KINDS.")
    name = _spelt(key.root(harmony.chord)) + NAMES[harmony.chord.intervals]
    if (harmony.bass - harmony.tonic - harmony.chord.root) % 12:
        return f"{name}/{_spelt(key.spell(harmony.bass, harmony.chord))}"
    return name


def _spelt(name: Spelling) -> str:
    return name.step + _SIGNS[name.alter]
