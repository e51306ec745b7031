"""Duration -> bars, tempo and form: an introduction, phrases of four bars in groups, and an ending."""

import math

from face2music.plan.blend import Range
from face2music.plan.model import Section
from face2music.theory import METRES

PHRASE_BARS = 4

_SHORT_METRE = "2/4"  # for songs too short for two bars of the metre drawn
# theme, whether it closes with a cadence, intensity; one group of phrases
_GROUPS = {
    1: (("A", True, 0.8),),
    2: (("A", False, 0.55), ("A", True, 0.9)),
    3: (("A", False, 0.55), ("B", False, 0.8), ("A", True, 0.9)),
    4: (("A", False, 0.5), ("A", True, 0.6), ("B", False, 0.8), ("A", True, 0.9)),
}


def fit(signature: str, tempo_bpm: float, allowed: Range, seconds: float) -> tuple[str, int, float]:
    """Metre, whole bars and tempo that fill the time, the tempo as near as may be to the one sampled and inside its range."""
    if allowed.high * seconds / 60 < 2 * METRES[signature].beats:
        signature = _SHORT_METRE
    bars_a_bpm = seconds / 60 / METRES[signature].beats
    most = max(2, math.floor(allowed.high * bars_a_bpm))
    bars = min(max(round(tempo_bpm * bars_a_bpm), math.ceil(allowed.low * bars_a_bpm), 2), most)
    # Rounded up, so that the music is never longer than asked.
    return signature, bars, math.ceil(max(bars / bars_a_bpm, allowed.low) * 1000) / 1000


def sections_of(bars: int) -> tuple[Section, ...]:
    """Introduction, phrases and ending; three bars that are over make a last phrase, which the ending fills up to four."""
    body = bars - 1
    if body < PHRASE_BARS + 2:
        return (Section("A", "A", 0, body, True, 0.8), Section("Ending", "", body, 1, True, 0.5))
    spare = body % PHRASE_BARS
    if spare == 0 and body >= 4 * PHRASE_BARS:
        spare = PHRASE_BARS
    intro = 0 if spare == PHRASE_BARS - 1 else spare
    sections = [Section("Intro", "", 0, intro, False, 0.3)] if intro else []
    start = intro
    for name, theme, closes, intensity in _phrases(-(-(body - intro) // PHRASE_BARS)):
        length = min(PHRASE_BARS, body - start)
        sections.append(Section(name, theme, start, length, closes, intensity))
        start += length
    return (*sections, Section("Ending", "", body, 1, True, 0.5))


def _phrases(count: int) -> list[tuple[str, str, bool, float]]:
    """Groups of up to four phrases; every second group lifts to C instead of B, and the last phrase is the most intense."""
    phrases = []
    for group in range(-(-count // 4)):
        for theme, closes, intensity in _GROUPS[min(4, count - 4 * group)]:
            lifted = "C" if theme == "B" and group % 2 else theme
            name = lifted + ("'" if closes else "")
            phrases.append((name, lifted, closes, round(intensity - 0.1 * (4 * group + 4 < count), 2)))
    return phrases
