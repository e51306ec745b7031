"""Style, instruments and registers -> the parts of a song: each with a range that its instrument has, and a place in the mix."""

from collections.abc import Mapping
from typing import Any

from face2music.plan.model import ROLES, Part
from face2music.theory import INSTRUMENTS, Instrument

_BASS_REACH, _CHORD_REACH = 7, 9  # semitones about the centre of the bass and of the chords
_DRUM_KEYS = (35, 81)
_DB_OF_VOLUME = 40  # a tenfold volume is 40 dB in General MIDI
_NARROWEST = 12  # semitones, so that every pitch class has a place; a melody may be planned narrower


def windows(number: Mapping[str, float]) -> dict[str, tuple[int, int]]:
    """Lowest and highest pitch that the numbers of a plan give to each role."""
    lowest = round(number["melody_pitch"] - number["melody_range_semitones"] / 2)
    chords, bass = round(number["chord_pitch"]), round(number["bass_pitch"])
    return {
        "melody": (lowest, lowest + round(number["melody_range_semitones"])),
        "chords": (chords - _CHORD_REACH, chords + _CHORD_REACH),
        "bass": (bass - _BASS_REACH, bass + _BASS_REACH),
    }


def reaches(ensemble: str, window: tuple[int, int]) -> bool:
    """Whether the first instrument of an ensemble has all pitches of the melody."""
    instrument = INSTRUMENTS[ensemble.split(" + ")[0]]
    return instrument.low <= window[0] and window[1] <= instrument.high


def parts_of(
    names: tuple[str, ...], ranges: Mapping[str, tuple[int, int]], drums: bool, mix: Mapping[str, list[int]], level_db: float
) -> tuple[Part, ...]:
    """The parts of the roles in order, with the drums if there are any, all of them so many decibels below the mix."""

    def mixed(role: str) -> tuple[int, ...]:
        volume, *sends = mix[role]
        return round(volume * 10 ** (level_db / _DB_OF_VOLUME)), *sends

    parts = []
    for role, name in zip(ROLES, names, strict=False):
        instrument = INSTRUMENTS[name]
        low, high = _fitted(ranges[role], instrument) if role in ranges else (instrument.low, instrument.high)
        parts.append(Part(f"{role.capitalize()}: {name}", role, name, instrument.program, low, high, *mixed(role)))
    if drums:
        parts.append(Part("Drums", "drums", "Standard Kit", 0, *_DRUM_KEYS, *mixed("drums")))
    return tuple(parts)


def instead(style: Mapping[str, Any], group: str, option: str) -> str:
    """What a style plays in place of an option, by its table; the option itself where the table is silent."""
    return style["instead"].get(group, {}).get(option, option)


def _fitted(window: tuple[int, int], instrument: Instrument) -> tuple[int, int]:
    """The window, moved by octaves into the range of the instrument as far as it can be, and cut where it cannot."""
    low, high = window

    def missing(octaves: int) -> tuple[int, int]:
        return max(0, instrument.low - low - 12 * octaves) + max(0, high + 12 * octaves - instrument.high), abs(octaves)

    shift = 12 * min(range(-5, 6), key=missing)
    low, high = max(low + shift, instrument.low), min(high + shift, instrument.high)
    if high - low < min(_NARROWEST, window[1] - window[0]):
        low, high = min(low, instrument.high - _NARROWEST), max(high, instrument.low + _NARROWEST)
    return low, high
