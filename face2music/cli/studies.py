"""Commands that measure music and train the network: analyse, profiles, judges, train, export."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from face2music import pipeline
from face2music.cli.options import Force, Jobs, Scheduler
from face2music.cli.root import app
from face2music.errors import DataError, printable
from face2music.folder import check_apart, check_writable, write_files


@app.command()
def analyse(
    audio: Annotated[Path, typer.Option(help="Folder of recordings, or of MIDI files.")],
    out: Annotated[Path, typer.Option(help="CSV table to write; the rows that it has already are kept.")],
    annotations: Annotated[
        list[Path] | None, typer.Option(help="CSV files with a name, valence and arousal; DEAM's own, or with quadrants.")
    ] = None,
    scale: Annotated[tuple[float, float] | None, typer.Option(help="Lowest and highest rating, where it cannot be told.")] = None,
    jobs: Jobs = -1,
    scheduler: Scheduler = None,
) -> None:
    """Measure recordings with librosa, or MIDI files with pretty_midi: a row of features for each."""
    from face2music import analysis

    check_apart([out], annotations or [])
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

    _check_out(out, [rules, *(Path(table.partition("=")[2]) for table in tables)])
    _write_json(out, analysis.build_profiles(analysis.read_tables(tables), _read_rules(rules)))
    typer.echo(f"{out}: made of {len(tables)} tables and {rules}")


@app.command()
def judges(
    data: Annotated[Path, typer.Argument(help="Folder that holds deam/, musifeast17/, emopia/, vgmidi/ and pop909/.")],
    out: Annotated[Path, typer.Option(help="JSON file to write; replaced if it is there.")],
    jobs: Jobs = -1,
) -> None:
    """Fit the judges of `evaluate music`, and measure the music of people that ours is laid beside."""
    from face2music.evaluation.music import fit_judges
    from face2music.evaluation.music.fit import SOURCES

    _check_out(out, (file for name in SOURCES for file in (data / name).rglob("*")))
    _write_json(out, fit_judges(data, jobs))
    typer.echo(f"{out}: fitted to {data}")


@app.command()
def train(
    data: Annotated[Path, typer.Option(help="FER-2013: an npz file, fer2013.csv, or the folder that holds train/ and test/.")],
    out: Annotated[Path, typer.Option(help="Folder for weights, description, learning curve and checkpoints.")],
    recipe: Annotated[
        Literal["baseline", "best", "refine"],
        typer.Option(case_sensitive=False, help="The original's network, ours, or ours trained on."),
    ] = "best",
    epochs: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="Passes over the training pictures; the recipe's, if left out.")
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option(min=1, max=100_000, help="Pictures a step; the recipe's, if left out.")
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, max=pipeline.MAX_SEED, help="The same seed begins with the same weights and views.")
    ] = 1,
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
    with_validation: Annotated[
        bool,
        typer.Option(
            "--with-validation",
            help="Learn from PublicTest too, once the settings are chosen; temperature and bias are those of --from.",
        ),
    ] = False,
    record: Annotated[Path | None, typer.Option(help="CSV table of runs to add this one to, named after its folder.")] = None,
) -> None:
    """Train the emotion network from scratch."""
    from face2music.training import fit
    from face2music.training.recipe import RECIPES
    from face2music.training.record import add_to_record, read_record

    check_apart([out], [start, *(teacher or [])])
    check_writable(out, (), replace=True)
    if record is not None:
        check_apart([record], [data, *(out / name for name in fit.WRITTEN)])
        check_writable(record.parent, (record.name,), replace=True)
        read_record(record)
    chosen = RECIPES[recipe].with_settings(
        epochs=epochs,
        batch_size=batch_size,
        teachers_share=teachers_share,
        seed=seed,
        precision="mixed_bfloat16" if bfloat16 else "float32",
        validate=not with_validation,
    )
    run = fit.train(data, out, chosen, resume=resume, limit=limit, start=start, teachers=teacher or ())
    if record is not None:
        add_to_record(record, out.name, run)
    validated = "not validated"
    if chosen.validate:
        validated = f"validation accuracy {run['figures']['val_labels_accuracy']:.2%} with one view"
    typer.echo(f"{out}: {run['parameters']:,} parameters, best after {run['best_epoch']} of {run['epochs']} epochs, {validated}")


@app.command()
def export(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run of `face2music train`.")],
    data: Annotated[Path, typer.Option(help="FER-2013, whose PublicTest the answers are calibrated on; as for `train`.")],
    out: Annotated[Path, typer.Option(help="Folder for emotion.keras, emotion.tflite and emotion.json.")],
    recipe: Annotated[
        Literal["baseline", "best", "refine"], typer.Option(case_sensitive=False, help="Whose heads and views are served.")
    ] = "best",
    force: Force = False,
) -> None:
    """Write what is served of a finished run: its weights, also for LiteRT, and their description, calibrated anew."""
    from face2music.training import export as exports
    from face2music.training.data import load, with_validation
    from face2music.training.recipe import RECIPES

    check_apart([out / name for name in exports.FILES], [data, run / exports.WEIGHTS])
    check_writable(out, exports.FILES, force)
    chosen = RECIPES[recipe]
    _, validation = with_validation(load(data), chosen.seed)
    files = exports.served_files(run, chosen, validation)
    write_files(out, files, force)
    typer.echo(f"{out}: " + ", ".join(f"{name} ({len(content):,} bytes)" for name, content in files.items()))


def _check_out(out: Path, read: Iterable[Path]) -> None:
    check_apart([out], read)
    check_writable(out.parent, (out.name,), replace=True)


def _write_json(out: Path, made: dict[str, Any]) -> None:
    text = json.dumps(made, indent=1, ensure_ascii=False)
    write_files(out.parent, {out.name: f"{printable(text)}\n".encode()}, replace=True)


def _read_rules(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{path} is no JSON file of rules ({error}); give assets/rules.json or one like it.") from error
