"""Picture -> the faces in it, each with its box and the grey 48x48 crop that the network reads.

Pictures are RGB uint8 (height, width, 3), upright; boxes are in pixels of that upright picture; crops are uint8 (48, 48),
framed as in FER-2013: tight and square, with the eyes in the upper half.
"""

import io
import math
import os
import threading
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from face2music.errors import NoFaceError, PictureError

Picture = str | Path | bytes | Image.Image | np.ndarray

CROP_PX = 48
MAX_PIXELS = 64_000_000
MAX_SIDE_PX = 65_500
MAX_FILE_BYTES = 60_000_000
DETECTION_SIDE_PX = 1280
# What cameras, phones, scanners and browsers write. Pillow knows more, down to one for which it starts another program.
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "DIB", "TIFF", "JPEG2000", "PPM", "TGA", "ICO", "PCX", "SGI")
_STRIP = 256
_TOO_LARGE = f"The picture has {{}} pixels, and at most {MAX_PIXELS // 1_000_000} million are taken; make it smaller first."
# Measured on labelled photographs, see "The crop" in the model card.
CROP_MARGIN = 0.05


@dataclass(frozen=True)
class Box:
    """A square in pixels of the upright picture: left, top, width, height."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True)
class Face:
    """A face: its box and the crop (uint8, 48x48) that the network reads."""

    box: Box
    crop: np.ndarray


@dataclass(frozen=True)
class Portrait:
    """An upright picture, RGB uint8 (height, width, 3), and the faces in it, largest first."""

    picture: np.ndarray
    faces: tuple[Face, ...]


@dataclass(frozen=True)
class _Search:
    """Settings of one pass of the detector; the smallest face is a share of the picture's short side.

    The picture is searched at no more than `side_px` on its long side.
    """

    cascade: str
    scale_factor: float
    neighbours: int
    smallest_share: float
    least_confidence: float = -math.inf
    side_px: int = DETECTION_SIDE_PX
    turns: tuple[int, ...] = (0,)


# From quick to patient: a later pass is only reached where the earlier ones found nothing. `default` is quick and frames faces
# as FER-2013 does; `alt` is seldom wrong, but takes longer. The confidence is the sum of the cascade's last stage. The smallest
# faces take the most time: from 0.12 of the short side on, half of what it takes from 0.08 on.
_SEARCHES = (
    _Search("default", 1.1, neighbours=6, smallest_share=0.12, least_confidence=2.4),
    _Search("alt", 1.1, neighbours=3, smallest_share=0.08),
    _Search("alt", 1.05, neighbours=3, smallest_share=0.04),
    _Search("alt", 1.1, neighbours=5, smallest_share=0.08, turns=(1, 3)),
)
# A clip has many frames, and who is missed in one is found in the next.
CLIP_SIDE_PX = 640
_SEARCHES_OF_A_CLIP = tuple(replace(search, side_px=min(search.side_px, CLIP_SIDE_PX)) for search in _SEARCHES[:2])
_MIN_FACE_PX = 24
_CASCADES = Path(cv2.__file__).parent / "data"
_engine = threading.local()


def find_faces(picture: Picture) -> Portrait:
    """Find all faces in a picture.

    The picture is tried as it stands, then with a more patient search, then turned by 90 degrees to either side.

    Parameters
    ----------
    picture
        A path, the bytes of an image file, a PIL image, or an array: uint8, grey (h, w), RGB (h, w, 3) or RGBA (h, w, 4).

    Returns
    -------
    Portrait
        The upright picture and at least one face, largest first.

    Raises
    ------
    PictureError
        If the picture cannot be read, or is too large.
    NoFaceError
        If no face is found in it.
    """
    upright = read_picture(picture)
    grey = cv2.cvtColor(upright, cv2.COLOR_RGB2GRAY)
    for search in _SEARCHES:
        for turn in search.turns:
            turned = np.ascontiguousarray(np.rot90(grey, turn))
            boxes = _detect(turned, search)
            if boxes:
                faces = tuple(Face(box, crop_face(turned, box)) for box in boxes)
                return Portrait(np.ascontiguousarray(np.rot90(upright, turn)), faces)
    raise NoFaceError("No face was found; use a picture that shows a face from the front, well lit and not too small.")


def find_boxes(grey: np.ndarray) -> list[Box]:
    """Boxes of the faces in an upright grey frame of a clip, uint8 (height, width), largest first, by quick searches alone."""
    return next((boxes for search in _SEARCHES_OF_A_CLIP if (boxes := _detect(grey, search))), [])


def read_picture(picture: Picture) -> np.ndarray:
    """Read a picture in any form that `find_faces` takes -> upright RGB uint8 (height, width, 3).

    EXIF rotation is applied, transparency is laid on white, of an animation the first frame is taken, and 16-bit samples are
    scaled to 8 bits.

    Raises
    ------
    PictureError
        If the picture cannot be read, is empty, or has more than 64 million pixels.
    """
    if isinstance(picture, np.ndarray):
        return _from_array(picture)
    if isinstance(picture, Image.Image):
        return _from_image(picture)
    if isinstance(picture, bytes | str | Path):
        return _from_file(picture)
    raise PictureError(f"A {type(picture).__name__} is no picture; give a path, bytes, a PIL image or an RGB array.")


def _from_array(array: np.ndarray) -> np.ndarray:
    if array.dtype != np.uint8 or array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)):
        raise PictureError(f"An array must be uint8 of shape (h, w), (h, w, 3) or (h, w, 4), not {array.dtype} {array.shape}.")
    _check_size(array.shape[1], array.shape[0])
    return array.copy(order="C") if array.shape[2:] == (3,) else _from_image(Image.fromarray(array))


def _from_file(source: bytes | str | Path) -> np.ndarray:
    name = "The picture" if isinstance(source, bytes) else Path(source).name
    try:
        data = source if isinstance(source, bytes) else read_file(Path(source))
        if not data:
            raise PictureError(f"{name} is empty; give a picture that shows a face.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                return _from_image(image, ours=True)
    except Image.DecompressionBombError as error:
        raise PictureError("The picture has far too many pixels; make it smaller first.") from error
    except PictureError:
        raise
    except Exception as error:  # Pillow's readers raise whatever a damaged file makes them raise
        raise PictureError(f"{name} is damaged or no picture that can be read; try a JPEG or PNG file.") from error


def read_file(path: Path) -> bytes:
    """The content of a picture's file.

    Raises
    ------
    PictureError
        If it cannot be opened, or is larger than 60 MB.
    """
    if not os.path.isfile(path):  # a name that no file can have is none, where Path raises
        raise PictureError(f"{path.name or path} is no file; give the path of a picture.")
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise PictureError(f"{path.name} is larger than {MAX_FILE_BYTES // 1_000_000} MB; give a smaller picture.")
        return path.read_bytes()
    except OSError as error:
        raise PictureError(f"{path.name} cannot be opened ({error.strerror}); give the path of a picture.") from error


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE_PX:
        raise PictureError(_TOO_LARGE.format(f"{width}x{height}"))
    if 0 in (width, height):
        raise PictureError("The picture is empty; give a picture that shows a face.")


def _from_image(image: Image.Image, ours: bool = False) -> np.ndarray:
    """An image as RGB; one of our own is turned upright itself, since each copy of a photograph takes a millisecond or two."""
    _check_size(*image.size)
    try:
        if ours:
            ImageOps.exif_transpose(image, in_place=True)
        return np.asarray(_to_rgb(image if ours else ImageOps.exif_transpose(image)))
    except (OSError, SyntaxError, ValueError) as error:
        raise PictureError("The picture is damaged or of a kind that cannot be read; save it again as JPEG or PNG.") from error


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        image = Image.fromarray(_to_8_bits(np.asarray(image)))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image)
        image = paper
    return image if image.mode == "RGB" else image.convert("RGB")


def _to_8_bits(samples: np.ndarray) -> np.ndarray:
    """Samples of any range (1, 8, 16 or 32 bits, which the mode alone does not tell) as 0-255, some rows at a time."""
    strips = [slice(top, top + _STRIP) for top in range(0, len(samples), _STRIP)]
    largest = max(_finite(samples[strip]).max(initial=0) for strip in strips)
    factor = next(255 / top for top in (1, 255, 65_535, 2**31 - 1, np.inf) if largest <= top)
    scaled = np.empty(samples.shape, np.uint8)
    for strip in strips:
        scaled[strip] = np.clip(_finite(samples[strip]) * factor, 0, 255)
    return scaled


def _finite(samples: np.ndarray) -> np.ndarray:
    return np.nan_to_num(samples.astype(np.float64), posinf=0, neginf=0)


def _detect(grey: np.ndarray, search: _Search) -> list[Box]:
    """Boxes of the faces in a grey picture, largest first."""
    scale = min(1.0, search.side_px / max(grey.shape))
    if min(grey.shape) * scale < _MIN_FACE_PX:
        return []
    small = grey if scale == 1 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    smallest = max(_MIN_FACE_PX, round(min(small.shape) * search.smallest_share))
    found, _, confidence = _cascade(search.cascade).detectMultiScale3(
        cv2.equalizeHist(small),
        scaleFactor=search.scale_factor,
        minNeighbors=search.neighbours,
        minSize=(smallest, smallest),
        outputRejectLevels=True,
    )
    sure = [box for box, sureness in zip(found, np.ravel(confidence), strict=True) if sureness >= search.least_confidence]
    boxes = [_box_in(grey, *(round(float(side) / scale) for side in box)) for box in sure]
    boxes.sort(key=lambda box: (-box.w, box.y, box.x))
    return [box for i, box in enumerate(boxes) if not any(_holds(larger, box) for larger in boxes[:i])]


def _holds(larger: Box, box: Box) -> bool:
    """Whether the box's centre lies in the larger one: a chin or a cheek that was taken for a face of its own."""
    x, y = box.x + box.w / 2, box.y + box.h / 2
    return larger.x <= x <= larger.x + larger.w and larger.y <= y <= larger.y + larger.h


def _box_in(grey: np.ndarray, x: int, y: int, w: int, h: int) -> Box:
    """The box, kept inside the picture, where rounding may push it over the edge by a pixel."""
    side = min(w, h, grey.shape[0], grey.shape[1])
    return Box(min(max(x, 0), grey.shape[1] - side), min(max(y, 0), grey.shape[0] - side), side, side)


def _cascade(name: str) -> cv2.CascadeClassifier:
    """This thread's detector: a cascade keeps buffers and must not be shared between threads."""
    if not hasattr(_engine, name):
        setattr(_engine, name, cv2.CascadeClassifier(str(_CASCADES / f"haarcascade_frontalface_{name}.xml")))
    return getattr(_engine, name)


def crop_face(grey: np.ndarray, box: Box, margin: float = CROP_MARGIN) -> np.ndarray:
    """Crop a box out of a grey picture and scale it to uint8 (48, 48).

    Parameters
    ----------
    grey
        Upright picture, uint8 (height, width).
    box
        Where the face is.
    margin
        By what share of its side the box is widened at each edge; negative is tighter. Edge pixels are repeated outside.
    """
    side = box.w * (1 + 2 * margin)
    left, top = box.x - box.w * margin, box.y - box.h * margin
    x0, y0, x1, y1 = round(left), round(top), round(left + side), round(top + side)
    inside = grey[max(y0, 0) : y1, max(x0, 0) : x1]
    beyond = (max(-y0, 0), max(y1 - grey.shape[0], 0), max(-x0, 0), max(x1 - grey.shape[1], 0))
    square = cv2.copyMakeBorder(inside, *beyond, cv2.BORDER_REPLICATE) if any(beyond) else inside
    way = cv2.INTER_AREA if side > CROP_PX else cv2.INTER_CUBIC
    return cv2.resize(square, (CROP_PX, CROP_PX), interpolation=way)
