"""The face, honestly: the picture with its faces, the crop that the network saw, and where in it it saw the emotion.

Pictures travel inside the HTML as data URLs, so that showing a face writes no file.
"""

import base64
import io
from html import escape

import numpy as np
from PIL import Image

from face2music.page.texts import Texts
from face2music.pipeline import ALL_FACES, Box, Song

SHOWN_SIDE_PX = 960
SHOWN_HEIGHT_PX = 340
_RED, _YELLOW = np.array([214, 40, 40]), np.array([255, 209, 64])


def portrait(song: Song, texts: Texts) -> str:
    """The upright picture with the faces boxed and numbered, beside the crop that the network saw; nothing without a picture."""
    if song.picture is None:
        return ""
    height, width = song.picture.shape[:2]
    words = texts["portrait"]
    found = words["one"] if len(song.faces) == 1 else texts("portrait", "many", count=len(song.faces))
    used = words["uses_all"] if song.face == ALL_FACES else texts("portrait", "uses", number=song.face)
    boxes = "".join(
        _boxed(face.box, number, song.face in (number, ALL_FACES), width) for number, face in enumerate(song.faces, 1)
    )
    return (
        f'<div class="portrait"><figure style="max-width:{SHOWN_HEIGHT_PX * width // height}px">'
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(texts("portrait", "alt", found=found, used=used))}">'
        f'<image href="{_data_url(_shown(song.picture), "JPEG")}" width="{width}" height="{height}"/>{boxes}</svg>'
        f"<figcaption>{escape(found)}; {escape(used)}</figcaption>{_choice(song, texts)}</figure>{_crop(song, texts)}</div>"
    )


def attention(crop: np.ndarray, heat: np.ndarray, emotion: str, texts: Texts) -> str:
    """The crop with warm colours where the network saw the emotion; `heat` is float32 of the crop's shape, 0 to 1."""
    colour = _RED + heat[..., np.newaxis] * (_YELLOW - _RED)
    share = 0.7 * heat[..., np.newaxis]
    shown = Image.fromarray((crop[..., np.newaxis] * (1 - share) + colour * share).astype(np.uint8))
    name = texts["emotions"][emotion]
    return _small(shown, texts("portrait", "attention_alt", emotion=name), texts("portrait", "attention", emotion=name))


def _choice(song: Song, texts: Texts) -> str:
    """Buttons for each face and for all of them; the same as a click into a box, for the keyboard."""
    if len(song.faces) < 2:
        return ""
    choices = [(number, texts("portrait", "face", number=number)) for number in range(1, len(song.faces) + 1)]
    buttons = "".join(
        f'<button type="button" data-face="{face}" aria-pressed="{str(face == song.face).lower()}">{escape(name)}</button>'
        for face, name in [*choices, (ALL_FACES, texts("portrait", "all"))]
    )
    return f'<div class="choice" role="group" aria-label="{escape(texts("portrait", "choose"))}">{buttons}</div>'


def _crop(song: Song, texts: Texts) -> str:
    if not isinstance(song.face, int):
        return ""
    crop = Image.fromarray(song.faces[song.face - 1].crop)
    return _small(crop, texts("portrait", "crop_alt"), texts("portrait", "crop"))


def _small(image: Image.Image, alt: str, caption: str) -> str:
    return (
        f'<figure class="crop"><img src="{_data_url(image, "PNG")}" width="48" height="48" alt="{escape(alt)}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def _boxed(box: Box, number: int, used: bool, width: int) -> str:
    radius = min(max(0.2 * box.w, 0.02 * width), 0.045 * width)  # a small face stays in sight beside its number
    x, y = max(box.x - 0.6 * radius, radius), max(box.y - 0.6 * radius, radius)
    return (
        f'<g class="{"used" if used else "other"}" data-face="{number}">'
        f'<rect x="{box.x}" y="{box.y}" width="{box.w}" height="{box.h}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{1.3 * radius:.1f}">{number}</text></g>'
    )


def _shown(picture: np.ndarray) -> Image.Image:
    image = Image.fromarray(picture)
    image.thumbnail((SHOWN_SIDE_PX, SHOWN_SIDE_PX))
    return image


def _data_url(image: Image.Image, kind: str) -> str:
    file = io.BytesIO()
    image.save(file, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(file.getvalue()).decode()}"
