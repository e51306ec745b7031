"""Random views of training faces: flipped, turned, scaled, shifted and relit.

Works on float32 batches (n, 48, 48, 1) in [0, 1]; one affine transform a picture, so that pixels are interpolated once.
"""

import math

import tensorflow as tf

MAX_ROTATION_DEG = 10.0
SCALE = (0.9, 1.12)
MAX_SHIFT_PX = 3.0
CONTRAST = (0.8, 1.25)
MAX_BRIGHTNESS = 0.1


def augment(images: tf.Tensor) -> tf.Tensor:
    """A new random view of each picture, same shape and range."""
    return _relight(_move(images))


def _uniform(images: tf.Tensor, low: float, high: float) -> tf.Tensor:
    return tf.random.uniform([tf.shape(images)[0]], low, high)


def _move(images: tf.Tensor) -> tf.Tensor:
    """Flip, rotation, scale and shift as one projective transform about the centre; edge pixels are repeated outside."""
    angle = _uniform(images, -MAX_ROTATION_DEG, MAX_ROTATION_DEG) * math.pi / 180
    scale = _uniform(images, *SCALE)
    flip = tf.where(_uniform(images, 0, 1) < 0.5, -1.0, 1.0)
    centre = (tf.cast(tf.shape(images)[1], tf.float32) - 1) / 2
    a, b = tf.cos(angle) / scale * flip, -tf.sin(angle) / scale
    c, d = tf.sin(angle) / scale * flip, tf.cos(angle) / scale
    x = centre - (a + b) * centre + _uniform(images, -MAX_SHIFT_PX, MAX_SHIFT_PX)
    y = centre - (c + d) * centre + _uniform(images, -MAX_SHIFT_PX, MAX_SHIFT_PX)
    zero = tf.zeros_like(a)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([a, b, x, c, d, y, zero, zero], axis=1),
        output_shape=tf.shape(images)[1:3],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )


def _relight(images: tf.Tensor) -> tf.Tensor:
    each = (-1, 1, 1, 1)
    mean = tf.reduce_mean(images, axis=(1, 2, 3), keepdims=True)
    contrast = tf.reshape(_uniform(images, *CONTRAST), each)
    brightness = tf.reshape(_uniform(images, -MAX_BRIGHTNESS, MAX_BRIGHTNESS), each)
    return tf.clip_by_value((images - mean) * contrast + mean + brightness, 0.0, 1.0)
