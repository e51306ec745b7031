"""Mood and profiles -> plan: every musical decision of a song, before any note.

Numbers are sampled from the ranges blended at the mood, and choices drawn by their blended weights, each from a random stream
of its own, so that a small change of mood gives a small change of plan, and a wish changes nothing but what it names.
"""

import functools
import math
from collections.abc import Callable, Mapping
from typing import Any

from face2music.errors import RequestError
from face2music.mood import EMOTIONS, Mood
from face2music.plan.blend import Range, blend, blend_weights, draw, options, reserve, uniform
from face2music.plan.ensemble import instead, parts_of, reaches, windows
from face2music.plan.form import Span, sections_of
from face2music.plan.model import ROLES, Norm, Part, Plan, Section
from face2music.plan.progressions import NO_KEY_CHANGE, Chords, graph, harmonised
from face2music.plan.wishes import AUTO, Wishes, check_wishes
from face2music.theory import GRID, INSTRUMENTS, MODES, chord_of, key_name

__all__ = [
    "AUTO",
    "INSTRUMENTS",
    "MAX_DURATION_S",
    "MIN_DURATION_S",
    "MODES",
    "ROLES",
    "Norm",
    "Part",
    "Plan",
    "Range",
    "Section",
    "Wishes",
    "blend",
    "blend_weights",
    "check_duration",
    "check_wishes",
    "make_plan",
]

MIN_DURATION_S, MAX_DURATION_S = 5.0, 180.0

_MARGIN_S = 0.05  # the last note ends this long before the duration asked for
_KEY_CHANGE_FROM_S = 45.0
_AS_WISHED = Wishes()
# field of the plan: group of choices, in which a style may have something else instead
_PLAYED = {
    "figure": "figures",
    "bass": "basses",
    "colour": "colours",
    "drums": "drums",
    "contour": "contours",
    "dynamics": "dynamics",
    "pickup": "pickups",
}
_Weigh = Callable[[str], float]


def make_plan(mood: Mood, profiles: Mapping[str, Any], seed: int, duration_s: float, wishes: Wishes = _AS_WISHED) -> Plan:
    """Decide on a song for a mood.

    Parameters
    ----------
    mood
        Valence, arousal and dominance, each -1 to 1.
    profiles
        Ranges and choices of the seven emotions, chord graphs and styles, as in `assets/profiles.json`.
    seed
        Another seed is another song of the same mood.
    duration_s
        Length of the music in seconds, 5 to 180; the last note ends at or shortly before it. Without effect where the wishes
        name a number of bars.
    wishes
        What takes the place of the mood's choices.

    Raises
    ------
    RequestError
        If the duration is outside 5 to 180 s, or a wish is outside its range or unknown.
    """
    check_duration(duration_s)
    check_wishes(wishes, profiles["styles"])
    choice = _Choice(mood, profiles, seed)
    ranges = blend(mood, profiles)
    number = {name: round(each.at(uniform(seed, name)), 3) for name, each in ranges.items()}
    number["onsets_per_s"] = wishes.density or number["onsets_per_s"]
    mode = wishes.mode_name or choice("modes", functools.partial(_share_of, ranges["major_share"].mid))
    tonic = int(uniform(seed, "tonic") * 12) if wishes.tonic is None else wishes.tonic
    span = _span(choice("metres"), number["tempo_bpm"], ranges["tempo_bpm"], duration_s - _MARGIN_S, wishes)
    _check_density(wishes, span.tempo_bpm)
    chords = _chords(choice, profiles, MODES[mode].minor, number["chords_per_bar"], span.seconds)
    style = profiles["styles"][wishes.style or AUTO]
    played: dict[str, Any] = {field: instead(style, group, choice(group)) for field, group in _PLAYED.items()}
    pitches = windows(number)
    names = _instruments(choice, style, pitches["melody"], wishes.instruments or ())
    return Plan(
        duration_s=duration_s if wishes.bars is None else round(span.seconds + _MARGIN_S, 3),
        music_s=round(span.seconds, 3),
        tempo_bpm=span.tempo_bpm,
        key=key_name(tonic, mode),
        tonic_pitch_class=tonic,
        mode=mode,
        time_signature=span.signature,
        bars=span.bars,
        style=wishes.style or AUTO,
        swing=style["swing"],
        progression=chords.progression,
        lift=chords.lift,
        cadence=chords.cadence,
        parts=parts_of(names, pitches, played["drums"] != "none", style["mix"], number["level_db"]),
        sections=harmonised(sections_of(span.bars), chords, seed),
        human=tuple(Norm(name, norm["low"], norm["high"]) for name, norm in profiles["human"].items()),
        **played,
        **_named(number),
    )


def _named(number: Mapping[str, float]) -> dict[str, Any]:
    """The numbers that are fields of a plan as they are; the tempo is fitted to the time instead."""
    return {name: number[name] for name in Plan.__dataclass_fields__ if name in number and name != "tempo_bpm"}


def check_duration(duration_s: float) -> None:
    """Refuse a duration outside 5 to 180 s with a RequestError."""
    if not MIN_DURATION_S <= duration_s <= MAX_DURATION_S:
        raise RequestError(
            f"A song lasts {MIN_DURATION_S:.0f} to {MAX_DURATION_S:.0f} seconds, not {duration_s:g}; choose a duration between."
        )


class _Choice:
    """Draws from groups of options by their weights at a mood; from those of the nearest emotions where nothing else fits."""

    def __init__(self, mood: Mood, profiles: Mapping[str, Any], seed: int) -> None:
        self.weights, self._reserve = blend_weights(mood), reserve(mood)
        self._choices, self._seed = profiles["choices"], seed

    def __call__(self, group: str, weigh: _Weigh = lambda option: 1.0) -> str:
        return self.among({emotion: self._choices[emotion][group]["options"] for emotion in EMOTIONS}, group, weigh)

    def among(self, table: Mapping[str, Mapping[str, float]], stream: str, weigh: _Weigh) -> str:
        possible = options(self.weights, table, weigh)
        if not any(possible.values()):
            possible = options(self._reserve, table, weigh)
        return draw(possible, uniform(self._seed, stream))


def _span(signature: str, tempo_bpm: float, allowed: Range, seconds: float, wishes: Wishes) -> Span:
    if wishes.bars is not None:
        span = Span.of_bars(signature, wishes.tempo_bpm or tempo_bpm, wishes.bars)
        if not MIN_DURATION_S <= span.seconds + _MARGIN_S <= MAX_DURATION_S:
            bar_s = span.seconds / span.bars
            fewest, most = math.ceil(MIN_DURATION_S / bar_s), math.floor((MAX_DURATION_S - _MARGIN_S) / bar_s)
            raise RequestError(
                f"{wishes.bars} bars of {signature} at {span.tempo_bpm:g} beats a minute last {span.seconds:.0f} seconds; "
                f"ask for {max(2, fewest)} to {most} bars."
            )
        return span
    if wishes.tempo_bpm is not None:
        return Span.at_tempo(signature, wishes.tempo_bpm, seconds)
    return Span.filling(signature, tempo_bpm, allowed, seconds)


def _check_density(wishes: Wishes, tempo_bpm: float) -> None:
    most = tempo_bpm / 60 / GRID
    if wishes.density is not None and wishes.density > most:
        raise RequestError(
            f"At {tempo_bpm:.0f} beats a minute there are at most {math.floor(most * 10) / 10:g} onsets a second, "
            f"not {wishes.density:g}; ask for a lower density or a faster tempo."
        )


def _share_of(major: float, mode: str) -> float:
    return 1 - major if MODES[mode].minor else major


def _chords(choice: _Choice, profiles: Mapping[str, Any], minor: bool, per_bar: float, seconds: float) -> Chords:
    """What to harmonise with: numerals of the mode's family, and a change of key where there is time for one."""

    def drawn(group: str) -> tuple[str, ...]:
        return tuple(choice(group, lambda numerals: float(_fits(numerals, minor))).split("-"))

    return Chords(
        progression=drawn("progressions"),
        lift=drawn("lifts"),
        cadence=drawn("cadences"),
        per_bar=per_bar,
        following=graph(profiles, choice.weights, minor),
        key_change=choice("key_changes") if seconds >= _KEY_CHANGE_FROM_S else NO_KEY_CHANGE,
        minor=minor,
    )


def _fits(numerals: str, minor: bool) -> bool:
    """Whether chords belong to a family: the tonic chord among them, or else the first chord, has its third."""
    chords = [chord_of(numeral, minor) for numeral in numerals.split("-")]
    tonic = next((chord for chord in chords if chord.root == 0), chords[0])
    return tonic.numeral.lstrip("b#")[0].islower() == minor


def _instruments(choice: _Choice, style: Mapping[str, Any], melody: tuple[int, int], wished: tuple[str, ...]) -> tuple[str, ...]:
    """Names for melody, chords, bass and colour: those wished for, and the others from an ensemble of the style."""
    drawn = choice.among(style["ensembles"], "ensembles", lambda names: 1.0 if reaches(names, melody) else 1e-6).split(" + ")
    return (*wished, *drawn[len(wished) :])
