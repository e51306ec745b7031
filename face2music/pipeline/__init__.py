"""The whole path behind one door: picture -> faces -> emotion -> mood -> plan -> score -> MIDI -> audio, and a song's files.

`chain` has the steps, a line each; `readings` what is seen in a picture, and how long it is remembered; `song` the result.
"""

from face2music.face import Box, Picture
from face2music.mood import EMOTIONS, Mood, shares_at
from face2music.pipeline.chain import (
    AS_THE_MOOD_SAYS,
    DEFAULT_DURATION_S,
    DURATION_RANGE_S,
    attention,
    compose,
    open_link,
    read_faces,
    warm_up,
)
from face2music.pipeline.journey import DEFAULT_JOURNEY_S, Step, compose_journey, curve_of, journey_names, mood_of_step
from face2music.pipeline.loaded import WEIGHTS
from face2music.pipeline.readings import ALL_FACES, KEEP_S, FaceReading, Reading
from face2music.pipeline.song import FILES, SOUNDS, Song
from face2music.plan import INSTRUMENTS, MODES, Curve, KeyFrame, Wishes
from face2music.share import MAX_SEED, Settings, decode_link, encode_link
from face2music.why import Reason, Source, Work

__all__ = [
    "ALL_FACES",
    "AS_THE_MOOD_SAYS",
    "DEFAULT_DURATION_S",
    "DEFAULT_JOURNEY_S",
    "DURATION_RANGE_S",
    "EMOTIONS",
    "FILES",
    "INSTRUMENTS",
    "KEEP_S",
    "MAX_SEED",
    "MODES",
    "SOUNDS",
    "WEIGHTS",
    "Box",
    "Curve",
    "FaceReading",
    "KeyFrame",
    "Mood",
    "Picture",
    "Reading",
    "Reason",
    "Settings",
    "Song",
    "Source",
    "Step",
    "Wishes",
    "Work",
    "attention",
    "compose",
    "compose_journey",
    "curve_of",
    "decode_link",
    "encode_link",
    "journey_names",
    "mood_of_step",
    "open_link",
    "read_faces",
    "shares_at",
    "warm_up",
]
