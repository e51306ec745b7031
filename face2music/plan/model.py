"""What a plan consists of: parts, sections and every number and choice that the score follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from face2music.mood import Mood
from face2music.theory import INSTRUMENTS, METRES, MODES, Instrument, Metre

_HEIGHT = 0.85  # intensity from which a phrase is the height of the song
AS_CHOSEN, VARIED, BRIDGE = range(3)  # settings of a section: as the plan says, a variant of it, a bridge's
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

    @property
    def centre(self) -> float:
        """The middle of the part's range."""
        return (self.lowest_pitch + self.highest_pitch) / 2

    @property
    def sounds(self) -> Instrument | None:
        """How the instrument sounds; None for drums."""
        return INSTRUMENTS.get(self.instrument)


@dataclass(frozen=True)
class Section:
    """A phrase, the introduction or the ending; `theme` is A to E, or empty where no theme sounds; intensity is 0 to 1.

    `chords` are numerals, read in the plan's mode on a tonic that lies `shift` semitones above the plan's.
    """

    name: str
    theme: str
    start_bar: int
    bars: int
    closes: bool
    intensity: float
    chords: tuple[str, ...] = ()
    shift: int = 0
    setting: int = AS_CHOSEN

    @property
    def is_height(self) -> bool:
        """Whether a theme comes back here at the height of the song."""
        return self.closes and bool(self.theme) and self.intensity >= _HEIGHT

    @property
    def chord_bars(self) -> tuple[int, ...]:
        """The bar of the section in which each chord begins, one or two a bar: where they do not fit, the last ones hurry."""
        count, bars = len(self.chords), self.bars
        if count <= bars:
            return tuple(-(-index * bars // count) for index in range(count))
        return tuple(bar for bar in range(bars) for _ in range(1 if bar < 2 * bars - count else 2))


@dataclass(frozen=True)
class Change:
    """From this bar on, fields of the plan have these values."""

    bar: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Norm:
    """The range that half of human-made melodies keep in a statistic."""

    statistic: str
    low: float
    high: float


@dataclass(frozen=True)
class Plan:
    """Every musical decision of a song; units stand in the names, shares are 0 to 1 and pitches MIDI numbers.

    Where the mood moves, the numbers are means over the song, the choices those that it begins with, the parts all that play in
    it, and `changes` tell how it goes on: what holds in a place is asked of `at`.
    """

    mood: Mood
    duration_s: float
    music_s: float
    tempo_bpm: float
    tempo_drift: float
    key: str
    tonic_pitch_class: int
    mode: str
    time_signature: str
    bars: int
    style: str
    swing: float
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
    pickup: str
    onsets_per_s: float
    irregularity: float
    rest_share: float
    velocity: float
    velocity_spread: float
    touch: float
    timing_ms: float
    articulation: float
    smear_semitones: float
    melody_pitch: float
    chord_pitch: float
    bass_pitch: float
    chromatic_share: float
    step_share: float
    leap_share: float
    unison_share: float
    parts: tuple[Part, ...]
    sections: tuple[Section, ...]
    human: tuple[Norm, ...]
    changes: tuple[Change, ...] = ()

    @property
    def metre(self) -> Metre:
        """The time signature as a metre."""
        return METRES[self.time_signature]

    @property
    def minor(self) -> bool:
        """Whether the mode belongs to the minor family."""
        return MODES[self.mode].minor

    @property
    def length_beats(self) -> float:
        """Length of the music in quarter notes."""
        return self.bars * self.metre.beats

    def at(self, beat: float) -> "Plan":
        """The plan as it holds at a beat; its parts are those that play there, one a role."""
        return self.at_bar(int(beat // self.metre.beats))

    def at_bar(self, bar: int) -> "Plan":
        """The plan as it holds in a bar, counted from 0."""
        return self._moments[min(max(bar, 0), self.bars - 1)] if self.changes else self

    @cached_property
    def _moments(self) -> tuple["Plan", ...]:
        """The plan as it holds in each bar."""
        values = {change.bar: change.values for change in self.changes}
        moments = [replace(self, changes=())]
        for bar in range(self.bars):
            moments.append(replace(moments[-1], **values[bar]) if bar in values else moments[-1])
        return tuple(moments[1:])

    def tonic(self, section: Section) -> int:
        """Pitch class of the tonic in a section."""
        return (self.tonic_pitch_class + section.shift) % 12

    def scale(self, tonic: int) -> frozenset[int]:
        """The pitch classes of the mode on a tonic."""
        return frozenset((tonic + interval) % 12 for interval in MODES[self.mode].intervals)

    def plays(self, role: str) -> bool:
        """Whether the song has a part for a role."""
        return any(part.role == role for part in self.parts)

    def part(self, role: str) -> Part:
        """The part that plays a role."""
        return next(part for part in self.parts if part.role == role)

    def named(self, name: str) -> Part:
        """The part of a name."""
        return next(part for part in self.parts if part.name == name)


def changes_of(whole: Mapping[str, Any], bars: Sequence[Mapping[str, Any]]) -> tuple[Change, ...]:
    """What is other in each bar than in the one before, in the first one than in the whole."""
    moves = [{name: here[name] for name in here if here[name] != before[name]} for before, here in pairwise([whole, *bars])]
    return tuple(Change(bar, values) for bar, values in enumerate(moves) if values)
