"""The page's components, laid out: what a visitor gives on one side, the song on the other."""

from dataclasses import dataclass, fields
from typing import Any

import gradio as gr

from face2music.page.plane import Plane
from face2music.page.player import Player
from face2music.page.said import HINT, said
from face2music.page.texts import I18N, Texts
from face2music.page.ways import WAYS, Ways
from face2music.page.widget import Widget
from face2music.page.wishes import Panel

PANELS = ["emotion", "score", "why", "keep", "history"]
SEEN_S = 600  # how long the server remembers a crop of 48x48 pixels, to colour it


@dataclass(frozen=True)
class Given:
    """The inputs."""

    ways: Ways
    panel: Panel


@dataclass(frozen=True)
class Shown:
    """The outputs; `song` holds what there is only with a song, in place of `empty`. `arrival` tells of a followed link."""

    headline: gr.HTML
    empty: gr.Column
    song: gr.Column
    player: Player
    again: gr.Button
    portrait: gr.HTML
    seen: gr.State
    look: gr.Button
    looked: gr.HTML
    hint: gr.HTML
    shares: gr.HTML
    plane: Plane
    journey: gr.Button
    tabs: gr.HTML
    sheet: gr.HTML
    width: gr.Number
    why: gr.HTML
    listen: gr.Button
    heard: gr.HTML
    keep: gr.HTML
    history: gr.HTML
    link: gr.State
    arrival: gr.HTML

    @property
    def all(self) -> list[Any]:
        """Every output of a song."""
        return [getattr(self, field.name) for field in fields(self) if field.name != "arrival"]


def lay_shown(stems: Any, judged: bool) -> Shown:
    """Put the outputs into the column that is open; `judged` is whether there is somebody to hear the finished sound."""
    texts = Texts()
    headline = Widget("live", "", texts=texts["busy"], elem_id="headline")
    empty = _lay_empty()
    # Hidden by the style sheet, not absent: Gradio would lose the texts of what is not on the page yet.
    with gr.Column(elem_id="song", elem_classes="unsung") as song:
        player = Player(stems=stems, elem_id="player")
        again = gr.Button(I18N("again"), size="md", elem_id="again", elem_classes="once")
        tabs = Widget("tabs", PANELS, texts=texts["tabs"], elem_id="tabs", elem_classes="tabs")
        with _panel("emotion"):
            portrait = Widget("portrait", "", elem_id="portrait")
            look = gr.Button(I18N("look"), size="sm", visible=False, elem_id="look")
            looked = said("", elem_id="looked")
            hint = said(I18N("correct_hint"), HINT)
            with gr.Row(elem_id="correct"):
                shares = Widget("shares", None, texts=texts["emotions"], read={}, elem_id="shares", min_width=260)
                plane = Plane(elem_id="plane", min_width=260)
            journey = gr.Button(I18N("to_journey"), size="sm", elem_id="to-journey")
        with _panel("score"):
            sheet = said("", elem_id="sheet")
            width = gr.Number(0, visible=False)
        with _panel("why"):
            why = said("", elem_id="why")
            listen = gr.Button(I18N("listen"), size="md", visible=judged, elem_id="listen")
            said(I18N("listen_hint"), HINT, visible=judged)
            heard = Widget("live", "", texts={**texts["busy"], **texts["hearing"]}, elem_id="heard")
        with _panel("keep"):
            keep = Widget("keep", None, texts=texts["keep"], made={}, elem_id="keep")
        with _panel("history"):
            history = Widget("history", None, texts=texts["history"], elem_id="history")
    seen, link = gr.State(time_to_live=SEEN_S), gr.State("")
    arrival = Widget("arrival", texts=texts["arrival"], elem_id="arrival")
    laid = locals()
    return Shown(**{field.name: laid[field.name] for field in fields(Shown)})


def _panel(name: str) -> gr.Column:
    return gr.Column(elem_id=f"panel-{name}", elem_classes="panel")


def _lay_empty() -> gr.Column:
    """What stands in the song's place before there is one; the style sheet shows the line of the way that is open."""
    with gr.Column(elem_id="empty", elem_classes="empty") as empty:
        said(I18N("empty"), '<span aria-hidden="true">♪</span><h2>${value}</h2>')
        for way in WAYS:
            said(I18N(f"empty_{way}"), '<p class="quiet">${value}</p>', elem_classes=way)
    return empty
