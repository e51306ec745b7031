"""Options that several commands have, and how their texts are read."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer

from face2music import pipeline
from face2music.errors import RequestError
from face2music.pipeline.loaded import profiles

_WISHES = "In place of what the mood would choose"
_NOUNS = {"joy": "happy", "happiness": "happy", "sadness": "sad", "anger": "angry"}
_KINDS = [kind for kind in pipeline.FILES if kind not in ("svg", "stems", "zip")]

Force = Annotated[bool, typer.Option("--force", help="Replace files that are already there.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a summary.")]
Network = Annotated[
    Path | None, typer.Option(help="Another emotion network: a .tflite, .keras or .onnx file with a JSON description beside it.")
]
Seed = Annotated[int | None, typer.Option(help="The same picture, seed and settings give the same song.")]
Duration = Annotated[float, typer.Option(help="Length in seconds, 5 to 180.")]
JourneyDuration = Annotated[float, typer.Option(help="Length in seconds, 5 to 600.")]
Face = Annotated[str, typer.Option(help="Which face to use: 1 is the largest; all for the mean of all of them.")]
Formats = Annotated[str, typer.Option(help=f"Which files to write, with commas: {', '.join(_KINDS)}.")]
Stems = Annotated[bool, typer.Option("--stems", help="Write the sound of each part by itself too, as FLAC.")]
Score = Annotated[bool, typer.Option("--score", help="Write staff notation too: MusicXML, and pages as SVG.")]
Zip = Annotated[bool, typer.Option("--zip", help="Write everything that there is in one zip file too.")]
Jobs = Annotated[int, typer.Option(help="Processes; -1 for one a core.")]
Scheduler = Annotated[str | None, typer.Option(help="Address of a Dask scheduler, tcp://host:port.")]

Tempo = Annotated[float | None, typer.Option(help="Beats a minute, 30 to 240.", rich_help_panel=_WISHES)]
Key = Annotated[str | None, typer.Option(help="Tonic, such as C, F-sharp or B-flat.", rich_help_panel=_WISHES)]
Mode = Annotated[str | None, typer.Option(help="major, minor, dorian, lydian ...", rich_help_panel=_WISHES)]
Style = Annotated[str | None, typer.Option(help="solo piano, chamber, orchestral ...", rich_help_panel=_WISHES)]
Instruments = Annotated[
    str | None, typer.Option(help="Up to four, with commas: melody, chords, bass, colour.", rich_help_panel=_WISHES)
]
Density = Annotated[float | None, typer.Option(help="Onsets a second, 0.5 to 8.", rich_help_panel=_WISHES)]
Bars = Annotated[int | None, typer.Option(help="Number of bars, in place of --duration.", rich_help_panel=_WISHES)]


def named(text: str, names: Iterable[str]) -> str:
    """The one of some names that is meant, in whichever case, with whichever blanks or hyphens; the text itself if it is none."""
    return {_plain(name): name for name in names}.get(_plain(text), text)


def names_in(text: str) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(name.strip() for name in text.split(","))


def wishes_of(
    tempo: float | None,
    key: str | None,
    mode: str | None,
    style: str | None,
    instruments: str | None,
    density: float | None,
    bars: int | None = None,
) -> pipeline.Wishes:
    """The wishes as they were typed; names and ranges are checked where they are used."""
    played = None if instruments is None else tuple(named(name, pipeline.INSTRUMENTS) for name in names_in(instruments))
    return pipeline.Wishes(
        tempo,
        None if key is None else _key(key),
        None if mode is None else named(mode, ("major", "minor", *pipeline.MODES)),
        None if style is None else named(style, profiles()["styles"]),
        played,
        density,
        bars,
    )


def network_files(network: Path | None) -> list[Path]:
    """The files of a network: its own, and the description beside it."""
    return [] if network is None else [network, network.parent / f"{network.stem}.json"]


def kinds_of(formats: str, stems: bool, score: bool, zipped: bool) -> tuple[str, ...]:
    """The kinds of files that are wanted, each once.

    Raises
    ------
    RequestError
        If there is no such kind.
    """
    wanted = [named(name, _KINDS) for name in names_in(formats)]
    unknown = [name for name in wanted if name not in _KINDS]
    if unknown:
        raise RequestError(f"There is no format {unknown[0]!r:.40}; choose among {', '.join(_KINDS)}.")
    more = {"stems": stems, "musicxml": score, "svg": score, "zip": zipped}
    return tuple(dict.fromkeys([*wanted, *(kind for kind, also in more.items() if also)]))


def face_of(text: str) -> int | Literal["all"]:
    """The number of a face, or all."""
    if named(text, (pipeline.ALL_FACES,)) == pipeline.ALL_FACES:
        return pipeline.ALL_FACES
    try:
        return int(text)
    except ValueError as error:
        raise RequestError(f"There is no face {text!r:.40}; give a number from 1, or all.") from error


def emotion_of(text: str) -> str | Mapping[str, float] | tuple[float, float]:
    """An emotion's name, as a noun too, or shares as in happy=0.7,sad=0.3, or a point of valence and arousal as in 0.5,-0.2.

    Raises
    ------
    RequestError
        If it is none of these; names and ranges are checked by `compose`.
    """
    words = names_in(text)
    try:
        if "=" in text:
            return dict.fromkeys(pipeline.EMOTIONS, 0.0) | dict(map(_share, words))
        if len(words) == 2:
            return float(words[0]), float(words[1])
    except ValueError as error:
        raise RequestError(
            f"The emotion {text!r:.60} cannot be read; give a name, shares as in happy=0.7,sad=0.3, or a point as in 0.5,-0.2."
        ) from error
    return _emotion(text)


def _share(word: str) -> tuple[str, float]:
    name, _, share = word.partition("=")
    return _emotion(name), float(share)


def _emotion(text: str) -> str:
    name = named(text, (*pipeline.STATES, *_NOUNS))
    return _NOUNS.get(name, name)


def _key(text: str) -> str:
    """A key's letter as a capital and its sign in small letters: C sharp is C-sharp, and bB is Bb."""
    letter, sign = text.strip()[:1], text.strip()[1:]
    return letter.upper() + re.sub(r"^\s+", "-", sign.casefold())


def _plain(text: str) -> str:
    return re.sub(r"[\s_-]+", " ", text.casefold()).strip()
