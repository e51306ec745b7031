"""Plan, chords and pulses -> how the chords are played: struck, broken, held or stabbed, by a table of figures."""

from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

from face2music.plan import AS_CHOSEN, BRIDGE, VARIED, Plan
from face2music.score.harmony import Harmony
from face2music.score.model import Sketch
from face2music.score.rhythm import Bar, pulses_between

_SUSPENDED_BEATS = 1.0  # a suspension resolves on the first pulse after this
_TOUCHING = 1e-6  # beats; a note that ends where the next begins does not sound with it
_STABBED = 0.25  # of the places of a bar, the same in all of them: stabs are a rhythm
_BROKEN_BEATS = 2.0  # the notes of a broken chord ring so long at most


@dataclass(frozen=True)
class Figure:
    """How chords are played.

    The metrical strengths that strike the chord, whether its entry does, what fills pulses that no other part uses, the melody's
    share of the pulses, and how long a stroke sounds of the time to the next.
    """

    strengths: frozenset[int]
    on_entry: bool
    fill: str
    melody_share: float
    sounding: float


FIGURES: dict[str, Figure] = {
    "pad": Figure(frozenset(), True, "inner", 0.65, 1.0),
    "block": Figure(frozenset({3, 4}), True, "inner", 0.55, 0.95),
    "pulse": Figure(frozenset({2, 3, 4}), True, "inner", 0.6, 0.95),
    "offbeat": Figure(frozenset({0, 1}), False, "inner", 0.55, 0.7),
    "arpeggio": Figure(frozenset(), False, "broken", 0.5, 1.0),
    "drive": Figure(frozenset({0, 1, 2, 3, 4}), True, "none", 0.6, 0.9),
    "marcato": Figure(frozenset({1, 2, 3, 4}), True, "none", 0.6, 0.75),
    "stabs": Figure(frozenset({4}), True, "inner", 0.6, 0.5),
}

# At the height of a song its theme comes back in another setting.
_AT_HEIGHT = {
    "pad": "block",
    "block": "pulse",
    "arpeggio": "block",
    "offbeat": "pulse",
    "pulse": "offbeat",
    "stabs": "pulse",
    "drive": "marcato",
    "marcato": "drive",
}
# In the middle of a long song the chords are set otherwise, and in its bridge they stand back.
_SET: dict[int, dict[str, str]] = {
    AS_CHOSEN: {},
    VARIED: {
        "pad": "arpeggio",
        "block": "arpeggio",
        "pulse": "offbeat",
        "offbeat": "arpeggio",
        "arpeggio": "pulse",
        "drive": "marcato",
        "marcato": "drive",
        "stabs": "pulse",
    },
    BRIDGE: {
        "pad": "arpeggio",
        "block": "pad",
        "pulse": "pad",
        "offbeat": "pad",
        "arpeggio": "pad",
        "drive": "block",
        "marcato": "block",
        "stabs": "offbeat",
    },
}


@dataclass(frozen=True)
class _Suspension:
    """The voice of a chord that is held over, on which pitch, and the beat at which it resolves."""

    voice: int
    pitch: int
    resolution: float


def write_chords(plan: Plan, harmonies: tuple[Harmony, ...], bars: tuple[Bar, ...], taken: set[float], seed: int) -> list[Sketch]:
    """The accompaniment; `taken` are the pulses at which melody, bass or drums play."""
    last = harmonies[-1]
    notes = playable(plan, "chords", [Sketch(pitch, last.start_beat, last.duration_beats) for pitch in last.voices])
    for harmony in harmonies[:-1]:
        here = plan.at(harmony.start_beat)
        notes += playable(here, "chords", _played(plan, here, harmony, bars, taken, seed))
    return notes


def playable(plan: Plan, role: str, notes: list[Sketch]) -> list[Sketch]:
    """Notes as the instrument can hold them: of those struck together the highest, and what sounds on ends where more begin."""
    sounds = plan.part(role).sounds
    voices = len(notes) if sounds is None else sounds.voices
    if voices >= len(notes):
        return notes
    kept: list[Sketch] = []
    together: list[int] = []
    for note in sorted(notes, key=lambda each: (each.start_beat, -each.pitch)):
        together = [index for index in together if kept[index].end_beat > note.start_beat + _TOUCHING]
        older = [index for index in together if kept[index].start_beat < note.start_beat]
        if len(together) >= voices:
            if not older:
                continue
            index = min(older, key=lambda each: abs(kept[each].pitch - note.pitch))
            kept[index] = replace(kept[index], duration_beats=note.start_beat - kept[index].start_beat)
        together.append(len(kept))
        kept.append(note)
    return kept


def _played(plan: Plan, here: Plan, harmony: Harmony, bars: tuple[Bar, ...], taken: set[float], seed: int) -> list[Sketch]:
    """A chord in its figure; who can hold one note only breaks it."""
    section = plan.sections[harmony.section]
    name = _AT_HEIGHT[here.figure] if section.is_height else _SET[section.setting].get(here.figure, here.figure)
    figure = FIGURES["arpeggio" if _single(here) else name]
    pulses = pulses_between(bars, harmony.start_beat, harmony.end_beat)
    suspension = _suspension(harmony, pulses)
    if figure.fill == "broken":
        return _broken(harmony, pulses, suspension)
    strokes = _strokes(plan, figure, harmony, pulses, seed)
    notes = _struck(harmony, strokes, suspension, figure.sounding)
    if figure.fill == "inner":
        free = [pulse for pulse in pulses if pulse not in taken and pulse not in strokes]
        notes += _inner(harmony, free, suspension, figure.sounding)
    return notes


def _single(plan: Plan) -> bool:
    """Whether the chords are with an instrument that holds one note at a time."""
    sounds = plan.part("chords").sounds
    return sounds is not None and sounds.voices == 1


def _strokes(plan: Plan, figure: Figure, harmony: Harmony, pulses: list[float], seed: int) -> list[float]:
    entry = pulses[:1] if figure.on_entry else []
    beats = plan.metre.beats
    strokes = [pulse for pulse in pulses if plan.metre.strength(pulse % beats) in figure.strengths or pulse in entry]
    if figure is FIGURES["stabs"]:
        rng = Random(f"{seed}/stab")
        places = [place for place in plan.metre.positions if rng.random() < _STABBED]
        strokes = sorted({*strokes, *(pulse for pulse in pulses if pulse % beats in places)})
    return strokes or pulses[:1]


def _suspension(harmony: Harmony, pulses: list[float]) -> _Suspension | None:
    """The chord's suspension, if it has one and lasts long enough to resolve it on a pulse."""
    resolution = next((pulse for pulse in pulses if pulse >= harmony.start_beat + _SUSPENDED_BEATS), None)
    return None if harmony.held is None or resolution is None else _Suspension(*harmony.held, resolution)


def _voices(harmony: Harmony, beat: float, suspension: _Suspension | None) -> list[int]:
    voices = list(harmony.voices)
    if suspension is not None and beat < suspension.resolution:
        voices[suspension.voice] = suspension.pitch
    return voices


def _struck(harmony: Harmony, strokes: list[float], suspension: _Suspension | None, sounding: float) -> list[Sketch]:
    """The whole chord at each stroke; a voice that resolves between two strokes moves by itself."""
    notes = []
    for stroke, limit in pairwise([*strokes, harmony.end_beat]):
        voices = _voices(harmony, stroke, suspension)
        if suspension is not None and stroke < suspension.resolution < limit:
            notes.append(Sketch(voices.pop(suspension.voice), stroke, suspension.resolution - stroke))
            resolved = harmony.voices[suspension.voice]
            notes.append(Sketch(resolved, suspension.resolution, (limit - suspension.resolution) * sounding, -0.3))
        notes += [Sketch(pitch, stroke, (limit - stroke) * sounding) for pitch in voices]
    return notes


def _broken(harmony: Harmony, pulses: list[float], suspension: _Suspension | None) -> list[Sketch]:
    """Up and down through the chord, a voice a pulse."""
    order = [*range(len(harmony.voices)), *range(len(harmony.voices) - 2, 0, -1)]
    notes = []
    for index, pulse in enumerate(pulses):
        pitch = _voices(harmony, pulse, suspension)[order[index % len(order)]]
        notes.append(Sketch(pitch, pulse, min(_BROKEN_BEATS, harmony.end_beat - pulse), -0.2))
    return notes


def _inner(harmony: Harmony, pulses: list[float], suspension: _Suspension | None, sounding: float) -> list[Sketch]:
    """A lower voice of the chord by itself on each pulse, softly, one after the other."""
    notes = []
    for index, (pulse, limit) in enumerate(pairwise([*pulses, harmony.end_beat])):
        voices = _voices(harmony, pulse, suspension)[:-1]
        notes.append(Sketch(voices[index % len(voices)], pulse, (limit - pulse) * sounding, -0.5))
    return notes
