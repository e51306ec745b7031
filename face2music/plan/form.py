"""Duration -> bars, tempo and form: an introduction, phrases of four bars in groups, and an ending.

In a song of three groups or more the groups differ: one in the middle begins with a bridge, a theme of its own in another
setting, and those beside it are set otherwise than the first and the last.
"""

import math
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from face2music.errors import RequestError
from face2music.plan.blend import Range
from face2music.plan.model import AS_CHOSEN, BRIDGE, VARIED, Section
from face2music.theory import METRES

PHRASE_BARS, SHORT_PHRASE_BARS = 4, 2

_SHORT_METRE = "2/4"  # for songs too short for two bars of the metre drawn
# theme, whether it closes with a cadence, intensity; one group of phrases
_GROUPS = {
    1: (("A", True, 0.8),),
    2: (("A", False, 0.55), ("A", True, 0.9)),
    3: (("A", False, 0.55), ("B", False, 0.8), ("A", True, 0.9)),
    4: (("A", False, 0.5), ("A", True, 0.6), ("B", False, 0.8), ("A", True, 0.9)),
}
_LATER = (("B", False, 0.55), ("A", True, 0.65), ("C", False, 0.8), ("A", True, 0.9))
_BRIDGED = (("", False, 0.45), ("", True, 0.5), ("C", False, 0.8), ("A", True, 0.9))
_BRIDGES = ("D", "E")  # their themes
_BRIDGE_EVERY = 3  # groups
_OTHER = {"B": "C", "C": "B"}  # contrasting themes, which every second group has the other way round


@dataclass(frozen=True)
class Span:
    """Metre, number of bars and tempo of a song, and how long it lasts, which may hold its last bar."""

    signature: str
    bars: int
    tempo_bpm: float
    seconds: float

    @property
    def filled(self) -> float:
        """The share of the time that the bars fill, before the last one is held."""
        return self.bars * METRES[self.signature].beats * 60 / self.tempo_bpm / self.seconds

    @classmethod
    def filling(cls, signature: str, tempo_bpm: float, allowed: Range, seconds: float) -> "Span":
        """Whole bars that fill the time, at a tempo as near as may be to the one sampled and inside its range."""
        signature = _short_enough(signature, allowed.high, seconds)
        bars_a_bpm = seconds / 60 / METRES[signature].beats
        most = max(2, math.floor(allowed.high * bars_a_bpm))
        bars = min(max(round(tempo_bpm * bars_a_bpm), math.ceil(allowed.low * bars_a_bpm), 2), most)
        # Rounded up, so that the music is never longer than asked.
        tempo_bpm = math.ceil(max(bars / bars_a_bpm, allowed.low) * 1000) / 1000
        return cls(signature, bars, tempo_bpm, bars * METRES[signature].beats * 60 / tempo_bpm)

    @classmethod
    def at_tempo(cls, signature: str, tempo_bpm: float, seconds: float) -> "Span":
        """As many bars as the time has room for at just this tempo, the last one held until it is over.

        Raises
        ------
        RequestError
            If there is no room for two bars.
        """
        signature = _short_enough(signature, tempo_bpm, seconds)
        bars = math.floor(tempo_bpm * seconds / 60 / METRES[signature].beats)
        if bars < 2:
            least = 2 * METRES[_SHORT_METRE].beats * 60 / tempo_bpm
            raise RequestError(
                f"At {tempo_bpm:g} beats a minute the shortest song lasts {math.ceil(least + 0.1)} seconds; "
                "ask for a longer song or a faster tempo."
            )
        return cls(signature, bars, tempo_bpm, seconds)

    @classmethod
    def of_bars(cls, signature: str, tempo_bpm: float, bars: int) -> "Span":
        """Just so many bars at just this tempo."""
        return cls(signature, bars, tempo_bpm, bars * METRES[signature].beats * 60 / tempo_bpm)


def _short_enough(signature: str, tempo_bpm: float, seconds: float) -> str:
    return _SHORT_METRE if tempo_bpm * seconds / 60 < 2 * METRES[signature].beats else signature


def sections_of(bars: int, turns: tuple[float, ...] = ()) -> tuple[Section, ...]:
    """Introduction, phrases and ending; bars that are over by one less than a phrase make a last one, which the ending fills up.

    A song with too few bars for three phrases of four has phrases of two. Nearest to each of the `turns` (bars, in
    order) a phrase begins, unless there is room for none, or one that begins otherwise is nearer.
    """
    stretches = _stretches(bars - 1, turns)
    return _set(_turning(stretches) if len(stretches) > 1 else _steady(bars))


def _stretches(body: int, turns: tuple[float, ...]) -> list[int]:
    """Bars from the beginning to the first turn, from turn to turn and from the last one to the ending."""
    edges = [0]
    for turn in turns:
        first, last = edges[-1] + SHORT_PHRASE_BARS, body - SHORT_PHRASE_BARS
        if first <= last and edges[-1] + first < 2 * turn < last + body:
            edges.append(min(max(round(turn), first), last))
    return [end - start for start, end in pairwise([*edges, body])]


def _turning(stretches: list[int]) -> tuple[Section, ...]:
    """Phrases that fill each stretch, and the ending."""
    lengths = [length for stretch in stretches for length in _phrase_lengths(stretch)]
    starts = [0, *accumulate(lengths)]
    phrases = zip(phrases_of(len(lengths)), starts, lengths, strict=False)
    sections = [Section(name, theme, start, bars, closes, force) for (name, theme, closes, force), start, bars in phrases]
    return (*sections, Section("Ending", "", starts[-1], 1, True, 0.5))


def _phrase_lengths(bars: int) -> list[int]:
    """Phrases of four bars, and of two or three, so that none has only one."""
    whole, spare = divmod(bars, PHRASE_BARS)
    if spare == 1:
        return [PHRASE_BARS] * (whole - 1) + [PHRASE_BARS - 1, SHORT_PHRASE_BARS]
    return [PHRASE_BARS] * whole + [spare] * bool(spare)


def _steady(bars: int) -> tuple[Section, ...]:
    body = bars - 1
    phrase = PHRASE_BARS if body >= 3 * PHRASE_BARS - 1 else SHORT_PHRASE_BARS
    if body < 2 * phrase:
        return (Section("A", "A", 0, body, True, 0.8), Section("Ending", "", body, 1, True, 0.5))
    spare = body % phrase
    if spare == 0 and body >= 4 * PHRASE_BARS:
        spare = phrase
    intro = 0 if phrase > SHORT_PHRASE_BARS and spare == phrase - 1 else spare
    sections = [Section("Intro", "", 0, intro, False, 0.3)] if intro else []
    start = intro
    for name, theme, closes, intensity in phrases_of(-(-(body - intro) // phrase)):
        length = min(phrase, body - start)
        sections.append(Section(name, theme, start, length, closes, intensity))
        start += length
    return (*sections, Section("Ending", "", body, 1, True, 0.5))


def phrases_of(count: int) -> list[tuple[str, str, bool, float]]:
    """Name, theme, whether it closes, and intensity of the phrases, in groups of up to four, every second one with C for B.

    The last phrase is the most intense. Names are letters in the order in which the themes are heard.
    """
    phrases = []
    letters: dict[str, str] = {}
    groups = -(-count // 4)
    bridges = _bridges(groups)
    for group in range(groups):
        for theme, closes, intensity in _group(group, groups, min(4, count - 4 * group)):
            lifted = theme or _BRIDGES[bridges.index(group) % len(_BRIDGES)]
            if group % 2 and group not in bridges:
                lifted = _OTHER.get(lifted, lifted)
            name = letters.setdefault(lifted, chr(ord("A") + len(letters))) + ("'" if closes else "")
            phrases.append((name, lifted, closes, round(intensity - 0.1 * (4 * group + 4 < count), 2)))
    return phrases


def _group(number: int, groups: int, size: int) -> tuple[tuple[str, bool, float], ...]:
    if number in _bridges(groups):
        return _BRIDGED
    return _LATER if 1 < number < groups - 1 else _GROUPS[size]


def _bridges(groups: int) -> list[int]:
    """The groups that begin with a bridge: every third one but the last, or of three the second."""
    return [1] if groups == 3 else list(range(2, groups - 1, _BRIDGE_EVERY))


def _set(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """The sections with their settings: middle groups have another one, and so has the last return of each group but the last."""
    phrases = [index for index, section in enumerate(sections) if section.theme]
    groups = -(-len(phrases) // 4)
    settings = dict.fromkeys(phrases[4 : 4 * (groups - 1)], VARIED)
    settings |= {index: AS_CHOSEN if index in settings else VARIED for index in phrases[3 : 4 * (groups - 1) : 4]}
    settings |= {index: BRIDGE for index in phrases if sections[index].theme in _BRIDGES}
    return tuple(replace(section, setting=settings.get(index, AS_CHOSEN)) for index, section in enumerate(sections))
