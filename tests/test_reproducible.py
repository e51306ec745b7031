"""The same picture, seed and settings give the same bytes: on each Python that CI runs, and in each process."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from extent import WHOLE
from reproduce import DIGESTS, midi
from serving import ROOT

PYTHONS = ("python3.11", "python3.12")


def test_the_midi_files_are_as_they_were_on_any_python():
    assert midi() == json.loads(DIGESTS.read_text()), "If it is meant: PYTHONPATH=. python tests/golden/renew.py"


def test_each_process_plays_the_same_samples():
    if not WHOLE:
        pytest.skip("test_audio.py plays a song twice.")
    first, second = told(sys.executable), told(sys.executable)
    assert first == second
    assert len(first["audio"]) == 3


def test_another_python_makes_the_same():
    if not WHOLE:
        pytest.skip("The checksums are compared by whichever Python runs this.")
    found = [path for name in PYTHONS if (path := shutil.which(name)) and "face2music" in able(path)]
    if not found:
        pytest.skip(f"There is no other Python with the program's libraries; looked for {' and '.join(PYTHONS)}.")
    for path in found:
        other = told(path)
        assert other["midi"] == midi()


def able(python: str) -> str:
    """What a Python says that has our libraries."""
    asked = "import face2music.pipeline; print('face2music')"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([python, "-c", asked], capture_output=True, text=True, check=False, env=env).stdout


def told(python: str) -> dict:
    """What reproduce.py prints on a Python."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [python, str(ROOT / "tests" / "reproduce.py")]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout)
