"""A song -> how much changes from each bar to the next: tempo, loudness, register and key."""

from itertools import pairwise

import numpy as np

from face2music.pipeline import Song
from face2music.score import Part

JUMPS = {
    "tempo": "change of the tempo, as a share of the slower one",
    "loudness_db": "change of the mean level, by velocity and volume, of what sounds",
    "register_semitones": "change of the mean pitch of what sounds",
    "key_notes": "notes of the scale that the scale before did not have",
}
_DB_A_DECADE = 40  # General MIDI: velocity and volume each count with the square of their value


def largest(song: Song) -> dict[str, float]:
    """The largest change between two neighbouring bars of each of `JUMPS`."""
    tempos = np.array([change.tempo_bpm for change in song.score.tempos])
    ratios = np.maximum(tempos[1:] / tempos[:-1], tempos[:-1] / tempos[1:])
    loudness, register = _levels(song)
    scales = [_scale(song, bar) for bar in range(song.plan.bars)]
    return {
        "tempo": float(ratios.max() - 1),
        "loudness_db": _step(loudness),
        "register_semitones": _step(register),
        "key_notes": float(max(len(after - before) for before, after in pairwise(scales))),
    }


def _levels(song: Song) -> tuple[np.ndarray, np.ndarray]:
    """Mean level, dB, and pitch of what sounds in each bar but drums, by its beats there (bars,); nan where nothing does."""
    plan = song.plan
    edges = np.arange(plan.bars + 1) * plan.metre.beats
    sums = np.zeros((plan.bars, 3))
    for part in song.score.parts:
        volumes = [_volume(song, part, bar) for bar in range(plan.bars)]
        for note in part.notes if part.role != "drums" else ():
            here = np.clip(np.minimum(edges[1:], note.end_beat) - np.maximum(edges[:-1], note.start_beat), 0, None)
            levels = _DB_A_DECADE * np.log10(note.velocity * np.array(volumes) / 127**2)
            sums += here[:, np.newaxis] * np.stack([np.ones(plan.bars), levels, np.full(plan.bars, note.pitch)], axis=1)
    beats = np.where(sums[:, 0] > 0, sums[:, 0], np.nan)
    return sums[:, 1] / beats, sums[:, 2] / beats


def _volume(song: Song, part: Part, bar: int) -> int:
    return next((own.volume for own in song.plan.at_bar(bar).parts if own.name == part.name), part.volume)


def _step(values: np.ndarray) -> float:
    """The largest difference between neighbours that are both there."""
    return float(np.nanmax(np.abs(np.diff(values))))


def _scale(song: Song, bar: int) -> frozenset[int]:
    section = next(section for section in song.plan.sections if bar < section.start_bar + section.bars)
    return song.plan.at_bar(bar).scale(song.plan.tonic(section))
