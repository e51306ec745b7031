"""The folder of the page's files: what is old or too much goes, and what a killed server left behind."""

import os
import tempfile
import time
from pathlib import Path

import pytest

from face2music.page import cache


@pytest.fixture(autouse=True)
def disk(tmp_path, monkeypatch) -> Path:
    """Where temporary files lie."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def file(folder: Path, name: str, age_s: float, size: int = 10) -> Path:
    path = folder / name / f"{name}.wav"
    path.parent.mkdir()
    path.write_bytes(bytes(size))
    for place in (path, path.parent):
        os.utime(place, (time.time() - age_s,) * 2)
    return path


def test_old_files_go_and_their_folders_with_them(disk):
    old, new = file(disk, "old", 700), file(disk, "new", 500)
    kept = file(disk, "kept", 10_000)
    cache.sweep(disk, {kept})
    assert (old.exists(), new.exists(), kept.exists()) == (False, True, True)
    os.utime(old.parent, (0, 0))
    cache.sweep(disk, {kept})
    assert not old.parent.exists()
    assert new.parent.exists()


def test_the_oldest_go_where_there_is_too_much(disk):
    files = [file(disk, str(age), age, size=100) for age in (50, 40, 30, 20)]
    cache.sweep(disk, most_bytes=250)
    assert [path.exists() for path in files] == [False, False, True, True]


def test_the_oldest_go_where_there_are_too_many(disk):
    files = [file(disk, str(age), age) for age in (50, 40, 30, 20)]
    cache.sweep(disk, most_files=2)
    assert [path.exists() for path in files] == [False, False, True, True]


def test_the_folder_goes_with_its_server():
    with cache.cache_folder() as folder, cache.swept(folder):
        (folder / "song.wav").write_bytes(b"x")
    assert not folder.exists()


def test_only_folders_of_servers_that_are_gone_are_removed(disk):
    abandoned = disk / "face2music-abc"
    abandoned.mkdir()
    (abandoned / ".lock").touch()
    (abandoned / "song.wav").touch()
    foreign = disk / "face2music-notes"
    foreign.mkdir()
    with cache.cache_folder() as first:
        assert not abandoned.exists()
        with cache.cache_folder() as second:
            assert first.exists()
            assert second.exists()
    assert foreign.exists()
