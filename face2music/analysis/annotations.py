"""CSV files of ratings -> valence and arousal of each piece, from -1 to 1.

A file needs a column that names the piece and either valence and arousal, or a quadrant of the two (Q1: both high, Q2: only
arousal, Q3: neither, Q4: only valence). Spaces around headers are ignored. A piece is matched by its name without folder and
suffix: `2`, `2.mp3` and `audio/2.mp3` are the same.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from face2music.analysis.media import stem
from face2music.errors import DataError, in_a_line

NAMES = ("name", "song_id", "file", "filename", "clip_name")
VALENCES = ("valence", "valence_mean", "valence_m")
AROUSALS = ("arousal", "arousal_mean", "arousal_m")
QUADRANTS = {"Q1": (1.0, 1.0), "Q2": (-1.0, 1.0), "Q3": (-1.0, -1.0), "Q4": (1.0, -1.0)}
QUADRANT_COLUMNS = ("quadrant", "label")


@dataclass(frozen=True)
class Annotations:
    """Ratings (-1 to 1) by the name of the piece, and a sentence that tells which scale they came from."""

    ratings: dict[str, tuple[float, float]]
    scale: str


def read_annotations(paths: Sequence[Path], scale: tuple[float, float] | None = None) -> Annotations:
    """Read the ratings of a collection, which all files share.

    Parameters
    ----------
    paths
        CSV files.
    scale
        Lowest and highest possible rating. Without it the scale is taken from the ratings only where they leave no doubt: within
        -1 to 1 and some negative, or at least 1 and the largest above 7 and up to 9.

    Raises
    ------
    DataError
        If a file cannot be read, lacks a column, or has ratings outside the scale; or if the scale is in doubt.
    """
    table = pd.concat([_read(path) for path in paths], ignore_index=True)
    rescaled, sentence = rescale(table, scale)
    if rescaled["name"].duplicated().any():
        twice = rescaled.loc[rescaled["name"].duplicated(), "name"].iloc[0]
        raise DataError(f"The annotations rate {twice!r:.60} more than once; keep one row for each piece.")
    pairs = zip(rescaled["name"], rescaled["valence"], rescaled["arousal"], strict=True)
    return Annotations({name: (valence, arousal) for name, valence, arousal in pairs}, sentence)


def read_csv(path: Path) -> pd.DataFrame:
    """A CSV file as a table with bare, lower-case headers.

    Raises
    ------
    DataError
        If the file is missing, empty or no CSV.
    """
    try:
        table = pd.read_csv(path, skipinitialspace=True)
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(f"{path} cannot be read as a CSV file ({in_a_line(error)}).") from error
    return table.rename(columns=lambda header: str(header).strip().lower())


def rated(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The table with its columns of ratings called `name` (text), `valence` and `arousal` (numbers on the file's own scale).

    Raises
    ------
    DataError
        If a column is missing or holds something else than numbers, or if there are no rows.
    """
    name, valence, arousal = (_first(table, names) for names in (NAMES, VALENCES, AROUSALS))
    label = _first(table, QUADRANT_COLUMNS)
    on_axes = valence is not None and arousal is not None
    if name is None or (label is None and not on_axes):
        raise DataError(
            f"{path} needs a column that names the piece ({', '.join(NAMES)}) and either valence and arousal "
            f"or a quadrant Q1 to Q4; it has {', '.join(table.columns)}."
        )
    if table.empty:
        raise DataError(f"{path} has no rows below its heading; give one for each piece.")
    if label is not None and not on_axes:
        table = _placed(table, label, path)
        valence, arousal = "valence", "arousal"
    table = table.rename(columns={name: "name", valence: "valence", arousal: "arousal"})
    if table["name"].isna().any():
        raise DataError(f"{path} has rows without the name of a piece; remove or complete them.")
    table["name"] = table["name"].astype(str).map(stem)
    return table.assign(**{axis: _numbers(table[axis], path) for axis in ("valence", "arousal")})


def rescale(table: pd.DataFrame, scale: tuple[float, float] | None) -> tuple[pd.DataFrame, str]:
    """The table with valence and arousal from -1 to 1, and a sentence about the scale; see `read_annotations`."""
    values = table[["valence", "arousal"]]
    low, high = values.min().min(), values.max().max()
    if scale is None:
        scale = _detected(low, high)
        sentence = f"Scale {scale[0]:g} to {scale[1]:g}, as the ratings run from {low:g} to {high:g}."
    else:
        sentence = f"Scale {scale[0]:g} to {scale[1]:g}, as stated."
    if not 0 < scale[1] - scale[0] < math.inf or low < scale[0] or high > scale[1]:
        raise DataError(
            f"The ratings run from {low:g} to {high:g}, outside the scale {scale[0]:g} to {scale[1]:g}; state the right one."
        )
    middle, half = (scale[0] + scale[1]) / 2, (scale[1] - scale[0]) / 2
    return table.assign(valence=(table["valence"] - middle) / half, arousal=(table["arousal"] - middle) / half), sentence


def _read(path: Path) -> pd.DataFrame:
    return rated(read_csv(path), path)[["name", "valence", "arousal"]]


def _first(table: pd.DataFrame, names: Sequence[str]) -> str | None:
    return next((name for name in names if name in table.columns), None)


def _placed(table: pd.DataFrame, label: str, path: Path) -> pd.DataFrame:
    unknown = {str(quadrant) for quadrant in table[label]} - set(QUADRANTS)
    if unknown:
        raise DataError(f"{path} has the quadrant {sorted(unknown)[0]!r:.60}; quadrants are Q1, Q2, Q3 and Q4.")
    valence, arousal = zip(*(QUADRANTS[str(quadrant)] for quadrant in table[label]), strict=True)
    return table.assign(valence=valence, arousal=arousal)


def _numbers(column: pd.Series, path: Path) -> pd.Series:
    numbers = pd.to_numeric(column, errors="coerce")
    if numbers.isna().any() or not numbers.map(math.isfinite).all():
        raise DataError(f"{path} has rows without a number for valence and arousal; remove or complete them.")
    return numbers


def _detected(low: float, high: float) -> tuple[float, float]:
    if -1 <= low < 0 and high <= 1:
        return -1.0, 1.0
    if low >= 1 and 7 < high <= 9:
        return 1.0, 9.0
    raise DataError(
        f"The ratings run from {low:g} to {high:g}, which fits several scales; state the lowest and highest possible rating."
    )
