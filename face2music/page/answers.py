"""What the page answers to each event: which song is asked for, and what is said of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import gradio as gr

from face2music.page import wishes
from face2music.page.backend import Backend
from face2music.page.files import file_of
from face2music.page.handlers import Seen, picture_in, told
from face2music.page.parts import Shown
from face2music.page.portrait import attention
from face2music.page.result.heard import heard
from face2music.page.result.sheet import sheet
from face2music.page.shelf import Shelf, address
from face2music.page.showing import Showing, Updates
from face2music.page.songs import Songs
from face2music.page.texts import Texts, texts_of
from face2music.pipeline import DURATION_RANGE_S, Settings, Song, decode_link, shares_at


class Answers:
    """The functions behind the events; each takes the visitor's request, what happened, and the values of the inputs."""

    def __init__(self, backend: Backend, shown: Shown, showing: Showing, songs: Songs) -> None:
        self._backend, self._shown, self._showing, self._songs = backend, shown, showing, songs

    def from_picture(self, request: gr.Request, picture: str, *panel: Any) -> Updates:
        """A song of the picture's largest face."""
        return self._of_face(texts_of(request), picture, 1, wishes.asked(*panel), None)

    def from_face(self, request: gr.Request, event: gr.EventData, picture: str, link: str, *panel: Any) -> Updates:
        """The same song of another face, or of all of them."""
        face = getattr(event, "face", None)
        number = int(face) if isinstance(face, str) and face.isdecimal() else face
        return self._of_face(texts_of(request), picture, number, wishes.asked(*panel), link)

    def from_emotion(self, request: gr.Request, event: gr.EventData, *panel: Any) -> Updates:
        """A song of an emotion, without a picture."""
        texts, asked = texts_of(request), wishes.asked(*panel)
        with told(texts):
            song = self._compose(asked, asked.seed, emotion=getattr(event, "emotion", None))
        return self._showing.without_face(song, texts)

    def from_steps(self, request: gr.Request, event: gr.EventData, *panel: Any) -> Updates:
        """A song that moves from mood to mood; it is as long as the steps say, not as the panel does."""
        texts, asked = texts_of(request), wishes.asked(*panel)
        with told(texts):
            song = self._backend.compose_journey(
                getattr(event, "steps", None),
                bars=getattr(event, "bars", None),
                seed=asked.seed,
                duration_s=getattr(event, "seconds", None),
                wishes=replace(asked.wishes, bars=None),
            )
        return self._showing.without_face(self._songs.keep(song), texts)

    def again(self, request: gr.Request, link: str, *panel: Any) -> Updates:
        """Another song of the same emotions, or the same curve of them: with a new seed, even where one is kept."""
        texts = texts_of(request)
        with told(texts):
            was = decode_link(link)
            return self._showing.song(self._compose(_as_long(wishes.asked(*panel), was), None, **_felt(was)), texts)

    def corrected(self, request: gr.Request, event: gr.EventData, link: str, *panel: Any) -> Updates:
        """The same song of shares that the visitor has set; the bars show them already."""
        texts = texts_of(request)
        with told(texts):
            song = self._same_seed(decode_link(link), wishes.asked(*panel), emotion=getattr(event, "shares", None))
        return self._showing.song(song, texts) | self._showing.point(song)

    def pointed(self, request: gr.Request, point: Mapping[str, float] | None, link: str, *panel: Any) -> Updates:
        """The same song of the mood that the visitor has pointed at, or the nearest that can be reached."""
        texts = texts_of(request)
        with told(texts):
            was = decode_link(link)
            shares = shares_at(point["valence"], point["arousal"], was.emotion) if point else was.emotion
            song = self._same_seed(was, wishes.asked(*panel), emotion=shares)
        return self._showing.song(song, texts) | self._showing.mood(song)

    def wished(self, request: gr.Request, link: str, *panel: Any) -> Any:
        """The same song with the wishes as they are now; nothing before the first song, or where they are as they were."""
        if not link:
            return gr.skip()
        texts, was = texts_of(request), decode_link(link)
        asked = _as_long(wishes.asked(*panel), was)
        if (asked.duration_s, asked.wishes) == (was.duration_s, was.wishes) and asked.seed in (None, was.seed):
            return gr.skip()
        with told(texts):
            return self._showing.song(self._same_seed(was, asked, **_felt(was)), texts)

    def opened(self, request: gr.Request, event: gr.EventData) -> Updates:
        """A song of this visit again."""
        return self._of_link(texts_of(request), getattr(event, "link", ""))

    def arrived(self, request: gr.Request) -> Any:
        """The link by which the visitor came, if it was one."""
        return request.query_params.get("song") or gr.skip()

    def followed(self, request: gr.Request, link: str) -> Updates:
        """The song of the link by which the visitor came."""
        return self._of_link(texts_of(request), link)

    def looked(self, request: gr.Request, seen: Seen | None) -> str:
        """Where in the crop the network saw the emotion."""
        texts = texts_of(request)
        if seen is None:
            raise gr.Error(texts("errors", "forgotten"), print_exception=False)
        with told(texts):
            return attention(seen.crop, self._backend.attention(seen.crop, seen.emotion), seen.emotion, texts)

    def engraved(self, request: gr.Request, link: str, width_px: float) -> str:
        """The staff notation, if there is a place for it; nothing while its tab is closed."""
        texts = texts_of(request)
        with told(texts):
            return sheet(self._songs.of(link), width_px, texts) if link and width_px > 0 else ""

    def listened(self, request: gr.Request, link: str) -> str:
        """Where the judge hears the finished sound."""
        texts = texts_of(request)
        with told(texts):
            song = self._songs.of(link)
            return heard(song.mood, self._backend.judge(song), texts) if self._backend.judge else ""

    def filed(self, request: gr.Request, event: gr.EventData, link: str) -> Updates:
        """A file of the song, made now."""
        texts, kind = texts_of(request), getattr(event, "kind", "")
        with told(texts):
            name, data = file_of(self._songs.of(link), kind)
        made = Shelf(self._shown.keep).put(name, data)
        return {self._shown.keep: gr.HTML(made={"url": address(made), "name": name})}

    def _of_face(self, texts: Texts, picture: str, face: Any, asked: wishes.Asked, link: str | None) -> Updates:
        with told(texts):
            seed = decode_link(link).seed if link else asked.seed
            song = self._compose(asked, seed, picture=picture_in(picture), face=face)
        return self._showing.of_face(song, texts)

    def _of_link(self, texts: Texts, link: str) -> Updates:
        with told(texts):
            song = self._songs.of(link)
        return self._showing.again(song, texts)

    def _compose(self, asked: wishes.Asked, seed: int | None, **source: Any) -> Song:
        song = self._backend.compose(**source, seed=seed, duration_s=asked.duration_s, wishes=asked.wishes)
        return self._songs.keep(song)

    def _same_seed(self, was: Settings, asked: wishes.Asked, **felt: Any) -> Song:
        return self._compose(asked, was.seed if asked.seed is None else asked.seed, **felt)


def _felt(settings: Settings) -> dict[str, Any]:
    """The emotions of a song, and how they move where it is a journey."""
    return {"emotion": settings.emotion} | ({} if settings.curve is None else {"curve": settings.curve})


def _as_long(asked: wishes.Asked, was: Settings) -> wishes.Asked:
    """What is asked for, but as long as the song was where its mood moves: the panel has no say in that."""
    if was.curve is None:
        return asked
    longest_s = DURATION_RANGE_S[1] if not was.curve.moves else was.duration_s
    return replace(asked, duration_s=min(was.duration_s, longest_s), wishes=replace(asked.wishes, bars=was.wishes.bars))
