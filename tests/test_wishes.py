"""Wishes: each overrides what it names and nothing else, and what cannot be fulfilled is refused in a sentence."""

from dataclasses import fields, replace

import pytest
from songs import RULES, seconds_of

from face2music.errors import RequestError
from face2music.mood import EMOTIONS, NORMS
from face2music.plan import AUTO, Plan, Wishes, make_plan, upside_down
from face2music.score import write_score
from face2music.theory import MODES
from face2music.why import reasons

STYLES = [style for style in RULES["styles"] if style != AUTO]
# What each wish may change in the plan, besides what it names.
FOLLOWS = {
    "tempo_bpm": {"tempo_bpm", "bars", "sections", "music_s"},
    "key": {"key", "tonic_pitch_class", "sections"},  # whose last chords go home to it
    "density": {"onsets_per_s"},
    "instruments": {"parts"},
    "bars": {"bars", "sections", "tempo_bpm", "music_s", "duration_s"},
    "mode": {"mode", "key", "progression", "lift", "cadence", "sections"},
    "style": {"style", "parts", "figure", "bass", "colour", "drums", "swing"},
}


def planned(emotion: str = "happy", seed: int = 3, duration_s: float = 30, **wishes) -> Plan:
    return make_plan(NORMS[emotion], RULES, seed, duration_s, Wishes(**wishes))


@pytest.mark.parametrize("emotion", EMOTIONS)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tempo_bpm", 101.5),
        ("key", "F#"),
        ("density", 3.25),
        ("instruments", ("Flute", "Accordion")),
        ("bars", 12),
        ("mode", "major"),
        ("mode", "phrygian"),
        ("style", "band"),
    ],
)
def test_a_wish_changes_what_it_names_and_nothing_else(emotion, name, value):
    plain, wished = planned(emotion), planned(emotion, **{name: value})
    changed = {field.name for field in fields(Plan) if getattr(plain, field.name) != getattr(wished, field.name)}
    assert changed <= FOLLOWS[name]


def test_wishes_are_fulfilled():
    plan = planned("sad", tempo_bpm=140, key="Bb", mode="minor", style="lo-fi", density=3, instruments=("Violin", "Celesta"))
    assert (plan.tempo_bpm, plan.key, plan.mode, plan.style, plan.onsets_per_s) == (140, "B-flat", "aeolian", "lo-fi", 3)
    assert [plan.part(role).instrument for role in ("melody", "chords")] == ["Violin", "Celesta"]
    assert planned(mode="major").mode == "ionian"
    assert planned(style=AUTO).style == AUTO
    assert planned(key="F-sharp").tonic_pitch_class == planned(key="Gb").tonic_pitch_class == 6


@pytest.mark.parametrize("tempo_bpm", [50, 97.3, 240])
def test_at_a_wished_tempo_the_last_bar_is_held_until_the_time_is_over(tempo_bpm):
    plan = planned(tempo_bpm=tempo_bpm)
    score = write_score(plan, 3)
    assert 29 < seconds_of(score, score.length_beats) <= 30
    bar_s = plan.metre.beats * 60 / tempo_bpm
    assert score.tempos[0].tempo_bpm == pytest.approx(tempo_bpm, rel=plan.tempo_drift + 0.01)
    assert plan.music_s - plan.bars * bar_s < bar_s


@pytest.mark.parametrize("bars", [3, 16, 40])
def test_a_wished_number_of_bars_decides_how_long_the_song_is(bars):
    plan = planned("neutral", bars=bars, tempo_bpm=120)
    assert plan.bars == bars
    assert plan.music_s == pytest.approx(bars * plan.metre.beats / 2)
    assert seconds_of(write_score(plan, 3), plan.length_beats) == pytest.approx(plan.music_s, abs=0.01)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("emotion", EMOTIONS)
def test_every_style_plays_every_mood_with_instruments_of_its_own(style, emotion):
    plan = planned(emotion, style=style)
    names = {name for names in RULES["styles"][style]["ensembles"][emotion] for name in names.split(" + ")}
    assert {part.instrument for part in plan.parts if part.role != "drums"} <= names
    auto = planned(emotion)
    for kept in ("tempo_bpm", "mode", "progression", "velocity", "onsets_per_s", "articulation", "contour"):
        assert getattr(plan, kept) == getattr(auto, kept)
    score = write_score(plan, 3)
    assert {"melody", "chords", "bass"} <= {part.role for part in score.parts}


@pytest.mark.parametrize("emotion", EMOTIONS)
@pytest.mark.parametrize("mode", MODES)
def test_every_mode_can_be_wished_for_in_every_mood(emotion, mode):
    plan = planned(emotion, duration_s=12, mode=mode)
    assert plan.mode == mode
    assert write_score(plan, 3).parts


@pytest.mark.parametrize("instrument", ["Tuba", "Piccolo", "Glockenspiel", "Contrabass"])
def test_any_instrument_may_sing_in_its_own_range(instrument):
    plan = planned("fear", instruments=(instrument,) * 4)
    for part in write_score(plan, 3).parts:
        sounds = plan.part(part.role).sounds
        if sounds is not None:
            assert all(sounds.low <= note.pitch <= sounds.high for note in part.notes)


@pytest.mark.parametrize(
    "instruments", [("Tuba",), ("Contrabass", "Acoustic Grand Piano"), ("Baritone Sax", "Accordion", "Tuba")]
)
@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_low_instrument_sings_over_its_accompaniment(emotion, instruments):
    plan = planned(emotion, instruments=instruments)
    score = write_score(plan, 3)
    middle = {part.role: sum(note.pitch for note in part.notes) / len(part.notes) for part in score.parts}
    assert middle["melody"] > middle["chords"] > middle["bass"]
    assert not upside_down(plan.parts)


def test_instruments_that_cannot_lie_the_right_way_round_are_told():
    plan = planned("happy", instruments=("Trombone", "Glockenspiel"))
    assert [(high.role, low.role) for high, low in upside_down(plan.parts)] == [("melody", "chords")]
    assert not upside_down(planned("happy").parts)
    told = {each.decision: each.source.note for each in reasons(plan, Wishes(instruments=("Trombone",)), NORMS["happy"], RULES)}
    assert told["instruments"] == "The Trombone has no notes over the Glockenspiel, so that the melody lies under the chords."


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        ({"tempo_bpm": 29}, "tempo is 29; give a number from 30 to 240"),
        ({"tempo_bpm": float("nan")}, "tempo is nan"),
        ({"tempo_bpm": True}, "tempo is True"),
        ({"tempo_bpm": "fast"}, "tempo is 'fast'"),
        ({"density": 0}, "density is 0; give a number from 0.5 to 8"),
        ({"key": "H"}, "no key 'H'; give a letter from A to G"),
        ({"key": 3}, "no key 3"),
        ({"mode": "blue"}, "no mode 'blue'; choose one of major, minor, lydian"),
        ({"mode": ["major"]}, "no mode"),
        ({"style": "polka"}, "no style 'polka'; choose one of auto, solo piano"),
        ({"instruments": ()}, "one to four instruments"),
        ({"instruments": "Flute"}, "one to four instruments"),
        ({"instruments": ("Flute",) * 5}, "one to four instruments"),
        ({"instruments": ("Kazoo",)}, "no instrument 'Kazoo'; choose among Acoustic Grand Piano"),
        ({"instruments": 5}, "one to four instruments"),
        ({"bars": 1}, "number of bars is 1; give a whole number from 2 to 200"),
        ({"bars": 8.0}, "number of bars is 8.0"),
        ({"bars": 200, "tempo_bpm": 40}, r"200 bars of .* last .* seconds; ask for 2 to \d+ bars"),
        ({"bars": 2, "tempo_bpm": 240}, r"2 bars of .* last \d+ seconds; ask for \d+ to \d+ bars"),
    ],
)
def test_what_cannot_be_wished_for_is_refused(wishes, says):
    with pytest.raises(RequestError, match=says):
        planned(**wishes)


def test_a_tempo_too_slow_for_the_time_is_refused():
    with pytest.raises(RequestError, match="shortest song lasts 9 seconds; ask for a longer song or a faster tempo"):
        planned(duration_s=5, tempo_bpm=30)


def test_more_onsets_than_sixteenths_are_refused():
    with pytest.raises(RequestError, match="At 60 beats a minute there are at most 4 onsets a second, not 5; ask for"):
        planned(tempo_bpm=60, density=5)
    assert planned(tempo_bpm=60, density=4).onsets_per_s == 4


def test_wishes_are_frozen_and_empty_ones_change_nothing():
    assert make_plan(NORMS["happy"], RULES, 3, 30, Wishes()) == planned()
    assert replace(Wishes(), key="C").tonic == 0


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("emotion", ["happy", "surprise"])
def test_a_long_song_stays_in_the_key_that_is_wished_for(emotion, seed):
    plan = planned(emotion, seed, 60, key="C")
    assert {plan.tonic(section) for section in plan.sections} == {0}
