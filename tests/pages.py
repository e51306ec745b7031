"""What the tests of the page share: a song that is cheap to make, and a program that remembers what it was asked for."""

import dataclasses
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from face2music.mood import EMOTIONS, NORMS, rounded
from face2music.page import Backend, build_page
from face2music.pipeline import Box, Curve, EmotionCurve, FaceReading, KeyFrame, Live, Reading, Song, compose, decode_link
from face2music.video import told

UNSURE = dict(zip(EMOTIONS, (0.1, 0.002, 0.03, 0.7, 0.05, 0.108, 0.01), strict=True))
STYLES = ("auto", "lo-fi")
RATE = 44_100
CLIP = told(np.tile(np.eye(len(EMOTIONS))[EMOTIONS.index("sad")], (4, 1)), np.ones(4, bool), 2.0)
JOURNEY = Curve((KeyFrame(0.25, NORMS["sad"]), KeyFrame(0.75, NORMS["happy"])))
_SONG = compose(emotion=UNSURE, seed=7, duration_s=12, render=False)


def song_of(**changes: Any) -> Song:
    """A mostly happy song, its sound a second of soft noise, from a picture with two faces of which the second is used."""
    crop = np.full((48, 48), 120, np.uint8)
    shown = {
        "audio": np.random.default_rng(1).integers(-500, 500, (RATE, 2)).astype(np.int16),
        "picture": np.full((300, 400, 3), 90, np.uint8),
        "faces": tuple(FaceReading(box, crop, UNSURE, sure=True) for box in (Box(20, 30, 100, 100), Box(200, 40, 80, 80))),
        "face": 2,
    }
    return dataclasses.replace(_SONG, **{**shown, **changes})


def attention(crop: np.ndarray, emotion: str) -> np.ndarray:
    """Warm in the upper half only."""
    heat = np.zeros(crop.shape, np.float32)
    heat[: len(crop) // 2] = 1
    return heat


class Program:
    """Stands in for the program: remembers what it was asked for, and gives what it is told to give."""

    def __init__(self, song: Song | None = None, refusal: Exception | None = None) -> None:
        self.song, self.refusal, self.asked = song or song_of(), refusal, []

    def compose(self, picture=None, **wanted: Any) -> Song:
        self.asked.append({"picture": picture, **wanted})
        if self.refusal:
            raise self.refusal
        emotion = wanted.get("emotion")
        shares = {} if not isinstance(emotion, dict) else {"emotion": rounded(emotion)}
        seed = wanted.get("seed")
        return dataclasses.replace(self.song, wishes=wanted["wishes"], seed=self.song.seed if seed is None else seed, **shares)

    def compose_journey(self, steps, **wanted: Any) -> Song:
        self.asked.append({"steps": steps, **wanted})
        return dataclasses.replace(self.song, curve=JOURNEY, picture=None, faces=(), face=None)

    def read_video(self, path: Path, progress=lambda *_: None) -> EmotionCurve:
        self.asked.append({"clip": path.read_bytes()})
        if self.refusal:
            raise self.refusal
        progress(1.0, 2.0)
        return CLIP

    def compose_curve(self, curve: EmotionCurve, **wanted: Any) -> Song:
        self.asked.append({"read": curve, **wanted})
        seed = wanted["seed"] or self.song.seed
        return dataclasses.replace(self.song, curve=JOURNEY, picture=None, faces=(), face=None, seed=seed)

    def open_link(self, link: str) -> Song:
        self.asked.append({"link": link})
        settings = decode_link(link)
        return dataclasses.replace(self.song, emotion=settings.emotion, seed=settings.seed, wishes=settings.wishes)

    def read_faces(self, picture: bytes) -> Reading:
        self.asked.append({"read": picture})
        return Reading(self.song.picture, self.song.faces)

    def page(self, **changes: Any) -> gr.Blocks:
        """The page around this program."""
        given = {
            "compose": self.compose,
            "compose_journey": self.compose_journey,
            "read_video": self.read_video,
            "compose_curve": self.compose_curve,
            "joining": lambda: "",
            "open_link": self.open_link,
            "read_faces": self.read_faces,
            "attention": attention,
            "styles": STYLES,
            "live": Live,
            "judge": lambda song: {"valence": -0.25, "arousal": 0.5},
        }
        return build_page(Backend(**{**given, **changes}))


class Request:
    """A visitor's request: the language of the browser, what stands behind the address, and the name of the visit."""

    def __init__(self, language: str = "en", **query: str) -> None:
        self.headers, self.query_params = {"accept-language": language}, query
        self.session_hash = "a visit"


class Event:
    """What a component of ours says when something happened in it."""

    def __init__(self, **data: Any) -> None:
        vars(self).update(data)


def fire(page: gr.Blocks, elem_id: str, event: str, *values: Any) -> dict[str, Any]:
    """Call what answers to an event; the values of the outputs by their id on the page, else their label."""
    block = next(block for block in page.blocks.values() if getattr(block, "elem_id", None) == elem_id)
    answer = next(fn.fn for fn in page.fns.values() if fn.fn and (block._id, event) in fn.targets)
    return named(answer(*values))


def named(answer: Any) -> Any:
    """The updates of an answer by the component's id, else its label."""
    if not isinstance(answer, dict) or "__type__" in answer:
        return answer
    return {getattr(block, "elem_id", None) or str(getattr(block, "label", None)): value for block, value in answer.items()}
