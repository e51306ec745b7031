"""What remains of a run: its learning curve, its settings and figures, and a row in the record of all runs."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from face2music.errors import DataError, in_a_line, printable
from face2music.training.recipe import Recipe

HISTORY, CURVE, RUN = "history.csv", "history.png", "run.json"
MONITOR = "val_labels_accuracy"
_CURVES = (("Accuracy on the labels", "labels_accuracy"), ("Accuracy on the FER+ votes", "votes_accuracy"), ("Loss", "loss"))
_FIGURES = {"epoch", *(name for _, name in _CURVES)}
_NOT_VALIDATED = "NA"  # what Keras writes there
_VALIDATION = {"val_" + name for _, name in _CURVES}


def history(out: Path, validated: bool) -> list[dict[str, float]]:
    """The figures of each finished epoch of the run in a folder; none if there is no run, DataError if they are damaged."""
    if not (out / HISTORY).is_file():
        return []
    try:
        with (out / HISTORY).open(newline="", encoding="utf-8") as file:
            rows = [
                {name: float(value) for name, value in row.items() if value != _NOT_VALIDATED} for row in csv.DictReader(file)
            ]
        needed = _FIGURES | _VALIDATION if validated else _FIGURES
        if any(not row.keys() >= needed or not 0 <= row[MONITOR if validated else "labels_accuracy"] <= 1 for row in rows):
            raise ValueError("a figure is missing, or an accuracy is outside 0 to 1")
    except (OSError, TypeError, ValueError, csv.Error) as error:
        raise DataError(f"{out / HISTORY} is damaged ({in_a_line(error)}); put it right, or give another folder.") from error
    return rows


def draw_curve(out: Path, validated: bool) -> None:
    """Draw `history.csv` as `history.png`: training and, where there is one, validation by epoch."""
    from matplotlib.figure import Figure

    rows = history(out, validated)
    figure = Figure(figsize=(12, 3.6), layout="constrained")
    for axes, (title, name) in zip(figure.subplots(1, len(_CURVES)), _CURVES, strict=True):
        axes.plot([row[name] for row in rows], label="training (augmented)")
        if validated:
            axes.plot([row["val_" + name] for row in rows], label="validation")
        axes.set(title=title, xlabel="epoch")
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(out / CURVE, dpi=110)


def write_run(
    out: Path, recipe: Recipe, origin: dict[str, Any], card: dict[str, Any], pictures: int, seconds: float
) -> dict[str, Any]:
    """Write `run.json`: when, how long, from which runs (`start`, `teachers`), the recipe, and the best epoch's figures.

    Where nothing was validated, the last epoch is the best.
    """
    rows = history(out, recipe.validate)
    best = max(rows, key=lambda row: row[MONITOR]) if recipe.validate else rows[-1]
    run = {
        "finished": datetime.now(UTC).strftime("%Y-%m-%d"),
        "minutes_of_last_start": round(seconds / 60, 1),
        "pictures": pictures,
        "parameters": card["parameters"],
        "temperature": card["temperature"],
        "epochs": len(rows),
        "best_epoch": int(best["epoch"]) + 1,
        "figures": {name: round(value, 4) for name, value in best.items() if name != "epoch"},
        **origin,
        "recipe": recipe.to_dict(),
    }
    (out / RUN).write_text(json.dumps(run, indent=2) + "\n", encoding="utf-8")
    return run


COLUMNS = {
    "run": "run",
    "finished": "finished",
    "network": "network",
    "start": "from",
    "teachers": "teachers",
    "parameters": "parameters",
    "pictures": "pictures",
    "epochs": "epochs",
    "phases": "phases",
    "optimizer": "optimizer",
    "learning_rate": "learning rate",
    "votes_weight": "votes in the loss",
    "average_decay": "averaging",
    "sharpness_radius": "sharpness",
    "val_labels_accuracy": "PublicTest",
    "val_votes_accuracy": "FER+ votes",
}


def add_to_record(record: Path, name: str, run: dict[str, Any]) -> None:
    """Add a run to the CSV table of all runs, in place of an earlier row of the same name.

    Raises
    ------
    DataError
        If the file is there and is no such table.
    """
    name = printable(name)
    rows: list[dict[str, Any]] = [row for row in read_record(record) if row["run"] != name]
    recipe = run["recipe"]
    told = {"run": name, "phases": _phases(recipe["phases"]), "teachers": " ".join(run["teachers"])}
    rows.append({**recipe, **run["figures"], **run, **told})
    text = io.StringIO()
    table = csv.DictWriter(text, list(COLUMNS), extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    record.parent.mkdir(parents=True, exist_ok=True)
    part = record.with_name(f"{record.name}.part")
    part.write_bytes(printable(text.getvalue()).encode())
    part.replace(record)


def read_record(record: Path) -> list[dict[str, str]]:
    """The rows of the table of runs, as text; none if there is no such file, DataError if it is something else."""
    if not record.exists():
        return []
    try:
        with record.open(newline="", encoding="utf-8") as file:
            table = csv.DictReader(file)
            header, rows = list(table.fieldnames or []), list(table)
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(f"{record} cannot be read ({in_a_line(error)}); name another file, or remove it.") from error
    if header != list(COLUMNS) or any(None in row or None in row.values() for row in rows):
        raise DataError(f"{record} is no table of runs; name another file, or remove it.")
    return rows


def record_as_markdown(record: Path) -> str:
    """The table of runs in Markdown, for the model card."""
    rows = [list(row.values()) for row in read_record(record)]
    lines = [list(COLUMNS.values()), ["---"] * len(COLUMNS), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _phases(phases: list[dict[str, Any]]) -> str:
    """Like '40 at 32 px with mixup, 18 at 44 px and webcam defects'."""
    return ", ".join(
        f"{phase['epochs']} at {phase['size_px']} px"
        + (" with mixup" if phase["mixup"] else "")
        + (" and webcam defects" if phase["augmentation"]["defect_share"] else "")
        + (" and glasses" if phase["augmentation"].get("glasses_share") else "")
        for phase in phases
    )
