"""Probabilities of the seven emotions -> mood: valence, arousal and dominance, each from -1 to 1.

No mixture of the seven is calm and pleasant, or sleepy. Beyond their reach the mood is a point of its own, between them and two
states that no face shows.

The norms are the ratings of emotion words by Russell & Mehrabian (1977), "Evidence for a three-factor theory of emotions",
Journal of Research in Personality 11:273-294, as quoted by later work; neutral is the origin by definition.
"""

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from face2music.errors import RequestError


@dataclass(frozen=True)
class Mood:
    """A point of the valence, arousal and dominance space, each from -1 to 1.

    `beyond`, from 0 to 1, is how much the states beyond the reach of the seven emotions count in its music: 0 within reach.
    """

    valence: float
    arousal: float
    dominance: float
    beyond: float = 0.0

    @property
    def point(self) -> tuple[float, float, float]:
        """Valence, arousal and dominance."""
        return self.valence, self.arousal, self.dominance

    @property
    def axes(self) -> tuple[float, float, float, float]:
        """All that there is on the way from one mood to another: the point, and how much it lies beyond."""
        return *self.point, self.beyond


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
# Placed by us where listeners put calm music; their dominance is that of the nearest mixture of the seven.
QUIET: dict[str, Mood] = {"serene": Mood(0.70, -0.40, 0.18, 1.0), "sleepy": Mood(0.20, -0.70, -0.04, 1.0)}
STATES = NORMS | QUIET
_PLANE = np.array([(norm.valence, norm.arousal) for norm in NORMS.values()])
_WIDE_PLANE = np.array([(state.valence, state.arousal) for state in STATES.values()])
PARTS = 1000  # shares are kept in so many parts
_NEAR = 1e-6  # at a norm the dominance is just its own
_SLACK = 0.01  # by which shares may miss 1
_REACHED = 1e-4  # a point that is nearer to the mixtures of the seven is one of them
_WEIGHT_OF_SUM = 100.0
_ROUNDED = 0.001  # by which the mood of a mixture may lie outside of all mixtures
_FULLY_BEYOND = 0.25  # distance from the mixtures of the seven at which the states beyond count like one of them
_ARRIVED = 1e-3  # a mean that is nearer to a point than shares in thousandths can tell
_LEAST = 1e-5  # added to the shares of a prior: what is not there at all could not be brought in by tilting


def certain(emotion: str) -> dict[str, float]:
    """The probabilities of somebody who is sure: 1 for one emotion, 0 for the others.

    Raises
    ------
    RequestError
        If the emotion is not one of the seven.
    """
    if not isinstance(emotion, str) or emotion not in NORMS:
        raise RequestError(f"There is no emotion {emotion!r:.60}; choose one of {', '.join(EMOTIONS)}.")
    return {name: float(name == emotion) for name in EMOTIONS}


def mood_at(valence: float, arousal: float) -> Mood:
    """The mood of a point of the plane, with the dominance of the emotions near it (weights: Shepard 1968).

    A point beyond the seven emotions has the dominance of the nearest within; one beyond `STATES`, too, is moved as by `reached`.

    Parameters
    ----------
    valence, arousal
        From -1 to 1; both are rounded to 0.001.

    Raises
    ------
    RequestError
        If one of them is outside its range.
    """
    if not (-1 <= valence <= 1 and -1 <= arousal <= 1):
        raise RequestError(f"Valence and arousal each go from -1 to 1, not {valence:g} and {arousal:g}.")
    valence, arousal = reached(valence, arousal)
    beyond = beyond_at(valence, arousal)
    near = _nearest(np.array([valence, arousal]), _PLANE)[0] @ _PLANE if beyond else (valence, arousal)
    weights = {norm: 1 / (_NEAR + math.dist(near, (norm.valence, norm.arousal))) ** 2 for norm in NORMS.values()}
    dominance = math.fsum(weight * norm.dominance for norm, weight in weights.items()) / math.fsum(weights.values())
    return Mood(round(valence, 3), round(arousal, 3), round(dominance, 3), beyond)


def extended(nearest: Mood, valence: float, arousal: float) -> Mood:
    """The mood of a point (each from -1 to 1) that is beyond the seven emotions, with the dominance of the nearest mood within.

    Where the point is not beyond, this is the nearest mood itself; a point beyond `STATES` is moved as by `reached`.
    """
    valence, arousal = reached(valence, arousal)
    beyond = beyond_at(valence, arousal)
    return Mood(round(valence, 3), round(arousal, 3), nearest.dominance, beyond) if beyond else nearest


def beyond_at(valence: float, arousal: float) -> float:
    """How much the states beyond the reach of the seven emotions count at a point: 0 within reach, 1 from a quarter beyond."""
    _, distance = _nearest(np.array([valence, arousal]), _PLANE)
    return round(min(max(distance - _ROUNDED, 0.0) / _FULLY_BEYOND, 1.0), 3)


def reached(valence: float, arousal: float) -> tuple[float, float]:
    """The point, or the nearest one between `STATES`: nothing is known of music farther out."""
    shares, distance = _nearest(np.array([valence, arousal]), _WIDE_PLANE)
    if distance <= _ROUNDED:
        return valence, arousal
    moved = shares @ _WIDE_PLANE
    return round(float(moved[0]), 3), round(float(moved[1]), 3)


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
        got = ", ".join(sorted(map(str, probabilities))) or "none"
        raise RequestError(f"A mood needs the probabilities of {', '.join(EMOTIONS)}; got {got:.200}.")
    fit = all(_is_number(p) and p >= 0 for p in probabilities.values())
    if not fit or abs(sum(probabilities.values()) - 1) > _SLACK:
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
    numbers = [float(emotion[name]) for name in EMOTIONS if _is_number(emotion.get(name)) and emotion[name] >= 0]
    total = math.fsum(numbers)
    if len(numbers) != len(EMOTIONS) or len(emotion) != len(EMOTIONS) or abs(total - 1) > _SLACK:
        raise RequestError(f"Give a value of at least 0 for each of {', '.join(EMOTIONS)}; together they are 1.")
    shares = [number / total * PARTS for number in numbers]
    parts = [math.floor(share) for share in shares]
    remainders = sorted(range(len(parts)), key=lambda index: (parts[index] - shares[index], index))
    for index in remainders[: PARTS - sum(parts)]:
        parts[index] += 1
    return parts


def shares_at(valence: float, arousal: float, prior: Mapping[str, float] | None = None) -> dict[str, float]:
    """The shares of the emotions at a point of the plane that change a prior least, in thousandths.

    Nearest is meant by the Kullback-Leibler divergence from the prior: its shares are tilted exponentially (Csiszar 1975,
    "I-divergence geometry of probability distributions", Annals of Probability 3). Of a point that no mixture of the seven norms
    has they are those of the nearest one that has: its colour, beside the mood that `extended` says.

    Parameters
    ----------
    valence, arousal
        The point, each from -1 to 1.
    prior
        Shares of the seven emotions, such as a face shows; all equal where left out.

    Returns
    -------
    dict
        Shares whose `mood_of` is the point, but for rounding.

    Raises
    ------
    RequestError
        If the point is not in the plane, or the prior has no shares of the seven emotions.
    """
    if not all(_is_number(value) and abs(value) <= 1 for value in (valence, arousal)):
        raise RequestError(f"There is no mood at {valence!r:.20}, {arousal!r:.20}; give valence and arousal from -1 to 1.")
    given = rounded(prior) if prior is not None else dict.fromkeys(EMOTIONS, 1 / len(EMOTIONS))
    point = np.array([valence, arousal])
    nearest, distance = _nearest(point, _PLANE)
    tilted = _tilted(given, point) if distance <= _REACHED else None
    return rounded(dict(zip(EMOTIONS, nearest if tilted is None else tilted, strict=True)))


@functools.cache
def colour_of(state: str) -> dict[str, float]:
    """The shares of the emotions that stand for one of `QUIET`: those of the nearest mixture."""
    return shares_at(QUIET[state].valence, QUIET[state].arousal)


def _nearest(point: np.ndarray, plane: np.ndarray) -> tuple[np.ndarray, float]:
    """Shares by which the mean of the plane's points (n, 2) is as near to a point as can be, and how far that is.

    One row asks for the point, one for a sum of 1.
    """
    from scipy.optimize import nnls

    wanted = np.vstack([plane.T, _WEIGHT_OF_SUM * np.ones(len(plane))])
    return nnls(wanted, np.append(point, _WEIGHT_OF_SUM))


def _tilted(prior: Mapping[str, float], point: np.ndarray) -> np.ndarray | None:
    """The prior times exp(a * valence + b * arousal) with the mean at a point inside.

    a and b minimise the logarithm of the sum of these, seen from the point: its gradient is the mean. At the edge of what
    mixtures reach they grow without end; None where no mean has arrived.
    """
    from scipy.optimize import minimize
    from scipy.special import logsumexp, softmax

    start, seen = np.log([prior[name] + _LEAST for name in EMOTIONS]), _PLANE - point

    def dual(tilt: np.ndarray) -> tuple[float, np.ndarray]:
        powers = start + seen @ tilt
        return logsumexp(powers), softmax(powers) @ seen

    with np.errstate(over="ignore", invalid="ignore"):
        shares = softmax(start + seen @ minimize(dual, np.zeros(2), jac=True, method="BFGS", tol=1e-6).x)
    return shares if np.abs(shares @ seen).max() <= _ARRIVED else None


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
