"""What the buttons do: one request to `compose`, its refusals as messages, its song as the page's outputs."""

import html
import json
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import gradio as gr
import numpy as np

from face2music.errors import Face2MusicError, PictureError
from face2music.page import views
from face2music.pipeline import EMOTIONS, Song

Compose = Callable[..., Song]
Attention = Callable[[np.ndarray, str], np.ndarray]

FROM_FACE = "from the face"


@dataclass(frozen=True)
class Files:
    """Paths of what can be downloaded of one run; `wav` is None when the song could not be rendered."""

    midi: str
    wav: str | None
    json: str


@dataclass(frozen=True)
class Seen:
    """The crop that the network saw (uint8, 48x48) and the emotion that it found most likely."""

    crop: np.ndarray
    emotion: str


def seen_in(song: Song) -> Seen | None:
    """What the network saw of the face that a song was made of."""
    return None if song.seen is None else Seen(song.seen.crop, views.strongest(song.seen.emotion))


def song_for(
    compose: Compose, cache: Path, picture: str | None, emotion: str | None, duration_s: float, seed: int | None, face: int
) -> Song:
    """Compose what the page's inputs ask for.

    Parameters
    ----------
    cache
        The folder that Gradio puts uploads into; no picture is read from elsewhere.
    picture
        Path of the uploaded picture, or None.
    emotion
        One of the seven emotions; anything else leaves the emotion to the face.

    Raises
    ------
    gr.Error
        With the sentence of a refusal, for the visitor to read.
    """
    try:
        return compose(
            None if picture is None else _uploaded(Path(picture), cache),
            emotion=emotion if emotion in EMOTIONS else None,
            seed=seed,
            duration_s=duration_s,
            face=face,
        )
    except Face2MusicError as refusal:
        raise gr.Error(html.escape(str(refusal)), print_exception=False) from refusal


def files_of(song: Song, cache: Path) -> Files:
    """Write a song's files into a folder of its own, with a name that cannot be guessed, inside Gradio's cache."""
    folder = cache / uuid.uuid4().hex
    folder.mkdir(parents=True)
    stem = folder / f"face2music-{views.strongest(song.emotion)}-{song.seed}"
    document = json.dumps(song.to_dict(), indent=1).encode()
    return Files(
        midi=_written(stem.with_suffix(".mid"), song.midi),
        wav=None if (wav := song.wav()) is None else _written(stem.with_suffix(".wav"), wav),
        json=_written(stem.with_suffix(".json"), document),
    )


def _uploaded(path: Path, cache: Path) -> bytes:
    """The uploaded bytes; their time is renewed, since the cache's cleaning must spare a picture that is still in use."""
    # A hand-made request may name any file of the server: Gradio checks only paths that come marked as an upload's.
    if not path.resolve().is_relative_to(cache.resolve()):
        raise PictureError("The picture was not uploaded here; upload it and try again.")
    try:
        os.utime(path)
        return path.read_bytes()
    except OSError as error:
        raise PictureError("The picture is deleted after ten minutes without use; take or choose it again.") from error


def _written(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)
