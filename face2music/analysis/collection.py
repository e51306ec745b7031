"""A folder of music and its ratings -> a CSV file of measurements, a row a piece.

The table has the columns name (path in the folder, without suffix), valence and arousal (-1 to 1, blank without ratings), and
those of `recording.COLUMNS` or `midi_file.COLUMNS`. Each row is written as soon as it is measured, so that a run can be stopped
and taken up again.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from face2music.analysis.annotations import read_annotations
from face2music.analysis.media import is_music, meter, stem
from face2music.errors import DataError, printable
from face2music.spread import check_jobs, reached, spread
from face2music.table import Table

RATING_COLUMNS = ("name", "valence", "arousal")


@dataclass(frozen=True)
class Summary:
    """What a run did.

    Pieces measured now and kept from before, a sentence for each file that could not be read, the names of files without a
    rating, and the sentence about the ratings' scale.
    """

    measured: int
    kept: int
    failed: tuple[str, ...]
    unrated: tuple[str, ...]
    scale: str | None


def analyse(
    folder: Path,
    annotations: Sequence[Path],
    out: Path,
    jobs: int = -1,
    scheduler: str | None = None,
    scale: tuple[float, float] | None = None,
    progress: bool = True,
) -> Summary:
    """Measure all recordings, or all MIDI files, of a folder and its subfolders.

    Parameters
    ----------
    folder
        Recordings or MIDI files; not both, since their columns differ.
    annotations
        CSV files of ratings, see `annotations`. Files without a rating are not measured. With no annotations everything is.
    out
        CSV file. If it is there, its rows are kept and only what it lacks is measured.
    jobs
        Processes to use; -1 for one a core.
    scheduler
        As in `spread.spread`. Workers on other machines need a `NUMBA_CACHE_DIR` each, since librosa compiles on first use.
    scale
        Lowest and highest possible rating, see `annotations.read_annotations`.
    progress
        Whether to show a bar with the time left on standard error.

    Raises
    ------
    DataError
        If the folder holds nothing to measure or both kinds, nothing in it is rated, or `out` is another table.
    OutputError
        If `out` cannot be written.
    RequestError
        If `jobs` is no number of processes; or if a scheduler is given and dask.distributed is not installed or no scheduler
        answers.
    """
    check_jobs(jobs)
    files = _files(folder)
    columns = (*RATING_COLUMNS, *meter(files[0]).COLUMNS)
    rated = read_annotations(annotations, scale) if annotations else None
    chosen = [file for file in files if rated is None or stem(file.name) in rated.ratings]
    if not chosen:
        raise DataError(
            f"No file in {folder} is named in the annotations; their names must be those of the files, without suffix."
        )
    table = Table(out, columns)
    waiting = [file for file in chosen if _name(file, folder) not in table.rows]
    kept, failed = len(table.rows), []
    with reached(scheduler), table:
        # librosa compiles on first use and keeps the result on disk. Two processes that do so at once leave a damaged file there,
        # which crashes every later run (numba 0.68).
        for result in spread(_measure, waiting, "Measuring", jobs, first_here=True, progress=progress):
            if result.refusal:
                failed.append(result.refusal)
            else:
                ratings = rated.ratings[stem(result.file.name)] if rated else (math.nan, math.nan)
                named = (_name(result.file, folder), *ratings)
                table.add({**dict(zip(RATING_COLUMNS, named, strict=True)), **result.values})
    unrated = tuple(_name(file, folder) for file in files if file not in set(chosen))
    return Summary(len(waiting) - len(failed), kept, tuple(sorted(failed)), unrated, rated.scale if rated else None)


@dataclass(frozen=True)
class _Result:
    """A row's values, or the sentence that says why there is none."""

    file: Path
    values: dict[str, float | str]
    refusal: str


def _measure(file: Path) -> _Result:
    try:
        return _Result(file, meter(file).measure(file), "")
    except DataError as error:
        return _Result(file, {}, str(error))
    except Exception as error:  # one odd file must not end a run of hours
        return _Result(file, {}, f"{file.name} could not be measured ({type(error).__name__}: {error}).")


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}; give the one that holds the recordings or MIDI files.")
    files = sorted(path for path in folder.rglob("*") if path.is_file() and is_music(path))
    if not files:
        raise DataError(f"{folder} holds no recordings or MIDI files.")
    if len({meter(file) for file in files}) > 1:
        raise DataError(f"{folder} holds recordings and MIDI files; put them into two folders and analyse one after the other.")
    return files


def _name(file: Path, folder: Path) -> str:
    return printable(file.relative_to(folder).with_suffix("").as_posix())
