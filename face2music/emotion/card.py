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
  "sure_from": 0.5
}
```

`labels` and `input` must be there. `heads` names the outputs of a network with several and their shares of the answer; `views`
are the squares of a crop that the network reads, as shares of its width: left, top, side; with `mirror` their mirror images too.
`bias` is added to the seven logarithms after the temperature, in the order of `LABELS`.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LABELS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
ONLY_HEAD = "output"
_DEFAULTS = {
    "output": "probabilities",
    "views": [[0, 0, 1]],
    "mirror": True,
    "temperature": 1,
    "bias": [0] * len(LABELS),
    "sure_from": 0,
}


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

    @property
    def views_read(self) -> int:
        """How many views of a crop the network reads, mirror images too."""
        return len(self.views) * (1 + self.mirror)


def read_card(file: Path) -> Card:
    """Read and check a description.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError
        If the file is missing, no JSON, or says what no network can be.
    """
    card = json.loads(file.read_text(encoding="utf-8"))
    given: dict[str, Any] = {**_DEFAULTS, **card}
    low, high = given["input"]["range"]
    heads = {str(name): float(share) for name, share in given.get("heads", {ONLY_HEAD: 1}).items()}
    total = sum(heads.values())
    checked = Card(
        labels=tuple(given["labels"]),
        height_px=int(given["input"]["height_px"]),
        width_px=int(given["input"]["width_px"]),
        channels=int(given["input"].get("channels", 1)),
        low=float(low),
        high=float(high),
        logits=given["output"] == "logits",
        heads={name: share / total for name, share in heads.items()} if total else {},
        views=tuple((float(left), float(top), float(side)) for left, top, side in given["views"]),
        mirror=bool(given["mirror"]),
        temperature=float(given["temperature"]),
        bias=tuple(float(value) for value in given["bias"]),
        sure_from=float(given["sure_from"]),
    )
    problem = next((sentence for wrong, sentence in _problems(checked, given["output"]) if wrong), None)
    if problem:
        raise ValueError(f"{file.name}: {problem}")
    return checked


def _problems(card: Card, output: str) -> list[tuple[bool, str]]:
    missing = sorted(set(LABELS) - set(card.labels))
    outside = any(min(left, top) < 0 or side <= 0 or max(left, top) + side > 1 for left, top, side in card.views)
    return [
        (bool(missing), f"labels must name every emotion; {', '.join(missing)} is missing"),
        (len(set(card.labels)) < len(card.labels), "labels must name each column once"),
        (min(card.height_px, card.width_px) < 1, "the input's height_px and width_px must be at least 1"),
        (card.channels not in (1, 3), "the input must have 1 or 3 channels"),
        (output not in ("logits", "probabilities"), "output must be logits or probabilities"),
        (not card.heads or min(card.heads.values()) < 0, "the heads' shares must be at least 0, and not all 0"),
        (not card.views, "there must be a view"),
        (outside, "views must lie within the crop"),
        (len(card.bias) != len(LABELS), f"the bias must have {len(LABELS)} numbers"),
        (not 0 < card.temperature < math.inf, "the temperature must be above 0"),
    ]
