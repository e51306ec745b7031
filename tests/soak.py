"""Many songs in one process: `PYTHONPATH=. python tests/soak.py 1000` prints what stays behind, a line of JSON for each count.

Every fourth song is of a new photograph and every fifth is encoded. Memory (megabytes), open files and threads are taken after
the first songs and at the end, each time when what can be collected is collected; so are files in the temporary folder.
"""

import argparse
import gc
import json
import os
import tempfile
import threading
from pathlib import Path

import numpy as np
import psutil
import skimage.data

from face2music.encode import FORMATS
from face2music.pipeline import EMOTIONS, compose

WARM = 50


def _state(folder: Path) -> dict[str, float]:
    gc.collect()
    process = psutil.Process()
    memory = process.memory_full_info()
    return {
        "memory_mb": round(memory.uss / 1e6, 1),
        "open_files": process.num_fds(),
        "threads": process.num_threads(),
        "python_threads": threading.active_count(),
        "files": sum(path.is_file() for path in folder.rglob("*")),
    }


def _song(number: int, duration_s: float) -> None:
    if number % 4:
        song = compose(emotion=EMOTIONS[number % 7], seed=number, duration_s=duration_s)
    else:
        scene = np.roll(skimage.data.astronaut(), number % 100, axis=1)
        song = compose(scene, seed=number, duration_s=duration_s)
    assert song.audio is not None
    if number % 5 == 0:
        song.encoded(list(FORMATS)[number // 5 % len(FORMATS)])
        song.roll()


def main() -> None:
    """Compose and print."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("songs", type=int, nargs="?", default=1000)
    reader.add_argument("--duration", type=float, default=5.0)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        for number in range(asked.songs):
            _song(number, asked.duration)
            if number + 1 in (WARM, asked.songs) or (number + 1) % 250 == 0:
                print(json.dumps({"songs": number + 1, **_state(Path(folder))}), flush=True)


if __name__ == "__main__":
    main()
