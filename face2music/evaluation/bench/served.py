"""The page as it is served, in a process of its own: from its start to the page and to the first song, and its memory."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from face2music import assets
from face2music.errors import DataError
from face2music.evaluation.bench import material
from face2music.evaluation.bench.figures import Figure, figure

STARTS, IMPORTS = 3, 7
_PATIENCE_S = 300
_IMPORT = "import time; start = time.perf_counter(); import face2music; print(time.perf_counter() - start)"
_APP = assets.FOLDER.parent / "app.py"


def importing(runs: int) -> Iterator[Figure]:
    """Importing the package in a new process."""
    command = [sys.executable, "-c", _IMPORT]
    times = [float(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(IMPORTS)]
    yield figure("import face2music", "s", times)


def serving(runs: int) -> Iterator[Figure]:
    """Cold starts of app.py, its first song by the page's endpoint, and its memory after as many songs more."""
    if not _APP.is_file():
        raise DataError("the page is started from a checkout, and this is an installed package")
    page, first, memory, peak = zip(
        *(_start(songs=runs if last else 0) for last in (False,) * (STARTS - 1) + (True,)), strict=True
    )
    yield figure("cold start to the page", "s", page)
    yield figure("cold start to the first song", "s", first)
    if peak[-1]:
        yield Figure("memory after the first song", "MB", memory[0])
        yield Figure(f"memory after {runs + 1} songs", "MB", memory[-1])
        yield Figure("memory, peak", "MB", peak[-1])


def _start(songs: int) -> tuple[float, float, float, float]:
    """Seconds to the page and to the first song; megabytes after `songs` more, and at most (0 where they cannot be told)."""
    from gradio_client import Client, handle_file

    start = time.perf_counter()
    with _page() as (url, process), tempfile.TemporaryDirectory() as folder:
        page_s = time.perf_counter() - start
        client = Client(url, verbose=False, download_files=folder)
        for number in range(songs + 1):
            picture = Path(folder, f"{number}.jpg")
            picture.write_bytes(material.photograph(number))
            client.predict(picture=handle_file(picture), api_name="/compose")
            if number == 0:
                first_s = time.perf_counter() - start
        return page_s, first_s, _memory(process.pid, "VmRSS"), _memory(process.pid, "VmHWM")


@contextmanager
def _page() -> Iterator[tuple[str, subprocess.Popen]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_SERVER_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, str(_APP)], cwd=_APP.parent, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}/"
    try:
        _await(url, process)
        yield url, process
    finally:
        process.terminate()
        process.wait(_PATIENCE_S)


def _await(url: str, process: subprocess.Popen) -> None:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=_PATIENCE_S) as answer:  # noqa: S310 our own page # nosec B310
                answer.read()
            return
        except OSError:
            time.sleep(0.02)
    raise DataError("the page did not start; see what `python app.py` says")


def _memory(pid: int, entry: str) -> float:
    status = Path(f"/proc/{pid}/status")
    found = re.search(rf"{entry}:\s+(\d+) kB", status.read_text()) if status.is_file() else None
    return round(int(found[1]) * 1024 / 1e6, 1) if found else 0.0
