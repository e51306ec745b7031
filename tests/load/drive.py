"""Many visitors at once: `PYTHONPATH=. python tests/load/drive.py 1 8 32` starts the page and prints what it carries.

Each visitor asks for songs one after the other, by turns of a photograph and of an emotion, each with a seed and a photograph of
its own, and checks that the answer has this seed and this face or emotion. However many visitors there are, the songs are the
same. Traffic stays on this machine and ends by itself.
"""

import argparse
import dataclasses
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import skimage.data
from serving import Server, Visitor, jpeg, server

from face2music.mood import EMOTIONS

MOST_S = 600.0
FEW, MANY, LEAST_RATIO = 8, 32, 0.9  # of the songs a second of few visitors, many have at least so many


@dataclasses.dataclass(frozen=True)
class Load:
    """What so many users at once saw: songs, songs a second, seconds a song, errors, wrong answers, the server's megabytes."""

    users: int
    songs: int
    throughput: float
    p50_s: float
    p95_s: float
    errors: int
    mixed_up: int
    memory_mb: float
    asked: int


def drive(served: Server, users: int, songs: int, duration_s: float = 30.0, most_s: float = MOST_S) -> Load:
    """Let so many users ask for so many songs together, for at most so long."""
    left, lock = iter(range(songs)), threading.Lock()
    times: list[float] = []
    refused: list[str] = []
    wrong: list[str] = []
    until_s = time.monotonic() + most_s

    def use(_: int) -> None:
        with Visitor(served.url) as visitor:
            while time.monotonic() < until_s:
                with lock:
                    number = next(left, None)
                if number is None:
                    return
                start = time.perf_counter()
                sentence, mistake = _ask(visitor, users, number, duration_s)
                times.append(time.perf_counter() - start)
                refused.extend([sentence] if sentence else [])
                wrong.extend([mistake] if mistake else [])

    start = time.perf_counter()
    with ThreadPoolExecutor(users) as pool:
        list(pool.map(use, range(users)))
    wall_s = time.perf_counter() - start
    for sentence in {*refused, *wrong}:
        print(sentence, file=sys.stderr)
    return Load(
        users,
        len(times),
        round((len(times) - len(refused)) / wall_s, 2),
        round(statistics.median(times), 2),
        round(float(np.percentile(times, 95)), 2),
        len(refused),
        len(wrong),
        round(served.memory_mb),
        songs,
    )


def _ask(visitor: Visitor, users: int, number: int, duration_s: float) -> tuple[str, str]:
    """One song: the sentence of a refusal, and what in the answer is another's."""
    seed = 1000 + number
    if number % 2:
        emotion = EMOTIONS[number % len(EMOTIONS)]
        answer = visitor.compose(emotion=emotion, seed=seed, duration_s=duration_s)
        fits: Callable[[dict], bool] = lambda song: song["emotion"][emotion] == 1 and song["faces"] == []  # noqa: E731
    else:
        picture, left_px = _portrait(users, number // 2)
        answer = visitor.compose(picture, seed=seed, duration_s=duration_s)
        fits = lambda song: abs(song["faces"][0]["box"][0] - left_px) < 12  # noqa: E731
    if not answer.ok:
        return answer.sentence, ""
    song, midi, wav = answer.values
    if song["seed"] != seed or not fits(song):
        return "", f"Who asked for seed {seed} got {song['seed']} with {song['faces']} and {song['emotion']}."
    data = visitor.http.get(f"/gradio_api/file={wav['path']}").content
    if not data.startswith(b"RIFF") or str(seed) not in midi["path"]:
        return "", f"Who asked for seed {seed} got another's file: {wav['path']}."
    return "", ""


def _portrait(users: int, number: int) -> tuple[bytes, int]:
    """A photograph of 1280x960 whose face stands in another place for each number up to 64, and where.

    None is of the same pixels as one before, since what the server reads in a picture it remembers for a while.
    """
    shift = 10 * (number % 64)
    scene = np.full((960, 1280, 3), (60 + users, 60 + number // 64, 60), np.uint8)
    scene[200:712, shift : shift + 512] = skimage.data.astronaut()
    return jpeg(scene), shift + 176


def as_table(loads: Sequence[Load]) -> str:
    """The figures of each number of users, as Markdown."""
    names = ("users", "songs", "songs a second", "median, s", "95th, s", "errors", "mixed up", "memory, MB")
    rows = [names, tuple("---" for _ in names), *(tuple(map(str, dataclasses.astuple(load)))[: len(names)] for load in loads)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def faults(loads: Sequence[Load]) -> list[str]:
    """What must not be, a sentence each: errors, answers that are another's, songs not made, and many who slow each other."""
    said = []
    for load in loads:
        said += [f"{load.users} visitors were refused {load.errors} times."] * bool(load.errors)
        said += [f"{load.users} visitors got {load.mixed_up} answers that are another's."] * bool(load.mixed_up)
        said += [f"{load.users} visitors got {load.songs} songs of {load.asked}."] * (load.songs < load.asked)
    by_users = {load.users: load.throughput for load in loads}
    if {FEW, MANY} <= by_users.keys() and by_users[MANY] < LEAST_RATIO * by_users[FEW]:
        said.append(
            f"{MANY} visitors got {by_users[MANY]} songs a second, less than {LEAST_RATIO:.0%} of {FEW}'s {by_users[FEW]}."
        )
    return said


def main() -> None:
    """Measure and print; ends with 1 where there are faults."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("users", nargs="*", type=int, default=[1, 8, 32])
    reader.add_argument("--songs", type=int, default=96, help="songs for each number of users")
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder, server(Path(folder, "disk")) as served:
        drive(served, 2, 6)  # warm
        loads = [drive(served, users, asked.songs) for users in asked.users]
    print(as_table(loads))
    for sentence in (found := faults(loads)):
        print(sentence, file=sys.stderr)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
