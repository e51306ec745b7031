"""The emotions of a clip as a table (CSV) and as a picture (PNG)."""

import csv
import io
from itertools import pairwise
from typing import Any

import numpy as np

from face2music.mood import EMOTIONS
from face2music.video.curve import EmotionCurve

_COLUMNS = ("start_s", "state", "emotion", *EMOTIONS, "valence", "arousal", "dominance", *(f"read_{name}" for name in EMOTIONS))
_INK, _GRID = "#33313b", "#dddae3"
# Distinct for colour-blind readers, too (Okabe & Ito 2008).
_COLOURS = dict(zip(EMOTIONS, ("#D55E00", "#009E73", "#7a3b8f", "#E69F00", "#0072B2", "#CC79A7", "#b4b0bb"), strict=True))
_WIDTH_IN, _HEIGHT_IN, _DPI = 10.0, 5.6, 110


def as_csv(curve: EmotionCurve) -> bytes:
    """A row for each half second: state (sure, unsure, missing), the emotion told, shares, mood, and what was read."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_COLUMNS)
    starts = curve.starts_s
    for i, (start_s, mood) in enumerate(zip(starts, curve.moods, strict=True)):
        read = [f"{p:.4f}" for p in curve.read[i]] if curve.seen[i] else [""] * len(EMOTIONS)
        shares = [f"{share:.4f}" for share in curve.shares[i]]
        table.writerow((f"{start_s:g}", _state(curve, i), curve.emotion_at(start_s), *shares, *mood.point, *read))
    return text.getvalue().encode()


def as_png(curve: EmotionCurve) -> bytes:
    """The shares over the time with the strongest emotion of each stretch named, and valence and arousal below."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH_IN, _HEIGHT_IN), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    _draw_shares(above, curve)
    _draw_mood(below, curve)
    file = io.BytesIO()
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


def _draw_shares(axes: Any, curve: EmotionCurve) -> None:
    edges = [*curve.starts_s, curve.duration_s]
    steps = np.vstack([curve.shares, curve.shares[-1:]])
    axes.stackplot(edges, steps.T, labels=EMOTIONS, colors=[_COLOURS[name] for name in EMOTIONS], step="post", linewidth=0)
    for start_s, end_s in _missing(curve):
        axes.axvspan(start_s, end_s, 0, 0.03, color=_INK, linewidth=0)
    for segment in curve.segments:
        axes.axvline(segment.start_s, color="white", linewidth=1)
        if segment.end_s - segment.start_s > curve.duration_s / 20:
            axes.text((segment.start_s + segment.end_s) / 2, 1.02, segment.emotion, ha="center", va="bottom", color=_INK)
    axes.set(ylim=(0, 1), xlim=(0, curve.duration_s), ylabel="share")
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, reverse=True, labelcolor=_INK)
    axes.spines[:].set_visible(False)


def _draw_mood(axes: Any, curve: EmotionCurve) -> None:
    for name, colour in (("valence", "#0072B2"), ("arousal", "#D55E00")):
        axes.plot(curve.times_s, [getattr(mood, name) for mood in curve.moods], label=name, color=colour, linewidth=2)
    axes.axhline(0, color=_GRID, linewidth=1, zorder=0)
    axes.set(ylim=(-1, 1), xlabel="seconds; a black line marks where the face is not to be seen", ylabel="mood")
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, labelcolor=_INK)
    axes.spines[["top", "right"]].set_visible(False)


def _missing(curve: EmotionCurve) -> list[tuple[float, float]]:
    pairs = zip(pairwise([*curve.starts_s, curve.duration_s]), curve.seen, strict=True)
    return [span for span, seen in pairs if not seen]


def _state(curve: EmotionCurve, place: int) -> str:
    if not curve.seen[place]:
        return "missing"
    return "sure" if curve.sure[place] else "unsure"
