"""Chords of the plan: graphs that lead somewhere, themes that come back reharmonised, and a change of key by a shared chord."""

from itertools import pairwise

import pytest
from songs import RULES, SEEDS, notes_of, song

from face2music.mood import EMOTIONS, NORMS, STATES, mood_of
from face2music.plan import BRIDGE, Wishes, make_plan
from face2music.plan.progressions import BRIDGE_KEYS, KEY_CHANGES, graph
from face2music.theory import MODES, chord_of

FAMILIES = {"major": False, "minor": True}


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_every_chord_of_a_graph_can_be_read_and_left(emotion):
    for family, minor in FAMILIES.items():
        rows = RULES["harmony"][emotion][family]
        for numeral, row in rows.items():
            chord_of(numeral, minor)
            assert sum(row.values()) > 0
            assert numeral not in row
            for other in row:
                chord_of(other, minor)
                assert other in rows, f"{family}: {other} after {numeral} leads nowhere"


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_graph_is_there_for_the_modes_of_its_emotion(emotion):
    for mode in RULES["choices"][emotion]["modes"]["options"]:
        assert RULES["harmony"][emotion]["minor" if MODES[mode].minor else "major"]


def test_the_weights_of_a_row_add_up_to_those_of_the_emotions():
    following = graph(RULES, dict.fromkeys(EMOTIONS, 0.0) | {"happy": 0.75, "surprise": 0.25}, minor=False)
    assert sum(following("V").values()) == pytest.approx(1.0)
    assert following("V")["I"] > following("V")["bVI"] > 0
    assert following("no chord") == {}


@pytest.mark.parametrize("name", [name for name in KEY_CHANGES if name != "none"])
@pytest.mark.parametrize("minor", [False, True])
def test_a_key_change_goes_by_a_chord_of_both_keys_and_the_new_dominant(name, minor):
    shift, pivots = KEY_CHANGES[name]
    pivot, dominant = (chord_of(numeral, minor) for numeral in pivots[minor])
    assert dominant.root == (shift + 7) % 12
    assert dominant.intervals == (0, 4, 7, 10)
    triads = {
        (tonic + (chord := chord_of(numeral, minor)).root) % 12: chord.intervals
        for tonic in (shift,)
        for numeral in (("i", "ii°", "III", "iv", "IV", "v", "V", "VI", "VII") if minor else ("I", "ii", "iii", "IV", "V", "vi"))
    }
    assert pivot.root in triads, "the pivot has a function in the new key"


@pytest.mark.parametrize("seed", range(8))
def test_the_last_group_of_a_long_song_is_lifted_and_the_notes_follow(seed):
    plan, score = song("happy", seed, 90)
    shifts = [section.shift for section in plan.sections if section.setting != BRIDGE]
    assert shifts == sorted(shifts)
    assert shifts[-1] in (1, 2)
    lifted = next(section for section in plan.sections if section.shift and section.setting != BRIDGE)
    assert score.keys[-1].start_beat == lifted.start_bar * plan.metre.beats
    last = [note for part in score.parts if part.role == "chords" for note in part.notes][-3:]
    assert {note.pitch % 12 for note in last} <= {(plan.tonic(plan.sections[-1]) + step) % 12 for step in (0, 4, 7, 9, 2)}
    assert notes_of(score, "bass")[-1].pitch % 12 == (plan.tonic_pitch_class + shifts[-1]) % 12


@pytest.mark.parametrize("name", [name for name in BRIDGE_KEYS if name != "none"])
@pytest.mark.parametrize("minor", [False, True])
def test_a_bridge_is_reached_and_left_by_a_chord_of_both_keys_and_a_dominant(name, minor):
    shift, ways_in, ways_out = BRIDGE_KEYS[name]
    scale = set(MODES["aeolian" if minor else "ionian"].intervals)
    for ways, up in ((ways_in, shift), (ways_out, -shift)):
        pivot, dominant = (chord_of(numeral, minor) for numeral in ways[minor])
        assert dominant.root == (up + 7) % 12
        assert dominant.intervals == (0, 4, 7, 10)
        tones = {(pivot.root + interval) % 12 for interval in pivot.intervals}
        assert tones <= scale
        assert tones <= {(up + interval) % 12 for interval in scale}


def test_the_bridge_of_a_long_song_may_stand_in_another_key_and_the_song_comes_back():
    aside = 0
    for seed in range(12):
        plan, score = song("happy", seed, 180)
        bridges = [section for section in plan.sections if section.setting == BRIDGE]
        assert bridges
        aside += bridges[0].shift == 5
        assert score.keys[0].start_beat == 0
        assert plan.sections[plan.sections.index(bridges[-1]) + 1].shift in (0, *(s.shift for s in plan.sections[-1:]))
        assert not any(s.shift for s in make_plan(NORMS["happy"], RULES, seed, 180, Wishes(key="C")).sections)
    assert 4 <= aside < 12


def test_short_songs_stay_in_their_key():
    for emotion in EMOTIONS:
        assert len(song(emotion, 1, 12)[1].keys) == 1


@pytest.mark.parametrize("emotion", ["happy", "sad", "angry", "neutral"])
def test_a_theme_is_first_heard_on_its_progression_and_comes_back_varied(emotion):
    varied = 0
    for seed in range(8):
        plan = make_plan(NORMS[emotion], RULES, seed, 90)
        phrases = [section for section in plan.sections if section.theme == "A"]
        first = phrases[0].chords
        assert first[: min(len(first) - 1, 2)] == tuple(plan.progression[: min(len(first) - 1, 2)])
        varied += any(section.chords[1:-2] != first[1:-2] for section in phrases[1:])
        for section in phrases[1:]:
            assert section.chords[0] == first[0]
    # Anger has two or three chords a phrase, most of them needed for the cadence.
    assert varied >= (2 if emotion == "angry" else 5)


@pytest.mark.parametrize("emotion", EMOTIONS)
@pytest.mark.parametrize("seed", SEEDS)
def test_chords_change_when_they_are_written_twice_only_by_design(emotion, seed):
    plan, _ = song(emotion, seed, 30)
    for section in plan.sections:
        assert 1 <= len(section.chords) <= 2 * section.bars
        assert sum(a == b for a, b in pairwise(section.chords)) <= 1


def test_every_choice_of_chords_is_declared_in_one_family_and_readable_there():
    declared = RULES["families"]
    assert not set(declared["major"]) & set(declared["minor"])
    chosen = {
        numerals
        for state in STATES
        for group in ("progressions", "lifts", "cadences")
        for numerals in RULES["choices"][state][group]["options"]
    }
    assert chosen == {*declared["major"], *declared["minor"]}
    for family, minor in FAMILIES.items():
        for numerals in declared[family]:
            assert all(chord_of(numeral, minor) for numeral in numerals.split("-"))


def test_chords_without_a_tonic_are_drawn_in_their_own_family():
    drawn = {"surprise": set(), "sad": set(), "angry": set()}
    for emotion, found in drawn.items():
        for seed in range(60):
            plan = make_plan(NORMS[emotion], RULES, seed, 12)
            found |= {(plan.minor, "-".join(plan.cadence)), (plan.minor, "-".join(plan.lift))}
    assert (False, "ii-V7-bVI") in drawn["surprise"]
    assert (True, "VI-III-iv-v") in drawn["sad"]
    assert (True, "VI5-VII5-bII5-V5") in drawn["angry"]
    minor = set(RULES["families"]["minor"])
    assert all((numerals in minor) == family for found in drawn.values() for family, numerals in found)


@pytest.mark.parametrize("wish", [{"key": "C"}, {"mode": "major"}, {"mode": "minor"}, {"key": "F#", "mode": "dorian"}])
@pytest.mark.parametrize("emotion", EMOTIONS)
def test_songs_in_a_key_or_mode_that_was_wished_for_end_on_its_tonic(emotion, wish):
    for seed in range(25):
        plan = make_plan(NORMS[emotion], RULES, seed, 20, Wishes(**wish))
        assert chord_of(plan.sections[-1].chords[-1], plan.minor).root == 0
        assert len(plan.sections[-2].chords) > 1


def test_a_happy_song_with_a_little_surprise_in_it_ends_on_its_tonic_and_surprise_itself_may_not():
    mixed = mood_of({**dict.fromkeys(EMOTIONS, 0.02), "happy": 0.65, "surprise": 0.15, "neutral": 0.12})

    def away(mood) -> int:
        plans = [make_plan(mood, RULES, seed, 20) for seed in range(40)]
        return sum(chord_of(plan.sections[-1].chords[-1], plan.minor).root != 0 for plan in plans)

    assert away(mixed) == 0
    assert away(NORMS["surprise"]) > 10


def test_surprise_still_breaks_off_inside_a_song_whose_key_was_wished_for():
    plans = [make_plan(NORMS["surprise"], RULES, seed, 30, Wishes(key="C")) for seed in range(25)]
    assert sum(chord_of(plan.cadence[-1], plan.minor).root != 0 for plan in plans) >= 10
