import csv
import json
import shutil

import numpy as np
import pytest
from PIL import Image

from face2music.errors import DataError, RequestError
from face2music.training.data import LABELS, Faces, load, with_validation


def made_faces(n: int, seed: int = 0) -> Faces:
    """Pictures that a network can learn in a few steps: each class has its own bright stripe in the noise."""
    rng = np.random.default_rng(seed)
    label = np.arange(n) % len(LABELS)
    images = rng.integers(0, 90, (n, 48, 48), dtype=np.uint8)
    for image, code in zip(images, label, strict=True):
        image[4 + 6 * code : 9 + 6 * code] += 150
    usage = np.where(np.arange(n) % 5 == 0, "PublicTest", "Training")
    return Faces(images, label, usage.astype(str))


def write_npz(path, faces):
    np.savez(path, images=faces.images, label=faces.label.astype(np.uint8), usage=faces.usage)
    return path


def write_csv(path, faces):
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["emotion", "pixels", "Usage"])
        rows.writerows(
            [code, " ".join(map(str, image.ravel())), usage]
            for image, code, usage in zip(faces.images, faces.label, faces.usage, strict=True)
        )
    return path


def write_folders(path, faces):
    for i, (image, code, usage) in enumerate(zip(faces.images, faces.label, faces.usage, strict=True)):
        folder = path / {"Training": "train", "PublicTest": "test"}[usage] / LABELS[code]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / f"{i:05}.png")
    return path


@pytest.mark.parametrize(("write", "name"), [(write_npz, "fer.npz"), (write_csv, "fer2013.csv")])
def test_tables_are_read_as_they_were_written(tmp_path, write, name):
    faces = made_faces(40)
    read = load(write(tmp_path / name, faces))
    assert np.array_equal(read.images, faces.images)
    assert np.array_equal(read.label, faces.label)
    assert list(read.usage) == list(faces.usage)


def test_folders_are_read_by_class_and_split(tmp_path):
    faces = made_faces(40)
    read = load(write_folders(tmp_path / "fer", faces))
    assert sorted(zip(read.label.tolist(), read.usage, strict=True)) == sorted(
        zip(faces.label.tolist(), ["Training" if usage == "Training" else "test" for usage in faces.usage], strict=True)
    )
    happy = read.where(read.label == LABELS.index("happy"))
    assert (happy.images[:, 4 + 18 : 9 + 18].mean(axis=(1, 2)) > 150).all()


def test_what_is_no_data_set_is_refused(tmp_path):
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    (tmp_path / "short.csv").write_text("emotion,pixels,Usage\n3,1 2 3,Training\n")
    (tmp_path / "broken.npz").write_bytes(b"PK not a zip")
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "empty").mkdir()
    write_npz(tmp_path / "label.npz", Faces(np.zeros((1, 48, 48), np.uint8), np.array([9]), np.array(["Training"])))
    write_npz(tmp_path / "size.npz", Faces(np.zeros((1, 64, 64), np.uint8), np.array([0]), np.array(["Training"])))
    for name, message in {
        "missing.npz": "There is no data at",
        "table.csv": "must have the columns emotion, pixels",
        "short.csv": "must have the columns emotion, pixels",
        "broken.npz": "cannot be read as an npz file",
        "notes.txt": "is no data set that can be read",
        "empty": "has no train/ or test/",
        "label.npz": "labels outside 0 to 6",
        "size.npz": "must hold uint8 pictures of 48x48",
    }.items():
        with pytest.raises(DataError, match=message):
            load(tmp_path / name)


def test_a_split_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    with pytest.raises(DataError, match="no split 'PrivateTest'; it has PublicTest, Training"):
        made_faces(20).split("PrivateTest")


def test_twins_stay_on_one_side_of_a_held_back_tenth():
    faces = made_faces(200)
    doubled = Faces(
        np.concatenate([faces.images, faces.images]),
        np.concatenate([faces.label, faces.label]),
        np.full(400, "Training", dtype="<U10"),
    )
    training, validation = with_validation(doubled, seed=1)
    assert len(training) + len(validation) == 400
    assert 0 < len(validation) < 100
    assert not {image.tobytes() for image in training.images} & {image.tobytes() for image in validation.images}


def test_augmented_faces_are_new_views_of_the_same(astronaut):
    import tensorflow as tf

    from face2music.training.augment import augment

    face = np.asarray(Image.fromarray(astronaut[67:160, 177:270]).convert("L").resize((48, 48)), dtype=np.float32) / 255
    batch = np.repeat(face[np.newaxis, ..., np.newaxis], 200, axis=0)
    views = augment(tf.constant(batch)).numpy()
    assert views.shape == batch.shape
    assert views.min() >= 0
    assert views.max() <= 1
    assert len({view.tobytes() for view in views}) == 200
    either_way = np.corrcoef(np.stack([face.ravel(), face[:, ::-1].ravel(), views.mean(axis=0).ravel()]))
    assert either_way[2, :2].mean() > 0.7


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A network trained for two epochs on pictures that are easy, and its data."""
    from face2music.training.fit import Recipe, train

    folder = tmp_path_factory.mktemp("training")
    data = write_npz(folder / "fer.npz", made_faces(600))
    card = train(data, folder / "run", Recipe(epochs=2, batch_size=32, patience_epochs=2))
    return folder, data, card


def test_training_writes_weights_card_and_curve(trained):
    folder, _, card = trained
    run = folder / "run"
    assert (run / "emotion.keras").stat().st_size < 10_000_000
    assert json.loads((run / "emotion.json").read_text()) == card
    assert card["labels"] == list(LABELS)
    assert card["training"]["pictures"] == 480
    assert len((run / "history.csv").read_text().splitlines()) == 3


def test_training_learns_and_evaluation_measures_it(trained):
    from face2music.evaluation.emotion import as_text, evaluate

    folder, data, _ = trained
    figures = evaluate(data, "PublicTest", folder / "run" / "emotion.keras")
    assert figures["pictures"] == 120
    assert figures["accuracy"] > 2 / len(LABELS)
    assert np.trace(figures["confusion"]) / 120 == pytest.approx(figures["accuracy"], abs=1e-4)
    assert np.sum(figures["confusion"], axis=1).tolist() == [row["support"] for row in figures["per_class"].values()]
    assert f"accuracy {figures['accuracy']:.2%}" in as_text(figures)


def test_training_goes_on_where_it_stopped(trained):
    from face2music.training.fit import Recipe, train

    folder, data, _ = trained
    train(data, folder / "run", Recipe(epochs=3, batch_size=32, patience_epochs=2), resume=True)
    epochs = [line.split(",")[0] for line in (folder / "run" / "history.csv").read_text().splitlines()]
    assert epochs == ["epoch", "0", "1", "2"]


def test_a_finished_run_and_a_missing_one_have_nothing_to_go_on_with(trained):
    from face2music.training.fit import Recipe, train

    folder, data, _ = trained
    card = (folder / "run" / "emotion.json").read_text()
    with pytest.raises(RequestError, match="is finished after 3 epochs; ask for more"):
        train(data, folder / "run", Recipe(epochs=3), resume=True)
    assert (folder / "run" / "emotion.json").read_text() == card
    with pytest.raises(RequestError, match="has no finished epoch; leave --resume out"):
        train(data, folder / "nothing", Recipe(epochs=3), resume=True)


def test_a_resumed_run_keeps_better_weights_from_before(tmp_path, trained):
    """The curve is made to say that an earlier epoch was perfect: then no later one may take its place."""
    from face2music.training.fit import Recipe, train

    folder, data, _ = trained
    run = shutil.copytree(folder / "run", tmp_path / "run")
    rows = (run / "history.csv").read_text().splitlines()
    column = rows[0].split(",").index("val_accuracy")
    best = rows[1].split(",")
    best[column] = "1.0"
    (run / "history.csv").write_text("\n".join([rows[0], ",".join(best), *rows[2:]]) + "\n")
    weights = (run / "best.weights.h5").read_bytes()
    card = train(data, run, Recipe(epochs=4, batch_size=32), resume=True)
    assert (run / "best.weights.h5").read_bytes() == weights
    assert card["training"]["val_accuracy"] == 1
