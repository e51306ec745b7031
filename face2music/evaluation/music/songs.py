"""Emotions and seeds -> songs of a generator, measured: what all the figures are made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from face2music import audio, pipeline
from face2music.errors import SynthesiserError
from face2music.evaluation.music import baseline, notes, sound, statistics
from face2music.evaluation.music.piece import excerpt, read_piece
from face2music.mood import EMOTIONS

GENERATORS = ("face2music", "baseline")


@dataclass(frozen=True)
class Heard:
    """A song of a generator: the MIDI file, beside which lies a WAV file, and what was measured in its sound and in its notes."""

    generator: str
    emotion: str
    seed: int
    file: Path
    sound: Mapping[str, float]
    notes: Mapping[str, float]
    statistics: Mapping[str, float]
    distributions: Mapping[str, np.ndarray]


def hear(generator: str, averages: Mapping[str, Any], seeds: range, duration_s: float, folder: Path) -> Iterator[Heard]:
    """Make a song of each emotion from each seed, write MIDI and WAV files into the folder, and measure them.

    Parameters
    ----------
    generator
        One of `GENERATORS`.
    averages
        What the baseline draws from, see `baseline.ranges`.

    Raises
    ------
    SynthesiserError
        If FluidSynth or a sound font is missing: without sound there is nothing to judge.
    """
    for seed in seeds:
        for emotion in EMOTIONS:
            if generator == "baseline":
                midi = baseline.compose(averages[emotion], emotion, seed, duration_s)
                played = audio.render(midi)
            else:
                midi, played = _composed(emotion, seed, duration_s)
            file = folder / f"{generator}-{emotion}-{seed}.mid"
            file.write_bytes(midi)
            soundfile.write(file.with_suffix(".wav"), played.samples, played.sample_rate)
            yield _heard(generator, emotion, seed, file, duration_s)


def _composed(emotion: str, seed: int, duration_s: float) -> tuple[bytes, audio.Audio]:
    song = pipeline.compose(emotion=emotion, seed=seed, duration_s=duration_s)
    if song.audio is None:
        raise SynthesiserError(song.warnings[0])
    return song.midi, audio.Audio(song.audio, song.sample_rate)


def _heard(generator: str, emotion: str, seed: int, file: Path, duration_s: float) -> Heard:
    piece = excerpt(read_piece(file))
    return Heard(
        generator=generator,
        emotion=emotion,
        seed=seed,
        file=file,
        sound=sound.measure(file.with_suffix(".wav"), duration_s),
        notes=notes.measure(file),
        statistics=statistics.measure(piece),
        distributions=statistics.distributions(piece),
    )
