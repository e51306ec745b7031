"""A folder of pictures -> a song of each, and a CSV table of them.

The table gets the row of a picture, named by its path in the folder, as soon as its song is made. A run that was stopped goes on
where it was; a picture that cannot be used has a sentence in the column `error`, and is tried again by the next run.
"""

import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import chain, count
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from PIL import Image

from face2music.errors import DataError, Face2MusicError, RequestError, printable
from face2music.folder import alone_in, check_writable, sweep, write_files
from face2music.pipeline import AS_THE_MOOD_SAYS, DEFAULT_DURATION_S, EMOTIONS, SOUNDS, Song, Wishes, compose
from face2music.spread import check_jobs, reached, spread
from face2music.table import Table

TABLE, SETTINGS = "songs.csv", "settings.json"
_MOOD = ("valence", "arousal", "dominance")
_PLAN = ("tempo_bpm", "key", "mode", "style", "bars")
COLUMNS = ("picture", "emotion", *EMOTIONS, *_MOOD, *_PLAN, "seed", "link", "files", "seconds", "error")
_SEPARATOR = ";"  # of file names
_Rows = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Asked:
    """What every song of a batch is asked for: arguments of `compose`, and kinds of files (of `FILES`)."""

    kinds: tuple[str, ...] = ("mid", "wav", "json")
    seed: int | None = None
    duration_s: float = DEFAULT_DURATION_S
    face: int | Literal["all"] = 1
    wishes: Wishes = AS_THE_MOOD_SAYS
    network: Path | None = None

    def song(self, picture: Path) -> Song:
        """The song of a picture."""
        return compose(
            picture,
            seed=self.seed,
            duration_s=self.duration_s,
            face=self.face,
            wishes=self.wishes,
            network=self.network,
            render=any(kind in self.kinds for kind in (*SOUNDS, "zip")),
        )


@dataclass(frozen=True)
class Summary:
    """What a run did: songs made now and kept from before, and a sentence for each picture that could not be used."""

    made: int
    kept: int
    failed: tuple[str, ...]


@dataclass(frozen=True)
class _Task:
    """A picture, its name in the table, where to write, what the files' names begin with, and what is asked for."""

    picture: Path
    name: str
    out: Path
    stem: str
    asked: Asked


def compose_all(
    folder: Path,
    out: Path,
    asked: Asked,
    jobs: int = -1,
    scheduler: str | None = None,
    anew: bool = False,
    progress: bool = True,
) -> Summary:
    """Compose a song from each picture of a folder and its subfolders.

    Parameters
    ----------
    folder
        Pictures; other files are passed over.
    out
        Folder for the songs, named after their pictures, for the table `songs.csv`, and for `settings.json`: what was asked.
    asked
        What is asked for.
    jobs, progress
        As in `spread.spread`.
    scheduler
        As in `spread.reached`.
    anew
        Whether songs that are there already are made again.

    Raises
    ------
    DataError
        If the folder holds no picture.
    RequestError
        If `out` holds songs of other pictures or that were asked for otherwise, or the pictures; or if a setting or the scheduler
        cannot be used.
    OutputError
        If `out` cannot be written, holds files of somebody else's by the names of songs, or another run writes there.
    """
    tasks = _tasks(folder, out, asked)
    compose(emotion="neutral", seed=asked.seed, duration_s=asked.duration_s, face=asked.face, wishes=asked.wishes, render=False)
    check_jobs(jobs)
    with reached(scheduler), alone_in(out):
        wanted = _settings(folder, asked)
        taken_up = not anew and _is_taken_up(out, wanted)
        table = Table(out / TABLE, COLUMNS)
        rows = {name: dict(zip(COLUMNS, row, strict=True)) for name, row in table.rows.items()}
        tasks = _apart(tasks, rows)
        done = set() if anew else {name for name, row in rows.items() if _is_done(row, out)}
        waiting = [task for task in tasks if task.name not in done]
        if not (taken_up or anew):
            _check_free(waiting, rows)
        write_files(out, {SETTINGS: (json.dumps(wanted, indent=2) + "\n").encode()}, replace=True)
        for place in {out, *(task.out for task in tasks)}:
            sweep(place)
        failed = []
        with table:
            for row in spread(_row, waiting, "Composing", jobs, progress=progress):
                table.add(row)
                if row["error"]:
                    failed.append(f"{row['picture']}: {row['error']}")
    return Summary(len(waiting) - len(failed), len(tasks) - len(waiting), tuple(sorted(failed)))


def _tasks(folder: Path, out: Path, asked: Asked) -> list[_Task]:
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}; give the one that holds the pictures.")
    if folder.resolve().is_relative_to(out.resolve()):
        raise RequestError(f"{out} holds the pictures; choose another folder for the songs, such as {folder / 'songs'}.")
    endings = Image.registered_extensions()
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in endings)
    pictures = [path for path in found if not path.name.startswith(".") and not path.resolve().is_relative_to(out.resolve())]
    if not pictures:
        raise DataError(f"{folder} holds no pictures; give the folder that does.")
    alike = Counter(path.with_suffix("") for path in pictures)
    return [
        _Task(
            picture=path,
            name=printable(path.relative_to(folder).as_posix()),
            out=out / printable(path.parent.relative_to(folder)),
            stem=_stem(path.stem if alike[path.with_suffix("")] == 1 else path.name),
            asked=asked,
        )
        for path in pictures
    ]


def _stem(name: str) -> str:
    return printable(name).replace(_SEPARATOR, "_")


def _apart(tasks: Iterable[_Task], rows: _Rows) -> list[_Task]:
    """The tasks with names of files that are no other picture's, be it of this run or only of the table."""
    places = {name: PurePosixPath(name).parent for name in (*rows, *(task.name for task in tasks))}
    taken = {(places[name], Path(file).stem): name for name, row in rows.items() for file in row["files"].split(_SEPARATOR)}
    apart = []
    for task in tasks:
        whole = _stem(task.picture.name)
        stems = chain((task.stem, whole), (f"{whole}-{number}" for number in count(2)))
        stem = next(stem for stem in stems if taken.setdefault((places[task.name], stem), task.name) == task.name)
        apart.append(replace(task, stem=stem))
    return apart


def _settings(folder: Path, asked: Asked) -> dict[str, Any]:
    """What `settings.json` holds: what is asked for, and of which pictures."""
    return {**json.loads(json.dumps(asdict(asked), default=str)), "folder": printable(folder.resolve())}


def _is_taken_up(out: Path, wanted: Mapping[str, Any]) -> bool:
    """Whether there are songs of an earlier run, which has asked for the same; RequestError if it has not."""
    try:
        known = json.loads((out / SETTINGS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    except (OSError, ValueError, RecursionError) as error:
        raise RequestError(f"{out / SETTINGS} cannot be read ({error}); choose another folder, or add --force.") from error
    if not isinstance(known, dict):
        raise RequestError(f"{out / SETTINGS} is no file of settings; choose another folder, or add --force.")
    known = {"folder": wanted["folder"], **known}  # it was not written down once
    changed = [name for name in wanted if known.get(name) != wanted[name]]
    if changed:
        of_others = f"of the pictures in {known['folder']!s:.200}"
        how = of_others if changed == ["folder"] else f"with another {', '.join(changed)}"
        raise RequestError(f"The songs in {out} were made {how}; choose another folder, or add --force.")
    return True


def _check_free(tasks: Iterable[_Task], rows: _Rows) -> None:
    """Refuse to write over files of somebody else's: in a folder without settings, all that the table does not name."""
    for task in tasks:
        own = rows[task.name]["files"].split(_SEPARATOR) if task.name in rows else []
        names = (f"{task.stem}.{kind}" for kind in task.asked.kinds)
        check_writable(task.out, tuple(name for name in names if name not in own), replace=False)


def _is_done(row: Mapping[str, str], out: Path) -> bool:
    names = row["files"].split(_SEPARATOR)
    return not row["error"] and all((out / Path(row["picture"]).parent / name).is_file() for name in names)


def _row(task: _Task) -> dict[str, float | str]:
    """Make a song and write its files: its row of the table."""
    start = time.perf_counter()
    row: dict[str, float | str] = {**dict.fromkeys(COLUMNS, ""), "picture": task.name}
    try:
        song = task.asked.song(task.picture)
        files = song.files([kind for kind in task.asked.kinds if song.can_be(kind)], task.stem)
        write_files(task.out, files, replace=True)
        row |= _described(song) | {"files": _SEPARATOR.join(files), "error": " ".join(song.warnings)}
    except Face2MusicError as error:
        row["error"] = str(error)
    except Exception as error:  # one odd picture must not end a run of hours
        row["error"] = f"No song could be made of it ({type(error).__name__}: {error})."
    return row | {"seconds": round(time.perf_counter() - start, 2)}


def _described(song: Song) -> dict[str, float | str]:
    described: dict[str, Any] = {"emotion": song.strongest, "seed": str(song.seed), "link": song.link}
    described |= song.emotion
    described |= {name: getattr(song.mood, name) for name in _MOOD}
    described |= {name: getattr(song.plan, name) for name in _PLAN}
    return described
