import io
import os
import sys
from pathlib import Path

import mido
import numpy as np
import pytest

from face2music import audio
from face2music.errors import SynthesiserError
from face2music.limiter import REACH


def midi(notes, program=0, end_s=None) -> bytes:
    """A file at 120 BPM (480 ticks a quarter, so 960 a second) of notes (pitch, velocity, start_s, end_s)."""
    events = [(960 * start, "note_on", pitch, velocity) for pitch, velocity, start, _ in notes]
    events += [(960 * end, "note_off", pitch, 0) for pitch, _, _, end in notes]
    track = mido.MidiTrack([mido.Message("program_change", program=program)])
    now = 0
    for tick, kind, pitch, velocity in sorted(events):
        track.append(mido.Message(kind, note=pitch, velocity=velocity, time=round(tick - now)))
        now = tick
    file = mido.MidiFile(ticks_per_beat=480, tracks=[track])
    data = io.BytesIO()
    file.save(file=data)
    return data.getvalue()


def rms(samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))


NOTE = midi([(69, 100, 0, 1)])


def test_a_note_sounds_at_its_pitch_and_rings_out():
    sound = audio.render(NOTE)
    assert sound.samples.dtype == np.int16
    assert sound.samples.shape[1] == 2
    assert sound.sample_rate == 44_100
    assert 1 < sound.duration_s <= 1 + audio.RING_S + 0.01
    middle = sound.samples[4410:39690, 0].astype(float)
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert np.fft.rfftfreq(len(middle), 1 / 44_100)[spectrum.argmax()] == pytest.approx(440, rel=0.01)
    assert rms(sound.samples[:4410]) > 100
    assert np.abs(sound.samples[-1]).max() <= audio.SILENCE


def test_the_same_file_gives_the_same_samples_whatever_was_played_before():
    first = audio.render(NOTE).samples
    audio.render(midi([(40, 127, 0, 2), (43, 127, 0, 2)], program=30))
    assert np.array_equal(audio.render(NOTE).samples, first)


def test_any_number_of_cores_gives_the_same_samples(monkeypatch):
    chords = midi([(pitch, 90, start / 4, start / 4 + 2) for start in range(12) for pitch in (40, 52, 59, 64)])
    one, two = (rendered_with(monkeypatch, chords, cores) for cores in (1, 2))
    assert np.array_equal(one, two)


def rendered_with(monkeypatch, song, cores):
    monkeypatch.setitem(audio.SETTINGS, "synth.cpu-cores", cores)
    return audio.render(song).samples


def test_loudness_follows_velocity_and_is_not_normalised():
    soft, loud = (rms(audio.render(midi([(69, velocity, 0, 1)])).samples) for velocity in (40, 120))
    assert loud > 3 * soft


def test_programs_sound_different():
    piano, strings = (audio.render(midi([(69, 100, 0, 1)], program=program)).samples[:30_000, 0] for program in (0, 48))
    assert abs(np.corrcoef(piano, strings)[0, 1]) < 0.9


def test_the_presets_of_a_song_are_held_once_and_sound_as_without(monkeypatch):
    font = audio.find_soundfont()
    song = midi([(60, 100, 0, 1)], program=73)
    audio._holder.cache_clear()
    monkeypatch.setattr(audio, "hold", lambda *_: None)
    alone = audio.render(song).samples
    monkeypatch.undo()
    assert np.array_equal(audio.render(song).samples, alone)
    audio.render(midi([(60, 100, 0, 1), (64, 90, 0, 1)], program=73))
    holder, held = audio._holder(font)
    assert held == {(0, 73)}
    assert holder.channel_info(0)[:3] == (1, 0, 73)


def test_drums_are_held_from_the_bank_of_drums():
    track = mido.MidiTrack([mido.Message("program_change", channel=9, program=8), mido.Message("program_change", program=4)])
    data = io.BytesIO()
    mido.MidiFile(tracks=[track]).save(file=data)
    assert audio.presets_of(message for _, message in audio._events(data.getvalue())) == {(128, 8), (0, 4)}


@pytest.mark.parametrize("size", [100_000, 30_000, 4_096, 7])
def test_the_last_audible_sample_is_found_wherever_it_is(size):
    silent = np.zeros((100_000, 2), np.int16)
    assert len(joined(audio._audible(cut(silent, size)))) == 100_000, "nothing is heard"
    for place in (0, 3, 44_100, 55_899, 55_900, 99_999):
        samples = silent.copy()
        samples[place, 1] = -32_768
        samples[place:, 0] = audio.SILENCE
        assert np.array_equal(joined(audio._audible(cut(samples, size))), samples[: place + 1])


def cut(samples, size):
    return (samples[start : start + size] for start in range(0, len(samples), size))


def joined(blocks):
    return np.concatenate(list(blocks))


def test_a_song_played_in_pieces_is_the_song(monkeypatch):
    song = midi([(pitch, 120, start / 2, start / 2 + 0.4) for start in range(12) for pitch in (40, 52, 64)], program=29)
    whole = audio.render(song).samples
    monkeypatch.setattr(audio, "_BLOCK", 10_007)
    pieces = list(audio.stream(song))
    assert max(len(piece) for piece in pieces) <= 10_007 + audio.FADE_S * 44_100 + REACH
    assert np.array_equal(joined(pieces), whole)


@pytest.mark.parametrize("duration_s", [0.01, 0.5, 1.7, 8])
def test_a_sound_is_as_long_as_it_is_to_be_and_ends_softly(monkeypatch, duration_s):
    monkeypatch.setattr(audio, "_BLOCK", 30_000)
    fitted, whole = audio.render(NOTE, duration_s=duration_s).samples, audio.render(NOTE).samples
    heard = min(len(whole), round(duration_s * 44_100))
    kept = max(0, heard - round(audio.FADE_S * 44_100))
    assert len(fitted) == round(duration_s * 44_100)
    assert np.array_equal(fitted[:kept], whole[:kept])
    assert np.abs(fitted[heard - 5 :]).max() <= 2


def test_a_song_that_cannot_be_played_is_refused_before_its_first_samples(tmp_path):
    with pytest.raises(SynthesiserError, match="no sound font that FluidSynth can read"):
        audio.stream(NOTE, tmp_path / "none.sf2")


def test_the_variable_names_the_sound_font(monkeypatch, tmp_path):
    import pretty_midi

    bundled = Path(pretty_midi.__file__).parent / "TimGM6mb.sf2"
    monkeypatch.setenv(audio.SOUNDFONT_VARIABLE, str(bundled))
    assert audio.find_soundfont() == bundled
    assert rms(audio.render(NOTE).samples) > 100
    monkeypatch.setenv(audio.SOUNDFONT_VARIABLE, str(tmp_path / "none.sf2"))
    with pytest.raises(SynthesiserError, match="which is no file"):
        audio.render(NOTE)
    monkeypatch.setenv(audio.SOUNDFONT_VARIABLE, "x" * 3000)
    with pytest.raises(SynthesiserError, match="which is no file"):
        audio.render(NOTE)
    odd = tmp_path / os.fsdecode(b"n\xff.sf2")
    odd.write_bytes(bundled.read_bytes())
    monkeypatch.setenv(audio.SOUNDFONT_VARIABLE, str(odd))
    with pytest.raises(SynthesiserError, match=r"n\\udcff\.sf2, which is no text in UTF-8"):
        audio.render(NOTE)


def test_without_any_installed_font_the_bundled_one_plays(monkeypatch):
    monkeypatch.delenv(audio.SOUNDFONT_VARIABLE, raising=False)
    monkeypatch.setattr(audio, "_SOUNDFONTS", ())
    assert audio.find_soundfont().name == "TimGM6mb.sf2"
    assert rms(audio.render(NOTE).samples) > 100


def test_a_damaged_sound_font_is_refused_and_fluidsynth_prints_nothing_of_its_own(tmp_path, capfd):
    damaged = tmp_path / "damaged.sf2"
    damaged.write_bytes(b"RIFF nothing")
    with pytest.raises(SynthesiserError, match="no sound font that FluidSynth can read"):
        audio.render(NOTE, damaged)
    assert capfd.readouterr() == ("", "")


def test_without_the_library_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "fluidsynth", None)
    audio._holder.cache_clear()
    with pytest.raises(SynthesiserError, match="apt-get install fluidsynth"):
        audio.render(NOTE)
    audio._holder.cache_clear()
