"""What cannot be gone below on this machine: the synthesiser alone, and the network's multiply-adds at the measured peak.

That peak is of floating point; the network computes with 8 bits where it can, and may be below it.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from face2music import assets, audio
from face2music.emotion.card import read_card
from face2music.evaluation.bench import material
from face2music.evaluation.bench.figures import Figure, seconds, timed
from face2music.evaluation.bench.rivals import KERAS_WEIGHTS

_SIDE = 1024
_SETTINGS = {**audio.SETTINGS, "audio.period-size": 8192}  # large blocks: what is between them costs nothing


def floor(runs: int) -> Iterator[Figure]:
    """FluidSynth's own player with our settings and nothing of ours around it; the network's arithmetic by matrix products."""
    import fluidsynth

    midi, font = material.song().midi, audio.find_soundfont()
    audio.prepare()  # its player begins with a piano on all channels
    audio.render(midi)  # which holds the samples of its instruments
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "song.mid")
        source.write_bytes(midi)

        def play() -> None:
            synthesiser = fluidsynth.Synth(audio.GAIN, float(audio.SAMPLE_RATE), channels=16, **_SETTINGS)
            synthesiser.sfload(str(font))
            synthesiser.midi2audio(str(source), str(source.with_suffix(".wav")))
            synthesiser.delete()

        yield timed("FluidSynth alone", play, runs)
    peak = _multiply_adds_a_second(runs)
    yield Figure("matrix products of float32, one core", "10^9 multiply-adds a second", round(peak / 1e9, 1))
    import keras

    model = keras.models.load_model(assets.path(KERAS_WEIGHTS), compile=False, safe_mode=True)
    views = read_card(assets.path(KERAS_WEIGHTS).with_suffix(".json")).views_read
    needed = views * multiply_adds(model)
    yield Figure(f"the network's multiply-adds, {views} views", "10^6", round(needed / 1e6, 1))
    yield Figure("the network's multiply-adds at that rate", "ms", round(1000 * needed / peak, 2))


def multiply_adds(model: Any) -> int:
    """Multiply-adds of a Keras network's convolutions and dense layers for one view."""
    total = 0
    for layer in model.layers:
        if layer.weights:
            kernel, places = layer.weights[0].shape, layer.output.shape[1:-1]
            total += int(np.prod(kernel) * np.prod([side or 1 for side in places]))
    return total


def _multiply_adds_a_second(runs: int) -> float:
    from threadpoolctl import threadpool_limits

    matrix = np.random.default_rng(1).random((_SIDE, _SIDE), dtype=np.float32)
    with threadpool_limits(1):
        return _SIDE**3 / min(seconds(lambda: matrix @ matrix) for _ in range(runs + 1))
