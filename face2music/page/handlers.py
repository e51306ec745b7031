"""At the page's door: a picture comes in, a refusal goes out as a message."""

import base64
import html
import mimetypes
import re
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from face2music.errors import Face2MusicError, PictureError, RequestError, VideoError
from face2music.page.result.words import strongest
from face2music.page.shelf import Shelf
from face2music.page.texts import Texts
from face2music.page.uploads import clip_of, picture_of
from face2music.pipeline import MOST_STEPS, STATES, Song, journey_names

_DATA = "data:"
_PICTURE = re.compile(r"picture (\d{1,3})")
MOST_CHARACTERS = 28_000_000  # a picture of 20 MB as base64


@dataclass(frozen=True)
class Seen:
    """The crop that the network saw (uint8, 48x48) and the emotion that it found most likely."""

    crop: np.ndarray
    emotion: str


def seen_in(song: Song) -> Seen | None:
    """What the network saw of the face that a song was made of; nothing where it was made of all faces or of none."""
    if not isinstance(song.face, int):
        return None
    face = song.faces[song.face - 1]
    return Seen(face.crop, strongest(face.emotion))


def picture_in(url: str | None) -> bytes | None:
    """The picture in a data URL, which never was a file; None where there is none.

    Raises
    ------
    PictureError
        If the text is no data URL, or too long.
    """
    if not url:
        return None
    if not isinstance(url, str) or not url.startswith(_DATA):
        raise PictureError("This is no picture; give it as a data: URL or as an upload.")
    if len(url) > MOST_CHARACTERS:
        raise PictureError("The picture is larger than 20 MB; choose a smaller one.")
    try:
        return _decoded(url)[1]
    except ValueError as error:
        raise PictureError("The picture did not arrive whole; take or choose it again.") from error


def _decoded(url: str) -> tuple[str, bytes]:
    """The kind and the content of a data URL; ValueError where it is none."""
    head, _, coded = url.partition(";base64,")
    if not head.startswith(_DATA) or not coded:
        raise ValueError("no data URL")
    return head.removeprefix(_DATA), base64.b64decode(coded, validate=True)


def picture_from(given: Any, cache: Path) -> bytes | None:
    """The picture in a data URL or an upload, whose file is deleted; None where there is none.

    Raises
    ------
    PictureError
        If it is neither, or larger than 20 MB.
    """
    if isinstance(given, dict) and isinstance(given.get("path"), str):
        return picture_of(given["path"], cache)
    return picture_in(given)


@contextmanager
def clip_from(given: Any, shelf: Shelf) -> Iterator[Path]:
    """The file of a clip in a data URL or an upload, which is deleted when it was read, in whichever way that ends.

    Raises
    ------
    VideoError
        If it is neither.
    """
    with clip_of(given.get("path"), shelf.cache) if isinstance(given, dict) else _clip_in(given, shelf) as path:
        yield path


@contextmanager
def _clip_in(url: Any, shelf: Shelf) -> Iterator[Path]:
    try:
        kind, clip = _decoded(str(url))
    except ValueError as error:
        raise VideoError("The clip did not arrive whole; give it as a data: URL or as an upload.") from error
    path = shelf.put(f"clip{mimetypes.guess_extension(kind) or ''}", clip)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def pictures_in(given: Any, cache: Path) -> list[bytes]:
    """The pictures of a list in which each is a data URL or an upload; the uploads' files are deleted.

    Raises
    ------
    PictureError
        If one of them is neither, or is larger than 20 MB.
    RequestError
        If it is no list, or there are more of them than a journey has steps.
    """
    pictures = [] if given is None else given
    if not isinstance(pictures, list):
        raise RequestError("The pictures are no list; give a list of data: URLs or of uploads.")
    if len(pictures) > MOST_STEPS:
        raise RequestError(f"There are {len(pictures)} pictures; a journey has at most {MOST_STEPS} steps.")
    taken = [picture_from(one, cache) for one in pictures]
    if not all(taken):
        raise PictureError("One of the pictures is empty; give each as a data: URL or as an upload.")
    return [picture for picture in taken if picture]


def steps_in(given: Any, pictures: Sequence[bytes] = ()) -> Any:
    """The steps of a journey as `compose_journey` takes them: a data URL is a picture, and "picture 1" one that came with them.

    Raises
    ------
    PictureError
        If a picture did not arrive whole, or is larger than 20 MB.
    RequestError
        If a text is neither that nor an emotion: `compose_journey` takes it for a file of its own computer.
    """
    if not isinstance(given, list):
        return _known(given)
    return given if len(given) > MOST_STEPS else [_step(step, pictures) for step in given]


def _known(given: Any) -> Any:
    if isinstance(given, str) and given not in journey_names():
        raise RequestError(f"There is no journey {given!r:.60}; choose among {', '.join(journey_names())}, or give its steps.")
    return given or []


def _step(step: Any, pictures: Sequence[bytes]) -> Any:
    if isinstance(step, str) and step.startswith(_DATA):
        return picture_in(step)
    named = _PICTURE.fullmatch(step) if isinstance(step, str) else None
    if named is not None and 1 <= int(named[1]) <= len(pictures):
        return pictures[int(named[1]) - 1]
    if isinstance(step, list | dict) or step in STATES:
        return step
    sent = f", or picture 1 to picture {len(pictures)}" if pictures else ""
    raise RequestError(f"There is no step {step!r:.60}; give one of {', '.join(STATES)}, or [valence, arousal]{sent}.")


@contextmanager
def told(texts: Texts, written: Callable[[str], str] = html.escape) -> Iterator[None]:
    """Turn a refusal into a message in the visitor's language: its kind above the sentence that says what to do.

    `written` is how the sentence has to be written for whoever is told: the page shows it as HTML.
    """
    try:
        yield
    except Face2MusicError as refusal:
        kind, sentence = texts.kind(refusal), texts.sentence(str(refusal))
        _let_go(refusal)
        raise gr.Error(written(sentence), title=written(kind), print_exception=False) from refusal


def _let_go(error: BaseException | None) -> None:
    """Have an error hold nothing of what was worked on: it lives for a while, and the picture with it, as unpacked."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def told_to_programs() -> AbstractContextManager[None]:
    """Turn a refusal into an English message of plain text."""
    return told(Texts(), written=str)
