"""Modes of the sections -> their tonics, and the chords that lead from one to the next.

Within the minor or the major family a new mode keeps the tonic; between the families the music goes to the parallel or to the
relative key, whichever has more notes in common, by a chord of both keys and the dominant of the new one.
"""

from collections.abc import Sequence
from itertools import pairwise

from face2music.theory import MODES, chord_of

_RELATIVE = {True: 3, False: -3}  # semitones from the tonic, by whether the mode is of the minor family

# Whether the mode before is of the minor family, and semitones from its tonic to the new one: chords before the dominant, those
# first that lead to it best, and the dominant, all numerals of the mode before.
MODULATIONS: dict[tuple[bool, int], tuple[tuple[str, ...], str]] = {
    (True, 0): (("iv", "IV", "ii", "ii°", "VI", "v"), "V7"),
    (False, 0): (("iv", "IV", "ii", "vi"), "V7"),
    (True, 3): (("iv", "VI", "i", "IV", "v"), "VII7"),
    (False, -3): (("ii", "IV", "I", "vi"), "III7"),
}


def key_distance(before: str, after: str, shift: int) -> int:
    """How many notes of a mode, on a tonic so many semitones higher, another mode does not have."""
    old = set(MODES[before].intervals)
    return sum((interval + shift) % 12 not in old for interval in MODES[after].intervals)


def shifts_of(modes: Sequence[str], tonic_stays: bool) -> list[int]:
    """Semitones, -6 to 5, from the first tonic to that of each section; all 0 if the tonic is to stay."""
    shifts = [0]
    for before, after in pairwise(modes):
        minor = MODES[before].minor
        ways = (0,) if tonic_stays or MODES[after].minor == minor else (_RELATIVE[minor], 0)
        way = min(ways, key=lambda shift: key_distance(before, after, shift))
        shifts.append((shifts[-1] + way + 6) % 12 - 6)
    return shifts


def modulation(before: str, after: str, shift: int) -> tuple[str, str]:
    """The chords that lead from a mode to one of the other family, whose tonic lies so many semitones higher.

    The first one has as few notes as may be that either key lacks.
    """
    minor = MODES[before].minor
    pivots, dominant = MODULATIONS[minor, (shift + 6) % 12 - 6]
    keys = [frozenset((interval + own) % 12 for interval in MODES[mode].intervals) for mode, own in ((before, 0), (after, shift))]
    return min(pivots, key=lambda pivot: sum(len({*chord_of(pivot, minor).pitch_classes(0)} - key) for key in keys)), dominant
