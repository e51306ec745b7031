"""Random views of training faces: flipped, turned, scaled, shifted, relit, and spoilt as webcams spoil pictures.

Works on float32 batches (n, 48, 48, 1) in [0, 1]. One affine transform a picture does all that moves pixels, the crop and the
change of size included, so that they are interpolated once.
"""

import math
from dataclasses import dataclass

import tensorflow as tf

_EACH = (-1, 1, 1, 1)
_SMALL_FACE_PX = 26
_BLUR = (0.25, 0.5, 0.25)


@dataclass(frozen=True)
class Augmentation:
    """How far views may lie from the picture; shares are the part of the pictures that something is done to.

    `field_px` is the width of the square that a view shows, in pixels of the picture, before `scale`.
    """

    field_px: float = 44.0
    rotation_deg: float = 10.0
    tilt_deg: float = 0.0
    tilt_share: float = 0.0
    scale: tuple[float, float] = (0.9, 1.12)
    shift_px: float = 3.0
    contrast: tuple[float, float] = (0.8, 1.25)
    brightness: float = 0.1
    defect_share: float = 0.0
    glasses_share: float = 0.0
    cover_share: float = 0.0
    flips: bool = True


STILL = Augmentation(rotation_deg=0.0, scale=(1.0, 1.0), shift_px=0.0, contrast=(1.0, 1.0), brightness=0.0, flips=False)


def augment(images: tf.Tensor, how: Augmentation, size_px: int) -> tf.Tensor:
    """A new random view of each picture, float32 (n, size_px, size_px, 1) in [0, 1]."""
    views = _move(_spoil(_put_on_glasses(images, how.glasses_share), how.defect_share), how, size_px)
    return _cover(_relight(views, how), how.cover_share)


def _uniform(images: tf.Tensor, low: float, high: float, shape: tuple[int, ...] = (-1,)) -> tf.Tensor:
    return tf.reshape(tf.random.uniform([tf.shape(images)[0]], low, high), shape)


def _where(images: tf.Tensor, share: float, changed: tf.Tensor) -> tf.Tensor:
    """The changed form of a random share of the pictures."""
    return tf.where(_uniform(images, 0, 1, _EACH) < share, changed, images)


def _move(images: tf.Tensor, how: Augmentation, size_px: int) -> tf.Tensor:
    """Flip, rotation, scale, shift and crop as one transform about the centre; edge pixels are repeated outside."""
    tilted = _uniform(images, 0, 1) < how.tilt_share
    limit = tf.where(tilted, how.tilt_deg, how.rotation_deg) * math.pi / 180
    angle = limit * _uniform(images, -1, 1)
    scale = how.field_px / size_px / _uniform(images, *how.scale)
    flip = tf.where(_uniform(images, 0, 1) < how.flips / 2, -1.0, 1.0)
    centre, middle = (tf.cast(tf.shape(images)[1], tf.float32) - 1) / 2, (size_px - 1) / 2
    a, b = tf.cos(angle) * scale * flip, -tf.sin(angle) * scale
    c, d = tf.sin(angle) * scale * flip, tf.cos(angle) * scale
    x = centre - (a + b) * middle + _uniform(images, -how.shift_px, how.shift_px)
    y = centre - (c + d) * middle + _uniform(images, -how.shift_px, how.shift_px)
    zero = tf.zeros_like(a)
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=tf.stack([a, b, x, c, d, y, zero, zero], axis=1),
        output_shape=(size_px, size_px),
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )


def _relight(images: tf.Tensor, how: Augmentation) -> tf.Tensor:
    """Contrast and brightness; for the share of the defects also dim light, and light from one side."""
    mean = tf.reduce_mean(images, axis=(1, 2, 3), keepdims=True)
    contrast = _uniform(images, *how.contrast, _EACH)
    brightness = _uniform(images, -how.brightness, how.brightness, _EACH)
    images = (images - mean) * contrast + mean + brightness
    if how.defect_share:
        dim = images * _uniform(images, 0.15, 0.6, _EACH) + tf.random.normal(tf.shape(images), stddev=0.02)
        images = _where(images, how.defect_share, dim)
        images = _where(images, how.defect_share, images * _side_light(images))
    return tf.clip_by_value(images, 0.0, 1.0)


def _side_light(images: tf.Tensor) -> tf.Tensor:
    """A factor for each pixel that falls across the picture in a random direction."""
    ramp = tf.linspace(-1.0, 1.0, tf.shape(images)[1])
    direction, strength = _uniform(images, -math.pi, math.pi, _EACH), _uniform(images, 0.3, 0.9, _EACH)
    across = ramp[tf.newaxis, tf.newaxis, :, tf.newaxis] * tf.cos(direction)
    down = ramp[tf.newaxis, :, tf.newaxis, tf.newaxis] * tf.sin(direction)
    return 1.0 + strength * (across + down)


def _spoil(images: tf.Tensor, share: float) -> tf.Tensor:
    """Blur, the detail of a small face, and the blocks of strong JPEG compression, each for a share of the pictures."""
    if not share:
        return images
    kernel = tf.tensordot(tf.constant(_BLUR), tf.constant(_BLUR), axes=0)[:, :, tf.newaxis, tf.newaxis]
    blurred = images
    for _ in range(3):
        blurred = tf.nn.conv2d(tf.pad(blurred, ((0, 0), (1, 1), (1, 1), (0, 0)), "SYMMETRIC"), kernel, 1, "VALID")
    strength = _uniform(images, 0.3, 1, _EACH)
    images = _where(images, share, strength * blurred + (1 - strength) * images)
    small = tf.image.resize(images, (_SMALL_FACE_PX, _SMALL_FACE_PX), "area")
    images = _where(images, share, tf.image.resize(small, tf.shape(images)[1:3]))
    return _compress(images, share)


def _compress(images: tf.Tensor, share: float) -> tf.Tensor:
    n = tf.shape(images)[0]
    count = tf.maximum(1, tf.cast(tf.round(share * tf.cast(n, tf.float32)), tf.int32))
    chosen = tf.random.shuffle(tf.range(n))[:count, tf.newaxis]
    quality = tf.random.uniform([tf.shape(chosen)[0]], 8, 40, tf.int32)

    def one(picture_and_quality: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
        picture = tf.image.convert_image_dtype(picture_and_quality[0], tf.uint8, saturate=True)
        return tf.image.convert_image_dtype(tf.image.adjust_jpeg_quality(picture, picture_and_quality[1]), tf.float32)

    pictures = tf.gather_nd(images, chosen)
    compressed = tf.map_fn(one, (pictures, quality), fn_output_signature=tf.TensorSpec((None, None, 1), tf.float32))
    return tf.tensor_scatter_nd_update(images, chosen, tf.ensure_shape(compressed, pictures.shape))


def _put_on_glasses(images: tf.Tensor, share: float) -> tf.Tensor:
    """Draw glasses where FER-2013's faces have their eyes: round to square lenses, clear or dark, thin to thick frames."""
    if not share:
        return images
    side = tf.cast(tf.shape(images)[1], tf.float32)
    place = tf.range(side) / side
    x = tf.abs(place[tf.newaxis, tf.newaxis, :, tf.newaxis] - _uniform(images, 0.47, 0.53, _EACH))
    y = place[tf.newaxis, :, tf.newaxis, tf.newaxis] - _uniform(images, 0.32, 0.44, _EACH)
    apart, half_width = _uniform(images, 0.17, 0.22, _EACH), _uniform(images, 0.1, 0.17, _EACH)
    half_height, roundness = _uniform(images, 0.08, 0.16, _EACH), _uniform(images, 2, 5, _EACH)
    radius = (tf.abs((x - apart) / half_width) ** roundness + tf.abs(y / half_height) ** roundness) ** (1 / roundness)
    from_rim_px = (radius - 1) * (half_width + half_height) / 2 * side
    half_rim_px = _uniform(images, 0.25, 1.2, _EACH)
    rim = tf.clip_by_value(half_rim_px + 0.5 - tf.abs(from_rim_px), 0, 1)
    bar = tf.clip_by_value(half_rim_px + 0.5 - tf.abs(y + half_height / 3) * side, 0, 1)  # the bridge and the temples
    frame = tf.where(tf.abs(x - apart) < half_width, rim, tf.maximum(rim, bar))
    lenses = tf.clip_by_value(0.5 - from_rim_px, 0, 1) * tf.maximum(_uniform(images, -1, 0.95, _EACH), 0)
    tone = _uniform(images, 0, 0.3, _EACH)
    glazed = images + lenses * (tone - images)
    return _where(images, share, glazed + frame * (tone - glazed))


def _cover(images: tf.Tensor, share: float) -> tf.Tensor:
    """Cover a random upright box with one random grey (random erasing, Zhong et al. 2020)."""
    if not share:
        return images
    size = tf.cast(tf.shape(images)[1], tf.float32)
    height, width = _uniform(images, 0.12, 0.45, _EACH) * size, _uniform(images, 0.15, 0.6, _EACH) * size
    top, left = _uniform(images, -0.1, 0.9, _EACH) * size, _uniform(images, -0.1, 0.9, _EACH) * size
    place = tf.range(size)
    rows, columns = place[tf.newaxis, :, tf.newaxis, tf.newaxis], place[tf.newaxis, tf.newaxis, :, tf.newaxis]
    inside = (rows >= top) & (rows < top + height) & (columns >= left) & (columns < left + width)
    return _where(images, share, tf.where(inside, _uniform(images, 0, 1, _EACH), images))
