"""A song -> how much changes from each bar to the next: tempo, loudness, register and key."""

from itertools import pairwise

import numpy as np

from face2music.pipeline import Song

JUMPS = {
    "tempo": "change of the tempo, as a share of the slower one",
    "loudness_db": "change of the notes' mean level by velocity and volume",
    "register_semitones": "change of the notes' mean pitch",
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
    """Mean level in dB and mean pitch of the pitched notes that begin in each bar (bars,); nan where none does."""
    plan = song.plan
    found: list[list[tuple[float, int]]] = [[] for _ in range(plan.bars)]
    for part in song.score.parts:
        for note in part.notes if part.role != "drums" else ():
            bar = min(round(note.start_beat * 8) // round(plan.metre.beats * 8), plan.bars - 1)
            volume = next((own.volume for own in plan.at_bar(bar).parts if own.name == part.name), part.volume)
            found[bar].append((_DB_A_DECADE * np.log10(note.velocity * volume / 127**2), note.pitch))
    levels = np.array([np.mean(own, axis=0) if own else (np.nan, np.nan) for own in found])
    return levels[:, 0], levels[:, 1]


def _step(values: np.ndarray) -> float:
    """The largest difference between neighbours that are both there."""
    return float(np.nanmax(np.abs(np.diff(values))))


def _scale(song: Song, bar: int) -> frozenset[int]:
    section = next(section for section in song.plan.sections if bar < section.start_bar + section.bars)
    return song.plan.at_bar(bar).scale(song.plan.tonic(section))
