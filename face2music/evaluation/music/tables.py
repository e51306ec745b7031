"""The collections that the judges learn from and are tried on -> a table each: features, `valence`, `arousal`, and `group`.

Ratings are as published (DEAM 1 to 9, MUSIFEAST-17 1 to 5); quadrants are -1 and 1. Rows of the same group are parts of one song.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from tqdm import tqdm

from face2music.analysis.annotations import read_annotations, read_csv
from face2music.analysis.media import stem
from face2music.errors import DataError
from face2music.evaluation.music import notes, sound

CLIP_S = 30.0
_EMOPIA_NAME = re.compile(r"Q\d_(?P<song>.*)_\d+")
_MUSIFEAST_NAME = re.compile(r".*_new-clip_(?P<genre>[^_]+)_(?:HIGH|MED|LOW)_(?P<title>.*)")


def deam(data: Path) -> pd.DataFrame:
    """All DEAM songs for which onsets were measured, too; onsets by Essentia, the rest by librosa."""
    table = read_csv(data / "deam/features_by_song.csv").dropna()
    return pd.DataFrame(
        {
            "group": table["song_id"],
            "valence": table["valence_mean"],
            "arousal": table["arousal_mean"],
            "tempo_bpm": table["tempo_bpm"],
            "onsets_per_s": table["onset_rate_hz"],
            "centroid_log2_hz": np.log2(table["centroid_30s"]),
            "rms_log10": np.log10(table["rms_mean"]),
            "rms_variation_log10": np.log10(table["rms_std"] / table["rms_mean"]),
            "chroma_mean": table["chroma_stft_mean"],
        }
    )


def deam_clips(data: Path) -> pd.DataFrame:
    """Those recordings of DEAM that are at hand, as `sound.measure` hears them; their ratings are not needed."""
    files = sorted((data / "deam/audio").glob("*.mp3"))
    if not files:
        raise DataError(
            f"{data / 'deam/audio'} holds no MP3 file; put some of DEAM's recordings there, to compare features with."
        )
    return pd.DataFrame([{"group": int(file.stem), **sound.measure(file, CLIP_S)} for file in tqdm(files, disable=None)])


def musifeast(data: Path) -> pd.DataFrame:
    """The MUSIFEAST-17 clips that MIRtoolbox measured, matched to the listeners' ratings by genre and title.

    The units are MIRtoolbox's, so that the columns compare with DEAM's only after both are standardised.
    """
    features = _tab_separated(data / "musifeast17/features_mirtoolbox_1.8.2.csv")
    norms = read_csv(data / "musifeast17/MUSIFEAST17_all.csv")
    names = features.iloc[:, 0].str.removesuffix(".mp3").str.extract(_MUSIFEAST_NAME)
    table = pd.DataFrame(
        {
            "group": names["genre"].str[:3].map(_bare) + names["title"].map(_bare),
            "tempo_bpm": features["rhythm_tempo_Mean"],
            "onsets_per_s": features["articulation_eventdensity_Mean"],
            "centroid_log2_hz": np.log2(features["timbre_centroid_Mean"]),
            "rms_log10": np.log10(features["dynamics_rms_Mean"]),
            "rms_variation_log10": np.log10(features["dynamics_rms_Std"] / features["dynamics_rms_Mean"]),
        }
    )
    titles = norms["genre"].str[:3].map(_bare) + norms["track_title"].map(_bare)
    rated = pd.DataFrame({"group": titles, "valence": norms["valence_m"], "arousal": norms["arousal_m"]})
    return table.drop_duplicates("group").merge(rated.drop_duplicates("group"), on="group")


def emopia(data: Path, jobs: int) -> pd.DataFrame:
    """EMOPIA's clips, grouped by the recording that they were cut from."""
    table = _midi(data / "emopia", data / "emopia/midi_features_1078.csv", jobs)
    return table.assign(group=table["name"].str.extract(_EMOPIA_NAME)["song"])


def vgmidi(data: Path, jobs: int) -> pd.DataFrame:
    """VGMIDI's labelled pieces."""
    table = _midi(data / "vgmidi/midi", data / "vgmidi/midi_features_labelled.csv", jobs)
    return table.assign(group=table["name"])


def _midi(folder: Path, annotations: Path, jobs: int) -> pd.DataFrame:
    ratings = read_annotations([annotations]).ratings
    files = [file for file in sorted(folder.rglob("*.mid")) if stem(file.name) in ratings]
    if not files:
        raise DataError(f"{folder} holds no MIDI file that {annotations} names; give the folder with the data sets.")
    bar = tqdm(files, unit="file", desc=folder.name, disable=None)
    rows: list[dict[str, Any]] = Parallel(n_jobs=jobs)(delayed(_row)(file, ratings[stem(file.name)]) for file in bar)
    return pd.DataFrame(rows)


def _row(file: Path, rating: tuple[float, float]) -> dict[str, Any]:
    return {"name": stem(file.name), "valence": rating[0], "arousal": rating[1], **notes.measure(file)}


def _tab_separated(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, sep="\t")
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read as a table ({error}).") from error


def _bare(text: Any) -> str:
    return re.sub(r"[^a-z0-9]", "", str(text).lower())
