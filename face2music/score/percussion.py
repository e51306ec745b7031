"""Plan and pulses -> drums: patterns as tables of what strikes where in the bar, and how a drummer varies them.

A theme has its own timekeeper and its own small turns of the pattern, which come back with it; phrases end in a fill, another one
each time; soft patterns go in half time where a song is calm, and have a stroke more or less now and then, the oftener the more
restless the mood; and no two strokes are of one strength.
"""

from dataclasses import replace
from random import Random

from face2music.plan import BRIDGE, Plan, Section
from face2music.score.dynamics import scatter
from face2music.score.kit import (
    BREAKING,
    CRASH,
    CRASHING,
    FILLS,
    GRACES,
    HAT,
    KICK,
    LOW_DRUMS,
    OTHER_TIMEKEEPER,
    PATTERNS,
    PEDAL_HAT,
    SOFT,
    TIMEKEEPERS,
    backbeat,
)
from face2music.score.model import Sketch
from face2music.score.rhythm import Bar
from face2music.theory import GRID, Metre

_STROKE_BEATS = 0.2
_KEPT = 0.8  # share of the bars of a theme that have its rhythm
_SOFT_ENTRY = 1.6  # by how much the first bar is softer where the drums come in within a song
_FILL_FROM = (0.5, 0.5, 0.625, 0.75)  # of the bar, where a fill may begin
_CALM = 0.6  # intensity below which soft patterns go in half time
# Chances in every second bar of a theme: of a low stroke inside the bar, of one more on a weak pulse.
_LEFT_OUT, _ADDED = 0.3, 0.35
# Chances in every bar of a soft pattern but the first of a phrase: that it varies where the rhythm is quite regular, and then by
# a stroke less.
_VARIED, _SPARED = 0.3, 0.3
_MARKED = 3  # metrical strength from which a timekeeper is never spared
_BRIDGED = 2  # metrical strength below which drums are silent in a bridge
_HAND = 0.22  # standard deviation of the strokes' weights

_Stroke = tuple[int, float, float]  # drum, place in the bar, weight


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


def write_drums(plan: Plan, bars: tuple[Bar, ...], seed: int) -> list[Sketch]:
    """The drums, from the first theme on: a fill or a break ends a phrase, and a cymbal begins the next.

    Where they come in later than that, they come in softly.
    """
    notes: list[Sketch] = []
    for bar in bars:
        section, drums = plan.sections[bar.section], plan.at(bar.start_beat).drums
        strokes = _strokes(plan, bar, drums, seed) if section.theme else []
        softer, hand = _entering(plan, bar), Random(f"{seed}/drummer/{bar.start_beat:g}")
        if bar.index == 0 and drums in CRASHING and _crashes(section, bar, softer):
            strokes += [(drum, 0.0, 0.4 + 0.2 * (not section.theme)) for drum in (CRASH, KICK)[: 2 - bool(section.theme)]]
        notes += [
            Sketch(drum, bar.start_beat + place, _STROKE_BEATS, weight - softer + _HAND * scatter(hand))
            for drum, place, weight in strokes
        ]
    return notes


def _crashes(section: Section, bar: Bar, softer: float) -> bool:
    """Whether a cymbal begins a section: the ending, and what is intense from its first bar on."""
    if section.theme:
        return section.intensity >= 0.6 and not softer
    return bar.section > 0


def _strokes(plan: Plan, bar: Bar, drums: str, seed: int) -> list[_Stroke]:
    """What is struck in the bar of a theme."""
    section = plan.sections[bar.section]
    ends = bar.index == section.bars - 1 and section.bars > 2 and len(plan.sections) > 2
    places = [pulse - bar.start_beat for pulse in bar.pulses]
    if ends and drums in BREAKING:
        places = [place for place in places if place < plan.metre.beats / 2]
    filled = _filled(plan, bar, places, seed) if ends and drums in FILLS else []
    fill = []
    if filled:
        voices, weight = FILLS[drums]
        first = Random(f"{seed}/fill voices/{bar.start_beat:g}").randrange(len(voices))
        fill = [(voices[(first + step) % len(voices)], place, weight) for step, place in enumerate(filled)]
    half_time = drums in SOFT and section.intensity < _CALM
    beaten = [
        (_played(drum, section, drums), place, weight)
        for drum, weight, where in PATTERNS[drums]
        for place in places
        if place not in filled
        and (_in_half_time(plan.metre, place) if half_time and where is backbeat else where(plan.metre, place))
    ]
    if section.setting == BRIDGE:
        beaten = [stroke for stroke in beaten if plan.metre.strength(stroke[1]) >= _BRIDGED]
    free = [place for place in places if place not in filled]
    turned = _turned(plan, bar, beaten, free, seed) if bar.index % 2 else beaten
    return [*fill, *(_varied(plan, bar, drums, turned, free, seed) if bar.index and drums in GRACES else turned)]


def _filled(plan: Plan, bar: Bar, places: list[float], seed: int) -> list[float]:
    """The last places of a bar, which a fill takes: of one bar half, of another the last beat, and one place at least."""
    start = Random(f"{seed}/fill/{bar.start_beat:g}").choice(_FILL_FROM) * plan.metre.beats
    return [place for place in places if place >= start] or places[1:][-1:]


def _played(drum: int, section: Section, drums: str) -> int:
    if section.theme == "A":
        return drum
    return PEDAL_HAT if drums in SOFT and drum == HAT else OTHER_TIMEKEEPER.get(drum, drum)  # a ride would cover a soft song


def _in_half_time(metre: Metre, position: float) -> bool:
    """Where the snare answers only once a bar: in its middle, or on the last of its backbeats."""
    middle = [place for place in metre.positions if metre.strength(place) == 3]
    return position == (middle[0] if middle else metre.backbeats[-1])


def _turned(plan: Plan, bar: Bar, strokes: list[_Stroke], free: list[float], seed: int) -> list[_Stroke]:
    """The strokes of a bar with a turn of the low drum that this bar of the theme always has."""
    section = plan.sections[bar.section]
    rng = Random(f"{seed}/turn/{section.theme}/{bar.index}")
    low = [stroke for stroke in strokes if stroke[0] in LOW_DRUMS]
    inner = [stroke for stroke in low if stroke[1] > 0]
    weak = [place for place in free if place > 0 and all(place != struck for _, struck, _ in low)]
    if inner and rng.random() < _LEFT_OUT:
        left_out = rng.choice(inner)
        return [stroke for stroke in strokes if stroke != left_out]
    if low and weak and rng.random() < _ADDED:
        return [*strokes, (low[0][0], rng.choice(weak), low[0][2] - 0.4)]
    return strokes


def _varied(plan: Plan, bar: Bar, drums: str, strokes: list[_Stroke], free: list[float], seed: int) -> list[_Stroke]:
    """The strokes of a bar as a drummer plays them who does not count: in some bars one more, or one less of what keeps time."""
    rng = Random(f"{seed}/grace/{bar.start_beat:g}")
    if rng.random() >= _VARIED + plan.at(bar.start_beat).irregularity:
        return strokes
    struck = {(drum, place) for drum, place, _ in strokes}
    graces = [(drum, place, weight) for drum, weight, where in GRACES[drums] for place in free if where(plan.metre, place)]
    more = [grace for grace in graces if grace[:2] not in struck]
    less = [stroke for stroke in strokes if stroke[0] in TIMEKEEPERS and plan.metre.strength(stroke[1]) < _MARKED]
    if less and (not more or rng.random() < _SPARED):
        spared = rng.choice(less)
        return [stroke for stroke in strokes if stroke != spared]
    return [*strokes, rng.choice(more)] if more else strokes


def _entering(plan: Plan, bar: Bar) -> float:
    """By how much a bar is softer, in the first phrase with drums that follows one without."""
    section, before = plan.sections[bar.section], plan.sections[bar.section - 1]
    if not bar.section or not before.theme or plan.at_bar(before.start_bar).drums != "none":
        return 0.0
    return _SOFT_ENTRY * (1 - bar.index / section.bars)
