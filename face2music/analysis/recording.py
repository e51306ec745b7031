"""A recording -> what librosa measures in it.

Conventions: mono at 22,050 Hz, a frame every 512 samples (23 ms), the whole recording unless a duration is given. All comes
from one mel spectrogram and one constant-Q transform, so that a recording costs a small part of its playing time.
"""

from itertools import pairwise
from pathlib import Path

import librosa
import numpy as np
import soundfile
from librosa.beat import beat_track
from librosa.onset import onset_detect, onset_strength

from face2music.analysis.key import TONICS, key_of
from face2music.errors import DataError

SAMPLE_RATE = 22050
HOP = 512
MIN_SECONDS = 3.0
SILENCE = 1e-4
LOWEST_PITCH, OCTAVES = 24, 7
SOUNDING_DB = -12.0
REGULAR_LAGS_S = (0.2, 2.0)

COLUMNS = {
    "duration_s": "length of what was measured",
    "tempo_bpm": "tempo by librosa's beat tracker",
    "tempo_low_bpm": "10 % quantile of the local tempo (windows of 8 s)",
    "tempo_high_bpm": "90 % quantile of the local tempo",
    "beat_strength": "mean onset strength on the beats over the mean of all frames",
    "onsets_per_s": "detected onsets a second",
    "onset_strength": "mean strength of the detected onsets (spectral flux, dB)",
    "rms_mean": "mean root mean square of the frames, full scale 1",
    "rms_range_db": "from the 5 % to the 95 % quantile of the frames' level",
    "centroid_hz": "mean spectral centroid",
    "key": "tonic of the best key (Krumhansl-Kessler correlation)",
    "major": "1 where the best key is major, 0 where it is minor",
    "key_strength": "correlation with the profile of the best key",
    "pitch_low": "MIDI pitch below which 5 % of the constant-Q energy lies",
    "pitch_high": "MIDI pitch above which 5 % of the constant-Q energy lies",
    "articulation": "median share of the time between onsets within 12 dB of the note's loudest frame",
    "ioi_cv": "standard deviation over mean of the times between onsets",
    "regularity": "highest autocorrelation of the onset strength at lags of 0.2 to 2 s",
    **{f"chroma_mean_{tonic}": f"mean chroma of {tonic}, loudest of a frame = 1" for tonic in TONICS},
    **{f"chroma_std_{tonic}": f"standard deviation of the chroma of {tonic}" for tonic in TONICS},
}


def measure(path: Path, duration_s: float | None = None) -> dict[str, float | str]:
    """Measure a recording.

    Parameters
    ----------
    path
        A sound file that libsndfile reads.
    duration_s
        Measure only so many seconds from the start.

    Returns
    -------
    dict
        A value for each of `COLUMNS`, whose descriptions hold the units.

    Raises
    ------
    DataError
        If the file cannot be decoded, is shorter than 3 s, or is silent.
    """
    y = _load(path, duration_s)
    mel = librosa.power_to_db(librosa.feature.melspectrogram(y=y, sr=SAMPLE_RATE, hop_length=HOP))
    cqt = np.abs(
        librosa.cqt(
            y,
            sr=SAMPLE_RATE,
            hop_length=HOP,
            fmin=librosa.midi_to_hz(LOWEST_PITCH),
            n_bins=12 * OCTAVES,
            tuning=librosa.estimate_tuning(y=y, sr=SAMPLE_RATE),
        )
    )
    rms = librosa.feature.rms(y=y, hop_length=HOP)[0]
    flux = onset_strength(S=mel, sr=SAMPLE_RATE, hop_length=HOP)
    onsets = onset_detect(onset_envelope=flux, sr=SAMPLE_RATE, hop_length=HOP)
    seconds = len(y) / SAMPLE_RATE
    return {
        "duration_s": seconds,
        **_beat(mel),
        "onsets_per_s": len(onsets) / seconds,
        "onset_strength": float(flux[onsets].mean()) if len(onsets) else 0.0,
        "rms_mean": float(rms.mean()),
        "rms_range_db": float(np.ptp(np.quantile(librosa.amplitude_to_db(rms, top_db=None), [0.05, 0.95]))),
        "centroid_hz": float(librosa.feature.spectral_centroid(y=y, sr=SAMPLE_RATE, hop_length=HOP).mean()),
        **_tones(cqt),
        **_rhythm(onsets, flux, rms),
    }


def _load(path: Path, duration_s: float | None) -> np.ndarray:
    try:
        with soundfile.SoundFile(path) as file:  # given a path, librosa would try a decoder that it is about to drop
            y, _ = librosa.load(file, sr=SAMPLE_RATE, mono=True, duration=duration_s)
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(f"{path.name} cannot be decoded as sound ({error}).") from error
    if len(y) < MIN_SECONDS * SAMPLE_RATE:
        raise DataError(f"{path.name} is {len(y) / SAMPLE_RATE:.1f} s long; at least {MIN_SECONDS:.0f} s are needed.")
    if not np.isfinite(y).all() or np.abs(y).max() < SILENCE:
        raise DataError(f"{path.name} is silent or damaged.")
    return y


def _beat(mel: np.ndarray) -> dict[str, float]:
    """Tempo, its range over the piece, and how far beats stand out, by the envelope that librosa's beat tracker itself uses."""
    flux = onset_strength(S=mel, sr=SAMPLE_RATE, hop_length=HOP, aggregate=np.median)
    tempo, beats = beat_track(onset_envelope=flux, sr=SAMPLE_RATE, hop_length=HOP)
    local = librosa.feature.tempo(onset_envelope=flux, sr=SAMPLE_RATE, hop_length=HOP, aggregate=None)
    low, high = np.quantile(local, [0.1, 0.9])
    strength = flux[beats].mean() / flux.mean() if len(beats) and flux.any() else 0.0
    return {
        "tempo_bpm": float(np.atleast_1d(tempo)[0]),
        "tempo_low_bpm": float(low),
        "tempo_high_bpm": float(high),
        "beat_strength": float(strength),
    }


def _tones(cqt: np.ndarray) -> dict[str, float | str]:
    chroma = librosa.feature.chroma_cqt(C=cqt, sr=SAMPLE_RATE, hop_length=HOP, n_octaves=OCTAVES, bins_per_octave=12)
    energy = np.sum(cqt**2, axis=1)
    key = key_of(energy.reshape(OCTAVES, 12).sum(axis=0) ** 0.5)
    low, high = LOWEST_PITCH + np.searchsorted(np.cumsum(energy) / energy.sum(), [0.05, 0.95])
    return {
        "key": TONICS[key.tonic],
        "major": float(key.mode == "major"),
        "key_strength": key.strength,
        "pitch_low": float(low),
        "pitch_high": float(high),
        **{f"chroma_mean_{tonic}": float(value) for tonic, value in zip(TONICS, chroma.mean(axis=1), strict=True)},
        **{f"chroma_std_{tonic}": float(value) for tonic, value in zip(TONICS, chroma.std(axis=1), strict=True)},
    }


def _rhythm(onsets: np.ndarray, flux: np.ndarray, rms: np.ndarray) -> dict[str, float]:
    """Articulation, variation of the inter-onset intervals, and periodicity; blank (nan) where there are under three onsets."""
    centred = flux - flux.mean()
    periodicity = librosa.autocorrelate(centred)
    first, last = librosa.time_to_frames(REGULAR_LAGS_S, sr=SAMPLE_RATE, hop_length=HOP)
    intervals = np.diff(onsets)
    enough = len(intervals) >= 2
    return {
        "articulation": _articulation(onsets, rms) if enough else np.nan,
        "ioi_cv": float(intervals.std() / intervals.mean()) if enough else np.nan,
        "regularity": float(max(periodicity[first : last + 1].max(), 0.0) / periodicity[0]) if periodicity[0] > 0 else 0.0,
    }


def _articulation(onsets: np.ndarray, rms: np.ndarray) -> float:
    threshold = 10 ** (SOUNDING_DB / 20)
    notes = [rms[start:end] for start, end in pairwise(onsets)]
    return float(np.median([np.mean(note >= threshold * note.max()) for note in notes]))
