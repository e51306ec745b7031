"""What each output shows of a song."""

from collections.abc import Mapping
from typing import Any

import gradio as gr

from face2music.page import wishes
from face2music.page.backend import Backend
from face2music.page.files import KINDS, file_of
from face2music.page.films import CLIP, Films
from face2music.page.films import KINDS as FILM_KINDS
from face2music.page.handlers import seen_in
from face2music.page.parts import Given, Shown
from face2music.page.plane import Plane
from face2music.page.player import Player
from face2music.page.portrait import portrait
from face2music.page.result.facts import entry, facts
from face2music.page.result.headline import headline
from face2music.page.result.reasons import reasons
from face2music.page.result.words import roll
from face2music.page.shelf import Shelf
from face2music.page.texts import I18N, Texts
from face2music.pipeline import ALL_FACES, Song

LONG_S = 120.0  # what lasts longer travels as FLAC, half as large
Updates = dict[Any, Any]


class Showing:
    """The updates of the outputs."""

    def __init__(self, backend: Backend, given: Given, shown: Shown, films: Films) -> None:
        self._backend, self._given, self._shown, self._films = backend, given, shown, films

    def song(self, song: Song, texts: Texts) -> Updates:
        """What every song changes."""
        shown, kinds = self._shown, [kind for kind in KINDS if kind in song.kinds]
        path = Shelf(shown.player).put(*file_of(song, "flac" if song.duration_s > LONG_S else "wav")) if "wav" in kinds else None
        moves = song.curve is not None and song.curve.moves
        return {
            shown.headline: headline(song, texts),
            shown.empty: gr.Column(visible=False),
            shown.song: gr.Column(elem_classes=[]),
            shown.player: Player.show(roll(song, texts), path, song.link),
            shown.why: reasons(song, texts) + facts(song, texts),
            shown.heard: "",
            shown.listen: gr.Button(visible=self._backend.judge is not None and path is not None),
            shown.keep: self._kept(song, kinds, texts),
            shown.hint: I18N("correct_moving" if moves else "correct_hint"),
            shown.history: entry(song, texts),
            shown.link: song.link,
            self._given.panel.seed: str(song.seed),
        }

    def _kept(self, song: Song, kinds: list[str], texts: Texts) -> dict[str, Any]:
        """What can be taken home: of a film also its curve and, where there is what joins them, the clip with its music."""
        watched = self._films.of(song.link)
        if watched is None:
            return {"link": song.link, "kinds": kinds}
        obstacle = self._backend.joining()
        more = [*FILM_KINDS, *([] if obstacle or song.audio is None else [CLIP])]
        return {
            "link": song.link,
            "kinds": [*more, *kinds],
            "film": watched.number,
            "note": obstacle and texts.sentence(obstacle),
        }

    def of_face(self, song: Song, texts: Texts) -> Updates:
        """A song that was made of a picture."""
        shown = self._shown
        return {
            **self.song(song, texts),
            **self.mood(song, song.emotion),
            shown.portrait: portrait(song, texts),
            shown.seen: seen_in(song),
            shown.look: gr.Button(visible=song.face != ALL_FACES),
            shown.looked: "",
        }

    def without_face(self, song: Song, texts: Texts) -> Updates:
        """A song that was made without a picture, or whose picture is not known any more."""
        shown = self._shown
        faceless: Updates = {shown.portrait: "", shown.seen: None, shown.look: gr.Button(visible=False), shown.looked: ""}
        return self.song(song, texts) | faceless | self.mood(song, {})

    def again(self, song: Song, texts: Texts) -> Updates:
        """A song that was opened again, and its wishes."""
        return self.without_face(song, texts) | wishes.filled(self._given.panel, song.settings)

    def mood(self, song: Song, read: Mapping[str, float] | None = None) -> Updates:
        """The bars and the point; `read` is what a face showed."""
        shares = gr.HTML(value=dict(song.emotion)) if read is None else gr.HTML(value=dict(song.emotion), read=dict(read))
        return {self._shown.shares: shares, **self.point(song)}

    def point(self, song: Song) -> Updates:
        """The point on the plane, and the way that a mood takes which moves."""
        frames = song.curve.frames if song.curve is not None else ()
        path = [{"valence": frame.mood.valence, "arousal": frame.mood.arousal} for frame in frames]
        return {self._shown.plane: Plane.show(song.mood.valence, song.mood.arousal, path=path)}
