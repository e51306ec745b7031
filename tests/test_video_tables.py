"""The tables of MP4 files: what is said of the tracks, and what is made of files that are cut short or made to mislead."""

import struct

import clips
import numpy as np
import pytest

from face2music.video.tables import PICTURES, SOUND, Tables, tables_of

NOTHING = Tables(frozenset(), 0.0)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Three seconds of pictures, which begin a second after five of sound."""
    folder = tmp_path_factory.mktemp("tables")
    pictures = clips.write(folder / "pictures.mp4", lambda _: np.zeros((clips.HEIGHT, clips.WIDTH, 3), np.uint8), 3)
    clips.ffmpeg("-itsoffset", "1", "-i", pictures, "-f", "lavfi", "-i", "sine=d=5", "-c:v", "copy", folder / "both.mp4")
    return folder / "both.mp4"


def written(tmp_path, data: bytes):
    (tmp_path / "clip.mp4").write_bytes(data)
    return tables_of(tmp_path / "clip.mp4")


def box(kind: bytes, content: bytes = b"", size: int | None = None) -> bytes:
    return struct.pack(">I4s", 8 + len(content) if size is None else size, kind) + content


def test_the_pictures_are_shown_for_so_long_whatever_the_sound_does(both):
    tables = tables_of(both)
    assert tables.kinds == {PICTURES, SOUND}
    assert tables.shown_s == pytest.approx(3)


def test_a_file_of_another_kind_says_nothing(tmp_path):
    assert (
        tables_of(clips.write(tmp_path / "clip.avi", lambda _: np.zeros((clips.HEIGHT, clips.WIDTH, 3), np.uint8), 1)) == NOTHING
    )


def test_tables_that_end_anywhere_are_read_as_far_as_they_go(tmp_path, both):
    data = both.read_bytes()
    begin = data.index(b"moov") - 4
    moov = data[begin:]
    for length in range(1, len(moov)):
        assert written(tmp_path, moov[:length]).shown_s in (0, pytest.approx(3))
    assert written(tmp_path, moov).shown_s == pytest.approx(3)


@pytest.mark.parametrize(
    "data",
    [
        box(b"moov", size=0),
        box(b"moov", size=4),
        box(b"moov", size=1),
        box(b"moov", size=2**32 - 1),
        box(b"free") * 200_000 + box(b"moov"),
        box(b"moov", box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + b"vide")))),
        box(b"moov", box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + b"vide") + box(b"mdhd", bytes(24))))),
    ],
)
def test_tables_that_mislead_promise_nothing(tmp_path, data):
    assert written(tmp_path, data).shown_s == 0


def test_large_files_have_wider_numbers(tmp_path):
    handler = box(b"hdlr", bytes(8) + b"vide")
    media = box(b"mdhd", b"\1" + bytes(19) + struct.pack(">IQ", 1000, 2500))
    assert written(tmp_path, box(b"moov", box(b"trak", box(b"mdia", handler + media)))).shown_s == 2.5
    movie = box(b"mvhd", b"\1" + bytes(19) + struct.pack(">IQ", 10, 40))
    edits = box(b"edts", box(b"elst", b"\1" + bytes(3) + struct.pack(">IQqIQqI", 2, 20, -1, 0, 15, 7, 0)))
    assert written(tmp_path, box(b"moov", movie + box(b"trak", edits + box(b"mdia", handler + media)))).shown_s == 1.5
