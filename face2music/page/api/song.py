"""Songs of a picture or an emotion, and what a picture shows."""

from pathlib import Path
from typing import Any

import gradio as gr

from face2music.errors import PictureError, RequestError
from face2music.page import wishes
from face2music.page.api.fields import FILE, Fields, Json, wished
from face2music.page.backend import Backend
from face2music.page.handlers import picture_from, told_to_programs
from face2music.pipeline import ALL_FACES, DEFAULT_DURATION_S

FROM_FACE = "from the face"


def publish_song(backend: Backend, fields: Fields) -> None:
    """Add /compose and /emotion to the page that is open."""
    photo = Json(FILE, label="Picture", example="data:image/jpeg;base64,...")
    emotion = gr.Textbox(FROM_FACE, label="Emotion")
    face, duration = gr.Textbox("1", label="Face"), gr.Number(DEFAULT_DURATION_S, label="Length in seconds")
    bars, faces = gr.Number(None, precision=0, label="Bars"), gr.JSON(label="Faces")

    def compose_song(
        picture: str | dict[str, str] | None = None,
        emotion: str = FROM_FACE,
        face: str = "1",
        duration_s: float = DEFAULT_DURATION_S,
        style: str = wishes.AUTO,
        tempo_bpm: float | None = None,
        key: str = wishes.AUTO,
        mode: str = wishes.AUTO,
        density: float | None = None,
        bars: int | None = None,
        instruments: list[str] | None = None,
        seed: int | None = None,
    ) -> tuple[dict[str, Any], str, str | None]:
        """Compose a song from a picture of a face, or from an emotion alone.

        An emotion is angry, disgust, fear, happy, sad, surprise, neutral, serene or sleepy, or a point of valence and arousal
        from -1 to 1: "0.5,-0.4" is calm and pleasant. A picture is a data: URL, or in Python gradio_client's
        handle_file("a.jpg").

        Args:
            picture: a data: URL of the picture, or an upload, which is deleted as soon as it is read; nothing for an emotion
            emotion: "from the face", or an emotion's name, or a point of valence and arousal
            face: the number of the face to use of several, the largest is 1, or "all" to blend them
            duration_s: length of the song in seconds, 5 to 180
            style: auto, solo piano, chamber, orchestral, electronic, lo-fi or band
            tempo_bpm: beats a minute, 30 to 240; nothing leaves it to the mood
            key: auto, or the tonic, as in C, F-sharp or B-flat
            mode: auto, or a mode, as in ionian (major), aeolian (minor) or dorian
            density: notes a second, 0.5 to 8; nothing leaves it to the mood
            bars: number of bars, 2 to 200, in place of the length in seconds
            instruments: up to four General MIDI names for melody, chords, bass and colour
            seed: whole number from 0; the same seed and settings give the same song; nothing draws one
        Returns:
            song: faces, emotion, mood, curve (of a mood beyond the emotions), plan, wishes, seed, link and timings
            midi: the MIDI file
            wav: the WAV file, or nothing when the server has no FluidSynth
        """
        with told_to_programs():
            made = backend.compose(
                picture_from(picture, cache),
                emotion=emotion_in(emotion),
                face=_face(face),
                duration_s=duration_s,
                wishes=wished(style, tempo_bpm, key, mode, density, instruments, bars),
                seed=seed,
            )
            return fields.delivered(made)

    def read_emotion(picture: str | dict[str, str]) -> dict[str, Any]:
        """Find the faces in a picture and read the emotion of each; no song is made.

        A picture is a data: URL, or in Python gradio_client's handle_file("a.jpg").

        Args:
            picture: a data: URL of the picture, or an upload, which is deleted as soon as it is read
        Returns:
            faces: of each face, the largest first, its box in pixels, the probability of each emotion, and whether that is sure
        """
        with told_to_programs():
            taken = picture_from(picture, cache)
            if taken is None:
                raise PictureError("There is no picture; give one as a data: URL or as an upload.")
            return {"faces": [found.to_dict() for found in backend.read_faces(taken).faces]}

    cache = Path(photo.GRADIO_CACHE)
    inputs = [photo, emotion, face, duration, fields.style, fields.tempo, fields.key, fields.mode, fields.density, bars]
    inputs += [fields.instruments, fields.seed]
    gr.on([], compose_song, inputs, [fields.song, fields.midi, fields.wav], api_name="compose", concurrency_id="compose")
    gr.on([], read_emotion, photo, faces, api_name="emotion", concurrency_id="compose")


def emotion_in(text: str) -> str | tuple[float, float] | None:
    """An emotion's name, or valence and arousal; None where the face is to tell. What is neither, `compose` refuses."""
    valence, comma, arousal = str(text).partition(",")
    try:
        return (float(valence), float(arousal)) if comma else None if text == FROM_FACE else text
    except ValueError:
        return text


def _face(text: str) -> int | str:
    """The number of a face, or the word for all of them."""
    text = str(text).strip()
    if text != ALL_FACES and not text.isdecimal():
        raise RequestError(f"There is no face {text!r:.40}; give its number, from 1, or {ALL_FACES!r}.")
    return text if text == ALL_FACES else int(text)
