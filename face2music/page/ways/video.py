"""A clip of a face."""

from dataclasses import dataclass

import gradio as gr

from face2music.page.backend import Backend
from face2music.page.said import HINT, compose_button, said
from face2music.page.texts import I18N, Texts
from face2music.page.widget import Widget
from face2music.pipeline import MAX_CLIP_S

MOST_CLIP_BYTES = 200_000_000


@dataclass(frozen=True)
class Video:
    """The components of this way."""

    clip: gr.HTML
    button: gr.Button

    @classmethod
    def lay(cls, _: Backend) -> "Video":
        """Put them into the column that is open."""
        most = {"bytes": MOST_CLIP_BYTES, "seconds": MAX_CLIP_S}
        clip = Widget("clip", texts=Texts()["clip"], most=most, film="", upload="", made={}, elem_id="clip")
        button = compose_button("compose_video", "compose-video")
        said(I18N("privacy_video"), HINT)
        return cls(clip, button)
