"""Sketches of a song -> how far it is from its plan and from what people write: 0 is best.

A statistic costs nothing inside the range that half of human-made melodies keep, and by how many widths of that range it lies
outside; the plan's own numbers are compared in the same way. Where a plan is irregular on purpose, people's habits count less.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from face2music.plan import Plan
from face2music.score.harmony import Harmony, chord_at
from face2music.score.model import Sketch

_STRONG = 3  # metrical strength of the beats on which chord tones are counted
_GRID = 4  # places in a beat at which a note counts as repeated
_PLANNED = {
    "step_share": 0.15,
    "leap_share": 0.08,
    "unison_share": 0.12,
    "onsets_per_s": 0.4,
    "melody_pitch": 3.0,
    "melody_range": 2.0,
}
_MOST = 3.0  # widths; beyond this nothing gets worse


def distance(plan: Plan, sketches: Mapping[str, Sequence[Sketch]], harmonies: tuple[Harmony, ...]) -> float:
    """How far sketches are from the plan and from its human ranges.

    Parameters
    ----------
    plan
        What was meant; `plan.human` has the range of each statistic in human-made melodies.
    sketches
        Notes of each role, those of the melody in order of time.
    harmonies
        The chords under them.

    Returns
    -------
    float
        Mean distance of the statistics from what is wanted, each in widths of its range and 3 at most.
    """
    melody = sketches["melody"]
    found = statistics(plan, sketches, harmonies)
    part, pitches = plan.part("melody"), [note.pitch for note in melody]
    planned = {**found, "onsets_per_s": _density(plan, sketches)}
    planned |= {"melody_pitch": _centre(melody), "melody_range": max(pitches) - min(pitches)}
    wanted = {**vars(plan), "melody_pitch": part.centre, "melody_range": part.highest_pitch - part.lowest_pitch}
    costs = [min(abs(planned[name] - wanted[name]) / width, _MOST) for name, width in _PLANNED.items()]
    habit = 1 - plan.irregularity
    for norm in plan.human:
        outside = max(norm.low - found[norm.statistic], found[norm.statistic] - norm.high, 0.0)
        costs.append(habit * min(outside / (norm.high - norm.low), _MOST))
    return math.fsum(costs) / len(costs)


def statistics(plan: Plan, sketches: Mapping[str, Sequence[Sketch]], harmonies: tuple[Harmony, ...]) -> dict[str, float]:
    """Shares of intervals, chord tones, rests on stable degrees and repeated notes, and pitch-class entropy in bits.

    All are the melody's, but for the likeness of the rhythms of bars one and two apart, which is that of all parts but the drums.
    """
    melody = sketches["melody"]
    pitched = [note for role, notes in sketches.items() if role != "drums" for note in notes]
    moves = [abs(after.pitch - before.pitch) for before, after in pairwise(melody)] or [0]
    strong = [note for note in melody if plan.metre.strength(note.start_beat % plan.metre.beats) >= _STRONG]
    return {
        "unison_share": _share(move == 0 for move in moves),
        "step_share": _share(0 < move <= 2 for move in moves),
        "leap_share": _share(move >= 5 for move in moves),
        "chord_tone_share": _share(note.pitch % 12 in chord_at(harmonies, note.start_beat).tones for note in strong),
        "stable_end_share": _share(
            (note.pitch - chord_at(harmonies, note.start_beat).tonic) % 12 in (0, 3, 4, 7) for note in _ends(plan, melody)
        ),
        "pitch_class_entropy": entropy([note.pitch % 12 for note in melody]),
        "repetition_4_bars": repetition(melody, plan.metre.beats, 4),
        "repetition_8_bars": repetition(melody, plan.metre.beats, 8),
        "rhythm_1_bar": repetition(pitched, plan.metre.beats, 1, pitches=False),
        "rhythm_2_bars": repetition(pitched, plan.metre.beats, 2, pitches=False),
    }


def entropy(values: Sequence[int]) -> float:
    """Shannon's entropy of the frequencies of values, in bits."""
    return -math.fsum(n / len(values) * math.log2(n / len(values)) for n in Counter(values).values())


def repetition(notes: Sequence[Sketch], bar_beats: float, lag: int, pitches: bool = True) -> float:
    """Share of the notes of two bars so far apart that both have at the same place, and pitch; mean over bars sung in both."""
    bars: dict[int, set[tuple[int, int]]] = {}
    for note in notes:
        bar, place = divmod(note.start_beat, bar_beats)
        bars.setdefault(int(bar), set()).add((round(place * _GRID), note.pitch if pitches else 0))
    pairs = [(own, bars[bar + lag]) for bar, own in bars.items() if bar + lag in bars]
    return math.fsum(len(a & b) / len(a | b) for a, b in pairs) / len(pairs) if pairs else 0.0


def _ends(plan: Plan, melody: Sequence[Sketch]) -> list[Sketch]:
    """The last note of every phrase."""
    limits = [(section.start_bar + section.bars) * plan.metre.beats for section in plan.sections if section.theme]
    ends = [[note for note in melody if note.start_beat < limit - 1] for limit in limits]
    return [notes[-1] for notes in ends if notes]


def _density(plan: Plan, sketches: Mapping[str, Sequence[Sketch]]) -> float:
    starts = {note.start_beat for notes in sketches.values() for note in notes}
    return len(starts) / (plan.length_beats * 60 / plan.tempo_bpm)


def _centre(melody: Sequence[Sketch]) -> float:
    return math.fsum(note.pitch for note in melody) / len(melody)


def _share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found) if found else 0.0
