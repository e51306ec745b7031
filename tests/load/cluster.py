"""Batch and analysis on a Dask cluster of this machine: `PYTHONPATH=. python tests/load/cluster.py` prints how they scale.

The same work is done by one worker and by as many as there are cores, each once to warm them and once for the clock.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import skimage.data
from distributed import LocalCluster
from PIL import Image

from face2music import compose
from face2music.analysis import analyse
from face2music.audio import Audio
from face2music.batch import Asked, compose_all
from face2music.encode import encode

LEAST_SCALING = 0.75  # of the cores there are, with the two variables
# Dask has its workers give back what they free at once, and arrays of the size of ours then cost as much time as the work itself.
KEEPING = {"MALLOC_TRIM_THRESHOLD_": "1000000000", "MALLOC_MMAP_THRESHOLD_": "1000000000"}


def _pictures(folder: Path, count: int) -> None:
    for number in range(count):
        Image.fromarray(np.roll(skimage.data.astronaut(), number, axis=1)).save(folder / f"{number:03}.png")


def _recordings(folder: Path, count: int) -> None:
    song = compose(emotion="happy", seed=1, duration_s=30)
    assert song.audio is not None
    for number in range(count):
        (folder / f"{number:03}.wav").write_bytes(encode(Audio(song.audio), "wav"))


def _batch(folder: Path, out: Path, scheduler: str) -> tuple[str, ...]:
    return compose_all(folder, out, Asked(kinds=("mid", "wav"), seed=1), scheduler=scheduler, progress=False).failed


def _analysis(folder: Path, out: Path, scheduler: str) -> tuple[str, ...]:
    return analyse(folder, [], out / "table.csv", scheduler=scheduler, progress=False).failed


def _seconds(work: Callable[[Path, Path, str], tuple[str, ...]], folder: Path, workers: int) -> float:
    """How long it takes; SystemExit with what could not be done, if anything."""
    with (
        tempfile.TemporaryDirectory() as out,
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
    ):
        work(folder, Path(out, "warm"), cluster.scheduler_address)
        start = time.perf_counter()
        failed = work(folder, Path(out, "timed"), cluster.scheduler_address)
        taken_s = time.perf_counter() - start
    if failed:
        sys.exit(f"{len(failed)} files failed: {failed[0]}")
    return taken_s


def main() -> None:
    """Measure and print; ends with 1 where a file failed, or the cores bring less than `LEAST_SCALING`."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--files", type=int, default=24)
    files, cores = reader.parse_args().files, os.cpu_count() or 1
    slow: list[str] = []
    print("| work | files | workers | files a second | times one worker |\n|---|---|---|---|---|")
    for name, make, work, variables in (
        ("batch, 30 s of music", _pictures, _batch, KEEPING),
        ("analysis, 30 s recordings", _recordings, _analysis, KEEPING),
        ("analysis, 30 s recordings, without the two variables", _recordings, _analysis, {}),
    ):
        for variable in KEEPING:
            os.environ.pop(variable, None)
        os.environ.update(variables)
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), files)
            alone_s, taken_s = 0.0, 0.0
            for workers in (1, cores):
                taken_s = _seconds(work, Path(folder), workers)
                alone_s = alone_s or taken_s
                print(f"| {name} | {files} | {workers} | {files / taken_s:.2f} | {alone_s / taken_s:.2f} |", flush=True)
            if variables and alone_s / taken_s < LEAST_SCALING * cores:
                slow.append(
                    f"{name}: {cores} workers bring {alone_s / taken_s:.2f} times one, less than {LEAST_SCALING * cores:.2f}."
                )
    for sentence in slow:
        print(sentence, file=sys.stderr)
    sys.exit(bool(slow))


if __name__ == "__main__":
    main()
