"""The files around the code agree with each other and with what the hosting takes."""

import re
import runpy
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def front_matter() -> dict:
    return yaml.safe_load((ROOT / "README.md").read_text(encoding="utf-8").split("---")[1])


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\0") if name]


def test_the_front_matter_starts_the_app_that_is_here(front_matter):
    assert front_matter["sdk"] == "gradio"
    assert (ROOT / front_matter["app_file"]).is_file()
    assert front_matter["python_version"] in ("3.11", "3.12")
    assert len(front_matter["short_description"]) <= 60
    assert front_matter["license"] == "mit"


def test_gradio_is_pinned_to_the_version_of_the_front_matter(front_matter):
    pin = re.search(r"^gradio==(\S+)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert pin
    assert pin[1] == str(front_matter["sdk_version"])


def test_every_file_of_tests_has_its_one_place_among_those_that_make_test_runs():
    together, alone = runpy.run_path(str(ROOT / "scripts" / "tests.py"))["groups"]()
    files = [file for group in (*together, alone) for file in group]
    assert sorted(files) == sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py"))
    assert all((*together, alone))


def test_every_requirement_has_a_range():
    lines = [
        line.split(";")[0] for line in (ROOT / "requirements.txt").read_text().splitlines() if line and not line.startswith("#")
    ]
    assert len(lines) > 10
    for line in lines:
        assert "==" in line or (">=" in line and "<" in line), line


def test_a_wheel_carries_every_package():
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    here = {".".join(folder.parent.relative_to(ROOT).parts) for folder in ROOT.glob("face2music/**/__init__.py")}
    assert set(packages) == here | {"face2music._assets", "face2music._assets.examples"}


def test_opencv_keeps_its_cascade():
    assert re.search(r"^opencv-python-headless\S*<5$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)


def test_the_synthesiser_is_installed_by_its_system_package():
    assert "fluidsynth" in (ROOT / "packages.txt").read_text().split()


def test_no_file_is_too_large_for_the_hosting():
    for file in tracked():
        assert file.stat().st_size < 10_000_000, file


def test_the_model_card_holds_the_record_of_runs():
    from face2music.training.record import record_as_markdown

    assert record_as_markdown(ROOT / "docs" / "training_runs.csv") in (ROOT / "assets" / "MODEL_CARD.md").read_text(
        encoding="utf-8"
    )
