"""Style, instruments and registers -> the parts of a song: each with a range that its instrument has, and a place in the mix."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from face2music.plan.model import ROLES, Part
from face2music.theory import INSTRUMENTS, Instrument

_BASS_REACH, _CHORD_REACH = 7, 9  # semitones about the centre of the bass and of the chords
_UNDER = 4  # semitones: what was measured is the lower voice of a piano's left hand, whose chords no bass plays
_RATHER_CUT = 3  # semitones that an instrument may lack of a window before its part moves by an octave
_DRUM_KEYS = (35, 81)
_DB_OF_VOLUME = 40  # a tenfold volume is 40 dB in General MIDI
# Where in a section, from its beginning (0) to its end (1), the mood is looked at to choose who plays a role: as the mood moves,
# the accompaniment changes over first and the tune last.
LOOKS = {"melody": 0.0, "chords": 1.0, "bass": 0.75, "colour": 0.5}
_MOVED = 6  # semitones by which an instrument is away from what was planned, so that the others make room
_TOP = 14  # semitones at the top of a range, in which who is too low for the tune sings it
_CHORDS_UNDER = 7  # semitones from the middle of the tune down to that of the chords, at most
_BASS_UNDER = 12  # and from there to that of the bass
_LOWEST_CHORDS, _LOWEST_BASS = 46, 31  # centres; below them all is a rumble
_MOST_PARTS = 15  # pitched ones: General MIDI's channels without that of the drums
_NARROWEST = 12  # semitones, so that every pitch class has a place; a melody may be planned narrower


def windows(number: Mapping[str, float]) -> dict[str, tuple[int, int]]:
    """Lowest and highest pitch that the numbers of a plan give to each role."""
    lowest = round(number["melody_pitch"] - number["melody_range_semitones"] / 2)
    chords, bass = round(number["chord_pitch"]), round(number["bass_pitch"]) - _UNDER
    return {
        "melody": (lowest, lowest + round(number["melody_range_semitones"])),
        "chords": (chords - _CHORD_REACH, chords + _CHORD_REACH),
        "bass": (bass - _BASS_REACH, bass + _BASS_REACH),
    }


def reaches(ensemble: str, window: tuple[int, int]) -> bool:
    """Whether the first instrument of an ensemble has all pitches of the melody."""
    instrument = INSTRUMENTS[ensemble.split(" + ")[0]]
    return instrument.low <= window[0] and window[1] <= instrument.high


def few_enough(ensembles: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """As many of the ensembles, the first ones, as can have a channel for each instrument of each role."""
    kept: list[tuple[str, ...]] = []
    for names in ensembles:
        if len({part for own in (*kept, names) for part in zip(ROLES, own, strict=False)}) > _MOST_PARTS:
            break
        kept.append(names)
    return kept


def parts_of(
    names: Sequence[tuple[str, ...]],
    numbers: Sequence[Mapping[str, float]],
    drums: Sequence[bool],
    mix: Mapping[str, list[int]],
) -> list[tuple[Part, ...]]:
    """The parts that play in each bar, in the order of the roles.

    Parameters
    ----------
    names
        Instruments of the roles in each bar.
    numbers
        Registers and level (decibels below the mix) in each bar.
    drums
        Whether there are drums in each bar.
    mix
        Volume, pan, reverb and chorus by role.
    """
    ranges = [windows(number) for number in numbers]
    played: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for own, here in zip(ranges, names, strict=True):
        for role, name in zip(own, here, strict=False):
            played.setdefault((role, name), []).append(own[role])
    octaves = {(role, name): _octaves(own, INSTRUMENTS[name]) for (role, name), own in played.items()}
    fitted = [
        _made_room(
            own,
            {role: _fitted(own[role], INSTRUMENTS[name], octaves[role, name]) for role, name in zip(own, here, strict=False)},
            here,
        )
        for own, here in zip(ranges, names, strict=True)
    ]

    def part(role: str, name: str, window: tuple[int, int] | None, level_db: float) -> Part:
        instrument = INSTRUMENTS[name]
        low, high = window or (instrument.low, instrument.high)
        return Part(f"{role.capitalize()}: {name}", role, name, instrument.program, low, high, *_mixed(mix[role], level_db))

    def kit(level_db: float) -> Part:
        return Part("Drums", "drums", "Standard Kit", 0, *_DRUM_KEYS, *_mixed(mix["drums"], level_db))

    return [
        (
            *(part(role, name, own.get(role), number["level_db"]) for role, name in zip(ROLES, here, strict=False)),
            *([kit(number["level_db"])] if drummed else []),
        )
        for here, own, number, drummed in zip(names, fitted, numbers, drums, strict=True)
    ]


def all_parts(bars: Sequence[tuple[Part, ...]]) -> tuple[Part, ...]:
    """Every part of the song, in the order of the roles, with its mix where it begins and its range over all bars."""
    found: dict[str, Part] = {}
    for part in (part for bar in bars for part in bar):
        known = found.setdefault(part.name, part)
        lowest, highest = min(known.lowest_pitch, part.lowest_pitch), max(known.highest_pitch, part.highest_pitch)
        found[part.name] = replace(known, lowest_pitch=lowest, highest_pitch=highest)
    return tuple(sorted(found.values(), key=lambda part: ROLES.index(part.role)))


def _mixed(mix: list[int], level_db: float) -> tuple[int, ...]:
    volume, *sends = mix
    return round(volume * 10 ** (level_db / _DB_OF_VOLUME)), *sends


def instead(style: Mapping[str, Any], group: str, option: str) -> str:
    """What a style plays in place of an option, by its table; the option itself where the table is silent."""
    return style["instead"].get(group, {}).get(option, option)


def _made_room(
    planned: Mapping[str, tuple[int, int]], fitted: Mapping[str, tuple[int, int]], names: Sequence[str]
) -> Mapping[str, tuple[int, int]]:
    """Windows in their order from bass to tune, as far as the instruments have them.

    An instrument that is too low for the tune that was planned sings at the top of its range; chords that would then lie over the
    tune go down below it, and the bass below these.
    """
    if _centre(planned["melody"]) - _centre(fitted["melody"]) >= _MOVED:
        highest = INSTRUMENTS[names[0]].high
        fitted = {**fitted, "melody": (max(fitted["melody"][0], highest - _TOP), highest)}
    lower = max(_centre(planned["melody"]) - _centre(fitted["melody"]), _centre(fitted["chords"]) - _centre(planned["chords"]))
    usual = _centre(planned["melody"]) - _centre(planned["chords"])
    if lower < _MOVED or _centre(fitted["melody"]) - _centre(fitted["chords"]) >= min(usual, _CHORDS_UNDER):
        return fitted
    chords = _centred(fitted["chords"], max(_centre(fitted["melody"]) - _CHORDS_UNDER, _LOWEST_CHORDS), INSTRUMENTS[names[1]])
    deepest = max(min(_centre(fitted["bass"]), _centre(chords) - _BASS_UNDER), _LOWEST_BASS)
    return {**fitted, "chords": chords, "bass": _centred(fitted["bass"], deepest, INSTRUMENTS[names[2]])}


def _centre(window: tuple[int, int]) -> float:
    return (window[0] + window[1]) / 2


def _centred(window: tuple[int, int], centre: float, instrument: Instrument) -> tuple[int, int]:
    """A window about a centre, or as near to it as the instrument has it."""
    width = window[1] - window[0]
    low = min(max(round(centre - width / 2), instrument.low), instrument.high - width)
    return low, low + width


def upside_down(parts: Sequence[Part]) -> tuple[tuple[Part, Part], ...]:
    """Pairs of parts of which the first should lie over the second and does not: tune over chords, chords over bass."""
    by_role = {part.role: part for part in reversed(parts)}
    pairs = [(by_role[high], by_role[low]) for high, low in (("melody", "chords"), ("chords", "bass"), ("melody", "bass"))]
    return tuple((high, low) for high, low in pairs if high.centre <= low.centre)


def _octaves(windows: Sequence[tuple[int, int]], instrument: Instrument) -> int:
    """By how many octaves windows are best moved into the range of an instrument."""

    def missing(octaves: int) -> float:
        below = sum(max(0, instrument.low - low - 12 * octaves) for low, _ in windows)
        above = sum(max(0, high + 12 * octaves - instrument.high) for _, high in windows)
        return (below + above) / len(windows) + _RATHER_CUT * abs(octaves)

    return min(range(-5, 6), key=missing)


def _fitted(window: tuple[int, int], instrument: Instrument, octaves: int) -> tuple[int, int]:
    """The window, moved by octaves and cut where the range of the instrument ends, but no narrower than a melody needs."""
    low, high = max(window[0] + 12 * octaves, instrument.low), min(window[1] + 12 * octaves, instrument.high)
    if high - low < min(_NARROWEST, window[1] - window[0]):
        low, high = min(low, instrument.high - _NARROWEST), max(high, instrument.low + _NARROWEST)
    return low, high
