"""Damaged pictures of all formats, read in a process of its own: `python pictures.py COUNT SEED` prints what came of them.

A JSON object: files read and refused by format, the slowest in seconds, the most memory in megabytes, and what was wrong.
"""

import io
import json
import resource
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import skimage.data
from mutate import mutated, with_checksums
from PIL import Image
from serving import is_sentence

from face2music.errors import NoFaceError, PictureError
from face2music.face import FORMATS, find_faces, read_picture

_MODES = {"PPM": ("RGB", "L", "1"), "PNG": ("RGB", "RGBA", "LA", "P", "I;16", "1"), "TIFF": ("RGB", "CMYK", "F", "I;16", "LAB")}
_MORE = {
    "JPEG": ({"progressive": True}, {"exif": b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"}),
    "PNG": ({"transparency": 0}, {"icc_profile": b"profile" * 20}),
    "TIFF": ({"compression": "tiff_lzw"}, {"compression": "tiff_adobe_deflate"}, {"compression": "packbits"}),
    "WEBP": ({"lossless": True}, {"save_all": True, "append_images": [Image.new("RGB", (50, 50), "red")]}),
    "GIF": ({"save_all": True, "append_images": [Image.new("RGB", (50, 50), "red")]},),
    "TGA": ({"compression": "tga_rle"},),
}


def whole() -> dict[str, list[bytes]]:
    """Whole pictures of each format, small, of several kinds of pixels and ways of packing."""
    scene = Image.fromarray(skimage.data.astronaut()[60:160:2, 170:270:2])
    files: dict[str, list[bytes]] = {}
    for form in FORMATS:
        for mode in _MODES.get(form, ("RGB", "L")):
            for more in ({}, *_MORE.get(form, ())):
                file = io.BytesIO()
                try:
                    _as(scene, mode).save(file, form, **more)
                except (OSError, ValueError, KeyError, TypeError):
                    continue  # this format has no such pixels or packing
                files.setdefault(form, []).append(file.getvalue())
    return files


def _as(scene: Image.Image, mode: str) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(np.asarray(scene.convert("L")).astype(np.uint16) * 257)
    return scene.convert("RGB").convert(mode) if mode != "LAB" else Image.new("LAB", scene.size, (120, 3, 4))


def main(count: int, seed: int) -> dict[str, object]:
    """Read so many damaged files of each format."""
    read, refused, wrong, slowest_s = Counter(), Counter(), [], 0.0
    for form, files in whole().items():
        for number, damaged in enumerate(mutated(files, count, seed)):
            data = with_checksums(damaged) if form == "PNG" and number % 2 else damaged
            start = time.process_time()
            try:
                picture = read_picture(data)
                if number % 50 == 0:
                    with suppress(NoFaceError):
                        find_faces(data)
                read[form] += 1
                if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
                    wrong.append(f"{form}: {picture.dtype} {picture.shape}")
            except PictureError as refusal:
                refused[form] += 1
                if not is_sentence(str(refusal)):
                    wrong.append(f"{form}: {refusal}")
            except BaseException as error:
                wrong.append(f"{form}: {type(error).__name__}: {error}")
            slowest_s = max(slowest_s, time.process_time() - start)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return {"read": read, "refused": refused, "slowest_s": slowest_s, "peak_mb": peak_mb, "wrong": wrong[:20]}


if __name__ == "__main__":
    json.dump(main(int(sys.argv[1]), int(sys.argv[2])), sys.stdout)
