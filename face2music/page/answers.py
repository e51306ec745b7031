"""What the page answers to each event: which song is asked for, and what is said of it."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from face2music.page import wishes
from face2music.page.backend import Backend
from face2music.page.files import file_of
from face2music.page.films import KINDS as FILM_KINDS
from face2music.page.films import Films, Watched
from face2music.page.handlers import Seen, picture_in, steps_in, told
from face2music.page.parts import Given, Shown
from face2music.page.portrait import attention
from face2music.page.result.heard import heard
from face2music.page.result.sheet import sheet
from face2music.page.result.words import worded
from face2music.page.shelf import Shelf, address
from face2music.page.showing import Showing, Updates
from face2music.page.songs import Songs
from face2music.page.texts import Texts, texts_of
from face2music.page.uploads import clip_of
from face2music.page.ways import Video
from face2music.pipeline import DURATION_RANGE_S, Settings, Song, decode_link, point_beyond, shares_at


class Answers:
    """The functions behind the events; each takes the visitor's request, what happened, and the values of the inputs."""

    def __init__(self, backend: Backend, given: Given, shown: Shown, showing: Showing, songs: Songs, films: Films) -> None:
        self._backend, self._given, self._shown, self._songs, self._films = backend, given, shown, songs, films
        self._showing = showing

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
                steps_in(getattr(event, "steps", None)),
                bars=getattr(event, "bars", None),
                seed=asked.seed,
                duration_s=getattr(event, "seconds", None),
                wishes=replace(asked.wishes, bars=None),
            )
        return self._showing.without_face(self._songs.keep(song), texts)

    def from_clip(
        self,
        request: gr.Request,
        event: gr.EventData,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 (by which Gradio knows it)
        *panel: Any,
    ) -> Updates:
        """The music of a clip, which is deleted as soon as it was watched."""
        texts, asked = texts_of(request), wishes.asked(*panel)
        clip = self._given.ways[Video].clip

        def show(read_s: float, all_s: float) -> None:
            progress(min(1.0, read_s / all_s) if all_s else None, desc=texts("clip", "clip_watching", seconds=round(read_s)))

        with told(texts):
            with clip_of(getattr(event, "path", None), Path(clip.GRADIO_CACHE)) as path:
                watched = Watched(path.name, self._backend.read_video(path, progress=show))
            song = self._songs.keep(self._films.compose(watched, asked.seed, asked.wishes))
        return self._showing.without_face(song, texts) | {clip: gr.HTML(film=watched.number, upload=event.path)}

    def joined(self, request: gr.Request, event: gr.EventData) -> Updates:
        """The clip, uploaded once more, with its music."""
        texts, clip = texts_of(request), self._given.ways[Video].clip
        with told(texts), clip_of(getattr(event, "path", None), Path(clip.GRADIO_CACHE)) as path:
            song = self._songs.of(getattr(event, "link", ""))
            made = self._films.join(song, path, Shelf(clip))
        return {clip: gr.HTML(made={"url": address(made), "name": made.name})}

    def again(self, request: gr.Request, link: str, *panel: Any) -> Updates:
        """Another song of the same emotions, or the same curve of them: with a new seed, even where one is kept."""
        texts = texts_of(request)
        with told(texts):
            was = decode_link(link)
            return self._showing.song(self._moving(link, _as_long(wishes.asked(*panel), was), None), texts)

    def corrected(self, request: gr.Request, event: gr.EventData, link: str, *panel: Any) -> Updates:
        """The same song of shares that the visitor has set; the bars show them already."""
        texts = texts_of(request)
        with told(texts):
            song = self._same_seed(decode_link(link), wishes.asked(*panel), emotion=getattr(event, "shares", None))
        return self._showing.song(song, texts) | self._showing.point(song)

    def pointed(self, request: gr.Request, point: Mapping[str, float] | None, link: str, *panel: Any) -> Updates:
        """The same song of the mood that the visitor has pointed at: of shares, or beside them a mood that lies beyond."""
        texts = texts_of(request)
        with told(texts):
            was = decode_link(link)
            felt = _pointed(point, was.emotion) if point else {"emotion": was.emotion}
            song = self._same_seed(was, wishes.asked(*panel), **felt)
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
            return self._showing.song(self._moving(link, asked, was.seed if asked.seed is None else asked.seed), texts)

    def opened(self, request: gr.Request, event: gr.EventData) -> Updates:
        """A song of this visit again, or that of a link by which the visitor came."""
        texts = texts_of(request)
        with told(texts):
            song = self._songs.of(getattr(event, "link", ""))
        return self._showing.again(song, texts)

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

    def turned(self, request: gr.Request, event: gr.EventData, link: str, width_px: float) -> str:
        """The staff notation, if its tab was opened; the judge is loaded while the reasons are read, at whose end it is asked."""
        if getattr(event, "name", "") == "why":
            threading.Thread(target=self._backend.load_judge, daemon=True).start()
        return self.engraved(request, link, width_px)

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
            song = self._songs.of(link)
            name, data = self._films.file(song, kind) if kind in FILM_KINDS else file_of(worded(song, texts), kind)
        made = Shelf(self._shown.keep).put(name, data)
        return {self._shown.keep: gr.HTML(made={"url": address(made), "name": name})}

    def _of_face(self, texts: Texts, picture: str, face: Any, asked: wishes.Asked, link: str | None) -> Updates:
        with told(texts):
            seed = decode_link(link).seed if link else asked.seed
            song = self._compose(asked, seed, picture=picture_in(picture), face=face)
        return self._showing.of_face(song, texts)

    def _compose(self, asked: wishes.Asked, seed: int | None, **source: Any) -> Song:
        song = self._backend.compose(**source, seed=seed, duration_s=asked.duration_s, wishes=asked.wishes)
        return self._songs.keep(song)

    def _moving(self, link: str, asked: wishes.Asked, seed: int | None) -> Song:
        """A song of the same emotions, that move as they did; a film's is as long as its clip."""
        watched, was = self._films.of(link), decode_link(link)
        if watched is not None:
            return self._songs.keep(self._films.compose(watched, seed, asked.wishes))
        moves = {} if was.curve is None else {"curve": was.curve}
        return self._compose(asked, seed, emotion=was.emotion, **moves)

    def _same_seed(self, was: Settings, asked: wishes.Asked, **felt: Any) -> Song:
        return self._compose(asked, was.seed if asked.seed is None else asked.seed, **felt)


def _pointed(point: Mapping[str, float], prior: Mapping[str, float]) -> dict[str, Any]:
    """What to compose a song of a point from, whose shares are those nearest to what was felt before."""
    at = point["valence"], point["arousal"]
    shares = shares_at(*at, prior)
    curve = point_beyond(at, shares)
    return {"emotion": shares} if curve is None else {"emotion": shares, "curve": curve}


def _as_long(asked: wishes.Asked, was: Settings) -> wishes.Asked:
    """What is asked for, but as long as the song was where its mood moves: the panel has no say in that."""
    if was.curve is None or (was.curve.beyond and not was.curve.moves):
        return asked
    longest_s = DURATION_RANGE_S[1] if not was.curve.moves else was.duration_s
    return replace(asked, duration_s=min(was.duration_s, longest_s), wishes=replace(asked.wishes, bars=was.wishes.bars))
