"""Sound files, as they sound when they are read again."""

import io
import time

import numpy as np
import pytest
import soundfile

from face2music.audio import SAMPLE_RATE, Audio
from face2music.encode import FORMATS, encode, write
from face2music.errors import OutputError, RequestError
from face2music.ogg import with_serial


@pytest.fixture(scope="module")
def sound() -> Audio:
    """Three seconds of two different notes with overtones, left and right, that fade; one loud and one soft."""
    seconds = np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE
    left, right = (
        sum(np.sin(2 * np.pi * pitch * overtone * seconds) / overtone for overtone in (1, 2, 3)) * np.exp(-seconds)
        for pitch in (261.6, 329.6)
    )
    return Audio(np.round(np.stack([0.5 * left, 0.1 * right], axis=1) * 32767).astype(np.int16))


def decoded(data: bytes) -> np.ndarray:
    samples, rate = soundfile.read(io.BytesIO(data), dtype="int16")
    assert rate == SAMPLE_RATE
    return samples


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_sounds_as_the_samples_do(name, sound):
    samples = decoded(encode(sound, name))
    assert samples.shape == sound.samples.shape
    for channel in (0, 1):
        heard, meant = (each[:, channel].astype(float) for each in (samples, sound.samples))
        assert np.corrcoef(heard, meant)[0, 1] > 0.999
        assert np.std(heard) == pytest.approx(np.std(meant), rel=0.01)


@pytest.mark.parametrize("name", ["wav", "flac"])
def test_what_is_exact_is_exact(name, sound):
    assert np.array_equal(decoded(encode(sound, name)), sound.samples)


def test_the_same_sound_is_the_same_bytes_each_time(sound):
    """Vorbis draws a serial number from the time in seconds and the process."""
    first = {name: encode(sound, name) for name in FORMATS}
    time.sleep(1.1)
    assert {name: encode(sound, name) for name in FORMATS} == first


def test_another_serial_number_with_its_checksums_is_a_sound_file_still(sound):
    """The library leaves out pages whose checksum is wrong."""
    data = encode(sound, "ogg")
    other = with_serial(data, 0xDEADBEEF)
    assert other.count(b"\xef\xbe\xad\xde") == other.count(b"OggS") > 3
    assert with_serial(other, 0) == data
    assert np.array_equal(decoded(other), decoded(data))
    page = data.index(b"OggS", len(data) // 2)
    broken = data[: page + 22] + b"\0\0\0\0" + data[page + 26 :]
    assert len(decoded(broken)) < len(decoded(data))


@pytest.mark.parametrize("data", [b"RIFF" * 20, b"OggS", b"OggS" + bytes(40) + b"more"])
def test_what_is_no_ogg_file_is_refused(data):
    with pytest.raises(ValueError, match="no Ogg page at byte"):
        with_serial(data)


@pytest.mark.parametrize(("name", "container"), [("wav", "WAV"), ("flac", "FLAC"), ("ogg", "OGG"), ("mp3", "MP3")])
def test_a_file_is_of_its_format_and_smaller_than_wav(name, container, sound):
    data = encode(sound, name)
    assert soundfile.info(io.BytesIO(data)).format == container
    assert name == "wav" or len(data) < 0.8 * len(encode(sound, "wav"))


@pytest.mark.parametrize("name", FORMATS)
def test_three_minutes_are_written_whole(name):
    """Vorbis is written in blocks: libsndfile overflows its stack on so much at once."""
    samples = np.zeros((180 * SAMPLE_RATE, 2), np.int16)
    assert len(decoded(encode(Audio(samples), name))) == len(samples)


def test_an_unknown_format_is_refused(sound):
    with pytest.raises(RequestError, match="no sound format 'aiff'; choose one of wav, flac, ogg, mp3"):
        encode(sound, "aiff")


def test_a_library_without_a_format_is_named(sound, monkeypatch):
    def refuse(*_, **__):
        raise ValueError("Unknown format: 'MP3'")

    monkeypatch.setattr(soundfile, "SoundFile", refuse)
    with pytest.raises(OutputError, match=r"cannot write mp3 files .* install libsndfile 1\.1 or newer"):
        encode(sound, "mp3")


@pytest.mark.parametrize("name", FORMATS)
def test_a_disk_that_is_full_is_told_as_such(name, sound, capfd):
    class Full(io.BytesIO):
        def write(self, data):
            if self.tell() + len(data) > 1000:
                raise OSError(28, "No space left on device")
            return super().write(data)

    with pytest.raises(OSError, match="No space left on device"):
        write([sound.samples], name, Full())
    assert capfd.readouterr() == ("", "")
