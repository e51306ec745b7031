"""Music that people made -> how its statistics are distributed, as numbers small enough to ship."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from tqdm import tqdm

from face2music.errors import DataError
from face2music.evaluation.music.piece import excerpt, read_piece
from face2music.evaluation.music.statistics import BINS, STATISTICS, distributions, measure

# Steps of 5 %, so that the quartiles are among them.
SHARES = np.linspace(0, 1, 21)
FOLDERS = {"EMOPIA": "emopia", "VGMIDI": "vgmidi/midi", "POP909": "pop909/POP909"}
# Its files have no written bars: their tempo of 120 means nothing.
WITHOUT_BARS = ("EMOPIA",)
MIN_NOTES = 24


def reference(data: Path, jobs: int = 1) -> dict[str, Any]:
    """The statistics of the three corpora.

    Parameters
    ----------
    data
        A folder with the folders emopia, vgmidi and pop909.
    jobs
        Processes to use; -1 for one a core.

    Returns
    -------
    dict
        By corpus: pieces (their number), quantiles (by statistic, from the least to the greatest in steps of 5 %; a statistic
        that the corpus does not tell is missing), distributions (by name, shares of the bins, the mean of the pieces).

    Raises
    ------
    DataError
        If a corpus has no MIDI file.
    """
    return {name: _summary(_measured(data / folder, name, jobs)) for name, folder in FOLDERS.items()}


def _measured(folder: Path, name: str, jobs: int) -> list[tuple[dict[str, float], dict[str, np.ndarray]]]:
    files = [file for file in sorted(folder.rglob("*.mid")) if file.parent.name != "versions"]
    if not files:
        raise DataError(f"{folder} holds no MIDI file; give the folder that holds emopia, vgmidi and pop909.")
    bar = tqdm(files, unit="file", desc=f"{name} statistics", disable=None)
    rows = Parallel(n_jobs=jobs)(delayed(_row)(file, name not in WITHOUT_BARS) for file in bar)
    return [row for row in rows if row is not None]


def _row(file: Path, with_bars: bool) -> tuple[dict[str, float], dict[str, np.ndarray]] | None:
    piece = excerpt(read_piece(file, with_bars))
    return (measure(piece), distributions(piece)) if len(piece.notes.pitch) >= MIN_NOTES else None


def _summary(rows: Sequence[tuple[Mapping[str, float], Mapping[str, np.ndarray]]]) -> dict[str, Any]:
    values = {name: np.array([row[name] for row, _ in rows]) for name in STATISTICS}
    told = {name: column[np.isfinite(column)] for name, column in values.items() if np.isfinite(column).any()}
    return {
        "pieces": len(rows),
        "quantiles": {name: _rounded(np.quantile(column, SHARES)) for name, column in told.items()},
        "distributions": {name: _rounded(np.mean([counted[name] for _, counted in rows], axis=0)) for name in BINS},
    }


def _rounded(values: np.ndarray) -> list[float]:
    return [float(f"{value:.4g}") for value in values]
