"""The whole path, a line for each step: picture -> faces -> emotion -> mood -> plan -> score -> MIDI -> audio."""

import dataclasses
import functools
import operator
import secrets
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, SupportsFloat, SupportsIndex, TypeVar

import numpy as np

from face2music import assets, audio, emotion, mood
from face2music.errors import NoFaceError, RequestError, SynthesiserError
from face2music.face import Box, Picture, find_faces
from face2music.midi import to_midi
from face2music.mood import EMOTIONS, Mood
from face2music.plan import MAX_DURATION_S, MIN_DURATION_S, Plan, Wishes, check_duration, check_wishes, make_plan
from face2music.score import write_score

DEFAULT_DURATION_S = 30.0
AS_THE_MOOD_SAYS = Wishes()
DURATION_RANGE_S = (MIN_DURATION_S, MAX_DURATION_S)
WEIGHTS = "emotion.keras"
PROFILES = "profiles.json"
MAX_SEED = 2**31 - 1
_NEW_SEEDS = 1_000_000
_Loaded = TypeVar("_Loaded")


@dataclass(frozen=True)
class FaceReading:
    """A face of the picture: its box, the crop that the network saw (uint8, 48x48) and what it read (label -> probability).

    `sure` says whether the largest probability is high enough to name one emotion.
    """

    box: Box
    crop: np.ndarray
    emotion: Mapping[str, float]
    sure: bool

    def to_dict(self) -> dict[str, Any]:
        """The face in the form of song.json."""
        return {"box": list(dataclasses.astuple(self.box)), "emotion": _rounded(self.emotion), "sure": self.sure}


@dataclass(frozen=True)
class Reading:
    """An upright picture, RGB uint8 (height, width, 3), and its faces, largest first."""

    picture: np.ndarray
    faces: tuple[FaceReading, ...]

    def chosen(self, number: int) -> FaceReading:
        """Face `number`, counted from 1; NoFaceError if there are fewer."""
        if not 1 <= number <= len(self.faces):
            raise NoFaceError(
                f"There is no face {number}; the picture has {_faces(len(self.faces))}, so choose from 1 to {len(self.faces)}."
            )
        return self.faces[number - 1]


@dataclass(frozen=True)
class Song:
    """A song and everything that led to it.

    `audio` is int16 (n, 2), or None where FluidSynth is missing, which `warnings` then says. `picture` is upright RGB uint8
    (height, width, 3), or None where there was none; `face` is the number (from 1) of the one in `faces` that was used, or None
    where an emotion was asked for by name.
    """

    midi: bytes
    audio: np.ndarray | None
    sample_rate: int
    picture: np.ndarray | None
    faces: tuple[FaceReading, ...]
    face: int | None
    emotion: Mapping[str, float]
    mood: Mood
    plan: Plan
    wishes: Wishes
    seed: int
    duration_s: float
    timings_ms: Mapping[str, float]
    warnings: tuple[str, ...] = ()

    def wav(self) -> bytes | None:
        """The sound as a WAV file, or None where there is none."""
        return None if self.audio is None else audio.wav(audio.Audio(self.audio, self.sample_rate))

    def to_dict(self) -> dict[str, Any]:
        """What `song.json` holds: plain numbers, texts, lists and dictionaries."""
        return {
            "faces": [face.to_dict() for face in self.faces],
            "face": self.face,
            "emotion": _rounded(self.emotion),
            "mood": dataclasses.asdict(self.mood),
            "plan": dataclasses.asdict(self.plan),
            "wishes": dataclasses.asdict(self.wishes),
            "seed": self.seed,
            "duration_s": round(self.duration_s, 3),
            "sample_rate": self.sample_rate,
            "timings_ms": dict(self.timings_ms),
            "warnings": list(self.warnings),
        }


def compose(
    picture: Picture | None = None,
    *,
    emotion: str | Mapping[str, float] | None = None,
    seed: int | None = None,
    duration_s: float = DEFAULT_DURATION_S,
    face: int = 1,
    wishes: Wishes = AS_THE_MOOD_SAYS,
    network: Path | None = None,
) -> Song:
    """Compose a song from a picture of a face, or from the name of an emotion.

    Parameters
    ----------
    picture
        A path, the bytes of an image file, a PIL image, or an RGB array (uint8). May be left out where `emotion` is given.
    emotion
        One of angry, disgust, fear, happy, sad, surprise, neutral, or the share of each, adding up to 1; takes the place of what
        the face shows.
    seed
        0 to 2147483647; the same picture, seed and settings give the same MIDI bytes. Chosen at random where left out.
    duration_s
        How long the music lasts, 5 to 180 s; the last note may ring for up to 2 s more.
    face
        Which face to use, counted from 1, the largest first.
    wishes
        Tempo, key, mode, style, instruments, density or number of bars in place of what the mood would choose; `bars` sets how
        long the song lasts, and the duration then says nothing.
    network
        Another emotion network than our own: a `.keras` or `.onnx` file with its description beside it, see `emotion/card.py`.

    Raises
    ------
    Face2MusicError
        A subclass for each kind of input that cannot be used; its message says what to do.
    """
    seed = secrets.randbelow(_NEW_SEEDS) if seed is None else _whole_number("seed", seed, 0, MAX_SEED)
    face = _whole_number("face", face, 1, MAX_SEED)
    duration_s = _seconds(duration_s)
    asked = None if emotion is None else _shares(emotion)
    check_wishes(wishes, _profiles()["styles"])

    clock = _Clock()
    reading = None if picture is None else _read(picture, network, clock)
    shown = None if reading is None else reading.chosen(face).emotion
    probabilities = asked or shown
    if probabilities is None:
        raise RequestError(f"Give a picture of a face, or one of these emotions: {', '.join(EMOTIONS)}.")
    with clock.step("plan"):
        felt = mood.mood_of(probabilities)
        plan = make_plan(felt, _profiles(), seed, duration_s, wishes)
    with clock.step("score"):
        score = write_score(plan, seed)
    with clock.step("midi"):
        midi = to_midi(score)
    with clock.step("audio"):
        sound, warnings = _sound(midi)
    return Song(
        midi=midi,
        audio=None if sound is None else sound.samples,
        sample_rate=audio.SAMPLE_RATE,
        picture=None if reading is None else reading.picture,
        faces=() if reading is None else reading.faces,
        face=None if asked or reading is None else face,
        emotion=probabilities,
        mood=felt,
        plan=plan,
        wishes=wishes,
        seed=seed,
        duration_s=plan.music_s if sound is None else sound.duration_s,
        timings_ms=clock.total(),
        warnings=warnings,
    )


def read_faces(picture: Picture, network: Path | None = None) -> Reading:
    """Find the faces in a picture and read the emotion of each; arguments and refusals as in `compose`."""
    return _read(picture, network, _Clock())


def attention(crop: np.ndarray, label: str, network: Path | None = None) -> np.ndarray:
    """Where in a crop (uint8, 48x48) the network sees an emotion: float32 (48, 48), 0 to 1, by Grad-CAM."""
    return _recogniser(network).attention(crop, label)


def warm_up() -> None:
    """Load the network and the sound font, so that the first song is as quick as the next; never raises a refusal."""
    for load in (_recogniser, audio.prepare):
        try:
            load()
        except (SynthesiserError, assets.AssetError):
            continue  # the song that needs it says so


class _Clock:
    """Milliseconds that each step took, by name."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._steps: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self._steps[name] = _milliseconds_since(start)

    def total(self) -> dict[str, float]:
        return {**self._steps, "total": _milliseconds_since(self._start)}


def _milliseconds_since(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 1)


def _read(picture: Picture, network: Path | None, clock: _Clock) -> Reading:
    with clock.step("face"):
        portrait = find_faces(picture)
    recogniser = _recogniser(network)
    with clock.step("emotion"):
        probabilities = [recogniser.read(face.crop) for face in portrait.faces]
    faces = zip(portrait.faces, probabilities, strict=True)
    return Reading(portrait.picture, tuple(FaceReading(face.box, face.crop, p, recogniser.is_sure(p)) for face, p in faces))


def _sound(midi: bytes) -> tuple[audio.Audio | None, tuple[str, ...]]:
    """The sound, or why there is none: the MIDI file is worth having either way."""
    try:
        return audio.render(midi), ()
    except SynthesiserError as error:
        return None, (str(error),)


def _once(load: Callable[..., _Loaded]) -> Callable[..., _Loaded]:
    """Load on first use, once, however many threads ask."""
    cached, lock = functools.lru_cache(maxsize=4)(load), threading.Lock()

    @functools.wraps(load)
    def loaded(*arguments: Hashable) -> _Loaded:
        with lock:
            return cached(*arguments)

    return loaded


@_once
def _recogniser(network: Path | None = None) -> emotion.Recogniser:
    return emotion.load(assets.path(WEIGHTS) if network is None else Path(network))


@_once
def _profiles() -> dict[str, Any]:
    return assets.read_json(PROFILES)


def _shares(emotion: str | Mapping[str, float]) -> Mapping[str, float]:
    if not isinstance(emotion, Mapping):
        return mood.certain(emotion)
    mood.mood_of(emotion)
    return {label: float(emotion[label]) for label in EMOTIONS}


def _whole_number(name: str, value: SupportsIndex, low: int, high: int) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        number = low - 1
    if isinstance(value, bool) or not low <= number <= high:
        raise RequestError(f"The {name} is {value!r}; give a whole number from {low} to {high}.")
    return number


def _seconds(duration_s: SupportsFloat) -> float:
    try:
        seconds = float(duration_s)
    except (TypeError, ValueError, OverflowError) as error:
        raise RequestError(f"The duration is {duration_s!r:.60}; give a number of seconds.") from error
    check_duration(seconds)
    return seconds


def _rounded(probabilities: Mapping[str, float]) -> dict[str, float]:
    return {label: round(p, 4) for label, p in probabilities.items()}


def _faces(n: int) -> str:
    return "1 face" if n == 1 else f"{n} faces"
