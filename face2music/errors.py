"""Refusals: one root error, and a subclass for each kind of input that we cannot use.

The message of a refusal is one sentence for the person who gave the input: what was wrong, and what to do about it.
"""


class Face2MusicError(Exception):
    """Root of every refusal that this package raises on purpose."""


class PictureError(Face2MusicError):
    """The picture cannot be read or is too large or too small to work with."""


class NoFaceError(Face2MusicError):
    """No face was found in the picture, or not the one that was asked for."""


class VideoError(Face2MusicError):
    """The clip cannot be read, is too long, or cannot be given its soundtrack."""


class RequestError(Face2MusicError):
    """A setting is outside its allowed range or names something unknown."""


class AssetError(Face2MusicError):
    """A file that the program ships is missing or damaged."""


class SynthesiserError(Face2MusicError):
    """FluidSynth or a sound font is missing or refused the work; the MIDI file is not affected."""


class BusyError(Face2MusicError):
    """All places for live music are taken."""


class DataError(Face2MusicError):
    """A data set, recording or table given to training, evaluation or analysis cannot be used."""


class OutputError(Face2MusicError):
    """The results cannot be written where they were asked for."""


def printable(name: object) -> str:
    """A name of a file as text that can be written anywhere: what is no UTF-8 in it stands as an escape."""
    return str(name).encode("utf-8", "backslashreplace").decode("utf-8")


def in_a_line(error: BaseException) -> str:
    """What another library says of an error, without its line breaks; the error's name where it says nothing."""
    return " ".join(str(error).split()) or type(error).__name__
