"""Live music for one listener, and for all who have a place: how soon it follows, whether it is late, and what it takes."""

import base64
import math
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from face2music import audio
from face2music.evaluation.bench import material
from face2music.evaluation.bench.figures import Figure, figure
from face2music.pipeline import PIECE_S, PLACES, Hands, Live

LEAD_S = 0.35  # what the page's player keeps ahead
LOOK_S, AGAIN_S = 0.35, 0.12  # its pauses between two frames
CHANGES_S = 6.0  # an expression stays so long
LONG_S, SHORT_S = 300, 60
_HAPPY = 0.3  # valence between that of the two faces
_RING_S = 2.0
_MOST_CHANGES = 5  # for several listeners at once


@dataclass
class _Heard:
    """What a listener heard: when bars sounded and in which valence, how long pieces took to make, and how many were late."""

    bars: list[tuple[float, float]] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)
    late: int = 0


def live(runs: int) -> Iterator[Figure]:
    """As many changes of the face as there are runs, in real time; then five minutes as fast as they can be made."""
    music = Live(seed=material.SEED)
    try:
        for frame in material.expressions():
            music.look(frame)  # loads the network
        time.sleep(_RING_S)
        changes, heard, cores = _listened(music, runs)
    finally:
        music.close()
    yield figure("changed music after the face, less one bar", "s", list(_behind(changes, heard.bars)))
    yield Figure("pieces of sound that came late", "pieces", heard.late, runs=len(heard.took_ms))
    yield figure("a piece of 0.25 s, with its mood and file", "ms", heard.took_ms)
    yield Figure("cores that one listener takes", "cores", round(cores, 3))
    yield from _at_once(PLACES, min(runs, _MOST_CHANGES))
    yield Figure("memory after five minutes, less one", "MB", round(_grown_mb(), 1))


def _listened(music: Live, runs: int) -> tuple[list[float], _Heard, float]:
    """Watch and play in real time: when the face changed, what was heard, and the share of a core that it took."""
    faces, began, over = material.expressions(), time.monotonic(), threading.Event()
    changes, heard = [began + CHANGES_S * (run + 1) for run in range(runs)], _Heard()

    def look() -> None:
        while not over.is_set():
            told = music.look(faces[int((time.monotonic() - began) / CHANGES_S) % len(faces)])
            over.wait(AGAIN_S if told.doubted else LOOK_S)

    eyes = threading.Thread(target=look)
    cpu_s = time.process_time()
    eyes.start()
    sounds_until = began + LEAD_S
    while time.monotonic() < changes[-1] + CHANGES_S:
        time.sleep(max(0.0, sounds_until - LEAD_S - time.monotonic()))
        asked = time.monotonic()
        piece = music.pull()
        base64.b64encode(piece.flac())
        now = time.monotonic()
        heard.took_ms.append(1000 * (now - asked))
        if now > sounds_until:
            heard.late += 1
            sounds_until = now + LEAD_S
        heard.bars += [(sounds_until + (at - piece.start) / audio.SAMPLE_RATE, bar.here.mood.valence) for at, bar in piece.bars]
        sounds_until += len(piece.samples) / audio.SAMPLE_RATE
    cores = (time.process_time() - cpu_s) / (time.monotonic() - began)
    over.set()
    eyes.join()
    return changes, heard, cores


def _at_once(count: int, runs: int) -> Iterator[Figure]:
    """The same for so many listeners at once, each with music of their own."""
    before_mb = _size_mb()
    musics = [Live(seed=material.SEED + number) for number in range(count)]
    try:
        for music in musics:
            music.look(material.expressions()[0])
        time.sleep(_RING_S)
        cpu_s, began = time.process_time(), time.monotonic()
        with ThreadPoolExecutor(count) as pool:
            listened = list(pool.map(lambda music: _listened(music, runs), musics))
        cores = (time.process_time() - cpu_s) / (time.monotonic() - began)
        grown_mb = _size_mb() - before_mb
    finally:
        for music in musics:
            music.close()
    behind = [each for changes, heard, _ in listened for each in _behind(changes, heard.bars)]
    pieces = sum(len(heard.took_ms) for _, heard, _ in listened)
    yield figure(f"changed music after the face, less one bar, {count} listeners", "s", behind)
    yield Figure(f"pieces that came late, {count} listeners", "pieces", sum(heard.late for _, heard, _ in listened), runs=pieces)
    yield Figure(f"cores that each of {count} listeners takes", "cores", round(cores / count, 3))
    yield Figure(f"memory of {count} listeners, each", "MB", round(grown_mb / count, 1))


def _behind(changes: list[float], bars: list[tuple[float, float]]) -> Iterator[float]:
    """Seconds from each change to the first bar that sounds in the new mood, less the length of the bar before it."""
    starts, happy = np.array([time_s for time_s, _ in bars]), np.array([valence > _HAPPY for _, valence in bars])
    for number, change in enumerate(changes):
        wanted = bool(number % 2)  # the first face laughs, and so does each second one
        place = next((place for place in range(1, len(starts)) if starts[place] > change and happy[place] == wanted), None)
        yield math.inf if place is None else float(starts[place] - change - (starts[place] - starts[place - 1]))


def _grown_mb() -> float:
    """By how much the process is larger after five minutes of music, with the face changing, than after one."""
    clock, faces = Hands(), material.expressions()
    music, sizes = Live(seed=material.SEED, clock=clock), []
    try:
        for piece in range(1, round(LONG_S / PIECE_S) + 1):
            clock.now_s = piece * PIECE_S
            music.look(faces[int(clock.now_s / CHANGES_S) % len(faces)])
            music.pull().flac()
            if clock.now_s in (SHORT_S, LONG_S):
                sizes.append(_size_mb())
    finally:
        music.close()
    return sizes[-1] - sizes[0]


def _size_mb() -> float:
    """Memory of this process; FileNotFoundError where there is no /proc."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * 4096 / 1e6
