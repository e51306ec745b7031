"""A `.tflite` file -> a function that runs the network: LiteRT is what serves our own, in a fifteenth of TensorFlow's memory.

Our own file has two signatures, the halves of the network: `features`, from views to the last feature map that is fine enough to
point with, and `heads`, from that map to the answers. A file of another origin has one signature, the whole network.
"""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from face2music.emotion.card import Card
from face2music.emotion.engine import Network, by_head, check_shape, check_type, many_inputs, unfit
from face2music.errors import AssetError

FEATURES, HEADS = "features", "heads"
THREADS = 1
_STEP = 0.01


class _Signature:
    """One signature of an interpreter, as a function of its only input."""

    def __init__(self, runner: Any) -> None:
        ((self._input, details),) = runner.get_input_details().items()
        self._runner = runner
        self.type = np.dtype(details["dtype"]).name
        batch, *self.shape = (int(side) for side in details["shape_signature"])
        self.batch = batch if batch > 0 else None

    def __call__(self, values: np.ndarray) -> dict[str, np.ndarray]:
        return self._runner(**{self._input: values})


def open_tflite(weights: Path, card: Card) -> Network:
    """Load a `.tflite` file; where the network looks can be asked of one in two halves."""
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        raise AssetError(f"{weights.name} needs LiteRT; install it: pip install ai-edge-litert.") from error

    interpreter = Interpreter(str(weights), num_threads=THREADS)
    names = interpreter.get_signature_list()
    order = (FEATURES, HEADS) if {FEATURES, HEADS} == set(names) else tuple(names)
    if len(order) != 1 and order != (FEATURES, HEADS):
        raise unfit(weights, f"it has {len(order)} signatures, but must have one, the network")
    runners = [interpreter.get_signature_runner(name) for name in order]
    for runner in runners:
        if (count := len(runner.get_input_details())) != 1:
            raise unfit(weights, many_inputs(count))
    first, *rest = map(_Signature, runners)
    check_type(first.type, "float32", weights)
    check_shape(first.shape, weights, card)
    lock = threading.Lock()  # an interpreter has one set of buffers

    def run(views: np.ndarray) -> Mapping[str, np.ndarray]:
        with lock:
            return by_head(rest[0](_only(first(views))) if rest else first(views), card)

    def attention(view: np.ndarray, column: int) -> np.ndarray:
        with lock:
            return _grad_cam(_only(first(view)), rest[0], card, column)

    with _quiet():
        run(np.zeros((first.batch or 1, *first.shape), np.float32))
    return Network(weights, run, first.batch, attention if rest else None)


def _grad_cam(seen: np.ndarray, heads: _Signature, card: Card, column: int) -> np.ndarray:
    """Grad-CAM (Selvaraju et al. 2017) without a gradient's graph: as many derivatives of the score as the map has places.

    Its value at a place is the sum over the channels of what the place holds, times the score's mean gradient: the derivative
    of the score when what the place holds is added at all places alike, which is taken here by a small step to either side.
    """
    _, rows, columns, channels = seen.shape
    step = _STEP * seen.reshape(-1, 1, 1, channels)
    answers = by_head(heads(np.concatenate([seen + step, seen - step])), card)
    more, less = np.split(sum(share * answers[head][:, column] for head, share in card.heads.items()), 2)
    return np.maximum(more - less, 0).reshape(rows, columns).astype(np.float32)


def _only(outputs: dict[str, np.ndarray]) -> np.ndarray:
    (values,) = outputs.values()
    return values


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep from standard error what LiteRT's library writes there, once in a process, when a network first runs."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
