"""The ways to a song, of which one is open at a time: what a visitor gives in each.

A way is a module here with a class of its components, whose `lay` puts them into the column that is open. To add one: its class
in `WAYS`, its name among the texts of `ways`, what the empty page says of it (`empty_<name>`), and its events in `events.py`.
"""

from typing import Any, TypeVar

import gradio as gr

from face2music.page.backend import Backend
from face2music.page.texts import Texts
from face2music.page.ways.journey import Journey
from face2music.page.ways.live import Live
from face2music.page.ways.photo import Photo
from face2music.page.ways.video import Video
from face2music.page.widget import Widget

__all__ = ["WAYS", "Journey", "Live", "Photo", "Video", "Ways"]

WAYS: dict[str, Any] = {"photo": Photo, "journey": Journey, "video": Video, "live": Live}
_Way = TypeVar("_Way")


class Ways:
    """The switch, and the ways by their classes: `ways[Photo]`."""

    def __init__(self, backend: Backend) -> None:
        """Put the switch and all ways into the column that is open; the first is the one that a visitor sees."""
        first = next(iter(WAYS))
        self.switch = Widget("tabs", [*WAYS], texts=Texts()["ways"], elem_id="ways", elem_classes=["tabs", "switch"])
        self._laid: dict[type, Any] = {}
        for name, way in WAYS.items():
            with gr.Column(elem_id=f"panel-{name}", elem_classes=["panel"] if name == first else ["panel", "later"]):
                self._laid[way] = way.lay(backend)

    def __getitem__(self, way: type[_Way]) -> _Way:
        return self._laid[way]
