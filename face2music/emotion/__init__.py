"""48x48 grey crops -> probability of each emotion, by the network in a weights file.

Crops are uint8 (n, height, width); probabilities are float32 (n, 7) in the order of `LABELS` and add up to 1 in each row. What
the network reads and says is described in the JSON file beside the weights (`card.py`).
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten

import cv2
import numpy as np

from face2music.emotion.card import LABELS, Card, read_card
from face2music.emotion.engine import Network, open_keras, open_onnx
from face2music.emotion.litert import open_tflite
from face2music.errors import AssetError, RequestError, in_a_line, printable

__all__ = ["LABELS", "Card", "Recogniser", "load"]

_BATCH, _CROP_PX = 128, 48
_SAID = 200  # how many letters of another library's message are repeated
_TINY = 1e-7  # the least probability whose logarithm is taken
_OPENERS = {".tflite": open_tflite, ".keras": open_keras, ".onnx": open_onnx}


@dataclass(frozen=True)
class Recogniser:
    """A network that is ready to read crops."""

    card: Card
    _network: Network

    labels = LABELS

    def probabilities(self, crops: np.ndarray) -> np.ndarray:
        """Calibrated probabilities float32 (n, 7) of square crops uint8 (n, height, width).

        The heads' log-probabilities, each the mean over all views of a crop, are pooled by their shares, divided by the
        temperature (Guo et al. 2017), shifted by the bias and normalised.

        Raises
        ------
        ValueError
            If the crops have another shape or type.
        AssetError
            If the network's answer cannot be used, see `Network.answers`.
        """
        return self.pooled(self.log_probabilities(crops))

    def pooled(self, by_head: dict[str, np.ndarray]) -> np.ndarray:
        """Calibrated probabilities float32 (n, 7) from what each head says."""
        pooled = np.sum([share * by_head[head] for head, share in self.card.heads.items()], axis=0)
        return _softmax(pooled / self.card.temperature + np.array(self.card.bias))

    def log_probabilities(self, crops: np.ndarray) -> dict[str, np.ndarray]:
        """What each head says before pooling and calibration: float32 (n, 7), the mean over the views of each crop."""
        if crops.dtype != np.uint8 or crops.ndim != 3 or crops.shape[1] != crops.shape[2] or crops.shape[1] == 0:
            raise ValueError(f"Crops must be square, uint8 (n, side, side), not {crops.dtype} {crops.shape}.")
        batches = [self._read(crops[i : i + _BATCH]) for i in range(0, len(crops), _BATCH)]
        none = np.empty((0, len(LABELS)), np.float32)
        return {head: np.concatenate([none, *(batch[head] for batch in batches)]) for head in self.card.heads}

    def of_views(self, views: np.ndarray) -> dict[str, np.ndarray]:
        """What each head says of views that are cut and scaled already: log-probabilities float32 (n, 7), not calibrated.

        Views are float32 (n, height, width, channels) in the range of the network's description. Raises AssetError as
        `probabilities` does.
        """
        columns = [self.card.labels.index(label) for label in LABELS]
        return {head: self._log(values[:, columns]) for head, values in self._network.answers(views, self.card).items()}

    def read(self, crop: np.ndarray) -> dict[str, float]:
        """Probability of each label for one crop, uint8 (side, side)."""
        values = self.probabilities(crop[np.newaxis])[0]
        return {label: float(p) for label, p in zip(LABELS, values, strict=True)}

    def is_sure(self, probabilities: Mapping[str, float]) -> bool:
        """Whether the largest probability is high enough to name one emotion."""
        return max(probabilities.values()) >= self.card.sure_from

    def attention(self, crop: np.ndarray, label: str) -> np.ndarray:
        """Where in a crop the network sees an emotion: float32 of the crop's shape, 0 to 1, by Grad-CAM.

        Raises
        ------
        RequestError
            If the network cannot be asked: Grad-CAM needs our own or a Keras network with feature maps.
        """
        if self._network.attention is None:
            raise RequestError("Where the network looks can only be shown for our own and for a Keras network with feature maps.")
        left, top, side = (round(share * len(crop)) for share in self.card.views[0])
        heat = self._network.attention(self._views(crop[np.newaxis])[:1], self.card.labels.index(label))
        shown = np.zeros(crop.shape, np.float32)
        shown[top : top + side, left : left + side] = cv2.resize(heat, (side, side), interpolation=cv2.INTER_CUBIC)
        return np.clip(shown / max(float(shown.max()), _TINY), 0, 1)

    def _try_out(self) -> None:
        """Let the network read two views, light and dark places in them; AssetError if its answer cannot be used.

        Two, because a network that was made for one at a time shows it only then.
        """
        side = np.arange(_CROP_PX)
        crop = ((side + side[:, np.newaxis]) * (255 / (2 * _CROP_PX - 2))).astype(np.uint8)
        self._network.answers(self._views(np.stack([crop, crop[::-1]]))[:2], self.card)

    def _read(self, crops: np.ndarray) -> dict[str, np.ndarray]:
        by_head = self.of_views(self._views(crops))
        return {head: values.reshape(-1, len(crops), len(LABELS)).mean(axis=0) for head, values in by_head.items()}

    def _log(self, values: np.ndarray) -> np.ndarray:
        logs = values if self.card.logits else np.log(np.maximum(values, _TINY))
        return np.log(np.maximum(_softmax(logs), _TINY))

    def _views(self, crops: np.ndarray) -> np.ndarray:
        """All first views, then all second ones ...: float32 (views * n, height, width, channels) in the network's range."""
        card, side_px = self.card, crops.shape[1]
        size = (card.width_px, card.height_px)
        parts = []
        for left, top, side in card.views:
            x, y, w = round(left * side_px), round(top * side_px), round(side * side_px)
            part = crops[:, y : y + w, x : x + w]
            parts.append(part if part.shape[1:] == size[::-1] else np.stack([_resized(view, size) for view in part]))
        if card.mirror:
            parts += [part[:, :, ::-1] for part in parts]
        views = np.concatenate(parts).astype(np.float32) * ((card.high - card.low) / 255) + card.low
        return np.repeat(views[..., np.newaxis], card.channels, axis=-1)


def load(weights: Path) -> Recogniser:
    """Load a network and run it once, so that it is ready.

    Parameters
    ----------
    weights
        A `.tflite`, `.keras` or `.onnx` file with its description beside it: a JSON file of the same name, see `card.py`.

    Raises
    ------
    AssetError
        If either file is missing, damaged, or does not fit the other, or the name is no text.
    """
    try:
        open_network = _OPENERS[weights.suffix.lower()]
    except KeyError:
        raise AssetError(f"{weights.name} is no network that can be read; give a .tflite, .keras or .onnx file.") from None
    if not os.path.isfile(weights):  # a name that no file can have is none, where Path raises
        raise AssetError(f"There is no network at {printable(weights)}; give a .tflite, .keras or .onnx file.")
    if printable(weights) != str(weights):
        # LiteRT answers it with the types of its arguments.
        raise AssetError(f"The name {printable(weights)} is no text in UTF-8; give the network and its folders other names.")
    card = read_card(weights.with_suffix(".json"))
    try:
        recogniser = Recogniser(card, open_network(weights, card))
        recogniser._try_out()
    except AssetError:
        raise
    except Exception as error:
        said = shorten(in_a_line(error), _SAID, placeholder=" ...")
        raise AssetError(f"The network in {weights} cannot be loaded ({said}); export it again, or give another one.") from error
    return recogniser


def _resized(view: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    shrinks = view.shape[0] > size[1]
    return cv2.resize(view, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)


def _softmax(logits: np.ndarray) -> np.ndarray:
    scaled = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return (scaled / scaled.sum(axis=-1, keepdims=True)).astype(np.float32)
