"""Plan, chords and notes -> what players do besides striking keys: pedal, swells and slides."""

from collections.abc import Sequence
from itertools import pairwise

from face2music.plan import Part as Planned
from face2music.plan import Plan
from face2music.score.dynamics import course
from face2music.score.harmony import Harmony
from face2music.score.model import Bend, Control, Note

VOLUME, EXPRESSION, PEDAL = 7, 11, 64

_PEDAL_FROM = 0.7  # articulation: what is meant to be short is played without the pedal
_DRY = ("marcato", "drive")  # figures of chords struck one by one, which a pedal would blur
_PRESS_AFTER = 0.1  # beats behind the chord's entry, so that the chord before does not ring into it
_SHORTEST_PEDAL = 0.5
_STEP_BEATS = 0.5
_DEPTH = 0.8  # of a swell, controller values by MIDI velocity of the plan's spread
_SOFTEST = 52
_SLIDING_NOTES = 0.5  # beats; shorter ones are struck in tune
_SLIDE_SHARE, _LONGEST_SLIDE, _SLIDE_STEP = 0.5, 0.5, 0.0625
_MOST_SEMITONES = 2.0


def controls_of(plan: Plan, part: Planned, harmonies: tuple[Harmony, ...], seed: int) -> tuple[Control, ...]:
    """Pedal where the instrument has one and the music is to be connected, swells where held notes keep their level.

    And the instrument's level, where it moves with the mood.
    """
    moves = _level(plan, part)
    if part.sounds is not None and part.sounds.pedalled:
        moves += _pedal([harmony for harmony in harmonies if _is_pedalled(plan.at(harmony.start_beat))])
    elif part.sounds is not None and part.sounds.sustained:
        moves += _swells(plan, seed)
    return tuple(sorted(moves, key=lambda move: move.start_beat))


def _level(plan: Plan, part: Planned) -> list[Control]:
    """The volume of every bar in which it is another one than before."""
    moves, volume = [], part.volume
    for bar in range(plan.bars):
        here = next((own for own in plan.at_bar(bar).parts if own.name == part.name), None)
        if here is not None and here.volume != volume:
            volume = here.volume
            moves.append(Control(bar * plan.metre.beats, VOLUME, volume))
    return moves


def _is_pedalled(here: Plan) -> bool:
    return here.articulation >= _PEDAL_FROM and here.figure not in _DRY


def _pedal(harmonies: Sequence[Harmony]) -> list[Control]:
    """Down behind each chord's entry, up where it ends."""
    moves = [Control(0.0, PEDAL, 0)] if harmonies else []
    for harmony in harmonies:
        if harmony.duration_beats >= _SHORTEST_PEDAL:
            moves += [Control(harmony.start_beat + _PRESS_AFTER, PEDAL, 127), Control(harmony.end_beat, PEDAL, 0)]
    return moves


def _swells(plan: Plan, seed: int) -> list[Control]:
    """The course of the level, the loudest moment of each of its shapes at full expression."""
    level = course(plan, seed)
    beats = [step * _STEP_BEATS for step in range(round(plan.length_beats / _STEP_BEATS))]
    levels = [level(beat) for beat in beats]
    shaped: dict[str, list[float]] = {}
    for beat, loud in zip(beats, levels, strict=True):
        shaped.setdefault(plan.at(beat).dynamics, []).append(loud)
    limits = {shape: (min(own), max(own)) for shape, own in shaped.items()}

    def value(beat: float, loud: float) -> int:
        here = plan.at(beat)
        low, high = limits[here.dynamics]
        depth = min(_DEPTH * here.velocity_spread, 127 - _SOFTEST) / ((high - low) or 1.0)
        return round(127 - depth * (high - loud))

    values = [value(*each) for each in zip(beats, levels, strict=True)]
    changes = [Control(beats[0], EXPRESSION, values[0])]
    changes += [
        Control(beat, EXPRESSION, new) for beat, (old, new) in zip(beats[1:], pairwise(values), strict=True) if new != old
    ]
    return changes


def slides(plan: Plan, part: Planned, notes: tuple[Note, ...]) -> tuple[Bend, ...]:
    """Long notes of a melody reached by a slide from the side of the note before."""
    smears = [plan.at(note.start_beat).smear_semitones for note in notes]
    if part.sounds is None or not part.sounds.bends or max(smears) <= 0:
        return ()
    bends = [Bend(0.0, 0.0)]
    for (before, note), smear in zip(pairwise(notes), smears[1:], strict=True):
        if note.duration_beats < _SLIDING_NOTES or note.pitch == before.pitch or before.end_beat > note.start_beat:
            continue
        away = min(smear, abs(note.pitch - before.pitch), _MOST_SEMITONES)
        away = -away if note.pitch > before.pitch else away
        steps = round(min(_LONGEST_SLIDE, _SLIDE_SHARE * note.duration_beats) / _SLIDE_STEP)
        bends += [
            Bend(round(note.start_beat + step * _SLIDE_STEP, 4), round(away * (1 - step / steps), 3)) for step in range(steps + 1)
        ]
    return tuple(bends)
