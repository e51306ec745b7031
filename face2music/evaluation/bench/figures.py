"""Times of many runs -> a figure: median and 95th percentile, with its unit."""

import functools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Figure:
    """What was measured, in `unit`: the median and the 95th percentile of so many runs; None where there is one value only."""

    name: str
    unit: str
    median: float
    p95: float | None = None
    runs: int = 1


def figure(name: str, unit: str, values: Sequence[float]) -> Figure:
    """Median and 95th percentile of values."""
    return Figure(name, unit, round(float(np.median(values)), 3), round(float(np.percentile(values, 95)), 3), len(values))


def timed(name: str, call: Callable[[], object], runs: int) -> Figure:
    """Milliseconds of a call, warm: one more run goes before and is not counted."""
    call()
    return figure(name, "ms", [1000 * seconds(call) for _ in range(runs)])


def in_turn(calls: Mapping[str, Callable[[int], object]], runs: int) -> list[Figure]:
    """Milliseconds of calls that take turns, so that what else the machine does meets all alike; each is told which run it is."""
    times = [[1000 * seconds(functools.partial(call, run)) for call in calls.values()] for run in range(runs)]
    return [figure(name, "ms", own) for name, own in zip(calls, zip(*times, strict=True), strict=True)]


def seconds(call: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def ratio(name: str, theirs: Figure, ours: Figure) -> Figure:
    """How many times as long theirs takes, by the medians."""
    return Figure(name, "times", round(theirs.median / ours.median, 2))
