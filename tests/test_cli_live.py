"""Live music from the command line: a clip as if it were the camera, the loudspeaker, and what is refused."""

import json
import time

import numpy as np
import pytest
from clips import face, scene, write
from typer.testing import CliRunner

from face2music import pipeline
from face2music.cli import app
from face2music.cli import live as command
from face2music.errors import SynthesiserError
from face2music.live import Speaker
from face2music.mood import EMOTIONS
from face2music.pipeline import Live, perform

SHOWN = {"happy": 0.88}


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Whoever is looked at is happy."""
    row = np.array([SHOWN.get(name, 0.02) for name in EMOTIONS])
    monkeypatch.setattr(Live, "_read", lambda self, picture: row)


@pytest.fixture
def clip(tmp_path, astronaut):
    """Three seconds of a face."""
    return write(tmp_path / "face.mp4", lambda _: scene((face(astronaut, 200), 40, 40)), 3)


def run(*arguments):
    return CliRunner().invoke(app, ["live", *map(str, arguments)])


def test_a_clip_is_followed_as_if_it_were_the_camera_and_gives_the_same_files_again(clip, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for out in (first, second):
        result = run("--clip", clip, "--out", out, "--seed", 4, "--silent", "--formats", "mid,json")
        assert result.exit_code == 0, result.output
        assert "No face" not in result.stderr
    assert (first / "song.mid").read_bytes() == (second / "song.mid").read_bytes()
    told = json.loads((first / "song.json").read_text())
    assert told["emotion"]["happy"] > 0.9
    assert told["plan"]["sections"][-1]["name"] == "Ending"
    assert 3 <= told["duration_s"] <= 12
    assert pipeline.open_link(told["link"], render=False).midi == (first / "song.mid").read_bytes()


def test_it_can_be_cut_short(clip, tmp_path):
    result = run(
        "--clip", clip, "--out", tmp_path / "out", "--silent", "--seconds", 1, "--formats", "json", "--json", "--tempo", 120
    )
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["plan"]["bars"] <= 3


def test_without_a_driver_a_sentence_says_so_and_the_files_are_written(clip, tmp_path, monkeypatch):
    def none():
        raise SynthesiserError("There is no audio driver.")

    monkeypatch.setattr(command.pipeline, "Speaker", none)
    result = run("--clip", clip, "--out", tmp_path / "out", "--seed", 4, "--formats", "mid")
    assert result.exit_code == 0, result.output
    assert "There is no audio driver." in result.stderr
    assert (tmp_path / "out" / "song.mid").is_file()


def test_a_camera_that_is_not_there_is_refused(tmp_path, capfd):
    result = run("--camera", 77, "--out", tmp_path / "out", "--silent")
    assert result.exit_code == 1
    assert "Camera 77 cannot be used" in result.output
    assert "VIDEOIO" not in capfd.readouterr().err  # OpenCV's own lines
    assert not (tmp_path / "out").exists()


def test_what_is_performed_reaches_the_speaker_piece_by_piece():
    class Ear:
        def __init__(self):
            self.heard = []

        def put(self, samples, ahead_s):
            self.heard.append(samples)
            time.sleep(0.02)

    music, ear = Live(seed=3), Ear()
    perform(music, iter([b"", b"", b""]), ear)
    song = music.song()
    music.close()
    heard = np.concatenate(ear.heard)
    assert len(heard) / 44_100 == pytest.approx(song.plan.music_s + 1.9, abs=0.01)
    assert max(mood.valence for mood in song.played) > 0.5  # as soon as the face was seen


def test_a_speaker_that_is_not_there_is_refused_in_a_sentence_alone(capfd):
    with pytest.raises(SynthesiserError, match="no audio driver"):
        Speaker({"audio.driver": "alsa", "audio.alsa.device": "none such"})
    assert capfd.readouterr().err == ""


def test_music_for_nobody_says_so(clip, tmp_path, monkeypatch):
    monkeypatch.setattr(Live, "_read", lambda self, picture: None)
    result = run("--clip", clip, "--out", tmp_path / "out", "--seed", 4, "--silent", "--formats", "mid")
    assert result.exit_code == 0, result.output
    assert "No face was seen, so the music stayed neutral" in result.stderr


def test_a_speaker_takes_what_it_is_given():
    try:
        speaker = Speaker({"audio.driver": "alsa", "audio.alsa.device": "null"})
    except SynthesiserError as error:
        pytest.skip(str(error))
    with speaker:
        for _ in range(8):
            speaker.put(np.ones((11_025, 2), np.int16), 0.1)  # a driver that asks for nothing would never come back
        assert len(speaker._waiting) <= 11_025 * 1.5
