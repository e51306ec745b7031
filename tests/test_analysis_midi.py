"""MIDI files made here, so that each number is known."""

import numpy as np
import pretty_midi
import pytest

from face2music.analysis import midi_file
from face2music.errors import DataError

SCALE = (60, 62, 64, 65, 67, 69, 71, 72, 71, 69, 67, 65, 64, 62, 60, 62)


def write(path, notes, tempo=100.0, drums=()):
    """Write notes (pitch, start, end, velocity) in seconds, and drums (start), and give the path back."""
    midi = pretty_midi.PrettyMIDI(initial_tempo=tempo)
    piano = pretty_midi.Instrument(0)
    piano.notes = [pretty_midi.Note(velocity, pitch, start, end) for pitch, start, end, velocity in notes]
    kit = pretty_midi.Instrument(0, is_drum=True)
    kit.notes = [pretty_midi.Note(127, 38, start, start + 0.05) for start in drums]
    midi.instruments = [piano, *([kit] if drums else [])]
    midi.write(str(path))
    return path


def line(pitches, spacing=0.6, sounding=0.5, velocity=80):
    return [(p, i * spacing, i * spacing + sounding * spacing, velocity) for i, p in enumerate(pitches)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "piece.mid"


def test_a_scale(path):
    row = midi_file.measure(write(path, line(SCALE)))
    assert row.keys() == midi_file.COLUMNS.keys()
    assert row["tempo_bpm"] == pytest.approx(100, abs=0.1)
    assert row["onsets_per_s"] == pytest.approx(16 / 9.3, rel=0.01)
    assert row["velocity"] == 80
    assert row["velocity_spread"] == 0
    assert (row["step_share"], row["leap_share"], row["unison_share"]) == (1, 0, 0)
    assert (row["key"], row["major"], row["chromatic_share"]) == ("C", 1, 0)
    assert row["articulation"] == pytest.approx(0.5, abs=0.01)
    assert row["rest_share"] == pytest.approx(15 * 0.3 / 9.3, abs=0.01)
    assert row["polyphony"] == pytest.approx(1)
    assert row["ioi_cv"] == pytest.approx(0, abs=0.01)


def test_hands_are_told_apart(path):
    chords = [(p, i * 0.6, i * 0.6 + 0.6, 50) for i in range(16) for p in (36, 48, 52, 55)]
    row = midi_file.measure(write(path, [*line(SCALE, sounding=1.0), *chords]))
    assert row["bass_pitch"] == 36
    assert row["melody_pitch"] == np.median(SCALE)
    assert row["polyphony"] == pytest.approx(5, abs=0.05)
    assert row["rest_share"] == pytest.approx(0, abs=0.01)
    assert row["onsets_per_s"] * 5 == pytest.approx(row["notes_per_s"])
    assert row["velocity_spread"] == 15


def test_a_line_under_a_held_note_is_no_melody(path):
    held = [(84, 0.0, 9.6, 80)]
    row = midi_file.measure(write(path, [*held, *line(SCALE)]))
    assert row["melody_pitch"] == 84
    assert np.isnan(row["step_share"])


def test_minor_and_chromatic_notes(path):
    minor = (57, 59, 60, 62, 64, 65, 64, 62, 60, 59, 57, 52, 57, 60, 64, 57)
    row = midi_file.measure(write(path, [*line(minor), (61, 9.6, 9.9, 80)]))
    assert (row["key"], row["major"]) == ("A", 0)
    assert row["chromatic_share"] == pytest.approx(1 / 17)


def test_intervals(path):
    row = midi_file.measure(write(path, line((60, 60, 67, 72, 72, 60, 64, 67, 72, 71, 72, 60, 60))))
    assert row["unison_share"] == pytest.approx(3 / 12)
    assert row["step_share"] == pytest.approx(2 / 12)
    assert row["leap_share"] == pytest.approx(5 / 12)


def test_drums_count_as_onsets_only(path):
    plain = midi_file.measure(write(path, line(SCALE)))
    drummed = midi_file.measure(write(path, line(SCALE), drums=[i * 0.6 + 0.3 for i in range(15)]))
    assert drummed["onsets_per_s"] == pytest.approx(31 / 9.3, rel=0.01)
    assert {**drummed, "onsets_per_s": 0, "ioi_cv": 0} == {**plain, "onsets_per_s": 0, "ioi_cv": 0}


def test_the_tempo_of_a_performance_means_nothing(path):
    jitter = np.random.default_rng(1).uniform(0, 0.4, 60)
    played = [(60 + i % 12, i * 0.6 + late, i * 0.6 + late + 0.2, 80) for i, late in enumerate(jitter)]
    assert np.isnan(midi_file.measure(write(path, played, tempo=120.0))["tempo_bpm"])


HEADER = b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0"


@pytest.mark.parametrize("contents", [b"", b"MThd", b"no MIDI at all", HEADER + b"MTrk\x00\x00\xff\xff\x90"])
def test_damaged_files_are_refused(path, contents):
    path.write_bytes(contents)
    with pytest.raises(DataError, match=r"piece\.mid"):
        midi_file.measure(path)


def test_scraps_are_refused(path):
    with pytest.raises(DataError, match="has 3 pitched notes"):
        midi_file.measure(write(path, line(SCALE[:3])))
