"""What `compose` is asked for, checked once at its door."""

import operator
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, SupportsFloat, SupportsIndex

from face2music import mood
from face2music.audio import SAMPLE_RATE
from face2music.errors import RequestError
from face2music.pipeline.readings import ALL_FACES
from face2music.plan import Curve, KeyFrame, check_curve, check_duration, curve_shares
from face2music.share import MAX_SEED, hundredths

NEW_SEEDS = 1_000_000
_LONGEST_SOUND_S = 3600


class Point(NamedTuple):
    """Valence and arousal, each from -1 to 1."""

    valence: float
    arousal: float


# A name, that of a state beyond the seven too; shares by name; or valence and arousal.
Emotion = str | Mapping[str, float] | tuple[float, float]


def whole_number(name: str, value: SupportsIndex, low: int, high: int, otherwise: str = "") -> int:
    """A whole number in a range; `otherwise` ends the sentence of the refusal with what else may be given."""
    try:
        number = operator.index(value)
    except TypeError:
        number = low - 1
    if isinstance(value, bool) or not low <= number <= high:
        raise RequestError(f"The {name} is {value!r:.60}; give a whole number from {low} to {high}{otherwise}.")
    return number


def seed_of(seed: SupportsIndex | None) -> int:
    """A seed, 0 to 2147483647; one of a million, drawn, where none is given."""
    return secrets.randbelow(NEW_SEEDS) if seed is None else whole_number("seed", seed, 0, MAX_SEED)


def face_number(face: SupportsIndex | str) -> int | Literal["all"]:
    """The number of a face, or the word for all of them."""
    if isinstance(face, str) and face == ALL_FACES:
        return ALL_FACES
    return whole_number("face", face, 1, MAX_SEED, f", or {ALL_FACES!r}")  # type: ignore[arg-type]


def seconds(duration_s: SupportsFloat, moving: bool = False) -> float:
    """A duration from 5 to 180 s, or to 600 s where the mood moves."""
    number = _number("duration", duration_s)
    check_duration(number, moving)
    return number


def sound_length(sound_s: SupportsFloat) -> float:
    """How long a sound is to be, at least a sample and at most an hour."""
    number = _number("length of the sound", sound_s)
    if not 1 / SAMPLE_RATE <= number <= _LONGEST_SOUND_S:
        raise RequestError(f"The length of the sound is {number:g} s; give up to {_LONGEST_SOUND_S} seconds.")
    return number


def _number(name: str, value: SupportsFloat) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise RequestError(f"The {name} is {value!r:.60}; give a number of seconds.") from error


def as_linked(curve: Curve) -> Curve:
    """A curve as a link holds it, in thousandths, a cut one in hundredths at more exact places; RequestError if it is none."""
    check_curve(curve)
    if curve.cut:
        return Curve(tuple(KeyFrame(round(each.position, 4), hundredths(each.mood), each.sudden) for each in curve.frames))
    frames = ((frame.position, *frame.mood.axes) for frame in curve.frames)
    exact = [[round(value, 3) for value in frame] for frame in frames]
    return Curve(tuple(KeyFrame(position, mood.Mood(*axes)) for position, *axes in exact))


def asked(emotion: Emotion | None, curve: Curve | None) -> Mapping[str, float] | Point | None:
    """The share of each emotion that is asked for: by itself, or all along a curve; None where neither is given."""
    if emotion is None and curve is not None:
        return curve_shares(curve)
    return None if emotion is None else wanted(emotion)


def too_far(points: Iterable[Sequence[float]]) -> Iterator[str]:
    """A sentence on each point (valence, arousal) that lies farther out than any music is known for."""
    for valence, arousal in points:
        near = mood.reached(valence, arousal)
        if near != (valence, arousal):
            yield (
                f"No music is known for a mood of valence {valence:g} and arousal {arousal:g}; "
                f"this is the nearest, {near[0]:g} and {near[1]:g}."
            )


def wanted(emotion: Emotion) -> Mapping[str, float] | Point:
    """The share of each emotion, of one by its name or as they are given; or a point, that of a state beyond them too."""
    if isinstance(emotion, str) and emotion in mood.QUIET:
        return _point((mood.QUIET[emotion].valence, mood.QUIET[emotion].arousal))
    if isinstance(emotion, tuple | list):
        return _point(emotion)
    if not isinstance(emotion, Mapping):
        return mood.certain(emotion)
    mood.mood_of(emotion)
    return {label: float(emotion[label]) for label in mood.EMOTIONS}


def _point(values: Sequence[float]) -> Point:
    try:
        valence, arousal = (float(value) for value in values)
    except (TypeError, ValueError) as error:
        raise RequestError(f"There is no mood at {values!r:.60}; give valence and arousal, each from -1 to 1.") from error
    point = Point(valence, arousal)
    mood.shares_at(*point)
    return point
