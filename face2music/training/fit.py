"""Fit the network on FER-2013 and write its weights: set-up, data, model, fit, save."""

import csv
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from face2music.errors import RequestError
from face2music.training.augment import augment
from face2music.training.data import LABELS, SIZE, Faces, load, with_validation
from face2music.training.model import baseline

WEIGHTS = "emotion.keras"
CARD = "emotion.json"
HISTORY = "history.csv"


@dataclass(frozen=True)
class Recipe:
    """Settings of a run; `precision` is a Keras policy ('mixed_bfloat16' trains faster where the processor has it)."""

    epochs: int = 42
    batch_size: int = 128
    learning_rate: float = 1e-3
    warmup_epochs: int = 1
    patience_epochs: int = 12
    precision: str = "float32"
    seed: int = 1


def train(data: Path, out: Path, recipe: Recipe, resume: bool = False, limit: int | None = None) -> dict:
    """Train the baseline network and write weights, their description and the learning curve into a folder.

    Parameters
    ----------
    data
        FER-2013 in any form that `training.data.load` reads.
    out
        Folder for `emotion.keras`, `emotion.json`, `history.csv` and the checkpoint that `resume` goes on from.
    recipe
        The run's settings.
    resume
        Go on from the last finished epoch in `out`.
    limit
        Use only so many training pictures, chosen at random (a quick trial).

    Returns
    -------
    dict
        What `emotion.json` holds: labels, input, and how the network was trained.

    Raises
    ------
    DataError
        If the data cannot be read.
    RequestError
        If there is no run to go on with, or it is finished.
    """
    earlier = _accuracies(out) if resume else []
    if resume and not 0 < len(earlier) < recipe.epochs:
        state = (
            f"is finished after {len(earlier)} epochs; ask for more" if earlier else "has no finished epoch; leave --resume out"
        )
        raise RequestError(f"The run in {out} {state}.")
    out.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(recipe.seed)
    training, validation = with_validation(load(data), recipe.seed)
    if limit is not None:
        training = training.where(np.random.default_rng(recipe.seed).permutation(len(training))[:limit])

    steps = -(-len(training) // recipe.batch_size)
    model = baseline(recipe.precision)
    model.compile(
        optimizer=keras.optimizers.Adam(_schedule(recipe, steps)),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
    )

    model.fit(
        _batches(training, recipe, shuffled=True),
        validation_data=_batches(validation, recipe, shuffled=False),
        epochs=recipe.epochs,
        callbacks=_callbacks(out, recipe, earlier),
        shuffle=False,  # the batches are shuffled already
    )
    return _save(out, recipe, len(training))


def _schedule(recipe: Recipe, steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    warmup = recipe.warmup_epochs * steps
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=recipe.learning_rate / 10,
        warmup_target=recipe.learning_rate,
        warmup_steps=warmup,
        decay_steps=max(1, recipe.epochs * steps - warmup),
        alpha=0.001,
    )


def _batches(faces: Faces, recipe: Recipe, shuffled: bool) -> tf.data.Dataset:
    images = faces.images[..., np.newaxis]
    targets = keras.utils.to_categorical(faces.label, len(LABELS))
    batches = tf.data.Dataset.from_tensor_slices((images, targets))
    if shuffled:
        batches = batches.shuffle(len(faces), seed=recipe.seed)
    batches = batches.batch(recipe.batch_size)
    batches = batches.map(lambda x, y: (tf.cast(x, tf.float32) / 255.0, y), num_parallel_calls=1)
    if shuffled:
        batches = batches.map(lambda x, y: (augment(x), y), num_parallel_calls=1)
    return batches.prefetch(4)


def _callbacks(out: Path, recipe: Recipe, earlier: list[float]) -> list[keras.callbacks.Callback]:
    """Checkpoint, best weights, learning curve and early stopping; `earlier` are the validation accuracies of a resumed run."""
    checkpoint = out / "checkpoint"
    if not earlier:
        for old in sorted(checkpoint.glob("*")):
            old.unlink()
    return [
        keras.callbacks.BackupAndRestore(checkpoint, delete_checkpoint=False),
        keras.callbacks.ModelCheckpoint(
            out / "best.weights.h5",
            monitor="val_accuracy",
            mode="max",
            save_best_only=True,
            save_weights_only=True,
            initial_value_threshold=max(earlier, default=None),
        ),
        keras.callbacks.CSVLogger(out / HISTORY, append=bool(earlier)),
        keras.callbacks.EarlyStopping(monitor="val_accuracy", mode="max", patience=recipe.patience_epochs, verbose=1),
    ]


def _save(out: Path, recipe: Recipe, training_pictures: int) -> dict:
    """Write the best epoch's weights as a float32 network without its optimizer, and what a reader of it must know."""
    served = baseline()
    served.load_weights(out / "best.weights.h5")
    served.save(out / WEIGHTS)
    card = {
        "labels": list(LABELS),
        "input": {"height_px": SIZE, "width_px": SIZE, "channels": 1, "range": [0.0, 1.0]},
        "parameters": served.count_params(),
        "training": {
            **asdict(recipe),
            "pictures": training_pictures,
            "val_accuracy": round(max(_accuracies(out)), 4),
        },
    }
    (out / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return card


def _accuracies(out: Path) -> list[float]:
    """Validation accuracy after each finished epoch of the run in a folder; none if there is no run."""
    if not (out / HISTORY).is_file():
        return []
    with (out / HISTORY).open(newline="", encoding="utf-8") as file:
        return [float(row["val_accuracy"]) for row in csv.DictReader(file)]
