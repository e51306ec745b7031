"""A picture of a face -> a song that fits its emotion.

>>> from face2music import compose
>>> song = compose("portrait.jpg", seed=1, duration_s=30)
>>> song.midi, song.audio, song.to_dict()  # bytes, int16 (n, 2) at song.sample_rate, and what song.json holds
"""

from face2music.errors import (
    AssetError,
    BusyError,
    DataError,
    Face2MusicError,
    NoFaceError,
    OutputError,
    PictureError,
    RequestError,
    SynthesiserError,
    VideoError,
)
from face2music.pipeline import (
    FaceReading,
    Live,
    Reading,
    Song,
    Wishes,
    compose,
    compose_journey,
    compose_video,
    read_faces,
    warm_up,
)
from face2music.version import VERSION

__version__ = VERSION
__all__ = [
    "AssetError",
    "BusyError",
    "DataError",
    "Face2MusicError",
    "FaceReading",
    "Live",
    "NoFaceError",
    "OutputError",
    "PictureError",
    "Reading",
    "RequestError",
    "Song",
    "SynthesiserError",
    "VideoError",
    "Wishes",
    "compose",
    "compose_journey",
    "compose_video",
    "read_faces",
    "warm_up",
]
