"""What work costs, whatever else the machine does meanwhile: time of the processor, and time that was waited away."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

LEAST_SHARE = 1 / 25  # of a core, that a busy machine leaves to a test


@dataclass
class Effort:
    """Seconds, once the work is done."""

    took_s: float = 0.0
    busy_s: float = 0.0

    @property
    def idle_s(self) -> float:
        """What it took beyond what its work takes on a machine that leaves the least share to it."""
        return self.took_s - self.busy_s / LEAST_SHARE


@contextmanager
def effort(others: Iterable[psutil.Process] = ()) -> Iterator[Effort]:
    """Measure what is done within, by this process and by others."""
    watched, spent = list(others), Effort()
    began_s, before_s = time.monotonic(), _busy_s(watched)
    yield spent
    spent.took_s, spent.busy_s = time.monotonic() - began_s, _busy_s(watched) - before_s


def share_of_a_core(asked_s: float = 0.5) -> float:
    """How much of a core this process gets now when it wants one: 1 on a quiet machine."""
    with effort() as spent:
        until_s = time.monotonic() + asked_s
        while time.monotonic() < until_s:
            pass
    return spent.busy_s / spent.took_s


def _busy_s(others: list[psutil.Process]) -> float:
    times = [each.cpu_times() for each in others]
    return time.process_time() + sum(each.user + each.system for each in times)
