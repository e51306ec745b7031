"""Tables of measurements and rules -> `profiles.json`: what each feature is like in each emotion, with the source of each number.

The states beyond the reach of the seven emotions are measured as these are.

The rules name every feature. A number of theirs is replaced by the measurement where a data set can measure the feature
(`recipes.RECIPES`), the feature follows valence or arousal there, and the emotion can be told from others by these two. Where the
last fails, the measurement sets the common level of the emotions concerned, and the rule the differences between them
(`recipes.LEVELS`).
"""

import copy
import math
from collections.abc import Iterable, Mapping
from statistics import fmean
from typing import Any

import pandas as pd

from face2music.analysis.kernel import BANDWIDTH
from face2music.analysis.measured import Measured, effects, measured_at
from face2music.analysis.recipes import DATA_SETS, LEVELS, RECIPES, Level, Recipe
from face2music.errors import DataError
from face2music.mood import STATES

MIN_EFFECT = 0.3
METHOD = (
    "Measured low, mid and high are quartiles (of a share: the share and its 50 % interval) of the pieces, weighted by a "
    f"Gaussian kernel of standard deviation {BANDWIDTH} about the emotion's valence and arousal. Graded ratings enter as ranks "
    "from -1 to 1; labels of high and low enter as 0.5 and -0.5, and each quadrant counts the same. n is Kish's effective sample "
    "size. A feature counts as measured where its rank correlation with valence or arousal, averaged over the data sets, is at "
    f"least {MIN_EFFECT} (medium in Cohen 1988)."
)
_LIMITS = {"0-1": (0.0, 1.0), "MIDI 1-127": (1.0, 127.0)}
_NUMBERS = ("low", "mid", "high")
_DIGITS = 2
_Rules = Mapping[str, Mapping[str, Any]]  # the rules of one feature by emotion


def build_profiles(tables: Mapping[str, pd.DataFrame], rules: Mapping[str, Any]) -> dict[str, Any]:
    """Overlay the rules with what the tables measure.

    Parameters
    ----------
    tables
        From `measured.read_tables`. What none of them can measure stays a rule.
    rules
        `assets/rules.json`: the form of the profiles, with a rule for each feature of each emotion.

    Returns
    -------
    dict
        The rules' form, with "method", and for each feature that was looked at "effects" (its rank correlation with valence and
        arousal and the number of pieces in each data set) and "measured_because" (why in these data sets).

    Raises
    ------
    DataError
        If the rules lack an emotion or a feature, or a table lacks a column.
    """
    _check(rules)
    profiles = copy.deepcopy(dict(rules))
    profiles["method"] = METHOD
    profiles["sources"] |= {name: _source(name, len(table)) for name, table in tables.items()}
    for feature, recipe in RECIPES.items():
        found = effects(tables, recipe)
        if not found:
            continue
        profiles["features"][feature] |= {"effects": found, "measured_because": recipe.why}
        rule = {emotion: rules["emotions"][emotion][feature] for emotion in STATES}
        if _strength(found) < MIN_EFFECT:
            entries = {emotion: _unmeasured(rule[emotion], found) for emotion in STATES}
        else:
            data = {emotion: measured_at(tables, recipe, emotion) for emotion in STATES}
            limits = _LIMITS.get(rules["features"][feature]["unit"], (0.0, math.inf))
            entries = {emotion: _entry(emotion, rule, data, recipe, limits) for emotion in STATES}
        for emotion, entry in entries.items():
            profiles["emotions"][emotion][feature] = entry
    return profiles


def _check(rules: Mapping[str, Any]) -> None:
    try:
        missing = [
            f"{feature} of {emotion}"
            for emotion in STATES
            for feature in {*rules["features"], *RECIPES}
            if not rules["emotions"][emotion][feature].keys() >= {*_NUMBERS, "sources", "note"}
            or "unit" not in rules["features"][feature]
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"The rules lack {error}; they need features, and for each emotion and state a rule for every feature."
        ) from error
    if missing:
        raise DataError(f"The rules lack low, mid, high, sources, note or unit for {missing[0]}.")


def _source(name: str, n: int) -> dict[str, Any]:
    known = DATA_SETS[name]
    return {"title": known.title, "citation": known.citation, "licence": known.licence, "n": n, "table": known.table}


def _strength(found: Mapping[str, Mapping[str, float]]) -> float:
    return max(abs(fmean(effect[axis] for effect in found.values())) for axis in ("valence", "arousal"))


def _unmeasured(rule: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    note = (
        f"A rule, since in {_names(found)} it hardly follows valence or arousal (mean rank correlation {_strength(found):.2f})."
    )
    return {**rule, "note": f"{rule['note']} {note}"}


def _entry(
    emotion: str, rule: _Rules, data: Mapping[str, Measured], recipe: Recipe, limits: tuple[float, float]
) -> dict[str, Any]:
    ruled = dict(recipe.ruled)
    if emotion not in {**LEVELS, **ruled}:
        return _measured(rule[emotion], data[emotion])
    if emotion not in ruled and recipe.levels:
        return _levelled(emotion, LEVELS[emotion], rule, data, limits)
    reason = ruled.get(emotion) or LEVELS[emotion].reason
    note = f"A rule, although {_quoted(data[emotion])} is measured here: {reason}."
    return {**rule[emotion], "note": f"{rule[emotion]['note']} {note}"}


def _measured(rule: Mapping[str, Any], here: Measured) -> dict[str, Any]:
    note = f"Measured: {_quoted(here)}. The rule was {rule['mid']:g}: {rule['note']}"
    numbers = {name: round(getattr(here, name), _DIGITS) for name in _NUMBERS}
    return {**numbers, "basis": "measured", "sources": list(here.by_data_set), "n": here.n, "note": note}


def _levelled(
    emotion: str, level: Level, rule: _Rules, data: Mapping[str, Measured], limits: tuple[float, float]
) -> dict[str, Any]:
    """The emotion's rule, moved by as much as brings the mean of the level's emotions from their rules to their measurements."""
    measured = fmean(data[other].mid for other in level.of)
    shift = measured - fmean(rule[other]["mid"] for other in level.of)
    numbers = {name: round(min(max(rule[emotion][name] + shift, limits[0]), limits[1]), _DIGITS) for name in _NUMBERS}
    here = data[level.of[0]]
    note = (
        f"The rule {rule[emotion]['mid']:g} moved by {shift:+.3g}, which brings {_joined(level.of)} to the measured "
        f"{measured:.3g} ({_quoted(here)} at {level.of[0]}), since {level.reason}. {rule[emotion]['note']}"
    )
    sources = list(dict.fromkeys([*here.by_data_set, *rule[emotion]["sources"]]))
    return {**numbers, "basis": "rule", "sources": sources, "n": min(data[other].n for other in level.of), "note": note}


def _quoted(measured: Measured) -> str:
    return ", ".join(f"{_names([name])} {value:.3g}" for name, value in measured.by_data_set.items())


def _names(data_sets: Iterable[str]) -> str:
    return _joined([DATA_SETS[name].title.partition(":")[0] for name in data_sets])


def _joined(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
