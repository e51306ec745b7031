"""What the composer hands on: notes in beats (quarter notes from the start), grouped in parts."""

from dataclasses import dataclass

DRUM_CHANNEL = 9


@dataclass(frozen=True)
class Sketch:
    """A note before its performance: `weight` is its loudness against its neighbours, 0 for average."""

    pitch: int
    start_beat: float
    duration_beats: float
    weight: float = 0.0

    @property
    def end_beat(self) -> float:
        """Where the note stops sounding."""
        return self.start_beat + self.duration_beats


@dataclass(frozen=True)
class Note:
    """A note as performed: pitch and velocity are MIDI numbers (0 to 127, 1 to 127)."""

    pitch: int
    velocity: int
    start_beat: float
    duration_beats: float

    @property
    def end_beat(self) -> float:
        """Where the note stops sounding."""
        return self.start_beat + self.duration_beats


@dataclass(frozen=True)
class Control:
    """From this beat on, a MIDI controller (0 to 127) has this value (0 to 127)."""

    start_beat: float
    number: int
    value: int


@dataclass(frozen=True)
class Bend:
    """From this beat on, all notes of the part sound so many semitones higher, -2 to 2."""

    start_beat: float
    semitones: float


@dataclass(frozen=True)
class Part:
    """An instrument's notes in order of time; channel 0 to 15, program and mix are MIDI values (0 to 127).

    What is played on the instrument besides its keys are controls (pedal, swells) and bends, each in order of time.
    """

    name: str
    role: str
    program: int
    channel: int
    volume: int
    pan: int
    reverb: int
    chorus: int
    notes: tuple[Note, ...]
    controls: tuple[Control, ...] = ()
    bends: tuple[Bend, ...] = ()


@dataclass(frozen=True)
class KeyChange:
    """From this beat on, the music is in this key, in the minor family or not."""

    start_beat: float
    key: str
    minor: bool


@dataclass(frozen=True)
class TempoChange:
    """From this beat on, so many quarter notes a minute."""

    start_beat: float
    tempo_bpm: float


@dataclass(frozen=True)
class Marker:
    """A name for the place where a section begins."""

    start_beat: float
    text: str


@dataclass(frozen=True)
class Score:
    """A whole song; `numerator` and `denominator` are the time signature, `length_beats` its length in quarter notes."""

    numerator: int
    denominator: int
    length_beats: float
    keys: tuple[KeyChange, ...]
    tempos: tuple[TempoChange, ...]
    markers: tuple[Marker, ...]
    parts: tuple[Part, ...]
