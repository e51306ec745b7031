"""What was composed, in words."""

from html import escape
from typing import Any

from face2music.page.result.words import keys, listed, named, numeral, signed, tempo
from face2music.page.texts import Texts
from face2music.pipeline import Song


def facts(song: Song, texts: Texts) -> str:
    """Tempo, key, chords, instruments, form, mood and seed of a song as a list of terms."""
    plan, mood, words = song.plan, song.mood, texts["facts"]
    rows = {
        "tempo": texts("facts", "tempo_value", tempo=tempo(plan), metre=plan.time_signature),
        "key": keys(song, texts),
        "progression": " · ".join(map(numeral, plan.progression)),
        "instruments": listed(f"{texts['instruments'][part.instrument]} ({words[part.role]})" for part in plan.parts),
        "form": texts(
            "facts",
            "form_value",
            bars=plan.bars,
            sections=listed(f"{texts['sections'].get(section.name, section.name)} {section.bars}" for section in plan.sections),
        ),
        "mood": texts(
            "facts",
            "mood_value",
            valence=signed(mood.valence, texts),
            arousal=signed(mood.arousal, texts),
            dominance=signed(mood.dominance, texts),
        ),
        "seed": str(song.seed),
    }
    terms = "".join(f"<div><dt>{escape(words[name])}</dt><dd>{escape(fact)}</dd></div>" for name, fact in rows.items())
    return f'<h3>{escape(words["title"])}</h3><dl class="facts">{terms}</dl>'


def entry(song: Song, texts: Texts) -> dict[str, Any]:
    """A song's line in the list of this visit: its link and the facts to compare."""
    plan, mood = song.plan, song.mood
    return {
        "link": song.link,
        "facts": {
            "emotion": named(song, texts),
            "key": keys(song, texts),
            "tempo": tempo(plan),
            "seed": str(song.seed),
        },
        "more": {
            "mood": f"{signed(mood.valence, texts)} / {signed(mood.arousal, texts)}",
            "seconds": f"{song.duration_s:.0f}",
            "style": texts["wishes"][plan.style],
            "instruments": listed(texts["instruments"][part.instrument] for part in plan.parts),
        },
    }
