"""What the page needs of the program, given to it from outside, so that tests can give it something else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from face2music.pipeline import EmotionCurve, Live, Reading, Song


@dataclass(frozen=True)
class Backend:
    """Functions with the signatures of `pipeline`'s, and the names of the styles.

    `judge` tells the valence and arousal, each from -1 to 1, that it hears in a song; without it the page offers no hearing.
    `load_judge` loads beforehand what it takes it seconds to load.
    """

    compose: Callable[..., Song]
    compose_journey: Callable[..., Song]
    read_video: Callable[..., EmotionCurve]
    compose_curve: Callable[..., Song]
    joining: Callable[[], str]
    open_link: Callable[[str], Song]
    read_faces: Callable[[bytes], Reading]
    attention: Callable[[np.ndarray, str], np.ndarray]
    styles: Sequence[str]
    live: Callable[..., Live]
    judge: Callable[[Song], Mapping[str, float]] | None = None
    load_judge: Callable[[], None] = lambda: None
