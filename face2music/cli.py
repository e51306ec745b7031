"""The command line: compose, emotion, analyse, profiles, train, evaluate.

Exit status: 0 done, 1 refused (one sentence on standard error), 2 wrong usage.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperGroup

from face2music import pipeline
from face2music.errors import DataError, Face2MusicError
from face2music.folder import check_writable, write_files


class _Refusing(TyperGroup):
    """A command group that turns our refusals into one sentence and exit status 1."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Face2MusicError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from error
        except BrokenPipeError:
            raise  # the reader has gone; typer ends quietly
        except OSError as error:
            typer.echo(f"The work stopped ({error}); make room, or choose another place, and try again.", err=True)
            raise typer.Exit(1) from error


app = typer.Typer(
    cls=_Refusing,
    help="A picture of a face becomes a song that fits its emotion.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
evaluate = typer.Typer(help="Measure how good the program's parts are.", no_args_is_help=True)
app.add_typer(evaluate, name="evaluate")

_WISHES = "In place of what the mood would choose"
_Force = Annotated[bool, typer.Option("--force", help="Replace files that are already there.")]
_Network = Annotated[
    Path | None, typer.Option(help="Another emotion network: a .tflite, .keras or .onnx file with a JSON description beside it.")
]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a summary.")]


@app.command()
def compose(
    picture: Annotated[Path | None, typer.Argument(help="A picture with a face; may be left out with --emotion.")] = None,
    *,
    out: Annotated[Path, typer.Option(help="Folder for song.mid, song.wav and song.json; created if missing.")],
    emotion: Annotated[
        str | None, typer.Option(help=f"Take this emotion, not the face's: {', '.join(pipeline.EMOTIONS)}.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="The same picture, seed and settings give the same song.")] = None,
    duration: Annotated[float, typer.Option(help="Length in seconds, 5 to 180.")] = pipeline.DEFAULT_DURATION_S,
    face: Annotated[int, typer.Option(help="Which face to use: 1 is the largest.")] = 1,
    tempo: Annotated[float | None, typer.Option(help="Beats a minute, 30 to 240.", rich_help_panel=_WISHES)] = None,
    key: Annotated[str | None, typer.Option(help="Tonic, such as C, F-sharp or B-flat.", rich_help_panel=_WISHES)] = None,
    mode: Annotated[str | None, typer.Option(help="major, minor, dorian, lydian ...", rich_help_panel=_WISHES)] = None,
    style: Annotated[str | None, typer.Option(help="solo piano, chamber, orchestral ...", rich_help_panel=_WISHES)] = None,
    instruments: Annotated[
        str | None, typer.Option(help="Up to four, with commas: melody, chords, bass, colour.", rich_help_panel=_WISHES)
    ] = None,
    density: Annotated[float | None, typer.Option(help="Onsets a second, 0.5 to 8.", rich_help_panel=_WISHES)] = None,
    bars: Annotated[int | None, typer.Option(help="Number of bars, in place of --duration.", rich_help_panel=_WISHES)] = None,
    network: _Network = None,
    force: _Force = False,
    as_json: _Json = False,
) -> None:
    """Compose a song from a picture of a face, or from an emotion."""
    if picture is None and emotion is None:
        raise typer.BadParameter("give a PICTURE, or an emotion with --emotion.", param_hint="PICTURE")
    check_writable(out, ("song.mid", "song.wav", "song.json"), force)
    played_by = None if instruments is None else tuple(name.strip() for name in instruments.split(","))
    wishes = pipeline.Wishes(tempo, key, mode, style, played_by, density, bars)
    song = pipeline.compose(picture, emotion=emotion, seed=seed, duration_s=duration, face=face, wishes=wishes, network=network)
    described = json.dumps(song.to_dict(), indent=2) + "\n"
    write_files(out, {"song.mid": song.midi, "song.wav": song.wav(), "song.json": described.encode()}, force)
    for warning in song.warnings:
        typer.echo(warning, err=True)
    typer.echo(described if as_json else _summary(song, out), nl=not as_json)


@app.command()
def emotion(
    pictures: Annotated[list[Path], typer.Argument(metavar="PICTURE...", help="Pictures with faces.")],
    network: _Network = None,
    as_json: _Json = False,
) -> None:
    """Read the emotion in pictures, a line for each."""
    readings, refused = [], False
    for picture in pictures:
        try:
            reading = pipeline.read_faces(picture, network)
        except Face2MusicError as error:
            typer.echo(f"{picture}: {error}", err=True)
            refused = True
            continue
        readings.append({"picture": str(picture), "faces": [face.to_dict() for face in reading.faces]})
        if not as_json:
            typer.echo(f"{picture}: {_read_as(reading.faces[0])}{_others(len(reading.faces))}")
    if as_json:
        typer.echo(json.dumps(readings, indent=2))
    if refused:
        raise typer.Exit(1)


@app.command()
def analyse(
    audio: Annotated[Path, typer.Option(help="Folder of recordings, or of MIDI files.")],
    out: Annotated[Path, typer.Option(help="CSV table to write; the rows that it has already are kept.")],
    annotations: Annotated[
        list[Path] | None, typer.Option(help="CSV files with a name, valence and arousal; DEAM's own, or with quadrants.")
    ] = None,
    scale: Annotated[tuple[float, float] | None, typer.Option(help="Lowest and highest rating, where it cannot be told.")] = None,
    jobs: Annotated[int, typer.Option(help="Processes; -1 for one a core.")] = -1,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler, tcp://host:port.")] = None,
) -> None:
    """Measure recordings with librosa, or MIDI files with pretty_midi: a row of features for each."""
    from face2music import analysis

    summary = analysis.analyse(audio, annotations or [], out, jobs=jobs, scheduler=scheduler, scale=scale)
    for failure in summary.failed:
        typer.echo(failure, err=True)
    if summary.scale:
        typer.echo(summary.scale)
    counts = f"{summary.measured} measured, {summary.kept} kept, {len(summary.failed)} unreadable, {len(summary.unrated)} unrated"
    typer.echo(f"{out}: {counts}")


@app.command()
def profiles(
    tables: Annotated[list[str], typer.Argument(metavar="NAME=FILE...", help="Measured tables: deam=, emopia= and vgmidi=.")],
    rules: Annotated[Path, typer.Option(help="What is true where nothing was measured.")],
    out: Annotated[Path, typer.Option(help="JSON file to write; replaced if it is there.")],
) -> None:
    """Make the composer's numbers: rules, overlaid with what was measured."""
    from face2music import analysis

    made = analysis.build_profiles(analysis.read_tables(tables), _read_rules(rules))
    write_files(out.parent, {out.name: (json.dumps(made, indent=1, ensure_ascii=False) + "\n").encode()}, replace=True)
    typer.echo(f"{out}: made of {len(tables)} tables and {rules}")


@app.command()
def judges(
    data: Annotated[Path, typer.Argument(help="Folder that holds deam/, musifeast17/, emopia/, vgmidi/ and pop909/.")],
    out: Annotated[Path, typer.Option(help="JSON file to write; replaced if it is there.")],
    jobs: Annotated[int, typer.Option(help="Processes; -1 for one a core.")] = -1,
) -> None:
    """Fit the judges of `evaluate music`, and measure the music of people that ours is laid beside."""
    from face2music.evaluation.music import fit_judges

    made = fit_judges(data, jobs)
    write_files(out.parent, {out.name: (json.dumps(made, indent=1, ensure_ascii=False) + "\n").encode()}, replace=True)
    typer.echo(f"{out}: fitted to {data}")


@app.command()
def train(
    data: Annotated[Path, typer.Option(help="FER-2013: an npz file, fer2013.csv, or the folder that holds train/ and test/.")],
    out: Annotated[Path, typer.Option(help="Folder for weights, description, learning curve and checkpoints.")],
    recipe: Annotated[
        Literal["baseline", "best", "refine"],
        typer.Option(help="The original's network, ours, or ours trained on."),
    ] = "best",
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Passes over the training pictures; the recipe's, if left out.")
    ] = None,
    batch_size: Annotated[int | None, typer.Option(min=1, help="Pictures a step; the recipe's, if left out.")] = None,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    limit: Annotated[int | None, typer.Option(min=1, help="Use so many training pictures only, for a trial.")] = None,
    bfloat16: Annotated[
        bool, typer.Option("--bfloat16", help="Train in mixed bfloat16: quicker where the processor has it.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last finished epoch in the folder.")] = False,
    start: Annotated[Path | None, typer.Option("--from", help="Folder of a finished run, whose weights to begin with.")] = None,
    teacher: Annotated[
        list[Path] | None, typer.Option(help="Folder of a finished run to learn from beside the labels; as often as wanted.")
    ] = None,
    teachers_share: Annotated[
        float | None, typer.Option(min=0, max=1, help="Share of the labels that the teachers give; the recipe's, if left out.")
    ] = None,
    record: Annotated[Path | None, typer.Option(help="CSV table of runs to add this one to, named after its folder.")] = None,
) -> None:
    """Train the emotion network from scratch."""
    from face2music.training import fit
    from face2music.training.recipe import RECIPES
    from face2music.training.record import add_to_record

    chosen = RECIPES[recipe].with_settings(
        epochs=epochs,
        batch_size=batch_size,
        teachers_share=teachers_share,
        seed=seed,
        precision="mixed_bfloat16" if bfloat16 else "float32",
    )
    run = fit.train(data, out, chosen, resume=resume, limit=limit, start=start, teachers=teacher or ())
    if record is not None:
        add_to_record(record, out.name, run)
    typer.echo(
        f"{out}: {run['parameters']:,} parameters, best after {run['best_epoch']} of {run['epochs']} epochs, "
        f"validation accuracy {run['figures']['val_labels_accuracy']:.2%} with one view"
    )


@app.command()
def export(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run of `face2music train`.")],
    out: Annotated[Path, typer.Option(help="Folder for emotion.keras, emotion.tflite and emotion.json.")],
    force: _Force = False,
) -> None:
    """Write what is served of a finished run: its weights, also for LiteRT, and their description."""
    from face2music.training import export as exports

    check_writable(out, exports.FILES, force)
    files = exports.served_files(run)
    write_files(out, files, force)
    typer.echo(f"{out}: " + ", ".join(f"{name} ({len(data):,} bytes)" for name, data in files.items()))


@app.command()
def bench(
    groups: Annotated[list[str] | None, typer.Argument(metavar="[GROUP]...", help="What to measure; all if left out.")] = None,
    runs: Annotated[int, typer.Option(min=1, help="How often each thing is run.")] = 20,
    as_json: _Json = False,
) -> None:
    """Measure speed and memory, beside what else a user could take: medians and 95th percentiles."""
    from face2music.evaluation import bench as benchmark

    report = benchmark.measure(runs, groups or ())
    typer.echo(json.dumps(report, indent=2) if as_json else benchmark.as_text(report))


@evaluate.command("emotion")
def evaluate_emotion(
    data: Annotated[Path, typer.Option(help="FER-2013: an npz file, fer2013.csv, or the folder that holds train/ and test/.")],
    split: Annotated[
        str, typer.Option(help="Training, PublicTest or PrivateTest; test for Kaggle's folder, or both tests together.")
    ] = "PublicTest",
    weights: Annotated[Path | None, typer.Option(help="Another network than the one that is served.")] = None,
    robustness: Annotated[bool, typer.Option("--robustness", help="Measure under webcam defects too; takes minutes.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for the report as Markdown and JSON, with its pictures.")] = None,
    force: _Force = False,
    as_json: _Json = False,
) -> None:
    """Measure the emotion network on a split of FER-2013: by class, calibration, twins, FER+ agreement."""
    from face2music.evaluation import emotion as report

    if out is not None:
        check_writable(out, report.FILES, force)
    figures = report.evaluate(data, split, weights, spoilt=robustness)
    if out is not None:
        report.write_report(figures, out, force)
    typer.echo(json.dumps(figures, indent=2) if as_json else report.as_text(figures))


@evaluate.command("music")
def evaluate_music(
    per_emotion: Annotated[int, typer.Option(min=2, help="Songs of each emotion.")] = 6,
    duration: Annotated[float, typer.Option(help="Length of each in seconds, 5 to 180.")] = pipeline.DEFAULT_DURATION_S,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the first song of each emotion; the next ones count up.")] = 1,
    out: Annotated[Path | None, typer.Option(help="Folder for the report as HTML and JSON, with every song's MIDI file.")] = None,
    as_json: _Json = False,
) -> None:
    """Judge songs of each emotion by their sound and their notes, beside those of the original's method."""
    from face2music.evaluation import music

    figures = music.evaluate(per_emotion, duration, seed, out)
    typer.echo(json.dumps(figures, indent=2) if as_json else music.as_text(figures))


@evaluate.command("crop")
def evaluate_crop(
    photos: Annotated[Path, typer.Option(help="Folder with a folder of photographs for each emotion.")],
    as_json: _Json = False,
) -> None:
    """Measure how wide the crop around a found face should be, on labelled photographs."""
    from face2music.evaluation import crop

    figures = crop.evaluate(photos)
    typer.echo(json.dumps(figures, indent=2) if as_json else crop.as_text(figures))


def _summary(song: pipeline.Song, out: Path) -> str:
    plan = song.plan
    parts = ", ".join(part.instrument for part in plan.parts)
    return (
        f"{_likeliest(song.emotion)}\n"
        f"{plan.key} {plan.mode}, {plan.time_signature}, {plan.tempo_bpm:.0f} BPM, {plan.bars} bars\n"
        f"{'-'.join(plan.progression)}: {parts}\n"
        f"{song.duration_s:.1f} s in {out} (seed {song.seed}, made in {song.timings_ms['total'] / 1000:.1f} s)"
    )


def _read_rules(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path} is no JSON file of rules ({error}); give assets/rules.json or one like it.") from error


def _likeliest(probabilities: Mapping[str, float]) -> str:
    ranked = sorted(probabilities.items(), key=lambda item: -item[1])
    first, *rest = [f"{label} {p:.0%}" for label, p in ranked if p >= 0.05] or [f"{ranked[0][0]} {ranked[0][1]:.0%}"]
    return f"{first} ({', '.join(rest)})" if rest else first


def _read_as(face: pipeline.FaceReading) -> str:
    return _likeliest(face.emotion) if face.sure else f"not sure: {_likeliest(face.emotion)}"


def _others(faces: int) -> str:
    return "" if faces == 1 else f" [largest of {faces} faces]"
