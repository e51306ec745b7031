"""What a teacher of composition would mark: two hands at the piano, shapes of themes, notes that rub, phrases that end."""

from itertools import pairwise, product

import pytest
from songs import RULES, notes_of, song

from face2music.mood import EMOTIONS, NORMS
from face2music.plan import AS_CHOSEN, BRIDGE, Plan, Wishes, make_plan
from face2music.score import Sketch, draft_of
from face2music.score.bass import bass_at
from face2music.score.hands import REACH, in_hands
from face2music.score.harmony import chord_at, parallel
from face2music.score.motif import CONTOURS, contour_of

SEEDS = range(400, 406)


def _planned(emotion: str, seed: int, style: str | None = None) -> Plan:
    return make_plan(NORMS[emotion], RULES, seed, 30, Wishes(style=style))


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_piano_alone_can_be_played_with_two_hands(emotion):
    for seed in SEEDS:
        struck: dict[float, set[int]] = {}
        for notes in draft_of(_planned(emotion, seed, "solo piano"), seed).sketches.values():
            for note in notes:
                struck.setdefault(note.start_beat, set()).add(note.pitch)
        for pitches in struck.values():
            low, high = min(pitches), max(pitches)
            assert all(pitch <= low + REACH or pitch >= high - REACH for pitch in pitches)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_no_key_of_a_piano_alone_is_held_while_it_is_struck_again(emotion):
    for seed in SEEDS:
        sketches = draft_of(_planned(emotion, seed, "solo piano"), seed).sketches
        by_key = sorted((note.pitch, note.start_beat, note.end_beat) for notes in sketches.values() for note in notes)
        for (key, start, end), (other, again, _) in pairwise(by_key):
            assert other != key or again == start or end <= again + 1e-9


def test_what_no_hand_reaches_goes_to_one_and_who_does_not_play_alone_keeps_all():
    struck = {"melody": [Sketch(86, 0.0, 1.0)], "bass": [Sketch(41, 0.0, 1.0)], "colour": [], "drums": []}
    piano = _planned("happy", 1, "solo piano")
    part = piano.part("chords")
    between, low = 65, 50
    assert part.lowest_pitch <= between <= part.highest_pitch
    chords = [Sketch(between, 0.0, 1.0), Sketch(low, 0.0, 1.0)]
    moved = {note.pitch for note in in_hands(piano, {**struck, "chords": chords})["chords"]}
    assert low in moved
    assert between not in moved
    assert in_hands(_planned("happy", 1, "band"), {**struck, "chords": chords})["chords"] == chords


def test_themes_do_not_all_rise_and_fall_in_the_same_way():
    for contour in CONTOURS:
        own = {contour_of(contour, theme) for theme in "ABCDE"}
        assert contour_of(contour, "A") == contour
        assert own <= set(CONTOURS)
        assert len(own) > 1


def test_long_notes_that_rub_with_the_chord_mostly_go_on_by_step():
    left = rubbing = 0
    for emotion, seed in product(("happy", "sad", "neutral"), range(400, 416)):
        draft = draft_of(_planned(emotion, seed), seed)
        for note, following in pairwise(draft.sketches["melody"]):
            tones = chord_at(draft.harmonies, note.start_beat).tones | chord_at(draft.harmonies, following.start_beat).tones
            if following.start_beat - note.start_beat >= 1 and note.pitch % 12 not in tones:
                rubbing += 1
                left += abs(following.pitch - note.pitch) > 2
    assert left <= 0.25 * rubbing


def test_an_open_phrase_does_not_end_where_its_chords_begin_again():
    for seed in range(400, 430):
        plan = _planned("happy", seed)
        for section in plan.sections:
            source = plan.lift if section.theme == "B" else plan.progression
            if section.theme in ("A", "B") and not section.closes and len(section.chords) > len(source) > 1:
                assert len(section.chords) % len(source) != 1


def test_a_walking_bass_goes_through_a_chord_without_jumping_back_into_its_range():
    walked = []
    for seed in range(400, 440):
        plan = _planned("happy", seed, "band")
        if plan.bass == "walking":
            draft = draft_of(plan, seed)
            for harmony in draft.harmonies:
                if plan.sections[harmony.section].setting == AS_CHOSEN and not plan.sections[harmony.section].is_height:
                    own = [n.pitch for n in draft.sketches["bass"] if harmony.start_beat <= n.start_beat < harmony.end_beat]
                    walked += [abs(after - before) for before, after in pairwise(own)]
    assert sum(move > 9 for move in walked) <= 0.01 * len(walked)
    assert len(walked) > 100


def test_a_walking_bass_steps_over_the_gaps_that_chords_leave_in_the_whole_tone_scale():
    walked = 0
    for seed in range(1, 13):
        plan = make_plan(NORMS["happy"], RULES, seed, 30, Wishes(style="solo piano", mode="whole-tone"))
        assert draft_of(plan, seed).sketches["bass"]
        walked += plan.bass == "walking"
    assert walked > 1


def test_melody_and_bass_seldom_move_in_parallel_fifths_or_octaves():
    joint = parallels = 0
    for emotion, seed in product(EMOTIONS, SEEDS):
        sketches = draft_of(_planned(emotion, seed), seed).sketches
        for before, note in pairwise(sketches["melody"]):
            low_before, low = (bass_at(sketches["bass"], note.start_beat - late) for late in (1e-3, 0))
            joint += low != low_before and note.pitch != before.pitch
            parallels += parallel(low_before, low, before.pitch, note.pitch)
    assert joint > 500
    assert parallels <= 0.03 * joint


def test_leading_tones_of_the_melody_rise_where_their_chord_goes_home():
    leading = risen = 0
    for emotion, seed in product(("angry", "happy", "sad", "surprise", "neutral"), range(400, 412)):
        draft = draft_of(_planned(emotion, seed), seed)
        for note, following in pairwise(draft.sketches["melody"]):
            old, new = (chord_at(draft.harmonies, each.start_beat) for each in (note, following))
            dominant = old.chord.root in (7, 11) and note.pitch % 12 in old.tones and (note.pitch - old.tonic) % 12 == 11
            if dominant and new.chord.root == 0 and new.tonic == old.tonic:
                leading += 1
                risen += following.pitch == note.pitch + 1
    assert leading > 15
    assert risen >= 0.85 * leading


@pytest.mark.parametrize("seed", range(400, 404))
def test_in_a_long_song_a_theme_that_comes_back_in_a_group_is_not_set_as_it_was(seed):
    plan = make_plan(NORMS["neutral"], RULES, seed, 120)
    phrases = [section for section in plan.sections if section.theme]
    groups = [phrases[first : first + 4] for first in range(0, len(phrases), 4)]
    assert len(groups) > 1
    for _, again, _, last in groups[:-1]:
        assert again.theme == last.theme == "A" or again.setting == BRIDGE
        assert last.setting != again.setting


def test_no_phrase_begins_more_than_an_octave_from_the_end_of_the_one_before():
    for emotion in EMOTIONS:
        for seed in range(6):
            plan, score = song(emotion, seed, 30)
            tune, beats = notes_of(score, "melody"), plan.metre.beats
            # A pick-up begins a beat before its phrase at most, and a breath ends half a beat before that at least.
            for section in plan.sections[1:]:
                start = section.start_bar * beats
                joins = [
                    abs(after.pitch - before.pitch)
                    for before, after in pairwise(tune)
                    if start - 1.1 <= after.start_beat and before.start_beat < start - 0.1 and section.theme
                ]
                assert all(join <= 12 for join in joins), (emotion, seed, section.name)
