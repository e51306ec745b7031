"""What can be made of a song: link, files, staff notation, stems."""

import dataclasses
import io
import json
import zipfile

import numpy as np
import pytest
import soundfile

from face2music import audio
from face2music.errors import RequestError, SynthesiserError
from face2music.mood import EMOTIONS
from face2music.notation import PAGE_WIDTH, PHONE_WIDTH
from face2music.pipeline import FILES, Song, Wishes, compose, open_link

WISHES = Wishes(tempo_bpm=88.8, key="Bb", mode="minor", style="chamber", instruments=("Oboe",), density=2.5)


@pytest.fixture(scope="module")
def song() -> Song:
    return compose(emotion="happy", seed=3, duration_s=6)


def readable(data: bytes) -> np.ndarray:
    return soundfile.read(io.BytesIO(data), dtype="int16")[0]


@pytest.mark.parametrize("wishes", [Wishes(), WISHES, Wishes(bars=7, style="lo-fi")])
def test_a_link_gives_the_identical_song(astronaut, wishes):
    song = compose(astronaut, seed=11, duration_s=17.25, wishes=wishes, render=False)
    again = open_link(song.link, render=False)
    assert again.midi == song.midi
    assert again.link == song.link
    assert again.settings == song.settings
    asked = {name: value for name, value in vars(song.settings).items() if name != "played"}
    assert compose(**asked, render=False).midi == song.midi
    assert song.to_dict()["link"] == song.link


def test_what_a_network_reads_is_rounded_before_it_is_composed():
    shares = dict(zip(EMOTIONS, (0.10042, 0.0, 0.20031, 0.30017, 0.19986, 0.09987, 0.09937), strict=True))
    song = compose(emotion=shares, seed=1, duration_s=8, render=False)
    assert all(value == round(value, 3) for value in song.emotion.values())
    assert open_link(song.link, render=False).midi == song.midi


def test_without_rendering_there_is_a_midi_file_and_sound_when_asked_for(song):
    silent = compose(emotion="happy", seed=3, duration_s=6, render=False)
    assert (silent.audio, silent.warnings) == (None, ())
    assert "audio" not in silent.timings_ms
    assert silent.midi == song.midi
    assert silent.duration_s == silent.plan.music_s
    assert np.array_equal(silent.sound().samples, song.audio)


def test_files_are_named_after_emotion_and_seed_and_hold_the_song(song):
    files = song.files(("mid", "wav", "flac", "json", "musicxml"))
    assert list(files) == [f"face2music-happy-3.{ending}" for ending in ("mid", "wav", "flac", "json", "musicxml")]
    assert files["face2music-happy-3.mid"] == song.midi
    for ending in ("wav", "flac"):
        assert np.array_equal(readable(files[f"face2music-happy-3.{ending}"]), song.audio)
    assert json.loads(files["face2music-happy-3.json"]) == json.loads(json.dumps(song.to_dict()))
    assert b"<work-title>Happy, seed 3</work-title>" in files["face2music-happy-3.musicxml"]
    assert list(song.files(["mid"], "mine")) == ["mine.mid"]


def test_stems_are_a_file_a_part_and_add_up(song):
    files = song.files(["stems"])
    assert len(files) == len(song.score.parts)
    assert "face2music-happy-3-drums.flac" in files
    added = sum(readable(data).astype(int) for data in files.values())
    assert np.std(added - song.audio) < 0.02 * np.std(song.audio)


def test_a_bundle_holds_everything(song):
    with zipfile.ZipFile(io.BytesIO(song.bundle())) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert len(names) == len(set(names)) == len(FILES) - 3 + len(song.score.parts) + len(song.pages())
    assert {name.rpartition(".")[2] for name in names} == set(FILES) - {"stems", "zip"}


def test_without_fluidsynth_a_bundle_has_no_sound_and_sound_is_refused(song, monkeypatch):
    def missing(*_, **__):
        raise SynthesiserError("FluidSynth is missing; install it.")

    monkeypatch.setattr(audio, "render", missing)
    monkeypatch.setattr(audio, "stream", missing)
    silent = dataclasses.replace(song, audio=None, warnings=("FluidSynth is missing; install it.",))
    with zipfile.ZipFile(io.BytesIO(silent.bundle())) as archive:
        assert {name.rpartition(".")[2] for name in archive.namelist()} == {"mid", "musicxml", "svg", "json"}
    with pytest.raises(SynthesiserError, match="install it"):
        silent.encoded("mp3")


def test_a_song_without_sound_asks_for_no_synthesiser(monkeypatch):
    def missing(*_, **__):
        raise SynthesiserError("FluidSynth is missing; install it.")

    monkeypatch.setattr(audio, "hold", missing)
    silent = compose(emotion="sad", seed=1, duration_s=10, render=False)
    assert silent.can_be("mid")
    assert "unplayable" not in vars(silent), "it was tried"
    assert not silent.can_be("wav")
    assert silent.unplayable == "FluidSynth is missing; install it."


@pytest.mark.parametrize("emotion", ["fear", "happy"])
def test_a_phone_shows_a_long_song_on_few_pages(emotion):
    """The melody with chords; all parts took some 50 pages. On a wide page a bridge's own player is a staff more."""
    song = compose(emotion=emotion, seed=1, duration_s=180, render=False)
    pages = song.pages(PHONE_WIDTH)
    assert 1 < len(pages) <= 16
    assert "".join(pages).count('class="harm') > 20
    assert len(song.pages(PAGE_WIDTH)) <= 9


def test_a_zip_is_a_kind_of_file(song):
    assert song.files(["zip"], "all") == {"all.zip": song.bundle()}


def test_unknown_kinds_of_files_are_refused(song):
    with pytest.raises(RequestError, match="no file of the kind 'aiff'; choose among mid, wav, flac, ogg, mp3, musicxml, svg"):
        song.files(["aiff"])
