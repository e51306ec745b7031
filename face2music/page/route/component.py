"""The Gradio component: two to twelve steps as numbered points with a line through them, and as a list.

A step is an emotion's name, a point (valence and arousal, each from -1 to 1), or the shares that were read in a photograph. The
photographs themselves are sent in memory when they are added, and stay in the browser as little pictures.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from face2music.mood import NORMS, mood_of, rounded
from face2music.page.beside import Places
from face2music.page.component import OwnComponent
from face2music.page.plane import LANDMARKS, REACH
from face2music.pipeline import MOST_STEPS

_SCRIPTS = ("../asking.js", "../camera/drops.js", "../camera/picture.js", "../plane/field.js", "steps.js", "list.js", "route.js")
WAITING = 12  # pictures: those of a journey


class Route(OwnComponent):
    """Says `journey`, with `steps`, `bars` (None, or one for each step) and `seconds`, when another script sends it "compose".

    Parameters
    ----------
    read
        The picture in a data URL -> the shares of the emotions that its largest face shows. Its refusals (`Face2MusicError`) are
        shown to the visitor.
    presets
        Journeys by their names: steps, and the bars of each.
    texts
        The words of the groups route, camera, plane and emotions; `gr.update(texts=...)` changes the language.
    settings
        As of `gr.HTML`.
    """

    def __init__(
        self,
        read: Callable[[str], Mapping[str, float]],
        presets: Mapping[str, Mapping[str, Any]],
        *,
        texts: Mapping[str, str],
        **settings: Any,
    ) -> None:
        def step_of(picture: str) -> dict[str, Any]:
            return step_at(read(picture))

        super().__init__(
            None,
            Path(__file__).parent,
            _SCRIPTS,
            texts,
            LANDMARKS,
            ("../plane/plane.css",),
            presets={name: dict(preset) for name, preset in presets.items()},
            norms={name: {"valence": norm.valence, "arousal": norm.arousal} for name, norm in NORMS.items()},
            most=MOST_STEPS,
            reach=[*map(list, REACH)],
            server_functions=[Places(1, WAITING).server(step_of)],
            **settings,
        )


def step_at(shares: Mapping[str, float]) -> dict[str, Any]:
    """A step with the shares of the emotions that a face shows."""
    exact = rounded(shares)
    felt = mood_of(exact)
    return {
        "shares": exact,
        "valence": felt.valence,
        "arousal": felt.arousal,
        "emotion": max(exact, key=lambda name: exact[name]),
    }
