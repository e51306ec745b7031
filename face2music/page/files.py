"""The files that a visitor may take home, each made when it is asked for."""

from pathlib import Path

from face2music.bundle import zipped
from face2music.encode import encode
from face2music.errors import RequestError
from face2music.page.shelf import Shelf
from face2music.pipeline import FILES, Song

ALL = "all"
# Kinds of `pipeline.FILES` in the order of the buttons, and all of them in one file.
KINDS = ("mid", "wav", "mp3", "ogg", "flac", "musicxml", "svg", "stems", "json", ALL)
SOUNDS = ("wav", "mp3", "ogg", "flac", "stems")


def file_of(song: Song, kind: str) -> tuple[str, bytes]:
    """The name and content of a file; what consists of several comes as a zip file.

    Raises
    ------
    RequestError
        If there is no such kind.
    SynthesiserError
        If sound is asked for and cannot be made.
    """
    stem = f"face2music-{song.strongest}-{song.seed}"
    if kind == ALL:
        return f"{stem}.zip", song.bundle()
    if kind not in FILES:
        raise RequestError(f"There is no file of the kind {kind!r:.40}; choose one of {', '.join(KINDS)}.")
    files = song.files([kind])
    return (f"{stem}-{kind}.zip", zipped(files)) if len(files) > 1 else next(iter(files.items()))


def stems_of(song: Song, shelf: Shelf) -> dict[str, Path]:
    """Each part's sound as a file of the shelf, by the part's name."""
    return {name: shelf.put(f"{number}.flac", encode(sound, "flac")) for number, (name, sound) in enumerate(song.stems().items())}
