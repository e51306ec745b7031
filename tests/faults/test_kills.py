"""Killed in the middle of its work, as the system does when memory is short: nothing stays, and the work goes on where it was."""

import csv
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import clips
import numpy as np
import psutil
import pytest
from extent import ONLY_WHOLE, WHOLE, many
from PIL import Image
from serving import API, ROOT, Visitor, is_sentence, jpeg, kill, server

PATIENCE_S = 300.0
ENDS_S = 60.0  # the processes of one that was killed
PICTURES = many(10, 24)  # so many that it is killed before the last is made, even if that takes a while


def command(*words: object, disk: Path) -> subprocess.Popen:
    """The command line in a process of its own, with its temporary files in a folder of its own."""
    disk.mkdir(exist_ok=True)
    env = {**os.environ, "TMPDIR": str(disk), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    call = [sys.executable, "-m", "face2music", *map(str, words)]
    return subprocess.Popen(call, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def until(true: Callable[[], object], most_s: float = PATIENCE_S) -> None:
    end_s = time.monotonic() + most_s
    while not true():
        assert time.monotonic() < end_s, "it does not come to that"
        time.sleep(0.005)


@contextmanager
def killed(process: subprocess.Popen, when: Callable[[], object]) -> Iterator[None]:
    """Kill a process when it has come so far; none of those that it had started lives on."""
    own = psutil.Process(process.pid)
    until(lambda: when() or process.poll() is not None)
    assert process.poll() is None, process.stdout.read() if process.stdout else "it ended"
    started = own.children(recursive=True)
    process.kill()
    process.wait(30)
    yield
    _, alive = psutil.wait_procs(started, ENDS_S)
    assert not alive, [each.cmdline() for each in alive]


def done(process: subprocess.Popen) -> str:
    said, _ = process.communicate(timeout=PATIENCE_S * 2)
    assert process.returncode == 0, said
    assert "Traceback" not in said
    return said


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def rows(out: Path) -> Sequence[dict[str, str]]:
    table = out / "songs.csv"
    return list(csv.DictReader(table.read_text().splitlines())) if table.exists() else []


def batch_of(folder: Path, out: Path, astronaut: np.ndarray) -> tuple[object, ...]:
    """A command that makes songs of pictures, which it finds."""
    folder.mkdir()
    for number in range(PICTURES):
        Image.fromarray(astronaut).resize((400 + number,) * 2).save(folder / f"{number}.png")
    return "batch", folder, "--out", out, "--jobs", 2, "--seed", 3, "--duration", 5, "--formats", "mid"


def test_a_batch_goes_on_where_it_was_killed(tmp_path, astronaut):
    out, disk = tmp_path / "songs", tmp_path / "tmp"
    asked = batch_of(tmp_path / "pictures", out, astronaut)
    with killed(command(*asked, disk=disk), when=lambda: len(rows(out)) >= 2):
        pass
    kept = len(rows(out))
    assert kept < PICTURES, "it was killed too late to tell anything"
    (out / f".0.mid.{'a' * 32}").write_bytes(b"half of a file")  # as it would be in the middle of writing
    said = done(command(*asked, disk=disk))
    assert f"{PICTURES - kept} made, {kept} kept, 0 skipped" in said
    table = rows(out)
    assert [row["error"] for row in table] == [""] * PICTURES
    named = {file for row in table for file in row["files"].split(";")}
    assert files(out) == {*named, "songs.csv", "settings.json"}
    assert files(disk) == set()


@pytest.mark.skipif(not WHOLE, reason=ONLY_WHOLE)
def test_a_batch_one_of_whose_processes_is_killed_says_so(tmp_path, astronaut):
    out, disk = tmp_path / "songs", tmp_path / "tmp"
    asked = batch_of(tmp_path / "pictures", out, astronaut)
    process = command(*asked, disk=disk)
    until(lambda: len(rows(out)) >= 2)
    workers = [each for each in psutil.Process(process.pid).children() if "popen_loky_posix" in " ".join(each.cmdline())]
    workers[0].kill()
    said, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert is_sentence(said.strip().splitlines()[-1]), said
    assert "Traceback" not in said
    kept = len(rows(out))
    assert f"{PICTURES - kept} made, {kept} kept" in done(command(*asked, disk=disk))


@pytest.mark.skipif(not WHOLE, reason=ONLY_WHOLE)
@pytest.mark.parametrize("kind", ["journey", "video"])
@pytest.mark.parametrize("moment", ["working", "writing"])
def test_a_command_that_was_killed_is_given_again(tmp_path, astronaut, kind, moment):
    out, disk = tmp_path / "song", tmp_path / "tmp"
    clip = clips.write(tmp_path / "clip.avi", lambda _: clips.scene((clips.face(astronaut, 200), 40, 40)), 20)
    given = ("sad", "happy", "--duration", "60") if kind == "journey" else (clip,)
    asked = (kind, *given, "--out", out, "--formats", "mid,wav,flac")
    begun_s = time.monotonic()
    # A song of a minute takes longer than that to play; the folder is made when the files are written.
    when = out.exists if moment == "writing" else lambda: time.monotonic() - begun_s > 3
    with killed(command(*asked, disk=disk), when=when):
        pass
    assert files(disk) == set()
    done(command(*asked, "--force", disk=disk))
    assert not [name for name in files(out) if name.startswith(".")]
    assert {"song.mid", "song.wav", "song.flac"} <= files(out)
    assert all((out / name).stat().st_size for name in files(out))


@pytest.mark.skipif(not WHOLE, reason=ONLY_WHOLE)
def test_a_server_that_was_killed_in_the_middle_of_everything_serves_again(tmp_path, astronaut):
    disk = tmp_path / "tmp"
    clip = clips.write(tmp_path / "clip.avi", lambda _: clips.scene((clips.face(astronaut, 200), 40, 40)), 60)
    file = {"meta": {"_type": "gradio.FileData"}}
    with server(disk) as served, Visitor(served.url) as visitor:
        visitor.upload(jpeg(astronaut))  # nobody comes back for it
        film = {"path": visitor.upload(clip.read_bytes(), "clip.avi"), **file}
        for name, data in (("video", [film, True]), ("journey", [["sad", "happy"], [], None, 300]), ("compose", [None, "sad"])):
            assert visitor.http.post(f"/{API}/call/{name}", json={"data": data}).status_code == 200, name
        time.sleep(1.5)
        started = served.serving.children(recursive=True)
        kill(served)
    _, alive = psutil.wait_procs(started, ENDS_S)
    assert not alive
    assert files(disk), "a killed server cannot tidy up"
    with server(disk) as again, Visitor(again.url) as visitor:
        assert len(list(disk.glob("face2music-*"))) == 1
        assert not [path for path in again.files() if path.suffix in (".avi", ".jpg", ".wav", ".mid")]
        assert visitor.compose(emotion="happy").ok
        refused = visitor.api("video", film)
        assert not refused.ok
        assert is_sentence(refused.sentence)
    assert files(disk) == set()
    shutil.rmtree(disk)
