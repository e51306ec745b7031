import csv
import dataclasses
import io
import json
import os
import shutil
import zipfile

import numpy as np
import pytest
from PIL import Image

from face2music.emotion import LABELS
from face2music.errors import DataError, RequestError
from face2music.training.data import Faces, load, twins_of, with_validation

# FER+'s columns: neutral, happiness, surprise, sadness, anger, disgust, fear, contempt, unknown, not a face
FERPLUS_COLUMN = dict(zip(("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear"), range(7), strict=True))


def made_faces(n: int, seed: int = 0) -> Faces:
    """Pictures that a network can learn in a few steps: each class has its own bright stripe in the noise."""
    rng = np.random.default_rng(seed)
    label = np.arange(n) % len(LABELS)
    images = rng.integers(0, 90, (n, 48, 48), dtype=np.uint8)
    for image, code in zip(images, label, strict=True):
        image[4 + 6 * code : 9 + 6 * code] += 150
    usage = np.where(np.arange(n) % 5 == 0, "PublicTest", "Training")
    return faces_of(images, label, usage)


def faces_of(images, label, usage) -> Faces:
    """Faces for whose label nine of ten annotators voted."""
    label = np.asarray(label)
    votes = 0.9 * (np.arange(7) == np.minimum(label, 6)[:, np.newaxis])
    return Faces(images, label, np.asarray(usage).astype(str), votes.astype(np.float32), np.full(len(label), 0.1, np.float32))


def counts_of(faces) -> np.ndarray:
    """The votes in FER+'s order, the one that is left for contempt."""
    counts = np.zeros((len(faces), 10), np.uint8)
    for column, name in enumerate(LABELS):
        counts[:, FERPLUS_COLUMN[name]] = np.round(10 * faces.votes[:, column])
    counts[:, 7] = 10 - counts.sum(axis=1)
    return counts


def write_npz(path, faces):
    np.savez(path, images=faces.images, label=faces.label.astype(np.uint8), usage=faces.usage, ferplus=counts_of(faces))
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
    if name == "fer.npz":
        assert np.allclose(read.votes, faces.votes)
        assert np.allclose(read.other_votes, 0.1)
    else:
        assert not read.votes.any()


def test_the_votes_of_ferplus_are_read_beside_the_csv(tmp_path):
    faces = made_faces(40)
    write_csv(tmp_path / "fer2013.csv", faces)
    names = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF"]
    rows = [",".join(["Usage", "Image name", *names]), *(",".join(map(str, ["x", "y", *row])) for row in counts_of(faces))]
    (tmp_path / "fer2013new.csv").write_text("\n".join(rows) + "\n")
    assert np.allclose(load(tmp_path / "fer2013.csv").votes, faces.votes)
    (tmp_path / "fer2013new.csv").write_text("\n".join(rows[:-1]) + "\n")
    with pytest.raises(DataError, match=r"has 39 rows and fer2013\.csv 40"):
        load(tmp_path / "fer2013.csv")
    (tmp_path / "fer2013new.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="must be the table of FER"):
        load(tmp_path / "fer2013.csv")


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
    write_npz(tmp_path / "label.npz", faces_of(np.zeros((1, 48, 48), np.uint8), [9], ["Training"]))
    write_npz(tmp_path / "size.npz", faces_of(np.zeros((1, 64, 64), np.uint8), [0], ["Training"]))
    np.savez(tmp_path / "votes.npz", images=np.zeros((1, 48, 48), np.uint8), label=[0], usage=["Training"], ferplus=[[1, 2]])
    for name, message in {
        "missing.npz": "There is no data at",
        "table.csv": "must have the columns emotion, pixels",
        "short.csv": "must have the columns emotion, pixels",
        "broken.npz": "cannot be read as an npz file",
        "notes.txt": "is no data set that can be read",
        "empty": "has no train/ or test/",
        "votes.npz": r"ferplus must be \(n, 10\)",
        "label.npz": "labels outside 0 to 6",
        "size.npz": "must hold uint8 pictures of 48x48",
    }.items():
        with pytest.raises(DataError, match=message):
            load(tmp_path / name)


def test_damaged_archives_are_refused(tmp_path):
    """Packed pictures that are damaged, locked, packed in an unknown way, or said to be more than fit into memory."""
    whole = tmp_path / "whole.npz"
    faces = made_faces(20)
    np.savez_compressed(whole, images=faces.images, label=faces.label, usage=faces.usage)
    data = whole.read_bytes()
    start = data.index(b"images.npy") + len(b"images.npy") + 60
    entries = [at for at in range(len(data)) if data[at : at + 4] in (b"PK\x01\x02", b"PK\x03\x04")]
    (tmp_path / "packed.npz").write_bytes(data[:start] + bytes(200) + data[start + 200 :])
    for name, change in {"locked": lambda entry: (6, 1), "unknown": lambda entry: (8, 77)}.items():
        changed = bytearray(data)
        for at in entries:
            place, value = change(at)
            changed[at + place + 2 * (data[at + 2] == 1)] = value  # in the directory at the end, everything is two bytes later
        (tmp_path / f"{name}.npz").write_bytes(changed)
    with zipfile.ZipFile(tmp_path / "huge.npz", "w") as archive:
        for name in ("images", "label", "usage"):
            header = io.BytesIO()
            shape = {"descr": "|u1", "fortran_order": False, "shape": (10**13, 48)}
            np.lib.format.write_array_header_1_0(header, shape)
            archive.writestr(f"{name}.npy", header.getvalue())
    np.save(tmp_path / "bare.npy", faces.images)
    (tmp_path / "bare.npy").rename(tmp_path / "bare.npz")
    (tmp_path / "empty.npz").write_bytes(b"")
    for name in ("packed", "locked", "unknown", "huge", "bare", "empty"):
        with pytest.raises(DataError, match="cannot be read as an npz file") as refusal:
            load(tmp_path / f"{name}.npz")
        assert "\n" not in str(refusal.value), name


@pytest.mark.parametrize("label", [0.9, np.nan, np.inf, 3.0])
def test_labels_are_whole_numbers(tmp_path, label):
    np.savez(tmp_path / "fer.npz", images=np.zeros((1, 48, 48), np.uint8), label=[label], usage=["Training"])
    if label == 3:
        assert load(tmp_path / "fer.npz").label.tolist() == [3]
        return
    with pytest.raises(DataError, match="a label is no whole number"):
        load(tmp_path / "fer.npz")


@pytest.mark.parametrize("votes", [np.nan, np.inf, -1])
def test_votes_are_numbers_from_0(tmp_path, votes):
    faces = made_faces(2)
    counts = counts_of(faces).astype(float)
    counts[1, 2] = votes
    np.savez(tmp_path / "fer.npz", images=faces.images, label=faces.label, usage=faces.usage, ferplus=counts)
    with pytest.raises(DataError, match="a number of votes is below 0 or none"):
        load(tmp_path / "fer.npz")


@pytest.mark.parametrize("votes", ["-1", "9" * 40])
def test_votes_beside_the_csv_are_numbers_from_0(tmp_path, votes):
    write_csv(tmp_path / "fer2013.csv", made_faces(1))
    names = "neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
    (tmp_path / "fer2013new.csv").write_text(f"{names}\n{votes},0,0,0,0,0,0,0,0,0\n")
    with pytest.raises(DataError, match="must be the table of FER"):
        load(tmp_path / "fer2013.csv")


@pytest.mark.parametrize("pixel", ["300", "-1", "0.5", "x", "9" * 40, ""])
@pytest.mark.parametrize("place", [0, 700, 48 * 48 - 1])
def test_pixels_of_the_csv_are_from_0_to_255(tmp_path, pixel, place):
    pixels = ["7"] * 48 * 48
    pixels[place] = pixel
    (tmp_path / "fer2013.csv").write_text(f"emotion,pixels,Usage\n3,{' '.join(pixels)},Training\n")
    with pytest.raises(DataError, match="must have the columns emotion, pixels"):
        load(tmp_path / "fer2013.csv")


@pytest.mark.parametrize("ending", [" 7", " x", ","])
def test_pixels_of_the_csv_are_as_many_as_there_are(tmp_path, ending):
    text = f"{' '.join(['7'] * 48 * 48)}{ending}"
    (tmp_path / "fer2013.csv").write_text(f'emotion,pixels,Usage\n3,"{text}",Training\n')
    with pytest.raises(DataError, match="must have the columns emotion, pixels"):
        load(tmp_path / "fer2013.csv")


def test_labels_of_the_csv_are_whole_numbers(tmp_path):
    for label in ("0.9", "9" * 40):
        (tmp_path / "fer2013.csv").write_text(f"emotion,pixels,Usage\n{label},{' '.join(['7'] * 48 * 48)},Training\n")
        with pytest.raises(DataError, match="must have the columns emotion, pixels"):
            load(tmp_path / "fer2013.csv")


def test_pictures_of_the_folders_are_small_and_whole(tmp_path):
    folder = tmp_path / "fer/train/sad"
    folder.mkdir(parents=True)
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (48, 48), dtype=np.uint8)).save(file, "PNG")
    for size, message in {
        (30_000, 30_000): "far too many pixels",
        (12_000, 12_000): "far too many pixels",
        (600, 500): "is 600x500",
        (48, 47): "is 48x47",
    }.items():
        Image.new("1", size).save(folder / "a.png")
        with pytest.raises(DataError, match=message):
            load(tmp_path / "fer")
    for damaged in (file.getvalue()[:900], file.getvalue().replace(b"IDAT", b"IEND"), b""):
        (folder / "a.png").write_bytes(damaged)
        with pytest.raises(DataError, match="is no picture that can be read"):
            load(tmp_path / "fer")


def test_a_split_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    with pytest.raises(DataError, match="no split PrivateTest; it has PublicTest, Training"):
        made_faces(20).split("PrivateTest")


def test_twins_stay_on_one_side_of_a_held_back_tenth():
    faces = made_faces(200)
    doubled = faces_of(np.concatenate([faces.images] * 2), np.concatenate([faces.label] * 2), ["Training"] * 400)
    training, validation = with_validation(doubled, seed=1)
    assert len(training) + len(validation) == 400
    assert 0 < len(validation) < 100
    assert not {image.tobytes() for image in training.images} & {image.tobytes() for image in validation.images}


def test_twins_are_those_whose_pixels_are_identical():
    images = made_faces(30).images
    changed = images[:3].copy()
    changed[1, 0, 0] += 1
    assert twins_of(images, changed).tolist() == [True, False, True]


@pytest.fixture(scope="module")
def batch(astronaut):
    """The same face two hundred times, float32 (200, 48, 48, 1) in [0, 1]."""
    face = np.asarray(Image.fromarray(astronaut[67:160, 177:270]).convert("L").resize((48, 48)), dtype=np.float32) / 255
    return np.repeat(face[np.newaxis, ..., np.newaxis], 200, axis=0)


@pytest.mark.parametrize("size_px", [32, 44, 48])
@pytest.mark.parametrize("phase", range(3))
def test_augmented_faces_are_new_views_of_the_same(batch, phase, size_px):
    from face2music.training.augment import augment
    from face2music.training.recipe import BEST

    how = BEST.phases[phase].augmentation
    views = augment(batch, how, size_px).numpy()
    assert views.shape == (200, size_px, size_px, 1)
    assert views.min() >= 0
    assert views.max() <= 1
    assert len({view.tobytes() for view in views}) == 200
    field = np.asarray(Image.fromarray(batch[0, 2:46, 2:46, 0]).resize((size_px, size_px)))
    either_way = np.corrcoef(np.stack([field.ravel(), field[:, ::-1].ravel(), views.mean(axis=0).ravel()]))
    assert either_way[2, :2].mean() > 0.7


def test_glasses_are_put_on_eyes_and_not_on_mouths(batch):
    from dataclasses import replace

    from face2music.training.augment import STILL, augment

    views = augment(batch, replace(STILL, field_px=48.0, glasses_share=1.0), 48).numpy()
    changed = np.abs(views - batch)[..., 0] > 0.02
    assert changed[:, 8:30].any(axis=(1, 2)).mean() > 0.95
    assert not changed[:, 32:].any()
    few = augment(batch, replace(STILL, field_px=48.0, glasses_share=0.2), 48).numpy()
    assert 0.05 < (np.abs(few - batch) > 0.02).any(axis=(1, 2, 3)).mean() < 0.4


def test_a_still_view_is_the_middle_of_the_picture(batch):
    from face2music.training.augment import STILL, augment

    assert np.allclose(augment(batch[:2], STILL, 44), batch[:2, 2:46, 2:46], atol=1e-6)


def test_mixed_targets_are_those_of_the_mixed_views():
    """Each view is one grey, its target the same number: blended alike they stay the same."""
    import tensorflow as tf

    from face2music.training.fit import _mixed

    grey = np.linspace(0, 1, 64, dtype=np.float32)
    targets = tf.constant(grey.reshape(-1, 1))
    views, labels, votes = (values.numpy() for values in _mixed(tf.reshape(targets, (-1, 1, 1, 1)), targets, 2 * targets, 0.4))
    assert np.allclose(views[:, 0, 0, 0], labels[:, 0], atol=1e-6)
    assert np.allclose(2 * labels, votes, atol=1e-6)
    assert not np.allclose(labels[:, 0], grey)


def test_a_recipe_of_another_length_keeps_the_shares_of_its_phases():
    from face2music.training.recipe import BEST

    short = BEST.of_length(BEST.epochs * 2)
    assert [phase.epochs for phase in short.phases] == [2 * phase.epochs for phase in BEST.phases]
    assert BEST.of_length(1).epochs == 1
    assert BEST.with_settings(epochs=7, batch_size=None, seed=5).batch_size == BEST.batch_size


@pytest.mark.parametrize("network", ["baseline", "residual"])
def test_a_folded_network_says_what_the_trained_one_says(network):
    import keras

    from face2music.training import model as networks

    keras.utils.set_random_seed(1)
    trained, served = (networks.build(network, 48, folded=folded) for folded in (False, True))
    rng = np.random.default_rng(1)
    for weight in trained.weights:
        if weight.shape.rank == 1:
            weight.assign(rng.uniform(0.5, 1.5, weight.shape))
    networks.fold(trained, served)
    faces = rng.random((4, 48, 48, 1), dtype=np.float32)
    for head, logits in trained(faces, training=False).items():
        assert np.allclose(served(faces)[head], logits, rtol=1e-3, atol=1e-3)


def test_an_unfolded_network_goes_on_where_the_folded_one_is():
    """It answers the same, and its normalisations know the batches that they will see."""
    import keras

    from face2music.training import model as networks

    keras.utils.set_random_seed(1)
    served, trained = (networks.build("residual", 32, folded=folded) for folded in (True, False))
    views = np.random.default_rng(1).random((64, 32, 32, 1), dtype=np.float32)
    networks.unfold(served, trained, views)
    for head, logits in served(views).items():
        for training in (False, True):
            assert np.allclose(trained(views, training=training)[head], logits, rtol=1e-3, atol=1e-3)
    again = networks.build("residual", 32, folded=True)
    networks.fold(trained, again)
    assert np.allclose(again(views)["labels"], served(views)["labels"], rtol=1e-3, atol=1e-3)


def test_fused_normalisation_is_that_of_keras():
    import keras

    from face2music.training.model import FusedBatchNormalization

    values = np.random.default_rng(1).normal(3, 2, (16, 5, 5, 6)).astype(np.float32)
    theirs, ours = (layer(momentum=0.9) for layer in (keras.layers.BatchNormalization, FusedBatchNormalization))
    assert np.allclose(theirs(values, training=True), ours(values, training=True), atol=1e-4)
    assert np.allclose(theirs.moving_mean, ours.moving_mean, atol=1e-5)
    assert np.allclose(theirs.moving_variance, ours.moving_variance, rtol=0.01)
    assert np.allclose(theirs(values), ours(values), atol=0.05)


def sharpness_aware(heads, radius, learning_rate):
    """A model of heads by name whose losses are mean squares, the first counted once, the second twice, from one input each."""
    import keras

    from face2music.training.sharpness import SharpnessAware

    inputs = keras.Input((1,))
    model = SharpnessAware(inputs, {name: layer(inputs) for name, layer in heads.items()})
    model.radius, model.head_weights = radius, dict(zip(heads, (1.0, 2.0), strict=False))
    losses = dict.fromkeys(heads, keras.losses.MeanSquaredError())
    model.compile(keras.optimizers.SGD(learning_rate), losses, loss_weights=model.head_weights)
    return model


def one_step(model, values, targets):
    counts = {name: np.ones(len(values), np.float32) for name in targets}
    values, targets = np.float32(values), {name: np.float32(target) for name, target in targets.items()}
    return model.fit(values, targets, sample_weight=counts, batch_size=len(values), shuffle=False, verbose=0).history


def weight_of_one(name="a"):
    import keras

    return keras.layers.Dense(1, use_bias=False, kernel_initializer="ones", name=name)


def test_a_sharpness_aware_step_takes_the_gradient_further_up():
    """One weight w, prediction w x, loss (w x - y)^2: the gradient at w + radius, since the loss rises with w."""
    model = sharpness_aware({"a": weight_of_one()}, radius=0.5, learning_rate=0.1)
    one_step(model, np.ones((6, 1)), {"a": np.zeros((6, 1))})
    assert np.allclose(model.get_weights()[0], 1 - 0.1 * 2 * (1 + 0.5), atol=1e-5)


def test_losses_of_a_sharpness_aware_step_are_of_the_whole_batch():
    """The climb, with a quarter that is unlike the rest, counts in none of them."""
    model = sharpness_aware({name: weight_of_one(name) for name in "ab"}, radius=1e-9, learning_rate=0.0)
    values = np.repeat([[1.0], [3.0]], [8, 24], axis=0)
    losses = one_step(model, values, {"a": np.zeros_like(values), "b": np.ones_like(values)})
    assert losses["a_loss"][0] == pytest.approx(np.mean(values**2), rel=1e-4)
    assert losses["loss"][0] == pytest.approx(losses["a_loss"][0] + 2 * losses["b_loss"][0], rel=1e-4)


def test_batch_statistics_are_those_of_the_weights_and_not_of_the_place_further_up():
    import keras

    normalised = keras.Sequential([weight_of_one(), keras.layers.BatchNormalization(momentum=0.0, name="norm")])
    model = sharpness_aware({"a": normalised}, radius=10.0, learning_rate=0.0)
    values = np.tile(np.arange(8.0), 4)[:, np.newaxis] + np.repeat([0, 5], [8, 24])[:, np.newaxis]
    one_step(model, values, {"a": values})
    assert np.allclose(normalised.get_layer("norm").moving_mean, values[:8].mean(), atol=1e-5)


def test_temperature_and_bias_are_found_again():
    from face2music.training.export import vector_scaling

    rng = np.random.default_rng(1)
    logits = rng.normal(0, 1.5, (20_000, 7))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    label = (shares.cumsum(axis=1) < rng.random((20_000, 1))).sum(axis=1).clip(max=6)
    bias = np.array([0.5, 0, 0, -0.5, 0, 0, 0])
    temperature, found = vector_scaling(2.5 * (logits - bias), label)
    assert temperature == pytest.approx(2.5, rel=0.06)
    assert np.allclose(found - found.mean(), bias, atol=0.1)
    _, wary = vector_scaling(2.5 * (logits - bias), label, np.array([1, 1, 1, 1, 1, 1, 2.0]))
    assert wary[6] - wary[:6].mean() > found[6] - found[:6].mean() + 0.4


def test_a_network_that_is_always_right_gets_a_temperature_that_its_card_may_say():
    from face2music.emotion.card import TEMPERATURES
    from face2music.training.export import vector_scaling

    label = np.arange(70) % 7
    temperature, bias = vector_scaling(np.log(np.where(np.eye(7)[label] > 0, 0.4, 0.1)), label)
    assert TEMPERATURES[0] <= round(temperature, 4) <= TEMPERATURES[1]
    assert np.isfinite(bias).all()


def quick(epochs):
    """All that a recipe can do, with the smaller network on small batches: two phases, mixup, votes, moving average."""
    from face2music.training.augment import Augmentation
    from face2music.training.recipe import BASELINE, Phase

    phases = (
        Phase(1, 48, Augmentation(field_px=48.0), mixup=0.1, label_smoothing=0.05),
        Phase(epochs - 1, 48, Augmentation(field_px=48.0)),
    )
    return dataclasses.replace(
        BASELINE, phases=phases, batch_size=32, votes_weight=0.3, votes_share=0.3, average_decay=0.8, warmup_epochs=0.5
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A network trained for three epochs on pictures that are easy, and its data."""
    from face2music.training.fit import train

    folder = tmp_path_factory.mktemp("training")
    data = write_npz(folder / "fer.npz", made_faces(600))
    return folder, data, train(data, folder / "run", quick(3))


def test_training_writes_weights_card_curve_and_run(trained):
    folder, _, run = trained
    assert (folder / "run" / "emotion.keras").stat().st_size < 10_000_000
    card = json.loads((folder / "run" / "emotion.json").read_text())
    assert card["labels"] == list(LABELS)
    assert card["temperature"] > 0
    assert json.loads((folder / "run" / "run.json").read_text()) == json.loads(json.dumps(run))
    assert run["pictures"] == 480
    assert run["epochs"] == 3
    assert len((folder / "run" / "history.csv").read_text().splitlines()) == 4
    with Image.open(folder / "run" / "history.png") as picture:
        assert picture.size[0] > 1000


def test_training_learns_and_evaluation_measures_it(trained):
    from face2music.evaluation.emotion import as_text, evaluate

    folder, data, run = trained
    figures = evaluate(data, "PublicTest", folder / "run" / "emotion.keras")
    assert figures["pictures"] == 120
    assert figures["accuracy"] > 2 / len(LABELS)
    assert np.trace(figures["confusion"]) / 120 == pytest.approx(figures["accuracy"], abs=1e-4)
    assert np.sum(figures["confusion"], axis=1).tolist() == [row["support"] for row in figures["per_class"].values()]
    assert f"accuracy {figures['accuracy']:.2%}" in as_text(figures)
    assert figures["ferplus"]["pictures"] == 120
    assert figures["ferplus"]["labels_agree"] == 1
    assert figures["ferplus"]["accuracy"] == figures["accuracy"]
    assert figures["twins"]["pictures"] == 0
    # One view in training, several and weights in 16 bits here: the same but for a few.
    assert figures["heads"]["labels"] == pytest.approx(run["figures"]["val_labels_accuracy"], abs=0.15)


def test_training_goes_on_where_it_stopped(trained):
    from face2music.training.fit import train

    folder, data, _ = trained
    train(data, folder / "run", quick(4), resume=True)
    epochs = [line.split(",")[0] for line in (folder / "run" / "history.csv").read_text().splitlines()]
    assert epochs == ["epoch", "0", "1", "2", "3"]


def test_a_finished_run_and_a_missing_one_have_nothing_to_go_on_with(trained):
    from face2music.training.fit import train

    folder, data, _ = trained
    card = (folder / "run" / "emotion.json").read_text()
    with pytest.raises(RequestError, match="is finished after 4 epochs; ask for more"):
        train(data, folder / "run", quick(4), resume=True)
    assert (folder / "run" / "emotion.json").read_text() == card
    with pytest.raises(RequestError, match="has no finished epoch; leave --resume out"):
        train(data, folder / "nothing", quick(4), resume=True)


def contents(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_run_is_not_written_over(tmp_path, trained):
    """A finished one, one that was stopped, and weights that are served; by the function and by command."""
    from typer.testing import CliRunner

    from face2music.cli import app
    from face2music.training.fit import train

    folder, data, _ = trained
    finished = shutil.copytree(folder / "run", tmp_path / "finished")
    stopped = shutil.copytree(finished, tmp_path / "stopped", ignore=shutil.ignore_patterns("emotion.*", "run.json", "*.png"))
    served = shutil.copytree(finished, tmp_path / "served", ignore=shutil.ignore_patterns("*.npz", "history.*", "run.json"))
    for run in (finished, stopped, served):
        before = contents(run)
        with pytest.raises(RequestError, match=r"holds a run already .*; add --resume to go on with it, or give another folder"):
            train(data, run, quick(4))
        arguments = ["train", "--data", data, "--out", run, "--recipe", "baseline", "--epochs", 1]
        for more, sentence in {
            (): "holds a run already",
            ("--from", run): "is read, and would be written over",
            ("--resume", "--from", run): "is read, and would be written over",
            ("--teacher", run): "is read, and would be written over",
        }.items():
            result = CliRunner().invoke(app, [str(word) for word in (*arguments, *more)])
            assert result.exit_code == 1, result.output
            assert sentence in result.stderr
        assert contents(run) == before


def test_a_run_that_was_stopped_in_its_first_epoch_is_begun_anew(tmp_path, trained):
    from face2music.training.fit import train

    _, data, _ = trained
    (tmp_path / "run").mkdir()
    (tmp_path / "run/history.csv").touch()
    assert train(data, tmp_path / "run", quick(1), limit=40)["epochs"] == 1


def test_a_refused_start_leaves_no_folder(tmp_path, trained):
    from face2music.training.fit import train

    _, data, _ = trained
    np.savez(tmp_path / "votes.npz", images=np.zeros((9, 48, 48), np.uint8), label=[0] * 9, usage=["Training"] * 9)
    for wrong in (
        {"data": tmp_path / "nothing.npz"},
        {"data": tmp_path / "votes.npz"},
        {"start": tmp_path / "nothing"},
        {"teachers": [tmp_path]},
        {"recipe": quick(1).with_settings(teachers_share=np.nan)},
        {"resume": True},
    ):
        with pytest.raises((DataError, RequestError)):
            train(**{"data": data, "out": tmp_path / "out", "recipe": quick(1)} | wrong)
    assert sorted(os.listdir(tmp_path)) == ["votes.npz"]


@pytest.mark.parametrize("name", ["checkpoint.npz", "best.npz"])
@pytest.mark.parametrize("damage", ["text", "empty", "bare", "other", "missing"])
def test_a_damaged_checkpoint_is_refused(tmp_path, trained, name, damage):
    from face2music.training.fit import train

    folder, data, _ = trained
    run = shutil.copytree(folder / "run", tmp_path / "run")
    match damage:
        case "text":
            (run / name).write_bytes(b"damaged")
        case "empty":
            (run / name).write_bytes(b"")
        case "bare":
            np.save(tmp_path / "bare.npy", np.zeros(3))
            (tmp_path / "bare.npy").replace(run / name)
        case "other":
            np.savez(run / name, np.zeros(3))
        case "missing":
            (run / name).unlink()
    before = contents(run)
    with pytest.raises(RequestError, match=r"cannot go on from .* leave --resume out, and give another folder"):
        train(data, run, quick(6), resume=True)
    assert contents(run) == before
    if name == "best.npz" and damage != "missing":
        with pytest.raises(RequestError, match="holds no run of this network to begin with"):
            train(data, tmp_path / "new", quick(1), start=run)
        assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("damage", ["column", "blank", "text", "bytes", "accuracy", "short"])
def test_a_damaged_learning_curve_is_refused(tmp_path, trained, damage):
    from face2music.training.fit import train

    folder, data, _ = trained
    run = shutil.copytree(folder / "run", tmp_path / "run")
    header, first, *_ = (run / "history.csv").read_text().splitlines()
    column = header.split(",").index("val_labels_accuracy")
    cells = {"blank": "", "text": "high", "accuracy": "nan"}
    row = first.split(",")
    row[column] = cells.get(damage, row[column])
    header = header.replace("val_labels_accuracy", "other") if damage == "column" else header
    row = row[:4] if damage == "short" else row
    (run / "history.csv").write_bytes(f"{header}\n{','.join(row)}\n".encode() + b"\xff" * (damage == "bytes"))
    before = contents(run)
    with pytest.raises(DataError, match=r"history\.csv is damaged .*; put it right, or give another folder"):
        train(data, run, quick(6), resume=True)
    assert contents(run) == before


def test_a_record_is_looked_at_before_the_training(tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from face2music.cli import app
    from face2music.training import fit

    monkeypatch.setattr(fit, "train", lambda *_, **__: pytest.fail("the work has begun"))
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    (tmp_path / "data.csv").write_text("emotion,pixels,Usage\n")
    (tmp_path / "file").touch()
    before = {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)}
    for record, sentence in {
        "bytes.csv": "cannot be read",
        "file": "is no table of runs",
        "other.csv": "is no table of runs",
        "data.csv": "is read, and would be written over",
        "run/history.csv": "is read, and would be written over",
        "run/../run/run.json": "is read, and would be written over",
        "file/runs.csv": "cannot be written",
        "": "is a folder",
    }.items():
        arguments = ["train", "--data", tmp_path / "data.csv", "--out", tmp_path / "run", "--record", tmp_path / record]
        result = CliRunner().invoke(app, [str(word) for word in arguments])
        assert result.exit_code == 1, result.output
        assert sentence in result.stderr
    assert {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)} == before


@pytest.mark.parametrize(
    ("option", "value"), [("--seed", 2**40), ("--epochs", 10**40), ("--batch-size", 10**40), ("--teachers-share", "nan")]
)
def test_numbers_that_no_training_takes_are_refused(tmp_path, trained, option, value):
    from typer.testing import CliRunner

    from face2music.cli import app

    arguments = ["train", "--data", trained[1], "--out", tmp_path / "run", "--recipe", "baseline", option, value]
    result = CliRunner().invoke(app, [str(word) for word in arguments])
    assert result.exit_code in (1, 2), result.output
    assert "Traceback" not in result.output
    assert os.listdir(tmp_path) == []


def test_a_resumed_run_keeps_better_weights_from_before(tmp_path, trained):
    """The curve is made to say that an earlier epoch was perfect: then no later one may take its place."""
    from face2music.training.fit import train

    folder, data, _ = trained
    run = shutil.copytree(folder / "run", tmp_path / "run")
    rows = (run / "history.csv").read_text().splitlines()
    column = rows[0].split(",").index("val_labels_accuracy")
    best = rows[1].split(",")
    best[column] = "1.0"
    (run / "history.csv").write_text("\n".join([rows[0], ",".join(best), *rows[2:]]) + "\n")
    weights = (run / "best.npz").read_bytes()
    done = train(data, run, quick(len(rows)), resume=True)
    assert (run / "best.npz").read_bytes() == weights
    assert done["best_epoch"] == 1


def test_our_recipe_runs_through_its_phases(tmp_path):
    from face2music.training.fit import train
    from face2music.training.recipe import BEST

    data = write_npz(tmp_path / "fer.npz", made_faces(120))
    run = train(data, tmp_path / "run", BEST.with_settings(epochs=2, batch_size=32), limit=64)
    assert [phase["size_px"] for phase in run["recipe"]["phases"]] == [32, 44]
    assert run["parameters"] < 5_000_000
    assert (tmp_path / "run" / "emotion.keras").stat().st_size < 10_000_000


def test_our_refining_recipe_runs(tmp_path, trained):
    from face2music.training.fit import train
    from face2music.training.recipe import REFINE

    folder, *_ = trained
    short = REFINE.with_settings(epochs=2, batch_size=32, teachers_share=0.5)
    run = train(write_npz(tmp_path / "fer.npz", made_faces(66)), tmp_path / "run", short, teachers=[folder / "run"])
    assert run["recipe"]["sharpness_radius"] > 0
    assert np.isfinite(run["figures"]["loss"])


def test_a_run_begins_with_the_weights_of_another_one(tmp_path, trained):
    """After one epoch with hardly any learning it answers as the run that it comes from."""
    from face2music.training.fit import train

    folder, data, run = trained
    still = quick(1).with_settings(learning_rate=1e-9, average_decay=0.0)
    begun = train(data, tmp_path / "begun", still, start=folder / "run")
    assert begun["start"] == "run"
    assert run["figures"]["val_labels_accuracy"] > 0.5
    assert begun["figures"]["val_labels_accuracy"] > run["figures"]["val_labels_accuracy"] - 0.1
    left = shutil.copytree(folder / "run", tmp_path / "left", ignore=shutil.ignore_patterns("*.npz"))
    served = train(data, tmp_path / "served", still, start=left)
    assert served["figures"]["val_labels_accuracy"] > begun["figures"]["val_labels_accuracy"] - 0.1
    with pytest.raises(RequestError, match="holds no run of this network to begin with"):
        train(data, tmp_path / "nothing", still, start=tmp_path)


def test_a_run_that_learns_from_the_validation_too_is_calibrated_as_the_one_before(tmp_path, trained):
    """Nothing is left to choose an epoch by: the last one counts; and what it is measured on is told from new pictures."""
    from typer.testing import CliRunner

    from face2music.cli import app
    from face2music.evaluation.emotion import as_text, evaluate
    from face2music.training.fit import train

    folder, data, _ = trained
    before = json.loads((folder / "run" / "emotion.json").read_text())
    recipe = quick(2).with_settings(validate=False)
    run = train(data, tmp_path / "run", recipe, start=folder / "run")
    card = json.loads((tmp_path / "run" / "emotion.json").read_text())
    assert card["learnt_from"] == ["PublicTest", "Training"]
    assert (run["pictures"], run["best_epoch"]) == (600, 2)
    assert not any(name.startswith("val_") for name in run["figures"])
    assert [card[name] for name in ("temperature", "bias")] == [before[name] for name in ("temperature", "bias")]
    figures = evaluate(data, "PublicTest", tmp_path / "run" / "emotion.keras")
    assert figures["learnt"] == 120
    assert "twins" not in figures
    assert "learnt from 120 of these pictures" in as_text(figures)

    longer = train(data, tmp_path / "run", quick(3).with_settings(validate=False), resume=True, start=folder / "run")
    assert (longer["epochs"], longer["best_epoch"]) == (3, 3)
    arguments = ["export", tmp_path / "run", "--data", data, "--recipe", "baseline", "--out", tmp_path / "served"]
    assert CliRunner().invoke(app, [str(word) for word in arguments]).exit_code == 0
    served = json.loads((tmp_path / "served" / "emotion.json").read_text())
    names = ("temperature", "bias", "learnt_from")
    assert [served[name] for name in names] == [card[name] for name in names]

    with pytest.raises(RequestError, match="name a finished run by --from, whose temperature and bias it takes"):
        train(data, tmp_path / "new", recipe)
    validated = shutil.copytree(folder / "run", tmp_path / "validated")
    with pytest.raises(RequestError, match="keeps its validation; leave --with-validation out"):
        train(data, validated, quick(9).with_settings(validate=False), resume=True, start=folder / "run")
    with pytest.raises(DataError, match=r"history\.csv is damaged \(a figure is missing"):
        train(data, tmp_path / "run", quick(9), resume=True)


def test_teachers_take_their_share_of_labels_and_votes(tmp_path, trained):
    """They are asked about the views that the pupil gets, mixed ones too."""
    import tensorflow as tf

    from face2music import emotion
    from face2music.training.teachers import teaching

    folder, _, _ = trained
    faces = made_faces(8)
    views = (0.6 * faces.images + 0.4 * faces.images[::-1])[..., np.newaxis].astype(np.float32) / 255
    labels, votes = np.eye(7, dtype=np.float32)[faces.label], faces.votes
    said = {head: np.exp(logs) for head, logs in emotion.load(folder / "run" / "emotion.tflite").of_views(views).items()}
    for runs in ([folder / "run"], [folder / "run", folder / "run"]):
        dataset = tf.data.Dataset.from_tensors((views, labels, votes)).map(teaching(runs, 0.25))
        taught_labels, taught_votes = next(iter(dataset))
        assert np.allclose(taught_labels, 0.75 * labels + 0.25 * said["labels"], atol=1e-5)
        assert np.allclose(taught_votes, 0.75 * votes + 0.25 * 0.9 * said["votes"], atol=1e-5)
    assert teaching([], 0)(views, labels, votes) == (labels, votes)
    with pytest.raises(RequestError, match="Give teachers and a share"):
        teaching([folder / "run"], 0)
    with pytest.raises(RequestError, match="Give teachers and a share"):
        teaching([], 0.25)
    with pytest.raises(RequestError, match="holds no finished run to learn from"):
        teaching([tmp_path], 0.25)


def test_a_finished_run_is_exported_by_command(tmp_path, trained):
    from typer.testing import CliRunner

    from face2music import emotion
    from face2music.cli import app

    folder, data, _ = trained
    faces = load(data).split("PublicTest").images
    asked = ["--data", str(data), "--recipe", "baseline"]
    arguments = ["export", str(folder / "run"), "--out", str(tmp_path / "served"), *asked]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert sorted(file.name for file in (tmp_path / "served").iterdir()) == ["emotion.json", "emotion.keras", "emotion.tflite"]
    before, after, served = (
        emotion.load(file)
        for file in (
            folder / "run" / "emotion.keras",
            tmp_path / "served" / "emotion.keras",
            tmp_path / "served" / "emotion.tflite",
        )
    )
    said = [each.log_probabilities(faces)["labels"] for each in (before, after, served)]
    assert np.array_equal(said[0], said[1])
    assert np.allclose(np.exp(said[1]), np.exp(said[2]), atol=0.05)
    assert after.card.heads == {"labels": 1.0, "votes": 0.0}, "the recipe's, and not the run's"
    assert CliRunner().invoke(app, arguments).exit_code == 1
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    whole = (folder / "run" / "emotion.keras").read_bytes()
    middle = len(whole) // 2
    (damaged / "emotion.keras").write_bytes(whole[:middle] + bytes(64) + whole[middle + 64 :])
    for wrong in (
        [str(tmp_path), *asked],
        [str(damaged), *asked],
        [str(folder / "run"), "--data", str(data), "--recipe", "best"],
    ):
        refused = CliRunner().invoke(app, ["export", *wrong, "--out", str(tmp_path / "other")])
        assert refused.exit_code == 1
        assert "holds no finished run of this recipe to export" in refused.output


def test_a_recipe_that_learns_from_votes_needs_them(tmp_path):
    from face2music.training.fit import train

    data = write_csv(tmp_path / "fer2013.csv", made_faces(40))
    with pytest.raises(DataError, match=r"fer2013\.csv holds no FER\+ votes"):
        train(data, tmp_path / "run", quick(1))


def test_an_epoch_of_the_baseline_on_some_pictures_by_command(tmp_path):
    from typer.testing import CliRunner

    from face2music.cli import app

    data = write_csv(tmp_path / "fer2013.csv", made_faces(300))
    record = tmp_path / "runs.csv"
    arguments = ["train", "--data", data, "--out", tmp_path / "run", "--recipe", "baseline", "--limit", 200]
    result = CliRunner().invoke(app, [str(a) for a in [*arguments, "--epochs", 1, "--record", record]])
    assert result.exit_code == 0, result.output
    assert "best after 1 of 1 epochs" in result.output
    assert json.loads((tmp_path / "run" / "run.json").read_text())["pictures"] == 200
    (row,) = csv.DictReader(record.open())
    assert (row["run"], row["network"], row["epochs"]) == ("run", "baseline", "1")


def test_the_record_keeps_one_row_a_run_and_reads_as_markdown(tmp_path):
    from face2music.training.recipe import BEST
    from face2music.training.record import add_to_record, record_as_markdown

    run = {
        "finished": "2026-01-01",
        "parameters": 5,
        "epochs": 3,
        "figures": {"val_labels_accuracy": 0.5},
        "start": "",
        "teachers": ["x", "y"],
        "recipe": BEST.to_dict(),
    }
    for name, epochs in (("a", 1), ("b", 2), ("a", 3)):
        add_to_record(tmp_path / "runs.csv", name, {**run, "epochs": epochs})
    rows = list(csv.DictReader((tmp_path / "runs.csv").open()))
    assert [(row["run"], row["epochs"]) for row in rows] == [("b", "2"), ("a", "3")]
    assert "36 at 32 px with mixup" in rows[0]["phases"]
    assert rows[0]["teachers"] == "x y"
    assert len(record_as_markdown(tmp_path / "runs.csv").splitlines()) == 4
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="is no table of runs"):
        add_to_record(tmp_path / "other.csv", "a", run)
    add_to_record(tmp_path / "new/folder/runs.csv", "c\udcff", run)
    assert [row["run"] for row in csv.DictReader((tmp_path / "new/folder/runs.csv").open(encoding="utf-8"))] == ["c\\udcff"]
