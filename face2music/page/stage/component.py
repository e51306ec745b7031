"""The Gradio component: the script beside this one watches through the camera and plays; the music is made on the server.

Frames come in and sound goes out through functions that the script calls: no queue, no file, and the player's own clock says how
much is wanted. Each takes a list, the visitor's key first, and answers with plain values, or with a `refusal`, a sentence.
"""

import base64
import functools
import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import gradio as gr

from face2music.errors import PictureError
from face2music.page.beside import Places
from face2music.page.component import OwnComponent
from face2music.page.handlers import picture_in
from face2music.pipeline import PLACES, Piece, Rooms, Told

_SCRIPTS = ("../camera/drops.js", "../camera/picture.js", "stream.js", "chart.js", "stage.js")
_MOST_CHARACTERS = 400_000  # of a frame, which is about 15,000

_numbers = itertools.count(1)

Answer = dict[str, Any]


class Stage(OwnComponent):
    """Says `start` when the visitor asks for music, and `finish` when it has ended.

    Parameters
    ----------
    rooms
        Where the music of each visitor is.
    session
        What `begin` and `refuse` tell the script.
    texts
        The words of the groups stage, camera, plane and emotions; `gr.update(texts=...)` changes the language.
    settings
        As of `gr.HTML`.
    """

    def __init__(
        self, rooms: Rooms, *, texts: Mapping[str, str], session: Mapping[str, Any] | None = None, **settings: Any
    ) -> None:
        def look(key: str, url: str) -> Answer:
            live, picture = rooms.of(key), picture_in(url if len(url) <= _MOST_CHARACTERS else None)
            if picture is None:
                raise PictureError("The frame did not arrive whole.")
            return _told(live.look(picture))

        def pull(key: str) -> Answer:
            return _piece(rooms.of(key).pull())

        def calibrate(key: str) -> Answer:
            rooms.of(key).calibrate()
            return {}

        def close(key: str) -> Answer:
            rooms.of(key).stop()
            return {}

        def rest(key: str) -> Answer:
            rooms.rest(key)
            return {}

        eyes, ears = Places(1, 2 * PLACES), Places(PLACES, 8 * PLACES)
        super().__init__(
            None,
            Path(__file__).parent,
            _SCRIPTS,
            texts,
            session=dict(session or {}),
            server_functions=[
                eyes.server(_called(look)),
                *(ears.server(_called(each)) for each in (pull, calibrate, close, rest)),
            ],
            **settings,
        )

    @staticmethod
    def begin(key: str) -> dict[str, Any]:
        """The update that lets the script begin, with the key that it is to name."""
        return _session(key=key)

    @staticmethod
    def refuse(sentence: str) -> dict[str, Any]:
        """The update that says why it cannot."""
        return _session(refusal=sentence)


def _session(**said: str) -> dict[str, Any]:
    """The same twice would be no news to the browser, so that each has a number of its own."""
    return gr.update(session={**said, "number": next(_numbers)})


def _called(answer: Callable[..., Answer]) -> Callable[[list[str]], Answer]:
    """The same function of a list: the script hands over all that it has to say as one."""

    @functools.wraps(answer)
    def called(said: list[str]) -> Answer:
        return answer(*map(str, said))

    return called


def _told(told: Told) -> Answer:
    return {
        "valence": told.mood.valence,
        "arousal": told.mood.arousal,
        "emotion": told.emotion,
        "face": told.face,
        "doubted": told.doubted,
        "calibrating_s": round(told.calibrating_s, 1),
        "calibrated": told.calibrated,
    }


def _piece(piece: Piece) -> Answer:
    """A piece of sound as a FLAC file in text, and the bars that begin in it."""
    return {
        "start": piece.start,
        "count": len(piece.samples),
        "flac": base64.b64encode(piece.flac()).decode(),
        "bars": [
            {"at": at, "number": bar.number, "valence": bar.here.mood.valence, "arousal": bar.here.mood.arousal}
            for at, bar in piece.bars
        ],
        "last": piece.last,
    }
