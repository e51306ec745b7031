"""Reasons against the plan and the profiles that they explain."""

import dataclasses
import json

import pytest

from face2music.assets import read_json
from face2music.mood import EMOTIONS, NORMS
from face2music.pipeline import Wishes, compose
from face2music.plan import Plan, make_plan
from face2music.why import reasons

PROFILES = read_json("profiles.json")


def why(emotion: str, wishes: Wishes = Wishes(), seed: int = 1) -> dict:  # noqa: B008
    plan = make_plan(NORMS[emotion], PROFILES, seed, 30, wishes)
    return {each.decision: each for each in reasons(plan, wishes, NORMS[emotion], PROFILES)}


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_at_an_emotion_ranges_and_sources_are_its_own(emotion):
    found = why(emotion)
    for feature, entry in PROFILES["emotions"][emotion].items():
        if feature in found:
            reason = found[feature]
            assert (reason.low, reason.high) == pytest.approx((entry["low"], entry["high"]))
            assert reason.unit == PROFILES["features"][feature]["unit"]
            assert (reason.source.basis, reason.source.emotion, reason.source.n) == (entry["basis"], emotion, entry["n"])
            assert [work.name for work in reason.source.works] == entry["sources"]
    for decision in ("progression", "figure", "contour"):
        assert found[decision].source.emotion == emotion


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("emotion", EMOTIONS)
def test_values_that_were_drawn_from_a_range_lie_in_it(emotion, seed):
    drawn = {feature for feature in PROFILES["features"] if feature in Plan.__dataclass_fields__} - {
        "melody_pitch", "chord_pitch", "bass_pitch",  # which follow the instrument's register
    }  # fmt: skip
    found = why(emotion, seed=seed)
    assert len(drawn) > 12
    for feature in drawn:
        reason = found[feature]
        assert reason.low - 0.001 <= reason.value <= reason.high + 0.001, feature


def test_a_measured_number_names_its_data_set():
    tempo = why("happy")["tempo_bpm"].source
    assert tempo.basis == "measured"
    assert tempo.works[0].name == "vgmidi"
    assert tempo.works[0].n == 200
    assert tempo.works[0].citation.startswith("Ferreira & Whitehead")


def test_a_wish_is_called_a_wish_and_keeps_the_range_beside_it():
    wishes = Wishes(tempo_bpm=61, key="D", mode="minor", density=2, style="band", instruments=("Flute",), bars=9)
    found, own = why("happy", wishes), why("happy")
    for decision in ("tempo_bpm", "key", "mode", "onsets_per_s", "style", "instruments", "bars"):
        assert found[decision].source.basis == "wish"
        assert own[decision].source.basis != "wish"
    assert found["tempo_bpm"].value == 61
    assert found["tempo_bpm"].low == own["tempo_bpm"].low
    assert found["velocity"].source.basis == own["velocity"].source.basis


def test_what_a_style_plays_instead_is_the_styles():
    for seed in range(10):
        drums = why("happy", Wishes(style="electronic"), seed)["drums"]
        if drums.value == "house":
            assert drums.source.note == PROFILES["styles"]["electronic"]["note"]
            return
    pytest.fail("no house drums in ten songs")


def test_a_song_knows_its_reasons_as_plain_data():
    song = compose(emotion="sad", seed=1, duration_s=6, render=False)
    found = song.reasons()
    assert len({each.decision for each in found}) == len(found) > 25
    assert json.dumps([dataclasses.asdict(each) for each in found])
    assert next(each.value for each in found if each.decision == "key") == song.plan.key
