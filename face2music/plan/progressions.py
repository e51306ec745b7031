"""Chords of the plan -> the numerals of every section: themes that come back reharmonised along a graph, and a change of key.

The graph of a mood tells which chord follows which, with what weight. A theme is first heard on its own progression; on its
returns inner chords give way to others that the graph connects with both neighbours. Open and closed phrases end as planned, and
a long song lifts its last group of phrases into another key by a chord that both keys share, and may have its bridge in that
of the subdominant. Where the mood moves from a minor mode to a major one or back, the music modulates at the end of a phrase, and
is lifted nowhere.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import Any

from face2music.plan.blend import draw, uniform
from face2music.plan.keys import modulation
from face2music.plan.model import BRIDGE, Section
from face2music.theory import MODES

_REHARMONISED = 0.7  # chance of an inner chord of a theme that comes back
_GROUP = 4  # phrases between which the key may change
_INTENSITY_RUSH = 0.3  # by how much the most intense phrase changes chords faster than the least

NO_KEY_CHANGE = "none"

Row = Callable[[str], dict[str, float]]

# name: semitones upwards, then by family (major, minor) the chord that both keys share and the dominant of the new one
KEY_CHANGES: dict[str, tuple[int, tuple[tuple[str, str], tuple[str, str]]]] = {
    NO_KEY_CHANGE: (0, (("", ""), ("", ""))),
    "up a tone": (2, (("iii", "VI7"), ("v", "#VI7"))),
    "up a semitone": (1, (("bVI", "bVI7"), ("VI", "VI7"))),
    "up a minor third": (3, (("iv", "bVII7"), ("VI", "VII7"))),
}
# name: semitones upwards, then by family what leads into a bridge, and what leads back, read in the bridge's key
BRIDGE_KEYS: dict[str, tuple[int, tuple[tuple[str, str], tuple[str, str]], tuple[tuple[str, str], tuple[str, str]]]] = {
    NO_KEY_CHANGE: (0, (("", ""), ("", "")), (("", ""), ("", ""))),
    "to the subdominant": (5, (("ii", "I7"), ("VI", "I7")), (("vi", "II7"), ("III", "II7"))),
}


@dataclass(frozen=True)
class Chords:
    """The numerals to build a section of: of the themes, their ends and the song's, and the graph's weights of what may follow.

    They are read in `mode`, on a tonic that lies `shift` semitones above the plan's.
    """

    progression: tuple[str, ...]
    lift: tuple[str, ...]
    cadence: tuple[str, ...]
    closing: tuple[str, ...]
    per_bar: float
    following: Row
    mode: str
    shift: int

    @property
    def minor(self) -> bool:
        """Whether the mode belongs to the minor family."""
        return MODES[self.mode].minor


def graph(profiles: Mapping[str, Any], weights: Mapping[str, float], minor: bool) -> Row:
    """Blended weights of the chords that may follow a chord, in the graphs of the states."""
    family = "minor" if minor else "major"

    def following(numeral: str) -> dict[str, float]:
        blended: dict[str, float] = {}
        for state, weight_of_state in weights.items():
            row = profiles["harmony"][state][family].get(numeral, {})
            total = math.fsum(row.values())
            for other, weight in row.items():
                blended[other] = blended.get(other, 0.0) + weight_of_state * weight / total
        return blended

    return following


def harmonised(
    sections: tuple[Section, ...], chords: Sequence[Chords], key_change: str, seed: int, bridge: str = NO_KEY_CHANGE
) -> tuple[Section, ...]:
    """The sections with their keys, and chords where they have none yet; `chords` has what each is built of."""
    stays = len({(own.minor, own.shift) for own in chords}) == 1
    lift, pivots = KEY_CHANGES[key_change if stays else NO_KEY_CHANGE]
    aside, ways_in, ways_out = BRIDGE_KEYS[bridge if stays else NO_KEY_CHANGE]
    bridged = [bool(aside) and section.setting == BRIDGE for section in sections]
    last = len(sections) - 1
    phrases = [index for index, section in enumerate(sections) if section.theme]
    lifted = phrases[(len(phrases) - 1) // _GROUP * _GROUP] if lift and len(phrases) > _GROUP else last + 1
    heard: set[str] = set()
    finished = []
    for index, (section, own) in enumerate(zip(sections, chords, strict=True)):
        if section.chords:
            numerals = section.chords  # as they were played
        elif index == last:
            numerals = own.closing[-1:]
        else:
            numerals, following = _numerals(section, own, index == last - 1, section.theme in heard, seed), chords[index + 1]
            if index == lifted - 1:
                numerals = (*numerals[:-2], *pivots[own.minor])
            elif bridged[index] != bridged[index + 1]:
                numerals = (*numerals[:-2], *(ways_out if bridged[index] else ways_in)[own.minor])
            elif own.minor != following.minor:
                numerals = (*numerals[:-2], *modulation(own.mode, following.mode, following.shift - own.shift))
        heard.add(section.theme)
        shift = own.shift + lift * (index >= lifted) + aside * bridged[index]
        finished.append(replace(section, chords=numerals, shift=shift))
    return tuple(finished)


def _numerals(section: Section, chords: Chords, final: bool, again: bool, seed: int) -> tuple[str, ...]:
    # A closing phrase needs two chords at least, to lead into the ending or another key.
    rate = chords.per_bar * (1 + _INTENSITY_RUSH * (section.intensity - 0.7)) * section.bars
    count = min(max(2 if section.closes else 1, round(rate)), 2 * section.bars)
    rotated = chords.lift[2:] + chords.lift[:2]
    source = {"B": chords.lift, "C": rotated}.get(section.theme, chords.progression)
    if not section.closes and count > 1 and count % len(source) == 1:
        count -= 1  # an open phrase ends where its chords have led it, not where they begin again
    numerals = tuple(islice(cycle(source), count))
    if section.setting == BRIDGE:
        numerals = _walk(chords, count, f"{seed}/{section.theme}")
    cadence = chords.closing[:-1] if final else chords.cadence
    tail = cadence[-(count - 1) :] if section.closes and count > 1 else ()
    numerals = numerals[: count - len(tail)] + tail
    return _reharmonised(numerals, len(tail) or 1, chords.following, f"{seed}/{section.start_bar}") if again else numerals


def _walk(chords: Chords, count: int, stream: str) -> tuple[str, ...]:
    """Chords of a bridge: from the tonic along the graph, or the contrasting ones where it leads nowhere."""
    walked = [chords.progression[0]]
    while len(walked) < count:
        ways = {other: weight for other, weight in chords.following(walked[-1]).items() if other not in walked[-2:]}
        if not math.fsum(ways.values()) > 0:
            return tuple(islice(cycle(chords.lift), count))
        walked.append(draw(ways, uniform(stream, f"bridge {len(walked)}")))
    return tuple(walked)


def _reharmonised(numerals: tuple[str, ...], kept: int, following: Row, stream: str) -> tuple[str, ...]:
    """The chords, inner ones replaced here and there by what the graph allows between their neighbours."""
    changed = list(numerals)
    for index in range(1, len(numerals) - kept):
        before, after = changed[index - 1], numerals[index + 1]
        ways = {
            other: weight * following(other).get(after, 0.0)
            for other, weight in following(before).items()
            if other not in (before, after)
        }
        if math.fsum(ways.values()) > 0 and uniform(stream, f"again {index}") < _REHARMONISED:
            changed[index] = draw(ways, uniform(stream, f"chord {index}"))
    return tuple(changed)
