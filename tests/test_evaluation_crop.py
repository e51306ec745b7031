import pytest
from PIL import Image

from face2music.errors import DataError
from face2music.evaluation.crop import MARGINS, as_text, evaluate
from face2music.face import CROP_MARGIN


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


def test_without_any_face_there_is_nothing_to_measure(tmp_path):
    with pytest.raises(DataError, match="it needs a folder for each of angry"):
        evaluate(tmp_path)
