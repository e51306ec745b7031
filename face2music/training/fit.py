"""Fit a network on FER-2013 and write its weights: set-up, data, model, fit, save."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from face2music.emotion.card import Card, read_card
from face2music.errors import DataError, RequestError
from face2music.training import model as networks
from face2music.training.augment import STILL, augment
from face2music.training.data import LABELS, Faces, load, together, with_validation
from face2music.training.export import CARD, FILES, export
from face2music.training.model import HEADS, LABELS_HEAD, VOTES_HEAD
from face2music.training.recipe import Phase, Recipe
from face2music.training.record import CURVE, HISTORY, MONITOR, RUN, draw_curve, history, write_run
from face2music.training.sharpness import SharpnessAware
from face2music.training.state import BEST, STATE, AverageWeights, Checkpoint, begin_with, load_state
from face2music.training.teachers import Teaching, teaching

WRITTEN = (*FILES, HISTORY, CURVE, RUN, STATE, BEST)
_FIRST_LOOK = 2048


def train(
    data: Path,
    out: Path,
    recipe: Recipe,
    resume: bool = False,
    limit: int | None = None,
    start: Path | None = None,
    teachers: Sequence[Path] = (),
) -> dict[str, Any]:
    """Train a network and write what is served, and how it was learnt, into a folder.

    Parameters
    ----------
    data
        FER-2013 in any form that `training.data.load` reads.
    out
        Folder for `emotion.keras`, `emotion.json`, the learning curve (`history.csv`, `history.png`), the run's settings and
        figures (`run.json`), and the checkpoint that `resume` goes on from.
    recipe
        The run's settings.
    resume
        Go on from the last finished epoch in `out`.
    limit
        Use only so many training pictures, chosen at random (a quick trial).
    start
        Folder of a finished run of the same network, whose best weights to begin with instead of random ones. A recipe that
        does not validate takes its temperature and bias from there too: on pictures that were learnt they would be too bold.
    teachers
        Folders of finished runs, whose answers the recipe's `teachers_share` of labels and votes is taken from.

    Returns
    -------
    dict
        What `run.json` holds.

    Raises
    ------
    DataError
        If the data cannot be read, or has no votes for a recipe that learns from them.
    RequestError
        If there is no run to go on with, or it is finished; if there is one, and it is not to be gone on with; if `start` or a
        teacher is no finished run, or `start` is missing where nothing is validated.
    """
    began = time.monotonic()
    earlier = _earlier(out, recipe) if resume else []
    if not resume:
        _check_free(out)
    calibrated = None if recipe.validate else _calibrated(start)
    taught = teaching(teachers, recipe.teachers_share)
    keras.utils.set_random_seed(recipe.seed + len(earlier))
    training, validation = with_validation(load(data), recipe.seed)
    if not recipe.validate:
        training = together(training, validation)
    if recipe.votes_weight and not training.votes.any():
        raise DataError(f"{data.name} holds no FER+ votes, which this recipe learns from; add them, or take --recipe baseline.")
    if limit is not None:
        training = training.where(np.random.default_rng(recipe.seed).permutation(len(training))[:limit])

    model = networks.build(recipe.network, None, recipe.precision)
    if start is not None:
        views, *_ = next(iter(_views(training, teaching((), 0), replace(recipe, batch_size=_FIRST_LOOK), recipe.phases[0])))
        begin_with(start, model, views.numpy())
    head_weights = {LABELS_HEAD: 1 - recipe.votes_weight, VOTES_HEAD: recipe.votes_weight}
    if recipe.sharpness_radius:
        model = SharpnessAware(model.inputs, model.output, name=model.name)
        model.radius, model.head_weights = recipe.sharpness_radius, head_weights
    model.compile(
        _optimizer(recipe, model, steps=-(-len(training) // recipe.batch_size)),
        loss={head: keras.losses.CategoricalCrossentropy(from_logits=True) for head in HEADS},
        loss_weights=head_weights,
        weighted_metrics={head: ["accuracy"] for head in HEADS},
    )
    out.mkdir(parents=True, exist_ok=True)
    callbacks = _callbacks(out, recipe, model, earlier)

    end = 0
    for phase in recipe.phases:
        end += phase.epochs
        if len(earlier) < end and not model.stop_training:
            model.fit(
                _views(training, taught, recipe, phase),
                validation_data=_as_they_are(validation, recipe, phase) if recipe.validate else None,
                initial_epoch=max(end - phase.epochs, len(earlier)),
                epochs=end,
                callbacks=callbacks,
                shuffle=False,  # the batches are shuffled already
            )

    best = networks.build(recipe.network, None)
    load_state(out / BEST, best.weights)
    card = export(best, recipe, calibrated or validation, tuple(np.unique(training.usage)), out)
    draw_curve(out, recipe.validate)
    origin = {"start": start.name if start else "", "teachers": [folder.name for folder in teachers]}
    return write_run(out, recipe, origin, card, len(training), time.monotonic() - began)


def _calibrated(start: Path | None) -> Card:
    """The description of the run that one without validation begins with."""
    if start is None or not (start / CARD).is_file():
        raise RequestError(
            "A run that learns from the pictures of the validation too has none left to calibrate on; "
            "name a finished run by --from, whose temperature and bias it takes."
        )
    return read_card(start / CARD)


def _earlier(out: Path, recipe: Recipe) -> list[dict[str, float]]:
    """The figures of the epochs of the run that is to go on."""
    earlier = history(out, recipe.validate)
    if earlier and MONITOR in earlier[0] and not recipe.validate:
        raise RequestError(f"The run in {out} keeps its validation; leave --with-validation out, or give another folder.")
    if not earlier:
        raise RequestError(f"The run in {out} has no finished epoch; leave --resume out, and give another folder.")
    if len(earlier) >= recipe.epochs:
        raise RequestError(f"The run in {out} is finished after {len(earlier)} epochs; ask for more.")
    return earlier


def _check_free(out: Path) -> None:
    """Refuse a folder that holds a run, or anything else that would be written over; an empty curve is of no finished epoch."""
    held = next((out / name for name in WRITTEN if (out / name).is_file() and (out / name).stat().st_size), None)
    if held is not None:
        raise RequestError(f"{out} holds a run already ({held.name}); add --resume to go on with it, or give another folder.")


def _optimizer(recipe: Recipe, model: keras.Model, steps: int) -> keras.optimizers.Optimizer:
    """Adam, or SGD with Nesterov momentum and decay of the kernels; warm-up, then half a cosine down to nearly 0."""
    warmup = round(recipe.warmup_epochs * steps)
    rate = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=recipe.learning_rate / 10,
        warmup_target=recipe.learning_rate,
        warmup_steps=warmup,
        decay_steps=max(1, recipe.epochs * steps - warmup),
        alpha=0.001,
    )
    if recipe.optimizer == "adam":
        optimizer = keras.optimizers.Adam(rate)
    else:
        optimizer = keras.optimizers.SGD(rate, momentum=0.9, nesterov=True, weight_decay=recipe.weight_decay or None)
        optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    optimizer.build(model.trainable_variables)
    return optimizer


def _views(faces: Faces, taught: Teaching, recipe: Recipe, phase: Phase) -> tf.data.Dataset:
    labels = _one_hot(faces) * (1 - phase.label_smoothing) + phase.label_smoothing / len(LABELS)

    def view(images: tf.Tensor, labels: tf.Tensor, votes: tf.Tensor) -> tuple[Any, ...]:
        views = augment(tf.cast(images, tf.float32) / 255.0, phase.augmentation, phase.size_px)
        if phase.mixup:
            views, labels, votes = _mixed(views, labels, votes, phase.mixup)
        return _targets(views, *taught(views, labels, votes))

    batches = tf.data.Dataset.from_tensor_slices((faces.images[..., np.newaxis], labels, faces.votes))
    batches = batches.shuffle(len(faces)).batch(recipe.batch_size)
    return batches.map(view, num_parallel_calls=2).prefetch(4)


def _as_they_are(faces: Faces, recipe: Recipe, phase: Phase) -> tf.data.Dataset:
    """The pictures of the validation, of which the network sees the middle, as much as in training."""
    still = replace(STILL, field_px=phase.augmentation.field_px)

    def view(images: tf.Tensor, labels: tf.Tensor, votes: tf.Tensor) -> tuple[Any, ...]:
        return _targets(augment(tf.cast(images, tf.float32) / 255.0, still, phase.size_px), labels, votes)

    batches = tf.data.Dataset.from_tensor_slices((faces.images[..., np.newaxis], _one_hot(faces), faces.votes))
    return batches.batch(2 * recipe.batch_size).map(view).prefetch(2)


def _one_hot(faces: Faces) -> np.ndarray:
    """The labels as float32 (n, 7)."""
    return np.eye(len(LABELS), dtype=np.float32)[faces.label]


def _mixed(views: tf.Tensor, labels: tf.Tensor, votes: tf.Tensor, alpha: float) -> tuple[tf.Tensor, ...]:
    """Each view blended with another one, and their targets alike (mixup, Zhang et al. 2018); Beta(alpha, alpha) by gammas."""
    first, second = (tf.random.gamma([tf.shape(views)[0]], alpha) + 1e-6 for _ in range(2))
    share = tf.maximum(first, second) / (first + second)

    def blend(values: tf.Tensor) -> tf.Tensor:
        weight = tf.reshape(share, [-1] + [1] * (values.shape.rank - 1))
        return weight * values + (1 - weight) * tf.reverse(values, axis=[0])

    return blend(views), blend(labels), blend(votes)


def _targets(views: tf.Tensor, labels: tf.Tensor, votes: tf.Tensor) -> tuple[Any, ...]:
    """Views, targets and their weights by head; pictures count for the votes' head by the share of votes that say an emotion."""
    counted = tf.reduce_sum(votes, axis=1)
    votes = tf.math.divide_no_nan(votes, counted[:, tf.newaxis])
    return views, {LABELS_HEAD: labels, VOTES_HEAD: votes}, {LABELS_HEAD: tf.ones_like(counted), VOTES_HEAD: counted}


def _callbacks(out: Path, recipe: Recipe, model: keras.Model, earlier: list[dict[str, float]]) -> list[keras.callbacks.Callback]:
    """Average, checkpoint, learning curve and early stopping; `earlier` are the epochs of a resumed run."""
    average = AverageWeights(recipe.average_decay)
    average.set_model(model)
    monitor = MONITOR if recipe.validate else None
    checkpoint = Checkpoint(out, average, max((row.get(MONITOR, -1.0) for row in earlier), default=-1.0), monitor)
    checkpoint.set_model(model)
    if earlier:
        checkpoint.restore()
    else:
        (out / HISTORY).unlink(missing_ok=True)
    always = [average, checkpoint, keras.callbacks.CSVLogger(out / HISTORY, append=True)]
    stopping = keras.callbacks.EarlyStopping(monitor=MONITOR, mode="max", patience=recipe.patience_epochs, verbose=1)
    return [*always, stopping] if recipe.validate else always
