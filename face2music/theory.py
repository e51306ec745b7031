"""Scales, chords, metres, keys and instruments: tables of music theory, and look-ups in them; nothing is decided here.

Conventions: a pitch is a MIDI number (60 is middle C), a pitch class 0 (C) to 11 (B); intervals are semitones; positions in a bar
are quarter-note beats from its start. Roman numerals count degrees of the major scale in modes with a major third and of the
natural minor scale otherwise, so that VI in minor is the lowered sixth; capitals are major, small letters minor.
"""

import re
from dataclasses import dataclass
from functools import cache, cached_property

GRID = 0.25  # beats between the positions at which a note may start: sixteenths
SWUNG = 1 / 6  # of a beat, by which full swing delays the second of two eighths


@dataclass(frozen=True)
class Mode:
    """A scale: its pitch classes above the tonic, and whether it belongs to the minor family."""

    intervals: tuple[int, ...]
    minor: bool


MODES: dict[str, Mode] = {
    "lydian": Mode((0, 2, 4, 6, 7, 9, 11), minor=False),
    "ionian": Mode((0, 2, 4, 5, 7, 9, 11), minor=False),
    "mixolydian": Mode((0, 2, 4, 5, 7, 9, 10), minor=False),
    "dorian": Mode((0, 2, 3, 5, 7, 9, 10), minor=True),
    "aeolian": Mode((0, 2, 3, 5, 7, 8, 10), minor=True),
    "harmonic minor": Mode((0, 2, 3, 5, 7, 8, 11), minor=True),
    "hungarian minor": Mode((0, 2, 3, 6, 7, 8, 11), minor=True),
    "phrygian": Mode((0, 1, 3, 5, 7, 8, 10), minor=True),
    "locrian": Mode((0, 1, 3, 5, 6, 8, 10), minor=True),
    "octatonic": Mode((0, 1, 3, 4, 6, 7, 9, 10), minor=True),
    "whole-tone": Mode((0, 2, 4, 6, 8, 10), minor=True),
}


def in_mode(semitones: int, before: str, after: str) -> int:
    """Semitones above a tonic in a mode -> those of the same degree in another, if that has as many degrees."""
    old, new = MODES[before].intervals, MODES[after].intervals
    if old == new or len(old) != len(new):
        return semitones
    octaves, within = divmod(semitones, 12)
    degree = min(range(len(old)), key=lambda place: abs(old[place] - within))
    return 12 * octaves + new[degree]


_MAJOR_KEYS = ("C", "D-flat", "D", "E-flat", "E", "F", "F-sharp", "G", "A-flat", "A", "B-flat", "B")
_MINOR_KEYS = ("C", "C-sharp", "D", "E-flat", "E", "F", "F-sharp", "G", "G-sharp", "A", "B-flat", "B")


def key_name(tonic: int, mode: str) -> str:
    """Name of a tonic (pitch class), spelt with the fewest accidentals for major or minor."""
    return (_MINOR_KEYS if MODES[mode].minor else _MAJOR_KEYS)[tonic]


_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNS = {"": 0, "#": 1, "-sharp": 1, "b": -1, "-flat": -1}
_KEY = re.compile("([A-G])(" + "|".join(_SIGNS) + ")")


def pitch_class_of(key: str) -> int:
    """Pitch class (0 to 11) of a key's name such as C, F-sharp, F# or Bb.

    Raises
    ------
    ValueError
        If it is no such name.
    """
    match = _KEY.fullmatch(key)
    if match is None:
        raise ValueError(f"{key!r} is no key.")
    return (_LETTERS[match[1]] + _SIGNS[match[2]]) % 12


@dataclass(frozen=True)
class Metre:
    """A time signature, and how its units (of 1/denominator) group: 7/8 as 2 + 2 + 3."""

    numerator: int
    denominator: int
    groups: tuple[int, ...]

    @cached_property
    def beats(self) -> float:
        """Length of a bar in quarter notes."""
        return self.numerator * 4 / self.denominator

    @cached_property
    def group_starts(self) -> tuple[float, ...]:
        """Where the groups of the bar begin, in beats."""
        return tuple(sum(self.groups[:i]) * 4 / self.denominator for i in range(len(self.groups)))

    @property
    def backbeats(self) -> tuple[float, ...]:
        """Where a snare answers: the even beats, or the even groups of a metre in eighths."""
        beats = range(self.numerator) if self.denominator == 4 else self.group_starts
        return tuple(float(beat) for beat in beats)[1::2]

    @cached_property
    def positions(self) -> tuple[float, ...]:
        """All positions of the bar's sixteenths, in beats."""
        return tuple(i * GRID for i in range(round(self.beats / GRID)))

    def strength(self, position: float) -> int:
        """Metrical weight of a position of the grid: 4 the downbeat, 3 a group, 2 a beat, 1 an eighth, 0 a sixteenth."""
        if position == 0:
            return 4
        if position in self.group_starts:
            return 3
        if position % 1 == 0 and self.denominator == 4:
            return 2
        return 1 if position % 0.5 == 0 else 0


METRES: dict[str, Metre] = {
    "2/4": Metre(2, 4, (2,)),
    "3/4": Metre(3, 4, (3,)),
    "4/4": Metre(4, 4, (2, 2)),
    "5/4": Metre(5, 4, (3, 2)),
    "5/8": Metre(5, 8, (3, 2)),
    "6/8": Metre(6, 8, (3, 3)),
    "7/8": Metre(7, 8, (2, 2, 3)),
}


@dataclass(frozen=True)
class Chord:
    """A chord of a key: its numeral, the root's interval above the tonic, and the chord's intervals above the root."""

    numeral: str
    root: int
    intervals: tuple[int, ...]

    def pitch_classes(self, tonic: int) -> tuple[int, ...]:
        """Pitch classes of the chord, the root first, in the key of a tonic."""
        return tuple((tonic + self.root + interval) % 12 for interval in self.intervals)


_DEGREES = {"i": 0, "ii": 1, "iii": 2, "iv": 3, "v": 4, "vi": 5, "vii": 6}
_ACCIDENTALS = {"": 0, "b": -1, "#": 1}
# Intervals above the root by suffix; None stands for the third, which capitals make major and small letters minor.
_QUALITIES: dict[str, tuple[int | None, ...]] = {
    "": (0, None, 7),
    "5": (0, 7),
    "6": (0, None, 7, 9),
    "7": (0, None, 7, 10),
    "7sus4": (0, 5, 7, 10),
    "7b9": (0, 4, 10, 13),
    "9": (0, None, 10, 14),
    "maj7": (0, None, 7, 11),
    "add9": (0, None, 7, 14),
    "addb9": (0, None, 7, 13),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "°": (0, 3, 6),
    "°7": (0, 3, 6, 9),
    "ø7": (0, 3, 6, 10),
    "+": (0, 4, 8),
    "+7": (0, 4, 8, 10),
    "+maj7": (0, 4, 8, 11),
}
_NUMERAL = re.compile(r"([b#]?)([iv]+|[IV]+)(.*)")


@cache
def chord_of(numeral: str, minor: bool) -> Chord:
    """Read a roman numeral such as 'V7', 'bII5' or 'vii°7'.

    Parameters
    ----------
    numeral
        Accidental, degree, quality.
    minor
        Whether degrees count from the natural minor scale instead of the major one.

    Raises
    ------
    ValueError
        If it is no numeral that the tables know.
    """
    match = _NUMERAL.fullmatch(numeral)
    if match is None or match[2].lower() not in _DEGREES or match[3] not in _QUALITIES:
        raise ValueError(f"{numeral!r} is no roman numeral of a chord; write for example V7, bII5 or vii°7.")
    accidental, degree, quality = match.groups()
    scale = MODES["aeolian" if minor else "ionian"].intervals
    third = 4 if degree.isupper() else 3
    intervals = tuple(third if interval is None else interval for interval in _QUALITIES[quality])
    return Chord(numeral, (scale[_DEGREES[degree.lower()]] + _ACCIDENTALS[accidental]) % 12, intervals)


# The scale degree (interval above the tonic) that a tone from outside the scale is an alteration of.
_ALTERATION_OF = {1: 2, 2: 1, 3: 4, 4: 3, 5: 6, 6: 5, 7: 6, 8: 9, 9: 8, 10: 11, 11: 10}


@cache
def scale_over(tonic: int, mode: str, chord: Chord) -> frozenset[int]:
    """Pitch classes to move in over a chord: those of the mode, with the degrees altered that the chord alters.

    Over V in A minor this has G sharp and no G; over bII it has the lowered second and no other.
    """
    scale = set(MODES[mode].intervals)
    tones = {(chord.root + interval) % 12 for interval in chord.intervals}
    altered = {_ALTERATION_OF[tone] for tone in tones - scale if tone in _ALTERATION_OF}
    return frozenset((tonic + interval) % 12 for interval in tones | (scale - altered))


@dataclass(frozen=True)
class Instrument:
    """A General MIDI program (0 to 127), the lowest and highest pitch that sound like the instrument, and how it sounds.

    `voices` are the notes that one player can hold together: one of a wind instrument, two of a string that is bowed.
    """

    program: int
    low: int
    high: int
    family: str
    voices: int = 10

    @property
    def pedalled(self) -> bool:
        """Whether a player has a sustain pedal."""
        return self.family == "keys"

    @property
    def sustained(self) -> bool:
        """Whether a held note keeps its level, so that it can swell."""
        return self.family in ("bowed", "blown", "bellows", "synth")

    @property
    def bends(self) -> bool:
        """Whether a player can slide into a note."""
        return self.family in ("bowed", "blown", "synth", "guitar")


INSTRUMENTS: dict[str, Instrument] = {
    "Acoustic Grand Piano": Instrument(0, 24, 104, "keys"),
    "Honky-tonk Piano": Instrument(3, 24, 104, "keys"),
    "Electric Piano 1": Instrument(4, 28, 100, "keys"),
    "Electric Piano 2": Instrument(5, 28, 100, "keys"),
    "Celesta": Instrument(8, 60, 108, "mallets"),
    "Glockenspiel": Instrument(9, 67, 108, "mallets"),
    "Music Box": Instrument(10, 60, 100, "mallets"),
    "Vibraphone": Instrument(11, 53, 89, "mallets"),
    "Marimba": Instrument(12, 45, 96, "mallets"),
    "Xylophone": Instrument(13, 65, 108, "mallets"),
    "Tubular Bells": Instrument(14, 53, 82, "mallets"),
    "Drawbar Organ": Instrument(16, 36, 96, "bellows"),
    "Rock Organ": Instrument(18, 36, 96, "bellows"),
    "Reed Organ": Instrument(20, 36, 96, "bellows"),
    "Accordion": Instrument(21, 41, 93, "bellows"),
    "Acoustic Guitar (nylon)": Instrument(24, 40, 84, "guitar"),
    "Acoustic Guitar (steel)": Instrument(25, 40, 84, "guitar"),
    "Electric Guitar (jazz)": Instrument(26, 40, 86, "guitar"),
    "Electric Guitar (clean)": Instrument(27, 40, 86, "guitar"),
    "Electric Guitar (muted)": Instrument(28, 40, 86, "guitar"),
    "Overdriven Guitar": Instrument(29, 38, 86, "guitar"),
    "Distortion Guitar": Instrument(30, 38, 86, "guitar"),
    "Acoustic Bass": Instrument(32, 28, 60, "guitar"),
    "Electric Bass (finger)": Instrument(33, 28, 60, "guitar"),
    "Electric Bass (pick)": Instrument(34, 28, 60, "guitar"),
    "Fretless Bass": Instrument(35, 28, 60, "guitar"),
    "Synth Bass 1": Instrument(38, 24, 60, "synth"),
    "Synth Bass 2": Instrument(39, 24, 60, "synth"),
    "Violin": Instrument(40, 55, 100, "bowed", voices=2),
    "Viola": Instrument(41, 48, 88, "bowed", voices=2),
    "Cello": Instrument(42, 36, 76, "bowed", voices=2),
    "Contrabass": Instrument(43, 24, 60, "bowed", voices=2),
    "Tremolo Strings": Instrument(44, 28, 96, "bowed"),
    "Pizzicato Strings": Instrument(45, 28, 96, "plucked"),
    "Orchestral Harp": Instrument(46, 24, 103, "plucked"),
    "Timpani": Instrument(47, 28, 57, "mallets"),
    "String Ensemble 1": Instrument(48, 28, 96, "bowed"),
    "String Ensemble 2": Instrument(49, 28, 96, "bowed"),
    "Synth Strings 1": Instrument(50, 28, 96, "synth"),
    "Choir Aahs": Instrument(52, 43, 84, "blown"),
    "Orchestra Hit": Instrument(55, 48, 84, "mallets"),
    "Trumpet": Instrument(56, 54, 86, "blown", voices=1),
    "Trombone": Instrument(57, 36, 72, "blown", voices=1),
    "Tuba": Instrument(58, 26, 60, "blown", voices=1),
    "Muted Trumpet": Instrument(59, 52, 82, "blown", voices=1),
    "French Horn": Instrument(60, 36, 77, "blown", voices=1),
    "Brass Section": Instrument(61, 36, 84, "blown"),
    "Synth Brass 1": Instrument(62, 36, 84, "synth"),
    "Alto Sax": Instrument(65, 49, 81, "blown", voices=1),
    "Tenor Sax": Instrument(66, 44, 76, "blown", voices=1),
    "Baritone Sax": Instrument(67, 36, 69, "blown", voices=1),
    "Oboe": Instrument(68, 58, 91, "blown", voices=1),
    "English Horn": Instrument(69, 52, 81, "blown", voices=1),
    "Bassoon": Instrument(70, 34, 72, "blown", voices=1),
    "Clarinet": Instrument(71, 50, 91, "blown", voices=1),
    "Piccolo": Instrument(72, 74, 108, "blown", voices=1),
    "Flute": Instrument(73, 60, 96, "blown", voices=1),
    "Lead 1 (square)": Instrument(80, 36, 100, "synth"),
    "Lead 2 (sawtooth)": Instrument(81, 24, 96, "synth"),
    "Lead 6 (voice)": Instrument(85, 48, 96, "synth"),
    "Pad 2 (warm)": Instrument(89, 36, 96, "synth"),
    "Pad 3 (polysynth)": Instrument(90, 36, 96, "synth"),
    "Pad 4 (choir)": Instrument(91, 43, 96, "synth"),
    "Pad 7 (halo)": Instrument(94, 36, 96, "synth"),
}
