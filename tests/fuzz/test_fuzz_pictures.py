"""Damaged pictures: at least 10,000 in the whole proof, some hundred in its quick part."""

import json
import os
import subprocess
import sys
from pathlib import Path

from extent import WHOLE
from serving import ROOT

HERE = Path(__file__).parent
FORMATS = 14
# A damaged file may still say that it is a picture of 64 million pixels, and be one; see SECURITY.md.
MOST_MB, MOST_S = 1_900, 5.0


def test_no_damaged_picture_breaks_hangs_or_fills_the_memory():
    count = 750 if WHOLE else 30
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(HERE / "pictures.py"), str(count), "7"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]  # a reader in C that crashes ends the process
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert set(found["refused"]) == set(found["read"]) | set(found["refused"])
    assert len(found["refused"]) == FORMATS
    assert sum(found["read"].values()) + sum(found["refused"].values()) >= (10_000 if WHOLE else 400)
    assert found["slowest_s"] < MOST_S
    assert found["peak_mb"] < MOST_MB
    print(done.stdout)
