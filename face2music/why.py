"""Plan -> why it is so: each decision beside the range or the choice at its mood, and the data or the rule behind it.

Names and units are those of `assets/profiles.json`; sentences are the page's.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from face2music.mood import STATES, Mood
from face2music.plan import CHOSEN, Plan, Wishes, blend, blend_weights, upside_down
from face2music.plan.blend import reserve

WISH, CHANCE, LENGTH = "wish", "chance", "length"


@dataclass(frozen=True)
class Work:
    """A data set or a publication, and how many pieces or people it rests on, where that is known."""

    name: str
    title: str
    citation: str
    n: int | None


@dataclass(frozen=True)
class Source:
    """What a decision rests on.

    `basis` is measured (in music that people rated), rule (of publications or our own), wish (of who listens), chance (the seed)
    or length (of the song). A range is blended from all emotions about the mood; works, note and `n`, the number of pieces
    measured, are those of the `emotion`, or the state beyond, that counts most there. Of a wish the note says what could not be
    done as usual.
    """

    basis: str
    emotion: str | None = None
    works: tuple[Work, ...] = ()
    n: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Reason:
    """A decision: its value, and for a number the range at the mood that it was drawn from (None for a name)."""

    decision: str
    value: float | str
    unit: str
    low: float | None
    high: float | None
    source: Source


def _centre(role: str) -> Callable[[Plan], float]:
    return lambda plan: plan.part(role).centre


def _range(plan: Plan) -> float:
    melody = plan.part("melody")
    return float(melody.highest_pitch - melody.lowest_pitch)


# Decision that is a number of the profiles: its value, where it is no field of the plan.
_NUMBERS: dict[str, Callable[[Plan], float] | None] = {
    "tempo_bpm": None,
    "onsets_per_s": None,
    "velocity": None,
    "velocity_spread": None,
    "articulation": None,
    "melody_pitch": _centre("melody"),
    "melody_range_semitones": _range,
    "chord_pitch": _centre("chords"),
    "bass_pitch": _centre("bass"),
    "chords_per_bar": None,
    "irregularity": None,
    "rest_share": None,
    "step_share": None,
    "leap_share": None,
    "unison_share": None,
    "chromatic_share": None,
    "suspension_share": None,
    "tempo_drift": None,
    "timing_ms": None,
    "touch": None,
    "smear_semitones": None,
}
# Decision that is a field of the plan, drawn from a group of choices.
CHOICES = {"mode": "modes", "time_signature": "metres", **CHOSEN}
# Decision: the wish that takes its place.
_WISHES = {
    "tempo_bpm": "tempo_bpm",
    "onsets_per_s": "density",
    "key": "key",
    "mode": "mode",
    "style": "style",
    "instruments": "instruments",
    "bars": "bars",
}


def reasons(plan: Plan, wishes: Wishes, mood: Mood, profiles: Mapping[str, Any]) -> tuple[Reason, ...]:
    """Why a plan is as it is.

    Parameters
    ----------
    plan, wishes, mood
        A song's.
    profiles
        `assets/profiles.json`, from which it was planned.

    Returns
    -------
    tuple
        A reason for each decision: numbers first, then names.
    """
    found = (*_numbers(plan, mood, profiles), *_names(plan, mood, profiles))
    wished = {decision for decision, wish in _WISHES.items() if getattr(wishes, wish) is not None}
    notes = {"instruments": _upside_down(plan)}
    return tuple(
        replace(each, source=Source(WISH, note=notes.get(each.decision, ""))) if each.decision in wished else each
        for each in found
    )


def _upside_down(plan: Plan) -> str:
    """Which of the instruments that were wished for lie the wrong way round, since they have no notes elsewhere."""
    told = (
        f"The {high.instrument} has no notes over the {low.instrument}, so that the {high.role} lies under the {low.role}."
        for high, low in upside_down(plan.at_bar(0).parts)
    )
    return " ".join(told)


def _numbers(plan: Plan, mood: Mood, profiles: Mapping[str, Any]) -> Iterable[Reason]:
    ranges, weights = blend(mood, profiles), blend_weights(mood)
    leading = max(STATES, key=lambda state: weights[state])
    for decision, value_of in _NUMBERS.items():
        value = getattr(plan, decision) if value_of is None else value_of(plan)
        allowed, unit = ranges[decision], profiles["features"][decision]["unit"]
        source = _source(profiles["emotions"][leading][decision], profiles, leading)
        yield Reason(decision, round(value, 3), unit, round(allowed.low, 3), round(allowed.high, 3), source)


def _names(plan: Plan, mood: Mood, profiles: Mapping[str, Any]) -> Iterable[Reason]:
    nearness, style = reserve(mood), profiles["styles"][plan.style]
    of_style = _source(style, profiles, None)
    yield _named("key", plan.key, Source(CHANCE))
    for decision, group in CHOICES.items():
        value = getattr(plan, decision)
        name = value if isinstance(value, str) else "-".join(value)
        if name in style["instead"].get(group, {}).values():
            yield _named(decision, name, of_style)
            continue
        leading = max(STATES, key=lambda state: nearness[state] * _share(name, profiles["choices"][state][group]))
        yield _named(decision, name, _source(profiles["choices"][leading][group], profiles, leading))
    yield _named("instruments", ", ".join(part.instrument for part in plan.parts), of_style)
    yield _named("style", plan.style, of_style)
    yield Reason("bars", plan.bars, "", None, None, Source(LENGTH))


def _share(name: str, choice: Mapping[str, Any]) -> float:
    return choice["options"].get(name, 0.0) / sum(choice["options"].values())


def _named(decision: str, name: str, source: Source) -> Reason:
    return Reason(decision, name, "", None, None, source)


def _source(entry: Mapping[str, Any], profiles: Mapping[str, Any], emotion: str | None) -> Source:
    known = profiles["sources"]
    works = tuple(Work(name, known[name]["title"], known[name]["citation"], known[name]["n"]) for name in entry["sources"])
    return Source(entry["basis"], emotion, works, entry.get("n"), entry["note"])
