"""The page's components: wishes to put in, results to see, hear and download."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.processing_utils import save_file_to_cache

from face2music.assets import FOLDER
from face2music.page import views
from face2music.page.handlers import FROM_FACE
from face2music.pipeline import DEFAULT_DURATION_S, DURATION_RANGE_S, EMOTIONS

PRIVACY = "Your picture is used for this song only, is deleted within minutes and goes nowhere else."
WEBCAM = gr.WebcamOptions(
    mirror=True, constraints={"video": {"width": {"ideal": 640}, "height": {"ideal": 480}, "facingMode": "user"}}
)
# The browser's own player: reachable by keyboard, known to screen readers, and at work before a waveform would be drawn.
PLAIN_PLAYER = gr.WaveformOptions(show_recording_waveform=False)


@dataclass(frozen=True)
class Wishes:
    """The inputs."""

    picture: gr.Image
    button: gr.Button
    emotion: gr.Radio
    duration_s: gr.Slider
    face: gr.Number
    seed: gr.Number
    keep_seed: gr.Checkbox

    @property
    def cache(self) -> Path:
        """Where Gradio keeps uploads and downloads."""
        return Path(self.picture.GRADIO_CACHE)

    @property
    def request(self) -> list[Any]:
        """The components whose values make a request, in the order of `song_for`."""
        return [self.picture, self.emotion, self.duration_s, self.seed, self.face]


@dataclass(frozen=True)
class Results:
    """The outputs; `song` holds all but the headline and is hidden until there is a song."""

    headline: gr.HTML
    song: gr.Column
    player: gr.Audio
    again: gr.Button
    midi: gr.DownloadButton
    wav: gr.DownloadButton
    json: gr.DownloadButton
    portrait: gr.HTML
    seen: gr.State
    look: gr.Button
    looked: gr.HTML
    bars: gr.HTML
    composed: gr.HTML


def lay_wishes() -> Wishes:
    """Put the inputs into the column that is open."""
    picture = gr.Image(
        sources=["webcam", "upload", "clipboard"],
        type="filepath",
        webcam_options=WEBCAM,
        label="Picture of a face",
        show_label=False,
        buttons=[],
        height=300,
        elem_id="picture",
        alt_text="The picture that you took or chose",
    )
    # Gradio would open the picture itself and refuse in Pillow's words what it cannot read; that is the face step's to judge.
    picture.preprocess = _path_of
    button = gr.Button("Compose", variant="primary", size="lg", elem_id="compose")
    html(f'<p class="quiet small">{PRIVACY}</p>')
    emotion = gr.Radio(
        [("From my face", FROM_FACE), *((name.capitalize(), name) for name in EMOTIONS)],
        value=FROM_FACE,
        label="Emotion",
        info="No camera? Choose one here and press Compose.",
        elem_id="emotion",
    )
    for path in sorted((FOLDER / "examples").glob("*.jpg")):
        _example(path, picture)
    with gr.Accordion("Settings", open=False, elem_id="settings"):
        duration_s = gr.Slider(*DURATION_RANGE_S, DEFAULT_DURATION_S, step=1, label="Length in seconds")
        face = gr.Number(1, precision=0, minimum=1, label="Face", info="Which one to use of several; 1 is the largest.")
        seed = gr.Number(None, precision=0, label="Seed", info="The same seed and settings give the same song.")
        keep_seed = gr.Checkbox(False, label="Keep this seed")
    picture.change(None, None, emotion, js=f'() => "{FROM_FACE}"', api_visibility="private")
    seed.input(None, None, keep_seed, js="() => true", api_visibility="private")
    return Wishes(picture, button, emotion, duration_s, face, seed, keep_seed)


def _example(path: Path, picture: gr.Image) -> None:
    cached = save_file_to_cache(path, picture.GRADIO_CACHE)
    button = gr.Button(f"Try it with the {path.stem}", icon=cached, size="md", elem_classes="example")
    button.keep_in_cache.add(cached)
    # Progress shown on the picture would make Gradio ask how far an upload is that never began.
    button.click(lambda: cached, None, picture, show_progress_on=button, queue=False, api_visibility="private")


def lay_results() -> Results:
    """Put the outputs into the column that is open."""
    headline = html(views.EMPTY, elem_id="headline")
    with gr.Column(visible=False) as song:
        player = gr.Audio(
            label="Song",
            show_label=False,
            interactive=False,
            autoplay=True,
            buttons=[],
            waveform_options=PLAIN_PLAYER,
            elem_id="player",
        )
        with gr.Row(elem_id="actions"):
            again = gr.Button("Another take", min_width=90, size="md")
            midi, wav, json = (gr.DownloadButton(f"↓ {kind}", min_width=60, size="md") for kind in ("MIDI", "WAV", "JSON"))
        portrait, seen = html(), gr.State()
        look = gr.Button("Where did the network look?", size="sm", visible=False, elem_id="look")
        return Results(
            headline, song, player, again, midi, wav, json, portrait, seen, look, looked=html(), bars=html(), composed=html()
        )


def _path_of(payload: Any) -> str | None:
    return payload.path if payload else None


def html(value: str = "", **settings: Any) -> gr.HTML:
    """HTML that answers to no event."""
    return gr.HTML(value, js_on_load=None, **settings)
