"""What a listener may ask for: settings that take the place of what the mood would choose, checked once."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from face2music.errors import RequestError
from face2music.theory import INSTRUMENTS, MODES, pitch_class_of

AUTO = "auto"
TEMPO_RANGE_BPM = (30.0, 240.0)
DENSITY_RANGE = (0.5, 8.0)
BARS_RANGE = (2, 200)

_FAMILIES = {"major": "ionian", "minor": "aeolian"}
_MOST_INSTRUMENTS = 4


@dataclass(frozen=True)
class Wishes:
    """Settings of a song that override its mood; what is None follows the mood.

    Attributes
    ----------
    tempo_bpm
        Quarter notes a minute, 30 to 240.
    key
        The tonic: a letter from A to G with at most one sign, such as C, F-sharp, F# or Bb.
    mode
        A mode of `theory.MODES`, or major or minor.
    style
        A style of the profiles, or auto for instruments that follow the mood.
    instruments
        One to four General MIDI names for melody, chords, bass and colour, in this order.
    density
        Onsets a second over all parts, 0.5 to 8, and no more than the sixteenths of the tempo.
    bars
        Number of bars, 2 to 200; how long the song lasts then follows from its tempo and metre.
    """

    tempo_bpm: float | None = None
    key: str | None = None
    mode: str | None = None
    style: str | None = None
    instruments: tuple[str, ...] | None = None
    density: float | None = None
    bars: int | None = None

    @property
    def tonic(self) -> int | None:
        """Pitch class of the key."""
        return None if self.key is None else pitch_class_of(self.key)

    @property
    def mode_name(self) -> str | None:
        """The mode by its name in the tables: major is ionian and minor aeolian."""
        return None if self.mode is None else _FAMILIES.get(self.mode, self.mode)


def check_wishes(wishes: Wishes, styles: Mapping[str, Any]) -> None:
    """Refuse, with a RequestError that says what to do, a wish outside its range or a name that is unknown."""
    _check_number("tempo", wishes.tempo_bpm, TEMPO_RANGE_BPM, "beats a minute")
    _check_number("density", wishes.density, DENSITY_RANGE, "onsets a second")
    _check_name("mode", wishes.mode, (*_FAMILIES, *MODES))
    _check_name("style", wishes.style, tuple(styles))
    _check_key(wishes.key)
    _check_instruments(wishes.instruments)
    bars, (fewest, most) = wishes.bars, BARS_RANGE
    if bars is not None and (isinstance(bars, bool) or not isinstance(bars, int) or not fewest <= bars <= most):
        raise RequestError(f"The number of bars is {bars!r:.40}; give a whole number from {fewest} to {most}.")


def _check_number(what: str, value: Any, allowed: tuple[float, float], unit: str) -> None:
    number = not isinstance(value, bool) and isinstance(value, int | float) and math.isfinite(value)
    if value is not None and not (number and allowed[0] <= value <= allowed[1]):
        raise RequestError(f"The {what} is {value!r:.40}; give a number from {allowed[0]:g} to {allowed[1]:g} {unit}.")


def _check_name(what: str, value: Any, known: tuple[str, ...]) -> None:
    if value is not None and (not isinstance(value, str) or value not in known):
        raise RequestError(f"There is no {what} {value!r:.40}; choose one of {', '.join(known)}.")


def _check_key(key: Any) -> None:
    try:
        if key is not None:
            pitch_class_of(key)
    except (ValueError, TypeError) as error:
        raise RequestError(f"There is no key {key!r:.40}; give a letter from A to G, as in C, F-sharp or B-flat.") from error


def _check_instruments(names: Any) -> None:
    if names is None:
        return
    if not isinstance(names, tuple | list) or not 1 <= len(names) <= _MOST_INSTRUMENTS:
        raise RequestError("Give one to four instruments: for the melody, the chords, the bass and the colour, in this order.")
    for name in names:
        if not isinstance(name, str) or name not in INSTRUMENTS:
            raise RequestError(f"There is no instrument {name!r:.40}; choose among {', '.join(INSTRUMENTS)}.")
