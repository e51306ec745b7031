"""What the tests of the composer share: the rules, moods, and how to look at a score."""

import json
from functools import cache

import numpy as np

from face2music.assets import FOLDER
from face2music.mood import EMOTIONS, NORMS
from face2music.plan import Plan, make_plan
from face2music.score import Note, Score, write_score

RULES = json.loads((FOLDER / "rules.json").read_text(encoding="utf-8"))
DURATIONS_S = (5, 12, 30, 90, 180)
SEEDS = (0, 1, 2)
GRID = [(emotion, seed, duration_s) for emotion in EMOTIONS for seed in SEEDS for duration_s in DURATIONS_S]


@cache
def song(emotion: str, seed: int, duration_s: float) -> tuple[Plan, Score]:
    """The plan and score of a sure emotion by the rules."""
    plan = make_plan(NORMS[emotion], RULES, seed, duration_s)
    return plan, write_score(plan, seed)


def notes_of(score: Score, role: str) -> tuple[Note, ...]:
    """The notes of a role, none if nobody plays it."""
    return next((part.notes for part in score.parts if part.role == role), ())


def seconds_of(score: Score, beat: float) -> float:
    """When a beat sounds, by the score's tempos."""
    ends = [change.start_beat for change in score.tempos[1:]] + [score.length_beats]
    spans = [(change.start_beat, min(end, beat), change.tempo_bpm) for change, end in zip(score.tempos, ends, strict=True)]
    return sum((end - start) * 60 / bpm for start, end, bpm in spans if end > start)


def alike(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two renderings of the same notes are the same sound, int16 (n, 2).

    FluidSynth 2.3.1 begins a voice with a trace of what its place in memory held before, which in another process or later on is
    something else: a few samples differ by -55 dB at most. A sample that is missing, doubled or late makes all of them differ.
    """
    apart = np.abs(a.astype(int) - b)
    return a.shape == b.shape and int(apart.max(initial=0)) < 60 and float((apart > 0).mean()) < 0.05
