"""The words that Gradio does not translate by itself, in the visitor's language."""

from collections.abc import Sequence
from typing import Any

from face2music.page import wishes
from face2music.page.parts import Given, Shown
from face2music.page.texts import Texts
from face2music.page.ways import Journey, Live, Photo, Video
from face2music.page.ways.journey import TEXTS as JOURNEY_TEXTS
from face2music.page.ways.live import TEXTS as LIVE_TEXTS


class Greeting:
    """Says what the components of our own are worded with."""

    def __init__(self, given: Given, shown: Shown, styles: Sequence[str]) -> None:
        self._panel, self._styles = given.panel, styles
        # The components, and the groups of texts that each needs.
        self._worded: dict[Any, tuple[str, ...]] = {
            given.ways.switch: ("ways",),
            given.ways[Photo].camera: ("camera",),
            given.ways[Photo].starters: ("starters", "emotions"),
            given.ways[Journey].route: JOURNEY_TEXTS,
            given.ways[Video].clip: ("clip",),
            shown.headline: ("busy",),
            shown.heard: ("busy", "hearing"),
            given.ways[Live].stage: LIVE_TEXTS,
            shown.player: ("player", "emotions", "sections", "instruments", "signs"),
            shown.plane: ("plane", "emotions", "signs"),
            shown.shares: ("emotions",),
            shown.tabs: ("tabs",),
            shown.keep: ("keep",),
            shown.history: ("history",),
            shown.arrival: ("arrival",),
        }

    def words(self, texts: Texts) -> dict[Any, dict[str, Any]]:
        """What the components are given in a language."""
        words = {
            component: {"texts": {key: text for group in groups for key, text in texts[group].items()}}
            for component, groups in self._worded.items()
        }
        return words | wishes.translated(self._panel, self._styles, texts)
