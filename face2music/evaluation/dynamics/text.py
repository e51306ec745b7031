"""The figures of `evaluate dynamics` as tables to read."""

from collections.abc import Iterator, Mapping
from typing import Any

from face2music.evaluation.dynamics.jumps import JUMPS


def as_text(result: Mapping[str, Any]) -> str:
    """What `evaluate` found, for a terminal."""
    settings = result["settings"]
    lines = [
        f"{settings['journeys']} journeys of {settings['duration_s']:.0f} s, seeds from {settings['seed']}: correlation of the "
        f"intended curve with what the audio judge hears in windows of {settings['window_s']:.0f} s",
        f"{'':22}{'journey':>18}{'crossfade':>18}",
        f"{'':22}" + f"{'arousal':>9}{'valence':>9}" * 2,
        *(_row(f"{row['emotions'][0]} to {row['emotions'][1]}", row) for row in result["journeys"]),
        _row("median", result["medians"]),
        f"{'wanted at least':22}" + "".join(f"{result['goals'][axis]:9.2f}" for axis in ("arousal", "valence")),
        "",
        *_trust(result["windows"]),
        "",
        f"{'largest change between neighbouring bars':58}{'journeys':>10}{'ordinary':>10}",
    ]
    for name, text in JUMPS.items():
        lines.append(f"{text:58}" + "".join(f"{result['jumps'][kind][name]:10.2f}" for kind in ("journeys", "ordinary")))
    return "\n".join(lines)


def _row(name: str, row: Mapping[str, Any]) -> str:
    values = (row[kind][axis] for kind in ("journey", "crossfade") for axis in ("arousal", "valence"))
    return f"{name:22}" + "".join(f"{'-':>9}" if value is None else f"{value:9.2f}" for value in values)


def _trust(windows: Mapping[str, Any]) -> Iterator[str]:
    for axis, row in windows.items():
        yield (
            f"Songs of one emotion, {axis}: judged in windows r {row['windows_r']:.2f} with what was meant, as a whole "
            f"{row['whole_r']:.2f}; within a song the windows scatter by {row['scatter']:.2f}, the songs by {row['spread']:.2f}"
        )
