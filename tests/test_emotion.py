import json

import numpy as np
import pytest

from face2music import assets, emotion
from face2music.errors import AssetError
from face2music.mood import EMOTIONS
from face2music.pipeline import WEIGHTS


@pytest.fixture(scope="module")
def recogniser():
    return emotion.load(assets.path(WEIGHTS))


@pytest.fixture(scope="module")
def crops():
    return np.random.default_rng(1).integers(0, 256, (300, 48, 48), dtype=np.uint8)


def test_the_shipped_network_reads_the_seven_emotions(recogniser):
    assert set(recogniser.labels) == set(EMOTIONS)
    assert recogniser.size_px == (48, 48)


def test_probabilities_add_up_to_one_and_do_not_depend_on_the_batch(recogniser, crops):
    together = recogniser.probabilities(crops)
    assert together.shape == (300, 7)
    assert together.min() >= 0
    assert np.allclose(together.sum(axis=1), 1, atol=1e-5)
    alone = recogniser.read(crops[299])
    assert list(alone) == list(recogniser.labels)
    assert np.allclose(list(alone.values()), together[299], atol=1e-5)


def test_a_face_and_its_mirror_image_are_read_alike(recogniser, crops):
    assert np.allclose(recogniser.probabilities(crops), recogniser.probabilities(crops[:, :, ::-1]), atol=1e-5)


def test_no_crops_give_no_rows(recogniser):
    assert recogniser.probabilities(np.empty((0, 48, 48), np.uint8)).shape == (0, 7)


@pytest.mark.parametrize(
    "wrong", [np.zeros((1, 48, 48), np.float32), np.zeros((48, 48), np.uint8), np.zeros((1, 64, 64), np.uint8)]
)
def test_crops_of_another_kind_are_refused(recogniser, wrong):
    with pytest.raises(ValueError, match=r"Crops must be uint8 \(n, 48, 48\)"):
        recogniser.probabilities(wrong)


def test_a_damaged_network_is_refused(tmp_path):
    weights = tmp_path / "emotion.keras"
    weights.write_bytes(b"not a network")
    with pytest.raises(AssetError, match="cannot be loaded"):
        emotion.load(weights)
    card = {"labels": list(EMOTIONS), "input": {"height_px": 48, "width_px": 48, "range": [0, 1]}}
    weights.with_suffix(".json").write_text(json.dumps(card))
    with pytest.raises(AssetError, match="cannot be loaded"):
        emotion.load(weights)
