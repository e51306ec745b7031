"""What must be the same everywhere: `PYTHONPATH=. python tests/reproduce.py` prints the checksums of songs.

A JSON object: `midi` by song, the same on each Python; `audio` by song, the same with the same FluidSynth and sound font, which
`versions` names. The songs are those of each emotion, of each style and of a photograph.
"""

import ctypes
import hashlib
import json
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import skimage.data

from face2music import audio
from face2music.pipeline import EMOTIONS, Song, Wishes, compose
from face2music.pipeline.loaded import profiles

SEED, DURATION_S = 7, 10.0
DIGESTS = Path(__file__).parent / "golden" / "midi.json"


def songs() -> Iterator[tuple[str, Song]]:
    """The songs by their names."""
    for emotion in EMOTIONS:
        yield emotion, compose(emotion=emotion, seed=SEED, duration_s=DURATION_S, render=False)
    for style in profiles()["styles"]:
        yield style, compose(emotion="happy", seed=SEED, duration_s=DURATION_S, wishes=Wishes(style=style), render=False)
    yield "photograph", compose(skimage.data.astronaut(), seed=SEED, duration_s=DURATION_S, render=False)


def midi() -> dict[str, str]:
    """Checksums of the MIDI files."""
    return {name: _digest(song.midi) for name, song in songs()}


def main() -> None:
    """Print them."""
    named = dict(songs())
    font = audio.find_soundfont()
    versions = {
        "python": platform.python_version(),
        "fluidsynth": _fluidsynth(),
        "sound font": f"{font.name} {_digest(font.read_bytes())}",
    }
    played = {name: _digest(named[name].sound().samples.tobytes()) for name in ("happy", "sad", "photograph")}
    files = {name: _digest(song.midi) for name, song in named.items()}
    json.dump({"versions": versions, "midi": files, "audio": played}, sys.stdout, indent=1)


def _fluidsynth() -> str:
    version = audio.library()._fl.fluid_version_str
    version.restype = ctypes.c_char_p
    return version().decode()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


if __name__ == "__main__":
    main()
