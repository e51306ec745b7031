"""The analysis of recordings: how many seconds of music a core measures in a second, and what more cores bring."""

import functools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from face2music.analysis.recording import measure
from face2music.encode import encode
from face2music.evaluation.bench import material
from face2music.evaluation.bench.figures import Figure, seconds
from face2music.spread import spread

FILES_A_CORE = 6


def analysis(runs: int) -> Iterator[Figure]:
    """A song, copied, as a folder of recordings; processes are warm, as they are for all but the first files of a collection."""
    sound, cores = material.sound(), os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, f"{number}.wav") for number in range(FILES_A_CORE * cores)]
        for file in files:
            file.write_bytes(encode(sound, "wav"))
        rates: dict[int, float] = {}
        for jobs in (1, cores):
            few = files[: FILES_A_CORE * jobs]
            _measured(few[: 2 * jobs], jobs)
            rates[jobs] = len(few) * sound.duration_s / seconds(functools.partial(_measured, few, jobs))
    yield Figure("analysis, one core", "times real time", round(rates[1], 1))
    yield Figure(f"analysis, {cores} cores", "times real time", round(rates[cores], 1))
    yield Figure(f"{cores} cores / one core", "times", round(rates[cores] / rates[1], 2))


def _measured(files: list[Path], jobs: int) -> None:
    for _ in spread(measure, files, "analysis", jobs=jobs, progress=False):
        pass
