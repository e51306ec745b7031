from pathlib import Path

import pytest

from face2music.errors import OutputError
from face2music.folder import write_files

NAMES = ("a.txt", "b.txt")


def written(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_all_files_appear_in_a_new_folder(tmp_path):
    folder = tmp_path / "new" / "deep"
    with write_files(folder, NAMES, replace=False) as write:
        write("a.txt", b"1")
        write("b.txt", b"2")
        assert not (folder / "a.txt").exists()
    assert written(folder) == {"a.txt": b"1", "b.txt": b"2"}


def test_nothing_is_left_when_the_work_fails(tmp_path):
    with pytest.raises(ZeroDivisionError), write_files(tmp_path / "new" / "deep", NAMES, replace=False) as write:
        write("a.txt", bytes(1 // 0))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_there_stays(tmp_path):
    (tmp_path / "mine.txt").write_bytes(b"mine")
    with pytest.raises(ZeroDivisionError), write_files(tmp_path, NAMES, replace=False):
        raise ZeroDivisionError
    assert written(tmp_path) == {"mine.txt": b"mine"}


def test_files_are_only_replaced_on_request(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"old")
    (tmp_path / "b.txt").write_bytes(b"old")
    with (
        pytest.raises(OutputError, match="is there already; choose another folder, or add --force"),
        write_files(tmp_path, NAMES, replace=False),
    ):
        pytest.fail("must be refused before any work")
    assert written(tmp_path) == {"a.txt": b"old", "b.txt": b"old"}
    with write_files(tmp_path, NAMES, replace=True) as write:
        write("a.txt", b"new")
    assert written(tmp_path) == {"a.txt": b"new"}, "what belonged to the replaced set must not stay"


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot be created"), write_files(tmp_path / "file" / "folder", NAMES, replace=False):
        pytest.fail("must be refused before any work")


def test_a_full_disk_is_refused_in_one_sentence(tmp_path, monkeypatch):
    def full(self, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with (
        pytest.raises(OutputError, match="No space left on device"),
        write_files(tmp_path / "new", NAMES, replace=False) as write,
    ):
        write("a.txt", b"1")
    assert list(tmp_path.iterdir()) == []
