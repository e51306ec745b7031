"""The notes of a piece and its bars -> numbers by which generated music is commonly held against music that people wrote.

Where a piece has no known bars, or too few of them, what needs them is nan.
"""

import numpy as np

from face2music.analysis.key import key_of
from face2music.analysis.midi_file import together
from face2music.evaluation.music.notes import best_triads, chroma_frames, semitone_share
from face2music.evaluation.music.piece import Bars, Notes, Piece, skyline

LAGS = (1, 2, 4, 8)
DIATONIC = (0, 2, 4, 5, 7, 9, 11)

FREE = {
    "pitch_class_entropy": "entropy of the pitch classes, bits (Wu & Yang 2020)",
    "scale_consistency": "share of the notes in the best major or natural minor scale (Mogren 2016)",
    "pitch_range": "from the 5 % to the 95 % quantile of the pitches, semitones",
    "polyphony": "mean number of notes that sound while any does",
    "semitone_share": "share of the sounding pairs of pitch classes that are a semitone apart",
    "onsets_per_s": "onsets a second",
    "note_length_s": "median length of the notes, s",
    "rest_share": "share of the time in which nothing sounds",
    "ioi_cv": "standard deviation over mean of the times between onsets",
    "npvi": "normalised pairwise variability of the times between onsets (Grabe & Low 2002)",
    "unison_share": "share of the top line's intervals that repeat the note",
    "step_share": "share of 1 or 2 semitones",
    "leap_share": "share of 5 semitones or more",
}
IN_BARS = {
    "groove_consistency": "mean share of sixteenths on which neighbouring bars agree (Wu & Yang 2020)",
    "chord_tone_share": "share of the highest notes struck on strong beats that belong to the triad that the others fit best",
    **{f"rhythm_similarity_{lag}": f"overlap (Jaccard) of the struck sixteenths of bars {lag} apart" for lag in LAGS},
    **{f"pitch_similarity_{lag}": f"the same of struck sixteenths with their pitches, bars {lag} apart" for lag in LAGS},
}
STATISTICS = FREE | IN_BARS
# Edges of the bins of a piece's histograms; what lies beyond counts in the last bin.
BINS = {"interval": np.arange(-0.5, 14), "note_length": 2.0 ** np.arange(-5, 4), "degree": np.arange(-0.5, 12)}


def measure(piece: Piece) -> dict[str, float]:
    """A value for each of `STATISTICS`, whose descriptions hold the units."""
    notes = piece.notes
    onsets = notes.start[together(notes.start)]
    gaps = np.diff(onsets)
    chroma = chroma_frames(notes)
    low, high = np.quantile(notes.pitch, [0.05, 0.95])
    sounding = chroma.sum(axis=1)
    moves = np.abs(np.diff(notes.pitch[skyline(notes)]))
    return {
        "pitch_class_entropy": _entropy(notes.pitch),
        "scale_consistency": _scale_consistency(notes.pitch),
        "pitch_range": float(high - low),
        "polyphony": float(sounding[sounding > 0].mean()),
        "semitone_share": semitone_share(chroma),
        "onsets_per_s": len(onsets) / float(notes.end.max() - onsets[0]),
        "note_length_s": float(np.median(notes.end - notes.start)),
        "rest_share": float(np.mean(sounding[np.argmax(sounding > 0) :] == 0)),
        "ioi_cv": float(gaps.std() / gaps.mean()),
        "npvi": float(200 * np.mean(np.abs(np.diff(gaps)) / (gaps[1:] + gaps[:-1]))),
        "unison_share": float(np.mean(moves == 0)),
        "step_share": float(np.mean((moves == 1) | (moves == 2))),
        "leap_share": float(np.mean(moves >= 5)),
        **(_in_bars(notes, piece.bars) if piece.bars is not None else dict.fromkeys(IN_BARS, np.nan)),
    }


def distributions(piece: Piece) -> dict[str, np.ndarray]:
    """Shares (bins,) of the top line's intervals, semitones, the notes' lengths, s, and the degrees above the key's tonic."""
    notes = piece.notes
    tonic = key_of(np.bincount(notes.pitch % 12, weights=notes.end - notes.start, minlength=12)).tonic
    values = {
        "interval": np.abs(np.diff(notes.pitch[skyline(notes)])),
        "note_length": notes.end - notes.start,
        "degree": (notes.pitch - tonic) % 12,
    }
    counts = {name: np.histogram(values[name].clip(edges[0], edges[-1]), edges)[0] for name, edges in BINS.items()}
    return {name: count / max(count.sum(), 1) for name, count in counts.items()}


def _entropy(pitch: np.ndarray) -> float:
    share = np.bincount(pitch % 12, minlength=12) / len(pitch)
    return float(-np.sum(share[share > 0] * np.log2(share[share > 0])))


def _scale_consistency(pitch: np.ndarray) -> float:
    count = np.bincount(pitch % 12, minlength=12) / len(pitch)
    return float(max(count[(np.array(DIATONIC) + tonic) % 12].sum() for tonic in range(12)))


def _in_bars(notes: Notes, bars: Bars) -> dict[str, float]:
    bar, cell = _places(notes, bars)
    struck = np.zeros((len(bars.start) - 1, bars.sixteenths), dtype=bool)
    struck[bar, cell] = True
    agreement = np.mean(struck[1:] == struck[:-1]) if len(struck) > 1 else np.nan
    pitched = np.zeros((*struck.shape, 128), dtype=bool)
    pitched[bar, cell, notes.pitch] = True
    return {
        "groove_consistency": float(agreement),
        "chord_tone_share": _chord_tones(notes, bars, bar, cell),
        **{f"rhythm_similarity_{lag}": _similarity(struck, lag) for lag in LAGS},
        **{f"pitch_similarity_{lag}": _similarity(pitched.reshape(len(struck), -1), lag) for lag in LAGS},
    }


def _places(notes: Notes, bars: Bars) -> tuple[np.ndarray, np.ndarray]:
    """Bar and sixteenth of each note; one just before the bar line belongs to the next bar."""
    at = np.interp(notes.start, bars.start, np.arange(len(bars.start))) * bars.sixteenths
    place = np.clip(np.round(at).astype(int), 0, (len(bars.start) - 1) * bars.sixteenths - 1)
    return place // bars.sixteenths, place % bars.sixteenths


def _similarity(bars: np.ndarray, lag: int) -> float:
    """Mean Jaccard similarity of bars (bars, features) that are so far apart, where either has notes."""
    either = np.sum(bars[lag:] | bars[:-lag], axis=1)
    both = np.sum(bars[lag:] & bars[:-lag], axis=1)
    return float(np.mean(both[either > 0] / either[either > 0])) if (either > 0).any() else np.nan


def _chord_tones(notes: Notes, bars: Bars, bar: np.ndarray, cell: np.ndarray) -> float:
    """Nan where fewer than four strong beats have a note struck and a triad under it."""
    found = []
    for beat in bars.strong:
        for number in np.unique(bar[cell == beat]):
            struck = np.flatnonzero((bar == number) & (cell == beat))
            top = struck[np.argmax(notes.pitch[struck])]
            begin = bars.start[number] + beat / bars.sixteenths * (bars.start[number + 1] - bars.start[number])
            end = begin + (bars.start[number + 1] - bars.start[number]) / len(bars.strong)
            share = np.minimum(notes.end, end) - np.maximum(notes.start, begin)
            weight = np.bincount(
                notes.pitch % 12, weights=np.where(notes.pitch < notes.pitch[top], share.clip(0), 0), minlength=12
            )
            if np.count_nonzero(weight) >= 2:
                _, triad = best_triads(weight[np.newaxis])
                found.append(triad[0, notes.pitch[top] % 12])
    return float(np.mean(found)) if len(found) >= 4 else np.nan
