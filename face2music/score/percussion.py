"""Plan and pulses -> drums: patterns as tables of what strikes where in the bar."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from face2music.plan import Plan
from face2music.score.model import Sketch
from face2music.score.rhythm import Bar
from face2music.theory import GRID, Metre

_BASS_DRUM, _KICK, _RIM, _SNARE, _CLAP, _HAT, _OPEN_HAT = 35, 36, 37, 38, 39, 42, 46
_FLOOR_TOM, _DEEP_TOM, _LOW_TOM, _MID_TOM, _HIGH_TOM, _CRASH = 41, 43, 45, 47, 50, 49
_TAMBOURINE, _GUIRO, _TRIANGLE = 54, 73, 81
_STROKE_BEATS = 0.2
_FILL = (_HIGH_TOM, _MID_TOM, _LOW_TOM, _SNARE)

_Where = Callable[[Metre, float], bool]


def _at_least(strength: int) -> _Where:
    return lambda metre, position: metre.strength(position) >= strength


def _weaker(strength: int) -> _Where:
    return lambda metre, position: metre.strength(position) < strength


def _exactly(strength: int) -> _Where:
    return lambda metre, position: metre.strength(position) == strength


def _backbeat(metre: Metre, position: float) -> bool:
    return position in metre.backbeats


def _not_backbeat(metre: Metre, position: float) -> bool:
    return metre.strength(position) >= 3 and position not in metre.backbeats


def _near_downbeat(metre: Metre, position: float) -> bool:
    return position in (0.0, 0.5)


# pattern: drum, loudness against the average, positions of the bar; it strikes only where there is a pulse
PATTERNS: dict[str, tuple[tuple[int, float, _Where], ...]] = {
    "none": (),
    "light": ((_BASS_DRUM, -0.6, _exactly(4)), (_RIM, -0.9, _backbeat)),
    "pop": ((_KICK, 0.3, _not_backbeat), (_SNARE, 0.2, _backbeat), (_HAT, 0.0, _at_least(0)), (_TAMBOURINE, 0.1, _at_least(1))),
    "rock": ((_KICK, 0.6, _at_least(3)), (_SNARE, 0.6, _backbeat), (_LOW_TOM, 0.1, _at_least(1)), (_KICK, 0.2, _weaker(1))),
    "toms": ((_FLOOR_TOM, 0.4, _at_least(1)), (_KICK, 0.7, _at_least(3)), (_DEEP_TOM, 0.2, _weaker(1))),
    "limp": ((_BASS_DRUM, 0.1, _exactly(4)), (_GUIRO, -0.3, _backbeat), (_RIM, -0.5, _at_least(1))),
    "ticking": ((_RIM, 0.2, _at_least(2)), (_HAT, 0.7, _at_least(0)), (_KICK, 0.2, _near_downbeat)),
    "heartbeat": ((_KICK, -0.2, _near_downbeat),),
    "breaks": ((_KICK, 0.3, _not_backbeat), (_SNARE, 0.1, _backbeat), (_HAT, 0.9, _at_least(0)), (_OPEN_HAT, 0.6, _exactly(1))),
    "soft rock": ((_KICK, -0.2, _not_backbeat), (_RIM, -0.2, _backbeat), (_HAT, -0.8, _at_least(2))),
    "orchestra": ((_BASS_DRUM, 0.2, _exactly(4)), (_TAMBOURINE, -0.5, _at_least(1)), (_TRIANGLE, -0.4, _backbeat)),
    "war drums": (
        (_BASS_DRUM, 0.7, _at_least(3)),
        (_LOW_TOM, 0.3, _at_least(1)),
        (_SNARE, 0.3, _backbeat),
        (_SNARE, 0, _weaker(1)),
    ),
    "house": ((_KICK, 0.4, _at_least(2)), (_CLAP, 0.1, _backbeat), (_OPEN_HAT, -0.5, _exactly(1)), (_HAT, -0.7, _weaker(1))),
    "machine": ((_KICK, 0.6, _not_backbeat), (_CLAP, 0.5, _backbeat), (_HAT, -0.3, _at_least(0)), (_KICK, 0.2, _weaker(1))),
    "boom bap": ((_KICK, 0.3, _not_backbeat), (_SNARE, 0.1, _backbeat), (_HAT, -0.6, _at_least(1)), (_KICK, -0.2, _weaker(1))),
    "brushes": ((_RIM, -0.5, _backbeat), (_HAT, -0.9, _at_least(1))),
}
_KEPT = 0.8  # share of the bars of a theme that have its rhythm
_SOFT_ENTRY = 1.6  # by how much the first bar is softer where the drums come in within a song
_FILLING = ("pop", "rock", "toms", "war drums", "machine")
_BREAKING = ("breaks",)
_CRASHING = ("pop", "rock", "breaks", "orchestra", "war drums", "house", "machine")


def without_fills(plan: Plan, bars: tuple[Bar, ...], seed: int) -> tuple[Bar, ...]:
    """The bars for the other parts: where drums strike on sixteenths, a theme leaves these and one eighth of each bar to them."""
    return tuple(replace(bar, pulses=_left(plan, bar, seed)) if _is_filled(plan, bar) else bar for bar in bars)


def _is_filled(plan: Plan, bar: Bar) -> bool:
    pattern = PATTERNS[plan.at(bar.start_beat).drums]
    return bool(plan.sections[bar.section].theme) and any(where(plan.metre, GRID) for _, _, where in pattern)


def _left(plan: Plan, bar: Bar, seed: int) -> tuple[float, ...]:
    firm = [pulse for pulse in bar.pulses if plan.metre.strength(pulse - bar.start_beat) > 0]
    weak = [pulse for pulse in firm[1:] if plan.metre.strength(pulse - bar.start_beat) == 1]
    # The head of a theme, and most of the other bars, keep its rhythm, by which one knows it again.
    place, own = f"{plan.sections[bar.section].theme}/{bar.index % 2}", Random(f"{seed}/free/{bar.start_beat:g}")
    rng = Random(f"{seed}/free/{place}") if bar.index == 0 or own.random() < _KEPT else own
    free = rng.choice(weak) if weak else None
    return tuple(pulse for pulse in firm if pulse != free) or bar.pulses


def write_drums(plan: Plan, bars: tuple[Bar, ...]) -> list[Sketch]:
    """The drums, from the first theme on: a fill or a break ends a phrase, and a cymbal begins the next.

    Where they come in later than that, they come in softly.
    """
    notes: list[Sketch] = []
    for bar in bars:
        section, drums = plan.sections[bar.section], plan.at(bar.start_beat).drums
        if not section.theme and bar.section:
            if bar.index == 0 and drums in _CRASHING:
                notes += [Sketch(drum, bar.start_beat, _STROKE_BEATS, 0.6) for drum in (_CRASH, _KICK)]
            continue
        if not section.theme:
            continue
        ends = bar.index == section.bars - 1 and section.bars > 2 and len(plan.sections) > 2
        positions = [pulse - bar.start_beat for pulse in bar.pulses]
        softer = _entering(plan, bar)
        if bar.index == 0 and drums in _CRASHING and section.intensity >= 0.6 and not softer:
            notes.append(Sketch(_CRASH, bar.pulses[0], _STROKE_BEATS, 0.4))
        if ends and drums in _BREAKING:
            positions = [p for p in positions if p < plan.metre.beats / 2]
        fill = [p for p in positions if ends and drums in _FILLING and p >= plan.metre.beats / 2]
        notes += [Sketch(_FILL[i % len(_FILL)], bar.start_beat + p, _STROKE_BEATS, 0.3) for i, p in enumerate(fill)]
        notes += [
            Sketch(drum, bar.start_beat + p, _STROKE_BEATS, weight - softer)
            for drum, weight, where in PATTERNS[drums]
            for p in positions
            if p not in fill and where(plan.metre, p)
        ]
    return notes


def _entering(plan: Plan, bar: Bar) -> float:
    """By how much a bar is softer, in the first phrase with drums that follows one without."""
    section, before = plan.sections[bar.section], plan.sections[bar.section - 1]
    if not bar.section or not before.theme or plan.at_bar(before.start_bar).drums != "none":
        return 0.0
    return _SOFT_ENTRY * (1 - bar.index / section.bars)
