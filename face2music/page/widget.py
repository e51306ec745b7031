"""The page's small components of our own: a folder each, with a script that builds the component and a sheet that styles it.

A script runs once, when the component is put on the page. Gradio gives it `element`, `props` (the value and what else was given
to the component), `watch(name, callback)` for what the server changes later, and `trigger(event, data)`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gradio as gr

from face2music.page.component import NoStub

WIDGETS = ("camera", "clip", "starters", "tabs", "portrait", "shares", "keep", "history")
_FOLDER = Path(__file__).parent
# Scripts that run before a widget's own, as one function with it.
_ASKS = ("asking.js",)
_BEFORE = {
    "camera": (*_ASKS, "camera/drops.js", "camera/picture.js"),
    "clip": (*_ASKS, "camera/drops.js"),
    "starters": _ASKS,
    "portrait": _ASKS,
    "shares": _ASKS,
    "history": _ASKS,
}


class Widget(gr.HTML, metaclass=NoStub):
    """The component whose script is `name/name.js`; settings that `gr.HTML` does not know become its `props`."""

    def __init__(self, name: str, value: Any = None, *, texts: Mapping[str, str] | None = None, **settings: Any) -> None:
        self.texts = dict(texts or {})
        super().__init__(
            value,
            # The frame never changes, so that Gradio never rebuilds what the script has put into it.
            html_template="<div></div>",
            js_on_load="\n".join(
                (_FOLDER / script).read_text(encoding="utf-8") for script in (*_BEFORE.get(name, ()), f"{name}/{name}.js")
            ),
            apply_default_css=False,
            texts=self.texts,
            **settings,
        )
