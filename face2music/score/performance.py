"""Sketches -> notes as played: with rests, loudness, small errors of time, and the tempo's course."""

import math
from bisect import bisect_right
from dataclasses import replace
from random import Random

from face2music.plan import Plan
from face2music.score.dynamics import levels, scatter
from face2music.score.model import Note, Sketch, TempoChange
from face2music.theory import SWUNG

_SHORTEST_BEATS = 0.06


def perform(
    plan: Plan, sketches: dict[str, list[Sketch]], rests: tuple[tuple[float, float], ...], seed: int
) -> dict[str, tuple[Note, ...]]:
    """Notes of every part by its name: no two of a pitch overlap in a part, and all lie between 0 and the song's length."""
    kept = {role: _rested(notes, rests) for role, notes in sketches.items()}
    velocities = levels(plan, kept, seed)
    return {name: notes for role in kept for name, notes in _played(plan, role, kept[role], velocities[role], seed).items()}


def tempo_course(plan: Plan, seed: int) -> tuple[TempoChange, ...]:
    """A tempo for every bar, about the plan's: slower at phrase ends, or at random where the rhythm is irregular.

    Together the bars last as long as at the plan's tempo; what is left of the song's time holds the last one.
    """
    rng = Random(f"{seed}/tempo course")
    factors = []
    for section in plan.sections:
        for bar in range(section.bars):
            here = plan.at_bar(section.start_bar + bar)
            slower = -1.0 if bar == section.bars - 1 else 0.4
            drift = 1 + here.tempo_drift * (2 * rng.random() - 1 if here.irregularity > 0.5 else slower)
            factors.append(here.tempo_bpm / plan.tempo_bpm * drift)
    mean = math.fsum(1 / factor for factor in factors) / len(factors)
    tempos = [plan.tempo_bpm * factor * mean for factor in factors]
    beats = plan.metre.beats
    held = max(0.0, plan.music_s - plan.length_beats * 60 / plan.tempo_bpm)
    tempos[-1] = beats * 60 / (beats * 60 / tempos[-1] + held)
    return tuple(TempoChange(bar * beats, tempo) for bar, tempo in enumerate(tempos))


def _rested(notes: list[Sketch], rests: tuple[tuple[float, float], ...]) -> list[Sketch]:
    """Without what begins in a rest, and cut where a rest begins."""
    kept = []
    for note in notes:
        index = bisect_right(rests, note.start_beat, key=lambda rest: rest[0])
        if index and note.start_beat < rests[index - 1][1]:
            continue
        stop = min(note.end_beat, rests[index][0] if index < len(rests) else note.end_beat)
        kept.append(replace(note, duration_beats=stop - note.start_beat))
    return kept


def _swung(plan: Plan, beat: float) -> float:
    """Where a beat falls when eighths swing; metres in eighths are played straight."""
    if not plan.swing or plan.metre.denominator != 4:
        return beat
    whole, part = divmod(beat, 1)
    late = plan.swing * SWUNG
    return whole + (part * (1 + 2 * late) if part < 0.5 else 0.5 + late + (part - 0.5) * (1 - 2 * late))


def _played(plan: Plan, role: str, notes: list[Sketch], velocities: list[int], seed: int) -> dict[str, tuple[Note, ...]]:
    """Notes by the name of the part that plays them."""
    rng = Random(f"{seed}/timing/{role}")
    late: dict[float, float] = {}
    played: dict[str, list[Note]] = {}
    for note, velocity in sorted(zip(notes, velocities, strict=True), key=lambda pair: (pair[0].start_beat, pair[0].pitch)):
        here = plan.at(note.start_beat)
        reach = here.timing_ms / 1000 * here.tempo_bpm / 60
        shift = late.setdefault(note.start_beat, reach * scatter(rng))
        meant = _swung(plan, note.start_beat)
        start = round(min(max(0.0, meant + shift), plan.length_beats - _SHORTEST_BEATS), 4)
        duration = min(max(_swung(plan, note.end_beat) - meant, _SHORTEST_BEATS), plan.length_beats - start)
        own = played.setdefault(here.part(role).name, [])
        own.append(Note(note.pitch, velocity, start, round(duration - 5e-5, 4)))
    return {name: _apart(sorted(own, key=lambda note: (note.start_beat, note.pitch))) for name, own in played.items()}


def _apart(notes: list[Note]) -> tuple[Note, ...]:
    """Each note cut where the next of its pitch begins; of two that begin together the louder stays."""
    latest: dict[int, int] = {}
    kept: list[Note] = []
    for note in notes:
        before = latest.get(note.pitch)
        if before is not None and note.start_beat - kept[before].start_beat < _SHORTEST_BEATS:
            kept[before] = max(kept[before], note, key=lambda each: each.velocity)
            continue
        if before is not None and kept[before].end_beat > note.start_beat:
            kept[before] = replace(kept[before], duration_beats=round(note.start_beat - kept[before].start_beat - 1e-4, 4))
        latest[note.pitch] = len(kept)
        kept.append(note)
    return tuple(kept)
