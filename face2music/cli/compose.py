"""The commands that make songs: compose and batch."""

from pathlib import Path
from typing import Annotated

import typer

from face2music import pipeline
from face2music.cli import deliver, options
from face2music.cli.emotion import likeliest
from face2music.cli.root import app

_BESIDE_LINK = ("link", "out", "formats", "stems", "score", "zipped", "force", "as_json")  # what a link does not say


@app.command()
def compose(
    context: typer.Context,
    picture: Annotated[Path | None, typer.Argument(help="A picture with a face; may be left out with --emotion.")] = None,
    *,
    out: Annotated[Path, typer.Option(help="Folder for song.mid, song.wav, song.json and the like; created if missing.")],
    emotion: Annotated[
        str | None,
        typer.Option(
            help=f"Take this, not the face's: {', '.join(pipeline.STATES)}; shares, happy=0.7,sad=0.3; or a point, 0.5,-0.2."
        ),
    ] = None,
    link: Annotated[str | None, typer.Option(help="Make the song of a link again; it holds all settings.")] = None,
    seed: options.Seed = None,
    duration: options.Duration = pipeline.DEFAULT_DURATION_S,
    face: options.Face = "1",
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
    bars: options.Bars = None,
    network: options.Network = None,
    force: options.Force = False,
    as_json: options.Json = False,
) -> None:
    """Compose a song from a picture of a face, from an emotion, or from a link."""
    kinds = options.kinds_of(formats, stems, score, zipped)
    deliver.check(kinds, out, force, [picture, *options.network_files(network)])
    render = deliver.sounds(kinds)
    wishes = options.wishes_of(tempo, key, mode, style, instruments, density, bars)
    if link is not None:
        _refuse_beside_link(context)
        song = pipeline.open_link(link, render)
    elif picture is None and emotion is None:
        raise typer.BadParameter("give a PICTURE, or an emotion with --emotion.", param_hint="PICTURE")
    else:
        song = pipeline.compose(
            picture,
            emotion=None if emotion is None else options.emotion_of(emotion),
            seed=seed,
            duration_s=duration,
            face=options.face_of(face),
            wishes=wishes,
            network=network,
            render=render,
        )
    deliver.deliver(song, kinds, out, force, None if as_json else _summary(song))


@app.command()
def batch(
    folder: Annotated[Path, typer.Argument(help="Folder of pictures, with its subfolders.")],
    *,
    out: Annotated[Path, typer.Option(help="Folder for the songs and the table songs.csv; a run that was stopped goes on.")],
    seed: options.Seed = None,
    duration: options.Duration = pipeline.DEFAULT_DURATION_S,
    face: options.Face = "1",
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
    bars: options.Bars = None,
    network: options.Network = None,
    jobs: options.Jobs = -1,
    scheduler: options.Scheduler = None,
    force: Annotated[bool, typer.Option("--force", help="Make songs that are there already again.")] = False,
) -> None:
    """Compose a song from each picture of a folder, on all cores or a Dask cluster; a picture without a face is skipped."""
    from face2music.batch import TABLE, Asked, compose_all

    asked = Asked(
        kinds=options.kinds_of(formats, stems, score, zipped),
        seed=seed,
        duration_s=duration,
        face=options.face_of(face),
        wishes=options.wishes_of(tempo, key, mode, style, instruments, density, bars),
        network=network,
    )
    summary = compose_all(folder, out, asked, jobs, scheduler, anew=force)
    for failure in summary.failed:
        typer.echo(failure, err=True)
    typer.echo(f"{out / TABLE}: {summary.made} made, {summary.kept} kept, {len(summary.failed)} skipped")


def _refuse_beside_link(context: typer.Context) -> None:
    given = [name for name in context.params if _was_given(context, name)]
    other = [name for name in given if name not in _BESIDE_LINK]
    if other:
        raise typer.BadParameter(f"a link holds all settings; leave out {other[0].upper()}.", param_hint="--link")


def _was_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"  # by name: typer has a copy of click's enumeration


def _summary(song: pipeline.Song) -> str:
    plan = song.plan
    parts = ", ".join(part.instrument for part in plan.parts)
    return (
        f"{song.strongest if song.mood.beyond else likeliest(song.emotion)}\n"
        f"{plan.key} {plan.mode}, {plan.time_signature}, {plan.tempo_bpm:.0f} BPM, {plan.bars} bars\n"
        f"{'-'.join(plan.progression)}: {parts}"
    )
