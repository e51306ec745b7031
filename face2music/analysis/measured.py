"""Tables of measurements -> what the data sets say of a feature at an emotion, and how it follows valence and arousal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from face2music.analysis import kernel
from face2music.analysis.annotations import rated, read_csv, rescale
from face2music.analysis.recipes import DATA_SETS, Recipe
from face2music.errors import DataError
from face2music.mood import STATES

MIDDLE_VELOCITY = 64


@dataclass(frozen=True)
class Measured:
    """A feature at an emotion: quartiles (of a share: the share and its 50 % interval), effective size, middle by data set."""

    low: float
    mid: float
    high: float
    n: int
    by_data_set: dict[str, float]


def read_tables(tables: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Read tables that `collection.analyse` wrote, or a third party's with such columns.

    Parameters
    ----------
    tables
        NAME=FILE each, with a name of `recipes.DATA_SETS`.

    Returns
    -------
    dict
        The tables by data set. Valence and arousal are positions from -1 to 1, see `kernel`. A table with `rms_mean` has also
        `rms_velocity`: FluidSynth's amplitude goes with the square of velocity (the sound font standard's 40 dB for a tenth), so
        that velocity goes with the root of the RMS. The data set's median recording gets 64: its absolute level means nothing.

    Raises
    ------
    DataError
        If a name is no known data set, or a file is no such table.
    """
    named = [table.partition("=") for table in tables]
    for name, _, file in named:
        if name not in DATA_SETS or not file:
            raise DataError(f"A table is given as NAME=FILE, where NAME is one of {', '.join(DATA_SETS)}; got {name!r:.60}.")
    return {name: _read(name, Path(file)) for name, _, file in named}


def _read(name: str, path: Path) -> pd.DataFrame:
    table, _ = rescale(rated(read_csv(path), path), None)
    table = table.rename(columns=dict(DATA_SETS[name].renamed))
    if "rms_mean" in table.columns:
        table["rms_velocity"] = MIDDLE_VELOCITY * np.sqrt(table["rms_mean"] / table["rms_mean"].median())
    return table.assign(**{axis: kernel.positions(table[axis].to_numpy()) for axis in ("valence", "arousal")})


def effects(tables: Mapping[str, pd.DataFrame], recipe: Recipe) -> dict[str, dict[str, float]]:
    """Rank correlation of the feature with valence and with arousal, and number of pieces, in each data set that measures it."""
    found = {}
    for name in _present(tables, recipe.measured_in):
        pieces = _pieces(tables[name], recipe.column, name)
        found[name] = {
            axis: round(kernel.rank_correlation(pieces[recipe.column].to_numpy(), pieces[axis].to_numpy()), 2)
            for axis in ("valence", "arousal")
        } | {"n": len(pieces)}
    return found


def measured_at(tables: Mapping[str, pd.DataFrame], recipe: Recipe, emotion: str) -> Measured:
    """The feature at an emotion's valence and arousal; the data sets that measure it are pooled, each with the same weight."""
    summarise = kernel.share if recipe.share else kernel.quantiles
    pooled_in = _present(tables, recipe.measured_in)
    columns = dict.fromkeys(pooled_in, recipe.column)
    columns |= dict.fromkeys(_present(tables, recipe.compared_with), recipe.compared_column or recipe.column)
    pools = {name: _weighted(tables[name], column, name, emotion) for name, column in columns.items()}
    values, weight = (np.concatenate(arrays) for arrays in zip(*(pools[name] for name in pooled_in), strict=True))
    low, mid, high = summarise(values, weight)
    middles = {name: summarise(*pool)[1] for name, pool in pools.items()}
    return Measured(low, mid, high, round(kernel.effective_size(weight)), middles)


def _present(tables: Mapping[str, pd.DataFrame], names: Sequence[str]) -> list[str]:
    return [name for name in names if name in tables]


def _pieces(table: pd.DataFrame, column: str, name: str) -> pd.DataFrame:
    """The rows that have a number in the column."""
    if column not in table.columns:
        raise DataError(f"The table of {name} has no column {column}; make it again with `face2music analyse`.")
    return table.dropna(subset=[column])


def _weighted(table: pd.DataFrame, column: str, name: str, emotion: str) -> tuple[np.ndarray, np.ndarray]:
    pieces, norm = _pieces(table, column, name), STATES[emotion]
    weight = kernel.weights(pieces["valence"].to_numpy(), pieces["arousal"].to_numpy(), (norm.valence, norm.arousal))
    return pieces[column].to_numpy(dtype=float), weight
