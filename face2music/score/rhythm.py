"""Plan -> the pulses of every bar: the only moments at which any part may start a note.

Their number is the plan's density, shared out over the bars; their places are the metre's strongest positions, blurred by the
plan's irregularity. All parts choose among them, so that together they are as dense as the plan says.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from face2music.plan import Plan, Section
from face2music.score.harmony import Harmony

# name: beats before a phrase at which its pick-up notes begin
PICKUPS: dict[str, tuple[float, ...]] = {"none": (), "one": (0.5,), "two": (1.0, 0.5)}

_INTRO_DENSITY, _PHRASE_END_DENSITY = 0.8, 0.92
_BLUR = 5.0  # metrical strengths by which full irregularity can lift a position
_TENSION = 0.3  # by how much the most intense phrase is denser than the least
_LONGEST_SILENCE_S = 0.9  # a breath; beyond that a song seems to have stopped
_RESTLESS = 20.0  # by how much a bar that has a smaller share of silence than others is spared it
_SCATTER = 0.4  # by how much a bar is denser or thinner than its neighbours where the rhythm is fully irregular
_FRESH_FROM = 0.6  # irregularity from which bars begin to have rhythms of their own


@dataclass(frozen=True)
class Bar:
    """A bar: where it begins, its section, which bar of the section it is, and its pulses in beats from the song's start."""

    start_beat: float
    section: int
    index: int
    pulses: tuple[float, ...]


def silences(plan: Plan, seed: int) -> tuple[tuple[float, float], ...]:
    """Spans of beats at the end of bars in which every part rests, at phrase ends first where the rhythm is regular.

    Before another key there is none: it is led to by its dominant.
    """
    rng = Random(f"{seed}/silence")
    beats = plan.metre.beats
    left = plan.rest_share * plan.length_beats
    ends = {section.start_bar + section.bars for section in plan.sections}
    bars = range(1, plan.sections[-1].start_bar)
    most = max(plan.at_bar(bar).rest_share for bar in range(plan.bars))

    def reluctance(bar: int) -> float:
        here = plan.at_bar(bar)
        return rng.random() + (bar not in ends) * (1 - here.irregularity) + _RESTLESS * (most - here.rest_share)

    led_to = _new_keys(plan)
    order = [bar for bar in sorted(bars, key=reluctance) if bar not in led_to]
    spans = []
    for bar in order:
        if left < 0.25:
            break
        drawn = round(2 * (0.5 + rng.random() * (beats / 2 - 0.5))) / 2
        length = min(drawn, beats / 2, _longest_beats(plan.at_bar(bar - 1).tempo_bpm))
        spans.append((bar * beats - length, bar * beats))
        left -= length
    return tuple(sorted(spans))


def _longest_beats(tempo_bpm: float) -> float:
    """The longest silence at a tempo, in whole eighths."""
    return max(0.5, math.floor(2 * _LONGEST_SILENCE_S * tempo_bpm / 60) / 2)


def _new_keys(plan: Plan) -> frozenset[int]:
    """The bars in which the music comes into another key."""
    keys = [(plan.tonic(section), plan.at_bar(section.start_bar).minor) for section in plan.sections]
    pairs = zip(pairwise(keys), plan.sections[1:], strict=True)
    return frozenset(section.start_bar for (before, here), section in pairs if before != here)


def picks_up(plan: Plan, section: int) -> bool:
    """Whether a section begins with a pick-up: where a theme follows on something else."""
    return bool(leads(plan, plan.sections[section])) and section > 0 and bool(plan.sections[section].theme)


def leads(plan: Plan, section: Section) -> tuple[float, ...]:
    """Beats before a section at which its pick-up notes begin."""
    return PICKUPS[plan.at_bar(section.start_bar).pickup]


def bars_of(plan: Plan, harmonies: tuple[Harmony, ...], rests: tuple[tuple[float, float], ...], seed: int) -> tuple[Bar, ...]:
    """The bars of a song with their pulses; every chord begins on one."""
    beats = plan.metre.beats
    led = [section for index, section in enumerate(plan.sections) if picks_up(plan, index)]
    needed = {harmony.start_beat for harmony in harmonies}
    needed |= {section.start_bar * beats - lead for section in led for lead in leads(plan, section)}
    places = [
        (section, plan.sections[section].start_bar + index, index)
        for section in range(len(plan.sections))
        for index in range(plan.sections[section].bars)
    ]
    counts = _counts(plan, places, seed)
    bars = []
    for (section, bar, index), count in zip(places, counts, strict=True):
        start = bar * beats
        open_positions = [p for p in plan.metre.positions if not any(a <= start + p < b for a, b in rests)]
        ranked = _ranked(plan.at_bar(bar), plan.sections[section], bar, index, open_positions, seed)
        forced = [p for p in open_positions if start + p in needed]
        chosen = forced + [p for p in ranked if p not in forced][: max(0, count - len(forced))]
        bars.append(Bar(start, section, index, tuple(start + p for p in sorted(chosen))))
    return tuple(bars)


def pulses_between(bars: Sequence[Bar], start: float, end: float) -> list[float]:
    """The pulses from a beat on and before another one; the bars are in order of time."""
    first = max(0, bisect_right(bars, start, key=lambda bar: bar.start_beat) - 1)
    until = bisect_right(bars, end, key=lambda bar: bar.start_beat)
    return [pulse for bar in bars[first:until] for pulse in bar.pulses if start <= pulse < end]


def _counts(plan: Plan, places: list[tuple[int, int, int]], seed: int) -> list[int]:
    """How many pulses each bar has: the plan's density, shared out by weight, rounded so that no part of a pulse is lost."""
    rng = Random(f"{seed}/density")
    last = len(plan.sections) - 1
    weights = [_weight(plan, section, index, rng) for section, _, index in places if section != last]
    pulses = plan.onsets_per_s * plan.length_beats * 60 / plan.tempo_bpm - 1
    most = len(plan.metre.positions)
    counts: list[int] = []
    owed = 0.0
    for section in plan.sections[:last]:
        own = weights[len(counts) : len(counts) + section.bars]
        owed += pulses * sum(own) / sum(weights)
        counts += _shared(round(owed), own, most)
        owed -= sum(counts[-section.bars :])
    return [*counts, *(int(index == 0) for index in range(plan.sections[last].bars))]


def _shared(total: int, weights: list[float], most: int) -> list[int]:
    """A number of pulses shared out over a phrase, 1 to `most` a bar: what is left over goes to odd bars, the later first."""
    shares = [total * weight / sum(weights) for weight in weights]
    counts = [min(max(1, math.floor(share)), most) for share in shares]
    left = total - sum(counts)
    for bar in sorted(range(len(shares)), key=lambda bar: (-round(shares[bar] % 1, 1), bar % 2 == 0, -bar)) * most:
        more = left > 0 and counts[bar] < most
        counts[bar] += more
        left -= more
    return counts


def _weight(plan: Plan, section: int, index: int, rng: Random) -> float:
    """Relative density of a bar."""
    own = plan.sections[section]
    here = plan.at_bar(own.start_bar + index)
    scatter = pace(plan, here) * (1 + _SCATTER * here.irregularity * (2 * rng.random() - 1))
    if not own.theme:
        return _INTRO_DENSITY * scatter
    tension = 1 + _TENSION * (own.intensity - 0.7)
    return scatter * tension * (_PHRASE_END_DENSITY if index == own.bars - 1 else 1.0)


def pace(plan: Plan, here: Plan) -> float:
    """How many pulses a bar has in a place against the mean of the song."""
    return here.onsets_per_s / plan.onsets_per_s * (plan.tempo_bpm / here.tempo_bpm)


def _ranked(plan: Plan, section: Section, bar: int, index: int, positions: list[float], seed: int) -> list[float]:
    """Positions of a bar, those to be filled first in front; all bars share a pattern unless the rhythm is irregular."""
    fresh = Random(f"{seed}/fresh/{bar}").random() < (plan.irregularity - _FRESH_FROM) / (1 - _FRESH_FROM)
    rng = Random(f"{seed}/pulse/{bar}" if fresh else f"{seed}/pulse")
    blur = {p: rng.random() * _BLUR * plan.irregularity for p in plan.metre.positions}
    # Among equals the later position comes first: it leads on to the next strong one.
    return sorted(positions, key=lambda p: -(plan.metre.strength(p) + blur[p] + 0.01 * p))
