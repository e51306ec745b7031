import json
import os
import subprocess
import sys

import cv2
import numpy as np
import pytest
from serving import is_sentence

from face2music import assets, emotion
from face2music.emotion.card import LABELS, read_card
from face2music.errors import AssetError, RequestError
from face2music.mood import EMOTIONS
from face2music.pipeline import WEIGHTS, compose

SIZE = {"height_px": 48, "width_px": 48, "range": [0, 1]}


def described(weights, **card):
    """Write the description beside a weights file."""
    weights.with_suffix(".json").write_text(json.dumps({"labels": EMOTIONS, "input": SIZE, **card}))
    return weights


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


@pytest.mark.parametrize("ending", [".keras", ".onnx", ".tflite"])
def test_a_name_that_is_no_text_or_none_at_all_is_refused_in_a_sentence(tmp_path, ending):
    odd = tmp_path / f"{os.fsdecode(bytes([110, 255]))}{ending}"
    odd.write_bytes(b"whatever it is")
    described(odd)
    with pytest.raises(AssetError, match=r"^The name \S+n\\udcff\.\w+ is no text in UTF-8; give the network .* other names\.$"):
        emotion.load(odd)
    for name in ("x" * 3000, "a/" * 3000 + "a", "\0"):
        with pytest.raises(AssetError, match="There is no network at"):
            emotion.load(tmp_path / f"{name}{ending}")


@pytest.mark.parametrize("name", ["emotion.keras", "emotion.onnx", "emotion.tflite"])
def test_a_damaged_network_is_refused(tmp_path, name):
    weights = tmp_path / name
    with pytest.raises(AssetError, match=r"There is no network at .*; give a \.tflite, \.keras or \.onnx file"):
        emotion.load(weights)
    weights.write_bytes(b"not a network")
    with pytest.raises(AssetError, match=r"There is no .*emotion\.json, the description of the network beside it"):
        emotion.load(weights)
    described(weights)
    with pytest.raises(AssetError, match=r"cannot be loaded .*export it again, or give another one"):
        emotion.load(weights)


def test_another_kind_of_file_is_refused(tmp_path):
    with pytest.raises(AssetError, match=r"model\.pt is no network that can be read; give a \.tflite, \.keras or \.onnx file"):
        emotion.load(tmp_path / "model.pt")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labels": EMOTIONS[:-1]}, f'"labels" must be a list of the names of the columns, each once, {", ".join(LABELS)} among'),
        ({"labels": [*EMOTIONS, EMOTIONS[0]]}, '"labels" must be .* each once'),
        ({"labels": "angry"}, '"labels" must be a list .*, not "angry"'),
        ({"labels": [*EMOTIONS, 7]}, '"labels" must be a list'),
        ({"input": [48, 48]}, '"input" must be an object with height_px, width_px, range .*not .48, 48'),
        ({"input": {**SIZE, "height_px": 0}}, '"input.height_px" must be a whole number from 1 to 1024, not 0'),
        ({"input": {**SIZE, "height_px": 20.9}}, '"input.height_px" must be a whole number from 1 to 1024, not 20.9'),
        ({"input": {**SIZE, "width_px": True}}, '"input.width_px" must be a whole number from 1 to 1024, not true'),
        ({"input": {**SIZE, "width_px": 10**400}}, r'"input.width_px" must be a whole number .*, not 10+ \.\.\.'),
        ({"input": {**SIZE, "channels": 4}}, '"input.channels" must be 1 or 3, not 4'),
        ({"input": {**SIZE, "range": [0, 0]}}, '"input.range" must be a list of two numbers.*apart, not .0, 0'),
        ({"input": {**SIZE, "range": [0, float("nan")]}}, '"input.range" must be a list of two numbers.*NaN'),
        ({"input": {**SIZE, "range": [0, 0.5, 1]}}, '"input.range" must be a list of two numbers'),
        ({"input": {**SIZE, "depth": 1}}, '"input.depth" is unknown; the keys are input.height_px, .*input.channels'),
        ({"input": {"height_px": 48, "width_px": 48}}, '"input.range" is missing; it must be a list of two numbers'),
        ({"output": "scores"}, '"output" must be "logits" or "probabilities", not "scores"'),
        ({"heads": {"a": 0}}, '"heads" must be an object of output: share, .*not all 0'),
        ({"heads": {"output": -1}}, '"heads" must be .*each share from 0 to 1000'),
        ({"heads": {"a": 2, "b": float("nan")}}, '"heads" must be'),
        ({"heads": [1]}, '"heads" must be an object'),
        ({"views": []}, '"views" must be a list of 1 to 32 squares'),
        ({"views": [[0, 0, 1]] * 33}, '"views" must be a list of 1 to 32 squares'),
        ({"views": [[0.2, 0, 0.9]]}, '"views" must be .*within the crop'),
        ({"views": [[0.99, 0, 0.01]]}, '"views" must be .*each side at least 0.1'),
        ({"views": [[0, 0, 1, 1]]}, '"views" must be .*left, top, side'),
        ({"views": 1}, '"views" must be a list'),
        ({"mirror": "false"}, '"mirror" must be true or false, not "false"'),
        ({"temperature": 0}, '"temperature" must be a number from 0.01 to 100, not 0'),
        ({"temperature": 1e-300}, '"temperature" must be a number from 0.01 to 100, not 1e-300'),
        ({"temperature": True}, '"temperature" must be a number from 0.01 to 100, not true'),
        ({"bias": [0, 1]}, '"bias" must be a list of 7 numbers'),
        ({"bias": [0] * 6 + [float("nan")]}, '"bias" must be a list of 7 numbers from -100 to 100'),
        ({"sure_from": 5}, '"sure_from" must be a number from 0 to 1, not 5'),
        ({"sure_from": float("nan")}, '"sure_from" must be a number from 0 to 1, not NaN'),
        ({"parameters": "many"}, '"parameters" must be a whole number'),
        ({"learnt_from": "Training"}, '"learnt_from" must be a list of names of splits, not "Training"'),
        ({"temprature": 2}, '"temprature" is unknown; the keys are labels, input, output'),
    ],
)
def test_a_description_that_no_network_can_have_is_refused(tmp_path, changes, message):
    file = described(tmp_path / "emotion.onnx", **changes).with_suffix(".json")
    with pytest.raises(AssetError, match=f"emotion.json does not describe a network: {message}.*; correct it there.$"):
        read_card(file)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1]", "does not describe a network: it must be an object in braces, not .1.; correct it there"),
        ("{}", 'does not describe a network: "labels" is missing; it must be a list of the names of the columns'),
        (json.dumps({"labels": LABELS}), '"input" is missing; it must be an object with height_px, width_px, range'),
        ('{"mirror": true, "mirror": false}', 'does not describe a network: "mirror" is there twice'),
        ("{", r"cannot be read as JSON \(Expecting .*; write it as face2music/emotion/card.py shows"),
        ("[" * 100_000, "cannot be read as JSON"),
        ("9" * 5000, "cannot be read as JSON"),
        ("\xff", "cannot be read as JSON"),
    ],
)
def test_a_description_of_another_form_is_refused(tmp_path, text, message):
    (tmp_path / "emotion.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(AssetError, match=message) as refused:
        read_card(tmp_path / "emotion.json")
    assert is_sentence(str(refused.value))


def test_a_description_needs_no_more_than_labels_and_input(tmp_path):
    card = read_card(described(tmp_path / "emotion.onnx").with_suffix(".json"))
    assert (card.channels, card.logits, card.heads, card.views, card.mirror) == (1, False, {"output": 1}, ((0, 0, 1),), True)
    assert (card.temperature, card.bias, card.sure_from) == (1, (0,) * 7, 0)


def onnx_network(folder, batch="n", weight=None, more=(), shape=("n", 7), entry=("n", 48, 48, 1), kind="FLOAT", inputs=1):
    """An ONNX network whose scores are the picture's mean times a weight; `more` are nodes from "scores" to "answer"."""
    import onnx
    from onnx import TensorProto, helper

    weight = np.eye(1, 7, dtype=np.float32) if weight is None else weight
    more = more or [helper.make_node("Softmax", ["scores"], ["answer"], axis=1)]
    nodes = [
        helper.make_node("Cast", ["picture"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["numbers"], ["mean"], axes=[1, 2], keepdims=0),
        helper.make_node("MatMul", ["mean", "weight"], ["scores"]),
    ]
    constants = [helper.make_tensor("weight", TensorProto.FLOAT, weight.shape, weight.ravel())]
    if more[-1].op_type == "Reshape":
        constants += [helper.make_tensor("four", TensorProto.INT64, [4], [0, weight.shape[1], 1, 1])]
    answer = TensorProto.INT64 if more[-1].op_type == "ArgMax" else TensorProto.FLOAT
    entries = [helper.make_tensor_value_info("picture", getattr(TensorProto, kind), [batch, *entry[1:]])]
    entries += [helper.make_tensor_value_info(f"more{i}", TensorProto.FLOAT, ["n"]) for i in range(inputs - 1)]
    graph = helper.make_graph(
        [*nodes, *more], "made", entries, [helper.make_tensor_value_info("answer", answer, [batch, *shape[1:]])], constants
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), folder / "made.onnx")
    return folder / "made.onnx"


def tail(kind, **attributes):
    from onnx import helper

    return [helper.make_node(kind, ["scores", *attributes.pop("inputs", [])], ["answer"], **attributes)]


@pytest.mark.parametrize(
    ("made", "card", "message"),
    [
        ({"weight": np.eye(1, 8), "shape": ("n", 8)}, {}, r"shape \(2, 8\), but its 7 labels need \(2, 7\)"),
        ({"weight": np.eye(1, 5), "shape": ("n", 5)}, {}, r"shape \(2, 5\), but its 7 labels need \(2, 7\)"),
        ({}, {"labels": ["contempt", *EMOTIONS]}, r"shape \(2, 7\), but its 8 labels need \(2, 8\)"),
        ({"tail": ("Reshape", {"inputs": ["four"]}), "shape": ("n", 7, 1, 1)}, {}, r"shape \(2, 7, 1, 1\), but"),
        ({"weight": np.full((1, 7), np.nan)}, {}, "it answers with numbers that are not finite"),
        ({"weight": np.eye(1, 7) * 9, "tail": ("Identity", {})}, {}, "from 0 to 4.*, which are logits, not probabilities"),
        ({"tail": ("ArgMax", {"axis": 1}), "shape": ("n", 1)}, {}, r"shape \(2, 1\), but its 7 labels"),
        ({}, {"heads": {"votes": 1}}, 'its outputs are answer, but "heads" in its description names votes'),
        ({"entry": ("n", 40, 48, 1)}, {}, r"its input is \(40, 48, 1\), but its description says \(48, 48, 1\)"),
        ({"kind": "UINT8"}, {}, r"its input is of the type tensor\(uint8\), not tensor\(float\)"),
        ({"inputs": 2}, {}, "it has 2 inputs, but must have one, the picture"),
    ],
)
def test_a_network_whose_answer_does_not_fit_its_description_is_refused(tmp_path, made, card, message):
    if "tail" in made:
        kind, attributes = made["tail"]
        made = {name: value for name, value in made.items() if name != "tail"} | {"more": tail(kind, **attributes)}
    if "weight" in made:
        made["weight"] = made["weight"].astype(np.float32)
    with pytest.raises(AssetError, match=f"cannot be used: .*{message}") as refused:
        emotion.load(described(onnx_network(tmp_path, **made), **card))
    assert str(refused.value).endswith("; correct the network or made.json.")


def test_an_answer_that_is_no_number_is_refused_even_where_the_trial_was_right(tmp_path):
    weight = np.full((1, 7), 1e38, np.float32)
    network = described(onnx_network(tmp_path, weight=weight, more=tail("Identity")), output="logits", mirror=False)
    card = json.loads(network.with_suffix(".json").read_text())
    network.with_suffix(".json").write_text(json.dumps(card | {"input": {**SIZE, "range": [0, 5]}}))
    recogniser = emotion.load(network)
    with pytest.raises(AssetError, match="not finite"):
        recogniser.read(np.full((48, 48), 255, np.uint8))


@pytest.mark.parametrize("mirror", [True, False])
@pytest.mark.parametrize("batch", [1, 4])
def test_a_network_of_a_fixed_batch_reads_as_one_of_any_does(tmp_path, crops, batch, mirror):
    weight = np.random.default_rng(4).normal(size=(1, 7)).astype(np.float32)
    expected = emotion.load(described(onnx_network(tmp_path, weight=weight), mirror=mirror)).probabilities(crops[:6])
    fixed = emotion.load(described(onnx_network(tmp_path, batch=batch, weight=weight), mirror=mirror))
    assert np.allclose(fixed.probabilities(crops[:6]), expected, atol=1e-6)


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


def keras_network(folder, columns=7, batch=None, flat=False, heads=1):
    """A small Keras network for 16x16 pictures."""
    import keras

    keras.utils.set_random_seed(1)
    inputs = keras.Input(batch_shape=(batch, 16, 16, 1))
    maps = inputs if flat else keras.layers.Conv2D(4, 3, activation="relu")(inputs)
    rows = (keras.layers.Flatten() if flat else keras.layers.GlobalMaxPooling2D())(maps)
    outputs = [keras.layers.Dense(columns, activation="softmax", name=f"head{i}")(rows) for i in range(heads)]
    keras.Model(inputs, outputs if heads > 1 else outputs[0]).save(folder / "made.keras")
    return described(folder / "made.keras", input={"height_px": 16, "width_px": 16, "range": [0, 1]})


def test_keras_networks_are_tried_out_too(tmp_path, crops):
    with pytest.raises(AssetError, match=r"shape \(2, 9\), but its 7 labels need \(2, 7\); correct the network or made.json"):
        emotion.load(keras_network(tmp_path, columns=9))
    any_number = emotion.load(keras_network(tmp_path)).probabilities(crops[:5])
    one_by_one = emotion.load(keras_network(tmp_path, batch=1))
    assert np.allclose(one_by_one.probabilities(crops[:5]), any_number, atol=1e-5)
    assert one_by_one.attention(crops[0], "sad").shape == (48, 48)
    with pytest.raises(RequestError, match="Keras network with feature maps"):
        emotion.load(keras_network(tmp_path, flat=True)).attention(crops[0], "sad")
    network = keras_network(tmp_path, heads=2)
    with pytest.raises(AssetError, match='its outputs are head0, head1, but "heads" in its description names output'):
        emotion.load(network)
    card = json.loads(network.with_suffix(".json").read_text())
    network.with_suffix(".json").write_text(json.dumps(card | {"heads": {"head0": 1, "head1": 3}}))
    assert emotion.load(network).attention(crops[0], "sad").shape == (48, 48)


@pytest.mark.parametrize("weight", [0.0, float("nan")])
def test_keras_networks_whose_weights_are_no_numbers_are_refused(tmp_path, weight):
    import keras

    network = keras_network(tmp_path)
    model = keras.models.load_model(network)
    first, *rest = model.get_weights()
    first[..., 0] = weight
    model.set_weights([first, *rest])
    model.save(network)
    if weight == 0:
        assert emotion.load(network)
    else:
        with pytest.raises(AssetError, match="some of its weights are not finite"):
            emotion.load(network)


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


@pytest.mark.parametrize("batch", [None, 1, 4])
def test_a_tflite_network_of_one_piece_can_be_plugged_in(tmp_path, batch):
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec((batch, 32, 32, 3), tf.float32)])
    def brightness(view):
        mean = tf.reduce_mean(view, axis=(1, 2, 3))
        return {"scores": tf.stack([mean, *[0 * mean] * 6], axis=1)}

    module = tf.Module()
    tf.saved_model.save(module, str(tmp_path / "saved"), signatures=brightness)
    converter = tf.lite.TFLiteConverter.from_saved_model(str(tmp_path / "saved"))
    (tmp_path / "bright.tflite").write_bytes(converter.convert())
    card = {
        "labels": EMOTIONS,
        "input": {"height_px": 32, "width_px": 32, "channels": 3, "range": [0, 9]},
        "output": "logits",
    }
    (tmp_path / "bright.json").write_text(json.dumps(card))
    recogniser = emotion.load(tmp_path / "bright.tflite")
    bright, dark = (np.full((48, 48), value, np.uint8) for value in (255, 0))
    assert recogniser.read(bright)[EMOTIONS[0]] > 0.99
    assert recogniser.read(dark)[EMOTIONS[0]] == pytest.approx(1 / 7)
    assert recogniser.probabilities(np.stack([bright, dark, bright]))[:, 0] == pytest.approx([1, 1 / 7, 1], abs=0.01)
    with pytest.raises(RequestError, match="our own and for a Keras network"):
        recogniser.attention(bright, "happy")
    card["input"]["height_px"] = 40
    (tmp_path / "bright.json").write_text(json.dumps(card))
    with pytest.raises(AssetError, match="its input is"):
        emotion.load(tmp_path / "bright.tflite")


def test_a_network_and_its_description_must_fit(tmp_path):
    network = brightness_network(tmp_path, list(EMOTIONS))
    network.with_suffix(".json").write_text(json.dumps({"labels": EMOTIONS, "input": SIZE}))
    with pytest.raises(AssetError, match="its input is"):
        emotion.load(network)
