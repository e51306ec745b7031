"""The steps of a song, a line each: picture -> faces -> emotion -> mood -> plan -> score -> MIDI -> audio."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import numpy as np

from face2music import assets, audio, mood
from face2music.errors import RequestError, SynthesiserError
from face2music.face import Picture
from face2music.midi import to_midi
from face2music.pipeline import checks
from face2music.pipeline.checks import Emotion
from face2music.pipeline.clock import Clock
from face2music.pipeline.loaded import profiles, recogniser_of
from face2music.pipeline.readings import Reading, read
from face2music.pipeline.song import Song
from face2music.plan import MAX_DURATION_S, MIN_DURATION_S, Curve, Wishes, check_wishes, make_plan, steady
from face2music.score import write_score

DEFAULT_DURATION_S = 30.0
AS_THE_MOOD_SAYS = Wishes()
DURATION_RANGE_S = (MIN_DURATION_S, MAX_DURATION_S)


def compose(
    picture: Picture | None = None,
    *,
    emotion: Emotion | None = None,
    seed: int | None = None,
    duration_s: float = DEFAULT_DURATION_S,
    face: int | Literal["all"] = 1,
    wishes: Wishes = AS_THE_MOOD_SAYS,
    curve: Curve | None = None,
    network: Path | None = None,
    render: bool = True,
    sound_s: float | None = None,
) -> Song:
    """Compose a song from a picture of a face, from an emotion, or from a curve of moods.

    The shares of the emotions are rounded to thousandths before anything is composed, so that a link holds all of them.

    Parameters
    ----------
    picture
        A path, the bytes of an image file, a PIL image, or an RGB array (uint8). May be left out where `emotion` is given.
    emotion
        One of angry, disgust, fear, happy, sad, surprise, neutral, or the share of each, adding up to 1; takes the place of what
        the face shows. Or a point, valence and arousal from -1 to 1: the shares there that are nearest to the face's, see
        `mood.shares_at`. A point that no shares have, such as a calm and pleasant one, is composed as a `curve` of this one mood;
        its shares are then those nearest to it.
    seed
        0 to 2147483647; the same picture, seed and settings give the same MIDI bytes. Chosen at random where left out.
    duration_s
        How long the music lasts, 5 to 180 s, or to 600 s for a curve; the last note may ring for up to 2 s more.
    face
        Which face to use, counted from 1, the largest first; "all" for the mean of what all of them show.
    wishes
        Tempo, key, mode, style, instruments, density or number of bars in place of what the mood would choose; `bars` sets how
        long the song lasts, and the duration then says nothing.
    curve
        Key frames of a mood that moves over the bars, if the wishes name their number, or else over the time; takes the place of
        the one mood of face or emotion. `compose_journey` makes one.
    network
        Another emotion network than our own: a `.tflite`, `.keras` or `.onnx` file with its description beside it, see
        `emotion/card.py`.
    render
        Whether to play it; without, there is a MIDI file and no sound until somebody asks for it.
    sound_s
        How long the sound is, to the sample, when it may not be as long as the last note rings: silence follows it, or it fades
        out before.

    Raises
    ------
    Face2MusicError
        A subclass for each kind of input that cannot be used; its message says what to do.
    """
    seed = checks.seed_of(seed)
    face = checks.face_number(face)
    curve = None if curve is None else checks.as_linked(curve)
    duration_s = checks.seconds(duration_s, moving=curve is not None and curve.moves)
    sound_s = None if sound_s is None else checks.sound_length(sound_s)
    asked = checks.asked(emotion, curve)
    check_wishes(wishes, profiles()["styles"])
    if asked is None and picture is None:
        raise RequestError(f"Give a picture of a face, or one of these emotions: {', '.join(mood.EMOTIONS)}.")

    clock = Clock()
    reading = None if picture is None else read(picture, network, clock)
    shares = _shares(asked, None if reading is None else reading.emotion_of(face))
    points = [asked] if isinstance(asked, checks.Point) else []
    if points and curve is None:
        curve = point_beyond(points[0], shares)
    with clock.step("plan"):
        felt = mood.mood_of(shares)
        plan = make_plan(curve or felt, profiles(), seed, duration_s, wishes)
    with clock.step("score"):
        score = write_score(plan, seed)
    with clock.step("midi"):
        midi = to_midi(score)
    sound, warnings = sound_of(midi, clock, sound_s) if render else (None, ())
    return Song(
        midi=midi,
        audio=None if sound is None else sound.samples,
        sample_rate=audio.SAMPLE_RATE,
        picture=None if reading is None else reading.picture,
        faces=() if reading is None else reading.faces,
        face=None if asked or reading is None else face,
        emotion=shares,
        mood=plan.mood if curve is not None and curve.beyond else felt,
        plan=plan,
        score=score,
        wishes=wishes,
        seed=seed,
        duration_s=(sound_s or plan.music_s) if sound is None else sound.duration_s,
        timings_ms=clock.total(),
        warnings=(*warnings, *checks.too_far(points)),
        curve=curve,
        sound_s=sound_s,
    )


def read_faces(picture: Picture, network: Path | None = None) -> Reading:
    """Find the faces in a picture and read the emotion of each; arguments and refusals as in `compose`."""
    return read(picture, network, Clock())


def attention(crop: np.ndarray, label: str, network: Path | None = None) -> np.ndarray:
    """Where in a crop (uint8, 48x48) the network sees an emotion: float32 (48, 48), 0 to 1, by Grad-CAM."""
    return recogniser_of(network).attention(crop, label)


def warm_up() -> None:
    """Load the network and the sound font, so that the first song is as quick as the next; never raises a refusal."""
    mood.shares_at(0, 0)  # loads scipy's solvers
    for load in (recogniser_of, audio.prepare):
        try:
            load()
        except (SynthesiserError, assets.AssetError):
            continue  # the song that needs it says so


def _shares(asked: Mapping[str, float] | checks.Point | None, shown: Mapping[str, float] | None) -> Mapping[str, float]:
    """The shares to compose from: those asked for, those at or nearest to the point asked for, or what the face shows."""
    if isinstance(asked, checks.Point):
        return mood.shares_at(*mood.reached(*asked), shown)
    return mood.rounded(asked or shown or {})


def point_beyond(point: tuple[float, float], shares: Mapping[str, float]) -> Curve | None:
    """The curve of the one mood of a point (valence, arousal) whose nearest shares are these; None where they have the point."""
    felt = mood.extended(mood.mood_of(shares), *point)
    return steady(felt) if felt.beyond else None


def sound_of(midi: bytes, clock: Clock, duration_s: float | None = None) -> tuple[audio.Audio | None, tuple[str, ...]]:
    """The sound, or why there is none: the MIDI file is worth having either way."""
    with clock.step("audio"):
        try:
            return audio.render(midi, duration_s=duration_s), ()
        except SynthesiserError as error:
            return None, (str(error),)
