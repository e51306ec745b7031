import json
import shutil
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from face2music import assets
from face2music.errors import DataError, RequestError
from face2music.evaluation.photos import MARGINS, VOTES_SHARES, as_text, evaluate
from face2music.face import CROP_MARGIN, find_faces


def test_every_margin_is_measured_on_the_faces_that_are_found(tmp_path, astronaut, without_face):
    for name, picture in {"happy": astronaut, "sad": without_face}.items():
        (tmp_path / name).mkdir()
        Image.fromarray(picture).save(tmp_path / name / "photo.png")
    (tmp_path / "happy" / "notes.txt").write_text("no picture")
    figures = evaluate(tmp_path)
    assert figures["photographs"]["happy"] == 2
    assert {name: n for name, n in figures["faces"].items() if n} == {"happy": 1}
    assert [row["margin"] for row in figures["margins"]] == list(MARGINS)
    served = next(row for row in figures["margins"] if row["margin"] == CROP_MARGIN)
    assert served["recall"] == {"happy": 1.0}, "she smiles"
    assert f"{CROP_MARGIN:+.2f}*" in as_text(figures)


def test_each_share_of_the_votes_is_calibrated_anew(tmp_path, astronaut):
    """On faces of one kind, which the network calls happy, beside the few that a calibration needs of each emotion."""
    (tmp_path / "happy").mkdir()
    Image.fromarray(astronaut).save(tmp_path / "happy" / "photo.png")
    crop = find_faces(astronaut).faces[0].crop
    label = np.array([*range(7), 3, 3, 3])
    data = tmp_path / "fer.npz"
    np.savez(data, images=np.repeat(crop[np.newaxis], len(label), axis=0), label=label, usage=np.full(len(label), "PublicTest"))
    figures = evaluate(tmp_path, network(tmp_path / "validated", learnt_from=["Training"]), data)
    rows = figures["heads"]
    assert [(row["classes_counted_alike"], row["votes_share"]) for row in rows] == list(product((False, True), VOTES_SHARES))
    for row in rows:
        assert row["macro_recall"] == row["accuracy"] == 1.0
        assert row["PublicTest"]["accuracy"] == 0.4
        assert row["PublicTest"]["recall"] == {"disgust": 0.0, "fear": 0.0}
        assert 0 <= row["PublicTest"]["ece"] <= 1
    assert "| 0.25, all classes counted alike | 40.0% |" in as_text(figures)
    with pytest.raises(RequestError, match="The network has learnt from PublicTest, where its heads would be weighed"):
        evaluate(tmp_path, network(tmp_path / "final", learnt_from=["PublicTest", "Training"]), data)


def network(folder, **changes):
    """The shipped network with another description."""
    folder.mkdir()
    shutil.copy(assets.path("emotion.tflite"), folder)
    card = json.loads(assets.path("emotion.json").read_text())
    (folder / "emotion.json").write_text(json.dumps({**card, **changes}))
    return folder / "emotion.tflite"


def test_a_network_without_both_heads_cannot_be_weighed(tmp_path, astronaut, monkeypatch):
    (tmp_path / "happy").mkdir()
    Image.fromarray(astronaut).save(tmp_path / "happy" / "photo.png")
    one = SimpleNamespace(card=SimpleNamespace(heads={"output": 1.0}))
    one.log_probabilities = lambda crops: {"output": np.zeros((len(crops), 7))}
    one.pooled = lambda by_head: np.full((1, 7), 1 / 7)
    monkeypatch.setattr("face2music.emotion.load", lambda _: one)
    with pytest.raises(RequestError, match="leave --data out"):
        evaluate(tmp_path, data=tmp_path / "fer.npz")


def test_without_any_face_there_is_nothing_to_measure(tmp_path):
    with pytest.raises(DataError, match="it needs a folder for each of angry"):
        evaluate(tmp_path)
