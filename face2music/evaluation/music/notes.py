"""A MIDI file -> what the notes judge hears: `analysis.midi_file` and the colour of the harmony.

Conventions: notes of all parts but the drums, pitch class 0 = C, time in frames of 50 ms and windows of 1 s.
"""

from pathlib import Path

import numpy as np

from face2music.analysis import midi_file
from face2music.analysis.key import PROFILES
from face2music.evaluation.music.piece import Notes, read_piece

FRAME_S = 0.05
FRAMES_PER_WINDOW = 20
LOW_PITCH = 48
TRIADS = {"major": (0, 4, 7), "minor": (0, 3, 7), "diminished": (0, 3, 6), "augmented": (0, 4, 8)}

COLUMNS = (
    "onsets_per_s",
    "velocity",
    "pitch_low",
    "pitch_high",
    "unison_share",
    "chromatic_share",
    "polyphony",
    "ioi_cv",
    "note_length_log_s",
    "mode_tilt",
    "triad_major",
    "triad_minor",
    "semitone_share",
    "low_share",
)
_TEMPLATES = np.array([np.isin(np.arange(12), (np.array(t) + root) % 12) for t in TRIADS.values() for root in range(12)])
_QUALITY = np.repeat(np.arange(len(TRIADS)), 12)


def measure(path: Path) -> dict[str, float]:
    """Measure a MIDI file.

    Returns
    -------
    dict
        A value for each of `COLUMNS`; those that are not described in `midi_file.COLUMNS` are:
        note_length_log_s (mean natural logarithm of the notes' seconds), mode_tilt (correlation of the best major key minus that
        of the best minor key), triad_* (share of 1 s windows that such a triad fits best), semitone_share (share of the pairs
        of notes sounding together that are a semitone apart, octaves aside), low_share (share of the notes below C3).

    Raises
    ------
    DataError
        As `midi_file.measure` does.
    """
    measured = midi_file.measure(path)
    notes = read_piece(path, with_bars=False).notes
    sounding = chroma_frames(notes)
    extra = {
        "note_length_log_s": float(np.log(np.maximum(notes.end - notes.start, FRAME_S)).mean()),
        "mode_tilt": _mode_tilt(sounding.sum(axis=0)),
        **_triads(sounding),
        "semitone_share": semitone_share(sounding),
        "low_share": float(np.mean(notes.pitch < LOW_PITCH)),
    }
    return {name: float(value) for name, value in (measured | extra).items() if name in COLUMNS}


def chroma_frames(notes: Notes) -> np.ndarray:
    """How many notes of each pitch class sound in each frame, (frames, 12)."""
    first = np.round(notes.start / FRAME_S).astype(int)
    last = np.maximum(np.round(notes.end / FRAME_S).astype(int), first + 1)
    change = np.zeros((last.max() + 1, 12))
    np.add.at(change, (first, notes.pitch % 12), 1)
    np.add.at(change, (last, notes.pitch % 12), -1)
    return change.cumsum(axis=0)[:-1]


def _mode_tilt(weight: np.ndarray) -> float:
    best = {
        mode: max(np.corrcoef(np.roll(profile, tonic), weight)[0, 1] for tonic in range(12)) for mode, profile in PROFILES.items()
    }
    return float(best["major"] - best["minor"])


def _triads(sounding: np.ndarray) -> dict[str, float]:
    """Share of the windows that a major, and that a minor triad fits better than the other three kinds do."""
    edges = np.arange(0, len(sounding), FRAMES_PER_WINDOW)
    windows = np.add.reduceat(sounding, edges, axis=0)
    windows = windows[windows.any(axis=1)]
    quality, _ = best_triads(windows)
    share = np.bincount(quality, minlength=len(TRIADS)) / max(len(quality), 1)
    return {"triad_major": float(share[0]), "triad_minor": float(share[1])}


def best_triads(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For weights of the pitch classes (n, 12): the place in `TRIADS` (n,) and the pitch classes (n, 12) of the best triad."""
    best = np.argmax(weight @ _TEMPLATES.T, axis=1)
    return _QUALITY[best], _TEMPLATES[best]


def semitone_share(sounding: np.ndarray) -> float:
    """Pairs of different pitch classes a semitone apart over all pairs of different pitch classes, each frame by its count."""
    semitones = np.sum(sounding * np.roll(sounding, 1, axis=1))
    total = sounding.sum(axis=1)
    pairs = np.sum(total**2 - np.sum(sounding**2, axis=1)) / 2
    return float(semitones / pairs) if pairs else 0.0
