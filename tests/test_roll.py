"""The piano roll against the MIDI file of the same song, as another library reads it."""

import io
import json

import pretty_midi
import pytest

from face2music.pipeline import EMOTIONS, Song, Wishes, compose

HELD_S = 0.003  # a tick at the slowest tempo


@pytest.fixture(scope="module", params=[("fear", "auto"), ("sad", "lo-fi"), ("surprise", "chamber")], ids=str)
def song(request) -> Song:
    emotion, style = request.param
    return compose(emotion=emotion, seed=4, duration_s=50, wishes=Wishes(style=style), render=False)


@pytest.fixture(scope="module")
def heard(song) -> pretty_midi.PrettyMIDI:
    return pretty_midi.PrettyMIDI(io.BytesIO(song.midi))


def test_notes_stand_where_they_sound(song, heard):
    parts = song.roll()["parts"]
    assert [part["name"] for part in parts] == [instrument.name for instrument in heard.instruments]
    for part, instrument in zip(parts, heard.instruments, strict=True):
        drawn = sorted((pitch, start, duration, velocity) for start, duration, pitch, velocity in part["notes"])
        played = sorted((note.pitch, note.start, note.end - note.start, note.velocity) for note in instrument.notes)
        assert len(drawn) == len(played)
        for one, other in zip(drawn, played, strict=True):
            assert one == pytest.approx(other, abs=HELD_S)


def test_bars_and_sections_follow_the_tempo(song, heard):
    roll = song.roll()
    assert roll["bars"] == pytest.approx(list(heard.get_downbeats())[: len(roll["bars"])], abs=HELD_S)
    assert len(roll["bars"]) == song.plan.bars
    starts = [section["start_s"] for section in roll["sections"]]
    assert set(starts) <= set(roll["bars"])
    assert starts[1:] == [section["end_s"] for section in roll["sections"][:-1]]
    assert [section["name"] for section in roll["sections"]] == [section.name for section in song.plan.sections]
    assert starts == pytest.approx([marker.time for marker in markers(song)], abs=HELD_S)
    assert roll["sections"][-1]["end_s"] == pytest.approx(song.plan.music_s, abs=0.02)


def markers(song):
    import mido

    file, now, found = mido.MidiFile(file=io.BytesIO(song.midi)), 0.0, []
    for message in file:
        now += message.time
        if message.type == "marker":
            found.append(message.copy(time=now))
    return found


def test_chords_and_keys_are_named_in_order(song):
    roll = song.roll()
    assert roll["keys"][0] == {"start_s": 0.0, "name": f"{song.plan.key} {song.plan.mode}"}
    times = [chord["start_s"] for chord in roll["chords"]]
    assert times == sorted(times)
    assert times[0] == 0
    assert all(chord["name"][0] in "ABCDEFG" for chord in roll["chords"])


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_roll_is_plain_json_with_the_mood_and_the_emotion(emotion):
    song = compose(emotion=emotion, seed=1, duration_s=8, render=False)
    roll = song.roll()
    assert json.loads(json.dumps(roll)) == roll
    assert roll["emotion"] == emotion
    assert roll["curve"] == [{"start_s": 0.0, "valence": song.mood.valence, "arousal": song.mood.arousal}]
    assert roll["duration_s"] == pytest.approx(song.duration_s)
    assert [part["instrument"] for part in roll["parts"]] == [song.plan.part(part["role"]).instrument for part in roll["parts"]]


def test_chords_are_named_as_musicians_write_them():
    """I-vi-IV-V in C major, over roots."""
    for seed in range(40):
        song = compose(emotion="happy", seed=seed, duration_s=20, wishes=Wishes(key="C", mode="major"), render=False)
        if song.plan.progression[:2] == ("I", "vi"):
            names = [chord["name"].partition("/")[0] for chord in song.roll()["chords"]]
            assert {"C", "Am"} <= set(names)
            return
    pytest.fail("no song with this progression")
