"""The command emotion, and how emotions are put into words."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from face2music import pipeline
from face2music.cli.options import Json, Network
from face2music.cli.root import app, refuse
from face2music.errors import Face2MusicError


@app.command()
def emotion(
    pictures: Annotated[list[Path], typer.Argument(metavar="PICTURE...", help="Pictures with faces.")],
    network: Network = None,
    as_json: Json = False,
) -> None:
    """Read the emotion in pictures, a line for each."""
    readings, refused = [], False
    for picture in pictures:
        try:
            reading = pipeline.read_faces(picture, network)
        except Face2MusicError as error:
            refuse(f"{picture}: {error}")
            refused = True
            continue
        readings.append({"picture": str(picture), "faces": [face.to_dict() for face in reading.faces]})
        if not as_json:
            typer.echo(f"{picture}: {_read_as(reading.faces[0])}{_others(len(reading.faces))}")
    if as_json:
        typer.echo(json.dumps(readings, indent=2))
    if refused:
        raise typer.Exit(1)


def likeliest(probabilities: Mapping[str, float]) -> str:
    """The largest share, and those of at least 5 % behind it: happy 70% (sad 20%)."""
    ranked = sorted(probabilities.items(), key=lambda item: -item[1])
    first, *rest = [f"{label} {p:.0%}" for label, p in ranked if p >= 0.05] or [f"{ranked[0][0]} {ranked[0][1]:.0%}"]
    return f"{first} ({', '.join(rest)})" if rest else first


def _read_as(face: pipeline.FaceReading) -> str:
    return likeliest(face.emotion) if face.sure else f"not sure: {likeliest(face.emotion)}"


def _others(faces: int) -> str:
    return "" if faces == 1 else f" [largest of {faces} faces]"
