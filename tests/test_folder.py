import subprocess
import sys
from pathlib import Path

import pytest

from face2music.errors import OutputError
from face2music.folder import check_writable, sweep, write_files

FILES = {"a.txt": b"1", "b.txt": b"2"}


def written(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_all_files_appear_in_a_new_folder(tmp_path):
    write_files(tmp_path / "new" / "deep", FILES, replace=False)
    assert written(tmp_path / "new" / "deep") == FILES


def test_files_are_only_replaced_on_request(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"old")
    for refuse in (lambda: check_writable(tmp_path, tuple(FILES), False), lambda: write_files(tmp_path, FILES, False)):
        with pytest.raises(OutputError, match="is there already; choose another folder, or add --force"):
            refuse()
    assert written(tmp_path) == {"a.txt": b"old"}
    write_files(tmp_path, FILES, replace=True)
    assert written(tmp_path) == FILES


def test_a_file_of_an_earlier_set_does_not_stay(tmp_path):
    write_files(tmp_path, FILES, replace=False)
    write_files(tmp_path, {"a.txt": b"new", "b.txt": None}, replace=True)
    assert written(tmp_path) == {"a.txt": b"new"}


def test_of_two_who_write_at_once_the_later_is_refused(tmp_path, monkeypatch):
    """The other one writes between our check and our files."""
    touch = Path.touch

    def touch_late(path, **options):
        path.write_bytes(b"other")
        touch(path, **options)

    monkeypatch.setattr(Path, "touch", touch_late)
    with pytest.raises(OutputError, match="File exists"):
        write_files(tmp_path / "new", FILES, replace=False)
    assert written(tmp_path / "new") == {"a.txt": b"other"}


def test_a_folder_in_the_place_of_a_file_is_refused_before_anything_is_replaced(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"old")
    (tmp_path / "b.txt").mkdir()
    with pytest.raises(OutputError, match=r"b\.txt is a folder"):
        write_files(tmp_path, FILES, replace=True)
    assert (tmp_path / "a.txt").read_bytes() == b"old"


@pytest.mark.parametrize("folder", ["file", "file/in", "n" * 300, "n/" * 3000])
def test_places_that_cannot_be_written_are_refused(tmp_path, folder):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot be written") as refusal:
        check_writable(tmp_path / folder, tuple(FILES), False)
    assert len(str(refusal.value)) < 500
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_a_loop_of_links_is_refused(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(OutputError, match="cannot be written"):
        write_files(tmp_path / "loop", FILES, replace=False)


@pytest.mark.parametrize("folder", ["new/deep", "one/../two"])
def test_a_full_disk_leaves_nothing(tmp_path, folder):
    def full(file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left on device"):
        write_files(tmp_path / folder, {**FILES, "b.txt": full}, replace=False)
    assert list(tmp_path.iterdir()) == []


def test_a_file_can_be_written_by_a_function(tmp_path):
    write_files(tmp_path, {"a.txt": lambda file: file.write(b"by a function"), "b.txt": b"as it is"}, replace=False)
    assert [file.read_bytes() for file in sorted(tmp_path.iterdir())] == [b"by a function", b"as it is"]


def test_what_others_put_into_our_folder_stays(tmp_path):
    def full(file):
        (tmp_path / "new" / "theirs").touch()
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left on device"):
        write_files(tmp_path / "new", {"b.txt": full}, replace=False)
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["theirs"]


WRITES = """
import sys, time
from pathlib import Path
from face2music import folder
def slow(file):
    file.write(b"half")
    print(Path(file.name).name, flush=True)
    time.sleep(100)
folder.write_files(Path(sys.argv[1]), {"a.txt": slow}, replace=True)
"""


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_writes_is_not(tmp_path):
    (tmp_path / ".theirs.0").write_bytes(b"other")
    with subprocess.Popen([sys.executable, "-c", WRITES, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        part = tmp_path / process.stdout.readline().strip()
        try:
            sweep(tmp_path)
            assert part.exists()
        finally:
            process.kill()
    sweep(tmp_path)
    assert written(tmp_path) == {".theirs.0": b"other"}
    sweep(tmp_path / "none")
