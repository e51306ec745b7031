"""Writing a set of files into a folder: all of them or none.

Each is written under another name first, and locked as long as that takes. The system lets go of the lock when its writer ends,
in whichever way, so that what a killed one left behind can be told from what is being written.
"""

import os
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from face2music.errors import OutputError

try:
    import fcntl
except ImportError:  # Windows: nothing is locked, and nothing swept
    fcntl = None  # type: ignore[assignment]

Content = bytes | Callable[[IO[bytes]], None]  # what a file holds, or what writes it to an open one
_PART = re.compile(r"\..+\.[0-9a-f]{32}")


def check_writable(folder: Path, names: tuple[str, ...], replace: bool) -> None:
    """Refuse early what `write_files` would refuse after the work.

    Raises
    ------
    OutputError
        If a file is there already and must not be replaced, a folder stands in its place, or the folder cannot be written.
    """
    try:
        target = folder.resolve()
        taken = next((target / name for name in names if os.path.lexists(target / name)), None)
        existing = next(place for place in (target, *target.parents) if os.path.lexists(place))
        blocked = next((target / name for name in names if (target / name).is_dir()), None)
    except (OSError, RuntimeError, ValueError) as error:
        raise _refusal(folder, error) from error
    if blocked is not None:
        raise OutputError(f"{blocked} is a folder; choose another place for the files.")
    if taken is not None and not replace:
        raise OutputError(f"{taken} is there already; choose another folder, or add --force to replace it.")
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        raise OutputError(f"{folder} cannot be written, because {existing} is no folder that you may write to; choose another.")


def check_apart(written: Iterable[Path], read: Iterable[Path | None]) -> None:
    """Refuse to write over what is read, whichever way it is named: by another path, or by a link; None is nothing that is read.

    Raises
    ------
    OutputError
        If a file or folder to write is one to read.
    """
    sources = [path for path in read if path is not None]
    taken = next((target for target in written if any(_is_same(target, source) for source in sources)), None)
    if taken is not None:
        raise OutputError(f"{_short(taken)} is read, and would be written over; choose another place for what is written.")


def write_files(folder: Path, files: Mapping[str, Content | None], replace: bool) -> None:
    """Write files into a folder, which is created if missing; when anything fails, what was written is taken away again.

    Parameters
    ----------
    folder
        Where to.
    files
        Contents by name: bytes, or a function that writes them to an open file. None is a file that must not be there: one from
        an earlier time is removed.
    replace
        Whether files that are there already may be replaced.

    Raises
    ------
    OutputError
        As `check_writable` does, or when the disk is full.
    """
    check_writable(folder, tuple(files), replace)
    contents = {name: data for name, data in files.items() if data is not None}
    mine: list[Path] = []
    made: list[Path] = []
    try:
        with ExitStack() as locks:
            target = folder.resolve()
            made = _make(target)
            parts = {name: _part(target / name) for name in contents}
            for name, part in parts.items():
                mine.append(part)
                _fill(locks.enter_context(_locked(part)), contents[name])
            if not replace:
                for name in contents:
                    # Claimed, so that of two who write here at once the later one is refused.
                    (target / name).touch(exist_ok=False)
                    mine.append(target / name)
            for name, part in parts.items():
                part.replace(target / name)
            for name in files.keys() - contents.keys():
                (target / name).unlink(missing_ok=True)
    except OSError as error:
        _take_away(mine, made)
        raise _refusal(folder, error) from error
    except BaseException:
        _take_away(mine, made)
        raise


@contextmanager
def part_of(target: Path) -> Iterator[Path]:
    """An empty file beside a target, for another program to write to; it takes the target's place, or goes where that fails.

    Raises
    ------
    OSError
        If there can be no such file, or it cannot take the place.
    """
    part = _part(target)
    try:
        with _locked(part):
            yield part
            part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what a process that was killed in the middle of `write_files` or `part_of` left in a folder."""
    with suppress(OSError):  # there is no folder, or none to look into; that is told when it is written to
        for path in folder.iterdir():
            if fcntl and _PART.fullmatch(path.name) and path.is_file():
                with suppress(OSError), path.open("rb") as file:
                    if not _is_taken(file):
                        path.unlink(missing_ok=True)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Make a folder where it is missing, and be the only one who writes a run into it; OutputError if there is another."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refusal(folder, error) from error
    with ExitStack() as stack:
        taken = False
        with suppress(OSError):  # a file system without locks
            if fcntl:
                place = os.open(folder, os.O_RDONLY)
                stack.callback(os.close, place)
                taken = _is_taken(place)
        if taken:
            raise OutputError(f"Another run is writing into {_short(folder)}; wait until it ends, or choose another folder.")
        yield


def _is_taken(file: IO[bytes] | int) -> bool:
    """Whether somebody else holds a file; where not, it is ours until it is closed. OSError where nothing can be locked."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _fill(file: IO[bytes], content: Content) -> None:
    if isinstance(content, bytes):
        file.write(content)
    else:
        content(file)
    file.flush()


def _part(target: Path) -> Path:
    return target.with_name(f".{target.name}.{uuid.uuid4().hex}")


def _locked(path: Path) -> IO[bytes]:
    """A new file, open and locked."""
    file = path.open("x+b")
    with suppress(OSError):  # a file system without locks
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX)
    return file


def _is_same(one: Path, other: Path) -> bool:
    try:
        return os.path.realpath(one) == os.path.realpath(other) or os.path.samefile(one, other)
    except (OSError, ValueError):
        return False  # one of them is not there


def _make(folder: Path) -> list[Path]:
    """Create a folder and its missing parents; the ones created, innermost first."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _take_away(files: list[Path], folders: list[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return  # somebody else has put something there meanwhile


def _refusal(folder: Path, error: Exception) -> OutputError:
    reason = getattr(error, "strerror", None) or error
    return OutputError(f"{_short(folder)} cannot be written ({reason}); choose another folder.")


def _short(path: Path) -> str:
    text = str(path)
    return text if len(text) <= 200 else f"{text[:200]}…"
