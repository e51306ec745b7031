"""Figures and songs -> pictures, as PNG bytes."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import pretty_midi
from librosa.display import specshow
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from face2music.evaluation.music.songs import Heard
from face2music.evaluation.music.statistics import BINS, STATISTICS
from face2music.mood import EMOTIONS

COLOURS = dict(zip(EMOTIONS, ("#c1272d", "#6b8e23", "#7b4bb7", "#e6a400", "#2b6cb0", "#e0559a", "#6b7280"), strict=True))
PARTS = ("#1f4e9c", "#c2571a", "#2a8a57", "#8a2a6b", "#8a7a1f", "#555555")
_SCALES = {"audio": ((1, 9), "DEAM's scale"), "notes": ((0, 1), "probability of high")}
_COLUMNS = 6
_DPI = 90


def plane(songs: Sequence[Mapping[str, Any]], kind: str, title: str) -> bytes:
    """Where a judge hears each song in the plane of valence and arousal; a cross is the mean of an emotion's songs."""
    figure = Figure(figsize=(5.2, 4.8), layout="constrained")
    axes = figure.subplots()
    for emotion, colour in COLOURS.items():
        x, y = np.array([(s[kind]["valence"], s[kind]["arousal"]) for s in songs if s["emotion"] == emotion]).T
        axes.scatter(x, y, color=colour, s=22, alpha=0.75, label=emotion)
        axes.plot(x.mean(), y.mean(), "x", color=colour, markersize=11, markeredgewidth=3)
    limits, unit = _SCALES[kind]
    axes.set(xlim=limits, ylim=limits, title=title, xlabel=f"valence ({unit})", ylabel=f"arousal ({unit})")
    middle = sum(limits) / 2
    axes.axhline(middle, color="#bbbbbb", zorder=0)
    axes.axvline(middle, color="#bbbbbb", zorder=0)
    figure.legend(loc="outside right upper", frameon=False)
    return _png(figure)


def confusion(matrix: Sequence[Sequence[int]], labels: Sequence[str], title: str) -> bytes:
    """A confusion matrix with its counts; rows are what the songs were made for."""
    figure = Figure(figsize=(4.6, 4.4), layout="constrained")
    axes = figure.subplots()
    counts = np.array(matrix)
    axes.imshow(counts, cmap="Blues")
    ticks = range(len(labels))
    axes.set(title=title, xlabel="taken for", ylabel="made for", yticks=ticks, yticklabels=labels)
    axes.set_xticks(ticks, labels, rotation=45, ha="right")
    for row, column in np.ndindex(*counts.shape):
        dark = counts[row, column] > counts.max() / 2
        axes.text(column, row, str(counts[row, column]), ha="center", va="center", color="white" if dark else "black")
    return _png(figure)


def song(file: Path, title: str) -> bytes:
    """Piano roll (a colour for each part, drums left out, lines at the bars) above the mel spectrogram of the WAV file."""
    figure = Figure(figsize=(12, 5.2), layout="constrained")
    roll, spectrum = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    midi = pretty_midi.PrettyMIDI(str(file))
    _roll(roll, midi)
    roll.set(title=title, ylabel="MIDI pitch")
    figure.legend(loc="outside lower right", ncols=6, frameon=False)
    y, sr = librosa.load(file.with_suffix(".wav"))
    level = librosa.power_to_db(librosa.feature.melspectrogram(y=y, sr=sr), ref=1.0)
    specshow(level, sr=sr, x_axis="time", y_axis="mel", ax=spectrum, cmap="magma", vmin=-60, vmax=40)
    spectrum.set(xlabel="s", ylabel="Hz", xlim=(0, midi.get_end_time() + 1))
    return _png(figure)


def _roll(axes: Axes, midi: pretty_midi.PrettyMIDI) -> None:
    for bar in midi.get_downbeats():
        axes.axvline(bar, color="#dddddd", linewidth=0.7, zorder=0)
    for number, part in enumerate(p for p in midi.instruments if not p.is_drum):
        pitch, start, length = np.array([(n.pitch, n.start, n.end - n.start) for n in part.notes]).reshape(-1, 3).T
        name = part.name or pretty_midi.program_to_instrument_name(part.program)
        axes.barh(pitch, length, left=start, height=0.8, color=PARTS[number % len(PARTS)], alpha=0.85, label=name)


def statistics(songs: Sequence[Heard], corpora: Mapping[str, Any]) -> bytes:
    """Each statistic of each song as a dot of its emotion's colour, on the interquartile ranges of the corpora."""
    rows = -(-len(STATISTICS) // _COLUMNS)
    figure = Figure(figsize=(15, 2.1 * rows), layout="constrained")
    grid = figure.subplots(rows, _COLUMNS).ravel()
    for axes, name in zip(grid, STATISTICS, strict=False):
        for place, corpus in enumerate(corpora.values()):
            if name in corpus["quantiles"]:
                low, middle, high = np.quantile(corpus["quantiles"][name], (0.25, 0.5, 0.75))
                axes.plot([place, place], [low, high], color="#9aa5b1", linewidth=9, solid_capstyle="butt")
                axes.plot(place, middle, "_", color="black", markersize=11)
        for place, (emotion, colour) in enumerate(COLOURS.items(), start=2 * len(corpora)):
            values = [made.statistics[name] for made in songs if made.emotion == emotion]
            axes.plot([place / 2] * len(values), values, ".", color=colour, markersize=6, label=emotion)
        axes.set_title(name.replace("_", " "), fontsize=9)
        axes.set_xticks(range(len(corpora)), [corpus[:2] for corpus in corpora], fontsize=7)
    for axes in grid[len(STATISTICS) :]:
        axes.set_axis_off()
    figure.legend(*grid[0].get_legend_handles_labels(), loc="outside lower right", ncols=len(COLOURS), frameon=False)
    return _png(figure)


def distributions(found: Mapping[str, Any], corpora: Mapping[str, Any]) -> bytes:
    """Shares of intervals, lengths and degrees, the songs' and those of the corpora."""
    figure = Figure(figsize=(15, 3), layout="constrained")
    for axes, (name, edges) in zip(figure.subplots(1, len(BINS)), BINS.items(), strict=True):
        width = 0.8 / (len(corpora) + 1)
        sets = {"songs": found[name]["shares"]} | {corpus: c["distributions"][name] for corpus, c in corpora.items()}
        for number, (label, shares) in enumerate(sets.items()):
            colour = "#c1272d" if label == "songs" else ("#4a5568", "#8795a6", "#c3ccd6")[number - 1]
            axes.bar(np.arange(len(shares)) + number * width, shares, width, label=label, color=colour)
        names = [f"{edge:.2g}" for edge in edges[:-1]] if name == "note_length" else [f"{edge + 0.5:.0f}" for edge in edges[:-1]]
        axes.set_xticks(np.arange(len(names)) + 1.5 * width, names, fontsize=8)
        axes.set_title(
            {"interval": "interval, semitones", "note_length": "note length, from s", "degree": "semitones above the tonic"}[name]
        )
    axes.legend(fontsize=8)
    return _png(figure)


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=_DPI)
    return file.getvalue()
