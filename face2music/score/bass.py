"""Plan, chords and pulses -> the bass, in one of several manners."""

from bisect import bisect_right
from collections.abc import Callable, Sequence

from face2music.plan import AS_CHOSEN, BRIDGE, VARIED, Part, Plan
from face2music.score.harmony import Harmony
from face2music.score.model import Sketch
from face2music.score.rhythm import Bar, pulses_between

_Beats = list[float]


def write_bass(plan: Plan, harmonies: tuple[Harmony, ...], bars: tuple[Bar, ...]) -> list[Sketch]:
    """The bass line; the last chord is one long note."""
    notes = []
    for harmony, following in zip(harmonies, [*harmonies[1:], None], strict=True):
        if following is None:
            notes.append(Sketch(harmony.bass, harmony.start_beat, harmony.duration_beats))
            continue
        here = plan.at(harmony.start_beat)
        section = plan.sections[harmony.section]
        way = _AT_HEIGHT[here.bass] if section.is_height else _SET[section.setting].get(here.bass, here.bass)
        manner, sounding = MANNERS[_CLOSING.get(way, way) if following is harmonies[-1] else way]
        pulses = pulses_between(bars, harmony.start_beat, harmony.end_beat)
        line = manner(here, harmony, following, pulses)
        for (start, pitch), limit in zip(line, [start for start, _ in line[1:]] + [harmony.end_beat], strict=True):
            notes.append(Sketch(_within(here, pitch), start, (limit - start) * sounding))
    return notes


def bass_at(bass: Sequence[Sketch], beat: float) -> int:
    """The pitch that the bass has struck last at a beat, or will strike first."""
    return bass[max(0, bisect_right(bass, beat, key=lambda note: note.start_beat) - 1)].pitch


def _within(plan: Plan, pitch: int) -> int:
    part = plan.part("bass")
    while pitch > part.highest_pitch:
        pitch -= 12
    while pitch < part.lowest_pitch:
        pitch += 12
    return pitch


def _from(plan: Plan, pulses: _Beats, least: int) -> _Beats:
    """The entry of the chord and the pulses that are metrically as strong as `least`."""
    return [pulse for pulse in pulses if pulse == pulses[0] or plan.metre.strength(pulse % plan.metre.beats) >= least]


def _fifth(harmony: Harmony) -> int:
    """The chord's own fifth, perfect or not, above the bass note if that is the root."""
    return harmony.bass + harmony.chord.intervals[-1 if len(harmony.chord.intervals) == 2 else 2]


def _long(plan: Plan, harmony: Harmony, following: Harmony, pulses: _Beats) -> list[tuple[float, int]]:
    return [(pulse, harmony.bass) for pulse in _from(plan, pulses, 4)]


def _pedal(plan: Plan, harmony: Harmony, following: Harmony, pulses: _Beats) -> list[tuple[float, int]]:
    return [(pulse, harmony.bass) for pulse in pulses[:1]]


def _root_fifth(plan: Plan, harmony: Harmony, following: Harmony, pulses: _Beats) -> list[tuple[float, int]]:
    rooted = harmony.bass % 12 == (harmony.tonic + harmony.chord.root) % 12
    other = _fifth(harmony) if rooted else harmony.bass
    return [(pulse, other if index % 2 else harmony.bass) for index, pulse in enumerate(_from(plan, pulses, 3))]


def _walking(plan: Plan, harmony: Harmony, following: Harmony, pulses: _Beats) -> list[tuple[float, int]]:
    """Chord tones upwards, down or to and fro, whichever leads nearest to the next bass note, and a step into that."""
    beats, part = _from(plan, pulses, 2), plan.part("bass")
    above = sorted((tone - harmony.bass) % 12 for tone in harmony.tones)
    ways = [above, [above[0], *(away - 12 for away in reversed(above[1:]))], [above[0], above[1], above[0]]]
    before = max(0, len(beats) - 2)  # the place of the last note ahead of the step

    def reached(way: list[int]) -> tuple[bool, int]:
        pitch = harmony.bass + way[before % len(way)]
        return not part.lowest_pitch <= pitch <= part.highest_pitch, abs(pitch - following.bass)

    tones = [harmony.bass + away for away in min(ways, key=reached)]
    line = [(beat, tones[index % len(tones)]) for index, beat in enumerate(beats)]
    if len(line) > 2:
        last = line[-2][1]
        sides = [_neighbour(following.bass, way, harmony.scale) for way in (-1, 1)]
        line[-1] = (line[-1][0], min(sides, key=lambda pitch: (pitch == last, abs(pitch - last))))
    return line


def _neighbour(pitch: int, way: int, scale: frozenset[int]) -> int:
    """The scale's next note above (1) or below (-1), a third away where a chord is foreign to the whole-tone scale."""
    return next(pitch + way * step for step in range(1, 13) if (pitch + way * step) % 12 in scale)


def _octaves(plan: Plan, harmony: Harmony, following: Harmony, pulses: _Beats) -> list[tuple[float, int]]:
    """The bass note and its octave; where the range has no octave of it, a fourth below or a fifth above it instead."""
    part = plan.part("bass")
    ways = [(0, 12), (-12, 12), (0, -5), (0, 7)]
    low, step = next((way for way in ways if _has(part, harmony.bass, way)), ways[0])
    return [(pulse, harmony.bass + low + step * (index % 2)) for index, pulse in enumerate(_from(plan, pulses, 1))]


def _has(part: Part, pitch: int, way: tuple[int, int]) -> bool:
    return all(part.lowest_pitch <= pitch + away <= part.highest_pitch for away in (way[0], sum(way)))


def _riff(plan: Plan, harmony: Harmony, following: Harmony, pulses: _Beats) -> list[tuple[float, int]]:
    """The root on every pulse, and the scale's next note above it, a semitone if it has one, before the chord changes."""
    line = [(pulse, harmony.bass) for pulse in pulses]
    if len(line) > 3:
        line[-1] = (line[-1][0], _neighbour(harmony.bass, 1, harmony.scale))
    return line


def _slump(plan: Plan, harmony: Harmony, following: Harmony, pulses: _Beats) -> list[tuple[float, int]]:
    """The bass note, sagging by a semitone late in the chord."""
    late = [pulse for pulse in pulses[1:] if pulse >= harmony.start_beat + 0.6 * harmony.duration_beats]
    return [(pulses[0], harmony.bass), *((pulse, harmony.bass - 1) for pulse in late[:1])]


# manner: the line, and how long its notes sound of the time to the next
MANNERS: dict[str, tuple[Callable[[Plan, Harmony, Harmony, _Beats], list[tuple[float, int]]], float]] = {
    "long": (_long, 1.0),
    "pedal": (_pedal, 1.0),
    "root-fifth": (_root_fifth, 0.95),
    "walking": (_walking, 0.95),
    "octaves": (_octaves, 0.95),
    "riff": (_riff, 0.95),
    "slump": (_slump, 1.0),
}
# At the height of a song its theme comes back over another bass.
_AT_HEIGHT = {
    "long": "root-fifth",
    "slump": "long",
    "pedal": "long",
    "root-fifth": "walking",
    "walking": "octaves",
    "octaves": "root-fifth",
    "riff": "octaves",
}
# In the middle of a long song it goes otherwise, and in its bridge it stands back.
_SET: dict[int, dict[str, str]] = {
    AS_CHOSEN: {},
    VARIED: {"long": "root-fifth", "root-fifth": "walking", "walking": "root-fifth", "octaves": "root-fifth", "slump": "long"},
    BRIDGE: {"long": "pedal", "root-fifth": "long", "walking": "long", "octaves": "long", "riff": "root-fifth"},
}
# Into the last chord it goes from the root: by any other note it might go home in parallel with the melody.
_CLOSING = {"root-fifth": "long", "walking": "long"}
