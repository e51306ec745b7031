"""The command for music that follows a face while it sounds: live."""

import time
from pathlib import Path
from typing import Annotated

import typer

from face2music import pipeline
from face2music.cli import deliver, options
from face2music.cli.root import app
from face2music.errors import SynthesiserError


@app.command()
def live(
    *,
    out: Annotated[Path, typer.Option(help="Folder for the files of what was played: song.mid, song.wav and song.json.")],
    camera: Annotated[int, typer.Option(help="Number of the camera.")] = 0,
    clip: Annotated[Path | None, typer.Option(help="A video of a face in place of the camera.")] = None,
    seconds: Annotated[float | None, typer.Option(help="Stop after so long; without, at Ctrl+C or the clip's end.")] = None,
    calibrate: Annotated[bool, typer.Option("--calibrate", help="Take the first ten seconds for your neutral face.")] = False,
    silent: Annotated[bool, typer.Option("--silent", help="Play nothing; a clip is then followed as fast as can be.")] = False,
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
    """Play music without an end that follows the face before the camera, and write down what was played."""
    kinds = options.kinds_of(formats, stems, score, zipped=False)
    deliver.check(kinds, out, force, [clip, *options.network_files(network)])
    wishes = options.wishes_of(tempo, key, mode, style, instruments, density)
    frames = pipeline.camera_frames(camera) if clip is None else pipeline.clip_frames(clip)
    speaker = None if silent else _speaker()
    hands = pipeline.Hands() if clip is not None and speaker is None else None
    music = pipeline.Live(seed=seed, wishes=wishes, network=network, clock=hands or time.monotonic)
    try:
        if calibrate:
            music.calibrate()
        if hands is None:
            begin = "Look into the camera" if clip is None else "The music follows the clip"
            typer.echo(f"{begin}; Ctrl+C ends the music.", err=True)
            pipeline.perform(music, frames, speaker, seconds)
        else:
            pipeline.write_down(music, hands, frames, seconds)
        song = music.song()
    finally:
        music.close()
        if speaker is not None:
            speaker.close()
    if not music.has_seen:
        typer.echo("No face was seen, so the music stayed neutral; it wants one from the front, well lit.", err=True)
    deliver.deliver(song, kinds, out, force, None if as_json else deliver.moving(song))


def _speaker() -> pipeline.Speaker | None:
    """The loudspeaker; without one the music is written down all the same, and a sentence says so."""
    try:
        return pipeline.Speaker()
    except SynthesiserError as error:
        typer.echo(str(error), err=True)
        return None
