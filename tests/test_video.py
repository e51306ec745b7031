"""From a clip to its soundtrack, by Python and by the command line."""

import io
import json
import os
import subprocess
import sys
import time
import tracemalloc
from dataclasses import replace

import clips
import mido
import numpy as np
import psutil
import pytest
import soundfile
from typer.testing import CliRunner

from face2music import pipeline
from face2music.cli import app, deliver
from face2music.errors import NoFaceError, RequestError, VideoError
from face2music.face import read_picture
from face2music.mood import EMOTIONS
from face2music.pipeline import MAX_SEED, Film, Wishes, compose_curve, compose_video, open_link
from face2music.plan import MOST_CUT_FRAMES
from face2music.video import read_clip, soundtrack, told


def reading(emotion: str) -> list[float]:
    return [0.9 if name == emotion else 0.1 / 6 for name in EMOTIONS]


def by_brightness(crops: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A stand-in for the network: dim faces are sad, others happy."""
    return np.array([reading("sad" if crop.mean() < 115 else "happy") for crop in crops]), np.ones(len(crops), bool)


def curve_of(*runs: tuple[str, float], duration_s: float | None = None):
    read = np.array([reading(emotion) for emotion, seconds in runs for _ in range(round(seconds * 2))])
    return told(read, np.ones(len(read), bool), duration_s or len(read) / 2)


@pytest.fixture(scope="module")
def clip(astronaut, tmp_path_factory):
    """Six seconds of a woman who is well lit, and then in dim light."""
    woman = clips.face(read_picture(astronaut), 240)
    dark = (woman * 0.6).astype(np.uint8)
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return clips.write(path, lambda seconds: clips.scene((woman if seconds < 3 else dark, 100, 60)), 6.1)


@pytest.fixture(scope="module")
def film(clip):
    curve = read_clip(clip, by_brightness)
    return Film(clip, curve, compose_curve(curve, seed=1))


def test_the_emotions_of_a_clip_are_read(film):
    assert film.curve.duration_s == pytest.approx(6.1)
    assert [segment.emotion for segment in film.curve.segments] == ["happy", "sad"]
    assert film.curve.segments[1].start_s == 3
    assert film.curve.seen.all()


def test_the_sound_is_as_long_as_the_clip_to_the_sample_and_ends_softly(film):
    song = film.song
    assert song.audio.shape == (round(6.1 * song.sample_rate), 2)
    assert song.duration_s == pytest.approx(6.1, abs=1e-4)
    assert np.abs(song.audio[-20:]).max() < 10
    assert np.abs(song.audio[: song.sample_rate]).max() > 100
    assert mido.MidiFile(file=io.BytesIO(song.midi)).length <= 6.1


def test_what_is_read_is_told_in_song_json(film):
    told_json = json.loads(film.json())
    assert told_json["clip"]["duration_s"] == pytest.approx(6.1)
    assert [segment["emotion"] for segment in told_json["clip"]["segments"]] == ["happy", "sad"]
    assert told_json["seed"] == 1


def test_the_clip_gets_the_music_and_keeps_its_picture(film, tmp_path):
    target = tmp_path / "joined.mp4"
    film.save_clip(target)
    assert list(clips.packets(target)) == list(clips.packets(film.clip))
    clips.ffmpeg("-i", target, "-map", "0:a", tmp_path / "sound.wav")
    sound, rate = soundfile.read(tmp_path / "sound.wav")
    assert len(sound) / rate == pytest.approx(6.1, abs=0.05)
    assert np.abs(sound).max() > 0.01
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["joined.mp4", "sound.wav"]


def test_sound_that_is_not_held_is_the_same_and_takes_the_same_memory_however_long_it_is(film, tmp_path):
    def most_held(duration_s: float) -> int:
        """Bytes at once, while the sound of so many seconds is written."""
        song = compose_curve(curve_of(("happy", duration_s)), seed=1, render=False)
        with (tmp_path / "song.wav").open("w+b") as file:
            tracemalloc.start()
            song.write_sound("wav", file)
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert file.tell() >= round(duration_s * song.sample_rate) * 4
        return most

    longer = 90 * film.song.sample_rate * 4
    assert most_held(120) - most_held(30) < longer / 4  # which the notes take
    again = compose_curve(film.curve, seed=1, render=False)
    assert again.audio is None
    assert np.array_equal(np.concatenate(list(again.blocks())), film.song.audio)
    assert again.duration_s == pytest.approx(film.song.duration_s, abs=1e-4)


# In place of ffmpeg: it writes half a file, and takes its time.
SLOW = """#!/bin/sh
for target; do :; done
echo half > "${target#file:}"
exec sleep 300
"""
JOINS = """import sys
from pathlib import Path
from face2music.video import join
join(Path(sys.argv[1]), [], 44_100, Path(sys.argv[2]))"""


@pytest.mark.skipif(os.name == "nt", reason="What stands in for ffmpeg is a shell script.")
def test_what_a_killed_command_left_of_a_joined_clip_goes_with_the_next(clip, tmp_path):
    programs, out = tmp_path / "programs", tmp_path / "out"
    for folder in (programs, out):
        folder.mkdir()
    (programs / "ffmpeg").write_text(SLOW)
    (programs / "ffmpeg").chmod(0o755)
    env = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    with subprocess.Popen([sys.executable, "-c", JOINS, str(clip), str(out / "clip.mp4")], env=env) as process:
        while not any(path.stat().st_size for path in out.iterdir()):
            assert process.poll() is None
            time.sleep(0.02)
        deliver.check((), out, False, [clip])
        assert len(list(out.iterdir())) == 1, "it is still written"
        slow = psutil.Process(process.pid).children()
        process.kill()
    for each in slow:
        each.kill()
    deliver.check((), out, False, [clip])
    assert list(out.iterdir()) == []


def test_without_ffmpeg_one_sentence_says_what_to_install(film, tmp_path, monkeypatch):
    monkeypatch.setattr(soundtrack.shutil, "which", lambda name: None)
    monkeypatch.setattr(soundtrack, "find_spec", lambda name: None)
    with pytest.raises(VideoError, match="ffmpeg is missing, so the clip stays without its soundtrack; install it"):
        film.save_clip(tmp_path / "joined.mp4")
    assert not list(tmp_path.iterdir())


def test_a_clip_without_a_face_is_refused(tmp_path):
    empty = clips.write(tmp_path / "empty.mp4", lambda seconds: clips.scene(), 1)
    with pytest.raises(NoFaceError, match=r"No face was found in empty\.mp4"):
        read_clip(empty, by_brightness)


def test_there_can_be_no_wish_for_bars(clip):
    with pytest.raises(RequestError, match="as long as its clip; leave out the number of bars"):
        compose_video(clip, wishes=Wishes(bars=8))


@pytest.mark.parametrize("asked", [{"wishes": Wishes(tempo_bpm=9)}, {"wishes": Wishes(style="polka")}, {"seed": -1}])
def test_what_cannot_be_composed_is_refused_before_the_clip_is_read(asked, tmp_path):
    with pytest.raises(RequestError):
        compose_video(tmp_path / "none.mp4", **asked)


def test_the_same_emotions_and_seed_give_the_same_bytes_and_so_does_the_link():
    curve = curve_of(("neutral", 8), ("happy", 8), ("sad", 8))
    song = compose_curve(curve, seed=5, render=False)
    assert compose_curve(curve, seed=5, render=False).midi == song.midi
    assert compose_curve(curve, seed=6, render=False).midi != song.midi
    assert open_link(song.link, render=False).midi == song.midi


def test_the_link_of_a_restless_clip_opens_too():
    rng = np.random.default_rng(1)
    read = np.repeat(rng.dirichlet(np.full(7, 0.1), 240), 5, axis=0)
    wishes = Wishes(104.5, "F-sharp", "mixolydian", "solo piano", ("Acoustic Grand Piano", "Electric Guitar (clean)"))
    song = compose_curve(told(read, np.ones(len(read), bool), 600.0), seed=MAX_SEED, wishes=wishes, render=False)
    assert len(song.curve.frames) == MOST_CUT_FRAMES
    assert open_link(song.link, render=False).midi == song.midi


def bars_of(plan) -> np.ndarray:
    """When each bar begins and the last one ends, in seconds."""
    return np.cumsum([0, *(60 * plan.metre.beats / plan.at_bar(bar).tempo_bpm for bar in range(plan.bars))])


def changing(seconds: int, changes: int, seed: int):
    """A clip in which the emotion changes so often, each time after two seconds at least."""
    rng = np.random.default_rng(seed)
    spare = np.sort(rng.integers(0, 2 * seconds - 4 * changes - 4, changes))
    lengths = 4 + np.diff([0, *spare, 2 * seconds - 4 * changes - 4])
    emotions = np.cumsum(rng.integers(1, 7, changes + 1)) % 7
    return curve_of(*((EMOTIONS[emotion], length / 2) for emotion, length in zip(emotions, lengths, strict=True)))


@pytest.mark.parametrize(
    ("seconds", "changes", "tempo_bpm"),
    [(600, 49, None), (600, 49, 61), (600, 120, None), (300, 24, None), (60, 10, None), (20, 3, None)],
)
def test_phrases_begin_where_the_face_changes_however_long_a_clip_is(seconds, changes, tempo_bpm):
    curve = changing(seconds, changes, seed=changes)
    plan = compose_curve(curve, seed=changes, wishes=Wishes(tempo_bpm=tempo_bpm), render=False).plan
    bars = bars_of(plan)
    begins = bars[[section.start_bar for section in plan.sections]]
    for segment in curve.segments[1:]:
        assert np.abs(begins - segment.start_s).min() <= np.diff(bars).max(), segment


def test_a_steady_face_has_the_form_of_an_ordinary_song():
    plan = compose_curve(curve_of(("happy", 60)), seed=1, render=False).plan
    ordinary = pipeline.compose(emotion="happy", seed=1, duration_s=58.5, render=False).plan
    assert {section.bars for section in plan.sections} == {section.bars for section in ordinary.sections}


@pytest.mark.parametrize("duration_s", [0.4, 3.0, 7.3])
def test_short_clips_have_music_too(duration_s):
    song = compose_curve(curve_of(("happy", np.ceil(duration_s * 2) / 2), duration_s=duration_s), seed=2)
    assert len(song.audio) == round(duration_s * song.sample_rate)
    assert np.abs(song.audio).max() > 100


def test_a_clip_that_is_cut_off_or_hardly_one_says_so():
    cut = replace(curve_of(("happy", 4)), missing_s=6.0)
    assert compose_curve(cut, seed=1, render=False).warnings == (
        "The clip is cut off: 4.0 of its 10.0 seconds can be read; save it again from its source.",
    )
    (said,) = compose_curve(replace(curve_of(("happy", 20)), hole=(4.25, 9.0)), seed=1, render=False).warnings
    assert said.startswith("The clip has no pictures from 4.2 to 9.0 seconds")
    (said,) = compose_curve(curve_of(("happy", 0.5), duration_s=0.04), seed=1, render=False).warnings
    assert said.startswith("The clip lasts 0.04 seconds")
    assert compose_curve(curve_of(("happy", 4)), seed=1, render=False).warnings == ()


def test_ten_minutes_can_be_composed():
    curve = curve_of(*[(emotion, 25) for emotion in ("neutral", "happy", "sad", "angry") * 6])
    song = compose_curve(curve, seed=1, render=False)
    assert song.plan.music_s == pytest.approx(598.5, abs=0.2)
    assert mido.MidiFile(file=io.BytesIO(song.midi)).length <= 600


@pytest.fixture
def by_stand_in(monkeypatch):
    def read_video(path, network, progress):
        return read_clip(path, by_brightness, progress)

    monkeypatch.setattr(pipeline.film, "read_video", read_video)


def test_the_command_writes_the_song_the_curve_and_the_clip(clip, tmp_path, by_stand_in):
    result = CliRunner().invoke(app, ["video", str(clip), "--out", str(tmp_path / "out"), "--seed", "1"])
    assert result.exit_code == 0, result.output
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"song.mid", "song.wav", "song.json", "curve.csv", "curve.png", "clip.mp4"}
    assert "happy" in result.output
    again = CliRunner().invoke(app, ["video", str(clip), "--out", str(tmp_path / "out")])
    assert again.exit_code == 1
    assert "is there already" in again.output


def test_without_a_synthesiser_the_command_writes_the_notes_and_says_why(clip, tmp_path, by_stand_in, monkeypatch):
    monkeypatch.setenv("FACE2MUSIC_SOUNDFONT", str(tmp_path / "none.sf2"))
    result = CliRunner().invoke(app, ["video", str(clip), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0
    assert result.stderr.count("which is no file; let it name an sf2 or sf3 file, or unset it.") == 1
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"song.mid", "song.json", "curve.csv", "curve.png"}
    told = json.loads((tmp_path / "out" / "song.json").read_text())
    assert any("which is no file" in warning for warning in told["warnings"])


@pytest.mark.parametrize("sound_s", [0, -1, float("nan"), 3601, "long"])
def test_a_sound_of_no_length_is_refused(sound_s):
    with pytest.raises(RequestError, match="The length of the sound is"):
        pipeline.compose(emotion="sad", sound_s=sound_s)


def test_the_command_refuses_what_is_no_video(portrait, tmp_path):
    result = CliRunner().invoke(app, ["video", str(portrait), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "portrait.png is no video that can be read; give an MP4" in result.output
    assert not (tmp_path / "out").exists()
