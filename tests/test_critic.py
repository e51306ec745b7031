"""The critic: its statistics on tunes whose values are known, and that the best of several is what is kept."""

import math

import pytest
from songs import RULES, notes_of, song

from face2music.mood import EMOTIONS, NORMS
from face2music.plan import Wishes, make_plan
from face2music.score import write_score
from face2music.score.critic import distance, entropy, repetition, statistics
from face2music.score.harmony import harmonise
from face2music.score.model import Sketch


def tune(*pitches: int, step: float = 1.0) -> list[Sketch]:
    return [Sketch(pitch, index * step, step) for index, pitch in enumerate(pitches)]


def test_entropy_is_shannons():
    assert entropy([1, 1, 1]) == 0
    assert entropy([0, 1, 2, 3]) == pytest.approx(2)
    assert entropy([0, 0, 0, 1]) == pytest.approx(0.75 * math.log2(4 / 3) + 0.25 * 2)


def test_repetition_counts_notes_that_come_again_at_their_place():
    bar = (60, 62, 64, 65)
    assert repetition(tune(*bar, *bar), 4.0, 1) == 1
    assert repetition(tune(*bar, 60, 62, 67, 69), 4.0, 1) == pytest.approx(2 / 6)
    assert repetition(tune(*bar), 4.0, 1) == 0
    assert repetition(tune(*bar, 72, 74, 76, 77), 4.0, 1) == 0
    assert repetition(tune(*bar, 72, 74, 76, 77), 4.0, 1, pitches=False) == 1


def test_the_rhythm_of_all_parts_but_the_drums_counts():
    plan = make_plan(NORMS["happy"], RULES, 1, 30, Wishes(tempo_bpm=120))
    harmonies, beats = harmonise(plan, 1), plan.metre.beats
    melody = [Sketch(60, beat, 1.0) for beat in (0.0, beats)]
    bass, drums = [Sketch(40, 0.5, 1.0)], [Sketch(36, 0.75, 0.2)]
    found = statistics(plan, {"melody": melody, "bass": bass, "drums": drums}, harmonies)
    assert (found["rhythm_1_bar"], found["rhythm_2_bars"]) == (0.5, 0.0)


def test_statistics_of_a_known_tune():
    plan, _ = song("happy", 1, 30)
    found = statistics(plan, {"melody": tune(60, 60, 62, 69)}, harmonise(plan, 1))
    assert (found["unison_share"], found["step_share"], found["leap_share"]) == (1 / 3, 1 / 3, 1 / 3)
    assert found["pitch_class_entropy"] == pytest.approx(1.5)


def test_what_departs_from_the_plan_costs():
    plan, _ = song("happy", 1, 30)
    harmonies = harmonise(plan, 1)
    low, high = plan.part("melody").lowest_pitch, plan.part("melody").highest_pitch
    scale = [pitch for pitch in range(low, high + 1) if pitch % 12 in plan.scale(plan.tonic_pitch_class)]
    sung = (scale + scale[::-1]) * 2
    monotone, leaping = [sung[0]] * len(sung), [low, high] * (len(sung) // 2)
    good, dull, wild = (distance(plan, {"melody": tune(*notes)}, harmonies) for notes in (sung, monotone, leaping))
    assert good < dull
    assert good < wild


def test_ranges_are_of_people_and_in_order():
    for name, norm in RULES["human"].items():
        assert 0 <= norm["low"] < norm["high"], name
        assert norm["sources"] == ["pop909"]
    plan, score = song("happy", 1, 30)
    assert {norm.statistic for norm in plan.human} == set(RULES["human"])
    assert set(RULES["human"]) <= set(statistics(plan, {"melody": tune(60, 62, 64)}, harmonise(plan, 1)))
    assert notes_of(score, "melody")


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_more_candidates_are_heard_before_one_is_kept(emotion):
    kept = set()
    for seed in range(6):
        plan = make_plan(NORMS[emotion], RULES, seed, 30)
        kept.add(write_score(plan, seed, candidates=1) == write_score(plan, seed, candidates=4))
        assert write_score(plan, seed) == write_score(plan, seed, candidates=3)
    assert False in kept, "the first candidate is not always the best"
