"""Whole files -> damaged ones, repeatably: what disks, networks and people with bad intent do to them."""

import random
import zlib
from collections.abc import Callable, Iterator, Sequence

# Numbers at which readers of sizes and offsets break.
_EDGES = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]


def mutated(files: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """So many damaged files, the same for the same seed."""
    rng = random.Random(seed)
    for number in range(count):
        data = bytearray(files[number % len(files)])
        for _ in range(rng.choice((1, 1, 2, 4, 16))):
            if data:
                rng.choice(_WAYS)(data, rng)
        yield bytes(data)
        if number % 16 == 15:
            first, second = rng.choice(files), rng.choice(files)
            yield first[: rng.randrange(len(first))] + second[rng.randrange(len(second)) :]


def _flip(data: bytearray, rng: random.Random) -> None:
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _number(data: bytearray, rng: random.Random) -> None:
    """An edge in place of 1, 2 or 4 bytes, mostly near the beginning, where the sizes stand."""
    width, order = rng.choice((1, 2, 4)), rng.choice(("big", "little"))
    at = rng.randrange(min(len(data), rng.choice((64, 512, len(data)))))
    data[at : at + width] = (rng.choice(_EDGES) % 256**width).to_bytes(width, order)


def _cut(data: bytearray, rng: random.Random) -> None:
    del data[rng.randrange(len(data)) :]


def _lose(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data))
    del data[at : at + rng.randrange(1, 64)]


def _repeat(data: bytearray, rng: random.Random) -> None:
    at, size = rng.randrange(len(data)), rng.randrange(1, 256)
    data[at:at] = data[at : at + size] * rng.choice((1, 2, 50))


def _noise(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data))
    data[at : at + rng.randrange(1, 32)] = rng.randbytes(rng.randrange(1, 32))


_WAYS: Sequence[Callable[[bytearray, random.Random], None]] = (_flip, _number, _number, _cut, _lose, _repeat, _noise)


def with_checksums(png: bytes) -> bytes:
    """A damaged PNG file whose chunks have the right checksums all the same, so that more than these are tried."""
    made, at = bytearray(png[:8]), 8
    while at + 8 <= len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        content = png[at + 4 : at + 8 + size]
        made += png[at : at + 4] + content + zlib.crc32(content).to_bytes(4, "big")
        at += 12 + size
    return bytes(made)
