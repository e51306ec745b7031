"""Profiles from tables made here, whose quartiles are known, and the profiles that are shipped."""

import copy
import json

import numpy as np
import pytest

from face2music import assets
from face2music.analysis import build_profiles, kernel, read_tables
from face2music.analysis.recipes import LEVELS, RECIPES
from face2music.errors import DataError
from face2music.mood import EMOTIONS

TENSE = ("angry", "disgust", "fear")
QUADRANTS = {"Q1": (1, 1, 80, 1), "Q2": (-1, 1, 90, 0), "Q3": (-1, -1, 50, 0), "Q4": (1, -1, 40, 1)}
COLUMNS = ("onsets_per_s", "velocity_spread", "melody_pitch", "bass_pitch", "melody_range_semitones", "chromatic_share")


@pytest.fixture(scope="module")
def rules():
    return json.loads((assets.FOLDER / "rules.json").read_text(encoding="utf-8"))


@pytest.fixture
def table(tmp_path):
    """EMOPIA as it might be: per quadrant 41 pieces with velocities about a centre, -20 to 20; else the same everywhere."""
    path = tmp_path / "emopia.csv"
    lines = [f"name,valence,arousal,velocity,major,{','.join(COLUMNS)}"]
    for quadrant, (valence, arousal, velocity, major) in QUADRANTS.items():
        lines += [
            f"{quadrant}_{i},{valence},{arousal},{velocity + i - 20},{major}{f',{i % 5}' * len(COLUMNS)}" for i in range(41)
        ]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def profiles(table, rules):
    return build_profiles(read_tables([f"emopia={table}"]), rules)


def test_an_emotion_of_its_own_gets_what_was_measured(profiles):
    for emotion, centre in {"happy": 80, "sad": 50}.items():
        entry = profiles["emotions"][emotion]["velocity"]
        assert entry["basis"] == "measured"
        assert entry["sources"] == ["emopia"]
        assert [entry[name] for name in ("low", "mid", "high")] == pytest.approx([centre - 10, centre, centre + 10], abs=1.5)
        assert 41 <= entry["n"] <= 60  # its own quadrant, and a little of the next


def test_emotions_that_are_alike_share_the_measured_level_and_keep_their_differences(profiles, rules):
    entry = {emotion: profiles["emotions"][emotion]["velocity"] for emotion in TENSE}
    rule = {emotion: rules["emotions"][emotion]["velocity"] for emotion in TENSE}
    assert np.mean([entry[emotion]["mid"] for emotion in TENSE]) == pytest.approx(90, abs=2)
    for name in ("low", "mid", "high"):
        difference = entry["angry"][name] - entry["fear"][name]
        assert difference == pytest.approx(rule["angry"][name] - rule["fear"][name], abs=0.02)
    assert all(entry[emotion]["basis"] == "rule" and "moved by" in entry[emotion]["note"] for emotion in TENSE)
    assert {"emopia", *rule["fear"]["sources"]} == set(entry["fear"]["sources"])


def test_surprise_keeps_its_distance_from_happy(profiles, rules):
    def distance(source):
        return source["emotions"]["surprise"]["velocity"]["mid"] - source["emotions"]["happy"]["velocity"]["mid"]

    assert distance(profiles) == pytest.approx(distance(rules), abs=0.02)


def test_a_share_comes_with_its_interval(profiles):
    happy, sad = (profiles["emotions"][emotion]["major_share"] for emotion in ("happy", "sad"))
    assert happy["mid"] > 0.98
    assert sad["mid"] < 0.02
    assert 0 <= sad["low"] <= sad["mid"] <= sad["high"] < 0.1


def test_what_does_not_follow_the_ratings_stays_a_rule(profiles, rules):
    for emotion in EMOTIONS:
        entry, rule = profiles["emotions"][emotion]["bass_pitch"], rules["emotions"][emotion]["bass_pitch"]
        assert {**entry, "note": ""} == {**rule, "note": ""}
        assert "hardly follows" in entry["note"]
    effect = profiles["features"]["bass_pitch"]["effects"]["emopia"]
    assert effect == {"valence": 0, "arousal": 0, "n": 164}
    assert profiles["features"]["velocity"]["effects"]["emopia"]["arousal"] > 0.8


def test_what_no_table_measures_stays_as_it_was(profiles, rules):
    for emotion in EMOTIONS:
        for feature in ("tempo_bpm", "irregularity"):
            assert profiles["emotions"][emotion][feature] == rules["emotions"][emotion][feature]
    assert profiles["choices"] == rules["choices"]
    assert "effects" not in profiles["features"]["tempo_bpm"]


def test_the_rules_are_not_changed(table, rules):
    before = copy.deepcopy(rules)
    build_profiles(read_tables([f"emopia={table}"]), rules)
    assert rules == before


def test_a_third_partys_table_is_read_on_its_own_scale(tmp_path, rules):
    path = tmp_path / "deam.csv"
    rows = [f"{i},{1 + i / 20},{9 - i / 20},{0.1 + i / 1000},{3 + i / 100},120" for i in range(161)]
    path.write_text("song_id, valence_mean, arousal_mean,rms_mean,onset_rate_hz,tempo_bpm\n" + "\n".join(rows) + "\n")
    table = read_tables([f"deam={path}"])["deam"]
    assert table["valence"].iloc[[0, 80, 160]].to_list() == pytest.approx([-1, 0, 1], abs=0.01)
    assert table["onsets_per_s"].iloc[0] == 3
    assert table["rms_velocity"].iloc[80] == 64
    assert table["rms_velocity"].iloc[160] == pytest.approx(64 * (0.26 / 0.18) ** 0.5)
    assert build_profiles({"deam": table}, rules)["emotions"]["happy"]["onsets_per_s"]["basis"] == "rule", "it is only compared"


@pytest.mark.parametrize("given", ["table.csv", "emopia=", "mine=table.csv"])
def test_a_table_needs_the_name_of_a_data_set(given):
    with pytest.raises(DataError, match="NAME=FILE"):
        read_tables([given])


def test_a_table_without_the_column_is_refused(tmp_path, rules):
    path = tmp_path / "table.csv"
    path.write_text("name,valence,arousal\na,1,1\nb,-1,-1\n")
    with pytest.raises(DataError, match="vgmidi has no column tempo_bpm"):
        build_profiles(read_tables([f"vgmidi={path}"]), rules)


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (lambda rules: rules.pop("emotions"), "rules lack 'emotions'"),
        (lambda rules: rules["emotions"].pop("fear"), "rules lack 'fear'"),
        (lambda rules: rules["emotions"]["sad"].pop("tempo_bpm"), "rules lack 'tempo_bpm'"),
        (lambda rules: rules["emotions"]["sad"]["velocity"].pop("high"), "velocity of sad"),
    ],
)
def test_rules_that_are_not_whole_are_refused(rules, broken, sentence):
    damaged = copy.deepcopy(rules)
    broken(damaged)
    with pytest.raises(DataError, match=sentence):
        build_profiles({}, damaged)


def test_positions():
    assert kernel.positions(np.array([-1.0, 1.0, 1.0])).tolist() == [-0.5, 0.5, 0.5]
    assert kernel.positions(np.array([0.1, 0.3, 0.2, 0.2])) == pytest.approx([-0.75, 0.75, 0, 0])


def test_weights_fall_with_distance_and_quadrants_count_the_same():
    valence, arousal = np.array([0.5, 0.5, 0.5, -0.5]), np.array([0.5, 0.5, 0.5, -0.5])
    middle = kernel.weights(valence, arousal, (0.0, 0.0))
    assert middle == pytest.approx([1 / 6, 1 / 6, 1 / 6, 1 / 2])
    assert kernel.weights(valence, arousal, (0.5, 0.5))[3] < 0.01
    graded = kernel.weights(np.array([0.0, 0.25]), np.array([0.0, 0.0]), (0.0, 0.0))
    assert graded[1] / graded[0] == pytest.approx(np.exp(-0.5))


def test_quantiles_and_sizes():
    values = np.arange(101.0)
    assert kernel.quantiles(values[::-1], np.ones(101)) == pytest.approx((24.75, 50, 75.25))
    assert kernel.quantiles(values, (values >= 50).astype(float))[1] == pytest.approx(75)
    assert kernel.effective_size(np.array([0.5, 0.5, 0.0])) == 2
    low, p, high = kernel.share(np.array([1.0] * 30 + [0.0] * 10), np.ones(40))
    assert p == 0.75
    assert (low, high) == pytest.approx((0.702, 0.793), abs=0.003)
    assert kernel.rank_correlation(values, values**3) == pytest.approx(1)
    assert kernel.rank_correlation(values, np.zeros(101)) == 0


@pytest.fixture(scope="module")
def shipped():
    return json.loads((assets.FOLDER / "profiles.json").read_text(encoding="utf-8"))


def test_the_shipped_profiles_name_a_source_for_every_number(shipped, rules):
    assert shipped["features"].keys() == rules["features"].keys()
    assert shipped["choices"] == rules["choices"], "make the profiles again after changing the rules"
    for emotion in EMOTIONS:
        assert shipped["emotions"][emotion].keys() == rules["features"].keys()
        for feature, entry in shipped["emotions"][emotion].items():
            assert entry["low"] <= entry["mid"] <= entry["high"], (emotion, feature)
            assert entry["sources"], (emotion, feature)
            assert set(entry["sources"]) <= shipped["sources"].keys(), (emotion, feature)
            assert entry["note"]
            if feature not in RECIPES:
                assert entry == rules["emotions"][emotion][feature], "make the profiles again after changing the rules"


def test_the_shipped_profiles_are_measured_where_they_can_be(shipped):
    for emotion in set(EMOTIONS) - LEVELS.keys():
        for feature in ("tempo_bpm", "onsets_per_s", "velocity", "bass_pitch", "major_share"):
            entry = shipped["emotions"][emotion][feature]
            if emotion in dict(RECIPES[feature].ruled):
                assert entry["basis"] == "rule"
            else:
                assert (entry["basis"], entry["n"] > 20) == ("measured", True), (emotion, feature)


@pytest.mark.parametrize("emotion", ["happy", "angry", "surprise"])
def test_sad_is_slower_softer_and_sparser_than_the_aroused(shipped, emotion):
    sad, aroused = shipped["emotions"]["sad"], shipped["emotions"][emotion]
    assert sad["tempo_bpm"]["mid"] < 0.8 * aroused["tempo_bpm"]["mid"]
    assert sad["onsets_per_s"]["mid"] < 0.85 * aroused["onsets_per_s"]["mid"]
    assert sad["velocity"]["mid"] < aroused["velocity"]["mid"] - 12
