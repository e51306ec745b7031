"""What is measured with: photographs of 1280x960 pixels that all differ, and a song of 30 seconds."""

import functools
import io

from PIL import Image, ImageOps

from face2music import assets, audio
from face2music.pipeline import Song, compose

SIZE = 1280, 960
DURATION_S = 30.0
SEED = 1


@functools.cache
def photograph(number: int = 0) -> bytes:
    """The shipped example, enlarged, as a JPEG file; its number is in its comment, so that no two files are the same."""
    picture = ImageOps.fit(Image.open(assets.path("examples/astronaut.jpg")).convert("RGB"), SIZE, centering=(0.5, 0.2))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=92, comment=str(number).encode())
    return file.getvalue()


@functools.cache
def song() -> Song:
    """The song of the first photograph."""
    return compose(photograph(), seed=SEED, duration_s=DURATION_S)


def sound() -> audio.Audio:
    """Its sound; SynthesiserError where there is none."""
    return audio.render(song().midi)
