"""Statistics of songs beside those of music that people made: ranges, and how far the distributions overlap.

"Inside" is inside the human interquartile range. Half of a corpus lies outside its own, and corpora differ; so each share is told
for each corpus, for their pool, in which each weighs the same, and for `any`: inside the range of at least one of them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import gaussian_kde

from face2music.evaluation.music.statistics import BINS, STATISTICS

ENOUGH_SONGS = 0.7
_QUARTILES = (0.25, 0.5, 0.75)
_GRID = 200
# Equally likely values that stand for a corpus; its extremes are not among them.
_SAMPLE = (np.arange(40) + 0.5) / 40


def compare(
    songs: Sequence[Mapping[str, float]], counted: Sequence[Mapping[str, np.ndarray]], corpora: Mapping[str, Any]
) -> dict[str, Any]:
    """Hold songs against the corpora.

    Parameters
    ----------
    songs
        What `statistics.measure` says of each song.
    counted
        What `statistics.distributions` says of each song.
    corpora
        What `corpora.reference` made.

    Returns
    -------
    dict
        statistics: by name the songs' quartiles, and by corpus its quartiles, the share of the songs inside, and the overlap
        (0 to 1) of Yang & Lerch; shares inside the pool and inside any. distributions: by name the songs' shares of the bins
        and the overlap with each corpus. inside_any and inside_pool: the share of the statistics that lie inside for at least
        70 % of the songs; songs_inside_any: the mean share of a song's statistics that do.
    """
    rows = {name: _statistic(np.array([song[name] for song in songs]), name, corpora) for name in STATISTICS}
    told = [row for row in rows.values() if row is not None]
    return {
        "statistics": {name: row for name, row in rows.items() if row is not None},
        "distributions": {name: _distribution(counted, name, corpora) for name in BINS},
        "inside_any": _share([row["inside_any"] >= ENOUGH_SONGS for row in told]),
        "inside_pool": _share([row["inside_pool"] >= ENOUGH_SONGS for row in told]),
        "songs_inside_any": _share([row["inside_any"] for row in told]),
    }


def people(corpora: Mapping[str, Any]) -> dict[str, float]:
    """By corpus, the share of its statistics that lie inside any of the ranges, its own among them, for 70 % of its pieces."""
    return {
        corpus: _share([_inside(_sample(q), _known(name, corpora)).any(axis=0).mean() >= ENOUGH_SONGS for name, q in own.items()])
        for corpus, own in ((corpus, found["quantiles"]) for corpus, found in corpora.items())
    }


def _statistic(values: np.ndarray, name: str, corpora: Mapping[str, Any]) -> dict[str, Any] | None:
    """None where no song tells the statistic."""
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    known = _known(name, corpora)
    samples = {corpus: _sample(quantiles) for corpus, quantiles in known.items()}
    inside = _inside(values, known)
    low, high = np.quantile(np.concatenate(list(samples.values())), (0.25, 0.75))
    return {
        "quartiles": _rounded(np.quantile(values, _QUARTILES)),
        "corpora": {
            corpus: {
                "quartiles": _rounded(np.quantile(quantiles, _QUARTILES)),
                "inside": _share(inside[number]),
                "overlap": round(overlap(values, samples[corpus]), 3),
            }
            for number, (corpus, quantiles) in enumerate(known.items())
        },
        "inside_any": _share(inside.any(axis=0)),
        "inside_pool": _share((values >= low) & (values <= high)),
    }


def _known(name: str, corpora: Mapping[str, Any]) -> dict[str, list[float]]:
    """Quantiles of a statistic in the corpora that tell it."""
    return {corpus: found["quantiles"][name] for corpus, found in corpora.items() if name in found["quantiles"]}


def _inside(values: np.ndarray, known: Mapping[str, Sequence[float]]) -> np.ndarray:
    """Whether each value lies inside each corpus's interquartile range, (corpora, values)."""
    low, high = np.quantile(list(known.values()), (0.25, 0.75), axis=1)[:, :, np.newaxis]
    return (values >= low) & (values <= high)


def overlap(values: np.ndarray, human: np.ndarray) -> float:
    """Overlapping area of the densities of the distances within the human set and from the songs to it.

    Yang & Lerch (2020), "On the evaluation of generative models in music", Neural Computing and Applications 32:4773-4784.
    0 where either set has no spread.
    """
    within = np.abs(human[:, np.newaxis] - human)[np.triu_indices(len(human), 1)]
    between = np.abs(values[:, np.newaxis] - human).ravel()
    if not (np.ptp(within) and np.ptp(between)):
        return 0.0
    grid = np.linspace(0, max(within.max(), between.max()), _GRID)
    densities = np.stack([gaussian_kde(distances)(grid) for distances in (within, between)])
    densities /= densities.sum(axis=1, keepdims=True)
    return float(densities.min(axis=0).sum())


def _distribution(counted: Sequence[Mapping[str, np.ndarray]], name: str, corpora: Mapping[str, Any]) -> dict[str, Any]:
    shares = np.mean([song[name] for song in counted], axis=0)
    common = {corpus: round(float(np.minimum(shares, c["distributions"][name]).sum()), 3) for corpus, c in corpora.items()}
    return {"shares": _rounded(shares), "overlap": common}


def _sample(quantiles: Sequence[float]) -> np.ndarray:
    return np.quantile(quantiles, _SAMPLE)


def _share(flags: Any) -> float:
    return round(float(np.mean(flags)), 4)


def _rounded(values: np.ndarray) -> list[float]:
    return [float(f"{value:.4g}") for value in values]
