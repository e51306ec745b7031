"""What a face says in each half second -> the emotions of a clip as a person would tell them: no flicker, and a way through gaps.

Rows are half seconds, columns the emotions in the order of `EMOTIONS`; missing rows are NaN.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np

from face2music.mood import EMOTIONS, Mood, mood_of, rounded
from face2music.video.clip import EVERY_S

UNSURE_ONE = 0.3  # probability that a single reading says nothing: a blink, a blur, a word
SHOWN_S = 4.0  # how long people keep an expression, on average
SMOOTH_S = 1.0
HOLD_S = 3.0  # so long after somebody was seen last, they are taken to look the same
SETTLE_S = 4.0  # and then they are neutral ever more; a time constant
_REACH = 3  # standard deviations
_LEAST = 1e-3  # weight of a row that says nothing, for stretches without another
_NEUTRAL = np.eye(len(EMOTIONS))[EMOTIONS.index("neutral")]


@dataclass(frozen=True)
class Segment:
    """A stretch of a clip in which one emotion is the strongest; `seen` is the share of it in which the face was to be seen."""

    start_s: float
    end_s: float
    emotion: str
    seen: float


@dataclass(frozen=True)
class EmotionCurve:
    """The emotions of a clip: `read` (n, 7) as read in each half second, `shares` (n, 7) as told, and `segments`.

    `sure` (n,) says where the reading names one emotion; where the face is not to be seen `read` is NaN. `missing_s` is how much
    longer the clip should be by its own account, where its file is cut off, and `hole` from when to when it has no pictures,
    where it lacks some in its midst.
    """

    duration_s: float
    read: np.ndarray
    sure: np.ndarray
    shares: np.ndarray
    segments: tuple[Segment, ...]
    missing_s: float = 0.0
    hole: tuple[float, float] | None = None

    @property
    def starts_s(self) -> np.ndarray:
        """Where each half second begins, (n,)."""
        return np.arange(len(self.shares)) * EVERY_S

    @property
    def times_s(self) -> np.ndarray:
        """The middle of each half second, the last of which may be cut short, (n,)."""
        return (self.starts_s + np.minimum(self.starts_s + EVERY_S, self.duration_s)) / 2

    @property
    def seen(self) -> np.ndarray:
        """Where the face was to be seen, (n,)."""
        return ~np.isnan(self.read[:, 0])

    def emotion_at(self, time_s: float) -> str:
        """The emotion told at a time."""
        return next((each.emotion for each in self.segments if time_s < each.end_s), self.segments[-1].emotion)

    @cached_property
    def moods(self) -> tuple[Mood, ...]:
        """The mood of each half second."""
        return tuple(mood_of(rounded(dict(zip(EMOTIONS, row.tolist(), strict=True)))) for row in self.shares)


def told(read: np.ndarray, sure: np.ndarray, duration_s: float) -> EmotionCurve:
    """Tell the emotions of a clip from readings.

    Which emotion is the strongest is the likeliest path through a hidden Markov model (Viterbi 1967): a reading says nothing
    with probability `UNSURE_ONE`, and an expression lasts `SHOWN_S` on average. So one needs three half seconds at least to be
    told, and begins where it began. The shares are means over about two seconds within each stretch, in which readings count by
    how well they go with its emotion.

    Parameters
    ----------
    read
        Probability of each emotion in each half second, (n, 7); NaN where the face is not to be seen. One row at least is seen.
    sure
        Where a reading names one emotion, (n,).
    duration_s
        Length of the clip.
    """
    filled, weight = _filled(read)
    path = _path(filled, weight)
    shares = np.empty_like(filled)
    segments, seen, start = [], ~np.isnan(read[:, 0]), 0
    for emotion, run in groupby(path):
        end = start + len(list(run))
        shares[start:end] = _smoothed(filled[start:end], weight[start:end], emotion)
        end_s = min(end * EVERY_S, duration_s)
        segments.append(Segment(start * EVERY_S, end_s, EMOTIONS[emotion], round(float(seen[start:end].mean()), 3)))
        start = end
    return EmotionCurve(duration_s, read, sure, shares, tuple(segments))


def _filled(read: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Readings without gaps, and how much each counts: what is held says nothing, but who is long away is neutral."""
    places = np.arange(len(read))
    seen = np.flatnonzero(~np.isnan(read[:, 0]))
    away_s = np.abs(places[:, np.newaxis] - seen).min(axis=1) * EVERY_S
    settled = 1 - np.exp(-np.maximum(0, away_s - HOLD_S) / SETTLE_S)
    between = np.stack([np.interp(places, seen, read[seen, column]) for column in range(len(EMOTIONS))], axis=1)
    filled = (1 - settled)[:, np.newaxis] * between + settled[:, np.newaxis] * _NEUTRAL
    weight = np.where(away_s == 0, 1.0, settled)
    return filled / filled.sum(axis=1, keepdims=True), weight


def _path(filled: np.ndarray, weight: np.ndarray) -> list[int]:
    """The strongest emotion of each row, as a number, by Viterbi's method."""
    count = len(EMOTIONS)
    likely = weight[:, np.newaxis] * np.log((1 - UNSURE_ONE) * filled + UNSURE_ONE / count)
    leave = EVERY_S / SHOWN_S
    step = np.full((count, count), math.log(leave / (count - 1)))
    np.fill_diagonal(step, math.log(1 - leave))
    best, came = likely[0], []
    for row in likely[1:]:
        ways = best[:, np.newaxis] + step
        came.append(ways.argmax(axis=0))
        best = ways.max(axis=0) + row
    path = [int(best.argmax())]
    for back in reversed(came):
        path.append(int(back[path[-1]]))
    return path[::-1]


def _smoothed(rows: np.ndarray, weight: np.ndarray, emotion: int) -> np.ndarray:
    """Means about each row, in which rows that go against the emotion of the stretch count little."""
    fits = rows[:, emotion] / rows.max(axis=1) * np.maximum(weight, _LEAST)
    reach = round(_REACH * SMOOTH_S / EVERY_S)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * EVERY_S / SMOOTH_S) ** 2)
    sums = np.stack([_about(column, kernel) for column in (fits[:, np.newaxis] * rows).T], axis=1)
    return sums / sums.sum(axis=1, keepdims=True)


def _about(values: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The sum about each value, weighted by a kernel."""
    return np.convolve(values, kernel)[len(kernel) // 2 :][: len(values)]
