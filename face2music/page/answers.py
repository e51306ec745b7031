"""What the page answers to each event: which song is asked for, and what each output then shows of it."""

from collections.abc import Mapping
from typing import Any

import gradio as gr

from face2music.page import wishes
from face2music.page.backend import Backend
from face2music.page.files import KINDS, file_of
from face2music.page.handlers import Seen, picture_in, seen_in, told
from face2music.page.parts import Given, Shown
from face2music.page.plane import Plane
from face2music.page.player import Player
from face2music.page.portrait import attention, portrait
from face2music.page.result.facts import entry, facts
from face2music.page.result.headline import headline
from face2music.page.result.heard import heard
from face2music.page.result.reasons import reasons
from face2music.page.result.sheet import sheet
from face2music.page.shelf import Shelf, address
from face2music.page.songs import Songs
from face2music.page.texts import Texts, texts_of
from face2music.pipeline import ALL_FACES, Settings, Song, decode_link, shares_at

Updates = dict[Any, Any]


class Answers:
    """The functions behind the events; each takes the visitor's request, what happened, and the values of the inputs."""

    def __init__(self, backend: Backend, given: Given, shown: Shown, songs: Songs) -> None:
        self._backend, self._given, self._shown, self._songs = backend, given, shown, songs

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
        return self._song(song, texts) | self._no_face() | self._mood(song, {})

    def again(self, request: gr.Request, link: str, *panel: Any) -> Updates:
        """Another song of the same emotions, or the same curve of them: with a new seed, even where one is kept."""
        texts = texts_of(request)
        with told(texts):
            return self._song(self._compose(wishes.asked(*panel), None, **_felt(decode_link(link))), texts)

    def corrected(self, request: gr.Request, event: gr.EventData, link: str, *panel: Any) -> Updates:
        """The same song of shares that the visitor has set; the bars show them already."""
        texts = texts_of(request)
        with told(texts):
            song = self._same_seed(link, panel, emotion=getattr(event, "shares", None))
        return self._song(song, texts) | {self._shown.plane: _point(song)}

    def pointed(self, request: gr.Request, point: Mapping[str, float] | None, link: str, *panel: Any) -> Updates:
        """The same song of the mood that the visitor has pointed at, or the nearest that can be reached."""
        texts = texts_of(request)
        with told(texts):
            prior = decode_link(link).emotion
            shares = shares_at(point["valence"], point["arousal"], prior) if point else prior
            song = self._same_seed(link, panel, emotion=shares)
        return self._song(song, texts) | self._mood(song)

    def wished(self, request: gr.Request, link: str, *panel: Any) -> Any:
        """The same song with the wishes as they are now; nothing before the first song, or where they are as they were."""
        if not link:
            return gr.skip()
        texts, asked, was = texts_of(request), wishes.asked(*panel), decode_link(link)
        if (asked.duration_s, asked.wishes) == (was.duration_s, was.wishes) and asked.seed in (None, was.seed):
            return gr.skip()
        with told(texts):
            return self._song(self._same_seed(link, panel, **_felt(was)), texts)

    def opened(self, request: gr.Request, event: gr.EventData) -> Updates:
        """A song of this visit again."""
        return self._of_link(texts_of(request), getattr(event, "link", ""))

    def arrived(self, request: gr.Request) -> Any:
        """The song of the link by which the visitor came, if it was one."""
        link = request.query_params.get("song")
        return self._of_link(texts_of(request), link) if link else gr.skip()

    @property
    def _worded(self) -> dict[Any, tuple[str, ...]]:
        """The components of ours, and the groups of texts that each needs."""
        shown, given = self._shown, self._given
        return {
            given.camera: ("camera",),
            given.starters: ("starters", "emotions"),
            shown.player: ("player", "emotions", "sections"),
            shown.plane: ("plane", "emotions"),
            shown.shares: ("emotions",),
            shown.tabs: ("tabs",),
            shown.keep: ("keep",),
            shown.history: ("history",),
        }

    @property
    def greeting(self) -> list[Any]:
        """The outputs of `greeted`."""
        panel = self._given.panel
        return [*self._worded, panel.style, panel.key, panel.mode]

    def greeted(self, request: gr.Request) -> Updates:
        """The words that Gradio does not translate by itself."""
        texts = texts_of(request)
        words = {
            component: gr.HTML(texts={key: text for group in groups for key, text in texts[group].items()})
            for component, groups in self._worded.items()
        }
        return words | wishes.translated(self._given.panel, self._backend.styles, texts)

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
        shown, read = self._shown, song.face
        return {
            **self._song(song, texts),
            **self._mood(song, song.emotion),
            shown.portrait: portrait(song, texts),
            shown.seen: seen_in(song),
            shown.look: gr.Button(visible=read != ALL_FACES),
            shown.looked: "",
        }

    def _of_link(self, texts: Texts, link: str) -> Updates:
        with told(texts):
            song = self._songs.of(link)
        panel = wishes.filled(self._given.panel, song.settings)
        return self._song(song, texts) | self._no_face() | self._mood(song, {}) | panel

    def _compose(self, asked: wishes.Asked, seed: int | None, **source: Any) -> Song:
        song = self._backend.compose(**source, seed=seed, duration_s=asked.duration_s, wishes=asked.wishes)
        return self._songs.keep(song)

    def _same_seed(self, link: str, panel: tuple[Any, ...], **felt: Any) -> Song:
        asked = wishes.asked(*panel)
        return self._compose(asked, decode_link(link).seed if asked.seed is None else asked.seed, **felt)

    def _no_face(self) -> Updates:
        shown = self._shown
        return {shown.portrait: "", shown.seen: None, shown.look: gr.Button(visible=False), shown.looked: ""}

    def _mood(self, song: Song, read: Mapping[str, float] | None = None) -> Updates:
        shares = gr.HTML(value=dict(song.emotion)) if read is None else gr.HTML(value=dict(song.emotion), read=dict(read))
        return {self._shown.shares: shares, self._shown.plane: _point(song)}

    def _song(self, song: Song, texts: Texts) -> Updates:
        """What every song changes."""
        shown, kinds = self._shown, [kind for kind in KINDS if kind in song.kinds]
        path = Shelf(shown.player).put(*file_of(song, "wav")) if "wav" in kinds else None
        return {
            shown.headline: headline(song, texts),
            shown.empty: gr.HTML(visible=False),
            shown.song: gr.Column(elem_classes=[]),
            shown.player: Player.show(song.roll(), path, song.link),
            shown.why: reasons(song, texts) + facts(song, texts),
            shown.heard: "",
            shown.listen: gr.Button(visible=self._backend.judge is not None and path is not None),
            shown.keep: {"link": song.link, "kinds": kinds},
            shown.history: entry(song, texts),
            shown.link: song.link,
            self._given.panel.seed: str(song.seed),
        }


def _felt(settings: Settings) -> dict[str, Any]:
    """The emotions of a song, and how they move where it is a journey."""
    return {"emotion": settings.emotion} | ({} if settings.curve is None else {"curve": settings.curve})


def _point(song: Song) -> dict[str, Any]:
    return Plane.show(song.mood.valence, song.mood.arousal)
