"""The files that a visitor may take home, each made when it is asked for."""

from pathlib import Path

from face2music.bundle import song_name, zipped
from face2music.encode import encode
from face2music.page.shelf import Shelf
from face2music.pipeline import Song

# Kinds of `pipeline.FILES` in the order of the buttons.
KINDS = ("mid", "wav", "mp3", "ogg", "flac", "musicxml", "svg", "stems", "json", "zip")


def file_of(song: Song, kind: str) -> tuple[str, bytes]:
    """The name and content of a file; what consists of several comes as a zip file.

    Raises
    ------
    RequestError
        If there is no such kind.
    SynthesiserError
        If sound is asked for and cannot be made.
    """
    files = song.files([kind])
    if len(files) == 1:
        return next(iter(files.items()))
    return f"{song_name(song.strongest, song.seed)}-{kind}.zip", zipped(files)


def stems_of(song: Song, shelf: Shelf) -> dict[str, Path]:
    """Each part's sound as a file of the shelf, by the part's name."""
    return {name: shelf.put(f"{number}.flac", encode(sound, "flac")) for number, (name, sound) in enumerate(song.stems().items())}
