"""A song -> its files in a folder, and what is said of it."""

import functools
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import typer

from face2music import pipeline
from face2music.folder import Content, check_apart, check_writable, sweep, write_files

NAME = "song"


def check(kinds: tuple[str, ...], out: Path, force: bool, read: Iterable[Path | None], more: tuple[str, ...] = ()) -> None:
    """Refuse, before anything is composed, a folder that the files cannot be written to, or files that are read themselves.

    What a run that was killed left half written there is removed.
    `more` are names of files besides the song's.
    """
    names = (*(f"{NAME}.{kind}" for kind in kinds), *more)
    check_apart([out / name for name in names], read)
    check_writable(out, names, force)
    sweep(out)


def sounds(kinds: tuple[str, ...]) -> bool:
    """Whether any of the files needs the song played."""
    return any(kind in (*pipeline.SOUNDS, "zip") for kind in kinds)


def files_of(song: pipeline.Song, kinds: tuple[str, ...]) -> dict[str, Content | None]:
    """Contents by name; None for a sound that could not be made and must not stay there from an earlier time."""
    missing = {f"{NAME}.{kind}": None for kind in kinds if not song.can_be(kind)}
    there = [kind for kind in kinds if song.can_be(kind)]
    sounds = {f"{NAME}.{kind}": functools.partial(song.write_sound, kind) for kind in there if kind in pipeline.FORMATS}
    return {**missing, **song.files([kind for kind in there if kind not in pipeline.FORMATS], NAME), **sounds}


def deliver(song: pipeline.Song, kinds: tuple[str, ...], out: Path, force: bool, summary: str | None) -> None:
    """Write the files, and print the warnings and the summary; without one, song.json."""
    write_files(out, files_of(song, kinds), force)
    for warning in song.warnings:
        typer.echo(warning, err=True)
    typer.echo(song.json().decode() if summary is None else f"{summary}\n{_where(song, out)}", nl=summary is not None)


def moving(song: pipeline.Song) -> str:
    """What is said of a song whose mood moves."""
    plan = song.plan
    keys = groupby(f"{change.key} {plan.at(change.start_beat).mode}" for change in song.score.keys)
    path = " - ".join(key for key, _ in keys)
    tempos = [plan.at_bar(bar).tempo_bpm for bar in range(plan.bars)]
    return (
        f"{path}, {plan.time_signature}, {tempos[0]:.0f} to {tempos[-1]:.0f} BPM, {plan.bars} bars\n"
        f"{', '.join(dict.fromkeys(part.instrument for part in plan.parts))}"
    )


def _where(song: pipeline.Song, out: Path) -> str:
    made_s = song.timings_ms["total"] / 1000
    return f"{song.duration_s:.1f} s in {out} (seed {song.seed}, made in {made_s:.1f} s)\n--link {song.link}"
