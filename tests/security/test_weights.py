"""Weights and data from a stranger: whatever is hidden in them, none of it runs, and the refusal is a sentence."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from serving import is_sentence
from test_training import made_faces

from face2music import emotion
from face2music.errors import AssetError, DataError, Face2MusicError, RequestError
from face2music.training.data import load

CARD = {"labels": emotion.LABELS, "input": {"height_px": 48, "width_px": 48, "range": [0, 1]}}


@pytest.fixture
def trace(tmp_path):
    """The file that hidden code writes if it runs."""
    return tmp_path / "ran"


@pytest.fixture
def with_code(tmp_path, trace):
    """A Keras network, in a folder like that of a run, with a layer whose code writes a file as soon as the layer is made."""
    import keras

    code = f"lambda view: (open({str(trace)!r}, 'w').close(), view)[1]"
    inputs = keras.Input((48, 48, 1))
    view = keras.layers.Lambda(eval(code))(inputs)  # noqa: S307
    keras.Model(inputs, keras.layers.Dense(7)(keras.layers.Flatten()(view))).save(tmp_path / "emotion.keras")
    (tmp_path / "emotion.json").write_text(json.dumps(CARD))
    trace.unlink()
    return tmp_path / "emotion.keras"


class WritesWhenUnpickled:
    """Unpickling it writes a file."""

    def __init__(self, file):
        self.file = file

    def __reduce__(self):
        return open, (str(self.file), "w")


@pytest.fixture
def pickled(trace):
    """An array of one object whose unpickling writes a file."""
    return np.array([WritesWhenUnpickled(trace)], dtype=object)


def refused(kind: type[Face2MusicError], work, *values) -> str:
    with pytest.raises(kind) as refusal:
        work(*values)
    assert is_sentence(str(refusal.value)), refusal.value
    return str(refusal.value)


def test_the_traps_would_write_a_file(with_code, pickled, trace, tmp_path):
    """Otherwise the other tests would prove nothing."""
    import keras

    keras.models.load_model(with_code, compile=False, safe_mode=False)
    assert trace.exists()
    trace.unlink()
    np.savez(tmp_path / "trap.npz", label=pickled)
    with np.load(tmp_path / "trap.npz", allow_pickle=True) as file:
        assert len(file["label"]) == 1
    assert trace.exists()


def test_code_in_a_network_that_is_plugged_in_does_not_run(with_code, trace):
    assert "cannot be loaded (Requested the deserialization of a" in refused(AssetError, emotion.load, with_code)
    assert not trace.exists()


def test_code_in_a_run_to_begin_with_does_not_run(with_code, trace):
    from face2music.training.state import begin_with

    model, views = SimpleNamespace(weights=[]), np.zeros((1, 48, 48, 1), np.float32)
    assert "holds no run of this network" in refused(RequestError, begin_with, with_code.parent, model, views)
    assert not trace.exists()


def test_code_in_a_run_to_export_does_not_run(with_code, trace):
    from face2music.training.export import served_files
    from face2music.training.recipe import BASELINE

    message = refused(RequestError, served_files, with_code.parent, BASELINE, made_faces(7))
    assert "holds no finished run" in message
    assert not trace.exists()


@pytest.mark.parametrize("key", ["images", "label", "usage", "ferplus"])
def test_pickles_in_a_data_set_are_not_opened(tmp_path, pickled, trace, key):
    faces = made_faces(7)
    arrays = {"images": faces.images, "label": faces.label, "usage": faces.usage}
    np.savez(tmp_path / "fer.npz", **arrays | {key: pickled})
    assert "fer.npz" in refused(DataError, load, tmp_path / "fer.npz")
    assert not trace.exists()


def test_a_data_set_that_is_a_pickle_is_not_opened(tmp_path, pickled, trace):
    with (tmp_path / "fer.npz").open("wb") as file:
        np.save(file, pickled)
    assert "fer.npz" in refused(DataError, load, tmp_path / "fer.npz")
    (tmp_path / "fer.npz").write_bytes(pickled.dumps())
    assert "fer.npz" in refused(DataError, load, tmp_path / "fer.npz")
    assert not trace.exists()


def test_pickles_in_a_checkpoint_are_not_opened(tmp_path, pickled, trace):
    import keras

    from face2music.training import state

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd")
    average = state.AverageWeights(0.99)
    average.set_model(model)
    checkpoint = state.Checkpoint(tmp_path, average, 0.0, "val_accuracy")
    checkpoint.set_model(model)
    for name in (state.STATE, state.BEST):
        np.savez(tmp_path / name, arr_0=pickled)
    assert "cannot go on from" in refused(RequestError, checkpoint.restore)
    views = np.zeros((1, 48, 48, 1), np.float32)
    assert "holds no run of this network" in refused(RequestError, state.begin_with, tmp_path, model, views)
    assert not trace.exists()
