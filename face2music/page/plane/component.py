"""The Gradio component: valence to the right, arousal upwards, each from -1 to 1, with emotions and calm states as landmarks."""

from collections.abc import Iterable, Mapping
from math import isfinite
from pathlib import Path
from typing import Any

import gradio as gr

from face2music.errors import RequestError
from face2music.mood import STATES
from face2music.page.component import OwnComponent

TEXTS = {
    "plane": "Mood",
    "valence": "Valence",
    "arousal": "Arousal",
    "unpleasant": "unpleasant",
    "pleasant": "pleasant",
    "calm": "calm",
    "excited": "excited",
    "heard": "Measured in the sound",
    "reach": "Within the outline lies every mood that there is music for, calm ones beyond the seven emotions too.",
    **{name: name.capitalize() for name in STATES},
}

_AXES = ("valence", "arousal")
_Corner = tuple[float, float]
LANDMARKS = "".join(
    f'<i data-name="{name}" style="left: {50 + 50 * mood.valence:.1f}%; top: {50 - 50 * mood.arousal:.1f}%"><span></span></i>'
    for name, mood in STATES.items()
)


def _outline(points: Iterable[_Corner]) -> list[_Corner]:
    """The corners of the smallest convex shape around points, against the clock (Andrew 1979)."""

    def half(ordered: list[_Corner]) -> list[_Corner]:
        corners: list[_Corner] = []
        for point in ordered:
            while len(corners) > 1 and _turn(corners[-2], corners[-1], point) <= 0:
                corners.pop()
            corners.append(point)
        return corners[:-1]

    ordered = sorted(points)
    return half(ordered) + half(ordered[::-1])


def _turn(a: _Corner, b: _Corner, c: _Corner) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


# All that there is music for: between the seven emotions and the calm states beyond them.
REACH = _outline((mood.valence, mood.arousal) for mood in STATES.values())


class Plane(OwnComponent):
    """A point that is dragged, clicked or moved by keys; handlers get it as {"valence": float, "arousal": float} or None.

    It stays within the moods that there is music for, which are outlined: beyond, a song would not be what is pointed at.
    `input` follows once when a visitor has moved it, `change` also when a handler has set it.

    Parameters
    ----------
    value
        As of `show`.
    texts
        What is said on the page, with all the keys of `TEXTS`; `gr.update(texts=...)` changes the language.
    settings
        As of `gr.HTML`.
    """

    def __init__(self, value: Any = None, *, texts: Mapping[str, str] = TEXTS, **settings: Any) -> None:
        scripts = ("field.js", "plane.js")
        super().__init__(value, Path(__file__).parent, scripts, texts, LANDMARKS, reach=[*map(list, REACH)], **settings)

    @staticmethod
    def show(
        valence: float,
        arousal: float,
        heard: Mapping[str, float] | None = None,
        path: Iterable[Mapping[str, float]] = (),
    ) -> dict[str, Any]:
        """What to return for this component so that it shows a point.

        Parameters
        ----------
        valence, arousal
            The point, each from -1 to 1.
        heard
            A second point to compare with: the mood that was measured in the sound.
        path
            The points of a mood that changes, in order.

        Raises
        ------
        RequestError
            If a point is not on the plane.
        """
        point = _point({"valence": valence, "arousal": arousal})
        return {**point, "heard": None if heard is None else _point(heard), "path": [_point(mood) for mood in path]}

    def preprocess(self, payload: Any) -> Any:
        """The point without what is only shown beside it; gr.Error if a request brings none."""
        try:
            return None if payload is None else _point(payload)
        except RequestError as refusal:
            raise gr.Error(str(refusal), print_exception=False) from refusal

    def api_info(self) -> dict[str, Any]:
        """The point as the API's documentation describes it."""
        axis = {"type": "number", "minimum": -1, "maximum": 1}
        return {"type": "object", "properties": dict.fromkeys(_AXES, axis), "required": list(_AXES)}


def _point(mood: Any) -> dict[str, float]:
    try:
        point = {axis: float(mood[axis]) for axis in _AXES}
    except (TypeError, KeyError, ValueError, OverflowError):
        point = {}
    if not point or not all(isfinite(value) and -1 <= value <= 1 for value in point.values()):
        raise RequestError(f"{mood!s:.80} is no point of the plane; give valence and arousal from -1 to 1.")
    return point
