"""What is loaded on first use and stays: the emotion networks and the composer's numbers."""

import functools
import threading
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, TypeVar

from face2music import assets, emotion

WEIGHTS = "emotion.tflite"
PROFILES = "profiles.json"
JOURNEYS = "journeys.json"
_Loaded = TypeVar("_Loaded")


def _once(load: Callable[..., _Loaded]) -> Callable[..., _Loaded]:
    """Load on first use, once, however many threads ask."""
    cached, lock = functools.lru_cache(maxsize=4)(load), threading.Lock()

    @functools.wraps(load)
    def loaded(*arguments: Hashable) -> _Loaded:
        with lock:
            return cached(*arguments)

    return loaded


@_once
def recogniser_of(network: Path | None = None) -> emotion.Recogniser:
    """The network in a file, or our own; AssetError if it cannot be used."""
    return emotion.load(assets.path(WEIGHTS) if network is None else Path(network))


@_once
def profiles() -> dict[str, Any]:
    """The composer's numbers, see `assets/README.md`."""
    return assets.read_json(PROFILES)


@_once
def journeys() -> dict[str, Any]:
    """Journeys by their names: steps, and the bars of each."""
    return assets.read_json(JOURNEYS)
