"""The films of this hour: the emotions of a clip by the links of the songs that were made of it, so that each can be made again.

Nothing of a picture is kept, only what was read in it.
"""

import dataclasses
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from face2music.bundle import file_name, song_name
from face2music.errors import RequestError
from face2music.page.backend import Backend
from face2music.page.shelf import Shelf
from face2music.pipeline import EmotionCurve, Film, Song, Wishes, decode_link, ending_of
from face2music.pipeline.recent import Recent

# Files of a film besides those of its song; the clip with its music is made of a clip that is uploaded again.
KINDS, CLIP = ("csv", "png"), "clip"
_MOST, _KEEP_S = 64, 3600.0


@dataclass(frozen=True)
class Watched:
    """What was read in a clip, and a name by which the browser finds the clip again."""

    name: str
    curve: EmotionCurve
    number: str = field(default_factory=lambda: uuid.uuid4().hex)


class Films:
    """Films that were watched, and their songs."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._watched: Recent[Watched] = Recent(_MOST, _MOST, _KEEP_S)

    def of(self, link: str) -> Watched | None:
        """The film of a song, if it is one and not yet forgotten."""
        return self._watched.get(link) if isinstance(link, str) else None

    def compose(self, watched: Watched, seed: int | None, wishes: Wishes) -> Song:
        """A song for a film, as long as its clip."""
        song = self._backend.compose_curve(watched.curve, seed=seed, wishes=dataclasses.replace(wishes, bars=None))
        self._watched.put(song.link, watched, 1)
        return song

    def again(self, link: str) -> Song:
        """The song of a link, which is that of a film or any other."""
        watched = self.of(link)
        if watched is None:
            return self._backend.open_link(link)
        was = decode_link(link)
        return self.compose(watched, was.seed, was.wishes)

    def file(self, song: Song, kind: str) -> tuple[str, bytes]:
        """The curve of a film as a table or a picture: the file's name and content."""
        film = self._film(song)
        return file_name(_stem(song), kind, "curve"), film.csv() if kind == "csv" else film.png()

    def join(self, song: Song, clip: Path, shelf: Shelf) -> Path:
        """Write the clip with its music; refusals as in `Film.save_clip`."""
        film = dataclasses.replace(self._film(song), clip=clip)
        target = shelf.place(file_name(_stem(song), ending_of(clip).removeprefix("."), "film"))
        film.save_clip(target)
        return target

    def _film(self, song: Song) -> Film:
        watched = self.of(song.link)
        if watched is None:
            raise RequestError("The film of this song is forgotten after an hour; compose its music again.")
        return Film(Path(watched.name), watched.curve, song)


def _stem(song: Song) -> str:
    return song_name(song.strongest, song.seed)
