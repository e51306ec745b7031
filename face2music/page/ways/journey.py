"""From mood to mood: along a line that is drawn, or step by step."""

from dataclasses import dataclass

import gradio as gr

from face2music import assets
from face2music.errors import PictureError
from face2music.page.backend import Backend
from face2music.page.handlers import picture_in
from face2music.page.route import Route
from face2music.page.said import HINT, said
from face2music.page.texts import I18N, Texts

TEXTS = ("camera", "emotions", "plane", "route", "signs")


@dataclass(frozen=True)
class Journey:
    """The components of this way."""

    route: Route
    button: gr.Button

    @classmethod
    def lay(cls, backend: Backend) -> "Journey":
        """Put them into the column that is open."""

        def shares_in(url: str) -> dict[str, float]:
            picture = picture_in(url)
            if picture is None:
                raise PictureError("The picture did not arrive whole; take or choose it again.")
            return dict(backend.read_faces(picture).chosen(1).emotion)

        texts = Texts()
        words = {key: text for group in TEXTS for key, text in texts[group].items()}
        route = Route(shares_in, assets.read_json("journeys.json"), texts=words, elem_id="route")
        button = gr.Button(
            I18N("compose_journey"), variant="primary", size="lg", elem_id="compose-journey", elem_classes="compose"
        )
        said(I18N("privacy_journey"), HINT)
        return cls(route, button)
