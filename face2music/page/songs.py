"""The songs of the last minutes by their links: what is asked of a song again need not compose it again.

A link is all that a visitor's session holds of a song. Who asks for a file, the score or a comparison hands it back; a song that
was forgotten meanwhile is composed again from it, which gives the same bytes.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from face2music.pipeline import Song

_MOST = 8


class Songs:
    """A few songs, without their pictures."""

    def __init__(self, open_link: Callable[[str], Song]) -> None:
        self._open_link = open_link
        self._songs: OrderedDict[str, Song] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, song: Song) -> Song:
        """Remember a song, but nothing of a face, and give it back as it was."""
        with self._lock:
            self._songs[song.link] = replace(song, picture=None, faces=(), face=None)
            self._songs.move_to_end(song.link)
            while len(self._songs) > _MOST:
                self._songs.popitem(last=False)
        return song

    def of(self, link: str) -> Song:
        """The song of a link; refusals as in `pipeline.open_link`."""
        with self._lock:
            song = self._songs.get(link) if isinstance(link, str) else None
        return song or self.keep(self._open_link(link))
