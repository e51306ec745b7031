"""Songs that move from mood to mood."""

from pathlib import Path
from typing import Any

import gradio as gr

from face2music.page import wishes
from face2music.page.api.fields import FILE, Fields, Json, wished
from face2music.page.backend import Backend
from face2music.page.handlers import pictures_in, steps_in, told_to_programs
from face2music.pipeline import DEFAULT_JOURNEY_S

_NUMBERS = {"type": "array", "items": {"type": "number"}}
_SHARES = {"type": "object", "additionalProperties": {"type": "number"}}
_STEPS = {"anyOf": [{"type": "array", "items": {"anyOf": [{"type": "string"}, _NUMBERS, _SHARES]}}, {"type": "string"}]}
_PICTURES = {"type": "array", "items": FILE}
_BARS = {"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "integer"}]}


def publish_journey(backend: Backend, fields: Fields) -> None:
    """Add /journey to the page that is open."""
    moods, bars_of_steps = Json(_STEPS, label="Steps", example=["sad", "neutral", "happy"]), Json(_BARS, label="Bars")
    photos = Json(_PICTURES, label="Pictures")
    duration = gr.Number(DEFAULT_JOURNEY_S, label="Length in seconds")

    def compose_journey(
        steps: list[Any] | str,
        pictures: list[Any] | None = None,
        bars: list[int] | int | None = None,
        duration_s: float = DEFAULT_JOURNEY_S,
        style: str = wishes.AUTO,
        tempo_bpm: float | None = None,
        key: str = wishes.AUTO,
        mode: str = wishes.AUTO,
        density: float | None = None,
        instruments: list[str] | None = None,
        seed: int | None = None,
    ) -> tuple[dict[str, Any], str, str | None]:
        """Compose one song that moves from mood to mood.

        A step is an emotion (angry, disgust, fear, happy, sad, surprise, neutral, serene or sleepy), a point [valence, arousal]
        from -1 to 1, as in the calm and pleasant [0.5, -0.4], {emotion: share} of the first seven, or the face in a picture: a
        data: URL, or "picture 1" and so on of the pictures. A picture is a data: URL, or in Python gradio_client's
        handle_file("a.jpg").

        Args:
            steps: 2 to 12 steps in order, or the name of a known journey: "lift me up", "calm me down" or "storm and clearing"
            pictures: up to 12 pictures that the steps name, each a data: URL or an upload, which is deleted when it is read
            bars: bars of each step, or one number for all, in place of the length in seconds
            duration_s: length of the song in seconds, 5 to 600, shared evenly by the steps
            style: auto, solo piano, chamber, orchestral, electronic, lo-fi or band
            tempo_bpm: beats a minute, 30 to 240; nothing leaves it to the moods
            key: auto, or the tonic with which it begins, as in C, F-sharp or B-flat
            mode: auto, or a mode, as in ionian (major), aeolian (minor) or dorian
            density: notes a second, 0.5 to 8; nothing leaves it to the moods
            instruments: up to four General MIDI names for melody, chords, bass and colour
            seed: whole number from 0; the same steps, seed and settings give the same song; nothing draws one
        Returns:
            song: curve, emotion, mood, plan, wishes, seed, link and timings
            midi: the MIDI file
            wav: the WAV file, or nothing when the server has no FluidSynth
        """
        with told_to_programs():
            taken = pictures_in(pictures, Path(photos.GRADIO_CACHE))
            made = backend.compose_journey(
                steps_in(steps, taken),
                bars=bars,
                duration_s=duration_s,
                wishes=wished(style, tempo_bpm, key, mode, density, instruments),
                seed=seed,
            )
            return fields.delivered(made)

    inputs = [moods, photos, bars_of_steps, duration, fields.style, fields.tempo, fields.key, fields.mode, fields.density]
    inputs += [fields.instruments, fields.seed]
    gr.on([], compose_journey, inputs, [fields.song, fields.midi, fields.wav], api_name="journey", concurrency_id="compose")
