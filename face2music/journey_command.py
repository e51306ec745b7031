"""The command `face2music journey`: steps and bars as they are typed -> a folder with a song."""

import re
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import Annotated

import typer

from face2music import pipeline
from face2music.errors import RequestError
from face2music.folder import check_writable, write_files

_POINT = re.compile(r"[-+]?[0-9.]+,[-+]?[0-9.]+")
_KINDS = ("mid", "wav", "json")


def journey(
    steps: Annotated[
        list[str],
        typer.Argument(
            metavar="STEP...",
            help=f"Emotions ({', '.join(pipeline.EMOTIONS)}), points such as 0.4,-0.2 (valence, arousal) or pictures; "
            'or a journey by its name: "lift me up", "calm me down", "storm and clearing".',
        ),
    ],
    *,
    out: Annotated[Path, typer.Option(help="Folder for song.mid, song.wav and song.json; created if missing.")],
    bars: Annotated[str | None, typer.Option(help="Bars of each step (8,4,8), or one number for all.")] = None,
    duration: Annotated[float, typer.Option(help="Length in seconds, 5 to 180, where no bars are given.")] = (
        pipeline.DEFAULT_JOURNEY_S
    ),
    seed: Annotated[int | None, typer.Option(help="The same steps, seed and settings give the same song.")] = None,
    style: Annotated[str | None, typer.Option(help="solo piano, chamber, orchestral ...")] = None,
    key: Annotated[str | None, typer.Option(help="Tonic, which then stays: C, F-sharp, B-flat ...")] = None,
    tempo: Annotated[float | None, typer.Option(help="Beats a minute, which then stay: 30 to 240.")] = None,
    network: Annotated[
        Path | None, typer.Option(help="Another emotion network: a .keras or .onnx file with a JSON description beside it.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are already there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a summary.")] = False,
) -> None:
    """Compose a song that moves from mood to mood."""
    check_writable(out, tuple(f"song.{kind}" for kind in _KINDS), force)
    behind = [] if bars is None else list(takewhile(str.isdecimal, reversed(steps)))[::-1]  # as in --bars 8 4 8
    song = pipeline.compose_journey(
        _read_steps(steps[: len(steps) - len(behind)]),
        bars=None if bars is None else _read_bars(" ".join([bars, *behind])),
        seed=seed,
        duration_s=duration,
        wishes=pipeline.Wishes(style=style, key=key, tempo_bpm=tempo),
        network=network,
    )
    write_files(out, {"song.mid": song.midi, "song.wav": song.wav(), "song.json": song.json()}, force)
    for warning in song.warnings:
        typer.echo(warning, err=True)
    typer.echo(song.json().decode() if as_json else _summary(song, out), nl=not as_json)


def _read_steps(typed: Sequence[str]) -> str | list[pipeline.Step]:
    """The steps as `compose_journey` takes them: the name of a journey, or emotions, points and files of pictures."""
    if len(typed) == 1 and typed[0] in pipeline.journey_names():
        return typed[0]
    return [tuple(float(number) for number in each.split(",")) if _POINT.fullmatch(each) else each for each in typed]


def _read_bars(typed: str) -> list[int]:
    numbers = [each for each in re.split(r"[,\s]+", typed.strip()) if each]
    if not numbers or not all(number.isdecimal() for number in numbers):
        raise RequestError(f"The bars are {typed!r:.60}; give a whole number for each step with commas, as in --bars 8,4,8.")
    return [int(number) for number in numbers]


def _summary(song: pipeline.Song, out: Path) -> str:
    plan = song.plan
    keys = " - ".join(dict.fromkeys(f"{change.key} {plan.at(change.start_beat).mode}" for change in song.score.keys))
    tempos = [plan.at_bar(bar).tempo_bpm for bar in range(plan.bars)]
    return (
        f"{keys}, {plan.time_signature}, {tempos[0]:.0f} to {tempos[-1]:.0f} BPM, {plan.bars} bars\n"
        f"{', '.join(dict.fromkeys(part.instrument for part in plan.parts))}\n"
        f"{song.duration_s:.1f} s in {out} (seed {song.seed}, made in {song.timings_ms['total'] / 1000:.1f} s)"
    )
