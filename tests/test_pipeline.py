import dataclasses
import io
import json
import sys

import mido
import numpy as np
import pytest

import face2music
from face2music import Song, audio, compose, errors, read_faces
from face2music.errors import RequestError
from face2music.mood import EMOTIONS, NORMS, mood_of, rounded, shares_at
from face2music.plan import Wishes


@pytest.fixture(scope="module")
def song(astronaut) -> Song:
    unread = astronaut.copy()
    unread[0, 0] = 0  # the reading of a picture that another test has used would be remembered, and take no time
    return compose(unread, seed=1, duration_s=30)


def test_the_public_names_are_these():
    assert sorted(face2music.__all__) == [
        "AssetError", "BusyError", "DataError", "Face2MusicError", "FaceReading", "Live", "NoFaceError", "OutputError",
        "PictureError", "Reading", "RequestError", "Song", "SynthesiserError", "VideoError", "Wishes", "compose",
        "compose_journey", "compose_video", "read_faces", "warm_up",
    ]  # fmt: skip
    for name in face2music.__all__:
        assert hasattr(face2music, name)


def test_a_photograph_becomes_an_audible_song(song):
    assert song.face == 1
    assert len(song.faces) == 1
    assert sum(song.emotion.values()) == pytest.approx(1, abs=1e-5)
    assert song.emotion == rounded(song.faces[0].emotion)
    assert 28 <= song.duration_s <= 32
    assert song.audio.shape == (round(song.duration_s * song.sample_rate), 2)
    loudness = 20 * np.log10(np.sqrt(np.mean(np.square(song.audio / 32768))))
    assert -40 < loudness < -9
    assert np.abs(song.audio.astype(int)).max() < 32_000
    assert np.abs(song.audio[: song.sample_rate // 2]).max() > 100


def test_song_json_holds_all_that_was_decided(song):
    described = json.loads(json.dumps(song.to_dict()))
    box = song.faces[0].box
    assert described["faces"][0]["box"] == [box.x, box.y, box.w, box.h]
    assert set(described["faces"][0]["emotion"]) == set(EMOTIONS)
    assert set(described["mood"]) == {"valence", "arousal", "dominance", "beyond"}
    assert described["plan"] == json.loads(json.dumps(dataclasses.asdict(song.plan)))
    assert described["seed"] == 1
    assert described["duration_s"] == pytest.approx(song.duration_s, abs=1e-3)
    assert set(described["timings_ms"]) == {"recall", "face", "emotion", "plan", "score", "midi", "audio", "total"}


def test_the_same_request_gives_the_same_bytes(song, astronaut):
    again = compose(astronaut, seed=1, duration_s=30)
    assert again.midi == song.midi
    assert np.array_equal(again.audio, song.audio)
    assert compose(astronaut, seed=2, duration_s=30).midi != song.midi


def test_without_a_seed_every_song_is_new():
    one, two = (compose(emotion="happy", duration_s=5) for _ in range(2))
    assert one.seed != two.seed
    assert compose(emotion="happy", duration_s=5, seed=one.seed).midi == one.midi


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_an_emotion_alone_composes(emotion):
    song = compose(emotion=emotion, seed=3, duration_s=12)
    assert song.mood == NORMS[emotion]
    assert song.emotion[emotion] == 1
    assert song.picture is None
    assert song.faces == ()
    assert song.face is None
    assert 10 <= song.duration_s <= 14
    notes = [m for m in mido.MidiFile(file=io.BytesIO(song.midi)) if m.type == "note_on"]
    assert len(notes) > 12
    peak = np.abs(song.audio.astype(int)).max()
    assert 800 < peak < 32_000


def test_an_emotion_by_name_takes_the_place_of_the_face(astronaut):
    song = compose(astronaut, emotion="sad", seed=1, duration_s=5)
    assert song.mood == NORMS["sad"]
    assert len(song.faces) == 1
    assert song.face is None


@pytest.mark.parametrize("duration_s", [5, 7.5, 60, 180])
def test_songs_last_as_long_as_asked(duration_s):
    song = compose(emotion="neutral", seed=1, duration_s=duration_s)
    assert duration_s - 2 <= song.duration_s <= duration_s + 2


def test_another_face_can_be_chosen(astronaut):
    pair = np.concatenate([astronaut, astronaut[::-1, ::-1][::-1]], axis=1)
    reading = read_faces(pair)
    assert len(reading.faces) == 2
    first, second = (compose(pair, face=number, seed=1, duration_s=5) for number in (1, 2))
    assert first.emotion == rounded(reading.faces[0].emotion)
    assert second.emotion == rounded(reading.faces[1].emotion)
    with pytest.raises(errors.NoFaceError, match="no face 3; choose one of the picture's, from 1 to 2"):
        compose(pair, face=3, duration_s=5)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({}, "Give a picture of a face, or one of these emotions"),
        ({"emotion": "bored"}, "no emotion 'bored'"),
        ({"emotion": "sad", "duration_s": 4.9}, "lasts 5 to 180 seconds, not 4.9"),
        ({"emotion": "sad", "duration_s": 181}, "lasts 5 to 180 seconds, not 181"),
        ({"emotion": "sad", "duration_s": float("nan")}, "lasts 5 to 180 seconds, not nan"),
        ({"emotion": "sad", "seed": -1}, "The seed is -1"),
        ({"emotion": "sad", "seed": 2**31}, "The seed is 2147483648"),
        ({"emotion": "sad", "seed": 1.5}, "The seed is 1.5"),
        ({"emotion": "sad", "seed": True}, "The seed is True"),
        ({"emotion": "sad", "duration_s": None}, "The duration is None; give a number of seconds"),
        ({"emotion": "sad", "duration_s": [30]}, "The duration is"),
        ({"emotion": "sad", "duration_s": 10**400}, "The duration is"),
        ({"emotion": ["sad"]}, "no mood at .*; give valence and arousal"),
        ({"emotion": (0.5, 1.5)}, "no mood at 0.5, 1.5; give valence and arousal from -1 to 1"),
        ({"emotion": (0.5,)}, "no mood at"),
        ({"emotion": 3}, "no emotion 3"),
        ({"emotion": "sad", "face": 0}, "The face is 0; give a whole number from 1"),
        ({"emotion": "sad", "face": None}, "The face is None"),
        ({"emotion": "sad", "face": "both"}, "The face is 'both'; give a whole number from 1 to 2147483647, or 'all'"),
    ],
)
def test_requests_that_make_no_sense_are_refused(request_, message):
    with pytest.raises(errors.RequestError, match=message):
        compose(**request_)


def test_numbers_of_numpy_are_numbers():
    song = compose(emotion="sad", seed=np.int64(3), duration_s=np.float32(6), face=np.int64(1))
    assert song.midi == compose(emotion="sad", seed=3, duration_s=6).midi
    assert json.dumps(song.to_dict())


def test_settings_are_checked_before_the_picture_is_read():
    with pytest.raises(errors.RequestError, match="5 to 180 seconds"):
        compose("no/such/picture.jpg", duration_s=1)


def test_without_fluidsynth_there_is_still_a_midi_file(monkeypatch):
    monkeypatch.setitem(sys.modules, "fluidsynth", None)
    audio._holder.cache_clear()
    song = compose(emotion="happy", seed=1, duration_s=5)
    audio._holder.cache_clear()
    assert song.audio is None
    assert "wav" not in song.kinds
    assert "apt-get install fluidsynth" in song.warnings[0]
    assert song.to_dict()["warnings"] == list(song.warnings)
    assert mido.MidiFile(file=io.BytesIO(song.midi)).length == pytest.approx(song.duration_s, abs=0.1)


def test_wishes_take_the_place_of_what_the_mood_would_choose():
    wishes = Wishes(tempo_bpm=97, key="E-flat", mode="dorian", instruments=("Flute", "Acoustic Guitar (nylon)"), bars=8)
    song = compose(emotion="sad", seed=3, wishes=wishes)
    assert song.plan.tempo_bpm == pytest.approx(97, abs=0.5)
    assert (song.plan.key, song.plan.mode, song.plan.bars) == ("E-flat", "dorian", 8)
    assert [part.instrument for part in song.plan.parts[:2]] == ["Flute", "Acoustic Guitar (nylon)"]
    assert song.to_dict()["wishes"]["key"] == "E-flat"
    with pytest.raises(RequestError, match="give a number from 30 to 240 beats a minute"):
        compose(emotion="sad", wishes=Wishes(tempo_bpm=10))


def test_shares_of_emotions_compose_and_must_add_up():
    half = {**dict.fromkeys(EMOTIONS, 0.0), "sad": 0.5, "happy": 0.5}
    song = compose(emotion=half, seed=1, duration_s=5)
    assert song.mood == mood_of(half)
    assert song.emotion == half
    with pytest.raises(RequestError, match="add up to 1"):
        compose(emotion={**half, "sad": 0.9}, seed=1, duration_s=5)
    with pytest.raises(RequestError, match="A mood needs the probabilities"):
        compose(emotion={"sad": 1.0}, seed=1, duration_s=5)


def test_a_point_is_the_shares_there_that_are_nearest_to_the_face(astronaut):
    face = read_faces(astronaut).faces[0].emotion
    song = compose(astronaut, emotion=(-0.2, 0.3), seed=1, duration_s=5, render=False)
    assert song.emotion == shares_at(-0.2, 0.3, face)
    assert (song.mood.valence, song.mood.arousal) == pytest.approx((-0.2, 0.3), abs=0.004)
    assert compose(emotion=(-0.2, 0.3), seed=1, duration_s=5, render=False).emotion == shares_at(-0.2, 0.3)
    assert song.face is None
