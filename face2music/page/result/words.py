"""Small words and numbers as the page writes them."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from face2music.mood import NORMS, STATES, Mood
from face2music.page.texts import Texts
from face2music.pipeline import MODES, Curve, Plan, Song

_MOST_NAMES = 5


def strongest(probabilities: Mapping[str, float]) -> str:
    """The label of the largest probability."""
    return max(probabilities, key=lambda emotion: probabilities[emotion])


def percent(probability: float) -> str:
    """A probability in words that hide neither a trace nor a doubt: "<1 %", "83 %", ">99 %"."""
    rounded = round(100 * probability)
    if rounded == 0 and probability > 0:
        return "<1 %"
    return ">99 %" if rounded == 100 and probability < 1 else f"{rounded} %"


def key_name(key: str, mode: str, texts: Texts) -> str:
    """A key with its mode: "F♯ major"; in German, a minor one has its note in small letters."""
    note = texts["notes"][key]
    return texts("keys", "minor" if MODES[mode].minor else "major", note=note, small=note.lower(), mode=texts["modes"][mode])


def numeral(chord: str) -> str:
    """A chord's numeral with musical signs."""
    return chord.replace("#", "♯").replace("b", "♭")


def decimal(number: str, texts: Texts) -> str:
    """A number with the language's own sign before its decimals."""
    return number.replace(".", texts["signs"]["decimal"])


def signed(value: float, texts: Texts) -> str:
    """A coordinate of a mood with its sign, a true minus before what is negative."""
    return decimal(f"{value:+.2f}".replace("-", "\N{MINUS SIGN}"), texts)


def listed(items: Iterable[str]) -> str:
    """Items with commas between them."""
    return ", ".join(items)


def tempo(plan: Plan) -> str:
    """Beats a minute, or the least and the most of them with a dash in between."""
    tempos = [round(plan.at_bar(bar).tempo_bpm) for bar in range(plan.bars)]
    return "\N{EN DASH}".join(str(number) for number in dict.fromkeys((min(tempos), max(tempos))))


def key_names(song: Song, texts: Texts) -> list[str]:
    """The keys that the song has, in order."""
    return [key_name(change.key, song.plan.at(change.start_beat).mode, texts) for change in song.score.keys]


def keys(song: Song, texts: Texts) -> str:
    """The key, or the first and the last of those that the song has."""
    names = key_names(song, texts)
    return " → ".join(dict.fromkeys((names[0], names[-1])))


def roll(song: Song, texts: Texts) -> dict[str, Any]:
    """The song's piano roll with the keys' names in the language; the browser has words for all others."""
    told = song.roll()
    named = [key | {"name": name} for key, name in zip(told["keys"], key_names(song, texts), strict=True)]
    return told | {"keys": named}


def listed_way(curve: Curve, texts: Texts) -> str:
    """The emotions, or states beyond, that the moods of a curve are nearest to, in order; of many the first and the last ones."""
    names = [state(name, texts) for name, _ in groupby(curve.frames, lambda frame: nearest(frame.mood))]
    if len(names) > _MOST_NAMES:
        names = [*names[: _MOST_NAMES - 2], "…", names[-1]]
    return " → ".join(names)


def named(song: Song, texts: Texts) -> str:
    """The emotion or the state of a song, or those that it moves through."""
    moves = song.curve is not None and song.curve.moves
    return listed_way(song.curve, texts) if song.curve and moves else state(song.strongest, texts)


def state(name: str, texts: Texts) -> str:
    """The name of an emotion, or of a state that no face shows."""
    return (texts["emotions"] if name in NORMS else texts["plane"])[name]


def upside_down(song: Song, texts: Texts) -> list[str]:
    """Which of the instruments that were wished for lie the wrong way round, a sentence each."""
    return [
        texts(
            "headline",
            "upside_down",
            high=texts["instruments"][high.instrument],
            low=texts["instruments"][low.instrument],
            upper=texts["facts"][high.role],
            lower=texts["facts"][low.role],
        )
        for high, low in song.upside_down
    ]


def worded(song: Song, texts: Texts) -> Song:
    """The song with a score in the visitor's language: its title, instruments, sections and parts."""
    title = texts("score", "title", name=named(song, texts), seed=song.seed)
    return replace(song, words={**texts["instruments"], **texts["sections"], **texts["score"], "title": title})


def nearest(mood: Mood) -> str:
    """The emotion, or where the mood lies beyond them the state, that is nearest to it."""
    known = STATES if mood.beyond else NORMS
    return min(known, key=lambda name: math.dist(known[name].point, mood.point))
