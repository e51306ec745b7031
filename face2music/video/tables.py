"""An MP4 or MOV file -> what its tables say: which kinds of tracks it has, and how long its pictures are shown.

Its boxes follow each other and lie in each other, each with its size and its kind before its content (ISO/IEC 14496-12).
"""

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

PICTURES, SOUND = b"vide", b"soun"
_TRACK = (b"moov", b"trak")
_MOST_BOXES = 100_000  # a file of millions is made to keep us busy
_Span = tuple[int, int]  # where the content of a box begins and ends in the file


@dataclass(frozen=True)
class Tables:
    """Kinds of tracks, and the seconds for which the first one with pictures is shown, 0 where that is not said.

    What an edit cuts off does not count, though it may be in the file: so phones trim a clip without encoding it again.
    """

    kinds: frozenset[bytes]
    shown_s: float


def tables_of(path: Path) -> Tables:
    """The tables of a file; empty ones where it is of another kind, or damaged."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            return _read(data)
        except struct.error:  # a box is cut short
            return Tables(frozenset(), 0.0)


def _read(data: mmap.mmap) -> Tables:
    whole = (0, len(data))
    tracks = {track: _kind(data, track) for track in _inside(data, whole, *_TRACK)}
    first = next((track for track, kind in tracks.items() if kind == PICTURES), None)
    return Tables(frozenset(tracks.values()), 0.0 if first is None else _shown_s(data, whole, first))


def _kind(data: mmap.mmap, track: _Span) -> bytes:
    handler = next(_inside(data, track, b"mdia", b"hdlr"), None)
    return b"" if handler is None else data[handler[0] + 8 : handler[0] + 12]


def _shown_s(data: mmap.mmap, whole: _Span, track: _Span) -> float:
    """The edits of a track in the movie's time; the length of its media where there are none, or only an open one."""
    movie, media = next(_inside(data, whole, b"moov", b"mvhd"), None), next(_inside(data, track, b"mdia", b"mdhd"), None)
    edits = next(_inside(data, track, b"edts", b"elst"), None)
    units = 0 if edits is None else sum(_edits(data, edits))
    if movie is not None and units:
        return _seconds(units, _scale(data, movie)[0])
    return 0.0 if media is None else _seconds(*reversed(_scale(data, media)))


def _edits(data: mmap.mmap, span: _Span) -> Iterator[int]:
    """The length of each edit that shows something."""
    version, count = struct.unpack_from(">B3xI", data, span[0])
    form = ">Qq4x" if version else ">Ii4x"
    for number in range(min(count, (span[1] - span[0] - 8) // struct.calcsize(form))):
        length, begins = struct.unpack_from(form, data, span[0] + 8 + number * struct.calcsize(form))
        if begins >= 0:
            yield length


def _scale(data: mmap.mmap, header: _Span) -> tuple[int, int]:
    """Units a second, and the length in units, by the header of a movie or of a track's media."""
    (version,) = struct.unpack_from(">B", data, header[0])
    return struct.unpack_from(">16xIQ" if version else ">8xII", data, header[0] + 4)


def _seconds(units: int, scale: int) -> float:
    return units / scale if scale else 0.0


def _inside(data: mmap.mmap, span: _Span, *kinds: bytes) -> Iterator[_Span]:
    """The boxes at the end of each way of such kinds, one in the other."""
    if not kinds:
        yield span
        return
    for kind, content in islice(_boxes(data, span), _MOST_BOXES):
        if kind == kinds[0]:
            yield from _inside(data, content, *kinds[1:])


def _boxes(data: mmap.mmap, span: _Span) -> Iterator[tuple[bytes, _Span]]:
    start, end = span
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, start + 8)[0], 16
        elif size == 0:
            size = end - start
        if size < head:
            return
        yield kind, (start + head, min(start + size, end))
        start += size
