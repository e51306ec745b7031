"""Work on many files: over all cores by joblib, or over the workers of a Dask cluster, with a bar of what is left."""

import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from typing import TypeVar

from face2music.errors import RequestError, in_a_line

CONNECT_S = 10
MOST_JOBS = 512
_GUARD, _LOOK_EVERY_S = "ends with its parent", 0.5
_ADDRESS = re.compile(r"(\w+://)?[\w.\-\[\]:]+:\d{1,5}/?", re.ASCII)
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def check_jobs(jobs: int) -> None:
    """Refuse a number of processes that cannot be started, with a RequestError."""
    if jobs != -1 and not 1 <= jobs <= MOST_JOBS:
        raise RequestError(f"{jobs!r:.40} processes cannot share the work; give 1 to {MOST_JOBS} jobs, or -1 for one a core.")


def spread(
    work: Callable[[_Item], _Result],
    items: Sequence[_Item],
    label: str,
    jobs: int = -1,
    first_here: bool = False,
    progress: bool = True,
) -> Iterator[_Result]:
    """The results of a function as they come, in any order; within `reached`, from the workers of a cluster.

    Parameters
    ----------
    work
        What to do with an item, in whichever process; it raises nothing.
    items
        What to do it with.
    label
        What stands before the bar, with which the time left is shown on standard error.
    jobs
        Processes to use, as `check_jobs` lets them pass; -1 for one a core.
    first_here
        Whether the first item is done in this process before there is a second one.
    progress
        Whether there is a bar.

    Raises
    ------
    RequestError
        If one of the processes is killed, as the system does where memory is short.
    """
    from tqdm import tqdm

    results = _results(work, items, jobs, first_here)
    try:
        yield from tqdm(results, total=len(items), unit="file", desc=label, disable=not progress)
    except BrokenExecutor as error:
        raise RequestError(
            "One of the processes that shared the work was ended, perhaps for want of memory; give fewer --jobs: "
            "what is done is kept, and the next run goes on with the rest."
        ) from error


def _results(work: Callable[[_Item], _Result], items: Sequence[_Item], jobs: int, first_here: bool) -> Iterator[_Result]:
    from joblib import Parallel, delayed

    here = items[: int(first_here)]
    for item in here:
        yield work(item)
    calls = (delayed(_for)(os.getpid(), work, item) for item in items[len(here) :])
    yield from Parallel(n_jobs=jobs, return_as="generator_unordered")(calls)


def _for(asker: int, work: Callable[[_Item], _Result], item: _Item) -> _Result:
    """Work for a process; a child of it ends when it was killed, where joblib's would wait for minutes for more to do."""
    if os.getppid() == asker and _GUARD not in (thread.name for thread in threading.enumerate()):
        threading.Thread(target=_end_after, args=(asker,), name=_GUARD, daemon=True).start()
    return work(item)


def _end_after(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY_S)
    os._exit(1)


@contextmanager
def reached(scheduler: str | None) -> Iterator[None]:
    """Send the work to the workers of a Dask cluster, or without one to this machine's cores.

    It is entered before anything is written, so that a scheduler that is not there leaves nothing behind.

    Parameters
    ----------
    scheduler
        Address of a Dask scheduler (`tcp://host:port`) whose workers see the same files and have this package.

    Raises
    ------
    RequestError
        If a scheduler is given and dask.distributed is not installed or no scheduler answers.
    """
    if scheduler is None:
        yield
        return
    from joblib import parallel_config

    if not _ADDRESS.fullmatch(scheduler):
        raise RequestError(f"{scheduler!r:.100} is no address of a Dask scheduler; give one like tcp://127.0.0.1:8786.")
    try:
        from distributed import Client
    except ImportError as error:
        raise RequestError(
            "A scheduler needs Dask on this machine and on the workers; install it with 'pip install distributed'."
        ) from error
    try:
        client = Client(scheduler, timeout=CONNECT_S)
    except Exception as error:  # an address that is none makes it raise anything
        raise RequestError(
            f"No Dask scheduler answers at {scheduler} ({in_a_line(error)}); start one with 'dask scheduler'."
        ) from error
    with client, parallel_config(backend="dask"):
        yield
