"""Score -> what a piano roll shows, as plain JSON: times are seconds from the start, as they sound."""

from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate, pairwise
from typing import Any

from face2music.notation import chord_names
from face2music.plan import Plan
from face2music.score import Part, Score

_DIGITS = 4  # of a second


class Times:
    """When the beats of a score sound, by its tempos."""

    def __init__(self, score: Score) -> None:
        self._beats = [change.start_beat for change in score.tempos]
        self._beat_s = [60 / change.tempo_bpm for change in score.tempos]
        spans = ((after - before) * beat_s for (before, after), beat_s in zip(pairwise(self._beats), self._beat_s, strict=False))
        self._starts_s = list(accumulate(spans, initial=0.0))

    def __call__(self, beat: float) -> float:
        """Seconds from the start to a beat."""
        at = bisect_right(self._beats, beat) - 1
        return round(self._starts_s[at] + (beat - self._beats[at]) * self._beat_s[at], _DIGITS)


def piano_roll(score: Score, plan: Plan, emotion: Mapping[str, float], duration_s: float) -> dict[str, Any]:
    """What a piano roll shows.

    Parameters
    ----------
    score, plan
        A song, and the plan that it was written by.
    emotion
        The shares of the emotions that it was planned for.
    duration_s
        How long its sound lasts, with the last note's ring.

    Returns
    -------
    dict
        duration_s; bars, the time at which each begins; beats_a_bar, quarter notes; sections with start_s, end_s, name and theme;
        chords and keys with start_s and name; curve, the valence and arousal (-1 to 1) from start_s on, bar by bar; emotion, the
        largest share; parts with name, role, instrument and notes: start in s, duration in s, pitch and velocity.
    """
    at, bar_beats = Times(score), plan.metre.beats
    moods = [plan.at_bar(bar).mood for bar in range(plan.bars)]
    keys = [(at(change.start_beat), change.key, plan.at(change.start_beat).mode) for change in score.keys]
    return {
        "duration_s": round(duration_s, _DIGITS),
        "bars": [at(bar * bar_beats) for bar in range(plan.bars)],
        "beats_a_bar": bar_beats,
        "sections": [
            {
                "start_s": at(section.start_bar * bar_beats),
                "end_s": at((section.start_bar + section.bars) * bar_beats),
                "name": section.name,
                "theme": section.theme,
            }
            for section in plan.sections
        ],
        "chords": [{"start_s": at(chord.start_beat), "name": chord.name} for chord in chord_names(score, plan)],
        "keys": [{"start_s": start_s, "name": f"{key} {mode}"} for start_s, key, mode in keys],
        "curve": [
            {"start_s": at(bar * bar_beats), "valence": here.valence, "arousal": here.arousal}
            for bar, here in enumerate(moods)
            if bar == 0 or here != moods[bar - 1]
        ],
        "emotion": max(emotion, key=lambda name: emotion[name]),
        "parts": [
            {
                "name": part.name,
                "role": part.role,
                "instrument": plan.named(part.name).instrument,
                "notes": _notes(part, at),
            }
            for part in score.parts
        ],
    }


def _notes(part: Part, at: Times) -> list[list[float]]:
    return [
        [at(note.start_beat), round(at(note.end_beat) - at(note.start_beat), _DIGITS), note.pitch, note.velocity]
        for note in part.notes
    ]
