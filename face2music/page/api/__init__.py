"""The endpoints for other programs; with gradio's `mcp` extra they are tools for agents too."""

import gradio as gr

from face2music.page.api.fields import Fields
from face2music.page.api.journey import publish_journey
from face2music.page.api.song import publish_song
from face2music.page.api.video import publish_video
from face2music.page.backend import Backend
from face2music.page.films import Films
from face2music.page.wishes import Panel

__all__ = ["publish"]


def publish(backend: Backend, films: Films, panel: Panel) -> None:
    """Add /compose, /emotion, /journey and /video to the page that is open."""
    with gr.Column(visible=False):
        fields = Fields.lay(panel)
        publish_song(backend, fields)
        publish_journey(backend, fields)
        publish_video(backend, films, fields)
