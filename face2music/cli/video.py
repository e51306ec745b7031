"""The command that makes soundtracks: video."""

from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from face2music import pipeline
from face2music.cli import deliver, options
from face2music.cli.deliver import NAME, files_of
from face2music.cli.root import app
from face2music.errors import VideoError
from face2music.folder import write_files

_CURVE, _JOINED = "curve", "clip"


@app.command()
def video(
    clip: Annotated[Path, typer.Argument(help="A video of a face, up to 10 minutes: MP4, MOV, WebM, MKV or AVI.")],
    *,
    out: Annotated[Path, typer.Option(help="Folder for song.mid, song.wav, song.json, curve.csv, curve.png and the clip.")],
    seed: options.Seed = None,
    formats: options.Formats = "mid,wav,json",
    stems: options.Stems = False,
    score: options.Score = False,
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
    """Compose the soundtrack of a clip from the emotions of the person in it, as long as the clip, and join the two."""
    kinds = options.kinds_of(formats, stems, score, zipped=False)
    joined = f"{_JOINED}{pipeline.ending_of(clip)}"
    deliver.check(kinds, out, force, [clip, *options.network_files(network)], more=(f"{_CURVE}.csv", f"{_CURVE}.png", joined))
    wishes = options.wishes_of(tempo, key, mode, style, instruments, density)
    with tqdm(total=0, unit="s", desc="Watching", leave=False, disable=None) as bar:
        film = pipeline.compose_video(clip, seed=seed, wishes=wishes, network=network, progress=_shown_by(bar), render=False)
    _write(film, kinds, out, force)
    for warning in (*film.song.warnings, *_join(film, out / joined)):
        typer.echo(warning, err=True)
    typer.echo(film.json().decode() if as_json else _summary(film, out), nl=not as_json)


def _shown_by(bar: tqdm) -> pipeline.Progress:
    def show(read_s: float, all_s: float) -> None:
        bar.total = round(max(read_s, all_s), 1)
        bar.update(round(read_s - bar.n, 1))

    return show


def _write(film: pipeline.Film, kinds: tuple[str, ...], out: Path, force: bool) -> None:
    """Write the files but the clip."""
    told = {f"{NAME}.json": film.json()} if "json" in kinds else {}
    write_files(out, {**files_of(film.song, kinds), **told, f"{_CURVE}.csv": film.csv(), f"{_CURVE}.png": film.png()}, force)


def _join(film: pipeline.Film, target: Path) -> list[str]:
    """Write the clip with its music, or say why there is none, in a sentence."""
    if film.song.unplayable:
        return []
    try:
        film.save_clip(target)
    except VideoError as error:
        return [str(error)]
    return []


def _summary(film: pipeline.Film, out: Path) -> str:
    plan, curve = film.song.plan, film.curve
    told = "\n".join(f"{each.start_s:6.1f} to {each.end_s:6.1f} s  {each.emotion}" for each in curve.segments)
    return (
        f"{told}\n"
        f"seen in {curve.seen.mean():.0%} of the clip\n"
        f"{plan.key} {plan.mode}, {plan.time_signature}, {plan.tempo_bpm:.0f} BPM, {plan.bars} bars\n"
        f"{film.song.duration_s:.1f} s in {out} (seed {film.song.seed})\n"
        f"--link {film.song.link}"
    )
