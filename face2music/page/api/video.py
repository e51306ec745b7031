"""Soundtracks of clips."""

import dataclasses
from pathlib import Path
from typing import Any

import gradio as gr

from face2music.errors import SynthesiserError, VideoError
from face2music.page import wishes
from face2music.page.api.fields import FILE, Fields, Json, wished
from face2music.page.backend import Backend
from face2music.page.films import KINDS, Films, Watched
from face2music.page.handlers import clip_from, told_to_programs
from face2music.page.shelf import Shelf
from face2music.pipeline import Song


def publish_video(backend: Backend, films: Films, fields: Fields) -> None:
    """Add /video to the page that is open."""
    film, join = Json(FILE, label="Clip", example="data:video/mp4;base64,..."), gr.Checkbox(False, label="Join")
    csv, png, joined = gr.File(label="Curve"), gr.File(label="Picture of the curve"), gr.File(label="Clip with its music")

    def compose_video(
        clip: str | dict[str, str],
        with_clip: bool = False,
        style: str = wishes.AUTO,
        tempo_bpm: float | None = None,
        key: str = wishes.AUTO,
        mode: str = wishes.AUTO,
        density: float | None = None,
        instruments: list[str] | None = None,
        seed: int | None = None,
    ) -> tuple[dict[str, Any], str, str | None, str, str, str | None]:
        """Compose the soundtrack of a clip from the emotions of the person in it, exactly as long as the clip.

        A clip is a data: URL of at most 30 MB (an agent's request has 4 MB), or in Python gradio_client's handle_file("a.mp4").

        Args:
            clip: a data: URL of a video of a face, or an upload, up to 10 minutes; it is deleted as soon as it is read
            with_clip: whether to give the clip with its music, too; it lies on the server for up to ten minutes
            style: auto, solo piano, chamber, orchestral, electronic, lo-fi or band
            tempo_bpm: beats a minute, 30 to 240; nothing leaves it to the moods
            key: auto, or the tonic with which it begins, as in C, F-sharp or B-flat
            mode: auto, or a mode, as in ionian (major), aeolian (minor) or dorian
            density: notes a second, 0.5 to 8; nothing leaves it to the moods
            instruments: up to four General MIDI names for melody, chords, bass and colour
            seed: whole number from 0; the same clip, seed and settings give the same song; nothing draws one
        Returns:
            song: curve, emotion, mood, plan, wishes, seed, link and timings
            midi: the MIDI file
            wav: the WAV file, or nothing when the server has no FluidSynth
            curve: the emotions of each half second as a CSV file
            picture: the same as a PNG file
            joined: the clip with its music, where it was asked for and can be made; if not, a warning of the song says why
        """
        with told_to_programs(), clip_from(clip, Shelf(film)) as path:
            watched = Watched(path.name, backend.read_video(path))
            if not with_clip:
                path.unlink(missing_ok=True)
            made = films.compose(watched, seed, wished(style, tempo_bpm, key, mode, density, instruments))
            shelf = Shelf(csv)
            table, plot = (str(shelf.put(*films.file(made, kind))) for kind in KINDS)
            made, both = _joined(films, made, path, shelf) if with_clip else (made, None)
            return *fields.delivered(made), table, plot, both

    inputs = [film, join, fields.style, fields.tempo, fields.key, fields.mode, fields.density, fields.instruments, fields.seed]
    outputs = [fields.song, fields.midi, fields.wav, csv, png, joined]
    gr.on([], compose_video, inputs, outputs, api_name="video", concurrency_id="watch")


def _joined(films: Films, song: Song, clip: Path, shelf: Shelf) -> tuple[Song, str | None]:
    """The clip's file with its music; without one the song is not lost, but has a warning that says why."""
    try:
        return song, str(films.join(song, clip, shelf))
    except (VideoError, SynthesiserError) as error:
        return dataclasses.replace(song, warnings=(*song.warnings, str(error))), None
