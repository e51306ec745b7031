"""What the tests share: pictures of which it is known what is in them, and the page as it is served."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from extent import WHOLE
from hypothesis import HealthCheck, settings
from PIL import Image
from playwright.sync_api import sync_playwright
from serving import Server, Visitor, server

# The same examples each time, so that whether the tests pass is not left to chance, and no test that fails because the machine is
# busy; what chance finds is looked for by `make proof`.
settings.register_profile("sure", deadline=None, derandomize=not WHOLE, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sure")


@contextmanager
def tidy_server(disk: Path) -> Iterator[Server]:
    """The page as app.py serves it; whatever is done to it, it prints no traceback and leaves no file behind."""
    with server(disk) as served:
        yield served
        assert served.process.poll() is None, served.said
    assert "Traceback" not in served.said, served.said
    assert [path for path in disk.rglob("*") if path.is_file()] == []


@pytest.fixture(scope="session")
def real_page(tmp_path_factory) -> Server:
    """A page that tests attack, fill and break off, and that serves on."""
    with tidy_server(tmp_path_factory.mktemp("real") / "tmp") as served:
        yield served


@pytest.fixture
def visitor(real_page):
    """Somebody who visits the page."""
    with Visitor(real_page.url) as somebody:
        yield somebody


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
    """Where the server of the browser's tests keeps its temporary files."""
    return tmp_path_factory.mktemp("server") / "tmp"


@pytest.fixture(scope="session")
def address(disk) -> str:
    """The address of a page of its own for the browser's tests."""
    with tidy_server(disk) as served:
        yield served.url
