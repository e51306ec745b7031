"""A song -> how much changes from each bar to the next: tempo, loudness, register and key."""

from itertools import pairwise

import numpy as np

from face2music.pipeline import Song
from face2music.score import Part

JUMPS = {
    "tempo": "change of the tempo, as a share of the slower one",
    "loudness_db": "change of the level, by velocity and volume, of all that sounds together",
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
    """Level of what sounds in each bar but drums, dB, and its mean pitch (bars,); nan where nothing does.

    Powers of what sounds together add up, so that a soft chord under a tune hardly counts, and a tune that stops does.
    """
    plan = song.plan
    edges = np.arange(plan.bars + 1) * plan.metre.beats
    beats, powers, pitches = np.zeros((3, plan.bars))
    for part in song.score.parts:
        volumes = np.array([_volume(song, part, bar) for bar in range(plan.bars)])
        for note in part.notes if part.role != "drums" else ():
            here = np.clip(np.minimum(edges[1:], note.end_beat) - np.maximum(edges[:-1], note.start_beat), 0, None)
            beats += here
            powers += here * (note.velocity * volumes / 127**2) ** (_DB_A_DECADE / 10)
            pitches += here * note.pitch
    sounding = np.where(beats > 0, beats, np.nan)
    return 10 * np.log10(np.where(beats > 0, powers, np.nan) / plan.metre.beats), pitches / sounding


def _volume(song: Song, part: Part, bar: int) -> int:
    return next((own.volume for own in song.plan.at_bar(bar).parts if own.name == part.name), part.volume)


def _step(values: np.ndarray) -> float:
    """The largest difference between neighbours that are both there."""
    return float(np.nanmax(np.abs(np.diff(values))))


def _scale(song: Song, bar: int) -> frozenset[int]:
    section = next(section for section in song.plan.sections if bar < section.start_bar + section.bars)
    return song.plan.at_bar(bar).scale(song.plan.tonic(section))
