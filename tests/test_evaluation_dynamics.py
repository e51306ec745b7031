"""Judging journeys: windows of sound, the intended curve, cross-fades and jumps, each on input whose answer is known."""

import numpy as np
import pytest
import soundfile

from face2music import RequestError, compose, compose_journey
from face2music.audio import SAMPLE_RATE, Audio
from face2music.evaluation import dynamics
from face2music.evaluation.dynamics import jumps, windows
from face2music.evaluation.music import sound
from face2music.mood import NORMS, Mood
from face2music.pipeline import curve_of


def tone(seconds: float, hertz: float, level: float) -> Audio:
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    beat = 0.2 + 0.8 * (time % 0.5 < 0.25)
    y = np.round(32767 * level * beat * np.sin(2 * np.pi * hertz * time)).astype(np.int16)
    return Audio(np.stack([y, y], axis=1), SAMPLE_RATE)


def test_what_is_judged_in_samples_is_what_is_measured_in_a_file(tmp_path):
    played = tone(9, 440, 0.3)
    file = tmp_path / "tone.wav"
    soundfile.write(file, played.samples, played.sample_rate)
    measured, judged = sound.measure(file, 8.0), sound.judged(windows.mono(played)[: 8 * 22050])
    for name in sound.JUDGED:
        assert judged[name] == pytest.approx(measured[name], rel=0.02), name


def test_windows_cover_the_song_and_hold_the_mean_of_the_curve():
    assert windows.starts_of(20).tolist() == [0, 4, 8, 12]
    curve = curve_of([Mood(-1, 0, 0), Mood(1, 0, 0)], (1, 1))
    meant = windows.intended(curve, 40)
    assert meant["valence"][0] == pytest.approx(-1)
    assert meant["valence"][-1] == pytest.approx(1)
    assert meant["valence"][4] == pytest.approx(0, abs=0.01)
    assert not meant["arousal"].any()


def test_a_cross_fade_is_the_first_song_and_then_the_second():
    curve = curve_of([NORMS["sad"], NORMS["happy"]], (1, 1))
    mixed = dynamics._crossfade([tone(8, 440, 0.2), tone(8, 880, 0.4)], curve, 8.0)
    assert np.array_equal(mixed.samples[:88200], tone(8, 440, 0.2).samples[:88200])
    assert np.array_equal(mixed.samples[-80000:], tone(8, 880, 0.4).samples[-80000:])


def test_jumps_are_those_of_the_plan():
    steady = compose(emotion="neutral", seed=1, duration_s=20, render=False)
    assert jumps.largest(steady)["key_notes"] == 0
    moving = compose_journey(["sad", "happy"], bars=8, seed=3, render=False)
    assert 0.04 < jumps.largest(moving)["tempo"] < 0.3
    assert jumps.largest(moving).keys() == jumps.JUMPS.keys()


def test_there_are_only_so_many_pairs_of_emotions():
    with pytest.raises(RequestError, match="42 journeys between two emotions"):
        dynamics.evaluate(journeys=43)
