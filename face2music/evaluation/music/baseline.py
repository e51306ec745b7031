"""The method that the program set out to better: per emotion the averages of recordings, two progressions, random chord tones.

One piano plays a chord a bar, I-IV-V-I in C major or i-VI-III-VII in A minor, and above it notes of the chord drawn at random, at
a tempo, velocity and density drawn from the range that recordings near the emotion have. It is kept to be compared with.
"""

import io
import random
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pretty_midi

from face2music.analysis import kernel
from face2music.mood import NORMS

NEAREST = 80
MIDDLE_VELOCITY = 64
BEATS_PER_BAR = 4
CHORDS = {
    "major": ((48, 52, 55), (53, 57, 60), (55, 59, 62), (48, 52, 55)),
    "minor": ((45, 48, 52), (53, 57, 60), (48, 52, 55), (55, 59, 62)),
}
MELODY_PITCHES = range(60, 85)
PIANO = 0


def ranges(songs: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """By emotion: mode, and tempo, velocity and onsets a second as a range of a standard deviation about the mean.

    Of the 80 songs that are nearest in valence and arousal, ranked; velocity goes with the root of the RMS, and the median song
    has 64. Neutral is major, as what is not unpleasant.
    """
    place = np.stack([kernel.positions(songs[axis].to_numpy()) for axis in ("valence", "arousal")], axis=1)
    level = 10 ** (songs["rms_log10"] / 2)
    measured = {
        "tempo_bpm": songs["tempo_bpm"].to_numpy(),
        "velocity": (MIDDLE_VELOCITY * level / level.median()).to_numpy(),
        "onsets_per_s": songs["onsets_per_s"].to_numpy(),
    }
    found: dict[str, dict[str, Any]] = {}
    for emotion, norm in NORMS.items():
        near = np.argsort(np.linalg.norm(place - (norm.valence, norm.arousal), axis=1), kind="stable")[:NEAREST]
        found[emotion] = {"mode": "major" if norm.valence >= 0 else "minor"}
        for name, values in measured.items():
            mean, half = values[near].mean(), values[near].std() / 2
            found[emotion][name] = [round(float(mean - half), 2), round(float(mean + half), 2)]
    return found


def compose(measured: Mapping[str, Any], emotion: str, seed: int, duration_s: float) -> bytes:
    """A song as the bytes of a MIDI file.

    Parameters
    ----------
    measured
        What `ranges` found for the emotion.
    emotion, seed
        The same two give the same song.
    duration_s
        Whole bars are played up to this length.
    """
    chance = random.Random(f"{emotion}-{seed}")
    tempo, velocity, density = (chance.uniform(*measured[name]) for name in ("tempo_bpm", "velocity", "onsets_per_s"))
    bar_s = BEATS_PER_BAR * 60 / tempo
    piano = pretty_midi.Instrument(PIANO)
    for bar in range(max(1, int(duration_s / bar_s))):
        chord = CHORDS[measured["mode"]][bar % 4]
        at, classes = bar * bar_s, {pitch % 12 for pitch in chord}
        piano.notes += [pretty_midi.Note(round(velocity), pitch, at, at + bar_s) for pitch in chord]
        onsets = np.linspace(at, at + bar_s, max(1, round(density * bar_s)) + 1)
        tones = [pitch for pitch in MELODY_PITCHES if pitch % 12 in classes]
        for start, end in pairwise(onsets):
            piano.notes.append(pretty_midi.Note(round(velocity), chance.choice(tones), start, end))
    midi = pretty_midi.PrettyMIDI(initial_tempo=tempo)
    midi.instruments.append(piano)
    file = io.BytesIO()
    midi.write(file)
    return file.getvalue()
