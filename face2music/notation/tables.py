"""Tables of notation: chord symbols, clefs, drums on a staff and marks of loudness, in MusicXML's words."""

from collections.abc import Sequence
from dataclasses import dataclass

from face2music.notation.voices import Voice

# A chord's intervals above its root: MusicXML's kind, how it is written behind the root, and added degrees, which readers
# write themselves, with their alteration against a dominant chord.
KINDS: dict[tuple[int, ...], tuple[str, str, tuple[tuple[int, int], ...]]] = {
    (0, 4, 7): ("major", "", ()),
    (0, 3, 7): ("minor", "m", ()),
    (0, 7): ("power", "5", ()),
    (0, 4, 7, 9): ("major-sixth", "6", ()),
    (0, 3, 7, 9): ("minor-sixth", "m6", ()),
    (0, 4, 7, 10): ("dominant", "7", ()),
    (0, 3, 7, 10): ("minor-seventh", "m7", ()),
    (0, 5, 7, 10): ("suspended-fourth", "sus4", ((7, 0),)),
    (0, 4, 10, 13): ("dominant", "7", ((9, -1),)),
    (0, 4, 10, 14): ("dominant-ninth", "9", ()),
    (0, 3, 10, 14): ("minor-ninth", "m9", ()),
    (0, 4, 7, 11): ("major-seventh", "maj7", ()),
    (0, 3, 7, 11): ("major-minor", "m(maj7)", ()),
    (0, 4, 7, 14): ("major", "", ((9, 0),)),
    (0, 3, 7, 14): ("minor", "m", ((9, 0),)),
    (0, 4, 7, 13): ("major", "", ((9, -1),)),
    (0, 3, 7, 13): ("minor", "m", ((9, -1),)),
    (0, 2, 7): ("suspended-second", "sus2", ()),
    (0, 5, 7): ("suspended-fourth", "sus4", ()),
    (0, 3, 6): ("diminished", "dim", ()),
    (0, 3, 6, 9): ("diminished-seventh", "dim7", ()),
    (0, 3, 6, 10): ("half-diminished", "m7(♭5)", ()),
    (0, 4, 8): ("augmented", "+", ()),
    (0, 4, 8, 10): ("augmented-seventh", "+7", ()),
    (0, 4, 8, 11): ("augmented", "+", ((7, 1),)),
}

# The same in one word; only where tones are added does it differ from the text that MusicXML has.
NAMES = {intervals: text for intervals, (_, text, _) in KINDS.items()} | {
    (0, 5, 7, 10): "7sus4",
    (0, 4, 10, 13): "7(♭9)",
    (0, 4, 7, 14): "add9",
    (0, 3, 7, 14): "m(add9)",
    (0, 4, 7, 13): "(add♭9)",
    (0, 3, 7, 13): "m(add♭9)",
    (0, 4, 8, 11): "+maj7",
}


@dataclass(frozen=True)
class Clef:
    """A clef: its sign, line, by how many octaves it sounds higher, and the lowest and highest pitch on its five lines."""

    sign: str
    line: int
    octaves: int
    low: int
    high: int


_CLEFS = (
    Clef("G", 2, 0, 64, 77),
    Clef("F", 4, 0, 43, 57),
    Clef("G", 2, -1, 52, 65),
    Clef("G", 2, 1, 76, 89),
    Clef("F", 4, -1, 31, 45),
)
_UNUSUAL = 2.5  # ledger lines, in semitones, that a clef with an octave sign must save


def clef_for(voices: Sequence[Voice], plain: bool = False) -> Clef:
    """The clef under which the notes need the fewest ledger lines; a plain one has no octave sign, which pianists do not read."""
    pitches = [pitch for voice in voices for chord in voice.chords for pitch in chord.pitches]

    def cost(clef: Clef) -> float:
        outside = sum(max(0, clef.low - pitch, pitch - clef.high) for pitch in pitches)
        return outside / len(pitches) + _UNUSUAL * abs(clef.octaves)

    return min((clef for clef in _CLEFS if not (plain and clef.octaves)), key=cost)


@dataclass(frozen=True)
class Drum:
    """A percussion instrument: name, place on the staff as under a treble clef, and note head."""

    name: str
    step: str
    octave: int
    head: str = "normal"


# General MIDI percussion by pitch; places after Weinberg 1998, "Guide to Standardized Drumset Notation".
DRUMS = {
    35: Drum("Acoustic Bass Drum", "E", 4),
    36: Drum("Bass Drum", "F", 4),
    37: Drum("Side Stick", "C", 5, "x"),
    38: Drum("Snare Drum", "C", 5),
    39: Drum("Hand Clap", "C", 5, "triangle"),
    40: Drum("Electric Snare", "C", 5),
    41: Drum("Low Floor Tom", "G", 4),
    42: Drum("Closed Hi-hat", "G", 5, "x"),
    43: Drum("High Floor Tom", "A", 4),
    44: Drum("Pedal Hi-hat", "D", 4, "x"),
    45: Drum("Low Tom", "B", 4),
    46: Drum("Open Hi-hat", "G", 5, "circle-x"),
    47: Drum("Low-mid Tom", "D", 5),
    48: Drum("Hi-mid Tom", "E", 5),
    49: Drum("Crash Cymbal", "A", 5, "x"),
    50: Drum("High Tom", "E", 5),
    51: Drum("Ride Cymbal", "F", 5, "x"),
    53: Drum("Ride Bell", "F", 5, "diamond"),
    54: Drum("Tambourine", "B", 5, "triangle"),
    55: Drum("Splash Cymbal", "B", 5, "x"),
    56: Drum("Cowbell", "E", 5, "triangle"),
    57: Drum("Crash Cymbal 2", "B", 5, "x"),
    59: Drum("Ride Cymbal 2", "F", 5, "x"),
    69: Drum("Cabasa", "D", 5, "x"),
    70: Drum("Maracas", "D", 5, "x"),
    73: Drum("Short Guiro", "A", 4, "x"),
    75: Drum("Claves", "E", 5, "x"),
    76: Drum("High Wood Block", "E", 5, "triangle"),
    77: Drum("Low Wood Block", "D", 5, "triangle"),
    80: Drum("Mute Triangle", "A", 5, "triangle"),
    81: Drum("Open Triangle", "A", 5, "triangle"),
}

# Time signature: the note that a metronome counts, whether it is dotted, and how many quarters it has; a quarter elsewhere.
_COUNTED = {"6/8": ("quarter", True, 1.5), "5/8": ("eighth", False, 0.5), "7/8": ("eighth", False, 0.5)}


def counted_in(time_signature: str) -> tuple[str, bool, float]:
    """The note that a metronome counts in a time signature: its name, whether it is dotted, and its length in quarters."""
    return _COUNTED.get(time_signature, ("quarter", False, 1.0))


# Mark: the mean velocity up to which it stands.
_MARKS = {"pp": 36, "p": 50, "mp": 64, "mf": 80, "f": 96, "ff": 112, "fff": 127}


def mark_for(velocity: float) -> str:
    """The mark of loudness of a velocity (1 to 127)."""
    return next(mark for mark, loudest in _MARKS.items() if velocity <= loudest)
