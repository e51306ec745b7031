"""Several faces blended, and pictures that are read once in a few minutes."""

import gc
import io
import time
import weakref

import numpy as np
import pytest
from PIL import Image

from face2music import compose, read_faces
from face2music.errors import NoFaceError, PictureError
from face2music.mood import EMOTIONS
from face2music.pipeline import KEEP_S, readings
from face2music.pipeline.recent import Recent


@pytest.fixture(autouse=True)
def nothing_remembered():
    readings._recent.clear()
    yield
    readings._recent.clear()


@pytest.fixture
def finds(monkeypatch) -> list:
    """One entry for each time that faces are looked for."""
    found, really = [], readings.find_faces
    monkeypatch.setattr(readings, "find_faces", lambda picture: found.append(1) or really(picture))
    return found


@pytest.fixture
def photo(astronaut) -> bytes:
    file = io.BytesIO()
    Image.fromarray(astronaut).save(file, "PNG")
    return file.getvalue()


def test_a_family_has_the_mean_of_what_all_faces_show(astronaut):
    pair = np.concatenate([astronaut, astronaut[::-1, ::-1][::-1]], axis=1)
    song = compose(pair, face="all", seed=1, duration_s=5, render=False)
    faces = read_faces(pair).faces
    assert len(faces) == 2
    for name in EMOTIONS:
        assert song.emotion[name] == pytest.approx((faces[0].emotion[name] + faces[1].emotion[name]) / 2, abs=0.001)
    assert song.face == "all"
    assert song.seen is None
    assert song.to_dict()["face"] == "all"


def test_all_of_one_face_is_that_face(astronaut):
    one, all_ = (compose(astronaut, face=face, seed=1, duration_s=5, render=False) for face in (1, "all"))
    assert one.midi == all_.midi


def test_the_same_picture_is_read_once(photo, finds, tmp_path, astronaut):
    first, again = (compose(photo, seed=seed, duration_s=5, render=False) for seed in (1, 2))
    assert len(finds) == 1
    assert again.faces == first.faces
    assert {"face", "emotion"} <= first.timings_ms.keys()
    assert not {"face", "emotion"} & again.timings_ms.keys()
    assert again.timings_ms["recall"] < first.timings_ms["face"] + first.timings_ms["emotion"]
    (tmp_path / "photo.png").write_bytes(photo)
    read_faces(tmp_path / "photo.png")
    read_faces(str(tmp_path / "photo.png"))
    assert len(finds) == 1
    read_faces(astronaut)
    read_faces(Image.fromarray(astronaut))
    assert len(finds) == 2


def test_another_picture_or_network_is_read_anew(photo, astronaut, finds, tmp_path):
    read_faces(photo)
    read_faces(astronaut[:, ::-1])
    assert len(finds) == 2
    with pytest.raises(Exception, match="network"):
        read_faces(photo, tmp_path / "none.keras")


def test_what_is_remembered_cannot_be_changed(photo):
    reading = read_faces(photo)
    with pytest.raises(ValueError, match="read-only"):
        reading.picture[0, 0] = 0
    with pytest.raises(ValueError, match="read-only"):
        reading.faces[0].crop[0, 0] = 0


def test_a_refusal_is_no_reading(without_face, tmp_path):
    for _ in range(2):
        with pytest.raises(NoFaceError):
            read_faces(without_face)
    with pytest.raises(PictureError, match="is no file"):
        read_faces(tmp_path / "none.jpg")
    assert len(readings._recent) == 0


def test_a_picture_is_forgotten_within_minutes_by_itself(photo, monkeypatch):
    assert KEEP_S <= 600
    monkeypatch.setattr(readings, "_recent", Recent(4, 10_000_000, keep_s=2))
    picture = weakref.ref(read_faces(photo).picture)
    assert picture() is not None
    for _ in range(100):
        time.sleep(0.05)
        if len(readings._recent) == 0:
            break
    gc.collect()
    assert picture() is None


def test_it_is_bounded_by_count_and_bytes_and_keeps_what_was_used_last():
    recent: Recent[str] = Recent(count=3, size=100, keep_s=60)
    for key in "abc":
        recent.put(key, key.upper(), 30)
    assert recent.get("a") == "A"
    recent.put("d", "D", 30)
    assert [recent.get(key) for key in "abcd"] == ["A", None, "C", "D"]
    recent.put("e", "E", 80)
    assert [recent.get(key) for key in "acde"] == [None, None, None, "E"]
    recent.put("f", "F", 101)
    assert len(recent) == 0
    recent.put("g", "G", 1)
    recent.clear()
    assert recent.get("g") is None


def test_use_does_not_lengthen_the_time():
    recent: Recent[int] = Recent(count=3, size=100, keep_s=0.2)
    recent.put("a", 1, 1)
    end = time.monotonic() + 0.25
    while time.monotonic() < end:
        recent.get("a")
    assert recent.get("a") is None
