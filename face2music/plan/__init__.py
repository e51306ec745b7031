"""Mood and profiles -> plan: every musical decision of a song, before any note.

Numbers are sampled from the ranges blended at the mood, and choices drawn by their blended weights, each from a random stream
of its own, so that a small change of mood gives a small change of plan, and a wish changes nothing but what it names. Where the
mood moves, numbers follow it from bar to bar, and choices from phrase to phrase.
"""

import math
from collections.abc import Mapping
from typing import Any

from face2music.errors import RequestError
from face2music.mood import Mood
from face2music.plan.assembly import MARGIN_S, assembled
from face2music.plan.blend import Range, blend, blend_weights
from face2music.plan.commission import Commission
from face2music.plan.course import course_of
from face2music.plan.curve import MOST_CUT_FRAMES, MOST_FRAMES, Curve, KeyFrame, check_curve, curve_along, curve_shares, steady
from face2music.plan.ensemble import upside_down
from face2music.plan.form import Span, sections_of
from face2music.plan.model import AS_CHOSEN, BRIDGE, ROLES, VARIED, Change, Norm, Part, Plan, Section, changes_of
from face2music.plan.rounds import Rounds, Step
from face2music.plan.scenes import CHOSEN, scenes_of
from face2music.plan.wishes import AUTO, Wishes, check_wishes
from face2music.theory import GRID, INSTRUMENTS, MODES

__all__ = [
    "AS_CHOSEN",
    "AUTO",
    "BRIDGE",
    "CHOSEN",
    "INSTRUMENTS",
    "MAX_DURATION_S",
    "MAX_MOVING_S",
    "MIN_DURATION_S",
    "MODES",
    "MOST_CUT_FRAMES",
    "MOST_FRAMES",
    "ROLES",
    "VARIED",
    "Change",
    "Curve",
    "KeyFrame",
    "Norm",
    "Part",
    "Plan",
    "Range",
    "Rounds",
    "Section",
    "Step",
    "Wishes",
    "blend",
    "blend_weights",
    "changes_of",
    "check_curve",
    "check_duration",
    "check_wishes",
    "count_bars",
    "curve_along",
    "curve_shares",
    "longest_s",
    "make_plan",
    "steady",
    "upside_down",
]

MIN_DURATION_S, MAX_DURATION_S = 5.0, 180.0
MAX_MOVING_S = 600.0  # where the mood moves, there is more to tell

_AS_WISHED = Wishes()


def make_plan(mood: Mood | Curve, profiles: Mapping[str, Any], seed: int, duration_s: float, wishes: Wishes = _AS_WISHED) -> Plan:
    """Decide on a song for a mood, or for one that moves.

    Parameters
    ----------
    mood
        Valence, arousal and dominance, each -1 to 1; or a curve of moods over the bars, if the wishes name their number, or else
        over the time.
    profiles
        Ranges and choices of the seven emotions, chord graphs and styles, as in `assets/profiles.json`.
    seed
        Another seed is another song of the same mood.
    duration_s
        Length of the music in seconds, 5 to 180, or to 600 for a curve; the last note ends at or shortly before it. Without
        effect where the wishes name a number of bars.
    wishes
        What takes the place of the mood's choices.

    Raises
    ------
    RequestError
        If the duration is outside its range, or a wish is outside its range or unknown.
    """
    commission = _commission(mood, profiles, seed, duration_s, wishes)
    span = _span(commission, duration_s - MARGIN_S)
    course = course_of(commission, span.bars, span.filled)
    _check_density(wishes, span.tempo_bpm * min(course.paces))
    scenes = scenes_of(commission, sections_of(span.bars, course.turns), course, span.seconds)
    return assembled(commission, scenes, course, span, duration_s if wishes.bars is None else round(span.seconds + MARGIN_S, 3))


def count_bars(mood: Mood | Curve, profiles: Mapping[str, Any], seed: int, duration_s: float, wishes: Wishes = _AS_WISHED) -> int:
    """How many bars `make_plan` would give a song, long before there is a plan; arguments and refusals as there."""
    return _span(_commission(mood, profiles, seed, duration_s, wishes), duration_s - MARGIN_S).bars


def longest_s(moving: bool) -> float:
    """How long a song may last, in seconds, if its mood stays or moves."""
    return MAX_MOVING_S if moving else MAX_DURATION_S


def check_duration(duration_s: float, moving: bool) -> None:
    """Refuse a duration outside 5 to 180 s, or to 600 s where the mood moves, with a RequestError."""
    most = longest_s(moving)
    if not MIN_DURATION_S <= duration_s <= most:
        raise RequestError(
            f"A song lasts {MIN_DURATION_S:.0f} to {most:.0f} seconds, not {duration_s:g}; choose a duration between."
        )


def _commission(mood: Mood | Curve, profiles: Mapping[str, Any], seed: int, duration_s: float, wishes: Wishes) -> Commission:
    """What is asked for, checked."""
    curve = mood if isinstance(mood, Curve) else steady(mood)
    check_curve(curve)
    check_duration(duration_s, curve.moves)
    check_wishes(wishes, profiles["styles"])
    return Commission(curve, profiles, seed, wishes)


def _span(commission: Commission, seconds: float) -> Span:
    wishes = commission.wishes
    signature = commission.choice(*commission.curve.along)("metres")
    if wishes.bars is not None:
        tempo_bpm = course_of(commission, wishes.bars).tempo_bpm
        return _span_of_bars(signature, tempo_bpm, wishes.bars, longest_s(commission.curve.moves))
    tempo_bpm, allowed = commission.tempo()
    if wishes.tempo_bpm is not None:
        return Span.at_tempo(signature, tempo_bpm, seconds)
    return Span.filling(signature, tempo_bpm, allowed, seconds)


def _span_of_bars(signature: str, tempo_bpm: float, bars: int, most_s: float) -> Span:
    span = Span.of_bars(signature, tempo_bpm, bars)
    if not MIN_DURATION_S <= span.seconds + MARGIN_S <= most_s:
        bar_s = span.seconds / span.bars
        fewest, most = math.ceil(MIN_DURATION_S / bar_s), math.floor((most_s - MARGIN_S) / bar_s)
        raise RequestError(
            f"{bars} bars of {signature} at {span.tempo_bpm:g} beats a minute last {span.seconds:.0f} seconds; "
            f"ask for {max(2, fewest)} to {most} bars."
        )
    return span


def _check_density(wishes: Wishes, tempo_bpm: float) -> None:
    most = tempo_bpm / 60 / GRID
    if wishes.density is not None and wishes.density > most:
        raise RequestError(
            f"At {tempo_bpm:.0f} beats a minute there are at most {math.floor(most * 10) / 10:g} onsets a second, "
            f"not {wishes.density:g}; ask for a lower density or a faster tempo."
        )
