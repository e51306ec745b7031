"""How fast and how light the program is: medians and 95th percentiles, warm, beside what a user would take instead."""

import dataclasses
import datetime
import os
import platform
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from face2music.errors import DataError, RequestError, SynthesiserError
from face2music.evaluation.bench import floor, live, recordings, rivals, served, steps
from face2music.evaluation.bench.figures import Figure
from face2music.evaluation.bench.report import as_text, judged

__all__ = ["GROUPS", "as_text", "measure"]

# The table of measures: each takes a number of runs and gives figures; the order is that of the report. What is served goes
# first, while this process is small, and what loads TensorFlow last.
GROUPS: dict[str, Callable[[int], Iterator[Figure]]] = {
    "import": served.importing,
    "serving": served.serving,
    "steps": steps.steps,
    "encode": steps.encoding,
    "live": live.live,
    "render": rivals.rendering,
    "analysis": recordings.analysis,
    "network": rivals.network,
    "faces": rivals.faces,
    "floor": floor.floor,
}


def measure(runs: int = 20, only: Sequence[str] = ()) -> dict[str, Any]:
    """Measure each group of the table.

    Parameters
    ----------
    runs
        How often each thing is run.
    only
        Names of the groups to measure; all where left out.

    Returns
    -------
    dict
        machine (processor, cores, load), finished, groups (figures by group: name, unit, median, p95, runs and, where there is
        one, target and reached) and missing (a sentence for each measure that cannot be taken here).

    Raises
    ------
    RequestError
        If there is no such group.
    """
    if unknown := set(only) - set(GROUPS):
        raise RequestError(f"There is no group {', '.join(sorted(unknown))}; choose from {', '.join(GROUPS)}.")
    machine = {"processor": _processor(), "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}
    groups: dict[str, list[dict[str, Any]]] = {}
    missing = []
    for name in only or GROUPS:
        groups[name] = []
        try:
            for figure in GROUPS[name](runs):
                groups[name].append(judged(dataclasses.asdict(figure)))
        except (ImportError, FileNotFoundError, DataError, SynthesiserError) as error:
            missing.append(f"{name}: {error}")
    finished = datetime.datetime.now(datetime.UTC).date().isoformat()
    return {"machine": machine, "finished": finished, "groups": groups, "missing": missing}


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
