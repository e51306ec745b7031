"""Moods that none of the seven emotions has, nor any mixture of them: calm and pleasant ones, and sleepy ones."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from songs import RULES
from typer.testing import CliRunner

from face2music.analysis.recipes import RECIPES
from face2music.assets import FOLDER
from face2music.cli import app
from face2music.errors import RequestError
from face2music.mood import (
    EMOTIONS,
    NORMS,
    QUIET,
    STATES,
    Mood,
    beyond_at,
    colour_of,
    extended,
    mood_at,
    mood_of,
    reached,
    shares_at,
)
from face2music.page.plane.component import REACH
from face2music.page.result.headline import headline
from face2music.page.texts import LANGUAGES, Texts
from face2music.pipeline import compose, compose_journey, mood_of_step, open_link
from face2music.plan import Curve, KeyFrame, Wishes, blend, blend_weights, check_curve, curve_shares

PROFILES = json.loads((FOLDER / "profiles.json").read_text(encoding="utf-8"))
CALM = {"content": (0.5, -0.4), "drowsy": (0.3, -0.6), "pleased": (0.7, -0.2), "tired": (0.0, -0.5)}
SEEDS = range(1, 9)
FALLING = ("tempo_bpm", "onsets_per_s", "velocity", "level_db")


def silent(emotion, seed=1, **more):
    return compose(emotion=emotion, seed=seed, duration_s=20, render=False, **more)


def mids(mood, profiles=PROFILES):
    return {name: each.mid for name, each in blend(mood, profiles).items()}


@pytest.mark.parametrize("point", CALM.values(), ids=CALM)
def test_the_song_of_a_calm_point_has_that_mood_and_the_nearest_colour(point):
    song = silent(point)
    assert (song.mood.valence, song.mood.arousal) == point
    assert song.plan.mood == song.mood
    assert song.emotion == shares_at(*point)
    assert song.strongest in QUIET
    assert song.warnings == ()


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(EMOTIONS), st.sampled_from(EMOTIONS), st.sampled_from(EMOTIONS))
@settings(deadline=None)
def test_nothing_within_the_reach_of_the_seven_is_beyond(share, other, a, b, c):
    weights = dict.fromkeys(EMOTIONS, 0.0)
    for name, part in ((a, share), (b, (1 - share) * other), (c, (1 - share) * (1 - other))):
        weights[name] += part
    felt = mood_of(weights)
    assert beyond_at(felt.valence, felt.arousal) == 0
    assert extended(felt, felt.valence, felt.arousal) is felt
    assert reached(felt.valence, felt.arousal) == (felt.valence, felt.arousal)
    assert not any(blend_weights(felt)[state] for state in QUIET)


@pytest.mark.parametrize("state", QUIET)
def test_a_state_beyond_has_its_own_music_and_the_colour_of_the_nearest_emotions(state):
    mood = QUIET[state]
    assert blend_weights(mood)[state] == 1
    assert mids(mood, RULES) == {name: entry["mid"] for name, entry in RULES["emotions"][state].items()}
    assert mood_of(colour_of(state)).dominance == pytest.approx(mood.dominance, abs=0.01)
    assert curve_shares(Curve((KeyFrame(0.0, mood),))) == pytest.approx(colour_of(state))


@pytest.mark.parametrize("end", CALM.values(), ids=CALM)
@pytest.mark.parametrize(
    "start", [NORMS["happy"], NORMS["neutral"], mood_of({**dict.fromkeys(EMOTIONS, 0), "sad": 0.3, "neutral": 0.7})]
)
def test_a_small_step_makes_a_small_change_all_the_way_beyond(start, end):
    """Also where the reach of the seven ends, which lies on each of these ways."""
    steps = 200
    way = [
        (start.valence + (end[0] - start.valence) * i / steps, start.arousal + (end[1] - start.arousal) * i / steps)
        for i in range(steps + 1)
    ]
    moods = [extended(mood_of(shares_at(*point)), *point) for point in way]
    assert moods[-1].beyond > 0.9
    felt = [mids(mood) for mood in moods]
    for name in felt[0]:
        values = [entry["mid"] for entry in (PROFILES["emotions"][state][name] for state in STATES)]
        most = 0.05 * (max(values) - min(values))
        assert all(abs(a[name] - b[name]) <= most for a, b in pairwise(felt)), name
    for before, after in pairwise(blend_weights(mood) for mood in moods):
        assert max(abs(before[state] - after[state]) for state in STATES) < 0.08


def test_just_beyond_the_border_the_song_is_hardly_another():
    edge = NORMS["happy"].valence / 2, NORMS["happy"].arousal / 2
    within, beyond = (edge[0] - 0.01, edge[1] + 0.01), (edge[0] + 0.01, edge[1] - 0.01)
    for seed in SEEDS:
        here, there = silent(within, seed), silent(beyond, seed)
        assert (here.curve, there.mood.beyond > 0) == (None, True)
        assert there.plan.tempo_bpm == pytest.approx(here.plan.tempo_bpm, rel=0.05)
        assert there.plan.velocity == pytest.approx(here.plan.velocity, abs=2)
        assert there.plan.key == here.plan.key


@pytest.mark.parametrize("valence", [0.1, 0.3, 0.5])
def test_the_calmer_a_point_the_slower_sparser_and_softer_its_music(valence):
    edge = 0.51 / 0.81 * valence
    ways = [mids(mood_at(valence, edge + (-0.5 - edge) * step / 20)) for step in range(21)]
    for name in FALLING:
        values = [way[name] for way in ways]
        assert all(after <= before + 0.02 * abs(before) for before, after in pairwise(values)), name
        assert values[-1] < values[0], name


@pytest.mark.parametrize("point", CALM.values(), ids=CALM)
def test_calm_songs_are_slower_softer_sparser_and_more_legato_than_neutral_ones_and_mostly_major(point):
    calm, neutral = ([silent(emotion, seed).plan for seed in SEEDS] for emotion in (point, "neutral"))
    for name in ("tempo_bpm", "velocity", "onsets_per_s"):
        assert all(getattr(a, name) < getattr(b, name) for a, b in zip(calm, neutral, strict=True)), name
    assert all(a.articulation > b.articulation for a, b in zip(calm, neutral, strict=True))
    assert sum(not plan.minor for plan in calm) >= len(SEEDS) - 2
    assert all(plan.velocity > 35 for plan in calm)


def test_the_states_beyond_are_measured_where_the_corpora_reach():
    for feature in ("tempo_bpm", "onsets_per_s", "velocity", "major_share"):
        entry = PROFILES["emotions"]["serene"][feature]
        assert entry["basis"] == "measured"
        assert entry["n"] > 40
        assert RECIPES[feature].measured_in[0] in entry["sources"]


@pytest.mark.parametrize("point", CALM.values(), ids=CALM)
def test_a_link_and_song_json_give_the_same_song_again(point):
    song = silent(point, 3, wishes=Wishes(style="chamber"))
    assert open_link(song.link, render=False).midi == song.midi
    told = json.loads(song.json())
    (frame,) = told["curve"]
    assert told["mood"] == frame["mood"]
    again = compose(
        emotion=told["emotion"],
        curve=Curve((KeyFrame(frame["position"], Mood(**frame["mood"])),)),
        seed=told["seed"],
        duration_s=told["plan"]["duration_s"],
        wishes=Wishes(style="chamber"),
        render=False,
    )
    assert (again.midi, again.link, again.mood) == (song.midi, song.link, song.mood)


# Made before there was music beyond the seven emotions: a journey from angry to the calm point 0.35, -0.45.
OLD_LINK = "a3kVn2ltbMzc3LDc1LDE2LDI2LDM3LDMxLDQzOF0sMSwyMCx7fSxbWzI1MCwtNTEwLDU5MCwyNTBdLFs3NTAsMzUwLC00NTAsLTRdXV0"


def test_a_link_of_before_opens_with_the_moods_that_it_was_made_of():
    song = open_link(OLD_LINK, render=False)
    within = Curve((KeyFrame(0.25, Mood(-0.51, 0.59, 0.25)), KeyFrame(0.75, Mood(0.35, -0.45, -0.004))))
    assert song.curve == within
    assert [frame.mood.beyond for frame in song.curve.frames] == [0, 0]
    assert song.midi == compose(emotion=song.emotion, curve=within, seed=1, duration_s=20, render=False).midi
    assert song.link == OLD_LINK


def test_a_mood_that_is_beyond_by_more_than_all_is_refused():
    with pytest.raises(RequestError, match="beyond the emotions goes from 0 to 1"):
        check_curve(Curve((KeyFrame(0.0, Mood(0.5, -0.4, 0.1, 1.5)),)))


def test_a_journey_ends_calm_and_pleasant_where_it_is_to_calm_down():
    for seed in SEEDS:
        song = compose_journey("calm me down", seed=seed, render=False)
        first, last = song.plan.at_bar(0), song.plan.at_bar(song.plan.bars - 1)
        assert (last.mood.valence, last.mood.arousal, last.mood.beyond) == (0.5, -0.4, 1)
        assert last.tempo_bpm < 0.7 * first.tempo_bpm
        assert last.velocity < first.velocity - 25
        assert not last.minor
    assert open_link(song.link, render=False).midi == song.midi


@pytest.mark.parametrize(
    ("point", "near"), [((1, -1), (0.656, -0.426)), ((-1, -1), (-0.624, -0.273)), ((0.9, 0.9), (0.756, 0.531))]
)
def test_what_no_music_is_known_for_is_moved_and_said(point, near):
    assert reached(*point) == pytest.approx(near, abs=0.002)
    song = silent(point)
    assert (song.mood.valence, song.mood.arousal) == pytest.approx(near, abs=0.004)
    (sentence,) = song.warnings
    assert sentence.startswith(
        f"No music is known for a mood of valence {point[0]:g} and arousal {point[1]:g}; this is the nearest"
    )
    assert "wav" in song.kinds  # it can be played still
    told = {Texts(language).sentence(sentence) for language in LANGUAGES}
    assert len(told) == len(LANGUAGES)
    journey = compose_journey(["neutral", point], seed=1, duration_s=20, render=False)
    assert journey.warnings[0] == sentence


@pytest.mark.parametrize("state", QUIET)
def test_a_state_beyond_is_known_by_its_name(state):
    point = (QUIET[state].valence, QUIET[state].arousal)
    assert silent(state).midi == silent(point).midi
    assert mood_of_step(state) == QUIET[state]


def test_the_reasons_are_those_of_the_state_beyond():
    reasons = {reason.decision: reason for reason in silent((0.5, -0.4)).reasons()}
    assert reasons["tempo_bpm"].source.emotion == "serene"
    assert reasons["velocity"].source.basis == "measured"
    assert reasons["velocity"].low <= reasons["velocity"].value <= reasons["velocity"].high


def test_the_page_reaches_as_far_and_names_what_it_hears():
    assert {(state.valence, state.arousal) for state in QUIET.values()} < set(REACH)
    song = silent((0.5, -0.4))
    assert "<h2>Gelassen</h2>" in headline(song, Texts("de"))
    journey = compose_journey("calm me down", seed=1, render=False)
    assert "Angry → Neutral → Serene" in headline(journey, Texts("en"))


def test_the_command_line_takes_a_calm_point(tmp_path):
    result = CliRunner().invoke(
        app, ["compose", "--emotion", "0.5,-0.4", "--seed", "1", "--formats", "mid,json", "--out", str(tmp_path / "a")]
    )
    assert result.exit_code == 0, result.output
    assert result.output.startswith("serene\n")
    told = json.loads((tmp_path / "a" / "song.json").read_text())
    assert (told["mood"]["valence"], told["mood"]["arousal"]) == (0.5, -0.4)
