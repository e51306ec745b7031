"""Nothing stays behind, however many songs one process makes."""

import json
import os
import subprocess
import sys

import pytest
from extent import ONLY_WHOLE, WHOLE
from serving import ROOT


@pytest.mark.skipif(not WHOLE, reason=ONLY_WHOLE)
def test_a_thousand_songs_leave_nothing_behind():
    command = [sys.executable, str(ROOT / "tests" / "soak.py"), "1000"]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True)
    warm, *_, last = map(json.loads, done.stdout.splitlines())
    assert last["memory_mb"] <= 1.05 * warm["memory_mb"]
    assert last["open_files"] <= warm["open_files"]
    assert last["threads"] <= warm["threads"]
    assert last["files"] == 0
