"""Drums: which songs have them, that phrases end in fills, and that a drummer varies."""

from dataclasses import replace

import pytest
from songs import RULES

from face2music.mood import EMOTIONS, NORMS
from face2music.plan import Plan, Wishes, make_plan
from face2music.score.harmony import harmonise
from face2music.score.kit import FILLS, GRACES, PATTERNS
from face2music.score.model import Sketch
from face2music.score.percussion import write_drums
from face2music.score.rhythm import bars_of
from face2music.theory import METRES

KIT_STYLES = ("lo-fi", "band", "electronic")


def planned(emotion: str, seed: int = 1, style: str | None = None, duration_s: float = 40) -> Plan:
    return make_plan(NORMS[emotion], RULES, seed, duration_s, Wishes(style=style))


def drummed(plan: Plan, seed: int = 1) -> list[Sketch]:
    return write_drums(plan, bars_of(plan, harmonise(plan, seed), (), seed), seed)


def in_bar(plan: Plan, notes: list[Sketch], bar: int) -> list[tuple[int, float]]:
    beats = plan.metre.beats
    return sorted(
        (note.pitch, note.start_beat - bar * beats) for note in notes if bar * beats <= note.start_beat < (bar + 1) * beats
    )


@pytest.mark.parametrize("style", KIT_STYLES)
@pytest.mark.parametrize("emotion", EMOTIONS)
def test_styles_with_a_kit_have_drums_in_every_mood(emotion, style):
    for seed in range(4):
        plan = planned(emotion, seed, style)
        assert plan.plays("drums")
        assert drummed(plan, seed)


@pytest.mark.parametrize("style", KIT_STYLES)
def test_sad_drums_are_soft_and_sparse(style):
    plan, lively = planned("sad", style=style), planned("happy", style=style)
    assert len(drummed(plan)) / plan.music_s < 0.5 * len(drummed(lively)) / lively.music_s
    assert all(note.weight < 0.5 for note in drummed(plan))


@pytest.mark.parametrize("style", ["auto", "solo piano", "chamber", "orchestral"])
def test_sad_songs_without_a_kit_stay_without(style):
    assert not planned("sad", style=style).plays("drums")


@pytest.mark.parametrize("pattern", [name for name in PATTERNS if name not in ("none", "breaks")])
def test_every_pattern_ends_a_phrase_in_a_fill_of_its_own(pattern):
    assert pattern in FILLS
    fills = set()
    for seed in range(6):
        plan = replace(planned("neutral", seed, "band"), drums=pattern)
        notes = drummed(plan, seed)
        for section in plan.sections:
            if section.theme and section.bars > 2:
                last, before = (in_bar(plan, notes, section.start_bar + section.bars - back) for back in (1, 2))
                assert {drum for drum, _ in last} & set(FILLS[pattern][0])
                if last != before:
                    fills.add(tuple(last))
    assert len(fills) >= 3


def test_another_theme_has_another_timekeeper_and_two_bars_of_a_theme_are_not_the_same():
    themes, alike, pairs = {}, 0, 0
    for seed in range(6):
        plan = planned("happy", seed)
        notes = drummed(plan, seed)
        for section in plan.sections:
            if section.theme:
                themes.setdefault(section.theme, set()).update(pitch for pitch, _ in in_bar(plan, notes, section.start_bar))
                first, second = (in_bar(plan, notes, section.start_bar + bar) for bar in (0, 1))
                pairs += 1
                alike += [stroke for stroke in first if stroke[0] != 49] == second
    assert themes["A"] - themes["B"]
    assert themes["B"] - themes["A"]
    assert alike < 0.7 * pairs


def test_no_two_strokes_are_of_one_strength_and_another_seed_strikes_otherwise():
    plan = planned("happy")
    weights = [note.weight for note in drummed(plan) if note.pitch == 42]
    assert len(set(weights)) > 0.9 * len(weights)
    assert weights != [note.weight for note in drummed(plan, 2) if note.pitch == 42]
    assert drummed(plan) == drummed(plan)


@pytest.mark.parametrize("metre", METRES)
def test_soft_drums_go_in_half_time_where_a_song_is_calm(metre):
    plan = replace(planned("neutral", style="lo-fi"), time_signature=metre, onsets_per_s=6.0)
    calm = next(section for section in plan.sections if section.theme and section.intensity < 0.6)
    answers = {place for pitch, place in in_bar(plan, drummed(plan), calm.start_bar) if pitch == 37}
    assert len(answers) <= 1


def test_no_ride_rings_over_soft_drums():
    for pattern in ("light", "soft rock", "brushes"):
        assert not {51} & {note.pitch for note in drummed(replace(planned("neutral", style="lo-fi"), drums=pattern))}


@pytest.mark.parametrize("pattern", GRACES)
def test_bars_of_soft_drums_vary_within_a_phrase_and_the_more_the_more_restless_the_mood(pattern):
    def alike(irregularity: float) -> float:
        pairs = []
        for seed in range(12):
            plan = replace(planned("neutral", seed, "band"), drums=pattern, irregularity=irregularity, time_signature="4/4")
            notes = drummed(plan, seed)
            for section in plan.sections:
                inner = range(section.start_bar, section.start_bar + section.bars - 2 * bool(section.theme))
                pairs += [in_bar(plan, notes, bar) == in_bar(plan, notes, bar + 1) for bar in inner if section.theme]
        return sum(pairs) / len(pairs)

    assert 0 < alike(0.4) < alike(0.0) < 0.8


def test_a_grace_is_softer_than_what_it_graces():
    for pattern, graces in GRACES.items():
        usual = {drum: weight for drum, weight, _ in PATTERNS[pattern]}
        assert all(weight < usual.get(drum, max(usual.values())) for drum, weight, _ in graces)
