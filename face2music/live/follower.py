"""Readings of a face, one after the other -> the mood as a person would tell it now: no flicker, and calm where nobody is seen.

The model is that of a clip (`video.curve`), told forwards: a reading says nothing with some probability, and an expression
lasts some seconds on average, so that a blink changes nothing and two clear readings change the emotion. Then the mood is the new
one at once, and from there it moves with the readings that go well with it. Readings that are clear about no emotion change the
mood at once, too, if three of them agree that it is another: no laugh any more, whatever it is instead.

Calibrated to a person's neutral face, readings are compared with it: what their face at rest shows counts that much less.
"""

import math
from dataclasses import dataclass

import numpy as np

from face2music.mood import EMOTIONS, Mood, mood_of, rounded
from face2music.video.curve import HOLD_S, SETTLE_S, SHOWN_S, SMOOTH_S, UNSURE_ONE

CALIBRATION_S = 10.0
FEWEST_READINGS = 6  # of a face at rest
SEEN, HELD, AWAY = "seen", "held", "away"

_COUNT = len(EMOTIONS)
_AT_REST = np.array([0.79 if name == "neutral" else 0.035 for name in EMOTIONS])  # what a face at rest should be read as
_MOST_CORRECTED = 20.0
_LEAST = 1e-3
_LONGEST_STEP_S = 1.0
_MEMORY = 3  # readings from which a new emotion is begun, or another mood without one
_OTHER, _AGREED = 0.3, 3  # distance of shares, 0 to 1, from which they are another mood; how many times as near they agree
_NEUTRAL = np.eye(_COUNT)[EMOTIONS.index("neutral")]


@dataclass(frozen=True)
class Told:
    """The emotion told at a time: its name, the shares of all, the mood, and `face`.

    That is "seen", "held" for a short while after it was seen last, or "away", where the mood settles. `doubted` is whether
    the last reading speaks for another emotion, so that one more, soon, would decide. `calibrating_s` is how long the
    calibration goes on, 0 where there is none, and `calibrated` whether readings are compared with a face at rest.
    """

    time_s: float
    emotion: str
    shares: dict[str, float]
    mood: Mood
    face: str
    doubted: bool
    calibrating_s: float
    calibrated: bool


class Follower:
    """Follows one person; times are seconds that never go back."""

    def __init__(self) -> None:
        self._belief = np.full(_COUNT, 1 / _COUNT)  # so that the first reading decides
        self._shares, self._emotion = _NEUTRAL.copy(), EMOTIONS.index("neutral")
        self._recent: list[np.ndarray] = []
        self._time_s = self._seen_s = -math.inf
        self._rest: np.ndarray | None = None
        self._at_rest: list[np.ndarray] = []
        self._rest_until_s = -math.inf
        self._doubted = False

    @property
    def has_seen(self) -> bool:
        """Whether there was a face at any time."""
        return math.isfinite(self._seen_s)

    def calibrate(self, time_s: float) -> None:
        """Take the face of the next ten seconds for the person's neutral one; it counts when they are over."""
        self._at_rest, self._rest_until_s = [], time_s + CALIBRATION_S

    def see(self, reading: np.ndarray | None, time_s: float) -> Told:
        """Take a reading, the probability of each of `EMOTIONS` (7,), or None where no face was found."""
        step_s = min(max(time_s - self._time_s, 0.0), _LONGEST_STEP_S)
        self._shares = self._settled(time_s)
        self._time_s = time_s
        self._doubted = False
        if reading is not None:
            self._take(np.asarray(reading, float), step_s, time_s)
        self._finish_calibration(time_s)
        return self.told(time_s)

    def told(self, time_s: float) -> Told:
        """What holds at a time, the last reading's or a later one."""
        shares, away_s = self._settled(time_s), time_s - self._seen_s
        named = dict(zip(EMOTIONS, shares.tolist(), strict=True))
        exact = rounded(named)
        return Told(
            time_s=time_s,
            emotion=max(exact, key=lambda name: exact[name]),
            shares=exact,
            mood=mood_of(exact),
            face=SEEN if self._seen_s == self._time_s and away_s <= HOLD_S else HELD if away_s <= HOLD_S else AWAY,
            doubted=self._doubted,
            calibrating_s=max(0.0, self._rest_until_s - time_s),
            calibrated=self._rest is not None,
        )

    def _take(self, reading: np.ndarray, step_s: float, time_s: float) -> None:
        if time_s <= self._rest_until_s:
            self._at_rest.append(reading)
        reading = self._corrected(reading)
        self._seen_s = time_s
        self._recent = [*self._recent[1 - _MEMORY :], reading]
        likely = (1 - UNSURE_ONE) * reading + UNSURE_ONE / _COUNT
        stays = math.exp(-step_s / SHOWN_S)
        belief = (stays * self._belief + (1 - stays) / (_COUNT - 1) * (1 - self._belief)) * likely
        self._belief = belief / belief.sum()
        found = int(self._belief.argmax())
        if found != self._emotion or self._agree_on_another():
            self._emotion = found
            weights = np.array([each[found] / each.max() for each in self._recent])
            self._shares = (weights[:, np.newaxis] * self._recent).sum(axis=0) / weights.sum()
        else:
            fits = reading[found] / reading.max()
            self._shares += (1 - math.exp(-step_s / SMOOTH_S)) * fits * (reading - self._shares)
            self._doubted = int(likely.argmax()) != found
        self._shares /= self._shares.sum()

    def _agree_on_another(self) -> bool:
        """Whether the last readings are far from what is told, and near each other."""
        middle = np.mean(self._recent, axis=0)
        off = _distance(middle, self._shares)
        return len(self._recent) == _MEMORY and off >= max(
            _OTHER, _AGREED * max(_distance(each, middle) for each in self._recent)
        )

    def _corrected(self, reading: np.ndarray) -> np.ndarray:
        """The reading against that of the person's face at rest, whose odds are taken out of it."""
        if self._rest is None:
            return reading / reading.sum()
        factor = np.clip(_AT_REST / np.maximum(self._rest, _LEAST), 1 / _MOST_CORRECTED, _MOST_CORRECTED)
        return reading * factor / (reading * factor).sum()

    def _settled(self, time_s: float) -> np.ndarray:
        """The shares, as neutral as they became since somebody was seen last, and since they were told last."""

        def settling_s(at_s: float) -> float:
            return max(0.0, at_s - self._seen_s - HOLD_S)

        if not math.isfinite(self._seen_s):
            return self._shares.copy()
        left = math.exp((settling_s(self._time_s) - settling_s(time_s)) / SETTLE_S)
        return left * self._shares + (1 - left) * _NEUTRAL

    def _finish_calibration(self, time_s: float) -> None:
        if not math.isfinite(self._rest_until_s) or time_s < self._rest_until_s:
            return
        self._rest_until_s = -math.inf
        if len(self._at_rest) >= FEWEST_READINGS:
            self._rest = np.median(self._at_rest, axis=0)
            self._rest = self._rest / self._rest.sum()
        self._at_rest = []


def _distance(shares: np.ndarray, others: np.ndarray) -> float:
    """How much of the shares would have to go over to other emotions, 0 to 1."""
    return float(np.abs(shares - others).sum() / 2)
