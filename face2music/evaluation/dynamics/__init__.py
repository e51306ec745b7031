"""Journeys between the emotions, judged window by window: does the music follow the curve, better than a cross-fade of two songs.

Reads: windows (what the judge hears when), jumps (what changes between bars), text.
"""

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np
from tqdm import tqdm

from face2music import assets, pipeline
from face2music.audio import Audio
from face2music.errors import RequestError
from face2music.evaluation.dynamics import jumps, windows
from face2music.evaluation.dynamics.text import as_text
from face2music.evaluation.music.judges import ASSET, AXES, Judge, load
from face2music.mood import EMOTIONS, NORMS
from face2music.plan import Curve

__all__ = ["as_text", "evaluate"]

GOALS = {"arousal": 0.8, "valence": 0.6}
JOURNEY_S = 60.0
PAIRS = tuple(permutations(EMOTIONS, 2))
_STRIDE = 11  # shares no factor with the number of pairs: few journeys have many beginnings and ends
_LEAST_RANGE = 0.25  # of a curve on an axis, below which there is nothing to follow


def evaluate(journeys: int = 40, seed: int = 1, duration_s: float = JOURNEY_S) -> dict[str, Any]:
    """Compose journeys from an emotion to another, and have them and cross-fades of two songs judged.

    Parameters
    ----------
    journeys
        How many, 1 to 42: as many pairs of emotions, spread over all.
    seed
        Of the first journey; the next ones count up.
    duration_s
        How long each lasts.

    Returns
    -------
    dict
        settings; goals; windows (see `_trust`); medians of the correlations by kind (journey, crossfade) and axis; jumps, the
        largest of all journeys and of all ordinary songs; journeys, each with its emotions, seed, correlations (None on an axis
        on which it hardly moves) and jumps.

    Raises
    ------
    RequestError
        If there are not so many pairs of emotions.
    SynthesiserError
        If FluidSynth or a sound font is missing.
    """
    if not 1 <= journeys <= len(PAIRS):
        raise RequestError(f"There are {len(PAIRS)} journeys between two emotions; ask for 1 to {len(PAIRS)}, not {journeys}.")
    judges = load(assets.read_json(ASSET))["audio"]
    chosen = [PAIRS[index * _STRIDE % len(PAIRS)] for index in range(journeys)]
    # As many ordinary songs as journeys: the largest of more is larger.
    seeds = range(seed, seed - (-journeys // len(EMOTIONS)))
    ordinary = [
        pipeline.compose(emotion=name, seed=each, duration_s=duration_s, render=False) for each in seeds for name in EMOTIONS
    ]
    numbered = enumerate(tqdm(chosen, unit="journey", disable=None), start=seed)
    rows = [_row(ends, number, duration_s, judges) for number, ends in numbered]
    return {
        "settings": {"journeys": journeys, "seed": seed, "duration_s": duration_s, "window_s": windows.WINDOW_S},
        "goals": GOALS,
        "windows": _trust(ordinary[: len(EMOTIONS)], judges),
        "medians": {kind: {axis: _median(rows, kind, axis) for axis in AXES} for kind in ("journey", "crossfade")},
        "jumps": {
            "journeys": _largest([row["jumps"] for row in rows]),
            "ordinary": _largest([jumps.largest(song) for song in ordinary]),
        },
        "journeys": rows,
    }


def _row(ends: tuple[str, str], seed: int, duration_s: float, judges: Mapping[str, Judge]) -> dict[str, Any]:
    song = pipeline.compose_journey(ends, seed=seed, duration_s=duration_s)
    songs = [pipeline.compose(emotion=name, seed=seed, duration_s=duration_s).sound() for name in ends]
    curve = pipeline.curve_of([NORMS[name] for name in ends], (1, 1))
    wanted = windows.intended(curve, duration_s)
    heard = {"journey": song.sound(), "crossfade": _crossfade(songs, curve, duration_s)}
    said = {kind: windows.judged(played, duration_s, judges) for kind, played in heard.items()}
    return {
        "emotions": list(ends),
        "seed": seed,
        **{kind: {axis: _correlation(wanted[axis], own[axis]) for axis in AXES} for kind, own in said.items()},
        "wanted": {axis: np.round(wanted[axis], 3).tolist() for axis in AXES},
        "judged": {kind: {axis: np.round(own[axis], 2).tolist() for axis in AXES} for kind, own in said.items()},
        "jumps": jumps.largest(song),
    }


def _crossfade(songs: Sequence[Audio], curve: Curve, seconds: float) -> Audio:
    """The first song fading out while the second one fades in, along the curve."""
    length = min(len(song.samples) for song in songs)
    first, last = (frame.position * seconds * songs[0].sample_rate for frame in curve.frames)
    share = np.clip((np.arange(length) - first) / (last - first), 0, 1)[:, np.newaxis]
    mixed = songs[0].samples[:length] * (1 - share) + songs[1].samples[:length] * share
    return Audio(np.round(mixed).astype(np.int16), songs[0].sample_rate)


def _correlation(wanted: np.ndarray, judged: np.ndarray) -> float | None:
    if np.ptp(wanted) < _LEAST_RANGE:
        return None
    return round(float(np.corrcoef(wanted, judged)[0, 1]), 3) if np.ptp(judged) else 0.0


def _median(rows: Sequence[Mapping[str, Any]], kind: str, axis: str) -> float | None:
    found = [row[kind][axis] for row in rows if row[kind][axis] is not None]
    return round(float(np.median(found)), 3) if found else None


def _largest(found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: round(max(row[name] for row in found), 3) for name in jumps.JUMPS}


def _trust(songs: Sequence[pipeline.Song], judges: Mapping[str, Judge]) -> dict[str, Any]:
    """For songs of one emotion, by axis: correlation of what is judged in windows, and in the whole, with what was meant."""
    by_song = [(windows.judged(song.sound(), song.plan.music_s, judges), windows.whole(song.sound(), judges)) for song in songs]
    found = {}
    for axis in AXES:
        meant = [getattr(song.mood, axis) for song in songs]
        every = [(mood, value) for mood, (parts, _) in zip(meant, by_song, strict=True) for value in parts[axis]]
        whole = [own[axis] for _, own in by_song]
        found[axis] = {
            "windows_r": round(float(np.corrcoef(np.array(every).T)[0, 1]), 3),
            "whole_r": round(float(np.corrcoef(meant, whole)[0, 1]), 3),
            "scatter": round(float(np.mean([parts[axis].std() for parts, _ in by_song])), 2),
            "spread": round(float(np.std(whole)), 2),
        }
    return found
