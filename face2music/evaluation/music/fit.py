"""Rated recordings and MIDI files -> the judges of `assets/judges.json`, with how far each can be trusted.

The audio judge learns from DEAM's ratings and the features that third parties computed of all its songs, those that
`sound.measure` reproduces: `clips_r` and `clips_difference` compare what the judge says of DEAM's own clips by our features and
by theirs. The notes judge learns from EMOPIA's quadrants and `notes.measure`.
"""

from collections.abc import Sequence
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from face2music.errors import DataError
from face2music.evaluation.music import baseline, corpora, notes, sound, tables
from face2music.evaluation.music.judges import AXES, Judge, products, standardised
from face2music.spread import check_jobs

FOLDS = 10
CLIPPED_AT = (0.01, 0.99)
PENALTIES = np.logspace(-1, 4, 20)
# The cross-validated and cross-data-set figures hardly change from 0.03 to 0.3.
INVERSE_PENALTY = 0.03
# VGMIDI's velocities were not played: they say nothing, and count as average.
NOT_PLAYED = "velocity"
SOURCES = {
    "deam": "Aljanaki, Yang & Soleymani (2017), Developing a benchmark for emotional analysis of music, PLoS ONE 12(3):e0173392",
    "musifeast17": "van der Walle et al. (2025), MUSIFEAST-17; features by MIRtoolbox, standardised within the set",
    "emopia": "Hung et al. (2021), EMOPIA: a multi-modal pop piano dataset for emotion recognition and generation, ISMIR",
    "vgmidi": "Ferreira & Whitehead (2019), Learning to generate music with sentiment, ISMIR",
    "pop909": "Wang et al. (2020), POP909: a pop-song dataset for music arrangement generation, ISMIR",
}


def fit_judges(data: Path, jobs: int = 1) -> dict[str, Any]:
    """Fit both judges, and measure what songs are compared with.

    Parameters
    ----------
    data
        A folder with the folders deam, musifeast17, emopia, vgmidi and pop909.
    jobs
        Processes for measuring the MIDI files; -1 for one a core.

    Returns
    -------
    dict
        audio and notes, each with valence and arousal: the numbers of a `Judge` and its figures; baseline, what that
        generator draws from; corpora, see `corpora.reference`; sources.

    Raises
    ------
    DataError
        If a folder or table is missing.
    RequestError
        If `jobs` is no number of processes.
    """
    check_jobs(jobs)
    if not (data / "deam").is_dir():
        raise DataError(f"{data} has no folder deam; give the folder that holds deam, musifeast17, emopia, vgmidi and pop909.")
    rated, clips, elsewhere = tables.deam(data), tables.deam_clips(data), tables.musifeast(data)
    played, written = tables.emopia(data, jobs), tables.vgmidi(data, jobs).assign(**{NOT_PLAYED: np.nan})
    return {
        "audio": {axis: _audio_judge(rated, clips, elsewhere, axis) for axis in AXES},
        "notes": {axis: _notes_judge(played, written, axis) for axis in AXES},
        "baseline": baseline.ranges(rated),
        "corpora": corpora.reference(data, jobs),
        "sources": SOURCES,
    }


def _audio_judge(rated: pd.DataFrame, clips: pd.DataFrame, elsewhere: pd.DataFrame, axis: str) -> dict[str, Any]:
    stored = _fitted(rated, axis, sound.JUDGED, degree=2, logistic=False)
    ours = Judge.from_dict(stored).judge(clips.to_dict("records"))
    theirs = Judge.from_dict(stored).judge(rated.set_index("group").loc[clips["group"]].to_dict("records"))
    held_out = _held_out(rated, axis, sound.JUDGED, degree=2, logistic=False)
    return stored | {
        "figures": {
            "trained_on": "DEAM",
            "pieces": len(rated),
            "cross_validated_r": round(float(np.corrcoef(held_out, rated[axis])[0, 1]), 3),
            "clips_measured_by_us": len(clips),
            "clips_r": round(float(np.corrcoef(ours, theirs)[0, 1]), 3),
            "clips_difference": round(float(np.mean(ours - theirs)), 2),
            "tried_on": "MUSIFEAST-17",
            "tried_on_pieces": len(elsewhere),
            "tried_on_r": round(float(np.corrcoef(_said_elsewhere(rated, elsewhere, axis), elsewhere[axis])[0, 1]), 3),
        }
    }


def _said_elsewhere(rated: pd.DataFrame, elsewhere: pd.DataFrame, axis: str) -> np.ndarray:
    """What a judge of the features that both sets have says of the other set, each set standardised by itself."""
    shared = [name for name in sound.JUDGED if name in elsewhere]
    here, there = ((table[shared] - table[shared].mean()) / table[shared].std() for table in (rated, elsewhere))
    stored = _fitted(here.assign(**{axis: rated[axis]}), axis, shared, degree=2, logistic=False)
    return Judge.from_dict(stored).judge(there.to_dict("records"))


def _notes_judge(played: pd.DataFrame, written: pd.DataFrame, axis: str) -> dict[str, Any]:
    stored = _fitted(played, axis, notes.COLUMNS, degree=1, logistic=True)
    held_out = _held_out(played, axis, notes.COLUMNS, degree=1, logistic=True)
    abroad = Judge.from_dict(stored).judge(written.to_dict("records"))
    return stored | {
        "figures": {
            "trained_on": "EMOPIA",
            "pieces": len(played),
            "groups": int(played["group"].nunique()),
            "cross_validated_accuracy": round(float(np.mean((held_out > 0.5) == (played[axis] > 0))), 3),
            "cross_validated_auc": round(float(roc_auc_score(played[axis] > 0, held_out)), 3),
            "tried_on": "VGMIDI",
            "tried_on_pieces": len(written),
            "tried_on_auc": round(float(roc_auc_score(written[axis] > 0, abroad)), 3),
        }
    }


def _held_out(table: pd.DataFrame, axis: str, features: Sequence[str], degree: int, logistic: bool) -> np.ndarray:
    """What judges say that were fitted without the piece's tenth of the groups."""
    said = np.empty(len(table))
    for train, test in GroupKFold(FOLDS, shuffle=True, random_state=0).split(table, groups=table["group"]):
        fitted = _fitted(table.iloc[train], axis, features, degree, logistic)
        said[test] = Judge.from_dict(fitted).judge(table.iloc[test].to_dict("records"))
    return said


def _fitted(table: pd.DataFrame, axis: str, features: Sequence[str], degree: int, logistic: bool) -> dict[str, Any]:
    """Fit a linear model of the features' products of up to `degree` factors; plain numbers, as they are stored."""
    x, target = table[list(features)].to_numpy(dtype=float), table[axis].to_numpy()
    low, high = np.nanquantile(x, CLIPPED_AT, axis=0)
    clipped = np.clip(x, low, high)
    mean, scale = np.nanmean(clipped, axis=0), np.nanstd(clipped, axis=0)
    terms = [t for n in range(1, degree + 1) for t in combinations_with_replacement(range(len(features)), n)]
    made = products(standardised(x, low, high, mean, scale), terms)
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=1000) if logistic else RidgeCV(PENALTIES)
    model.fit(made, target > 0 if logistic else target)
    return {
        "features": list(features),
        **{name: _rounded(values) for name, values in {"low": low, "high": high, "mean": mean, "scale": scale}.items()},
        "terms": [list(term) for term in terms],
        "coefficients": _rounded(np.ravel(model.coef_)),
        "intercept": float(f"{np.ravel(model.intercept_)[0]:.6g}"),
        "logistic": logistic,
    }


def _rounded(values: np.ndarray) -> list[float]:
    return [float(f"{value:.6g}") for value in values]
