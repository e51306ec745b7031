"""Files by command: nothing that is read is written over, and names and numbers of any kind end in a song or a sentence."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from clips import face, scene, write
from PIL import Image
from typer.testing import CliRunner

from face2music import pipeline
from face2music.assets import FOLDER
from face2music.cli import app
from face2music.errors import RequestError, VideoError
from face2music.pipeline import Live
from face2music.video.clip import Clip

NO_UTF_8 = os.fsdecode(b"c\xff")


def refused(*words) -> str:
    """The one sentence that a command ends with."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1), (result.output, result.exception)
    return result.stderr


@pytest.fixture
def clip(tmp_path, astronaut) -> Path:
    """A second of a face, in a folder of its own, with the name that the clip with its music gets."""
    (tmp_path / "film").mkdir()
    return write(tmp_path / "film/clip.mp4", lambda _: scene((face(astronaut, 200), 40, 40)), 1)


def test_a_clip_is_not_replaced_by_the_one_with_its_music(clip, tmp_path, monkeypatch):
    before = clip.read_bytes()
    (tmp_path / "link").symlink_to(tmp_path / "film")
    os.link(clip, tmp_path / "same.mp4")
    monkeypatch.chdir(tmp_path)
    for named in (clip, "film/clip.mp4", "same.mp4"):
        for out in (tmp_path / "film", "link", "film/../film"):
            assert "is read, and would be written over" in refused("video", named, "--out", out, "--force")
    assert os.listdir(tmp_path / "film") == ["clip.mp4"]
    assert clip.read_bytes() == before


def test_pictures_clips_and_networks_are_not_replaced(clip, portrait, tmp_path):
    picture, followed = shutil.copy(portrait, tmp_path / "song.mid"), shutil.copy(clip, tmp_path / "song.wav")
    network = shutil.copy(FOLDER / "emotion.tflite", tmp_path / "song.tflite")
    shutil.copy(FOLDER / "emotion.json", tmp_path / "song.json")
    before = {file: file.read_bytes() for file in tmp_path.glob("song.*")}
    for words in (
        ["compose", picture],
        ["compose", portrait, "--network", network],
        ["journey", "sad", picture],
        ["live", "--silent", "--clip", followed],
        ["video", clip, "--network", network],
    ):
        assert "is read, and would be written over" in refused(*words, "--out", tmp_path, "--force")
    assert {file: file.read_bytes() for file in tmp_path.glob("song.*")} == before


def test_tables_rules_and_data_are_not_replaced(tmp_path):
    table, rules = tmp_path / "table.csv", tmp_path / "rules.json"
    table.write_text("name,valence,arousal\na,-1,1\n")
    shutil.copy(FOLDER / "rules.json", rules)
    (tmp_path / "data/deam").mkdir(parents=True)
    ratings = tmp_path / "data/deam/ratings.csv"
    ratings.write_text("song_id\n")
    before = {file: file.read_bytes() for file in tmp_path.rglob("*.*")}
    for words in (
        ["profiles", f"deam={table}", "--rules", rules, "--out", table],
        ["profiles", f"deam={table}", "--rules", rules, "--out", tmp_path / "data/../rules.json"],
        ["judges", tmp_path / "data", "--out", ratings],
        ["analyse", "--audio", tmp_path, "--annotations", table, "--out", table],
        ["evaluate", "emotion", "--data", tmp_path / "report.json", "--out", tmp_path, "--force"],
        ["export", tmp_path, "--data", table, "--out", tmp_path, "--force"],
    ):
        assert "is read, and would be written over" in refused(*words)
    assert {file: file.read_bytes() for file in tmp_path.rglob("*.*")} == before


def test_rules_with_half_a_character_become_profiles(tmp_path):
    rules = (FOLDER / "rules.json").read_text(encoding="utf-8")
    (tmp_path / "rules.json").write_text(rules.replace("{", '{"odd": "\\ud800",', 1), encoding="utf-8")
    (tmp_path / "table.csv").write_text("name,valence,arousal\na,-1,1\nb,1,-1\n")
    words = ["profiles", f"deam={tmp_path / 'table.csv'}", "--rules", tmp_path / "rules.json", "--out", tmp_path / "made.json"]
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    assert json.loads((tmp_path / "made.json").read_text(encoding="utf-8"))["odd"] == "\ud800"


def test_cameras_that_no_number_names_are_refused(tmp_path):
    for number in (-5, -1, 100, 2**40, 10**400):
        assert "give a number from 0 to 99" in refused("live", "--silent", "--camera", number, "--out", tmp_path / "out")
        with pytest.raises(VideoError, match="There is no camera"):
            pipeline.camera_frames(number)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("seconds", ["nan", "inf", "-inf", "-1", "0"])
def test_music_cannot_stop_after_no_time(clip, tmp_path, seconds):
    said = refused("live", "--silent", "--clip", clip, "--seconds", seconds, "--out", tmp_path / "out")
    assert "give a number above 0" in said
    assert not (tmp_path / "out").exists()
    music = Live(seed=1)
    with pytest.raises(RequestError, match="give a number above 0"):
        pipeline.perform(music, iter([]), None, float(seconds))
    music.close()


def test_more_seconds_than_can_be_counted_last_as_long_as_the_clip(clip, tmp_path):
    words = ["live", "--silent", "--clip", clip, "--seconds", 1e40, "--formats", "mid", "--out", tmp_path / "out"]
    assert CliRunner().invoke(app, [str(word) for word in words]).exit_code == 0


def test_names_that_are_very_long_are_cut_in_sentences(tmp_path):
    long = "a" * 3000
    (tmp_path / "table.csv").write_text("name,valence,arousal\na,-1,1\n")
    for words in (
        ["profiles", f"deam={tmp_path / 'table.csv'}", "--rules", long, "--out", tmp_path / "made.json"],
        ["analyse", "--audio", long, "--out", tmp_path / "made.csv"],
    ):
        said = refused(*words)
        assert "a" * 90 in said
        assert len(said) < 800
        assert said.endswith(".\n")
    assert len(CliRunner().invoke(app, ["emotion", long]).stderr) < 800


def test_a_clip_whose_name_is_no_text_is_refused(clip, tmp_path):
    odd = clip.rename(tmp_path / f"{NO_UTF_8}.mp4")
    for words in (["video", odd], ["live", "--silent", "--clip", odd]):
        assert r"c\xff.mp4 is no text in UTF-8" in refused(*words, "--out", tmp_path / "out").replace(r"\udcff", r"\xff")
    (tmp_path / NO_UTF_8).mkdir()
    with pytest.raises(VideoError, match="give the clip and its folders other names"):
        Clip(Path(shutil.copy(odd, tmp_path / NO_UTF_8 / "clip.mp4")))


@pytest.mark.parametrize("encoding", ["utf-8:strict", "ascii:strict"])
def test_any_name_is_printed(tmp_path, astronaut, encoding):
    """In a process of its own, whose standard output takes no odd letters."""
    for name in (NO_UTF_8, "ä"):
        Image.fromarray(astronaut).save(tmp_path / f"{name}.png")
        call = [sys.executable, "-m", "face2music", "emotion", tmp_path / f"{name}.png"]
        result = subprocess.run(call, capture_output=True, env={**os.environ, "PYTHONIOENCODING": encoding}, check=False)
        assert result.returncode == 0, result.stderr
        assert b".png: happy" in result.stdout


def test_a_scale_without_an_end_is_refused(tmp_path):
    import pretty_midi

    (tmp_path / "music").mkdir()
    pretty_midi.PrettyMIDI().write(str(tmp_path / "music/a.mid"))
    (tmp_path / "table.csv").write_text("name,valence,arousal\na,1,2\n")
    for scale in (("-inf", "inf"), ("nan", "5"), ("0", "inf"), ("-1e308", "1e308")):
        words = ["analyse", "--audio", tmp_path / "music", "--annotations", tmp_path / "table.csv", "--out", tmp_path / "out.csv"]
        assert "state the right one" in refused(*words, "--scale", *scale)
    assert not (tmp_path / "out.csv").exists()


def test_numbers_of_processes_that_cannot_be_are_refused(tmp_path, portrait):
    (tmp_path / "data").mkdir()
    (tmp_path / "a.mid").write_bytes(b"")
    for jobs in (0, -2, 99_999_999, 10**400):
        for words in (
            ["batch", portrait.parent, "--out", tmp_path / "out"],
            ["analyse", "--audio", tmp_path, "--out", tmp_path / "out.csv"],
            ["judges", tmp_path / "data", "--out", tmp_path / "out.json"],
        ):
            assert "give 1 to 512 jobs, or -1 for one a core" in refused(*words, "--jobs", jobs)
    assert sorted(os.listdir(tmp_path)) == ["a.mid", "data", "portrait.png"]
