"""How long the steps of a song take."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Milliseconds that each step took, by name."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._steps: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what is done inside a `with` block."""
        start = time.perf_counter()
        yield
        self._steps[name] = _milliseconds_since(start)

    def total(self) -> dict[str, float]:
        """The steps so far, and the time since the clock was made."""
        return {**self._steps, "total": _milliseconds_since(self._start)}


def _milliseconds_since(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 1)
