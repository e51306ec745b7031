"""The whole path behind one door: picture -> faces -> emotion -> mood -> plan -> score -> MIDI -> audio, and a song's files.

`chain` has the steps, a line each; `readings` what is seen in a picture, and how long it is remembered; `song` the result.
"""

from face2music.encode import FORMATS
from face2music.face import Box, Picture
from face2music.live import Speaker, Told
from face2music.mood import EMOTIONS, STATES, Mood, shares_at
from face2music.notation import NARROW
from face2music.pipeline.chain import (
    AS_THE_MOOD_SAYS,
    DEFAULT_DURATION_S,
    DURATION_RANGE_S,
    attention,
    compose,
    point_beyond,
    read_faces,
    warm_up,
)
from face2music.pipeline.film import Film, compose_curve, compose_video, read_video
from face2music.pipeline.journey import (
    DEFAULT_JOURNEY_S,
    MOST_STEPS,
    Step,
    compose_journey,
    curve_of,
    journey_names,
    mood_of_step,
)
from face2music.pipeline.links import open_link
from face2music.pipeline.live import PIECE_S, Live, Piece, replay
from face2music.pipeline.loaded import WEIGHTS
from face2music.pipeline.readings import ALL_FACES, KEEP_S, FaceReading, Reading
from face2music.pipeline.rooms import PLACES, Rooms
from face2music.pipeline.song import FILES, SOUNDS, Song
from face2music.pipeline.watch import Hands, camera_frames, clip_frames, perform, write_down
from face2music.plan import INSTRUMENTS, MODES, Curve, KeyFrame, Plan, Wishes
from face2music.share import MAX_SEED, Settings, decode_link, encode_link
from face2music.video import MAX_CLIP_S, EmotionCurve, Progress, Segment, ending_of
from face2music.video import obstacle as joining_obstacle
from face2music.why import Reason, Source, Work

__all__ = [
    "ALL_FACES",
    "AS_THE_MOOD_SAYS",
    "DEFAULT_DURATION_S",
    "DEFAULT_JOURNEY_S",
    "DURATION_RANGE_S",
    "EMOTIONS",
    "FILES",
    "FORMATS",
    "INSTRUMENTS",
    "KEEP_S",
    "MAX_CLIP_S",
    "MAX_SEED",
    "MODES",
    "MOST_STEPS",
    "NARROW",
    "PIECE_S",
    "PLACES",
    "SOUNDS",
    "STATES",
    "WEIGHTS",
    "Box",
    "Curve",
    "EmotionCurve",
    "FaceReading",
    "Film",
    "Hands",
    "KeyFrame",
    "Live",
    "Mood",
    "Picture",
    "Piece",
    "Plan",
    "Progress",
    "Reading",
    "Reason",
    "Rooms",
    "Segment",
    "Settings",
    "Song",
    "Source",
    "Speaker",
    "Step",
    "Told",
    "Wishes",
    "Work",
    "attention",
    "camera_frames",
    "clip_frames",
    "compose",
    "compose_curve",
    "compose_journey",
    "compose_video",
    "curve_of",
    "decode_link",
    "encode_link",
    "ending_of",
    "joining_obstacle",
    "journey_names",
    "mood_of_step",
    "open_link",
    "perform",
    "point_beyond",
    "read_faces",
    "read_video",
    "replay",
    "shares_at",
    "warm_up",
    "write_down",
]
