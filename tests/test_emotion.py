import json
import subprocess
import sys

import cv2
import numpy as np
import pytest

from face2music import assets, emotion
from face2music.emotion.card import read_card
from face2music.errors import AssetError, RequestError
from face2music.mood import EMOTIONS
from face2music.pipeline import WEIGHTS, compose

SIZE = {"height_px": 48, "width_px": 48, "range": [0, 1]}


@pytest.fixture(scope="module")
def recogniser():
    return emotion.load(assets.path(WEIGHTS))


@pytest.fixture(scope="module")
def crops():
    return np.random.default_rng(1).integers(0, 256, (300, 48, 48), dtype=np.uint8)


def test_labels_are_the_seven_emotions(recogniser):
    assert set(recogniser.labels) == set(EMOTIONS)


def test_probabilities_add_up_to_one_and_do_not_depend_on_the_batch(recogniser, crops):
    together = recogniser.probabilities(crops)
    assert together.shape == (300, 7)
    assert together.min() >= 0
    assert np.allclose(together.sum(axis=1), 1, atol=1e-5)
    alone = recogniser.read(crops[299])
    assert list(alone) == list(recogniser.labels)
    assert np.allclose(list(alone.values()), together[299], atol=1e-4)


def test_a_face_and_its_mirror_image_are_read_alike(recogniser, crops):
    """But for what is rounded when views change their size."""
    assert np.allclose(recogniser.probabilities(crops), recogniser.probabilities(crops[:, :, ::-1]), atol=0.02)


def test_no_crops_give_no_rows(recogniser):
    assert recogniser.probabilities(np.empty((0, 48, 48), np.uint8)).shape == (0, 7)


@pytest.mark.parametrize(
    "wrong", [np.zeros((1, 48, 48), np.float32), np.zeros((48, 48), np.uint8), np.zeros((1, 48, 40), np.uint8)]
)
def test_crops_of_another_kind_are_refused(recogniser, wrong):
    with pytest.raises(ValueError, match=r"Crops must be square, uint8"):
        recogniser.probabilities(wrong)


def test_attention_lies_where_the_emotion_is_and_not_outside_the_crop(recogniser, crops):
    heat = recogniser.attention(crops[0], "happy")
    assert heat.shape == (48, 48)
    assert heat.dtype == np.float32
    assert heat.min() >= 0
    assert heat.max() in (0, pytest.approx(1))


@pytest.mark.parametrize("name", ["emotion.keras", "emotion.onnx", "emotion.tflite"])
def test_a_damaged_network_is_refused(tmp_path, name):
    weights = tmp_path / name
    weights.write_bytes(b"not a network")
    with pytest.raises(AssetError, match="cannot be loaded"):
        emotion.load(weights)
    weights.with_suffix(".json").write_text(json.dumps({"labels": EMOTIONS, "input": SIZE}))
    with pytest.raises(AssetError, match="cannot be loaded"):
        emotion.load(weights)


def test_another_kind_of_file_is_refused(tmp_path):
    with pytest.raises(AssetError, match=r"model\.pt is no network that can be read; give a \.tflite, \.keras or \.onnx file"):
        emotion.load(tmp_path / "model.pt")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labels": EMOTIONS[:-1]}, f"{EMOTIONS[-1]} is missing"),
        ({"labels": [*EMOTIONS, EMOTIONS[0]]}, "name each column once"),
        ({"input": {**SIZE, "height_px": 0}}, "at least 1"),
        ({"input": {**SIZE, "channels": 4}}, "1 or 3 channels"),
        ({"output": "scores"}, "logits or probabilities"),
        ({"heads": {"a": 0}}, "not all 0"),
        ({"heads": {"a": 2, "b": -1}}, "at least 0"),
        ({"views": []}, "there must be a view"),
        ({"views": [[0.2, 0, 0.9]]}, "within the crop"),
        ({"temperature": 0}, "above 0"),
        ({"bias": [0, 1]}, "must have 7 numbers"),
    ],
)
def test_a_description_that_no_network_can_have_is_refused(tmp_path, changes, message):
    file = tmp_path / "emotion.json"
    file.write_text(json.dumps({"labels": EMOTIONS, "input": SIZE, **changes}))
    with pytest.raises(ValueError, match=message):
        read_card(file)


def brightness_network(folder, labels):
    """An ONNX network for 64x64 colour pictures, channels first: the brighter, the more the last label."""
    import onnx
    from onnx import TensorProto, helper

    shape = ["n", 3, 64, 64]
    weight = np.zeros((1, len(labels)), np.float32)
    weight[0, -1] = 20
    constant = helper.make_tensor("weight", TensorProto.FLOAT, weight.shape, weight.ravel())
    nodes = [
        helper.make_node("GlobalAveragePool", ["picture"], ["mean"]),
        helper.make_node("ReduceMean", ["mean"], ["grey"], axes=[1, 2], keepdims=0),
        helper.make_node("MatMul", ["grey", "weight"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["emotions"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "brightness",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("emotions", TensorProto.FLOAT, ["n", len(labels)])],
        [constant],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, folder / "bright.onnx")
    size = {"height_px": 64, "width_px": 64, "channels": 3, "range": [-1, 1]}
    (folder / "bright.json").write_text(json.dumps({"labels": labels, "input": size}))
    return folder / "bright.onnx"


def test_a_network_of_another_kind_and_size_can_be_plugged_in(tmp_path, astronaut):
    labels = ["contempt", *sorted(EMOTIONS, reverse=True)]
    network = brightness_network(tmp_path, labels)
    bright, dark = (np.full((48, 48), value, np.uint8) for value in (255, 0))
    recogniser = emotion.load(network)
    assert recogniser.read(bright)[labels[-1]] > 0.99
    assert recogniser.read(dark)[labels[-1]] < 0.01
    assert sum(recogniser.read(dark).values()) == pytest.approx(1)
    with pytest.raises(RequestError, match="Keras network"):
        recogniser.attention(bright, "happy")
    song = compose(astronaut, seed=1, duration_s=5, network=network)
    face = song.faces[0]
    assert face.emotion == recogniser.read(face.crop)


def test_a_keras_network_of_another_size_can_be_plugged_in(tmp_path):
    import keras

    keras.utils.set_random_seed(1)
    inputs = keras.Input((32, 32, 1))
    maps = keras.layers.Conv2D(4, 3, activation="relu")(inputs)
    outputs = keras.layers.Dense(7, activation="softmax")(keras.layers.GlobalMaxPooling2D()(maps))
    model = keras.Model(inputs, outputs)
    model.save(tmp_path / "small.keras")
    size = {"height_px": 32, "width_px": 32, "range": [0, 1]}
    (tmp_path / "small.json").write_text(json.dumps({"labels": EMOTIONS, "input": size, "mirror": False}))
    recogniser = emotion.load(tmp_path / "small.keras")
    crop = np.random.default_rng(2).integers(0, 256, (32, 32), dtype=np.uint8)
    expected = model.predict(crop[np.newaxis, ..., np.newaxis] / 255.0, verbose=0)[0]
    order = [EMOTIONS.index(label) for label in recogniser.labels]
    assert np.allclose(recogniser.probabilities(crop[np.newaxis])[0], expected[order], atol=1e-5)
    assert recogniser.attention(crop, "sad").shape == (32, 32)
    assert recogniser.probabilities(np.zeros((2, 48, 48), np.uint8)).shape == (2, 7)


def test_what_is_served_reads_and_looks_as_the_keras_network_does(recogniser):
    """But for the rounding to 8 bits, on crops as smooth as faces; Grad-CAM takes small steps here, and gradients there."""
    keras_network = emotion.load(assets.path("emotion.keras"))
    coarse = np.random.default_rng(3).integers(0, 256, (6, 5, 5), dtype=np.uint8)
    crops = np.stack([cv2.resize(crop, (48, 48), interpolation=cv2.INTER_CUBIC) for crop in coarse])
    assert np.allclose(recogniser.probabilities(crops), keras_network.probabilities(crops), atol=0.02)
    for crop in crops:
        label = max(recogniser.read(crop).items(), key=lambda item: item[1])[0]
        ours, theirs = recogniser.attention(crop, label), keras_network.attention(crop, label)
        assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.9


def test_reading_loads_no_tensorflow_and_says_nothing():
    picture = str(assets.path("examples/astronaut.jpg"))
    code = f"import sys, face2music; face2music.read_faces({picture!r}); print('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_a_tflite_network_of_one_piece_can_be_plugged_in(tmp_path):
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec((None, 32, 32, 3), tf.float32)])
    def brightness(view):
        mean = tf.reduce_mean(view, axis=(1, 2, 3))
        return {"scores": tf.stack([mean, *[0 * mean] * 6], axis=1)}

    module = tf.Module()
    tf.saved_model.save(module, str(tmp_path / "saved"), signatures=brightness)
    converter = tf.lite.TFLiteConverter.from_saved_model(str(tmp_path / "saved"))
    (tmp_path / "bright.tflite").write_bytes(converter.convert())
    described = {
        "labels": EMOTIONS,
        "input": {"height_px": 32, "width_px": 32, "channels": 3, "range": [0, 9]},
        "output": "logits",
    }
    (tmp_path / "bright.json").write_text(json.dumps(described))
    recogniser = emotion.load(tmp_path / "bright.tflite")
    bright, dark = (np.full((48, 48), value, np.uint8) for value in (255, 0))
    assert recogniser.read(bright)[EMOTIONS[0]] > 0.99
    assert recogniser.read(dark)[EMOTIONS[0]] == pytest.approx(1 / 7)
    with pytest.raises(RequestError, match="our own and for a Keras network"):
        recogniser.attention(bright, "happy")
    described["input"]["height_px"] = 40
    (tmp_path / "bright.json").write_text(json.dumps(described))
    with pytest.raises(AssetError, match="its input is"):
        emotion.load(tmp_path / "bright.tflite")


def test_a_network_and_its_description_must_fit(tmp_path):
    network = brightness_network(tmp_path, list(EMOTIONS))
    network.with_suffix(".json").write_text(json.dumps({"labels": EMOTIONS, "input": SIZE}))
    with pytest.raises(AssetError, match="its input is"):
        emotion.load(network)
