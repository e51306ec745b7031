"""Measured songs of a generator -> how well their emotions are heard: correlations, margins, confusion matrix, goals.

Rows of a confusion matrix are the emotions that the songs were made for, columns what they were taken for, in the order of
`mood.EMOTIONS`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from face2music.evaluation.music.judges import AXES, Judge
from face2music.evaluation.music.songs import Heard
from face2music.mood import EMOTIONS, NORMS

UNPLEASANT = ("angry", "disgust", "fear", "sad")


def judged(songs: Sequence[Heard], judges: Mapping[str, Mapping[str, Judge]]) -> dict[str, dict[str, np.ndarray]]:
    """What each judge says of each song, (songs,), by kind of judge and axis."""
    measured = {"audio": [song.sound for song in songs], "notes": [song.notes for song in songs]}
    return {kind: {axis: judge.judge(measured[kind]) for axis, judge in by_axis.items()} for kind, by_axis in judges.items()}


def agreement(songs: Sequence[Heard], said: Mapping[str, Mapping[str, np.ndarray]]) -> dict[str, Any]:
    """By judge and axis: correlation with what was intended (0 without spread), spread, mean of each emotion's songs."""
    return {kind: {axis: _agreement(songs, axis, by_axis[axis]) for axis in AXES} for kind, by_axis in said.items()}


def _agreement(songs: Sequence[Heard], axis: str, values: np.ndarray) -> dict[str, Any]:
    intended = np.array([getattr(NORMS[song.emotion], axis) for song in songs])
    emotion = np.array([song.emotion for song in songs])
    return {
        "correlation": round(float(np.corrcoef(intended, values)[0, 1]), 3) if np.ptp(values) else 0.0,
        "spread": round(float(values.std()), 3),
        "lowest": round(float(values.min()), 3),
        "highest": round(float(values.max()), 3),
        "mean": {name: round(float(values[emotion == name].mean()), 3) for name in EMOTIONS},
    }


@dataclass(frozen=True)
class Goal:
    """What is wanted of a figure: at least, or at most, so much."""

    name: str
    text: str
    wanted: float
    at_most: bool = False


GOALS = (
    Goal("audio_arousal_r", "audio judge: correlation of intended and judged arousal", 0.92),
    Goal("audio_valence_r", "audio judge: correlation of intended and judged valence", 0.75),
    Goal("sad_below", "audio judge: points of arousal from sad to the lowest of angry, surprise and happy", 2.0),
    Goal("happy_above", "audio judge: points of valence from the highest of fear, angry and sad to happy", 0.4),
    Goal("notes_arousal_r", "notes judge: correlation of intended arousal and P(arousal > 0)", 0.85),
    Goal("notes_valence_r", "notes judge: correlation of intended valence and P(valence > 0)", 0.8),
    Goal("happy_pleasant", "notes judge: mean P(valence > 0) of happy", 0.65),
    *(Goal(f"{name}_pleasant", f"notes judge: mean P(valence > 0) of {name}", 0.4, at_most=True) for name in UNPLEASANT),
    Goal("told_apart", "seven emotions told apart by a linear classifier of audio features", 0.85),
    Goal("fear_or_sad", "fear told from sad by it", 0.98),
    Goal("statistics_inside", "share of the musical statistics inside a human interquartile range for 70 % of the songs", 0.8),
)


def key_figures(agreed: Mapping[str, Any], apart: Mapping[str, Any], likeness: Mapping[str, Any]) -> dict[str, float]:
    """A value for each of `GOALS`, of what `agreement`, `told_apart` and `likeness.compare` found."""
    arousal, valence = agreed["audio"]["arousal"]["mean"], agreed["audio"]["valence"]["mean"]
    pleasant = agreed["notes"]["valence"]["mean"]
    return {
        **{f"{kind}_{axis}_r": agreed[kind][axis]["correlation"] for kind in ("audio", "notes") for axis in AXES},
        "sad_below": round(min(arousal[name] for name in ("angry", "surprise", "happy")) - arousal["sad"], 3),
        "happy_above": round(valence["happy"] - max(valence[name] for name in ("fear", "angry", "sad")), 3),
        **{f"{name}_pleasant": pleasant[name] for name in ("happy", *UNPLEASANT)},
        "told_apart": apart["accuracy"],
        "fear_or_sad": apart["fear_or_sad_accuracy"],
        "statistics_inside": likeness["inside_any"],
    }


def told_apart(songs: Sequence[Heard]) -> dict[str, Any]:
    """Which emotion a linear classifier of audio features takes each song for, trained on the songs of all other seeds."""
    taken = _taken_for(songs, EMOTIONS)
    made = [song.emotion for song in songs]
    return {
        "labels": list(EMOTIONS),
        "accuracy": round(float(np.mean(taken == np.array(made))), 4),
        "confusion": confusion_matrix(made, taken, labels=list(EMOTIONS)).tolist(),
        "fear_or_sad_accuracy": _accuracy(songs, ("fear", "sad")),
    }


def _accuracy(songs: Sequence[Heard], emotions: tuple[str, ...]) -> float:
    chosen = [song for song in songs if song.emotion in emotions]
    return round(float(np.mean(_taken_for(chosen, emotions) == np.array([song.emotion for song in chosen]))), 4)


def _taken_for(songs: Sequence[Heard], emotions: tuple[str, ...]) -> np.ndarray:
    x = np.array([list(song.sound.values()) for song in songs])
    model = make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler(), LogisticRegression(max_iter=1000))
    seeds = [song.seed for song in songs]
    return cross_val_predict(model, x, [song.emotion for song in songs], groups=seeds, cv=LeaveOneGroupOut())
