"""Plan, chords and notes -> what players do besides striking keys: pedal, swells and slides."""

from itertools import pairwise

from face2music.plan import Part as Planned
from face2music.plan import Plan
from face2music.score.dynamics import course
from face2music.score.harmony import Harmony
from face2music.score.model import Bend, Control, Note

PEDAL, EXPRESSION = 64, 11

_PEDAL_FROM = 0.7  # articulation: what is meant to be short is played without the pedal
_PRESS_AFTER = 0.1  # beats behind the chord's entry, so that the chord before does not ring into it
_SHORTEST_PEDAL = 0.5
_STEP_BEATS = 0.5
_DEPTH = 0.8  # of a swell, controller values by MIDI velocity of the plan's spread
_SOFTEST = 52
_SLIDING_NOTES = 0.5  # beats; shorter ones are struck in tune
_SLIDE_SHARE, _LONGEST_SLIDE, _SLIDE_STEP = 0.5, 0.5, 0.0625
_MOST_SEMITONES = 2.0


def controls_of(plan: Plan, part: Planned, harmonies: tuple[Harmony, ...], seed: int) -> tuple[Control, ...]:
    """Pedal where the instrument has one and the music is to be connected, swells where held notes keep their level."""
    if part.sounds is None:
        return ()
    if part.sounds.pedalled and plan.articulation >= _PEDAL_FROM:
        return _pedal(harmonies)
    return _swells(plan, seed) if part.sounds.sustained else ()


def _pedal(harmonies: tuple[Harmony, ...]) -> tuple[Control, ...]:
    """Down behind each chord's entry, up where it ends."""
    moves = [Control(0.0, PEDAL, 0)]
    for harmony in harmonies:
        if harmony.duration_beats >= _SHORTEST_PEDAL:
            moves += [Control(harmony.start_beat + _PRESS_AFTER, PEDAL, 127), Control(harmony.end_beat, PEDAL, 0)]
    return tuple(moves)


def _swells(plan: Plan, seed: int) -> tuple[Control, ...]:
    """The course of the level, its loudest moment at full expression."""
    level = course(plan, seed)
    beats = [step * _STEP_BEATS for step in range(round(plan.length_beats / _STEP_BEATS))]
    heights = [level(beat) for beat in beats]
    low, high = min(heights), max(heights)
    depth = min(_DEPTH * plan.velocity_spread, 127 - _SOFTEST) / ((high - low) or 1.0)
    values = [round(127 - depth * (high - height)) for height in heights]
    changes = [Control(beats[0], EXPRESSION, values[0])]
    changes += [
        Control(beat, EXPRESSION, new) for beat, (old, new) in zip(beats[1:], pairwise(values), strict=True) if new != old
    ]
    return tuple(changes)


def slides(plan: Plan, part: Planned, notes: tuple[Note, ...]) -> tuple[Bend, ...]:
    """Long notes of a melody reached by a slide from the side of the note before."""
    if part.sounds is None or not part.sounds.bends or plan.smear_semitones <= 0:
        return ()
    bends = [Bend(0.0, 0.0)]
    for before, note in pairwise(notes):
        if note.duration_beats < _SLIDING_NOTES or note.pitch == before.pitch or before.end_beat > note.start_beat:
            continue
        away = min(plan.smear_semitones, abs(note.pitch - before.pitch), _MOST_SEMITONES)
        away = -away if note.pitch > before.pitch else away
        steps = round(min(_LONGEST_SLIDE, _SLIDE_SHARE * note.duration_beats) / _SLIDE_STEP)
        bends += [
            Bend(round(note.start_beat + step * _SLIDE_STEP, 4), round(away * (1 - step / steps), 3)) for step in range(steps + 1)
        ]
    return tuple(bends)
