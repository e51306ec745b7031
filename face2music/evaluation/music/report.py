"""The figures of an evaluation and its songs -> a folder's files: one HTML page that needs no other, figures and MIDI files."""

import html
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from face2music.evaluation.music import pictures
from face2music.evaluation.music.songs import Heard
from face2music.evaluation.music.statistics import STATISTICS
from face2music.evaluation.music.text import accuracy, met, people, wanted
from face2music.mood import EMOTIONS

PAGE = "report.html"
FIGURES = "figures.json"
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1200px; margin: 2em auto; padding: 0 1em; color: #1a202c }
table { border-collapse: collapse; margin: 1em 0; font-variant-numeric: tabular-nums }
th, td { padding: .25em .7em; border-bottom: 1px solid #e2e8f0; text-align: right }
th:first-child, td:first-child { text-align: left }
img { max-width: 100% } .pair { display: flex; flex-wrap: wrap; gap: 1em } .pair img { max-width: 48% }
"""


def files(result: Mapping[str, Any], heard: Mapping[str, Sequence[Heard]], corpora: Mapping[str, Any]) -> dict[str, bytes]:
    """Contents by name: the page, the figures, and every song as a MIDI file.

    Parameters
    ----------
    result
        What `verdict.evaluate` found.
    heard
        The songs by generator; their MIDI and WAV files are still there.
    corpora
        What `corpora.reference` made.
    """
    midi = {song.file.name: song.file.read_bytes() for songs in heard.values() for song in songs}
    figures = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    return {PAGE: _page(result, heard, corpora).encode(), FIGURES: figures.encode(), **midi}


def _page(result: Mapping[str, Any], heard: Mapping[str, Sequence[Heard]], corpora: Mapping[str, Any]) -> str:
    settings = result["settings"]
    parts = [
        f"<p>{settings['per_emotion']} songs of {settings['duration_s']:.0f} s for each of the seven emotions, seeds from "
        f"{settings['seed']}, played with {html.escape(settings['soundfont'])}. The baseline takes averages of recordings near "
        "an emotion, two progressions and random chord tones.</p>",
        "<h2>What is wanted, and what was found</h2>",
        _goals(result),
        "<h2>How far the judges can be trusted</h2>",
        _judges(result["judges"]),
        f"<p>By the count of statistics inside a human range, people's music reaches: {people(result['people'])}.</p>",
    ]
    for name, found in result["generators"].items():
        parts += _generator(name, found, heard[name], corpora)
    body = "\n".join(parts)
    title = "Music of seven emotions, judged"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head>'
        f"<body><h1>{title}</h1>\n{body}\n</body></html>\n"
    )


def _generator(name: str, found: Mapping[str, Any], songs: Sequence[Heard], corpora: Mapping[str, Any]) -> list[str]:
    first = min(song.seed for song in songs)
    apart = found["told_apart"]
    return [
        f"<h2>{name}</h2>",
        _means(found["judged"]),
        '<div class="pair">',
        *(
            _image(pictures.plane(found["songs"], kind, f"{name}: {kind} judge"), f"songs as the {kind} judge hears them")
            for kind in found["judged"]
        ),
        _image(
            pictures.confusion(apart["confusion"], apart["labels"], f"{name}: {apart['accuracy']:.0%} told apart"),
            "confusion matrix",
        ),
        "</div>",
        "<h3>Beside music that people made</h3>",
        "<p>Dots are songs; bars are the interquartile ranges of EMOPIA (EM), VGMIDI (VG) and POP909 (PO).</p>",
        _image(pictures.statistics(songs, corpora), "statistics of the songs and of the corpora"),
        _image(
            pictures.distributions(found["likeness"]["distributions"], corpora), "distributions of intervals, lengths and degrees"
        ),
        _statistics(found["likeness"]),
        "<h3>Songs</h3>",
        *(_song(song) for song in songs if song.seed == first),
        *(f"<p>{emotion}: {_links(emotion, songs)}</p>" for emotion in EMOTIONS),
    ]


def _song(song: Heard) -> str:
    title = f"{song.emotion}, seed {song.seed}"
    return _image(pictures.song(song.file, title), f"piano roll and spectrogram: {title}")


def _links(emotion: str, songs: Sequence[Heard]) -> str:
    return ", ".join(f'<a href="{s.file.name}">{s.seed}</a>' for s in songs if s.emotion == emotion)


def _goals(result: Mapping[str, Any]) -> str:
    rows = {}
    for name, goal in result["goals"].items():
        values = {made: found["key_figures"][name] for made, found in result["generators"].items()}
        cells = {made: f"{value:.2f} {'✓' if met(value, goal) else '✗'}" for made, value in values.items()}
        rows[goal["text"]] = {"wanted": wanted(goal), **cells}
    return _table(rows)


def _judges(judges: Mapping[str, Any]) -> str:
    rows = {
        f"{kind} judge of {axis}": {"pieces": figures["pieces"], "accuracy": accuracy(kind, figures)}
        for kind, by_axis in judges.items()
        for axis, figures in by_axis.items()
    }
    return _table(rows)


def _means(judged: Mapping[str, Any]) -> str:
    rows = {
        f"{kind}, {axis}": {"correlation": f"{row['correlation']:.2f}", "spread": f"{row['spread']:.2f}"}
        | {emotion: f"{mean:.2f}" for emotion, mean in row["mean"].items()}
        for kind, by_axis in judged.items()
        for axis, row in by_axis.items()
    }
    return _table(rows)


def _statistics(like: Mapping[str, Any]) -> str:
    rows = {}
    for name, row in like["statistics"].items():
        human = {corpus: f"{_three(h['quartiles'])}; {h['overlap']:.2f}" for corpus, h in row["corpora"].items()}
        inside = {"inside any": f"{row['inside_any']:.0%}", "inside pool": f"{row['inside_pool']:.0%}"}
        rows[STATISTICS[name]] = {"songs": _three(row["quartiles"]), **human, **inside}
    share = f"{like['inside_any']:.0%} of the statistics lie inside a corpus's interquartile range for 70 % of the songs"
    return (
        f"<p>Quartiles, and the overlap of Yang &amp; Lerch (2020); {share} ({like['inside_pool']:.0%}: of the pool).</p>"
        + _table(rows)
    )


def _three(quartiles: Sequence[float]) -> str:
    return " / ".join(f"{value:.3g}" for value in quartiles)


def _table(rows: Mapping[str, Mapping[str, Any]]) -> str:
    return pd.DataFrame.from_dict(rows, orient="index").fillna("").to_html(border=0)


def _image(png: bytes, shows: str) -> str:
    return f'<img alt="{html.escape(shows)}" src="data:image/png;base64,{b64encode(png).decode()}">'
