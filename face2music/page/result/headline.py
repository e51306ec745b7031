"""The song in one line, with its warnings; it carries the emotion that the page's accent colour follows."""

from html import escape

from face2music.page.result.words import keys, listed_way, named, percent, strongest, tempo, upside_down
from face2music.page.texts import Texts
from face2music.pipeline import ALL_FACES, Song


def headline(song: Song, texts: Texts) -> str:
    """Emotion, key, tempo and length of a song, and what could not be done."""
    plan = song.plan
    facts = texts(
        "headline",
        "facts",
        key=keys(song, texts),
        tempo=tempo(plan),
        seconds=f"{song.duration_s:.0f}",
    )
    told = [*map(texts.sentence, song.warnings), *upside_down(song, texts)]
    warnings = "".join(f'<p class="notice">{escape(sentence)}</p>' for sentence in told)
    return (
        f'<div data-emotion="{escape(strongest(song.emotion))}"><h2>{_name_of(song, texts)}</h2>'
        f'<p class="quiet">{escape(facts)}</p>{warnings}</div>'
    )


def _name_of(song: Song, texts: Texts) -> str:
    """The emotion and its share, or the two between which the network is not sure."""
    names = texts["emotions"]
    if song.curve is not None and song.curve.moves:
        return escape(listed_way(song.curve, texts))
    if song.mood.beyond:
        return escape(named(song, texts))
    first, second = sorted(song.emotion, key=lambda emotion: -song.emotion[emotion])[:2]
    shares = [f"{names[emotion]} {percent(song.emotion[emotion])}" for emotion in (first, second)]
    if isinstance(song.face, int) and not song.faces[song.face - 1].sure:
        return _title(texts("headline", "not_sure"), texts("headline", "or", first=shares[0], second=shares[1]))
    if song.face == ALL_FACES:
        return _title(names[first], f"{percent(song.emotion[first])} · {texts('headline', 'all')}")
    return _title(names[first], "" if song.emotion[first] == 1 else percent(song.emotion[first]))


def _title(name: str, more: str) -> str:
    return escape(name) + (f" <span>{escape(more)}</span>" if more else "")
