"""What players do besides striking keys: pedal, swells, slides, swing and human timing, and how the file says it."""

import io
from dataclasses import replace
from itertools import pairwise
from random import Random

import mido
import pytest
from songs import RULES, notes_of, song

from face2music.midi import to_midi
from face2music.mood import EMOTIONS, NORMS
from face2music.plan import Wishes, make_plan
from face2music.score import Bend, Control, write_score
from face2music.score.dynamics import scatter
from face2music.score.expression import EXPRESSION, PEDAL, slides
from face2music.score.model import Note

PIANO = ("Acoustic Grand Piano",) * 4


def messages(score, kind: str) -> list[tuple[int, mido.Message]]:
    """Ticks and messages of a kind, in every track."""
    found = []
    for track in mido.MidiFile(file=io.BytesIO(to_midi(score))).tracks:
        now = 0
        for message in track:
            now += message.time
            if message.type == kind:
                found.append((now, message))
    return found


def test_a_piano_is_pedalled_anew_at_every_chord_and_ends_without_the_pedal():
    plan = make_plan(NORMS["sad"], RULES, 1, 30, Wishes(instruments=PIANO))
    score = write_score(plan, 1)
    for part in score.parts:
        moves = [move for move in part.controls if move.number == PEDAL]
        assert {move.value for move in moves} == {0, 127}
        assert moves[-1].value == 0
        assert moves[-1].start_beat == score.length_beats
        downs = [move.start_beat for move in moves if move.value]
        assert len(downs) >= sum(len(section.chords) for section in plan.sections) * 0.9
        assert all(a.start_beat <= b.start_beat for a, b in pairwise(moves))


def test_staccato_and_organs_have_no_pedal():
    plan = make_plan(NORMS["happy"], RULES, 1, 30, Wishes(instruments=PIANO))
    assert plan.articulation < 0.75
    short = write_score(replace(plan, articulation=0.5), 1)
    organ = write_score(make_plan(NORMS["sad"], RULES, 1, 30, Wishes(instruments=("Reed Organ",) * 4)), 1)
    for score in (short, organ):
        assert not [move for part in score.parts for move in part.controls if move.number == PEDAL]


@pytest.mark.parametrize(("figure", "pedalled"), [("pulse", True), ("block", True), ("marcato", False), ("drive", False)])
def test_no_pedal_blurs_chords_that_are_struck_one_by_one(figure, pedalled):
    plan = replace(make_plan(NORMS["angry"], RULES, 1, 30, Wishes(instruments=PIANO)), figure=figure, articulation=0.85)
    assert any(move.number == PEDAL for part in write_score(plan, 1, 1).parts for move in part.controls) is pedalled


@pytest.mark.parametrize("emotion", ["sad", "fear", "disgust"])
def test_held_instruments_swell_and_struck_ones_do_not(emotion):
    plan = make_plan(NORMS[emotion], RULES, 2, 30, Wishes(instruments=("Violin", "Marimba", "Cello", "Flute")))
    swells = {
        part.role: [move.value for move in part.controls if move.number == EXPRESSION] for part in write_score(plan, 2).parts
    }
    assert swells["chords"] == []
    assert len(set(swells["melody"])) >= 3
    assert max(swells["melody"]) == 127
    assert min(swells["melody"]) >= 50


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_only_disgust_smears_and_every_slide_ends_in_tune(emotion):
    instruments = Wishes(instruments=("Trombone", "Cello", "Tuba", "Viola"))
    score = write_score(make_plan(NORMS[emotion], RULES, 4, 30, instruments), 4)
    bends = next(part.bends for part in score.parts if part.role == "melody")
    depth = max((abs(bend.semitones) for bend in bends), default=0.0)
    assert (depth >= 0.6) == (emotion == "disgust")
    for before, after in pairwise(bends):
        assert after.start_beat > before.start_beat
        assert before.semitones == 0 or abs(after.semitones) < abs(before.semitones)
    assert not bends or bends[-1].semitones == 0


def test_a_slide_comes_from_the_side_of_the_note_before():
    plan = replace(song("disgust", 1, 30)[0], smear_semitones=1.0)
    part = replace(plan.part("melody"), instrument="Trombone")
    bends = slides(plan, part, (Note(50, 64, 0, 1), Note(55, 64, 1, 1), Note(54, 64, 2, 1), Note(54, 64, 3, 1)))
    assert next(bend.semitones for bend in bends if bend.start_beat == 1) == -1
    assert next(bend.semitones for bend in bends if bend.start_beat == 2) == 1
    assert not any(bend.start_beat > 3 for bend in bends), "a repeated note stays"


def test_the_file_says_controls_and_bends():
    score = song("happy", 1, 5)[1]
    moved = replace(score.parts[0], controls=(Control(1.0, EXPRESSION, 80),), bends=(Bend(0.5, -2.0), Bend(1.0, 0.0)))
    moved_score = replace(score, parts=(moved,))
    assert (480, 80) in [(tick, m.value) for tick, m in messages(moved_score, "control_change") if m.control == EXPRESSION]
    assert [(tick, m.pitch) for tick, m in messages(moved_score, "pitchwheel")] == [(240, -8191), (480, 0)]


@pytest.mark.parametrize(
    ("part", "says"),
    [({"controls": (Control(0.0, 64, 128),)}, "Controller 64"), ({"bends": (Bend(0.0, 2.1),)}, "bent by 2.1 semitones")],
)
def test_what_midi_cannot_say_is_refused(part, says):
    score = song("happy", 1, 5)[1]
    with pytest.raises(ValueError, match=says):
        to_midi(replace(score, parts=(replace(score.parts[0], **part),)))


def test_swing_delays_the_second_eighth_and_leaves_the_beat_alone():
    plan = replace(make_plan(NORMS["happy"], RULES, 8, 30), timing_ms=0.0, time_signature="4/4")
    straight, swung = (write_score(replace(plan, swing=swing), 8) for swing in (0.0, 1.0))
    for a, b in zip(notes_of(straight, "melody"), notes_of(swung, "melody"), strict=True):
        if a.start_beat % 1 == 0:
            assert b.start_beat == a.start_beat
        elif a.start_beat % 1 == 0.5:
            assert b.start_beat == pytest.approx(a.start_beat + 1 / 6, abs=0.001)
    assert any(note.start_beat % 1 == 0.5 for note in notes_of(straight, "melody"))


def test_timing_is_as_loose_as_planned():
    plan = replace(make_plan(NORMS["neutral"], RULES, 1, 90), timing_ms=8.0, swing=0.0)
    steady, loose = write_score(replace(plan, timing_ms=0.0), 1), write_score(plan, 1)
    errors = [
        (b.start_beat - a.start_beat) * 60 / plan.tempo_bpm * 1000
        for a, b in zip(notes_of(steady, "melody"), notes_of(loose, "melody"), strict=True)
    ]
    spread = (sum(error**2 for error in errors) / len(errors)) ** 0.5
    assert spread == pytest.approx(8.0, rel=0.3)
    assert max(map(abs, errors)) <= 3 * 8.0 + 0.1


def test_scatter_has_mean_0_and_deviation_1():
    rng = Random(1)
    values = [scatter(rng) for _ in range(20_000)]
    assert sum(values) / len(values) == pytest.approx(0, abs=0.03)
    assert sum(value**2 for value in values) / len(values) == pytest.approx(1, abs=0.05)
    assert max(map(abs, values)) <= 3
