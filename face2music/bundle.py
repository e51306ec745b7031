"""Everything of a song as one zip file, and what its files are called."""

import io
import re
import zipfile
from collections.abc import Mapping

_PROGRAM = "face2music"
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # a zip file has no earlier time; a fixed one makes the same files the same zip
_COMPRESSED = (".flac", ".ogg", ".mp3", ".png", ".zip")


def song_name(emotion: str, seed: int) -> str:
    """What the names of a song's files begin with, such as `face2music-happy-42`."""
    return f"{_PROGRAM}-{emotion}-{seed}"


def file_name(song: str, ending: str, part: str = "") -> str:
    """The name of a song's file, such as `face2music-happy-42.mid`, or of a part's, `face2music-happy-42-bass-cello.flac`.

    Letters and digits of the part are kept, and whatever else is in it becomes a hyphen, so that any system takes the name.
    """
    return "-".join(word for word in (song, _plain(part)) if word) + "." + ending


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip file, made in memory, of contents by their names; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(_COMPRESSED) else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()


def _plain(word: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-")
