"""Ogg files with a serial number of our own: an encoder draws one at random, and the same sound would be other bytes each time.

The number stands in every page, whose checksum covers it (RFC 3533).
"""

import zlib
from collections.abc import Iterator
from struct import pack_into

_CAPTURE = b"OggS"
_SERIAL_AT, _CHECKSUM_AT, _SEGMENTS_AT = 14, 22, 26
_ONES = 0xFFFFFFFF
# The checksum takes bits from the highest on and begins at 0; zlib's takes them from the lowest on and begins at its complement.
_TURNED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def with_serial(file: bytes, serial: int = 0) -> bytes:
    """The same file with this serial number (0 to 2^32 - 1) in all pages.

    Raises
    ------
    ValueError
        If it is no Ogg file.
    """
    changed = bytearray(file)
    for start, end in _pages(file):
        pack_into("<I", changed, start + _SERIAL_AT, serial)
        pack_into("<I", changed, start + _CHECKSUM_AT, 0)
        pack_into("<I", changed, start + _CHECKSUM_AT, _checksum(bytes(changed[start:end])))
    return bytes(changed)


def _pages(file: bytes) -> Iterator[tuple[int, int]]:
    """Where each page begins and ends."""
    start = 0
    while start < len(file):
        if file[start : start + len(_CAPTURE)] != _CAPTURE or start + _SEGMENTS_AT >= len(file):
            raise ValueError(f"There is no Ogg page at byte {start}.")
        body = start + _SEGMENTS_AT + 1 + file[start + _SEGMENTS_AT]
        end = body + sum(file[start + _SEGMENTS_AT + 1 : body])
        yield start, end
        start = end


def _checksum(page: bytes) -> int:
    turned = zlib.crc32(page.translate(_TURNED), _ONES) ^ _ONES
    return int(f"{turned:032b}"[::-1], 2)
