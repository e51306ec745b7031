"""What a plan consists of: parts, sections and every number and choice that the score follows."""

from dataclasses import dataclass

from face2music.theory import METRES, MODES, Metre

ROLES = ("melody", "chords", "bass", "colour", "drums")


@dataclass(frozen=True)
class Part:
    """An instrument of the song; pitches are MIDI numbers, the mix MIDI controllers (0 to 127)."""

    name: str
    role: str
    instrument: str
    program: int
    lowest_pitch: int
    highest_pitch: int
    volume: int
    pan: int
    reverb: int
    chorus: int


@dataclass(frozen=True)
class Section:
    """A phrase, the introduction or the ending; `theme` is A, B, C, or empty where no theme sounds; intensity is 0 to 1."""

    name: str
    theme: str
    start_bar: int
    bars: int
    closes: bool
    intensity: float


@dataclass(frozen=True)
class Plan:
    """Every musical decision of a song; units stand in the names, shares are 0 to 1 and pitches MIDI numbers."""

    duration_s: float
    music_s: float
    tempo_bpm: float
    tempo_drift: float
    key: str
    tonic_pitch_class: int
    mode: str
    time_signature: str
    bars: int
    progression: tuple[str, ...]
    lift: tuple[str, ...]
    cadence: tuple[str, ...]
    chords_per_bar: float
    suspension_share: float
    figure: str
    bass: str
    colour: str
    drums: str
    contour: str
    dynamics: str
    onsets_per_s: float
    irregularity: float
    rest_share: float
    velocity: float
    velocity_spread: float
    articulation: float
    melody_pitch: float
    chord_pitch: float
    bass_pitch: float
    chromatic_share: float
    step_share: float
    leap_share: float
    unison_share: float
    parts: tuple[Part, ...]
    sections: tuple[Section, ...]

    @property
    def metre(self) -> Metre:
        """The time signature as a metre."""
        return METRES[self.time_signature]

    @property
    def scale(self) -> frozenset[int]:
        """The pitch classes of the mode on the tonic."""
        return frozenset((self.tonic_pitch_class + interval) % 12 for interval in MODES[self.mode].intervals)

    @property
    def minor(self) -> bool:
        """Whether the mode belongs to the minor family."""
        return MODES[self.mode].minor

    @property
    def length_beats(self) -> float:
        """Length of the music in quarter notes."""
        return self.bars * self.metre.beats

    def plays(self, role: str) -> bool:
        """Whether the song has a part for a role."""
        return any(part.role == role for part in self.parts)

    def part(self, role: str) -> Part:
        """The part that plays a role."""
        return next(part for part in self.parts if part.role == role)
