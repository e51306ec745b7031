"""Confusion matrix and calibration diagram as PNG."""

import io
from typing import Any

import numpy as np
from matplotlib.figure import Figure


def draw_confusion(figures: dict[str, Any]) -> bytes:
    """The confusion matrix: the share of each true class in colour, the numbers of pictures in the cells."""
    labels, counts = figures["labels"], np.array(figures["confusion"])
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(6.2, 5.4), layout="constrained")
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set(xlabel="read as", ylabel="labelled", title=f"{figures['split']}, accuracy {figures['accuracy']:.1%}")
    axes.set_xticks(range(len(labels)), labels, rotation=45, ha="right")
    axes.set_yticks(range(len(labels)), labels)
    for (row, column), n in np.ndenumerate(counts):
        axes.text(column, row, f"{n:,}", ha="center", va="center", color="white" if shares[row, column] > 0.5 else "black")
    return _png(figure)


def draw_calibration(figures: dict[str, Any]) -> bytes:
    """Accuracy against the largest probability, by bin; on the diagonal a network says how sure it may be."""
    bins = figures["calibration"]["bins"]
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="grey", linestyle="--")
    sizes = [10 + 300 * row["pictures"] / figures["pictures"] for row in bins]
    axes.plot([row["confidence"] for row in bins], [row["accuracy"] for row in bins])
    axes.scatter([row["confidence"] for row in bins], [row["accuracy"] for row in bins], s=sizes)
    axes.set(xlabel="largest probability", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1))
    axes.set_title(f"expected calibration error {figures['calibration']['ece']:.2%}")
    return _png(figure)


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=110)
    return file.getvalue()
