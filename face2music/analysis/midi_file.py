"""A MIDI file -> what its notes tell: the counterpart of `recording`, exact where a recording can only be estimated.

Conventions: notes of all parts but the drums, except for onsets, which drums have too; onsets within 50 ms are one. The top line
(melody) is the highest note of each onset unless a higher one of the line still sounds; the bottom line (bass) mirrors it.
"""

import warnings
from pathlib import Path

import numpy as np
import pretty_midi

from face2music.analysis.key import TONICS, key_of
from face2music.errors import DataError, in_a_line

TOGETHER_S = 0.05
MIN_NOTES = 12
MIN_SECONDS = 3.0
GRID_PER_BEAT = 12
MIN_GRID_FIT = 0.5
WINDOW_S = 8.0
MIN_LINE = 4
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10, 11)}

COLUMNS = {
    "duration_s": "from the first onset to the last note's end",
    "tempo_bpm": "time-weighted tempo; blank where the notes do not lie on the file's beats, so that its tempo means nothing",
    "onsets_per_s": "onsets a second, notes within 50 ms counted once",
    "notes_per_s": "notes a second",
    "velocity": "mean MIDI velocity",
    "velocity_spread": "half of the range from the 5 % to the 95 % quantile of the velocities",
    "pitch_low": "5 % quantile of the MIDI pitches",
    "pitch_high": "95 % quantile of the MIDI pitches",
    "melody_pitch": "median MIDI pitch of the top line",
    "bass_pitch": "median MIDI pitch of the bottom line",
    "melody_range_semitones": "median range of the top line in windows of 8 s, lowest and highest tenth left out",
    "unison_share": "share of the top line's intervals that repeat the note",
    "step_share": "share of 1 or 2 semitones",
    "leap_share": "share of 5 semitones or more",
    "key": "tonic of the best key (Krumhansl-Kessler correlation)",
    "major": "1 where the best key is major, 0 where it is minor",
    "key_strength": "correlation with the profile of the best key",
    "chromatic_share": "share of the notes outside the best key (minor: natural and raised seventh)",
    "polyphony": "mean number of notes that sound while any does",
    "articulation": "median of sounding time over time to the next note of the top line",
    "rest_share": "share of the time in which nothing sounds",
    "ioi_cv": "standard deviation over mean of the times between onsets",
}


def measure(path: Path) -> dict[str, float | str]:
    """Measure a MIDI file.

    Returns
    -------
    dict
        A value for each of `COLUMNS`, whose descriptions hold the units.

    Raises
    ------
    DataError
        If the file is no MIDI file, or has under 12 pitched notes or under 3 s.
    """
    midi = open_midi(path)
    notes = sorted((n for part in midi.instruments if not part.is_drum for n in part.notes), key=lambda n: (n.start, n.pitch))
    if len(notes) < MIN_NOTES or max(n.end for n in notes) - notes[0].start < MIN_SECONDS:
        raise DataError(f"{path.name} has {len(notes)} pitched notes; at least {MIN_NOTES} over {MIN_SECONDS:.0f} s are needed.")
    start, end, pitch, velocity = np.array([(n.start, n.end, n.pitch, n.velocity) for n in notes]).T
    seconds = float(end.max() - start.min())
    struck = np.sort(np.concatenate([part.get_onsets() for part in midi.instruments]))
    onsets = struck[together(struck)]
    low, high = np.quantile(pitch, [0.05, 0.95])
    return {
        "duration_s": seconds,
        "tempo_bpm": _tempo(midi, start),
        "onsets_per_s": len(onsets) / seconds,
        "notes_per_s": len(notes) / seconds,
        "velocity": float(velocity.mean()),
        "velocity_spread": float(np.ptp(np.quantile(velocity, [0.05, 0.95])) / 2),
        "pitch_low": float(low),
        "pitch_high": float(high),
        **_lines(start, end, pitch),
        **_tonality(start, end, pitch),
        **_texture(start, end),
        "ioi_cv": float(np.std(np.diff(onsets)) / np.mean(np.diff(onsets))) if len(onsets) > 2 else np.nan,
    }


def open_midi(path: Path) -> pretty_midi.PrettyMIDI:
    """Read a MIDI file, with tempo changes wherever they stand.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # tempo changes outside the first track, which are read all the same
            return pretty_midi.PrettyMIDI(str(path))
    except Exception as error:  # damaged files make the parser fail in many ways
        raise DataError(f"{path.name} cannot be read as MIDI ({in_a_line(error)}).") from error


def together(times: np.ndarray) -> np.ndarray:
    """Where, among sorted times (n,), each group begins that lies within 50 ms of its first."""
    firsts = [0]
    for index, time in enumerate(times):
        if time - times[firsts[-1]] > TOGETHER_S:
            firsts.append(index)
    return np.array(firsts)


def _tempo(midi: pretty_midi.PrettyMIDI, start: np.ndarray) -> float:
    """The mean tempo over time, or nan where the onsets avoid twelfths of a beat, as a performance at a default tempo does."""
    beat = np.array([midi.time_to_tick(s) for s in start]) / midi.resolution
    if abs(np.exp(2j * np.pi * GRID_PER_BEAT * beat).mean()) < MIN_GRID_FIT:
        return np.nan
    return float((beat.max() - beat.min()) / (start.max() - start.min()) * 60)


def highest_line(start: np.ndarray, end: np.ndarray, height: np.ndarray) -> np.ndarray:
    """Indices of the notes that make the highest line; with negative pitches, the lowest."""
    line: list[int] = []
    for group in np.split(np.arange(len(start)), together(start)[1:]):
        top = group[np.argmax(height[group])]
        if not line or height[top] >= height[line[-1]] or end[line[-1]] <= start[top] + TOGETHER_S:
            line.append(int(top))
    return np.array(line)


def _lines(start: np.ndarray, end: np.ndarray, pitch: np.ndarray) -> dict[str, float]:
    top = highest_line(start, end, pitch)
    bottom = highest_line(start, end, -pitch)
    melody, begins = pitch[top], start[top]
    windows = [melody[(begins >= at) & (begins < at + WINDOW_S)] for at in np.arange(begins[0], begins[-1], WINDOW_S)]
    ranges = [np.ptp(np.quantile(window, [0.1, 0.9])) for window in windows if len(window) >= MIN_LINE]
    return {
        "melody_pitch": float(np.median(melody)),
        "bass_pitch": float(np.median(pitch[bottom])),
        "melody_range_semitones": float(np.median(ranges)) if ranges else np.nan,
        **_motion(melody, begins, end[top]),
    }


def _motion(melody: np.ndarray, begins: np.ndarray, ends: np.ndarray) -> dict[str, float]:
    """Intervals and articulation of a line; blank (nan) where it has under four notes."""
    if len(melody) < MIN_LINE:
        return dict.fromkeys(("unison_share", "step_share", "leap_share", "articulation"), np.nan)
    interval = np.abs(np.diff(melody))
    return {
        "unison_share": float(np.mean(interval == 0)),
        "step_share": float(np.mean((interval >= 1) & (interval <= 2))),
        "leap_share": float(np.mean(interval >= 5)),
        "articulation": float(np.median((ends - begins)[:-1] / np.diff(begins))),
    }


def _tonality(start: np.ndarray, end: np.ndarray, pitch: np.ndarray) -> dict[str, float | str]:
    pitch_class = pitch.astype(int) % 12
    key = key_of(np.bincount(pitch_class, weights=end - start, minlength=12))
    scale = (np.array(SCALES[key.mode]) + key.tonic) % 12
    return {
        "key": TONICS[key.tonic],
        "major": float(key.mode == "major"),
        "key_strength": key.strength,
        "chromatic_share": float(np.mean(~np.isin(pitch_class, scale))),
    }


def _texture(start: np.ndarray, end: np.ndarray) -> dict[str, float]:
    sounding = covered = 0.0
    until = start[0]
    for begin, finish in zip(start, end, strict=True):
        covered += max(finish - max(begin, until), 0.0)
        sounding += finish - begin
        until = max(until, finish)
    return {"polyphony": float(sounding / covered), "rest_share": float(1 - covered / (until - start[0]))}
