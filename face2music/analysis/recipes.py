"""Which data set can measure which feature of the profiles: tables, no computation.

A feature that is missing here stays a rule because no data set at hand can measure it: irregularity, tempo drift and chords a bar
need beats that were played; suspensions need voices; the chords' register needs parts.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class DataSet:
    """A labelled collection, and the command that makes its table; `renamed` maps columns of a third party's table to ours."""

    title: str
    citation: str
    licence: str
    table: str
    renamed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Recipe:
    """How a feature is measured.

    `column` is the table's; data sets in `measured_in` are pooled with equal weight, those in `compared_with` are only quoted in
    the note, from the column `compared_column` where theirs is another. A `share` is the weighted share of pieces, not quartiles.
    `levels` tells whether emotions that cannot be singled out take their common level from the data, see `LEVELS`. `ruled` are
    the emotions whose published rule stands against the measurement, with the reason.
    """

    column: str
    measured_in: tuple[str, ...]
    why: str
    compared_with: tuple[str, ...] = ()
    compared_column: str = ""
    share: bool = False
    levels: bool = True
    ruled: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Level:
    """For an emotion that the data cannot single out: the emotions whose mean it shares, and the reason."""

    of: tuple[str, ...]
    reason: str


DATA_SETS = {
    "deam": DataSet(
        "DEAM: songs rated for valence and arousal",
        "Aljanaki, Yang & Soleymani (2017), Developing a benchmark for emotional analysis of music, PLoS ONE 12(3):e0173392",
        "annotations for research use; clips Creative Commons",
        "DATA/deam/features_by_song.csv, features that third parties computed from all songs (tempo and RMS by librosa, "
        "onset rate by Essentia); `face2music analyse` gives the same tempo and RMS on ten of its clips",
        (("onset_rate_hz", "onsets_per_s"),),
    ),
    "emopia": DataSet(
        "EMOPIA: pop piano performances in four quadrants",
        "Hung, Ching, Doh, Kim, Nam & Yang (2021), EMOPIA: a multi-modal pop piano dataset for emotion recognition and "
        "emotion-based music generation, ISMIR",
        "CC BY 4.0",
        "face2music analyse --audio DATA/emopia --annotations DATA/emopia/midi_features_1078.csv --out emopia.csv",
    ),
    "vgmidi": DataSet(
        "VGMIDI: video game pieces for piano in four quadrants",
        "Ferreira & Whitehead (2019), Learning to generate music with sentiment, ISMIR",
        "none stated; research use",
        "face2music analyse --audio DATA/vgmidi/midi --annotations DATA/vgmidi/midi_features_labelled.csv --out vgmidi.csv",
    ),
}

_MILDLY_SAD = (
    "the pieces of low valence and arousal are mostly calm accompaniments of a game and only mildly sad, and performers who were "
    "asked for sadness (Bresin & Friberg 2011) play at less than half of the note rate that they choose for neutral music"
)
_ONE_HAND = (
    "slow pieces for a piano alone span 32 semitones with both hands (quartiles 27 to 39), and a bass under three other parts "
    "leaves a song within 24 where it plays what the left hand does"
)
_MILDLY_HAPPY = (
    "pieces of high valence and arousal are mostly only mildly happy, and performers who were asked for happiness "
    "(Bresin & Friberg 2011) set 4.98 notes a second [4.3-5.7]"
)

RECIPES = {
    "tempo_bpm": Recipe(
        "tempo_bpm",
        ("vgmidi",),
        "only VGMIDI's tempo is written down and not estimated",
        compared_with=("deam",),
        ruled=(("sad", _MILDLY_SAD),),
    ),
    "onsets_per_s": Recipe(
        "onsets_per_s",
        ("emopia", "vgmidi"),
        "notes that are written down; onsets detected in recordings, as DEAM's are, miss some and find others in held notes",
        compared_with=("deam",),
        levels=False,
        ruled=(("sad", _MILDLY_SAD), ("happy", _MILDLY_HAPPY)),
    ),
    "velocity": Recipe(
        "velocity",
        ("emopia",),
        "EMOPIA's velocities were played; DEAM's loudness is quoted as a velocity",
        compared_with=("deam",),
        compared_column="rms_velocity",
    ),
    "velocity_spread": Recipe(
        "velocity_spread",
        ("emopia",),
        "EMOPIA's velocities were played; the rules' differences are wider than a level that all share",
        levels=False,
    ),
    "melody_pitch": Recipe("melody_pitch", ("emopia", "vgmidi"), "the top line of piano music"),
    "bass_pitch": Recipe("bass_pitch", ("emopia", "vgmidi"), "the bottom line of piano music", ruled=(("sad", _ONE_HAND),)),
    "melody_range_semitones": Recipe("melody_range_semitones", ("emopia", "vgmidi"), "the top line in windows of 8 s"),
    "articulation": Recipe("articulation", ("vgmidi",), "EMOPIA's pedal hides how long keys were held"),
    "rest_share": Recipe("rest_share", ("vgmidi",), "EMOPIA's pedal hides rests"),
    "chromatic_share": Recipe("chromatic_share", ("emopia",), "clips short enough to stay in a key"),
    "step_share": Recipe("step_share", ("vgmidi",), "the top line of EMOPIA's arpeggios is no melody"),
    "leap_share": Recipe("leap_share", ("vgmidi",), "the top line of EMOPIA's arpeggios is no melody"),
    "unison_share": Recipe("unison_share", ("vgmidi",), "the top line of EMOPIA's arpeggios is no melody"),
    "major_share": Recipe("major", ("emopia", "vgmidi"), "keys from notes; DEAM has none for each song", share=True),
}

_TENSE = Level(
    ("angry", "disgust", "fear"),
    "their valence and arousal are too alike for ratings to tell them apart, so that the rule, which follows dominance, does",
)
LEVELS = {
    "angry": _TENSE,
    "disgust": _TENSE,
    "fear": _TENSE,
    "surprise": Level(("happy",), "no data set names surprise, and what sets it apart from happy at like ratings is the rule"),
    "sleepy": Level(("serene",), "labels of high and low put all calm music at one place, however drowsy it is"),
    "neutral": Level(
        ("neutral",), "labels of high and low give the middle of all pieces, but not how far neutral music departs from it"
    ),
}
