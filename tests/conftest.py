"""What the tests share: pictures of which it is known what is in them, and the page as it is served."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from PIL import Image
from playwright.sync_api import sync_playwright
from serving import Server, Visitor, server


@pytest.fixture(scope="session")
def real_page(tmp_path_factory) -> Server:
    """The page as app.py serves it, for all tests; whatever they do to it, it prints no traceback and leaves no file behind."""
    with server(tmp_path_factory.mktemp("real") / "tmp") as served:
        yield served
        assert served.process.poll() is None, served.said
    assert "Traceback" not in served.said, served.said
    assert [path for path in served.disk.rglob("*") if path.is_file()] == []


@pytest.fixture
def visitor(real_page):
    """Somebody who visits the page."""
    with Visitor(real_page.url) as somebody:
        yield somebody


ROOT = Path(__file__).resolve().parent.parent
START_LIMIT_S = 240


@pytest.fixture(scope="session")
def engine():
    """Playwright, of which one thread can have one at a time."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def astronaut() -> np.ndarray:
    """A photograph of one face (NASA, public domain), RGB uint8 (512, 512, 3)."""
    return skimage.data.astronaut()


@pytest.fixture(scope="session")
def without_face() -> np.ndarray:
    """A smooth picture without anything in it, RGB uint8 (480, 640, 3)."""
    ramp = np.linspace(0, 255, 640, dtype=np.uint8)
    return np.repeat(np.tile(ramp, (480, 1))[..., np.newaxis], 3, axis=2)


@pytest.fixture
def portrait(tmp_path, astronaut):
    """The photograph of one face as a file."""
    path = tmp_path / "portrait.png"
    Image.fromarray(astronaut).save(path)
    return path


@pytest.fixture(scope="session")
def disk(tmp_path_factory) -> Path:
    """Where the server keeps its temporary files."""
    return tmp_path_factory.mktemp("server") / "tmp"


@pytest.fixture(scope="session")
def address(disk) -> str:
    """The address of app.py, served by a process of its own; when it ends it must have left no file behind."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    disk.mkdir()
    log = disk.with_name("log")
    env = {**os.environ, "GRADIO_SERVER_PORT": str(port), "TMPDIR": str(disk)}
    env.pop("GRADIO_TEMP_DIR", None)
    url = f"http://127.0.0.1:{port}"
    with log.open("w+") as file:
        server = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=env, stdout=file, stderr=file)
        try:
            wait_until_served(url, server, log)
            yield url
        finally:
            server.terminate()
            server.wait(30)
    assert "Traceback" not in log.read_text()
    assert [path for path in disk.rglob("*") if path.is_file()] == []


def wait_until_served(url: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 (our own server)
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"app.py does not serve its page:\n{log.read_text()}")
