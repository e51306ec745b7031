"""Why a song sounds as it does: each decision beside the range that it came from, and what that range rests on."""

import re
from html import escape

from face2music.page.result.words import decimal, listed, numeral
from face2music.page.texts import Texts
from face2music.pipeline import Reason, Song, Source

# What is told at once; the rest is folded.
MAIN = (
    "tempo_bpm",
    "mode",
    "onsets_per_s",
    "velocity",
    "articulation",
    "melody_pitch",
    "chords_per_bar",
    "progression",
    "instruments",
)
_OURS = "own"
# Decision: the group of texts that has its names; those of the others are among the `values`.
_NAMES = {"key": "notes", "mode": "modes", "style": "wishes"}
_YEAR = re.compile(r"\(\d{4}\)")
_MARGIN = 0.5  # of the range's width, to each side of range and value


def reasons(song: Song, texts: Texts) -> str:
    """The decisions of a song as two lists: the main ones, and under a fold the others."""
    found = {reason.decision: reason for reason in song.reasons()}
    main = "".join(_item(found[decision], texts) for decision in MAIN)
    rest = "".join(_item(reason, texts) for decision, reason in found.items() if decision not in MAIN)
    return (
        f'<h3>{escape(texts("why", "title"))}</h3><ul class="reasons">{main}</ul>'
        f'<details><summary>{escape(texts("why", "more"))}</summary><ul class="reasons">{rest}</ul></details>'
    )


def _item(reason: Reason, texts: Texts) -> str:
    ranged = reason.low is not None and reason.source.basis in ("measured", "rule")
    return (
        f"<li><b>{escape(texts('why', reason.decision))}</b><span>{escape(_value(reason, texts))}</span>"
        f"{_range(reason, texts) if ranged else ''}<p>{escape(_because(reason, ranged, texts))}</p></li>"
    )


def _value(reason: Reason, texts: Texts) -> str:
    value = reason.value
    if not isinstance(value, str):
        return number(value, reason.decision, texts)
    if reason.decision in ("progression", "lift", "cadence"):
        return " · ".join(map(numeral, value.split("-")))
    if reason.decision == "instruments":
        return listed(texts["instruments"][name] for name in value.split(", "))
    return texts[_NAMES.get(reason.decision, "values")].get(value, value)  # a metre is its own name


def _because(reason: Reason, ranged: bool, texts: Texts) -> str:
    basis, works = _basis(reason.source), _works(reason.source, texts)
    if ranged:
        low, high = (number(value, reason.decision, texts) for value in (reason.low or 0, reason.high or 0))
        return texts("why", f"{basis}_range", low=low, high=high, works=works)
    return texts("why", basis, works=works)


def _basis(source: Source) -> str:
    """The basis, where a rule that rests on no publication is one of our own."""
    ours = source.basis == "rule" and all(work.name == _OURS for work in source.works)
    return "own_rule" if ours else source.basis


def _works(source: Source, texts: Texts) -> str:
    works = [texts("why", "own") if work.name == _OURS else _short(work.citation) for work in source.works]
    return listed(works) + (f"; n = {source.n}" if source.n else "")


def _short(citation: str) -> str:
    """Authors and year of a publication: what stands before its title, or all up to the year where there are no authors."""
    found = _YEAR.search(citation)
    return citation[: found.end()] if found else citation


def _range(reason: Reason, texts: Texts) -> str:
    """The usual range as a bar, and the value's place on it."""
    assert reason.low is not None and reason.high is not None and not isinstance(reason.value, str)  # noqa: PT018
    low, high, value = reason.low, reason.high, reason.value
    margin = _MARGIN * (high - low or 1.0)
    start = min(low, value) - margin
    width = max(high, value) + margin - start
    left, right, at = (f"{(x - start) / width:.1%}" for x in (low, high, value))
    spoken = (number(x, reason.decision, texts) for x in (value, low, high))
    alt = texts("why", "alt", **dict(zip(("value", "low", "high"), spoken, strict=True)))
    return (
        f'<span class="range" role="img" aria-label="{escape(alt)}"><i style="left:{left};right:calc(100% - {right})"></i>'
        f'<b style="left:{at}"></b></span>'
    )


def number(value: float, decision: str, texts: Texts) -> str:
    """A number with as many digits as mean something: 144, 6.5, 0.62; a pitch by its name: G5."""
    if decision.endswith("_pitch"):
        return f"{texts['signs']['pitches'].split()[round(value) % 12]}{round(value) // 12 - 1}"
    digits = 0 if abs(value) >= 20 or value == int(value) else 1 if abs(value) >= 3 else 2
    return decimal(f"{value:.{digits}f}", texts)
