"""Words on the page, and the button of a way."""

from typing import Any

import gradio as gr

from face2music.page.texts import I18N

HINT = '<p class="quiet small">${value}</p>'


def said(value: Any, template: str = "${value}", **settings: Any) -> gr.HTML:
    """HTML that answers to no event; what the template names besides the value is among the settings."""
    return gr.HTML(value, html_template=template, js_on_load=None, **settings)


def compose_button(text: str, elem_id: str) -> gr.Button:
    """The one button of a way to a song."""
    return gr.Button(I18N(text), variant="primary", size="lg", elem_id=elem_id, elem_classes="compose")
