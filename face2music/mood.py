"""Probabilities of the seven emotions -> mood: valence, arousal and dominance, each from -1 to 1.

The norms are the ratings of emotion words by Russell & Mehrabian (1977), "Evidence for a three-factor theory of emotions",
Journal of Research in Personality 11:273-294, as quoted by later work; neutral is the origin by definition.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from face2music.errors import RequestError


@dataclass(frozen=True)
class Mood:
    """A point of the valence, arousal and dominance space, each from -1 to 1."""

    valence: float
    arousal: float
    dominance: float


NORMS: dict[str, Mood] = {
    "angry": Mood(-0.51, 0.59, 0.25),
    "disgust": Mood(-0.60, 0.35, 0.11),
    "fear": Mood(-0.64, 0.60, -0.43),
    "happy": Mood(0.81, 0.51, 0.46),
    "sad": Mood(-0.63, -0.27, -0.33),
    "surprise": Mood(0.40, 0.67, -0.13),
    "neutral": Mood(0.0, 0.0, 0.0),
}
EMOTIONS = tuple(NORMS)
PARTS = 1000  # shares are kept in so many parts
_SLACK = 0.01  # by which shares may miss 1


def certain(emotion: str) -> dict[str, float]:
    """The probabilities of somebody who is sure: 1 for one emotion, 0 for the others.

    Raises
    ------
    RequestError
        If the emotion is not one of the seven.
    """
    if not isinstance(emotion, str) or emotion not in NORMS:
        raise RequestError(f"There is no emotion {emotion!r}; choose one of {', '.join(EMOTIONS)}.")
    return {name: float(name == emotion) for name in EMOTIONS}


def mood_of(probabilities: Mapping[str, float]) -> Mood:
    """The mean of the norms, weighted by the whole probability vector and rounded to 0.001.

    Rounding makes the last digits of a network's arithmetic, which differ between processors, inaudible.

    Parameters
    ----------
    probabilities
        Probability (0 to 1) of each of the seven emotions; they add up to 1.

    Raises
    ------
    RequestError
        If a label is unknown or missing, or the values are no probabilities.
    """
    if set(probabilities) != set(NORMS):
        raise RequestError(
            f"A mood needs the probabilities of {', '.join(EMOTIONS)}; got {', '.join(sorted(probabilities)) or 'none'}."
        )
    if min(probabilities.values()) < 0 or abs(sum(probabilities.values()) - 1) > _SLACK:
        raise RequestError("The probabilities of the emotions must each be at least 0 and add up to 1.")
    return Mood(
        valence=round(sum(p * NORMS[name].valence for name, p in probabilities.items()), 3),
        arousal=round(sum(p * NORMS[name].arousal for name, p in probabilities.items()), 3),
        dominance=round(sum(p * NORMS[name].dominance for name, p in probabilities.items()), 3),
    )


def rounded(emotion: Mapping[str, float]) -> dict[str, float]:
    """Shares rounded to 0.001 so that they still add up to 1: those with the largest remainders are rounded up.

    Songs are composed from these, so that a link, which holds thousandths, gives the same song.

    Raises
    ------
    RequestError
        If they are not the seven emotions' shares, at least 0 and adding up to 1.
    """
    return {name: parts / PARTS for name, parts in zip(EMOTIONS, thousandths(emotion), strict=True)}


def thousandths(emotion: Mapping[str, float]) -> list[int]:
    """The shares as whole numbers that add up to 1000, in the order of `EMOTIONS`; raises as `rounded` does."""
    numbers = [float(emotion[name]) for name in EMOTIONS if _is_share(emotion.get(name))]
    total = math.fsum(numbers)
    if len(numbers) != len(EMOTIONS) or len(emotion) != len(EMOTIONS) or abs(total - 1) > _SLACK:
        raise RequestError(f"Give a value of at least 0 for each of {', '.join(EMOTIONS)}; together they are 1.")
    shares = [number / total * PARTS for number in numbers]
    parts = [math.floor(share) for share in shares]
    remainders = sorted(range(len(parts)), key=lambda index: (parts[index] - shares[index], index))
    for index in remainders[: PARTS - sum(parts)]:
        parts[index] += 1
    return parts


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
