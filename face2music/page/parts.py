"""The page's components, laid out: what a visitor gives on one side, the song on the other."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.processing_utils import save_file_to_cache

from face2music.assets import FOLDER
from face2music.page.plane import Plane
from face2music.page.player import Player
from face2music.page.texts import I18N, Texts
from face2music.page.widget import Widget
from face2music.page.wishes import Panel, lay_panel
from face2music.pipeline import EMOTIONS

PANELS = ["emotion", "score", "why", "keep", "history"]
SEEN_S = 600  # how long the server remembers a crop of 48x48 pixels, to colour it

_EMPTY = '<div class="empty"><span aria-hidden="true">♪</span><h2>${value}</h2><p class="quiet">${label}</p></div>'
_HINT = '<p class="quiet small">${value}</p>'


@dataclass(frozen=True)
class Given:
    """The inputs."""

    camera: gr.HTML
    button: gr.Button
    starters: gr.HTML
    panel: Panel


@dataclass(frozen=True)
class Shown:
    """The outputs; `song` holds what there is only with a song, in place of `empty`."""

    headline: gr.HTML
    empty: gr.HTML
    song: gr.Column
    player: Player
    again: gr.Button
    portrait: gr.HTML
    seen: gr.State
    look: gr.Button
    looked: gr.HTML
    shares: gr.HTML
    plane: Plane
    tabs: gr.HTML
    sheet: gr.HTML
    width: gr.Number
    why: gr.HTML
    listen: gr.Button
    heard: gr.HTML
    keep: gr.HTML
    history: gr.HTML
    link: gr.State

    @property
    def all(self) -> list[Any]:
        """Every output."""
        return [getattr(self, field.name) for field in fields(self)]


def lay_given(styles: Iterable[str]) -> Given:
    """Put the inputs into the column that is open."""
    texts = Texts()
    camera = Widget("camera", "", texts=texts["camera"], elem_id="camera")
    button = gr.Button(I18N("compose"), variant="primary", size="lg", elem_id="compose")
    said(I18N("privacy"), _HINT)
    with gr.Accordion(I18N("starters"), open=False, elem_id="more"):
        words = {**texts["starters"], **texts["emotions"]}
        starters = Widget("starters", None, texts=words, elem_id="starters")
        starters.value = {"pictures": [_example(path, starters) for path in _examples()], "emotions": list(EMOTIONS)}
    return Given(camera, button, starters, lay_panel(styles))


def lay_shown(stems: Any, judged: bool) -> Shown:
    """Put the outputs into the column that is open; `judged` is whether there is somebody to hear the finished sound."""
    texts = Texts()
    headline = Widget("live", "", elem_id="headline")
    empty = said(I18N("empty"), _EMPTY, label=I18N("empty_hint"))
    # Hidden by the style sheet, not absent: Gradio would lose the texts of what is not on the page yet.
    with gr.Column(elem_id="song", elem_classes="unsung") as song:
        player = Player(stems=stems, elem_id="player")
        again = gr.Button(I18N("again"), size="md", elem_id="again")
        tabs = Widget("tabs", PANELS, texts=texts["tabs"], elem_id="tabs")
        with _panel("emotion"):
            portrait = Widget("portrait", "", elem_id="portrait")
            look = gr.Button(I18N("look"), size="sm", visible=False, elem_id="look")
            looked = said("", elem_id="looked")
            said(I18N("correct_hint"), _HINT)
            with gr.Row(elem_id="correct"):
                shares = Widget("shares", None, texts=texts["emotions"], read={}, elem_id="shares", min_width=260)
                plane = Plane(elem_id="plane", min_width=260)
        with _panel("score"):
            sheet = said("", elem_id="sheet")
            width = gr.Number(0, visible=False)
        with _panel("why"):
            why = said("", elem_id="why")
            listen = gr.Button(I18N("listen"), size="md", visible=judged, elem_id="listen")
            said(I18N("listen_hint"), _HINT, visible=judged)
            heard = said("", elem_id="heard")
        with _panel("keep"):
            keep = Widget("keep", None, texts=texts["keep"], made={}, elem_id="keep")
        with _panel("history"):
            history = Widget("history", None, texts=texts["history"], elem_id="history")
    seen, link = gr.State(time_to_live=SEEN_S), gr.State("")
    laid = locals()
    return Shown(**{field.name: laid[field.name] for field in fields(Shown)})


def _panel(name: str) -> gr.Column:
    return gr.Column(elem_id=f"panel-{name}", elem_classes="panel")


def said(value: Any, template: str = "${value}", **settings: Any) -> gr.HTML:
    """HTML that answers to no event."""
    return gr.HTML(value, html_template=template, js_on_load=None, **settings)


def _examples() -> list[Path]:
    return sorted((FOLDER / "examples").glob("*.jpg"))


def _example(path: Path, owner: gr.HTML) -> dict[str, str]:
    cached = save_file_to_cache(path, owner.GRADIO_CACHE)
    owner.keep_in_cache.add(cached)
    return {"name": path.stem, "url": f"gradio_api/file={cached}"}
