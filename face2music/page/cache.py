"""Where the page's files lie while it is served: a folder that never grows without end and never outlives the server."""

import fcntl
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX, _LOCK = "face2music-", ".lock"
# Files that nobody asked for within ten minutes go, and before that the oldest, where all would take too much room.
KEEP_S, EVERY_S = 600.0, 10.0
MOST_BYTES, MOST_FILES = 4_000_000_000, 20_000


@contextmanager
def cache_folder() -> Iterator[Path]:
    """A temporary folder that is removed afterwards; so are those of servers that were killed.

    Each holds a file that its server keeps locked. The system lets go of the lock when the server ends, in whichever way.
    """
    _remove_abandoned(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name, Path(name, _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Path(name)


@contextmanager
def swept(folder: Path) -> Iterator[None]:
    """Sweep a folder now and then; what lies in it already stays."""
    kept, over = frozenset(path for _, _, path in _files(folder)), threading.Event()

    def work() -> None:
        while not over.wait(EVERY_S):
            with suppress(OSError):  # the next time may be better
                sweep(folder, kept)

    threading.Thread(target=work, daemon=True).start()
    try:
        yield
    finally:
        over.set()


def sweep(
    folder: Path,
    kept: Set[Path] = frozenset(),
    keep_s: float = KEEP_S,
    most_bytes: int = MOST_BYTES,
    most_files: int = MOST_FILES,
) -> None:
    """Remove what is older than `keep_s`, then the oldest until few enough files and bytes are left, and folders that are empty.

    Gradio removes what it knows of; it knows nothing of uploads that nobody used, and leaves folders behind.
    """
    files = sorted(file for file in _files(folder) if file[2] not in kept)
    total = sum(size for _, size, _ in files)
    for left, (changed_s, size, path) in zip(range(len(files), 0, -1), files, strict=True):
        if time.time() - changed_s < keep_s and total <= most_bytes and left <= most_files:
            break
        path.unlink(missing_ok=True)
        total -= size
    for place, _, _ in os.walk(folder, topdown=False):
        if Path(place) != folder and time.time() - Path(place).stat().st_mtime > EVERY_S:
            with suppress(OSError):  # it is not empty
                os.rmdir(place)


def _files(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """When each file was changed, its size, and where it is."""
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in names if name != _LOCK):
            with suppress(FileNotFoundError):
                status = path.stat()
                yield status.st_mtime, status.st_size, path


def _remove_abandoned(parent: Path) -> None:
    for lock in parent.glob(f"{_PREFIX}*/{_LOCK}"):
        with suppress(OSError), lock.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails while its server lives
            shutil.rmtree(lock.parent, ignore_errors=True)
