"""Recordings made here, so that the answer is known before librosa hears them."""

import numpy as np
import pytest
import soundfile

from face2music.analysis import recording
from face2music.analysis.key import PROFILES, TONICS, key_of
from face2music.errors import DataError

RATE = 22050
MAJOR = [(48, 52, 55), (53, 57, 60), (55, 59, 62), (48, 52, 55)]
MINOR = [(45, 48, 52), (50, 53, 57), (52, 55, 59), (45, 48, 52)]


def tone(pitch: float, seconds: float, level: float = 0.2) -> np.ndarray:
    """A note of four falling partials with an attack of 5 ms and a release of 20 ms."""
    t = np.arange(int(seconds * RATE)) / RATE
    hertz = 440 * 2 ** ((pitch - 69) / 12)
    wave = sum(np.sin(2 * np.pi * hertz * k * t) / k**2 for k in range(1, 5))
    return level * wave * np.clip(t / 0.005, 0, 1) * np.clip((seconds - t) / 0.02, 0, 1)


def chords(progression, seconds=1.0, sounding=1.0, times=3, level=0.1) -> np.ndarray:
    """Each chord starts every so many seconds and sounds for a share of that time."""
    rest = np.zeros(int(seconds * RATE) - int(seconds * sounding * RATE))
    bars = [np.concatenate([sum(tone(p, seconds * sounding, level) for p in chord), rest]) for chord in progression]
    return np.concatenate(bars * times)


def clicks(bpm: float, seconds: float = 20.0) -> np.ndarray:
    y = np.zeros(int(seconds * RATE))
    for start in np.arange(0.5, seconds - 0.1, 60 / bpm):
        y[int(start * RATE) :][:1000] += 0.5 * np.random.default_rng(1).normal(size=1000) * np.exp(-np.arange(1000) / 150)
    return np.clip(y, -1, 1)


@pytest.fixture
def measure(tmp_path):
    def measured(y: np.ndarray, **settings) -> dict:
        soundfile.write(tmp_path / "sound.wav", y, RATE, subtype="FLOAT")
        return recording.measure(tmp_path / "sound.wav", **settings)

    return measured


@pytest.mark.parametrize("bpm", [120, 90])
def test_clicks_give_their_tempo_and_density(measure, bpm):
    row = measure(clicks(bpm))
    assert row["tempo_bpm"] == pytest.approx(bpm, rel=0.04)
    assert row["tempo_low_bpm"] <= row["tempo_bpm"] <= row["tempo_high_bpm"]
    assert row["onsets_per_s"] == pytest.approx(bpm / 60, rel=0.08)
    assert row["ioi_cv"] < 0.1
    assert row["regularity"] > 0.5
    assert row["beat_strength"] > 2


def test_uneven_clicks_are_less_regular(measure):
    starts = np.cumsum(np.random.default_rng(3).uniform(0.2, 0.9, 30))
    y = np.zeros(int((starts[-1] + 1) * RATE))
    for start in starts:
        y[int(start * RATE) :][:400] = 0.5 * np.hanning(400) * np.sin(np.arange(400))
    uneven, even = measure(y), measure(clicks(120))
    assert uneven["ioi_cv"] > even["ioi_cv"] + 0.2
    assert uneven["regularity"] < even["regularity"]


@pytest.mark.parametrize(("progression", "key", "major"), [(MAJOR, "C", 1.0), (MINOR, "A", 0.0)])
def test_progressions_give_their_key(measure, progression, key, major):
    row = measure(chords(progression))
    assert (row["key"], row["major"]) == (key, major)
    assert row["key_strength"] > 0.7
    chroma = {tonic: row[f"chroma_mean_{tonic}"] for tonic in TONICS}
    assert min(chroma["C"], chroma["E"]) > max(chroma["C-sharp"], chroma["F-sharp"], chroma["A-flat"])


def test_loudness_is_measured_and_nothing_else_changes_with_it(measure):
    loud, soft = measure(chords(MAJOR, level=0.1)), measure(chords(MAJOR, level=0.01))
    assert loud["rms_mean"] == pytest.approx(10 * soft["rms_mean"], rel=0.02)
    assert loud["centroid_hz"] == pytest.approx(soft["centroid_hz"], rel=0.05)
    assert loud["key"] == soft["key"]


def test_range_of_level(measure):
    crescendo = chords(MAJOR) * np.repeat([0.1, 1.0], len(chords(MAJOR)) // 2)
    assert measure(crescendo)["rms_range_db"] > measure(chords(MAJOR))["rms_range_db"] + 10


def test_staccato_and_legato(measure):
    assert measure(chords(MAJOR, seconds=0.5, sounding=0.25, times=5))["articulation"] < 0.5
    assert measure(chords(MAJOR, seconds=0.5, sounding=1.0, times=5))["articulation"] > 0.85


def test_pitch_range(measure):
    t = np.arange(8 * RATE) / RATE
    row = measure(0.2 * np.sin(2 * np.pi * 130.81 * t) + 0.2 * np.sin(2 * np.pi * 523.25 * t))
    assert row["pitch_low"] == pytest.approx(48, abs=1)
    assert row["pitch_high"] == pytest.approx(72, abs=1)


def test_a_row_has_every_column_and_the_duration_asked_for(measure):
    row = measure(clicks(120), duration_s=8)
    assert row.keys() == recording.COLUMNS.keys()
    assert row["duration_s"] == pytest.approx(8)
    assert all(isinstance(value, float | str) for value in row.values())


def test_one_held_tone_has_no_rhythm(measure):
    row = measure(tone(60, 5))
    assert np.isnan(row["ioi_cv"])
    assert np.isnan(row["articulation"])


@pytest.mark.parametrize(("y", "sentence"), [(np.zeros(RATE * 5), "silent"), (clicks(120, 2.0), "2.0 s long")])
def test_silence_and_scraps_are_refused(measure, y, sentence):
    with pytest.raises(DataError, match=sentence):
        measure(y)


def test_what_is_no_sound_is_refused(tmp_path):
    (tmp_path / "broken.mp3").write_bytes(b"this is no sound" * 100)
    with pytest.raises(DataError, match=r"broken\.mp3 cannot be decoded"):
        recording.measure(tmp_path / "broken.mp3")


@pytest.mark.parametrize("mode", PROFILES)
@pytest.mark.parametrize("tonic", range(12))
def test_each_profile_is_its_own_key(mode, tonic):
    key = key_of(np.roll(PROFILES[mode], tonic))
    assert (key.tonic, key.mode) == (tonic, mode)
    assert key.strength == pytest.approx(1)


def test_equal_pitch_classes_have_no_key():
    assert key_of(np.ones(12)).strength == 0
