"""Samples -> the bytes of a sound file: WAV and FLAC hold them exactly, OGG and MP3 nearly, all as loud as they are."""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import IO

import numpy as np
import soundfile

from face2music.audio import SAMPLE_RATE, Audio
from face2music.errors import OutputError, RequestError
from face2music.ogg import with_serial


@dataclass(frozen=True)
class _Format:
    """libsndfile's names, the type of samples to hand it, and its quality setting from 0 (best) to 1."""

    name: str
    subtype: str
    samples: type[np.generic]
    compression: float | None = None
    bitrate_mode: str | None = None


# Whole numbers come out of libsndfile's MP3 encoder with the two channels mixed up (seen in 1.2.2), fractions as they should;
# its constant bitrate is 5 % softer than the original, its variable one as loud.
FORMATS = {
    "wav": _Format("WAV", "PCM_16", np.int16),
    "flac": _Format("FLAC", "PCM_16", np.int16),
    "ogg": _Format("OGG", "VORBIS", np.float32, 0.4),
    "mp3": _Format("MP3", "MPEG_LAYER_III", np.float32, 0.3, "VARIABLE"),
}
_FULL_SCALE = 32_768
_BLOCK = 65_536  # samples; libsndfile's Vorbis encoder keeps what it is given at once on the stack, and overflows it


def encode(audio: Audio, name: str) -> bytes:
    """The sound as a file; the same sound gives the same bytes.

    Parameters
    ----------
    audio
        Samples int16 (n, 2).
    name
        wav, flac, ogg (Vorbis) or mp3.

    Raises
    ------
    RequestError
        If there is no such format.
    OutputError
        If this computer's libsndfile cannot write it.
    """
    file = io.BytesIO()
    write([audio.samples], name, file, audio.sample_rate)
    return file.getvalue()


def write(blocks: Iterable[np.ndarray], name: str, file: IO[bytes], sample_rate: int = SAMPLE_RATE) -> None:
    """Encode a sound as it comes, in the same memory however long it is; refusals as in `encode`.

    Parameters
    ----------
    blocks
        Samples int16 (n, 2), a few seconds at a time or all at once.
    name
        wav, flac, ogg (Vorbis) or mp3.
    file
        Where to: an empty file, open to write, read and seek; an OSError of its goes through.
    """
    if name not in FORMATS:
        raise RequestError(f"There is no sound format {name!r:.40}; choose one of {', '.join(FORMATS)}.")
    form, kept = FORMATS[name], _Kept(file)
    try:
        _encode(blocks, form, kept, sample_rate)
    except (soundfile.LibsndfileError, ValueError, AssertionError) as error:  # an assertion, where less was written than there is
        if kept.error is None:
            raise OutputError(f"This computer cannot write {name} files ({error}); install libsndfile 1.1 or newer.") from error
    if kept.error is not None:
        raise kept.error
    if form.name == "OGG":
        _give_serial(file)


class _Kept:
    """A file that keeps what went wrong with it, such as a full disk, which would be lost on its way through libsndfile."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        return self._done(self._file.write, data)

    def seek(self, place: int, whence: int = 0) -> int:
        return self._done(self._file.seek, place, whence)

    def tell(self) -> int:
        return self._done(self._file.tell)

    def _done(self, what: Callable[..., int], *arguments: object) -> int:
        try:
            return what(*arguments)
        except OSError as error:
            self.error = error
            return 0


def _encode(blocks: Iterable[np.ndarray], form: _Format, file: _Kept, sample_rate: int) -> None:
    with soundfile.SoundFile(
        file,
        "w",
        samplerate=sample_rate,
        channels=2,
        format=form.name,
        subtype=form.subtype,
        compression_level=form.compression,
        bitrate_mode=form.bitrate_mode,
    ) as sound:
        for samples in blocks:
            for start in range(0, len(samples), _BLOCK):
                block = samples[start : start + _BLOCK]
                sound.write(block if form.samples is np.int16 else (block / _FULL_SCALE).astype(form.samples))


def _give_serial(ogg: IO[bytes]) -> None:
    ogg.seek(0)
    changed = with_serial(ogg.read())
    ogg.seek(0)
    ogg.write(changed)
