"""What `compose` is asked for, checked once at its door."""

import operator
from collections.abc import Mapping
from typing import Literal, SupportsFloat, SupportsIndex

from face2music import mood
from face2music.errors import RequestError
from face2music.pipeline.readings import ALL_FACES
from face2music.plan import check_duration
from face2music.share import MAX_SEED


def whole_number(name: str, value: SupportsIndex, low: int, high: int, otherwise: str = "") -> int:
    """A whole number in a range; `otherwise` ends the sentence of the refusal with what else may be given."""
    try:
        number = operator.index(value)
    except TypeError:
        number = low - 1
    if isinstance(value, bool) or not low <= number <= high:
        raise RequestError(f"The {name} is {value!r:.60}; give a whole number from {low} to {high}{otherwise}.")
    return number


def face_number(face: SupportsIndex | str) -> int | Literal["all"]:
    """The number of a face, or the word for all of them."""
    if isinstance(face, str) and face == ALL_FACES:
        return ALL_FACES
    return whole_number("face", face, 1, MAX_SEED, f", or {ALL_FACES!r}")  # type: ignore[arg-type]


def seconds(duration_s: SupportsFloat) -> float:
    """A duration from 5 to 180 s."""
    try:
        number = float(duration_s)
    except (TypeError, ValueError, OverflowError) as error:
        raise RequestError(f"The duration is {duration_s!r:.60}; give a number of seconds.") from error
    check_duration(number)
    return number


def shares(emotion: str | Mapping[str, float]) -> Mapping[str, float]:
    """The share of each emotion, of one by its name or as they are given."""
    if not isinstance(emotion, Mapping):
        return mood.certain(emotion)
    mood.mood_of(emotion)
    return {label: float(emotion[label]) for label in mood.EMOTIONS}
