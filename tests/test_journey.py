"""Journeys: steps become a curve, and a curve becomes one song that follows it from bar to bar."""

import json
from itertools import pairwise, permutations

import pytest
from songs import RULES, notes_of, seconds_of
from typer.testing import CliRunner

from face2music import RequestError, Wishes, compose, compose_journey
from face2music.cli import app
from face2music.midi import to_midi
from face2music.mood import EMOTIONS, NORMS, Mood, mood_at
from face2music.pipeline import curve_of, journey, journey_names, mood_of_step, open_link
from face2music.plan import Curve, KeyFrame, check_curve, count_bars, make_plan
from face2music.plan.keys import key_distance, modulation, shifts_of
from face2music.score import DRUM_CHANNEL, write_score
from face2music.theory import MODES, chord_of

MIXED = Mood(0.2, -0.1, 0.3)
# But for Hungarian minor, and from Lydian to Locrian and back: of these a key has no chord that leads to the other.
HEPTATONIC = ("lydian", "ionian", "mixolydian", "dorian", "aeolian", "harmonic minor", "phrygian")
KNOWN, STRANGE = 0.7, 0.3  # share of notes that are the same degree
JOURNEYS = [(("sad", "happy"), 3, 20), (("neutral", "fear", "angry", "happy"), 7, 34), (("surprise", "disgust"), 1, 16)]


def frames(*moods: Mood) -> Curve:
    return curve_of(moods, [1] * len(moods))


def planned(names, seed, bars):
    return make_plan(frames(*(NORMS[name] for name in names)), RULES, seed, 30, Wishes(bars=bars))


@pytest.mark.parametrize("mood", [*NORMS.values(), MIXED], ids=[*EMOTIONS, "mixed"])
@pytest.mark.parametrize(("duration_s", "bars"), [(12, None), (50, None), (30, 13)])
def test_a_curve_that_stays_is_the_song_of_its_mood_to_the_last_byte(mood, duration_s, bars):
    wishes = Wishes(bars=bars)
    still, curved = (make_plan(each, RULES, 5, duration_s, wishes) for each in (mood, frames(mood, mood, mood)))
    assert curved == still
    assert not curved.changes
    assert to_midi(write_score(curved, 5, 1)) == to_midi(write_score(still, 5, 1))


@pytest.mark.parametrize(("names", "seed", "bars"), JOURNEYS)
def test_every_bar_has_its_mood_and_the_numbers_move_in_steps(names, seed, bars):
    plan = planned(names, seed, bars)
    moods = [plan.at_bar(bar).mood for bar in range(plan.bars)]
    assert moods[0] == NORMS[names[0]]
    assert moods[-1] == NORMS[names[-1]]
    for before, after in pairwise(plan.at_bar(bar) for bar in range(plan.bars)):
        assert 1 / 1.13 < after.tempo_bpm / before.tempo_bpm < 1.13
        assert abs(after.part("melody").volume - before.part("melody").volume) < 20


def test_the_same_in_each_bar_as_in_a_song_of_that_mood():
    plan = planned(("sad", "happy"), 3, 20)
    for bar, name in ((0, "sad"), (-1, "happy")):
        song = make_plan(NORMS[name], RULES, 3, 30, Wishes(bars=20))
        here = plan.at_bar(bar % plan.bars)
        assert (here.velocity, here.onsets_per_s, here.articulation) == (song.velocity, song.onsets_per_s, song.articulation)


@pytest.mark.parametrize(("names", "seed", "bars"), JOURNEYS)
def test_the_notes_follow_the_plan_of_their_bar(names, seed, bars):
    plan = planned(names, seed, bars)
    score = write_score(plan, seed, 1)
    assert seconds_of(score, score.length_beats) == pytest.approx(plan.music_s, abs=0.01)
    assert len({part.channel for part in score.parts}) == len(score.parts)
    for part in score.parts:
        assert (part.channel == DRUM_CHANNEL) == (part.role == "drums")
        own = plan.named(part.name)
        assert all(own.lowest_pitch <= note.pitch <= own.highest_pitch for note in part.notes)
        # A player plays where the plan says so, but for a note that is a little early or late.
        for note in part.notes:
            near = {name.name for shift in (-0.2, 0.0, 0.2) for name in plan.at(max(0.0, note.start_beat + shift)).parts}
            assert part.name in near


def test_the_tempo_rises_the_music_gets_louder_and_higher_from_sad_to_happy():
    plan = planned(("sad", "happy"), 3, 24)
    score = write_score(plan, 3)
    half = plan.length_beats / 2
    tempos = [change.tempo_bpm for change in score.tempos]
    assert min(tempos[18:]) > 1.4 * max(tempos[:6])
    notes = [note for part in score.parts if part.role != "drums" for note in part.notes]
    early, late = ([note for note in notes if (note.start_beat >= half) == after] for after in (False, True))
    assert sum(n.velocity for n in late) / len(late) > sum(n.velocity for n in early) / len(early) + 8
    melody = [note for part in score.parts if part.role == "melody" for note in part.notes]
    assert max(n.pitch for n in melody if n.start_beat >= half) > max(n.pitch for n in melody if n.start_beat < half)
    assert notes_of(score, "drums")[0].start_beat >= half / 2


def test_between_the_families_the_music_modulates_by_a_dominant_of_the_new_key():
    plan = planned(("sad", "happy"), 3, 24)
    turns = [(a, b) for a, b in pairwise(plan.sections) if plan.at_bar(a.start_bar).minor != plan.at_bar(b.start_bar).minor]
    assert turns
    for before, after in turns:
        chord = chord_of(before.chords[-1], plan.at_bar(before.start_bar).minor)
        assert (plan.tonic(before) + chord.root) % 12 == (plan.tonic(after) + 7) % 12
        assert chord.intervals == (0, 4, 7, 10)
    modes = [plan.at_bar(section.start_bar).mode for section in plan.sections]
    assert [section.shift for section in plan.sections] == shifts_of(modes, tonic_stays=False)


@pytest.mark.parametrize(
    ("before", "after"), [(a, b) for a in HEPTATONIC for b in HEPTATONIC if MODES[a].minor != MODES[b].minor]
)
def test_the_chord_before_that_dominant_is_one_of_both_keys(before, after):
    shift = shifts_of([before, after], tonic_stays=False)[-1]
    pivot, dominant = (chord_of(numeral, MODES[before].minor) for numeral in modulation(before, after, shift))
    assert dominant.root == (shift + 7) % 12
    for mode, tonic in ((before, 0), (after, shift)):
        assert set(pivot.pitch_classes(-tonic)) <= set(MODES[mode].intervals)


def test_no_silence_takes_the_dominant_before_another_key():
    turns = 0
    for seed in range(12):
        plan = make_plan(frames(NORMS["sad"], NORMS["neutral"]), RULES, seed, 60)
        score = write_score(plan, seed, 1)
        for before, after in pairwise(plan.sections):
            if plan.at_bar(before.start_bar).minor == plan.at_bar(after.start_bar).minor:
                continue
            line = after.start_bar * plan.metre.beats
            dominant = chord_of(before.chords[-1], plan.at_bar(before.start_bar).minor)
            tones = dominant.pitch_classes(plan.tonic(before))
            heard = {note.pitch % 12 for part in score.parts for note in part.notes if line - 1 < note.end_beat < line + 0.5}
            assert heard & set(tones[:2])
            turns += 1
    assert turns >= 6


def test_a_theme_is_known_again_in_another_mode():
    """Where it has notes in the same places they are the same degrees of the scale, far more often than by chance."""
    songs = []
    for seed in range(12):
        plan = make_plan(frames(NORMS["sad"], NORMS["happy"]), RULES, seed, 60)
        assert MODES[plan.mode].minor != plan.at_bar(plan.bars - 1).minor
        score = write_score(plan, seed, 1)
        songs.append([theme_of(plan, score, section) for section in plan.sections if section.theme == "A"])
    own = [same for first, *later in songs for theme in later for same in alike(first, theme)]
    others = [same for (first, *_), (*_, last) in permutations(songs, 2) for same in alike(first, last)]
    assert sum(own) / len(own) > KNOWN
    assert sum(others) / len(others) < STRANGE


def alike(theme, other):
    return [degree == other[place] for place, degree in theme.items() if place in other]


def theme_of(plan, score, section):
    """Degree of the scale of each note of the melody, by its place in the first half of the phrase."""
    tonic, scale = plan.tonic(section), MODES[plan.at_bar(section.start_bar).mode].intervals
    line, beats = section.start_bar * plan.metre.beats, section.bars / 2 * plan.metre.beats
    return {
        round(4 * (note.start_beat - line)) / 4: min(range(7), key=lambda degree: abs(scale[degree] - (note.pitch - tonic) % 12))
        for part in score.parts
        for note in part.notes
        if part.role == "melody" and -0.1 < note.start_beat - line < beats - 0.1
    }


def test_keys_are_the_nearest_and_a_wished_tonic_stays():
    assert key_distance("aeolian", "ionian", 3) == 0
    assert key_distance("aeolian", "ionian", 0) == 3
    assert key_distance("dorian", "mixolydian", 0) == 1
    assert shifts_of(["aeolian", "ionian", "aeolian"], tonic_stays=False) == [0, 3, 0]
    assert shifts_of(["aeolian", "ionian", "aeolian"], tonic_stays=True) == [0, 0, 0]
    assert shifts_of(["aeolian", "dorian", "mixolydian"], tonic_stays=False) == [0, 0, 0]


def test_a_journey_is_made_again_from_its_link_and_knows_its_curve():
    song = compose_journey(["sad", (0.3, -0.5), "happy"], bars=[4, 4, 4], seed=9, render=False)
    assert song.plan.bars == 12
    assert [frame.position for frame in song.curve.frames] == [0.167, 0.5, 0.833]
    assert open_link(song.link, render=False).midi == song.midi
    assert json.loads(song.json())["curve"][0]["mood"]["valence"] == NORMS["sad"].valence
    curve = song.roll()["curve"]
    assert curve[0]["valence"] < curve[-1]["valence"]
    assert song.musicxml()


def test_the_tune_goes_with_the_time_where_no_bars_are_given():
    song = compose_journey(["sad", "happy"], duration_s=40, seed=2, render=False)
    assert song.duration_s == pytest.approx(39.95, abs=0.01)
    middle = next(point for point in song.roll()["curve"] if point["start_s"] > 18)
    assert middle["start_s"] < 24
    assert middle["valence"] == pytest.approx(0.09, abs=0.25)


def test_steps_are_names_shares_points_and_pictures(portrait):
    assert mood_of_step("fear") == NORMS["fear"]
    assert mood_of_step(dict.fromkeys(EMOTIONS, 0.0) | {"happy": 0.5, "sad": 0.5}).valence == pytest.approx(0.09)
    assert mood_of_step((0.81, 0.51)) == NORMS["happy"]
    assert mood_of_step(str(portrait)).valence > 0
    assert -1 <= mood_at(-1, 1).dominance <= 1


def test_known_journeys_can_be_composed():
    for name in journey_names():
        assert compose_journey(name, seed=1, render=False).plan.changes


@pytest.mark.parametrize(
    ("steps", "options", "sentence"),
    [
        (["joy", "happy"], {}, "There is no step 'joy'; give one of angry, disgust"),
        (["sad"], {}, "2 to 12 steps, not 1"),
        ("sad", {}, "There is no journey 'sad'; choose among lift me up"),
        (["sad", "happy"], {"bars": [4, 4, 4]}, "2 steps and bars for 3"),
        (["sad", "happy"], {"bars": [4, 0]}, "number of bars of a step is 0"),
        (["sad", "happy"], {"bars": [4, 4], "wishes": Wishes(bars=8)}, "bars are given twice"),
        (["sad", (2, 0)], {}, "from -1 to 1, not 2 and 0"),
        (["sad", (0.1, 0.2, 0.3)], {}, "give valence and arousal"),
        (["sad", "happy"], {"duration_s": 601}, "5 to 600 seconds"),
    ],
)
def test_what_is_no_journey_is_refused_in_a_sentence(steps, options, sentence):
    with pytest.raises(RequestError, match=sentence):
        compose_journey(steps, seed=1, render=False, **options)


@pytest.mark.parametrize(
    ("places", "mood", "sentence"),
    [((), MIXED, "1 to 64 key frames"), ((0.5, 0.2), MIXED, "rise from 0 to 1"), ((0.5,), Mood(2, 0, 0), "go from -1 to 1")],
)
def test_what_is_no_curve_is_refused(places, mood, sentence):
    curve = Curve(tuple(KeyFrame(place, mood) for place in places))
    with pytest.raises(RequestError, match=sentence):
        check_curve(curve)
    with pytest.raises(RequestError, match=sentence):
        compose(curve=curve, render=False)


@pytest.mark.parametrize("bars", [["--bars", "4,4"], ["--bars", "4", "4"], ["--bars", "4"]])
def test_the_command_writes_a_song(tmp_path, bars):
    out = tmp_path / "song"
    run = CliRunner().invoke(app, ["journey", "-0.6,-0.3", "happy", *bars, "--seed", "3", "--out", str(out), "--json"])
    assert run.exit_code == 0, run.output
    assert (out / "song.mid").read_bytes() == compose_journey([(-0.6, -0.3), "happy"], bars=4, seed=3, render=False).midi
    assert json.loads((out / "song.json").read_text())["plan"]["bars"] == 8


def test_the_command_names_a_key_again_where_the_music_comes_back_to_it(tmp_path):
    out = ["--seed", "12", "--out", str(tmp_path), "--formats", "mid"]
    result = CliRunner().invoke(app, ["journey", "storm and clearing", *out])
    assert result.stdout.startswith("C mixolydian - A locrian - A phrygian - C mixolydian, "), result.output


def test_the_command_knows_emotions_by_their_nouns(tmp_path):
    run = CliRunner().invoke(app, ["journey", "Sadness", "joy", "--seed", "1", "--json", "--out", str(tmp_path / "song")])
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["curve"] == compose_journey(["sad", "happy"], seed=1, render=False).to_dict()["curve"]


@pytest.mark.parametrize(
    ("words", "sentence"), [(["glee", "sad"], "no step 'glee'"), (["sad", "happy", "--bars", "x"], "bars are 'x'")]
)
def test_the_command_refuses_in_a_sentence(tmp_path, words, sentence):
    run = CliRunner().invoke(app, ["journey", *words, "--out", str(tmp_path / "song")])
    assert run.exit_code == 1
    assert sentence in run.output
    assert not (tmp_path / "song").exists()


def test_a_journey_too_short_to_arrive_is_refused_or_says_so():
    with pytest.raises(RequestError, match=r"too short for 5 steps, and would not arrive; make it longer, or give fewer"):
        compose_journey(("sad", "neutral", "happy", "surprise", "fear"), duration_s=5, seed=1, render=False)
    short = compose_journey(("sad", "happy"), bars=1, seed=1, render=False)
    (said,) = short.warnings
    assert "too short for its tempo to arrive" in said
    assert f"{short.plan.at_bar(1).tempo_bpm:.0f} beats a minute" in said
    assert compose_journey(("sad", "happy"), duration_s=60, seed=1, render=False).warnings == ()


def test_a_journey_with_more_steps_than_bars_is_refused_before_any_work(monkeypatch, portrait):
    def work(*given, **wanted):
        raise AssertionError("there was work")

    monkeypatch.setattr(journey, "compose", work)
    with pytest.raises(RequestError, match=r"A song of \d bars is too short for 12 steps"):
        compose_journey(["sad", "happy"] * 6, duration_s=6)
    monkeypatch.setattr(journey, "read_faces", work)
    for bars in range(2, 5):
        with pytest.raises(RequestError, match=f"A song of {bars} bars is too short for 5 steps"):
            compose_journey([str(portrait)] * 5, wishes=Wishes(bars=bars))


@pytest.mark.parametrize("duration_s", [5, 9.9, 47, 600])
@pytest.mark.parametrize("wishes", [Wishes(), Wishes(tempo_bpm=200), Wishes(bars=40)])
def test_the_bars_of_a_song_are_known_before_its_plan(wishes, duration_s):
    asked = frames(NORMS["sad"], MIXED, NORMS["happy"]), RULES, 4, duration_s, wishes
    assert count_bars(*asked) == make_plan(*asked).bars


@pytest.mark.parametrize("name", journey_names())
def test_journeys_known_by_name_arrive(name):
    assert compose_journey(name, seed=2, render=False).warnings == ()


@pytest.mark.parametrize("step", ["x" * 3000, "\0", "a/" * 3000])
def test_a_step_that_can_be_no_name_of_a_file_is_none(step, tmp_path):
    with pytest.raises(RequestError, match="There is no step"):
        mood_of_step(step)
    result = CliRunner().invoke(app, ["journey", step.replace("\0", "0"), "happy", "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert "The work stopped" not in result.stderr
