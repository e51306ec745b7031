"""What a user would take instead, beside ours, on the same input in the same run."""

import io
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from face2music import assets, audio, emotion
from face2music.evaluation.bench import material
from face2music.evaluation.bench.figures import Figure, ratio, timed
from face2music.face import find_faces, read_picture
from face2music.pipeline import WEIGHTS

KERAS_WEIGHTS = "emotion.keras"


def faces(runs: int) -> Iterator[Figure]:
    """Face and emotion of a decoded photograph: ours, and fer with the settings that it comes with."""
    picture = read_picture(material.photograph())
    recogniser = emotion.load(assets.path(WEIGHTS))
    ours = timed("face and emotion, ours", lambda: [recogniser.read(face.crop) for face in find_faces(picture).faces], runs)
    yield ours
    from fer.fer import FER

    detector, flipped = FER(), np.ascontiguousarray(picture[..., ::-1])
    theirs = timed("face and emotion, fer", lambda: detector.detect_emotions(flipped), runs)
    yield theirs
    yield ratio("fer / ours", theirs, ours)


def network(runs: int) -> Iterator[Figure]:
    """The emotion of a crop by LiteRT as it is served, and by Keras's `predict` with the same weights and as many views."""
    crop = find_faces(material.photograph()).faces[0].crop
    recogniser = emotion.load(assets.path(WEIGHTS))
    ours = timed("emotion, ours", lambda: recogniser.read(crop), runs)
    yield ours
    yield timed("where the network looked", lambda: recogniser.attention(crop, emotion.LABELS[0]), runs)
    import keras

    model = keras.models.load_model(assets.path(KERAS_WEIGHTS), compile=False, safe_mode=True)
    views = np.zeros((recogniser.card.views_read, *model.input_shape[1:]), np.float32)
    theirs = timed("emotion, Keras predict", lambda: model.predict(views, verbose=0), runs)
    yield theirs
    yield ratio("Keras predict / ours", theirs, ours)


def rendering(runs: int) -> Iterator[Figure]:
    """The song's MIDI file as sound: ours, pretty_midi with the same sound font, held or read each time, and midi2audio's."""
    midi, font = material.song().midi, audio.find_soundfont()
    ours = timed("render, ours", lambda: audio.render(midi), runs)
    yield ours
    same = all(np.array_equal(audio.render(midi).samples, audio.render(midi).samples) for _ in range(2))
    yield Figure("render, ours: same samples every time", "yes = 1", float(same))
    import fluidsynth
    import pretty_midi

    synthesiser = fluidsynth.Synth(samplerate=float(audio.SAMPLE_RATE))
    held = synthesiser.sfload(str(font))
    read = pretty_midi.PrettyMIDI(io.BytesIO(midi))
    theirs = timed("render, pretty_midi", lambda: read.fluidsynth(fs=audio.SAMPLE_RATE, synthesizer=synthesiser, sfid=held), runs)
    synthesiser.delete()
    yield theirs
    yield ratio("pretty_midi / ours", theirs, ours)
    usual = timed("pretty_midi reading the font", lambda: read.fluidsynth(audio.SAMPLE_RATE, str(font)), min(runs, 5))
    yield usual
    yield ratio("pretty_midi reading the font / ours", usual, ours)
    with tempfile.TemporaryDirectory() as folder:
        source, wav = Path(folder, "song.mid"), Path(folder, "song.wav")
        source.write_bytes(midi)
        command = ["fluidsynth", "-ni", str(font), str(source), "-F", str(wav), "-r", str(audio.SAMPLE_RATE)]
        program = timed(
            "render, midi2audio (its command)", lambda: subprocess.run(command, check=True, capture_output=True), min(runs, 5)
        )
    yield program
    yield ratio("midi2audio / ours", program, ours)
