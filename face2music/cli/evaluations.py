"""Commands that measure how good the program's parts are, evaluate emotion, music, dynamics, photos, and how fast: bench."""

import json
from pathlib import Path
from typing import Annotated

import typer

from face2music import pipeline
from face2music.cli.options import Force, Json, named, network_files
from face2music.cli.root import app
from face2music.folder import check_apart, check_writable

_SPLITS = ("Training", "PublicTest", "PrivateTest", "test")

evaluate = typer.Typer(help="Measure how good the program's parts are.", no_args_is_help=True)
app.add_typer(evaluate, name="evaluate")


@app.command()
def bench(
    groups: Annotated[list[str] | None, typer.Argument(metavar="[GROUP]...", help="What to measure; all if left out.")] = None,
    runs: Annotated[int, typer.Option(min=1, max=1000, help="How often each thing is run.")] = 20,
    as_json: Json = False,
) -> None:
    """Measure speed and memory, beside what else a user could take: medians and 95th percentiles."""
    from face2music.evaluation import bench as benchmark

    report = benchmark.measure(runs, [named(group, benchmark.GROUPS) for group in groups or ()])
    typer.echo(json.dumps(report, indent=2) if as_json else benchmark.as_text(report))


@evaluate.command("emotion")
def evaluate_emotion(
    data: Annotated[Path, typer.Option(help="FER-2013: an npz file, fer2013.csv, or the folder that holds train/ and test/.")],
    split: Annotated[
        str, typer.Option(help="Training, PublicTest or PrivateTest; test for Kaggle's folder, or both tests together.")
    ] = "PublicTest",
    weights: Annotated[Path | None, typer.Option(help="Another network than the one that is served.")] = None,
    robustness: Annotated[bool, typer.Option("--robustness", help="Measure under webcam defects too; takes minutes.")] = False,
    views: Annotated[
        bool, typer.Option("--views", help="Measure too what it brings that a crop is read in several views.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for the report as Markdown and JSON, with its pictures.")] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Measure the emotion network on a split of FER-2013: by class, calibration, twins, FER+ agreement."""
    from face2music.evaluation import emotion as report

    if out is not None:
        check_apart([out / name for name in report.FILES], [data, *network_files(weights)])
        check_writable(out, report.FILES, force)
    figures = report.evaluate(data, named(split, _SPLITS), weights, spoilt=robustness, fewer_views=views)
    if out is not None:
        report.write_report(figures, out, force)
    typer.echo(json.dumps(figures, indent=2) if as_json else report.as_text(figures))


@evaluate.command("music")
def evaluate_music(
    per_emotion: Annotated[int, typer.Option(min=2, max=1000, help="Songs of each emotion.")] = 6,
    duration: Annotated[float, typer.Option(help="Length of each in seconds, 5 to 180.")] = pipeline.DEFAULT_DURATION_S,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the first song of each emotion; the next ones count up.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for the report as HTML and JSON, with every song's MIDI file.")] = None,
    as_json: Json = False,
) -> None:
    """Judge songs of each emotion by their sound and their notes, beside those of the original's method."""
    from face2music.evaluation import music

    figures = music.evaluate(per_emotion, duration, seed, out)
    typer.echo(json.dumps(figures, indent=2) if as_json else music.as_text(figures))


@evaluate.command("dynamics")
def evaluate_dynamics(
    journeys: Annotated[int, typer.Option(min=1, max=42, help="Journeys from an emotion to another.")] = 40,
    duration: Annotated[float, typer.Option(min=16, help="Length of each in seconds, 16 to 180.")] = pipeline.DEFAULT_JOURNEY_S,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the first journey; the next ones count up.")] = 1,
    as_json: Json = False,
) -> None:
    """Judge how the music of journeys follows their curves, beside cross-fades of two finished songs."""
    from face2music.evaluation import dynamics

    figures = dynamics.evaluate(journeys, seed, duration)
    typer.echo(json.dumps(figures, indent=2) if as_json else dynamics.as_text(figures))


@evaluate.command("photos")
def evaluate_photos(
    photos: Annotated[Path, typer.Option(help="Folder with a folder of photographs for each emotion.")],
    weights: Annotated[Path | None, typer.Option(help="Another network than the one that is served.")] = None,
    data: Annotated[
        Path | None, typer.Option(help="FER-2013: measure too how much each of the network's heads should say.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure the emotion network, and how wide the crop around a found face should be, on labelled photographs."""
    from face2music.evaluation import photos as report

    figures = report.evaluate(photos, weights, data)
    typer.echo(json.dumps(figures, indent=2) if as_json else report.as_text(figures))
