"""The JSON file beside a weights file: what a reader of the network must know, checked once.

```json
{
  "labels": ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"],
  "input": {"height_px": 44, "width_px": 44, "channels": 1, "range": [0, 1]},
  "output": "logits",
  "heads": {"labels": 0.6, "votes": 0.4},
  "views": [[0.04, 0.04, 0.92]],
  "mirror": true,
  "temperature": 1.2,
  "bias": [0, 0, 0.4, 0.1, 0.2, 0.1, 0],
  "sure_from": 0.5,
  "learnt_from": ["Training"]
}
```

`labels` and `input` must be there, and no other keys than these and `parameters`, how many weights there are. `range` is what
black and white are for the network. `heads` names the outputs of a network with several and their shares of the answer; `views`
are the squares of a crop that the network reads, as shares of its width: left, top, side; with `mirror` their mirror images too.
`bias` is added to the seven logarithms after the temperature, in the order of `LABELS`. `learnt_from` names the splits of
FER-2013 whose pictures the network knows, which `evaluate emotion` tells from new ones.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from face2music.errors import AssetError, in_a_line

LABELS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
ONLY_HEAD = "output"
_MOST_SIDE_PX, _MOST_VALUE, _LEAST_RANGE = 1024, 65536, 0.01
_MOST_VIEWS, _LEAST_VIEW = 32, 0.1  # a smaller view could be no pixel of a crop
_MOST_SHARE, MOST_BIAS = 1000, 100
TEMPERATURES = (0.01, 100)
_SHOWN = 80  # how much of a wrong value is repeated


@dataclass(frozen=True)
class Card:
    """A network's description; `labels` are the names of its columns, of which those that are no emotion of ours are left out."""

    labels: tuple[str, ...]
    height_px: int
    width_px: int
    channels: int
    low: float
    high: float
    logits: bool
    heads: Mapping[str, float]
    views: tuple[tuple[float, float, float], ...]
    mirror: bool
    temperature: float
    bias: tuple[float, ...]
    sure_from: float
    learnt_from: tuple[str, ...]

    @property
    def views_read(self) -> int:
        """How many views of a crop the network reads, mirror images too."""
        return len(self.views) * (1 + self.mirror)


def read_card(file: Path) -> Card:
    """Read and check a description.

    Raises
    ------
    AssetError
        If the file is missing, no JSON, or says what no network can be.
    """
    try:
        return _card(json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_each_key_once))
    except FileNotFoundError as error:
        raise AssetError(f"There is no {file}, the description of the network beside it; write it as {_FORM_IS_TOLD}.") from error
    except _WrongError as error:
        raise AssetError(f"{file} does not describe a network: {error}; correct it there.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise AssetError(f"{file} cannot be read as JSON ({in_a_line(error)}); write it as {_FORM_IS_TOLD}.") from error


def _card(given: Any) -> Card:
    card = _checked("", given, _KEYS, _DEFAULTS)
    entry = _checked("input.", card["input"], _INPUT_KEYS, _INPUT_DEFAULTS)
    low, high = entry["range"]
    total = sum(card["heads"].values())
    return Card(
        labels=tuple(card["labels"]),
        height_px=entry["height_px"],
        width_px=entry["width_px"],
        channels=entry["channels"],
        low=float(low),
        high=float(high),
        logits=card["output"] == "logits",
        heads={name: share / total for name, share in card["heads"].items()},
        views=tuple((float(left), float(top), float(side)) for left, top, side in card["views"]),
        mirror=card["mirror"],
        temperature=float(card["temperature"]),
        bias=tuple(float(value) for value in card["bias"]),
        sure_from=float(card["sure_from"]),
        learnt_from=tuple(card["learnt_from"]),
    )


class _WrongError(ValueError):
    """What is wrong with a description."""


@dataclass(frozen=True)
class _Key:
    """What the value of a key must be, in words and as a function."""

    must_be: str
    fits: Callable[[Any], bool]


def _checked(place: str, given: Any, keys: Mapping[str, _Key], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an object with nothing but these keys, each as it must be."""
    if not isinstance(given, dict):
        raise _WrongError(f"it must be an object in braces, not {_shown(given)}")
    for name in given:
        if name not in keys:
            raise _WrongError(f"{_shown(place + name)} is unknown; the keys are {', '.join(place + key for key in keys)}")
    values = {**defaults, **given}
    for name, key in keys.items():
        if name not in values:
            raise _WrongError(f'"{place}{name}" is missing; it must be {key.must_be}')
        if not key.fits(values[name]):
            raise _WrongError(f'"{place}{name}" must be {key.must_be}, not {_shown(values[name])}')
    return values


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        raise _WrongError(f"{_shown(next(name for name in names if names.count(name) > 1))} is there twice")
    return values


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + " ..."


def _is_number(value: Any, least: float, most: float) -> bool:
    """Whether it is a number within the bounds; not a number (NaN) is in none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _is_whole(value: Any, least: float, most: float) -> bool:
    return isinstance(value, int) and _is_number(value, least, most)


def _are_numbers(value: Any, count: int, least: float, most: float) -> bool:
    return isinstance(value, list) and len(value) == count and all(_is_number(each, least, most) for each in value)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _are_labels(value: Any) -> bool:
    if not _are_texts(value):
        return False
    return set(value) >= set(LABELS) and len(set(value)) == len(value)


def _are_heads(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_number(share, 0, _MOST_SHARE) for share in value.values()) and any(value.values())


def _are_views(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= _MOST_VIEWS and all(_is_view(view) for view in value)


def _is_view(value: Any) -> bool:
    return _are_numbers(value, 3, 0, 1) and value[2] >= _LEAST_VIEW and max(value[:2]) + value[2] <= 1


def _is_range(value: Any) -> bool:
    return _are_numbers(value, 2, -_MOST_VALUE, _MOST_VALUE) and abs(value[1] - value[0]) >= _LEAST_RANGE


_FORM_IS_TOLD = "face2music/emotion/card.py shows"
_SIDE = _Key(f"a whole number from 1 to {_MOST_SIDE_PX}", lambda value: _is_whole(value, 1, _MOST_SIDE_PX))
_KEYS = {
    "labels": _Key(f"a list of the names of the columns, each once, {', '.join(LABELS)} among them", _are_labels),
    "input": _Key("an object with height_px, width_px, range and, if not 1, channels", lambda value: isinstance(value, dict)),
    "output": _Key('"logits" or "probabilities"', lambda value: value in ("logits", "probabilities")),
    "heads": _Key(f"an object of output: share, each share from 0 to {_MOST_SHARE} and not all 0", _are_heads),
    "views": _Key(
        f"a list of 1 to {_MOST_VIEWS} squares [left, top, side] that lie within the crop, shares of its width, "
        f"each side at least {_LEAST_VIEW}",
        _are_views,
    ),
    "mirror": _Key("true or false", lambda value: isinstance(value, bool)),
    "temperature": _Key("a number from {:g} to {:g}".format(*TEMPERATURES), lambda value: _is_number(value, *TEMPERATURES)),
    "bias": _Key(
        f"a list of {len(LABELS)} numbers from -{MOST_BIAS} to {MOST_BIAS}",
        lambda value: _are_numbers(value, len(LABELS), -MOST_BIAS, MOST_BIAS),
    ),
    "sure_from": _Key("a number from 0 to 1", lambda value: _is_number(value, 0, 1)),
    "parameters": _Key("a whole number", lambda value: _is_whole(value, 0, math.inf)),
    "learnt_from": _Key("a list of names of splits", _are_texts),
}
_DEFAULTS: dict[str, Any] = {
    "output": "probabilities",
    "heads": {ONLY_HEAD: 1},
    "views": [[0, 0, 1]],
    "mirror": True,
    "temperature": 1,
    "bias": [0] * len(LABELS),
    "sure_from": 0,
    "parameters": 0,
    "learnt_from": ["Training"],
}
_INPUT_KEYS = {
    "height_px": _SIDE,
    "width_px": _SIDE,
    "range": _Key(
        f"a list of two numbers, what black and white are for the network, from -{_MOST_VALUE} to {_MOST_VALUE} "
        f"and at least {_LEAST_RANGE} apart",
        _is_range,
    ),
    "channels": _Key("1 or 3", lambda value: _is_whole(value, 1, 3) and value != 2),
}
_INPUT_DEFAULTS: dict[str, Any] = {"channels": 1}
