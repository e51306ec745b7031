"""The emotion report: figures from made labels whose answers are known, and the whole report by the shipped network."""

import json

import numpy as np
import pytest
from PIL import Image
from test_emotion import described, onnx_network
from test_training import faces_of, made_faces, write_npz
from typer.testing import CliRunner

from face2music import assets, emotion
from face2music.cli import app
from face2music.emotion import LABELS
from face2music.evaluation.emotion import FILES, as_text, evaluate
from face2music.evaluation.emotion.figures import BINS, calibration, classification, doubt, share_right
from face2music.evaluation.emotion.robustness import DEFECTS, robustness


def certain_of(said: np.ndarray, confidence: float) -> np.ndarray:
    """Probabilities with the same confidence in what is said, the rest shared by the others."""
    probabilities = np.full((len(said), len(LABELS)), (1 - confidence) / (len(LABELS) - 1))
    probabilities[np.arange(len(said)), said] = confidence
    return probabilities


def test_precision_recall_and_f1_of_a_known_confusion():
    label = np.repeat([0, 1, 3], [4, 2, 6])
    said = np.array([0, 0, 0, 1, 1, 0, 3, 3, 3, 3, 3, 3])
    figures = classification(label, said)
    assert figures["accuracy"] == pytest.approx(10 / 12, abs=1e-4)
    assert figures["per_class"]["angry"] == {"precision": 0.75, "recall": 0.75, "f1": 0.75, "support": 4}
    assert figures["per_class"]["happy"]["f1"] == 1
    assert figures["per_class"]["sad"]["support"] == 0
    assert figures["macro_f1"] == pytest.approx((0.75 + 0.5 + 1) / 7, abs=1e-4)
    assert figures["weighted_f1"] == pytest.approx((4 * 0.75 + 2 * 0.5 + 6) / 12, abs=1e-4)
    assert figures["confusion"][0][:2] == [3, 1]


def test_the_calibration_error_is_the_distance_from_the_diagonal():
    said = np.zeros(1000, int)
    label = np.where(np.arange(1000) < 700, 0, 1)
    assert calibration(certain_of(said, 0.7), label)["ece"] == pytest.approx(0, abs=1e-9)
    figures = calibration(certain_of(said, 0.9), label)
    assert figures["ece"] == pytest.approx(0.2)
    assert figures["bins"] == [{"from": round(13 / BINS, 4), "pictures": 1000, "confidence": 0.9, "accuracy": 0.7}]


def test_doubt_counts_what_lies_below_the_threshold():
    probabilities = np.concatenate([certain_of(np.zeros(6, int), 0.9), certain_of(np.zeros(4, int), 0.3)])
    label = np.array([0, 0, 0, 0, 0, 1, 0, 1, 1, 1])
    figures = doubt(probabilities, label, 0.45)
    assert figures == {"sure_from": 0.45, "not_sure": 0.4, "accuracy_when_sure": 0.8333, "accuracy_when_not_sure": 0.25}
    assert doubt(probabilities, label, 0.0)["accuracy_when_not_sure"] is None


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_changes_a_face_more_the_stronger_it_is(name, astronaut):
    face = np.asarray(Image.fromarray(astronaut[67:160, 177:270]).convert("L").resize((48, 48)))
    spoil, strengths, _ = DEFECTS[name]
    changes = []
    for strength in strengths:
        spoilt = spoil(face, strength, np.random.default_rng(1))
        assert spoilt.shape == face.shape
        assert spoilt.dtype == np.uint8
        changes.append(np.abs(spoilt.astype(float) - face).mean())
    assert changes == sorted(changes)
    assert changes[0] > 0.3


class BrightestStripe:
    """Reads the made faces by their stripe, as no network could better."""

    def probabilities(self, crops):
        stripes = np.stack([crops[:, 4 + 6 * code : 9 + 6 * code].mean(axis=(1, 2)) for code in range(7)], axis=1)
        return stripes / stripes.sum(axis=1, keepdims=True)


def test_robustness_is_accuracy_under_each_defect():
    faces = made_faces(70)
    rows = {row["defect"]: row for row in robustness(BrightestStripe(), faces)}
    assert set(rows) == set(DEFECTS)
    assert rows["JPEG"]["accuracies"] == [1, 1, 1]
    assert rows["side light"]["accuracies"] == [1, 1, 1]
    assert share_right(BrightestStripe().probabilities(faces.images).argmax(axis=1), faces.label) == 1
    assert rows["tilted head"]["strengths"] == [10, 20, 30]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Faces of all splits; two of PrivateTest are twins of training pictures, and two were voted no face."""
    faces = made_faces(100)
    usage = np.where(np.arange(100) % 5 == 0, np.where(np.arange(100) % 10 == 0, "PublicTest", "PrivateTest"), "Training")
    images = faces.images.copy()
    images[[5, 15]] = images[[1, 11]]
    return write_npz(tmp_path_factory.mktemp("data") / "fer.npz", faces_of(images, faces.label, usage))


def test_twins_and_votes_are_reported(data):
    figures = evaluate(data, "PrivateTest")
    assert figures["pictures"] == 10
    assert figures["twins"]["pictures"] == 2
    assert figures["ferplus"]["pictures"] == 10
    assert figures["ferplus"]["labels_agree"] == 1
    assert "pixel-identical" in as_text(figures)
    assert figures["learnt"] == 0
    assert "has learnt from" not in as_text(figures)
    assert "robustness" not in figures


def test_what_the_views_bring_is_told_from_one_to_all(data):
    figures = evaluate(data, "PublicTest", fewer_views=True)
    rows, views = figures["views"], len(emotion.load(assets.path("emotion.tflite")).card.views)
    assert [(row["views"], row["mirror"]) for row in rows] == [(1, False), (2, True), (views, False), (2 * views, True)]
    assert (rows[-1]["accuracy"], rows[-1]["heads"]) == (figures["accuracy"], figures["heads"])
    assert f"| {2 * views}, mirror images among them | {figures['accuracy']:.2%} |" in as_text(figures)


def test_both_tests_together_are_the_original_test_set(data):
    assert evaluate(data, "test")["pictures"] == 20


def test_the_report_is_written_whole_and_not_over_another(tmp_path, data):
    arguments = [
        "evaluate",
        "emotion",
        "--data",
        str(data),
        "--split",
        "PrivateTest",
        "--out",
        str(tmp_path / "report"),
        "--json",
    ]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert {file.name for file in (tmp_path / "report").iterdir()} == set(FILES)
    assert json.loads((tmp_path / "report" / "report.json").read_text()) == figures
    assert f"accuracy {figures['accuracy']:.2%}" in (tmp_path / "report" / "report.md").read_text()
    for name in ("confusion.png", "calibration.png"):
        with Image.open(tmp_path / "report" / name) as picture:
            assert min(picture.size) > 400
    again = CliRunner().invoke(app, arguments)
    assert again.exit_code == 1
    assert "is there already" in again.stderr


def test_a_network_that_reads_one_view_at_a_time_is_evaluated(tmp_path, data):
    weight = np.random.default_rng(4).normal(size=(1, 7)).astype(np.float32)
    expected, found = (
        evaluate(data, "test", described(onnx_network(tmp_path, batch=batch, weight=weight), mirror=False)) for batch in ("n", 1)
    )
    assert found == expected


@pytest.mark.parametrize("command", ["emotion", "evaluate emotion"])
def test_a_network_whose_answers_are_no_numbers_is_refused_in_a_sentence(tmp_path, data, portrait, command):
    network = described(onnx_network(tmp_path, weight=np.full((1, 7), np.nan, np.float32)))
    rest = [str(portrait), "--network"] if command == "emotion" else ["--data", str(data), "--split", "test", "--weights"]
    result = CliRunner().invoke(app, [*command.split(), *rest, str(network)])
    assert result.exit_code == 1
    assert "it answers with numbers that are not finite; correct the network or made.json." in result.stderr
    assert not result.stdout
