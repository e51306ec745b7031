"""Writing a set of files into a folder: all of them or none."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from face2music.errors import OutputError


@contextmanager
def write_files(folder: Path, names: tuple[str, ...], replace: bool) -> Iterator[Callable[[str, bytes], None]]:
    """Collect files in a hidden folder inside `folder` and move them to their places when the block ends without an error.

    Parameters
    ----------
    folder
        Created if missing; removed again if it was created here and the block fails.
    names
        What will be written.
    replace
        Whether files that are there already may be replaced.

    Raises
    ------
    OutputError
        If a file is there already and must not be replaced, or the folder cannot be written.
    """
    taken = [name for name in names if os.path.lexists(folder / name)]
    if taken and not replace:
        raise OutputError(f"{folder / taken[0]} is there already; choose another folder, or add --force to replace it.")
    made = _make(folder)
    try:
        with tempfile.TemporaryDirectory(prefix=".face2music-", dir=folder) as hidden:

            def write(name: str, data: bytes) -> None:
                (Path(hidden) / name).write_bytes(data)

            yield write
            for name in names:
                if (new := Path(hidden) / name).exists():
                    os.replace(new, folder / name)
                elif replace:
                    (folder / name).unlink(missing_ok=True)
    except OSError as error:
        _unmake(made)
        raise OutputError(f"{folder} cannot be written ({error.strerror or error}); choose another folder.") from error
    except BaseException:
        _unmake(made)
        raise


def _make(folder: Path) -> list[Path]:
    """Create a folder and its missing parents; the ones created, innermost first."""
    missing = []
    for place in (folder, *folder.parents):
        if place.exists():
            break
        missing.append(place)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _unmake(missing)
        raise OutputError(f"{folder} cannot be created ({error.strerror or error}); choose another folder.") from error
    return missing


def _unmake(folders: list[Path]) -> None:
    for folder in folders:
        if folder.is_dir():
            folder.rmdir()
