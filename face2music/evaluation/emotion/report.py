"""The figures as text, as Markdown, and as a folder with pictures of the confusion and the calibration."""

import json
from pathlib import Path
from typing import Any

from face2music.folder import write_files

FILES = "report.md", "report.json", "confusion.png", "calibration.png"


def as_text(figures: dict[str, Any]) -> str:
    """The figures to read in a terminal, in the form of scikit-learn's classification report."""
    return "\n".join([*_headline(figures), "", *_classes(figures), "", *_confusion(figures), *_more(figures)])


def as_markdown(figures: dict[str, Any]) -> str:
    """The figures as Markdown, the tables as code so that they stand as they were printed."""
    tables = ["```", *_classes(figures), "", *_confusion(figures), "```"]
    pictures = ["", "![Confusion matrix](confusion.png)", "![Calibration](calibration.png)"]
    return "\n".join(["# The emotion network", "", *_headline(figures), "", *tables, *_more(figures), *pictures])


def write_report(figures: dict[str, Any], out: Path, replace: bool) -> None:
    """Write report.md, report.json, confusion.png and calibration.png into a folder."""
    from face2music.evaluation.emotion.pictures import draw_calibration, draw_confusion

    contents = (
        (as_markdown(figures) + "\n").encode(),
        (json.dumps(figures, indent=2) + "\n").encode(),
        draw_confusion(figures),
        draw_calibration(figures),
    )
    write_files(out, dict(zip(FILES, contents, strict=True)), replace)


def _headline(figures: dict[str, Any]) -> list[str]:
    warning = f"The network has learnt from {figures['learnt']:,} of these pictures: it would do worse on new ones."
    return [
        f"{figures['data']}, {figures['split']}: {figures['pictures']:,} pictures, read by {figures['network']}",
        *([warning] if figures["learnt"] else []),
        f"accuracy {figures['accuracy']:.2%}, macro F1 {figures['macro_f1']:.3f}, weighted F1 {figures['weighted_f1']:.3f}, "
        f"expected calibration error {figures['calibration']['ece']:.2%}",
    ]


def _classes(figures: dict[str, Any]) -> list[str]:
    rows = {**figures["per_class"], **{f"{name} avg": row for name, row in figures["averages"].items()}}
    return [f"{'':14}{'precision':>11}{'recall':>9}{'F1':>9}{'support':>9}"] + [
        f"{name:14}{row['precision']:11.3f}{row['recall']:9.3f}{row['f1']:9.3f}{row['support']:9,}" for name, row in rows.items()
    ]


def _confusion(figures: dict[str, Any]) -> list[str]:
    labels = figures["labels"]
    return ["confusion (rows true, columns predicted)", " " * 10 + "".join(f"{name:>10}" for name in labels)] + [
        f"{name:10}" + "".join(f"{n:10,}" for n in row) for name, row in zip(labels, figures["confusion"], strict=True)
    ]


def _more(figures: dict[str, Any]) -> list[str]:
    lines = ["", "accuracy by head: " + _by_head(figures["heads"]), _doubt(figures["doubt"])]
    if twins := figures.get("twins"):
        lines.append(
            f"without the {twins['pictures']} pictures that are pixel-identical to one that was learnt: "
            f"accuracy {_percent(twins['accuracy_without_twins'])}; those alone: {_percent(twins['accuracy_of_twins'])}"
        )
    if ferplus := figures.get("ferplus"):
        lines.append(
            f"against the majority of the FER+ votes ({ferplus['pictures']:,} pictures): {_percent(ferplus['accuracy'])}; "
            f"by head: {_by_head(ferplus['heads'])}; FER-2013's own labels agree on {_percent(ferplus['labels_agree'])}"
        )
    return [*lines, *_robustness(figures.get("robustness")), *_views(figures.get("views"))]


def _doubt(doubt: dict[str, Any]) -> str:
    return (
        f"not sure (largest probability below {doubt['sure_from']:g}): {_percent(doubt['not_sure'])} of the pictures; "
        f"accuracy where sure {_percent(doubt['accuracy_when_sure'])}, where not {_percent(doubt['accuracy_when_not_sure'])}"
    )


def _robustness(rows: list[dict[str, Any]] | None) -> list[str]:
    if not rows:
        return []
    lines = ["", "| defect | weak | medium | strong |", "|---|---|---|---|"]
    for row in rows:
        cells = [f"{accuracy:.1%} ({strength:g})" for strength, accuracy in zip(row["strengths"], row["accuracies"], strict=True)]
        lines.append(f"| {row['defect']} ({row['unit']}) | {' | '.join(cells)} |")
    return lines


def _views(rows: list[dict[str, Any]] | None) -> list[str]:
    if not rows:
        return []
    heads = list(rows[0]["heads"])
    lines = [
        "",
        f"| views of a crop | as served | {' | '.join(f'head of the {head}' for head in heads)} |",
        "|---|" + "---|" * (1 + len(heads)),
    ]
    for row in rows:
        name = f"{row['views']}" + ", mirror images among them" * row["mirror"]
        lines.append(f"| {name} | {' | '.join(_percent(right) for right in (row['accuracy'], *row['heads'].values()))} |")
    return lines


def _by_head(heads: dict[str, float | None]) -> str:
    return ", ".join(f"{name} {_percent(accuracy)}" for name, accuracy in heads.items())


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{share:.2%}"
