"""What the page answers where music is made live: it begins, it becomes a song, and it is let go of."""

from dataclasses import replace
from typing import Any

import gradio as gr

from face2music.errors import Face2MusicError
from face2music.page import wishes
from face2music.page.backend import Backend
from face2music.page.handlers import told
from face2music.page.showing import Showing, Updates
from face2music.page.songs import Songs
from face2music.page.stage import Stage
from face2music.page.texts import texts_of
from face2music.pipeline import Rooms


class Performances:
    """Functions behind events, as `Answers` has them; each visitor has music of their own, by the session of their page."""

    def __init__(self, backend: Backend, rooms: Rooms, showing: Showing, songs: Songs) -> None:
        self._backend, self._rooms, self._showing, self._songs = backend, rooms, showing, songs

    def begun(self, request: gr.Request, *panel: Any) -> dict[str, Any]:
        """Begin music as it is wished for, or say why there can be none."""
        asked, texts = wishes.asked(*panel), texts_of(request)
        try:
            self._rooms.enter(_key(request), lambda: self._backend.live(seed=asked.seed, wishes=replace(asked.wishes, bars=None)))
        except Face2MusicError as refusal:
            return Stage.refuse(f"{texts.kind(refusal)}. {texts.sentence(str(refusal))}")
        return Stage.begin(_key(request))

    def taken(self, request: gr.Request) -> Updates:
        """The song of what was played, which ends it."""
        texts, key = texts_of(request), _key(request)
        with told(texts):
            live = self._rooms.take(key)
            try:
                song = live.song()
            finally:
                live.close()
        return self._showing.without_face(self._songs.keep(song), texts)

    def left(self, request: gr.Request) -> None:
        """The visitor has closed the page."""
        self._rooms.leave(_key(request))


def _key(request: gr.Request) -> str:
    return str(request.session_hash)
