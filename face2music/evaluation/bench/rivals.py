"""What a user would take instead, beside ours, on the same input in the same run."""

import io
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from face2music import assets, audio, emotion
from face2music.evaluation.bench import material
from face2music.evaluation.bench.figures import Figure, in_turn, ratio, timed
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
    """Songs of each emotion as sound: ours, pretty_midi with the same sound font, held or read each time, and midi2audio's."""
    songs, font = material.songs(), audio.find_soundfont()
    same = all(np.array_equal(audio.render(midi).samples, audio.render(midi).samples) for midi in songs)
    yield Figure("render, ours: same samples every time", "yes = 1", float(same))
    import fluidsynth
    import pretty_midi

    synthesiser = fluidsynth.Synth(samplerate=float(audio.SAMPLE_RATE))
    held = synthesiser.sfload(str(font))
    read = [pretty_midi.PrettyMIDI(io.BytesIO(midi)) for midi in songs]

    def ours(run: int) -> None:
        audio.render(songs[run % len(songs)])

    def theirs(run: int) -> None:
        read[run % len(songs)].fluidsynth(fs=audio.SAMPLE_RATE, synthesizer=synthesiser, sfid=held)

    def usual(run: int) -> None:
        read[run % len(songs)].fluidsynth(audio.SAMPLE_RATE, str(font))

    def program(run: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            source, wav = Path(folder, "song.mid"), Path(folder, "song.wav")
            source.write_bytes(songs[run % len(songs)])
            command = ["fluidsynth", "-ni", str(font), str(source), "-F", str(wav), "-r", str(audio.SAMPLE_RATE)]
            subprocess.run(command, check=True, capture_output=True)

    quick = in_turn({"render, ours": ours, "render, pretty_midi": theirs}, runs)
    synthesiser.delete()
    slow = in_turn({"pretty_midi reading the font": usual, "render, midi2audio (its command)": program}, min(runs, len(songs)))
    yield from (*quick, ratio("pretty_midi / ours", quick[1], quick[0]))
    yield from (slow[0], ratio("pretty_midi reading the font / ours", slow[0], quick[0]))
    yield from (slow[1], ratio("midi2audio / ours", slow[1], quick[0]))
