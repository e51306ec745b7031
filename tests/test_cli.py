import io
import json
import os
import subprocess
import sys

import mido
import numpy as np
import pytest
import soundfile
from PIL import Image
from typer.testing import CliRunner

from face2music.assets import FOLDER
from face2music.cli import app

RULES = FOLDER / "rules.json"


@pytest.fixture
def run():
    runner = CliRunner()
    return lambda *words: runner.invoke(app, [str(word) for word in words])


def refused(result, message) -> bool:
    """Exit status 1, nothing on standard output and one sentence on standard error."""
    return result.exit_code == 1 and result.stdout == "" and message in result.stderr and result.stderr.count("\n") == 1


def test_compose_writes_three_files_and_a_summary(run, portrait, tmp_path):
    out = tmp_path / "new" / "folder"
    result = run("compose", portrait, "--out", out, "--seed", 5, "--duration", 8)
    assert result.exit_code == 0, result.stderr
    assert sorted(os.listdir(out)) == ["song.json", "song.mid", "song.wav"]
    described = json.loads((out / "song.json").read_text())
    samples, rate = soundfile.read(out / "song.wav")
    assert len(samples) / rate == pytest.approx(described["duration_s"], abs=1e-3)
    assert mido.MidiFile(out / "song.mid").length == pytest.approx(described["plan"]["music_s"], abs=1)
    assert "seed 5" in result.stdout
    assert f"{described['plan']['key']} {described['plan']['mode']}" in result.stdout


def test_compose_without_a_picture_prints_song_json(run, tmp_path):
    result = run("compose", "--emotion", "fear", "--out", tmp_path / "song", "--duration", 5, "--seed", 1, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == json.loads((tmp_path / "song" / "song.json").read_text())
    assert json.loads(result.stdout)["emotion"]["fear"] == 1


def test_every_kind_of_file_can_be_asked_for(run, tmp_path):
    words = ("--emotion", "surprise", "--seed", 2, "--duration", 5, "--formats", "mid,flac", "--stems", "--score", "--zip")
    result = run("compose", "--out", tmp_path, *words)
    assert result.exit_code == 0, result.stderr
    names = os.listdir(tmp_path)
    assert {"song.mid", "song.flac", "song.musicxml", "song-page-1.svg", "song.zip"} < set(names)
    assert sum(name.endswith(".flac") for name in names) > 3
    assert "song.wav" not in names


def test_a_link_makes_the_same_song_again(run, tmp_path):
    asked = ("--emotion", "happy=0.7,sad=0.3", "--seed", 9, "--duration", 7.5, "--tempo", 90, "--formats", "mid")
    printed = run("compose", "--out", tmp_path / "one", *asked).stdout
    link = printed.rpartition("--link ")[2].strip()
    assert run("compose", "--out", tmp_path / "two", "--link", link, "--formats", "mid").exit_code == 0
    assert os.listdir(tmp_path / "two") == ["song.mid"]
    assert (tmp_path / "two/song.mid").read_bytes() == (tmp_path / "one/song.mid").read_bytes()
    assert refused(run("compose", "--out", tmp_path / "no", "--link", link[:-3]), "damaged")
    for beside in (("--seed", 9), ("--duration", 30), ("--emotion", "sad"), ("picture.jpg",)):
        assert run("compose", "--out", tmp_path / "no", "--link", link, *beside).exit_code == 2
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize("text", ["0.3,0.4", "-0.5,0.2", " -0.5 , 0.2 "])
def test_a_point_of_the_plane_is_an_emotion(run, tmp_path, text):
    words = ("--emotion", text, "--seed", 1, "--duration", 5, "--formats", "json", "--json")
    described = json.loads(run("compose", "--out", tmp_path, *words).stdout)
    valence, arousal = (float(number) for number in text.split(","))
    assert (described["mood"]["valence"], described["mood"]["arousal"]) == pytest.approx((valence, arousal), abs=0.004)


def test_all_faces_of_a_picture(run, portrait, tmp_path):
    words = ("--out", tmp_path / "song", "--face", "all", "--formats", "json", "--json", "--duration", 5)
    assert json.loads(run("compose", portrait, *words).stdout)["face"] == "all"
    assert refused(
        run("compose", portrait, "--out", tmp_path / "no", "--face", "two"), "no face 'two'; give a number from 1, or all"
    )


def test_files_are_not_overwritten_without_force(run, tmp_path):
    (tmp_path / "song.mid").write_bytes(b"mine")
    words = ("compose", "--emotion", "sad", "--out", tmp_path, "--duration", 5)
    assert refused(run(*words), "is there already; choose another folder, or add --force")
    assert (tmp_path / "song.mid").read_bytes() == b"mine"
    assert run(*words, "--force").exit_code == 0
    assert (tmp_path / "song.mid").read_bytes().startswith(b"MThd")


def bad_picture(kind: str) -> bytes:
    file = io.BytesIO()
    match kind:
        case "empty":
            return b""
        case "text":
            return b"no picture at all"
        case "tiny":
            Image.new("RGB", (1, 1)).save(file, "PNG")
        case "wide":
            Image.new("RGB", (20_000, 100)).save(file, "PNG")
        case "bomb":
            Image.new("1", (30_000, 30_000)).save(file, "PNG")
        case "blank":
            Image.new("RGB", (640, 480), "grey").save(file, "JPEG")
        case "truncated":
            Image.fromarray(np.random.default_rng(1).integers(0, 256, (300, 300, 3), dtype=np.uint8)).save(file, "JPEG")
            return file.getvalue()[:9000]
        case "animated":
            Image.new("RGB", (64, 64)).save(file, "GIF", save_all=True, append_images=[Image.new("RGB", (64, 64), "red")])
        case "cmyk":
            Image.new("CMYK", (64, 64)).save(file, "TIFF")
        case "16-bit":
            Image.fromarray(np.zeros((64, 64), np.uint16)).save(file, "PNG")
        case "transparent":
            Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    "kind", ["empty", "text", "tiny", "wide", "bomb", "blank", "truncated", "animated", "cmyk", "16-bit", "transparent"]
)
def test_bad_pictures_are_refused_and_leave_nothing(run, tmp_path, kind):
    picture = tmp_path / "picture"
    picture.write_bytes(bad_picture(kind))
    result = run("compose", picture, "--out", tmp_path / "out" / "song")
    assert refused(result, ""), result.stderr
    assert os.listdir(tmp_path) == ["picture"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--emotion", "bored"], "choose one of angry"),
        (["--emotion", "sad", "--duration", "4"], "5 to 180"),
        (["--emotion", "sad", "--seed", "-4"], "whole number from 0"),
        (["missing.jpg"], "is no file"),
        (["--emotion", "happy=much"], "cannot be read; give a name, shares as in happy=0.7,sad=0.3, or a point as in 0.5,-0.2"),
        (["--emotion", "happy=0.4"], "add up to 1"),
        (["--emotion", "glad=1"], "needs the probabilities of"),
        (["--emotion", "sad,glad"], "cannot be read"),
        (
            ["--emotion", "sad", "--formats", "mid,aiff"],
            "no format 'aiff'; choose among mid, wav, flac, ogg, mp3",
        ),
    ],
)
def test_bad_settings_are_refused_and_leave_nothing(run, tmp_path, words, message):
    assert refused(run("compose", *words, "--out", tmp_path / "out"), message)
    assert os.listdir(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_refused(run, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert refused(run("compose", "--emotion", "sad", "--out", tmp_path / "file" / "in"), "cannot be written")


@pytest.mark.parametrize(
    "words", [["compose", "--out", "x"], ["compose", "--emotion", "sad"], ["sing"], ["compose", "--seed", "x"], []]
)
def test_wrong_usage_has_status_2(run, words):
    assert run(*words).exit_code == 2


def test_emotion_prints_a_line_a_picture(run, portrait, tmp_path):
    blank = tmp_path / "blank.png"
    blank.write_bytes(bad_picture("blank"))
    result = run("emotion", portrait, blank, portrait)
    assert result.exit_code == 1
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == [str(portrait)] * 2
    assert (
        result.stderr
        == f"{blank}: No face was found; use a picture that shows a face from the front, well lit and not too small.\n"
    )
    read = json.loads(run("emotion", "--json", portrait).stdout)
    assert read[0]["picture"] == str(portrait)
    assert len(read[0]["faces"]) == 1


def test_evaluation_needs_a_split_that_is_there(run, tmp_path):
    np.savez(tmp_path / "fer.npz", images=np.zeros((1, 48, 48), np.uint8), label=np.array([0]), usage=np.array(["Training"]))
    assert refused(run("evaluate", "emotion", "--data", tmp_path / "fer.npz"), "no split PublicTest; it has Training")


def test_the_module_is_the_command():
    help_ = subprocess.run([sys.executable, "-m", "face2music", "--help"], capture_output=True, text=True, check=True).stdout
    assert "compose" in help_
    assert "evaluate" in help_


def test_profiles_are_made_of_tables_and_rules(run, tmp_path):
    table = tmp_path / "table.csv"
    assert refused(run("profiles", f"deam={table}", "--rules", tmp_path / "no.json", "--out", tmp_path / "p.json"), "")
    assert refused(run("profiles", "mine=x.csv", "--rules", RULES, "--out", tmp_path / "p.json"), "is one of")
    table.write_text("name,valence,arousal\n")
    assert refused(run("profiles", f"deam={table}", "--rules", table, "--out", tmp_path / "p.json"), "")
    assert os.listdir(tmp_path) == ["table.csv"]


def test_analysis_measures_a_folder(run, tmp_path):
    soundfile.write(tmp_path / "tone.wav", np.sin(np.arange(3 * 22_050) / 8) * 0.3, 22_050)
    (tmp_path / "broken.wav").write_bytes(b"RIFF")
    result = run("analyse", "--audio", tmp_path, "--out", tmp_path / "features.csv", "--jobs", 1)
    assert result.exit_code == 0, result.stderr
    assert "1 measured, 0 kept, 1 unreadable" in result.stdout
    assert "broken.wav" in result.stderr
    assert (tmp_path / "features.csv").read_text().count("\n") == 2


def test_wishes_by_command(run, tmp_path):
    arguments = ("compose", "--emotion", "happy", "--seed", 3, "--out", tmp_path, "--json")
    wishes = ("--tempo", 100, "--key", "F#", "--mode", "minor", "--style", "chamber", "--bars", 6)
    plan = json.loads(run(*arguments, *wishes).stdout)["plan"]
    assert (plan["key"], plan["mode"], plan["bars"]) == ("F-sharp", "aeolian", 6)
    assert plan["tempo_bpm"] == pytest.approx(100, abs=0.5)
    assert refused(run(*arguments, "--force", "--style", "polka"), "There is no style 'polka'; choose one of auto")
    assert refused(run(*arguments, "--force", "--instruments", "Flute, Kazoo"), "There is no instrument 'Kazoo'")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("compose", "--emotion", "Happy"), {"emotion": {"happy": 1}}),
        (("compose", "--emotion", " SADNESS "), {"emotion": {"sad": 1}}),
        (("compose", "--emotion", "Happy=0.7, SAD=0.3"), {"emotion": {"happy": 0.7, "sad": 0.3}}),
        (("compose", "--emotion", "fear", "--mode", "Harmonic-Minor"), {"plan": {"mode": "harmonic minor"}}),
        (("compose", "--emotion", "fear", "--style", " Solo Piano"), {"plan": {"style": "solo piano"}}),
        (("compose", "--emotion", "fear", "--key", " c Sharp "), {"plan": {"tonic_pitch_class": 1}}),
        (("compose", "--emotion", "fear", "--instruments", "FLUTE, acoustic grand piano"), {}),
        (("journey", "Sad", " HAPPY "), {}),
        (("journey", "Lift Me Up"), {}),
    ],
)
def test_names_are_known_whatever_their_case_and_the_blanks_about_them(run, tmp_path, words, found):
    result = run(*words, "--out", tmp_path, "--seed", 1, "--duration", 12, "--formats", " MID", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    for group, values in found.items():
        assert values.items() <= told[group].items()
    if "--instruments" in words:
        assert {"Flute", "Acoustic Grand Piano"} <= {part["instrument"] for part in told["plan"]["parts"]}


def test_the_help_of_journey_names_the_lengths_that_it_takes(run, tmp_path):
    assert "5 to 600" in run("journey", "--help").stdout
    assert "5 to 180" in run("compose", "--help").stdout
    assert refused(run("journey", "sad", "happy", "--out", tmp_path, "--duration", 601), "5 to 600 seconds")
    assert refused(run("compose", "--emotion", "sad", "--out", tmp_path, "--duration", 181), "5 to 180 seconds")
