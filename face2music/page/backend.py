"""What the page needs of the program, given to it from outside, so that tests can give it something else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from face2music.pipeline import Reading, Song


@dataclass(frozen=True)
class Backend:
    """Functions with the signatures of `pipeline`; `judge` hears a song's mood: valence and arousal, each from -1 to 1."""

    compose: Callable[..., Song]
    open_link: Callable[[str], Song]
    read_faces: Callable[[bytes], Reading]
    attention: Callable[[np.ndarray, str], np.ndarray]
    judge: Callable[[Song], Mapping[str, float]] | None = None
    styles: Mapping[str, Any] | None = None
