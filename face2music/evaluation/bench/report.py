"""The figures beside what was to be reached, as text and as a table in Markdown."""

import operator
from typing import Any

_RULE = {"at most": operator.le, "at least": operator.ge}
# What two cores are to reach with 30 s of music from a photograph of 1280x960 pixels.
TARGETS = {
    "whole path": ("at most", 900),
    "fer / ours": ("at least", 3),
    "pretty_midi / ours": ("at least", 2),
    "render, ours: same samples every time": ("at least", 1),
    "import face2music": ("at most", 0.3),
    "cold start to the page": ("at most", 4),
    "cold start to the first song": ("at most", 8),
    "memory, peak": ("at most", 700),
    "changed music after the face, less one bar": ("at most", 1.5),
    "pieces of sound that came late": ("at most", 0),
    "cores that one listener takes": ("at most", 0.5),
}


def judged(figure: dict[str, Any]) -> dict[str, Any]:
    """A figure with its target and whether it is reached, where it has one."""
    if figure["name"] not in TARGETS:
        return figure
    rule, limit = TARGETS[figure["name"]]
    return {**figure, "target": f"{rule} {limit:g}", "reached": bool(_RULE[rule](figure["median"], limit))}


def as_text(report: dict[str, Any]) -> str:
    """The report as Markdown that is also easy to read in a terminal."""
    machine = report["machine"]
    lines = [
        f"{machine['processor']}, {machine['cores']} cores, load {machine['load']:g} when it began, {report['finished']}",
        "",
    ]
    lines += [
        f"| {'measure':42} | {'median':>9} | {'95th':>9} | {'unit':27} | target |",
        f"|{'-' * 44}|{'-' * 10}:|{'-' * 10}:|{'-' * 29}|---|",
    ]
    for group, figures in report["groups"].items():
        lines.append(f"| {f'**{group}**':42} | {'':9} | {'':9} | {'':27} | |")
        lines += [_row(figure) for figure in figures]
    return "\n".join([*lines, "", *(f"Not measured: {sentence}" for sentence in report["missing"])]).rstrip()


def _row(figure: dict[str, Any]) -> str:
    p95 = "" if figure["p95"] is None else f"{figure['p95']:,g}"
    target = f"{figure['target']}: {'reached' if figure['reached'] else 'MISSED'}" if "target" in figure else ""
    return f"| {figure['name']:42} | {figure['median']:>9,g} | {p95:>9} | {figure['unit']:27} | {target} |"
