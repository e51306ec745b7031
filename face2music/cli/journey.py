"""The command that makes journeys: steps and bars as they are typed."""

import os
import re
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import Annotated

import typer

from face2music import pipeline
from face2music.cli import deliver, options
from face2music.cli.root import app
from face2music.errors import RequestError


# Points such as -0.6,0.3 are steps, not options.
@app.command(context_settings={"ignore_unknown_options": True})
def journey(
    steps: Annotated[
        list[str],
        typer.Argument(
            metavar="STEP...",
            help=f"Emotions ({', '.join(pipeline.STATES)}), points such as 0.4,-0.2 (valence, arousal) or pictures; "
            'or a journey by its name: "lift me up", "calm me down", "storm and clearing".',
        ),
    ],
    *,
    out: Annotated[Path, typer.Option(help="Folder for song.mid, song.wav, song.json and the like; created if missing.")],
    bars: Annotated[
        str | None, typer.Option(help="Bars of each step (8,4,8), or one number for all, in place of --duration.")
    ] = None,
    duration: options.JourneyDuration = pipeline.DEFAULT_JOURNEY_S,
    seed: options.Seed = None,
    formats: options.Formats = "mid,wav,json",
    stems: options.Stems = False,
    score: options.Score = False,
    zipped: options.Zip = False,
    tempo: options.Tempo = None,
    key: options.Key = None,
    mode: options.Mode = None,
    style: options.Style = None,
    instruments: options.Instruments = None,
    density: options.Density = None,
    network: options.Network = None,
    force: options.Force = False,
    as_json: options.Json = False,
) -> None:
    """Compose a song that moves from mood to mood."""
    kinds = options.kinds_of(formats, stems, score, zipped)
    deliver.check(kinds, out, force, [*map(Path, steps), *options.network_files(network)])
    behind = [] if bars is None else list(takewhile(str.isdecimal, reversed(steps)))[::-1]  # as in --bars 8 4 8
    song = pipeline.compose_journey(
        _read_steps(steps[: len(steps) - len(behind)]),
        bars=None if bars is None else _read_bars(" ".join([bars, *behind])),
        seed=seed,
        duration_s=duration,
        wishes=options.wishes_of(tempo, key, mode, style, instruments, density),
        network=network,
        render=deliver.sounds(kinds),
    )
    deliver.deliver(song, kinds, out, force, None if as_json else deliver.moving(song))


def _read_steps(typed: Sequence[str]) -> str | list[pipeline.Step]:
    """The steps as `compose_journey` takes them: the name of one, or emotions (shares, too), points and pictures."""
    if len(typed) == 1 and (name := options.named(typed[0], pipeline.journey_names())) in pipeline.journey_names():
        return name
    return [each if os.path.isfile(each) else options.emotion_of(each) for each in typed]


def _read_bars(typed: str) -> list[int]:
    numbers = [each for each in re.split(r"[,\s]+", typed.strip()) if each]
    if not numbers or not all(number.isdecimal() for number in numbers):
        raise RequestError(f"The bars are {typed!r:.60}; give a whole number for each step with commas, as in --bars 8,4,8.")
    return [int(number) for number in numbers]
