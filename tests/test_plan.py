"""Plans: the blend of emotions, what is drawn from it, and the form that fills the time."""

import json
import math
from dataclasses import asdict, replace
from itertools import pairwise

import pytest
from songs import DURATIONS_S, GRID, RULES, SEEDS, song

from face2music.errors import RequestError
from face2music.mood import EMOTIONS, NORMS, Mood
from face2music.plan import AS_CHOSEN, BRIDGE, VARIED, Wishes, blend, blend_weights, make_plan
from face2music.plan.blend import Range
from face2music.plan.form import phrases_of
from face2music.plan.progressions import BRIDGE_KEYS, KEY_CHANGES
from face2music.score.accompaniment import FIGURES
from face2music.score.bass import MANNERS as BASSES
from face2music.score.colour import MANNERS as COLOURS
from face2music.score.dynamics import SHAPES
from face2music.score.kit import PATTERNS
from face2music.score.motif import CONTOURS
from face2music.score.rhythm import PICKUPS
from face2music.theory import INSTRUMENTS, METRES, MODES

KNOWN = {
    "modes": MODES,
    "metres": METRES,
    "figures": FIGURES,
    "basses": BASSES,
    "colours": COLOURS,
    "drums": PATTERNS,
    "contours": CONTOURS,
    "dynamics": SHAPES,
    "key_changes": KEY_CHANGES,
    "bridges": BRIDGE_KEYS,
    "pickups": PICKUPS,
}


def between(a: Mood, b: Mood, share: float) -> Mood:
    return Mood(
        a.valence + share * (b.valence - a.valence),
        a.arousal + share * (b.arousal - a.arousal),
        a.dominance + share * (b.dominance - a.dominance),
    )


def options(emotion: str, group: str) -> dict[str, float]:
    return RULES["choices"][emotion][group]["options"]


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_the_rules_name_only_what_the_composer_knows_and_every_source(emotion):
    for group, known in KNOWN.items():
        assert set(options(emotion, group)) <= set(known)
    for style in RULES["styles"].values():
        for names in style["ensembles"][emotion]:
            assert set(names.split(" + ")) <= set(INSTRUMENTS)
            assert len(names.split(" + ")) == 4
    for feature, rule in RULES["emotions"][emotion].items():
        assert feature in RULES["features"]
        assert rule["low"] <= rule["mid"] <= rule["high"]
        assert rule["basis"] == "rule"
        assert rule["sources"]
        assert set(rule["sources"]) <= set(RULES["sources"])


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_every_mode_of_an_emotion_has_chords_of_its_family(emotion):
    for mode in options(emotion, "modes"):
        minor = MODES[mode].minor
        for group in ("progressions", "lifts", "cadences"):
            families = [numerals in RULES["families"]["minor"] for numerals in options(emotion, group)]
            assert minor in families, (mode, group)


def test_the_base_progressions_are_the_likeliest():
    for emotion, base in {"happy": "I-IV-V-I", "neutral": "I-IV-V-I", "sad": "i-VI-III-VII"}.items():
        weights = options(emotion, "progressions")
        assert weights[base] == max(weights.values())


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_at_a_norm_the_blend_is_that_emotion_alone(emotion):
    assert blend_weights(NORMS[emotion])[emotion] == 1.0
    for feature, rule in RULES["emotions"][emotion].items():
        assert blend(NORMS[emotion], RULES)[feature] == Range(rule["low"], rule["mid"], rule["high"])


@pytest.mark.parametrize(("one", "other"), [("happy", "sad"), ("angry", "fear"), ("neutral", "disgust"), ("surprise", "sad")])
def test_between_moods_every_feature_moves_in_small_steps(one, other):
    steps = 400
    course = [blend(between(NORMS[one], NORMS[other], step / steps), RULES) for step in range(steps + 1)]
    for feature in RULES["features"]:
        mids = [ranges[feature].mid for ranges in course]
        values = [RULES["emotions"][emotion][feature]["mid"] for emotion in EMOTIONS]
        spread = max(values) - min(values)
        assert max(abs(b - a) for a, b in pairwise(mids)) <= 0.02 * spread


def test_weights_add_up_and_follow_the_nearest_norm():
    for mood in (Mood(0.9, 0.6, 0.5), Mood(-0.7, -0.4, -0.4), Mood(0.05, 0.02, -0.01), Mood(-1, 1, 1)):
        weights = blend_weights(mood)
        nearest = min(EMOTIONS, key=lambda emotion: math.dist(asdict(mood).values(), asdict(NORMS[emotion]).values()))
        assert math.isclose(sum(weights.values()), 1)
        assert max(weights, key=weights.get) == nearest


def test_a_small_change_of_mood_changes_little():
    same = 0
    for seed in range(40):
        mood = NORMS["happy"]
        plan = make_plan(mood, RULES, seed, 30)
        near = make_plan(replace(mood, valence=mood.valence - 0.005), RULES, seed, 30)
        assert abs(near.tempo_bpm - plan.tempo_bpm) < 0.04 * plan.tempo_bpm
        assert abs(near.velocity - plan.velocity) < 0.5
        assert near.key == plan.key
        same += (near.mode, near.progression, near.parts, near.figure) == (plan.mode, plan.progression, plan.parts, plan.figure)
    assert same >= 36


def test_a_triangular_range_has_its_quantiles():
    each = Range(10, 12, 20)
    assert each.at(0) == 10
    assert each.at(0.2) == pytest.approx(12)
    assert each.at(1) == pytest.approx(20)
    assert Range(3, 3, 3).at(0.7) == 3
    grid = [each.at(step / 50) for step in range(51)]
    assert grid == sorted(grid)


@pytest.mark.parametrize(("emotion", "seed", "duration_s"), GRID)
def test_the_music_fills_the_time_at_a_tempo_in_its_range(emotion, seed, duration_s):
    plan, _ = song(emotion, seed, duration_s)
    tempo = blend(NORMS[emotion], RULES)["tempo_bpm"]
    assert tempo.low <= plan.tempo_bpm <= tempo.high + 0.001
    assert plan.music_s == pytest.approx(plan.length_beats * 60 / plan.tempo_bpm, abs=0.001)
    assert duration_s - 1 <= plan.music_s <= duration_s


@pytest.mark.parametrize(("emotion", "seed", "duration_s"), GRID)
def test_sections_follow_each_other_without_gaps_and_end_in_an_ending(emotion, seed, duration_s):
    plan, _ = song(emotion, seed, duration_s)
    bar = 0
    for section in plan.sections:
        assert section.start_bar == bar
        assert section.bars >= 1
        bar += section.bars
    assert bar == plan.bars
    assert plan.sections[-1].name == "Ending"
    assert plan.sections[-2].closes
    assert max(plan.sections, key=lambda section: section.intensity).intensity == plan.sections[-2].intensity


@pytest.mark.parametrize("emotion", EMOTIONS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_is_inside_its_range(emotion, seed):
    plan, _ = song(emotion, seed, 30)
    for feature, allowed in blend(NORMS[emotion], RULES).items():
        if feature in asdict(plan):
            assert allowed.low - 0.001 <= getattr(plan, feature) <= allowed.high + 0.001, feature


def test_measured_values_reach_the_plan():
    measured = json.loads(json.dumps(RULES))
    for emotion in EMOTIONS:
        measured["emotions"][emotion]["onsets_per_s"] = {"low": 7.0, "mid": 7.0, "high": 7.0}
    assert make_plan(NORMS["sad"], measured, 1, 30).onsets_per_s == 7.0


def test_the_plan_can_be_written_as_json_and_depends_on_its_arguments_alone():
    plan = make_plan(NORMS["sad"], RULES, 5, 30)
    assert make_plan(NORMS["sad"], RULES, 5, 30) == plan
    assert make_plan(NORMS["sad"], RULES, 6, 30) != plan
    assert json.loads(json.dumps(asdict(plan)))["tempo_bpm"] == plan.tempo_bpm


def test_fear_and_sadness_are_planned_apart():
    for seed in range(20):
        fear, sad = (make_plan(NORMS[emotion], RULES, seed, 30) for emotion in ("fear", "sad"))
        assert fear.tempo_bpm > sad.tempo_bpm
        assert fear.melody_pitch >= sad.melody_pitch + 6
        assert fear.chromatic_share >= sad.chromatic_share + 0.03
        assert fear.irregularity >= sad.irregularity + 0.12
        assert fear.onsets_per_s > 2 * sad.onsets_per_s
        assert fear.mode != sad.mode
        assert {part.instrument for part in fear.parts} != {part.instrument for part in sad.parts}


@pytest.mark.parametrize("duration_s", [4.99, 180.01, 0, -1, math.nan, math.inf])
def test_other_durations_are_refused(duration_s):
    with pytest.raises(RequestError, match="5 to 180 seconds"):
        make_plan(NORMS["happy"], RULES, 1, duration_s)


@pytest.mark.parametrize("duration_s", DURATIONS_S)
def test_longer_songs_have_a_contrasting_theme(duration_s):
    plan, _ = song("happy", 1, duration_s)
    themes = {section.theme for section in plan.sections}
    assert ("B" in themes) == (duration_s >= 12)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_song_of_three_minutes_goes_on_otherwise_than_it_began(emotion):
    for seed in SEEDS:
        plan, _ = song(emotion, seed, 180)
        phrases = [section for section in plan.sections if section.theme]
        groups = ["".join(section.theme for section in phrases[start : start + 4]) for start in range(0, len(phrases), 4)]
        if len(groups) < 3:
            continue
        assert all(before != after for before, after in pairwise(groups))
        assert len({section.theme for section in phrases}) >= 3
        assert sum(section.theme == "A" for section in phrases) <= 0.67 * len(phrases)
        bridges = [section for section in phrases if section.setting == BRIDGE]
        assert bridges
        assert {section.theme for section in bridges} <= {"D", "E"}
        assert {section.setting for section in phrases} == {AS_CHOSEN, VARIED, BRIDGE}
        assert phrases[-1].setting == AS_CHOSEN


@pytest.mark.parametrize("emotion", [emotion for emotion in EMOTIONS if emotion != "angry"])  # which a horn always leads
def test_another_instrument_sings_the_bridge_where_the_style_has_one_and_none_was_wished_for(emotion):
    plan, score = song(emotion, 1, 180)
    bridge = next(section for section in plan.sections if section.setting == BRIDGE)
    here = plan.at_bar(bridge.start_bar).part("melody")
    assert here.instrument != plan.at_bar(0).part("melody").instrument
    assert plan.at_bar(plan.bars - 1).part("melody") == plan.at_bar(0).part("melody")
    assert any(part.name == here.name and part.notes for part in score.parts)
    wished = make_plan(NORMS[emotion], RULES, 1, 180, Wishes(instruments=("Flute",)))
    assert {part.instrument for part in wished.parts if part.role == "melody"} == {"Flute"}
    alone = make_plan(NORMS[emotion], RULES, 1, 180, Wishes(style="solo piano"))
    assert {part.instrument for part in alone.parts if part.role != "drums"} == {"Acoustic Grand Piano"}


def test_a_long_song_is_set_in_several_ways():
    for emotion in ("happy", "sad", "neutral"):
        plan, score = song(emotion, 1, 180)
        beats = plan.metre.beats
        ways = {}
        for section in plan.sections:
            if section.theme and not section.is_height:
                start, end = (bar * beats for bar in (section.start_bar, section.start_bar + section.bars))
                struck = [n for part in score.parts if part.role == "chords" for n in part.notes if start <= n.start_beat < end]
                ways.setdefault(section.setting, []).append(sum(n.duration_beats for n in struck) / len(struck))
        means = [sum(way) / len(way) for way in ways.values()]
        assert len(means) == 3
        assert max(means) > 1.1 * min(means)


def test_phrases_are_named_by_letters_in_the_order_in_which_their_themes_are_heard():
    for count in range(1, 60):
        phrases = phrases_of(count)
        letters = list(dict.fromkeys(name[0] for name, *_ in phrases))
        assert letters == [chr(ord("A") + place) for place in range(len(letters))]
        assert len({(name[0], theme) for name, theme, *_ in phrases}) == len(letters)
