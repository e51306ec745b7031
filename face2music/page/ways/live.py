"""Before the camera: music that follows the face for as long as one likes, and a song of it at the end."""

from dataclasses import dataclass

from face2music.page.backend import Backend
from face2music.page.said import HINT, said
from face2music.page.stage import Stage
from face2music.page.texts import I18N, Texts
from face2music.pipeline import Rooms

TEXTS = ("camera", "emotions", "plane", "stage")  # the last of those that have a word counts


@dataclass(frozen=True)
class Live:
    """The components of this way, and where the music of each visitor is."""

    stage: Stage
    rooms: Rooms

    @classmethod
    def lay(cls, _: Backend) -> "Live":
        """Put them into the column that is open."""
        texts, rooms = Texts(), Rooms()
        stage = Stage(rooms, texts={key: text for group in TEXTS for key, text in texts[group].items()}, elem_id="stage")
        said(I18N("privacy_live"), HINT)
        return cls(stage, rooms)
