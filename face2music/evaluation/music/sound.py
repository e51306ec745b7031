"""A sound file -> what the audio judge and the classifier of emotions hear, all of it measured by librosa."""

import math
from pathlib import Path

import librosa
import numpy as np
import soundfile
from librosa.beat import beat_track
from librosa.onset import onset_detect, onset_strength

from face2music.analysis import recording

JUDGED = ("tempo_bpm", "onsets_per_s", "centroid_log2_hz", "rms_log10", "rms_variation_log10", "chroma_mean")
# Which key a song is in says nothing of its emotion, and its length is given.
_NOT_CLASSIFIED = ("duration_s", "key", *(name for name in recording.COLUMNS if name.startswith("chroma_")))
_MFCCS = 13


def measure(path: Path, duration_s: float) -> dict[str, float]:
    """Measure the beginning of a recording.

    Returns
    -------
    dict
        The numbers of `recording.COLUMNS` but those that only tell length and key, and: centroid_log2_hz and rms_log10
        (logarithms of centroid_hz and rms_mean), rms_variation_log10 (logarithm of the standard deviation over the mean of the
        frames' RMS), chroma_mean (mean of librosa's chroma_stft over pitch classes and time, high for noise and thick chords),
        mfcc_1 to mfcc_13 (mean mel-frequency cepstral coefficients).

    Raises
    ------
    DataError
        As `recording.measure` does.
    """
    measured = recording.measure(path, duration_s)
    with soundfile.SoundFile(path) as file:
        y, sr = librosa.load(file, sr=recording.SAMPLE_RATE, mono=True, duration=duration_s)
    rms = librosa.feature.rms(y=y, hop_length=recording.HOP)[0]
    mfcc = librosa.feature.mfcc(y=y, sr=sr, hop_length=recording.HOP, n_mfcc=_MFCCS).mean(axis=1)
    extra = {
        "centroid_log2_hz": math.log2(float(measured["centroid_hz"])),
        "rms_log10": math.log10(float(measured["rms_mean"])),
        "rms_variation_log10": float(np.log10(rms.std() / rms.mean())),
        "chroma_mean": float(librosa.feature.chroma_stft(y=y, sr=sr, hop_length=recording.HOP).mean()),
        **{f"mfcc_{i + 1}": float(value) for i, value in enumerate(mfcc)},
    }
    return {name: float(value) for name, value in (measured | extra).items() if name not in _NOT_CLASSIFIED}


def judged(y: np.ndarray) -> dict[str, float]:
    """What the audio judge hears of `measure`, in mono samples (n,) at 22,050 Hz: the same numbers, in a fraction of the time."""
    mel = librosa.power_to_db(librosa.feature.melspectrogram(y=y, sr=recording.SAMPLE_RATE, hop_length=recording.HOP))
    flux = onset_strength(S=mel, sr=recording.SAMPLE_RATE, hop_length=recording.HOP)
    onsets = onset_detect(onset_envelope=flux, sr=recording.SAMPLE_RATE, hop_length=recording.HOP)
    beat = onset_strength(S=mel, sr=recording.SAMPLE_RATE, hop_length=recording.HOP, aggregate=np.median)
    tempo, _ = beat_track(onset_envelope=beat, sr=recording.SAMPLE_RATE, hop_length=recording.HOP)
    rms = librosa.feature.rms(y=y, hop_length=recording.HOP)[0]
    centroid = librosa.feature.spectral_centroid(y=y, sr=recording.SAMPLE_RATE, hop_length=recording.HOP)
    return {
        "tempo_bpm": float(np.atleast_1d(tempo)[0]),
        "onsets_per_s": len(onsets) * recording.SAMPLE_RATE / len(y),
        "centroid_log2_hz": math.log2(float(centroid.mean())),
        "rms_log10": math.log10(float(rms.mean())),
        "rms_variation_log10": float(np.log10(rms.std() / rms.mean())),
        "chroma_mean": float(librosa.feature.chroma_stft(y=y, sr=recording.SAMPLE_RATE, hop_length=recording.HOP).mean()),
    }
