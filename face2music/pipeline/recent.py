"""Values that are remembered for a while, in memory only."""

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class _Kept(Generic[_Value]):
    value: _Value
    size: int
    until_s: float


class Recent(Generic[_Value]):
    """At most `count` values of together at most `size` bytes, each for at most `keep_s` seconds, whether it is used or not.

    The least recently used go first. When the time of a value is over it goes by itself, even where nobody asks for anything.
    """

    def __init__(self, count: int, size: int, keep_s: float) -> None:
        self._count, self._size, self._keep_s = count, size, keep_s
        self._kept: OrderedDict[Hashable, _Kept[_Value]] = OrderedDict()
        self._lock = threading.Lock()
        self._sweeper: threading.Timer | None = None

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> _Value | None:
        """The value, or None where it is not, or no longer, remembered."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.until_s <= time.monotonic():
                return None
            self._kept.move_to_end(key)
            return kept.value

    def put(self, key: Hashable, value: _Value, size: int) -> None:
        """Remember a value of so many bytes; one that is too large by itself is let go at once."""
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = _Kept(value, size, time.monotonic() + self._keep_s)
            while len(self._kept) > self._count or sum(kept.size for kept in self._kept.values()) > self._size:
                self._kept.popitem(last=False)
            self._sweep_later()

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()

    def _sweep_later(self) -> None:
        if self._sweeper is not None or not self._kept:
            return
        first = min(kept.until_s for kept in self._kept.values())
        self._sweeper = threading.Timer(max(0.0, first - time.monotonic()), self._sweep)
        self._sweeper.daemon = True
        self._sweeper.start()

    def _sweep(self) -> None:
        with self._lock:
            self._sweeper, now = None, time.monotonic()
            for key in [key for key, kept in self._kept.items() if kept.until_s <= now]:
                del self._kept[key]
            self._sweep_later()
