"""Plan and pulses -> drums: patterns as tables of what strikes where in the bar, and how a drummer varies them.

A theme has its own timekeeper and its own small turns of the pattern, which come back with it; phrases end in a fill, another one
each time; soft patterns go in half time where a song is calm; and no two strokes are of one strength.
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from face2music.plan import BRIDGE, Plan, Section
from face2music.score.dynamics import scatter
from face2music.score.model import Sketch
from face2music.score.rhythm import Bar
from face2music.theory import GRID, Metre

_BASS_DRUM, _KICK, _RIM, _SNARE, _CLAP, _HAT, _OPEN_HAT = 35, 36, 37, 38, 39, 42, 46
_PEDAL_HAT, _FLOOR_TOM, _DEEP_TOM, _LOW_TOM, _MID_TOM, _HIGH_TOM, _CRASH = 44, 41, 43, 45, 47, 50, 49
_RIDE, _TAMBOURINE, _CABASA, _GUIRO, _TRIANGLE = 51, 54, 69, 73, 81
_STROKE_BEATS = 0.2

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
# pattern: the drums of its fills in turn, and how loud they are; what is missing here ends a phrase otherwise
FILLS: dict[str, tuple[tuple[int, ...], float]] = {
    "light": ((_RIM, _BASS_DRUM), -0.5),
    "pop": ((_HIGH_TOM, _MID_TOM, _LOW_TOM, _SNARE), 0.3),
    "rock": ((_HIGH_TOM, _MID_TOM, _LOW_TOM, _SNARE), 0.3),
    "toms": ((_HIGH_TOM, _MID_TOM, _LOW_TOM, _SNARE), 0.3),
    "limp": ((_LOW_TOM, _RIM, _FLOOR_TOM), -0.1),
    "ticking": ((_RIM, _LOW_TOM), 0.3),
    "heartbeat": ((_FLOOR_TOM, _KICK), -0.3),
    "soft rock": ((_SNARE, _MID_TOM, _LOW_TOM), -0.3),
    "orchestra": ((_SNARE, _SNARE, _BASS_DRUM), -0.1),
    "war drums": ((_HIGH_TOM, _MID_TOM, _LOW_TOM, _SNARE), 0.3),
    "house": ((_CLAP, _SNARE), 0.1),
    "machine": ((_HIGH_TOM, _MID_TOM, _LOW_TOM, _SNARE), 0.3),
    "boom bap": ((_SNARE, _KICK, _SNARE, _LOW_TOM), 0.1),
    "brushes": ((_SNARE, _LOW_TOM), -0.7),
}
_FILL_FROM = (0.5, 0.5, 0.625, 0.75)  # of the bar, where a fill may begin
# Where the theme is not the first one, another drum keeps the time.
_OTHER_THEME = {_HAT: _RIDE, _TAMBOURINE: _HAT, _GUIRO: _CABASA, _DEEP_TOM: _LOW_TOM, _TRIANGLE: _TAMBOURINE}
_SOFT = ("light", "soft rock", "brushes")
_CALM = 0.6  # intensity below which these go in half time
_LOW_DRUMS = (_BASS_DRUM, _KICK)
_LEFT_OUT, _ADDED = (
    0.3,
    0.35,
)  # chances in every second bar of a theme: of a low stroke inside the bar, of one more on a weak pulse
_BRIDGED = 2  # metrical strength below which drums are silent in a bridge
_HAND = 0.22  # standard deviation of the strokes' weights
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


def write_drums(plan: Plan, bars: tuple[Bar, ...], seed: int) -> list[Sketch]:
    """The drums, from the first theme on: a fill or a break ends a phrase, and a cymbal begins the next.

    Where they come in later than that, they come in softly.
    """
    notes: list[Sketch] = []
    for bar in bars:
        section, drums = plan.sections[bar.section], plan.at(bar.start_beat).drums
        strokes = _strokes(plan, bar, drums, seed) if section.theme else []
        softer, hand = _entering(plan, bar), Random(f"{seed}/drummer/{bar.start_beat:g}")
        if bar.index == 0 and drums in _CRASHING and _crashes(section, bar, softer):
            strokes += [(drum, 0.0, 0.4 + 0.2 * (not section.theme)) for drum in (_CRASH, _KICK)[: 2 - bool(section.theme)]]
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


def _strokes(plan: Plan, bar: Bar, drums: str, seed: int) -> list[tuple[int, float, float]]:
    """Drum, place in the bar and weight of what is struck in the bar of a theme."""
    section = plan.sections[bar.section]
    ends = bar.index == section.bars - 1 and section.bars > 2 and len(plan.sections) > 2
    places = [pulse - bar.start_beat for pulse in bar.pulses]
    if ends and drums in _BREAKING:
        places = [place for place in places if place < plan.metre.beats / 2]
    filled = _filled(plan, bar, places, seed) if ends and drums in FILLS else []
    fill = []
    if filled:
        voices, weight = FILLS[drums]
        first = Random(f"{seed}/fill voices/{bar.start_beat:g}").randrange(len(voices))
        fill = [(voices[(first + step) % len(voices)], place, weight) for step, place in enumerate(filled)]
    half_time = drums in _SOFT and section.intensity < _CALM
    beaten = [
        (_played(drum, section, drums), place, weight)
        for drum, weight, where in PATTERNS[drums]
        for place in places
        if place not in filled
        and (_in_half_time(plan.metre, place) if half_time and where is _backbeat else where(plan.metre, place))
    ]
    if section.setting == BRIDGE:
        beaten = [stroke for stroke in beaten if plan.metre.strength(stroke[1]) >= _BRIDGED]
    return [*fill, *(_turned(plan, bar, beaten, places, filled, seed) if bar.index % 2 else beaten)]


def _filled(plan: Plan, bar: Bar, places: list[float], seed: int) -> list[float]:
    """The last places of a bar, which a fill takes: of one bar half, of another the last beat, and one place at least."""
    start = Random(f"{seed}/fill/{bar.start_beat:g}").choice(_FILL_FROM) * plan.metre.beats
    return [place for place in places if place >= start] or places[1:][-1:]


def _played(drum: int, section: Section, drums: str) -> int:
    if section.theme == "A":
        return drum
    return _PEDAL_HAT if drums in _SOFT and drum == _HAT else _OTHER_THEME.get(drum, drum)  # a ride would cover a soft song


def _in_half_time(metre: Metre, position: float) -> bool:
    """Where the snare answers only once a bar: in its middle, or on the last of its backbeats."""
    middle = [place for place in metre.positions if metre.strength(place) == 3]
    return position == (middle[0] if middle else metre.backbeats[-1])


def _turned(
    plan: Plan, bar: Bar, strokes: list[tuple[int, float, float]], places: list[float], filled: list[float], seed: int
) -> list[tuple[int, float, float]]:
    """The strokes of a bar with a turn of the low drum that this bar of the theme always has."""
    section = plan.sections[bar.section]
    rng = Random(f"{seed}/turn/{section.theme}/{bar.index}")
    low = [stroke for stroke in strokes if stroke[0] in _LOW_DRUMS]
    inner = [stroke for stroke in low if stroke[1] > 0]
    weak = [place for place in places[1:] if place not in filled and all(place != struck for _, struck, _ in low)]
    if inner and rng.random() < _LEFT_OUT:
        left_out = rng.choice(inner)
        return [stroke for stroke in strokes if stroke != left_out]
    if low and weak and rng.random() < _ADDED:
        return [*strokes, (low[0][0], rng.choice(weak), low[0][2] - 0.4)]
    return strokes


def _entering(plan: Plan, bar: Bar) -> float:
    """By how much a bar is softer, in the first phrase with drums that follows one without."""
    section, before = plan.sections[bar.section], plan.sections[bar.section - 1]
    if not bar.section or not before.theme or plan.at_bar(before.start_bar).drums != "none":
        return 0.0
    return _SOFT_ENTRY * (1 - bar.index / section.bars)
