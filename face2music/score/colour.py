"""Plan, chords and melody -> the fourth instrument, which doubles, answers, holds or disturbs."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from face2music.plan import Part, Plan
from face2music.score.accompaniment import playable
from face2music.score.harmony import Harmony, chord_at
from face2music.score.model import Sketch
from face2music.score.rhythm import Bar, pulses_between

_ENTERS_AT = 0.55  # intensity of a section from which the instrument plays
_MOST = 0.6  # of the notes; for the rest no octave is left
_ECHO_BEATS = 1.0  # a rest of the melody so long is answered


@dataclass(frozen=True)
class Setting:
    """What the instrument hears: the plan, the chords, the bars with their pulses, and the melody."""

    plan: Plan
    harmonies: tuple[Harmony, ...]
    bars: tuple[Bar, ...]
    melody: list[Sketch]


def write_colour(plan: Plan, harmonies: tuple[Harmony, ...], bars: tuple[Bar, ...], melody: list[Sketch]) -> list[Sketch]:
    """The fourth instrument's notes, in the sections that are intense enough and inside its range."""
    if not plan.plays("colour"):
        return []
    wide = [section for section in plan.sections if section.intensity >= _ENTERS_AT or not section.theme]
    spans = [(section.start_bar * plan.metre.beats, (section.start_bar + section.bars) * plan.metre.beats) for section in wide]
    setting = Setting(plan, harmonies, bars, melody)
    heard: dict[Part, list[Sketch]] = {}
    for manner in dict.fromkeys(plan.at_bar(section.start_bar).colour for section in plan.sections):
        for note in MANNERS[manner](setting):
            here = plan.at(note.start_beat)
            if here.colour == manner and any(a <= note.start_beat < b for a, b in spans):
                heard.setdefault(replace(here.part("colour"), volume=0), []).append(note)
    inside = [note for part, notes in heard.items() for note in _into(notes, part.lowest_pitch, part.highest_pitch)]
    players: dict[str, list[Sketch]] = {}
    for note in inside:
        players.setdefault(plan.at(note.start_beat).part("colour").name, []).append(note)
    return [note for own in players.values() for note in playable(plan.at(own[0].start_beat), "colour", own)]


def _into(notes: list[Sketch], lowest: int, highest: int) -> list[Sketch]:
    """The notes, all moved by the fewest octaves that bring most of them into a range, without those that stay outside."""

    def inside(octaves: int) -> tuple[float, int]:
        share = sum(lowest <= note.pitch + 12 * octaves <= highest for note in notes) / max(1, len(notes))
        return min(share, _MOST), -abs(octaves)

    shift = 12 * max(range(-4, 5), key=inside)
    moved = [replace(note, pitch=note.pitch + shift) for note in notes]
    return [note for note in moved if lowest <= note.pitch <= highest]


def _none(setting: Setting) -> list[Sketch]:
    return []


def _thirds(setting: Setting) -> list[Sketch]:
    """The melody a third or fourth below, on the nearest tone of the chord."""
    notes = []
    for note in setting.melody:
        tones = chord_at(setting.harmonies, note.start_beat).tones
        below = next((note.pitch - step for step in (3, 4, 5, 6) if (note.pitch - step) % 12 in tones), None)
        if below is not None:
            notes.append(replace(note, pitch=below, weight=-0.3))
    return notes


def _octave(setting: Setting) -> list[Sketch]:
    return [replace(note, pitch=note.pitch - 12, weight=note.weight - 0.1) for note in setting.melody]


def _seconds(setting: Setting) -> list[Sketch]:
    """The melody's longer notes with a major seventh above them, which rubs."""
    return [replace(note, pitch=note.pitch + 11, weight=-0.2) for note in setting.melody if note.duration_beats >= 0.75]


def _echo(setting: Setting) -> list[Sketch]:
    """The melody's last three pitches again, on the pulses of its rests."""
    notes = []
    for index, note in enumerate(setting.melody[2:-1], start=2):
        following = setting.melody[index + 1]
        free = pulses_between(setting.bars, note.end_beat, following.start_beat)
        if len(free) < 2 or following.start_beat - note.end_beat < _ECHO_BEATS:
            continue
        for source, pulse in zip(setting.melody[index - 2 : index + 1], free[:3], strict=False):
            chord = chord_at(setting.harmonies, pulse)
            pitch = min(
                (p for p in range(source.pitch - 6, source.pitch + 7) if p % 12 in chord.tones),
                key=lambda p: abs(p - source.pitch),
            )
            notes.append(Sketch(pitch, pulse, 0.5, -0.4))
    return notes


def _pad(setting: Setting) -> list[Sketch]:
    """The two upper voices of every chord, held."""
    return [
        Sketch(pitch, h.start_beat, h.duration_beats, -0.6)
        for h in setting.harmonies
        for pitch in h.voices[-2:]
        if h.held is None
    ] + [
        Sketch(h.voices[0], h.start_beat, h.duration_beats, -0.6)
        for h in setting.harmonies
        if h.held is not None and h.held[0] != 0
    ]


def _bell(setting: Setting) -> list[Sketch]:
    """A tolling note, the chord's first tone, whenever the chord changes."""
    return [Sketch(harmony.voices[0], harmony.start_beat, min(4.0, harmony.duration_beats), 0.2) for harmony in setting.harmonies]


def _stabs(setting: Setting) -> list[Sketch]:
    """The whole chord, short and loud, where the last chord of a phrase enters."""
    following = [*setting.harmonies[1:], None]
    ends = [h for h, other in zip(setting.harmonies, following, strict=True) if other is None or other.section != h.section]
    return [Sketch(pitch, h.start_beat, min(0.75, h.duration_beats), 1.0) for h in ends for pitch in h.voices]


MANNERS: dict[str, Callable[[Setting], list[Sketch]]] = {
    "none": _none,
    "thirds": _thirds,
    "octave": _octave,
    "seconds": _seconds,
    "echo": _echo,
    "pad": _pad,
    "bell": _bell,
    "stabs": _stabs,
}
