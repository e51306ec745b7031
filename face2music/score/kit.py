"""A drummer's kit as tables: what strikes where in the bar of each pattern, its fills, and what may vary it.

Drums are General MIDI's percussion keys, loudnesses weights against the average.
"""

from collections.abc import Callable

from face2music.theory import Metre

BASS_DRUM, KICK, RIM, SNARE, CLAP, HAT, OPEN_HAT = 35, 36, 37, 38, 39, 42, 46
PEDAL_HAT, FLOOR_TOM, DEEP_TOM, LOW_TOM, MID_TOM, HIGH_TOM, CRASH = 44, 41, 43, 45, 47, 50, 49
RIDE, TAMBOURINE, CABASA, GUIRO, TRIANGLE = 51, 54, 69, 73, 81

_Where = Callable[[Metre, float], bool]


def _at_least(strength: int) -> _Where:
    return lambda metre, position: metre.strength(position) >= strength


def _weaker(strength: int) -> _Where:
    return lambda metre, position: metre.strength(position) < strength


def _exactly(strength: int) -> _Where:
    return lambda metre, position: metre.strength(position) == strength


def backbeat(metre: Metre, position: float) -> bool:
    """Whether a snare answers there."""
    return position in metre.backbeats


def _not_backbeat(metre: Metre, position: float) -> bool:
    return metre.strength(position) >= 3 and position not in metre.backbeats


def _near_downbeat(metre: Metre, position: float) -> bool:
    return position in (0.0, 0.5)


# pattern: drum, loudness against the average, positions of the bar; it strikes only where there is a pulse
PATTERNS: dict[str, tuple[tuple[int, float, _Where], ...]] = {
    "none": (),
    "light": ((BASS_DRUM, -0.6, _exactly(4)), (RIM, -0.9, backbeat)),
    "pop": ((KICK, 0.3, _not_backbeat), (SNARE, 0.2, backbeat), (HAT, 0.0, _at_least(0)), (TAMBOURINE, 0.1, _at_least(1))),
    "rock": ((KICK, 0.6, _at_least(3)), (SNARE, 0.6, backbeat), (LOW_TOM, 0.1, _at_least(1)), (KICK, 0.2, _weaker(1))),
    "toms": ((FLOOR_TOM, 0.4, _at_least(1)), (KICK, 0.7, _at_least(3)), (DEEP_TOM, 0.2, _weaker(1))),
    "limp": ((BASS_DRUM, 0.1, _exactly(4)), (GUIRO, -0.3, backbeat), (RIM, -0.5, _at_least(1))),
    "ticking": ((RIM, 0.2, _at_least(2)), (HAT, 0.7, _at_least(0)), (KICK, 0.2, _near_downbeat)),
    "heartbeat": ((KICK, -0.2, _near_downbeat),),
    "breaks": ((KICK, 0.3, _not_backbeat), (SNARE, 0.1, backbeat), (HAT, 0.9, _at_least(0)), (OPEN_HAT, 0.6, _exactly(1))),
    "soft rock": ((KICK, -0.2, _not_backbeat), (RIM, -0.2, backbeat), (HAT, -0.8, _at_least(2))),
    "orchestra": ((BASS_DRUM, 0.2, _exactly(4)), (TAMBOURINE, -0.5, _at_least(1)), (TRIANGLE, -0.4, backbeat)),
    "war drums": (
        (BASS_DRUM, 0.7, _at_least(3)),
        (LOW_TOM, 0.3, _at_least(1)),
        (SNARE, 0.3, backbeat),
        (SNARE, 0, _weaker(1)),
    ),
    "house": ((KICK, 0.4, _at_least(2)), (CLAP, 0.1, backbeat), (OPEN_HAT, -0.5, _exactly(1)), (HAT, -0.7, _weaker(1))),
    "machine": ((KICK, 0.6, _not_backbeat), (CLAP, 0.5, backbeat), (HAT, -0.3, _at_least(0)), (KICK, 0.2, _weaker(1))),
    "boom bap": ((KICK, 0.3, _not_backbeat), (SNARE, 0.1, backbeat), (HAT, -0.6, _at_least(1)), (KICK, -0.2, _weaker(1))),
    "brushes": ((RIM, -0.5, backbeat), (HAT, -0.9, _at_least(1))),
}
# pattern: the drums of its fills in turn, and how loud they are; what is missing here ends a phrase otherwise
FILLS: dict[str, tuple[tuple[int, ...], float]] = {
    "light": ((RIM, BASS_DRUM), -0.5),
    "pop": ((HIGH_TOM, MID_TOM, LOW_TOM, SNARE), 0.3),
    "rock": ((HIGH_TOM, MID_TOM, LOW_TOM, SNARE), 0.3),
    "toms": ((HIGH_TOM, MID_TOM, LOW_TOM, SNARE), 0.3),
    "limp": ((LOW_TOM, RIM, FLOOR_TOM), -0.1),
    "ticking": ((RIM, LOW_TOM), 0.3),
    "heartbeat": ((FLOOR_TOM, KICK), -0.3),
    "soft rock": ((SNARE, MID_TOM, LOW_TOM), -0.3),
    "orchestra": ((SNARE, SNARE, BASS_DRUM), -0.1),
    "war drums": ((HIGH_TOM, MID_TOM, LOW_TOM, SNARE), 0.3),
    "house": ((CLAP, SNARE), 0.1),
    "machine": ((HIGH_TOM, MID_TOM, LOW_TOM, SNARE), 0.3),
    "boom bap": ((SNARE, KICK, SNARE, LOW_TOM), 0.1),
    "brushes": ((SNARE, LOW_TOM), -0.7),
}
# pattern: what a drummer adds now and then where the pattern is soft, as a drum, its loudness and positions
GRACES: dict[str, tuple[tuple[int, float, _Where], ...]] = {
    "light": ((RIM, -1.3, _weaker(2)), (BASS_DRUM, -1.0, _weaker(2)), (PEDAL_HAT, -1.1, backbeat)),
    "heartbeat": ((FLOOR_TOM, -0.9, _weaker(2)),),
    "soft rock": ((SNARE, -1.3, _weaker(2)), (KICK, -0.8, _weaker(2)), (OPEN_HAT, -1.1, _exactly(1))),
    "orchestra": ((SNARE, -1.0, _weaker(2)), (BASS_DRUM, -0.6, _exactly(3)), (TRIANGLE, -0.9, _weaker(2))),
    "brushes": ((SNARE, -1.2, _weaker(2)), (BASS_DRUM, -1.0, _at_least(3)), (PEDAL_HAT, -1.0, backbeat)),
}
# Where the theme is not the first one, another drum keeps the time.
OTHER_TIMEKEEPER = {HAT: RIDE, TAMBOURINE: HAT, GUIRO: CABASA, DEEP_TOM: LOW_TOM, TRIANGLE: TAMBOURINE}
TIMEKEEPERS = (HAT, PEDAL_HAT, RIDE, TAMBOURINE, TRIANGLE)
LOW_DRUMS = (BASS_DRUM, KICK)
SOFT = ("light", "soft rock", "brushes")  # in half time where a song is calm
BREAKING = ("breaks",)
CRASHING = ("pop", "rock", "breaks", "orchestra", "war drums", "house", "machine")
