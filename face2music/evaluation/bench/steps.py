"""The path from a photograph to a song, step by step, warm."""

import functools
import itertools
from collections.abc import Iterator

from face2music.encode import FORMATS, encode
from face2music.evaluation.bench import material
from face2music.evaluation.bench.figures import Figure, figure, timed
from face2music.pipeline import compose

_new = itertools.count(1)  # a photograph that was read before is remembered


def steps(runs: int) -> Iterator[Figure]:
    """Each step as the song's own clock has it, the whole, and the whole for a photograph that was read before."""
    _composed(0, 0)
    clocks = [_composed(next(_new), seed) for seed in range(runs)]
    for step in clocks[0]:
        yield figure("whole path" if step == "total" else step, "ms", [clock[step] for clock in clocks])
    again = [_composed(0, seed)["total"] for seed in range(1, runs + 1)]
    yield figure("whole path, photograph seen before", "ms", again)


def encoding(runs: int) -> Iterator[Figure]:
    """A song of 30 s as each kind of sound file."""
    sound = material.sound()
    for kind in FORMATS:
        yield timed(f"encode {kind}", functools.partial(encode, sound, kind), runs)


def _composed(number: int, seed: int) -> dict[str, float]:
    return dict(compose(material.photograph(number), seed=seed, duration_s=material.DURATION_S).timings_ms)
