"""Components of our own: a folder each, with a script that builds the component and a sheet that styles it.

A script runs once, when the component is put on the page. Gradio gives it `element`, `props` (the value and what else was given
to `widget`), `watch(name, callback)` for what the server changes later, and `trigger(event, data)`.
"""

from pathlib import Path
from typing import Any

import gradio as gr

WIDGETS = ("camera", "starters", "tabs", "portrait", "shares", "keep", "history")
_FOLDER = Path(__file__).parent


def widget(name: str, value: Any = None, **settings: Any) -> gr.HTML:
    """The component whose script is `name/name.js`; settings that `gr.HTML` does not know become its `props`."""
    script = (_FOLDER / name / f"{name}.js").read_text(encoding="utf-8")
    # The frame never changes, so that Gradio never rebuilds what the script has put into it.
    return gr.HTML(value, html_template="<div></div>", js_on_load=script, apply_default_css=False, **settings)
