"""A page of nothing but the player, twice, and the plane: what the tests of these components open in a browser."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio as gr

from face2music.page import STYLE_SHEETS, THEME
from face2music.page import plane as planes
from face2music.page import player as players
from face2music.page.plane import Plane
from face2music.page.player import Player, Stems

GERMAN_PLAYER = {**players.TEXTS, "play": "Abspielen", "mute": "Stumm", "melody": "Melodie"}
GERMAN_PLAYER["pitches"] = "C Cis D Es E F Fis G As A B H"
GERMAN_PLANE = {**planes.TEXTS, "happy": "Glücklich", "excited": "aufgeregt"}


def _noted(past: str, point: dict[str, float]) -> str:
    return json.dumps([*json.loads(past), point])


@contextmanager
def served(roll: Mapping[str, Any], mix: Path | None, stems: Stems) -> Iterator[str]:
    """Serve a page that shows a song at the press of a button; its address."""
    with gr.Blocks(analytics_enabled=False) as page:
        with gr.Column(elem_id="bench"):
            compose = gr.Button("Compose", elem_id="compose")
            quiet = gr.Button("Show", elem_id="show")
            clicks = gr.Button("Clicks", elem_id="clicks")
            soundless = gr.Button("Without sound", elem_id="soundless")
            german = gr.Button("Deutsch", elem_id="german")
            player = Player(stems=stems, elem_id="player")
            other = Player(stems=stems, elem_id="other")
            place = gr.Button("Place", elem_id="place")
            plane = Plane(Plane.show(0.2, 0.1), elem_id="plane")
            moved, changed = gr.Textbox("[]", elem_id="moved"), gr.Textbox("[]", elem_id="changed")
        compose.click(lambda: Player.show(roll, mix, key="song"), None, player)
        quiet.click(lambda: Player.show(roll, mix, key="refused", autoplay=False), None, other)
        clicks.click(lambda: Player.show(roll, mix, key="clicks"), None, player)
        soundless.click(lambda: Player.show(roll, None), None, player)
        german.click(lambda: (gr.update(texts=GERMAN_PLAYER), gr.update(texts=GERMAN_PLANE)), None, [player, plane])
        heard, path = {"valence": 0.55, "arousal": 0.35}, [{"valence": -0.6, "arousal": -0.3}, {"valence": 0.1, "arousal": 0.6}]
        place.click(lambda: Plane.show(-0.5, -0.25, heard, path), None, plane)
        plane.input(_noted, [moved, plane], moved)
        plane.change(_noted, [changed, plane], changed)
    _, url, _ = page.launch(
        prevent_thread_lock=True, quiet=True, theme=THEME, css_paths=STYLE_SHEETS, run_history=False, enable_monitoring=False
    )
    try:
        yield url
    finally:
        page.close()
