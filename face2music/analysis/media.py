"""A file -> the module that measures it, chosen by suffix. Neither librosa nor pretty_midi loads before it is needed."""

from importlib import import_module
from pathlib import Path, PurePosixPath
from types import ModuleType

RECORDINGS = frozenset({".mp3", ".wav", ".flac", ".ogg", ".oga", ".opus", ".aif", ".aiff", ".au"})
MIDI_FILES = frozenset({".mid", ".midi"})


def is_music(path: Path) -> bool:
    """Whether the file is a recording or a MIDI file; hidden files are not."""
    return path.suffix.lower() in RECORDINGS | MIDI_FILES and not path.name.startswith(".")


def stem(name: str) -> str:
    """The name without folder and suffix, by which music and ratings find each other: `audio/2.mp3` and `2` are the same."""
    file = PurePosixPath(name.strip())
    return file.stem if is_music(Path(file.name)) else file.name


def meter(path: Path) -> ModuleType:
    """The module whose `measure(path)` gives a value for each of its `COLUMNS`."""
    return import_module(f"face2music.analysis.{'recording' if path.suffix.lower() in RECORDINGS else 'midi_file'}")
