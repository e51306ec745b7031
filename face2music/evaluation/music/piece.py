"""A MIDI file -> its notes, its bars and its top line.

Conventions: notes of all parts but the drums; time in seconds; onsets within 50 ms are one; a bar is divided into sixteenths.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pretty_midi

from face2music.analysis.midi_file import TOGETHER_S, highest_line, open_midi

EXCERPT_BARS = 16


@dataclass(frozen=True)
class Notes:
    """The pitched notes of a piece, arrays (n,) in order of time: seconds, MIDI pitch and velocity."""

    start: np.ndarray
    end: np.ndarray
    pitch: np.ndarray
    velocity: np.ndarray

    def only(self, chosen: np.ndarray) -> "Notes":
        """The notes of an index or mask."""
        return Notes(self.start[chosen], self.end[chosen], self.pitch[chosen], self.velocity[chosen])


def read_notes(midi: pretty_midi.PrettyMIDI) -> Notes:
    """All notes but those of drums."""
    notes = sorted((n for part in midi.instruments if not part.is_drum for n in part.notes), key=lambda n: (n.start, n.pitch))
    start, end, pitch, velocity = np.array([(n.start, n.end, n.pitch, n.velocity) for n in notes]).reshape(-1, 4).T
    return Notes(start, end, pitch.astype(int), velocity)


@dataclass(frozen=True)
class Bars:
    """When each bar begins, s (bars + 1,), with the end of the last; how many sixteenths one has, and which are strong beats."""

    start: np.ndarray
    sixteenths: int
    strong: tuple[int, ...]


@dataclass(frozen=True)
class Piece:
    """Notes, and the bars where they are known."""

    notes: Notes
    bars: Bars | None


def bars_of(midi: pretty_midi.PrettyMIDI) -> Bars | None:
    """The bars of a file by its own tempo and first time signature, up to the last note; None where its metre changes."""
    metres = {(change.numerator, change.denominator) for change in midi.time_signature_changes} or {(4, 4)}
    if len(metres) > 1:
        return None
    numerator, denominator = next(iter(metres))
    downbeats = midi.get_downbeats()
    if len(downbeats) < 2:
        return None
    end = 2 * downbeats[-1] - downbeats[-2]
    return bars_from(np.append(downbeats, end), 16 * numerator // denominator)


def bars_from(start: np.ndarray, sixteenths: int) -> Bars:
    """Bars of so many sixteenths; the middle of a bar of two or four quarters is strong, too."""
    return Bars(start, sixteenths, (0, sixteenths // 2) if sixteenths % 8 == 0 else (0,))


def excerpt(piece: Piece) -> Piece:
    """Sixteen bars from the middle of a longer piece, about as much as a song of ours has."""
    bars = piece.bars
    if bars is None or len(bars.start) - 1 <= EXCERPT_BARS:
        return piece
    first = (len(bars.start) - 1 - EXCERPT_BARS) // 2
    start = bars.start[first : first + EXCERPT_BARS + 1]
    inside = (piece.notes.start >= start[0] - TOGETHER_S) & (piece.notes.start < start[-1] - TOGETHER_S)
    notes = piece.notes.only(inside)
    return Piece(replace(notes, end=np.minimum(notes.end, start[-1])), replace(bars, start=start))


def read_piece(path: Path, with_bars: bool = True) -> Piece:
    """A MIDI file; POP909's bars are in a text file beside it.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    midi = open_midi(path)
    beats = path.with_name("beat_midi.txt")
    if not with_bars:
        return Piece(read_notes(midi), None)
    return Piece(read_notes(midi), _counted(beats) if beats.is_file() else bars_of(midi))


def skyline(notes: Notes) -> np.ndarray:
    """Indices of the highest note of each onset, unless a higher one of this line still sounds."""
    return highest_line(notes.start, notes.end, notes.pitch)


def _counted(path: Path) -> Bars | None:
    """Bars from lines of a time, a flag and 1 on the first beat of a bar; as many beats as most bars have."""
    time, _, first = np.loadtxt(path).T
    downbeats = np.flatnonzero(first)
    if len(downbeats) < 2:
        return None
    beats = int(np.median(np.diff(downbeats)))
    return bars_from(time[downbeats], 4 * beats)
