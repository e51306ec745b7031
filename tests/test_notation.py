"""MusicXML as two readers see it: our own walk over the elements, and verovio's player and engraver."""

import base64
import io
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import groupby, pairwise
from xml.etree import ElementTree

import mido
import pytest
import verovio
from hypothesis import given, settings
from hypothesis import strategies as st
from songs import GRID, RULES, song

from face2music.mood import EMOTIONS, NORMS, mood_of
from face2music.notation import PAGE_WIDTH, PHONE_WIDTH, engrave, to_musicxml
from face2music.notation.bars import VALUES, bars_of
from face2music.notation.guide import shown_tempos, tempo_words
from face2music.notation.spelling import Key
from face2music.notation.tables import DRUMS, KINDS, counted_in
from face2music.notation.two_hands import is_piano_alone, voices_of_hands
from face2music.notation.voices import Written, voices_of
from face2music.pipeline import curve_of
from face2music.plan import MODES, Change, Plan, Wishes, make_plan
from face2music.score import Note, Score, write_score
from face2music.score.hands import REACH
from face2music.score.kit import GRACES, PATTERNS
from face2music.theory import METRES, chord_of, key_name

SHORT_GRID = [case for case in GRID if case[1] == 1 and case[2] in (5, 30)]
NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
SIGNS = {"flat": -1, "natural": 0, "sharp": 1}


def parsed(xml: bytes | str) -> ElementTree.Element:
    return ElementTree.fromstring(xml)  # noqa: S314 - it is our own


def written(plan: Plan, score: Score) -> ElementTree.Element:
    return parsed(to_musicxml(score, plan, "A song"))


def notes_in(part: ElementTree.Element) -> list[tuple[int, int, ElementTree.Element]]:
    """Bar, position in sixteenths from the song's start, and element of all notes and rests; chords share a position."""
    found, bar_start = [], 0
    for bar, measure in enumerate(part.iter("measure")):
        now = latest = end = bar_start
        for element in measure:
            duration = int(element.findtext("duration", "0"))
            if element.tag == "backup":
                now -= duration
            elif element.tag == "note":
                if element.find("chord") is None:
                    latest, now = now, now + duration
                found.append((bar, latest, element))
            end = max(end, now)
        bar_start = end
    return found


def pitch_of(note: ElementTree.Element) -> int:
    step, octave = note.findtext("pitch/step"), int(note.findtext("pitch/octave", "0"))
    return 12 * (octave + 1) + NATURALS[step] + int(note.findtext("pitch/alter", "0"))


def starts_of(part: ElementTree.Element) -> set[tuple[int, int]]:
    """Where which pitches begin: notes that are not tied to one before."""
    return {
        (start, pitch_of(note))
        for _, start, note in notes_in(part)
        if note.find("pitch") is not None and "stop" not in [tie.get("type") for tie in note.iter("tie")]
    }


def check_bars(plan: Plan, score: Score) -> None:
    """Every voice of every bar that has one lasts exactly as long as the bar, and no note reaches over its end."""
    bar = round(plan.metre.beats * 4)
    root = written(plan, score)
    assert len(root.findall("part")) == (1 if is_piano_alone(score.parts, plan) else len(score.parts))
    for part in root.iter("part"):
        assert len(part.findall("measure")) == plan.bars
        sums: Counter[tuple[int, str]] = Counter()
        for number, start, note in notes_in(part):
            duration = int(note.findtext("duration"))
            assert number * bar <= start < start + duration <= (number + 1) * bar
            if note.find("chord") is None:
                sums[number, note.findtext("voice")] += duration
        assert set(sums.values()) == {bar}
        assert {number for number, _ in sums} == set(range(plan.bars))


@settings(max_examples=25)
@given(
    st.lists(st.floats(0.01, 1), min_size=7, max_size=7),
    st.integers(0, 10**6),
    st.integers(5, 60),
    st.sampled_from(sorted(RULES["styles"])),
)
def test_every_voice_fills_every_bar_in_any_song(weights, seed, duration_s, style):
    emotion = {name: weight / sum(weights) for name, weight in zip(EMOTIONS, weights, strict=True)}
    plan = make_plan(mood_of(emotion), RULES, seed, duration_s, Wishes(style=style))
    check_bars(plan, write_score(plan, seed))


@pytest.mark.parametrize("signature", METRES)
def test_every_voice_fills_every_bar_in_any_metre(signature):
    plan = replace(song("happy", 1, 30)[0], time_signature=signature)
    check_bars(plan, write_score(plan, 1))


@pytest.mark.parametrize(("emotion", "seed", "duration_s"), SHORT_GRID)
def test_what_is_written_is_what_is_meant(emotion, seed, duration_s):
    """Without errors of time and swing, every note begins on its sixteenth; with them the page is the same."""
    plan, _ = song(emotion, seed, duration_s)
    exact = replace(plan, timing_ms=0.0, swing=0.0)
    meant = write_score(exact, seed)
    played = replace(plan, swing=1.0)
    for part, element, swung in zip(
        meant.parts,
        written(exact, meant).iter("part"),
        written(played, write_score(played, seed)).iter("part"),
        strict=True,
    ):
        if part.role != "drums":
            assert starts_of(element) == {(round(note.start_beat * 4), note.pitch) for note in part.notes}
            assert starts_of(swung) == starts_of(element)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_another_program_plays_the_notes_of_a_piano(emotion):
    check_played(*for_piano(emotion, 1))


@pytest.mark.parametrize(("emotion", "seed", "duration_s"), SHORT_GRID)
def test_another_program_plays_the_notes(emotion, seed, duration_s):
    check_played(*song(emotion, seed, duration_s))


def check_played(plan: Plan, score: Score) -> None:
    """Verovio strikes every note that is written, tied ones once."""
    xml = to_musicxml(score, plan, "A song")
    toolkit = verovio.toolkit()
    assert toolkit.loadData(xml.decode())
    file = mido.MidiFile(file=io.BytesIO(base64.b64decode(toolkit.renderToMIDI())))
    heard: Counter[tuple[int, int]] = Counter()
    for track in file.tracks:
        now = 0
        for message in track:
            now += message.time
            if message.type == "note_on" and message.velocity and message.channel != 9:
                heard[round(4 * now / file.ticks_per_beat), message.note] += 1
    assert set(heard) == set().union(*map(starts_of, parsed(xml).iter("part")))


@pytest.mark.parametrize(("emotion", "seed", "duration_s"), SHORT_GRID)
def test_a_reader_finds_the_pitches_by_signature_and_accidentals(emotion, seed, duration_s):
    plan, score = song(emotion, seed, duration_s)
    for part in written(plan, score).iter("part"):
        fifths = 0
        signatures = {
            int(m.get("number")) - 1: int(m.findtext("attributes/key/fifths")) for m in part if m.find("attributes/key")
        }
        for bar, notes in groupby(sorted(notes_in(part), key=lambda found: found[1]), key=lambda found: found[0]):
            fifths = signatures.get(bar, fifths)
            signed = dict.fromkeys("FCGDAEB"[:fifths] if fifths > 0 else "BEADGCF"[:-fifths], 1 if fifths > 0 else -1)
            valid: dict[tuple[str, str], int] = {}
            for _, _, note in notes:
                step, octave = note.findtext("pitch/step"), note.findtext("pitch/octave")
                if step is None or "stop" in [tie.get("type") for tie in note.iter("tie")]:
                    continue
                if note.find("accidental") is not None:
                    valid[step, octave] = SIGNS[note.findtext("accidental")]
                read = valid.get((step, octave), signed.get(step, 0))
                assert read == int(note.findtext("pitch/alter", "0"))


def lengths_of(part: ElementTree.Element) -> dict[tuple[int, int], int]:
    """How many sixteenths which pitches last from where they begin; what is tied is one note."""
    lengths: dict[tuple[int, int], int] = {}
    held: dict[int, int] = {}
    for _, start, note in sorted(notes_in(part), key=lambda found: found[1]):
        if note.find("pitch") is not None:
            pitch, ties = pitch_of(note), [tie.get("type") for tie in note.iter("tie")]
            begun = held.pop(pitch) if "stop" in ties else start
            lengths[begun, pitch] = start + int(note.findtext("duration")) - begun
            if "start" in ties:
                held[pitch] = begun
    return lengths


def for_piano(emotion: str, seed: int, **wishes) -> tuple[Plan, Score]:
    """A song of half a minute that a piano plays alone."""
    plan = make_plan(NORMS[emotion], RULES, seed, 30, Wishes(**wishes or {"style": "solo piano"}))
    return plan, write_score(plan, seed)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_piano_alone_is_written_for_two_hands_and_plays_the_same_notes(emotion):
    notes = shortened = 0
    for seed in range(1, 4):
        plan, score = for_piano(emotion, seed)
        (part,) = written(plan, score).findall("part")
        assert part.findtext("measure/attributes/staves") == "2"
        meant: dict[tuple[int, int], int] = {}
        for one in sorted(score.parts, key=lambda one: one.role not in ("melody", "bass")):
            for chord in [chord for voice in voices_of(one, plan) for chord in voice.chords]:
                meant = {(chord.start, pitch): chord.end - chord.start for pitch in chord.pitches} | meant
        lengths = lengths_of(part)
        assert lengths.keys() == meant.keys()
        assert all(lengths[note] <= meant[note] for note in meant)
        notes += len(meant)
        shortened += sum(lengths[note] < meant[note] for note in meant)
        for measure in part.iter("measure"):
            voices = {(note.findtext("staff"), note.findtext("voice")) for note in measure.iter("note")}
            assert {("1", "1"), ("2", "5")} <= voices <= {("1", "1"), ("1", "2"), ("2", "5"), ("2", "6")}
    assert shortened < 0.12 * notes  # what a third voice of a hand would hold is the pedal's


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_each_hand_reaches_what_it_strikes(emotion):
    for seed in range(4):
        plan, score = for_piano(emotion, seed)
        for hand in voices_of_hands(score.parts, plan):
            struck: dict[int, list[int]] = {}
            for chord in [chord for voice in hand for chord in voice.chords]:
                struck.setdefault(chord.start, []).extend(chord.pitches)
            assert all(max(pitches) - min(pitches) <= REACH for pitches in struck.values())


@pytest.mark.parametrize(
    ("instruments", "staves"),
    [
        (("Electric Piano 1",) * 4, 2),
        (("Honky-tonk Piano",) * 4, 2),
        (("Acoustic Grand Piano", "Acoustic Grand Piano", "Cello", "Acoustic Grand Piano"), 0),
        (("Cello",) * 4, 0),
    ],
)
def test_any_piano_alone_has_two_staves_and_nobody_else(instruments, staves):
    plan, score = for_piano("sad", 1, style="solo piano", instruments=instruments)
    root = written(plan, score)
    assert len(root.findall("part")) == (1 if staves else len(score.parts))
    assert int(root.findtext("part/measure/attributes/staves", "0")) == staves
    drawn = engrave(to_musicxml(score, plan, "A song"))[0]
    first = next(element for element in parsed(drawn).iter() if element.get("class") == "measure")
    assert sum(element.get("class") == "staff" for element in first.iter()) == (staves or len(score.parts))


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_pianist_reads_no_clef_with_an_octave_sign(emotion):
    for seed in range(1, 5):
        assert written(*for_piano(emotion, seed)).find("part/measure/attributes/clef/clef-octave-change") is None


def test_what_goes_with_a_tune_that_pauses_leads_and_shows_its_rests():
    plan = replace(for_piano("sad", 1)[0], time_signature="4/4", swing=0.0, bars=2)
    parts = {part.role: part for part in for_piano("happy", 1)[1].parts}
    notes = {
        "melody": (Note(76, 80, 4.0, 4.0),),
        "chords": (Note(64, 80, 1.0, 3.0), Note(64, 80, 4.0, 2.0), Note(62, 80, 6.0, 2.0)),
        "bass": (Note(48, 80, 0.0, 8.0),),
    }
    right, _ = voices_of_hands([replace(parts[role], notes=played) for role, played in notes.items()], plan)
    voices = [(voice.leads, [(chord.start, chord.pitches) for chord in voice.chords]) for voice in right]
    assert voices == [(True, [(4, (64,)), (16, (76,))]), (False, [(16, (64,)), (24, (62,))])]


def in_two_hands(**notes: tuple[Note, ...]) -> list[list[list[tuple[int, int, tuple[int, ...]]]]]:
    """The voices of each hand of a bar in 4/4, from notes by their role."""
    plan = replace(for_piano("sad", 1)[0], time_signature="4/4", swing=0.0, bars=1)
    parts = {part.role: part for part in for_piano("happy", 1)[1].parts}
    hands = voices_of_hands([replace(parts[role], notes=played) for role, played in notes.items()], plan)
    return [[[(chord.start, chord.end, chord.pitches) for chord in voice.chords] for voice in hand] for hand in hands]


def test_a_hand_that_has_no_room_is_helped_by_the_other():
    held, moving = (Note(64, 80, 0.0, 3.9), Note(67, 80, 0.0, 3.9)), (Note(60, 80, 0.0, 0.9), Note(62, 80, 1.0, 2.9))
    tune, bass = (Note(74, 80, 0.0, 1.9), Note(72, 80, 2.0, 2.0)), (Note(48, 80, 0.0, 4.0),)
    right, left = in_two_hands(melody=tune, chords=held + moving, bass=bass)
    assert right == [[(0, 8, (74,)), (8, 16, (72,))], [(0, 16, (64, 67))]]
    assert left == [[(0, 16, (48,))], [(0, 4, (60,)), (4, 16, (62,))]]


def test_notes_that_begin_and_end_together_are_one_chord_and_a_key_is_written_once():
    tune, chord, bass = (Note(72, 90, 0.0, 4.0),), (Note(64, 60, 0.0, 4.0), Note(72, 60, 0.0, 4.0)), (Note(48, 80, 0.0, 4.0),)
    assert in_two_hands(melody=tune, chords=chord, bass=bass) == [[[(0, 16, (64, 72))]], [[(0, 16, (48,))]]]


def test_what_one_hand_does_not_reach_is_parted():
    chord = (Note(52, 60, 0.0, 4.0), Note(64, 60, 0.0, 4.0))
    hands = in_two_hands(melody=(Note(76, 90, 0.0, 4.0),), chords=chord, bass=(Note(40, 80, 0.0, 4.0),))
    assert hands == [[[(0, 16, (64, 76))]], [[(0, 16, (40, 52))]]]


def test_ties_and_beams_are_closed():
    for plan, score in [song(emotion, 1, 30) for emotion in EMOTIONS] + [for_piano(emotion, 1) for emotion in EMOTIONS]:
        for part in written(plan, score).iter("part"):
            tied: Counter[int] = Counter()
            for _, _, note in sorted(notes_in(part), key=lambda found: found[1]):
                for kind in [tie.get("type") for tie in note.iter("tie")]:
                    tied[pitch_of(note)] += 1 if kind == "start" else -1
            assert not any(tied.values())
            for measure in part.iter("measure"):
                for voice in "1256":
                    beams = [
                        beam.text
                        for note in measure.iter("note")
                        if note.findtext("voice") == voice
                        for beam in note.iter("beam")
                    ]
                    assert beams.count("begin") == beams.count("end")


def test_the_head_of_the_song_is_written():
    plan, score = song("sad", 1, 90)
    root = written(plan, score)
    assert root.get("version") == "4.0"
    assert root.findtext("work/work-title") == "A song"
    assert [name.text for name in root.iter("part-name")] == [plan.part(part.role).instrument for part in score.parts]
    assert [mark.text for mark in root.iter("rehearsal")] == [section.name for section in plan.sections]
    assert f"{root.findtext('.//beats')}/{root.findtext('.//beat-type')}" == plan.time_signature
    tempos = [float(sound.get("tempo")) for sound in root.find("part").iter("sound")]
    assert tempos == pytest.approx([change.tempo_bpm for change in score.tempos], abs=0.001)
    assert len(list(root.find("part").iter("harmony"))) >= sum(len(section.chords) for section in plan.sections)
    assert not list(root.findall("part")[1].iter("harmony"))


def test_a_song_has_one_tempo_and_a_journey_those_that_differ():
    assert len(list(written(*song("sad", 1, 90)).iter("metronome"))) == 1
    moving = make_plan(curve_of([NORMS["sad"], NORMS["happy"]], [1, 1]), RULES, 1, 60)
    score = write_score(moving, 1, 1)
    root = written(moving, score)
    _, _, quarters = counted_in(moving.time_signature)
    shown = [int(mark.findtext("per-minute")) * quarters for mark in root.iter("metronome")]
    assert shown[0] == pytest.approx(moving.at_bar(0).tempo_bpm, abs=quarters)
    assert len(shown) > 1
    assert all(abs(after / before - 1) > 0.07 for before, after in pairwise(shown))
    sounding = [float(sound.get("tempo")) for sound in root.find("part").iter("sound")]
    assert sounding == pytest.approx([change.tempo_bpm for change in score.tempos], abs=0.001)


def words_of(root: ElementTree.Element) -> dict[int, str]:
    """What is written about the tempo, by the number of the bar."""
    said = {int(bar.get("number")): bar.findtext("direction/direction-type/words") for bar in root.find("part").iter("measure")}
    return {number: word for number, word in said.items() if word not in (None, "Swing")}


@pytest.mark.parametrize(("moods", "word"), [(("sad", "happy"), "accel."), (("happy", "sad"), "rit.")])
def test_a_tempo_that_changes_from_bar_to_bar_is_announced_where_it_begins_and_shown_where_it_arrives(moods, word):
    plan = make_plan(curve_of([NORMS[mood] for mood in moods], [1, 1]), RULES, 1, 60)
    root = written(plan, write_score(plan, 1, 1))
    moving = [bar for bar in range(1, plan.bars) if abs(plan.at_bar(bar).tempo_bpm / plan.at_bar(bar - 1).tempo_bpm - 1) > 0.005]
    assert next(iter(words_of(root).items())) == (moving[0] + 1, word)
    assert root.find("part").findall("measure")[moving[-1]].find("direction/direction-type/metronome") is not None


def test_a_tempo_that_goes_and_comes_back_ends_a_tempo():
    plan, score = song("neutral", 1, 30)
    steps = {bar: plan.tempo_bpm * factor for bar, factor in ((4, 0.97), (5, 0.94), (6, 0.98), (7, 1.03))}
    moving = replace(plan, changes=tuple(Change(bar, {"tempo_bpm": tempo}) for bar, tempo in steps.items()))
    assert tempo_words(moving, score, shown_tempos(moving, {0, 4, 8})) == {6: "accel.", 7: "a tempo"}


def test_an_ending_that_slows_says_so_and_others_do_not():
    for emotion, slows in (("sad", True), ("fear", True), ("happy", False), ("neutral", False)):
        plan, score = song(emotion, 1, 30)
        assert words_of(written(plan, score)) == ({plan.bars - 1: "rit."} if slows else {})


def test_a_key_that_has_the_signature_of_the_one_before_writes_none():
    plan = make_plan(curve_of([NORMS["sad"], NORMS["neutral"], NORMS["happy"]], [1, 1, 1]), RULES, 2, 60)
    score = write_score(plan, 2, 1)
    assert len({(change.key, change.minor) for change in score.keys}) > 1
    for part in written(plan, score).iter("part"):
        fifths = [key.text for key in part.iter("fifths")]
        assert fifths
        assert all(one != other for one, other in pairwise(fifths))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_chord_that_goes_on_is_named_once_a_bar(seed):
    plan, score = song("happy", seed, 90)
    for measure in written(plan, score).find("part").iter("measure"):
        names = [ElementTree.tostring(name) for name in measure.iter("harmony")]
        names = [name.partition(b"<offset")[0].partition(b"</harmony")[0] for name in names]
        assert all(one != other for one, other in pairwise(names))


def test_swing_is_a_mark_above_plain_eighths():
    plan = replace(song("happy", 1, 30)[0], time_signature="4/4", swing=1.0)
    sound = written(plan, write_score(plan, 1)).find(".//sound/swing")
    assert (sound.findtext("first"), sound.findtext("second"), sound.findtext("swing-type")) == ("67", "33", "eighth")
    plain = replace(plan, swing=0.0)
    assert written(plain, write_score(plain, 1)).find(".//swing") is None


def test_a_change_of_key_is_written_where_it_happens():
    plan, score = next(made for seed in range(40) for made in [song("happy", seed, 90)] if len(made[1].keys) > 1)
    bars = [int(measure.get("number")) - 1 for measure in written(plan, score).find("part") if measure.find("attributes/key")]
    assert bars == [round(change.start_beat / plan.metre.beats) for change in score.keys]


def test_drums_stand_on_a_percussion_staff():
    plan, score = song("angry", 1, 30)
    root = written(plan, score)
    part, listed = root.findall("part")[-1], root.findall("part-list/score-part")[-1]
    assert part.findtext(".//clef/sign") == "percussion"
    names = {element.get("id"): int(element.findtext("midi-unpitched")) - 1 for element in listed.iter("midi-instrument")}
    written_drums = {names[note.find("instrument").get("id")] for note in part.iter("note") if note.find("unpitched") is not None}
    assert written_drums == {note.pitch for note in score.parts[-1].notes}


def test_every_drum_and_chord_has_its_sign():
    assert {drum for table in (PATTERNS, GRACES) for pattern in table.values() for drum, _, _ in pattern} <= DRUMS.keys()
    numerals = {n for group in RULES["harmony"].values() for family in ("major", "minor") for n in group.get(family, {})}
    sections = [s for emotion in EMOTIONS for seed in range(20) for s in make_plan(NORMS[emotion], RULES, seed, 90).sections]
    for numeral in numerals | {numeral for section in sections for numeral in section.chords}:
        assert chord_of(numeral, True).intervals in KINDS
        assert chord_of(numeral, False).intervals in KINDS


def test_a_drum_without_a_place_and_a_foreign_plan_are_refused():
    plan, score = song("angry", 1, 30)
    drums = score.parts[-1]
    odd = replace(score, parts=(*score.parts[:-1], replace(drums, notes=(Note(34, 80, 0.0, 0.2),))))
    with pytest.raises(ValueError, match=r"drums \[34\] have no place"):
        to_musicxml(odd, plan, "A song")
    with pytest.raises(ValueError, match="written by another plan"):
        to_musicxml(score, song("sad", 1, 90)[0], "A song")


@pytest.mark.parametrize(
    ("key", "mode", "signature"),
    [
        ("C", "ionian", 0),
        ("A", "aeolian", 0),
        ("D", "dorian", 0),
        ("E", "phrygian", 0),
        ("F", "lydian", 0),
        ("G", "mixolydian", 0),
        ("B", "locrian", 0),
        ("E-flat", "ionian", -3),
        ("F-sharp", "aeolian", 3),
        ("C", "harmonic minor", -3),
        ("F-sharp", "lydian", 7),
        ("E-flat", "locrian", -6),
    ],
)
def test_key_signatures(key, mode, signature):
    assert Key.of(key, mode, MODES[mode].minor).signature == signature


@pytest.mark.parametrize(
    ("key", "mode", "numeral", "names"),
    [
        ("C", "ionian", "bII", ["D-1", "F0", "A-1"]),
        ("C", "ionian", "V7", ["G0", "B0", "D0", "F0"]),
        ("A", "harmonic minor", "V", ["E0", "G1", "B0"]),
        ("C", "aeolian", "VI", ["A-1", "C0", "E-1"]),
        ("D-flat", "ionian", "iv", ["G-1", "A0", "D-1"]),
        ("E", "ionian", "III", ["G1", "B1", "D1"]),
        ("C", "harmonic minor", "#vii°7", ["B0", "D0", "F0", "A-1"]),
        ("G", "octatonic", "i°7", ["G0", "B-1", "D-1", "E0"]),
        ("G-sharp", "phrygian", "#iv°", ["D0", "F0", "A-1"]),  # on C double sharp, which nobody reads
    ],
)
def test_chords_are_spelt_as_musicians_do(key, mode, numeral, names):
    spelt = Key.of(key, mode, MODES[mode].minor)
    chord = chord_of(numeral, MODES[mode].minor)
    tonic = next(tonic for tonic in range(12) if key_name(tonic, mode) == key)
    found = [spelt.spell(60 + pitch, chord) for pitch in chord.pitch_classes(tonic)]
    assert [f"{name.step}{name.alter}" for name in found] == names


@pytest.mark.parametrize("mode", MODES)
def test_every_name_is_of_its_pitch_and_scales_use_no_letter_twice(mode):
    for tonic in range(12):
        key = Key.of(key_name(tonic, mode), mode, MODES[mode].minor)
        for pitch in range(128):
            name = key.spell(pitch)
            assert 12 * (name.octave(pitch) + 1) + NATURALS[name.step] + name.alter == pitch
        scale = [key.spell(60 + tonic + interval).step for interval in MODES[mode].intervals]
        # The leading tone of G sharp minor would be F double sharp.
        if len(scale) == 7 and mode not in ("locrian", "hungarian minor") and (mode, tonic) != ("harmonic minor", 8):
            assert len(set(scale)) == 7


@pytest.mark.parametrize(
    ("signature", "start", "end", "lengths"),
    [
        ("4/4", 0, 16, [16]),
        ("4/4", 0, 10, [8, 2]),
        ("4/4", 2, 6, [4]),  # eighth, quarter, eighth
        ("4/4", 6, 10, [2, 2]),  # the middle of the bar is shown
        ("4/4", 1, 4, [3]),
        ("4/4", 4, 16, [12]),
        ("4/4", 4, 10, [4, 2]),
        ("3/4", 0, 12, [12]),
        ("6/8", 0, 8, [6, 2]),
        ("6/8", 0, 12, [12]),
        ("5/4", 0, 20, [12, 8]),
        ("5/4", 8, 16, [4, 4]),
        ("5/8", 0, 10, [6, 4]),
        ("7/8", 0, 14, [8, 6]),
    ],
)
def test_values_show_the_beats(signature, start, end, lengths):
    chord = Written(start, end, (60,), 80)
    (bar,) = bars_of((chord,), METRES[signature], 1)
    values = [value for value in bar if value.chord]
    assert [value.length for value in values] == lengths
    assert [value.tied_after for value in values] == [True] * (len(lengths) - 1) + [False]


@pytest.mark.parametrize("signature", METRES)
def test_any_note_is_written_with_values_that_have_names(signature):
    length = round(METRES[signature].beats * 4)
    for start in range(length):
        for end in range(start + 1, 2 * length + 1):
            bars = bars_of((Written(start, end, (60,), 80),), METRES[signature], 2)
            for bar in bars:
                assert sum(value.length for value in bar) in (0, length)
                assert all(value.length in VALUES for value in bar)
            assert sum(value.length for bar in bars for value in bar if value.chord) == end - start


def test_a_note_over_the_bar_line_is_tied():
    first, second = bars_of((Written(12, 20, (60,), 80),), METRES["4/4"], 2)
    assert (first[-1].tied_before, first[-1].tied_after) == (False, True)
    assert (second[0].tied_before, second[0].tied_after) == (True, False)


def test_what_is_tied_has_no_dot_of_staccato():
    bars = bars_of((Written(8, 12, (60,), 80, staccato=True), Written(12, 20, (60,), 80, staccato=True)), METRES["4/4"], 2)
    assert [value.staccato for bar in bars for value in bar if value.chord] == [True, False, False]


def in_chords(*notes: tuple[int, float, float]) -> list[tuple[list[tuple[int, int, tuple[int, ...], bool]], bool]]:
    """Voices of notes (pitch, start, duration in beats) that the chords of a plain song in 4/4 play."""
    plan = replace(song("happy", 1, 30)[0], time_signature="4/4", swing=0.0, bars=2)
    part = replace(song("happy", 1, 30)[1].parts[1], notes=tuple(Note(pitch, 80, start, long) for pitch, start, long in notes))
    return [
        ([(chord.start, chord.end, chord.pitches, chord.staccato) for chord in voice.chords], voice.leads)
        for voice in voices_of(part, plan)
    ]


def test_what_moves_under_held_notes_is_a_second_voice():
    held, moving = in_chords((67, 0.01, 3.9), (60, 0.01, 1.9), (62, 2.0, 1.9), (65, 4, 4))
    assert held == ([(0, 16, (67,), False), (16, 32, (65,), False)], True)
    assert moving == ([(0, 8, (60,), False), (8, 16, (62,), False)], False)


def test_a_broken_chord_is_one_voice():
    ((chords, _),) = in_chords(*((60 + i % 3, i / 2, 2.0) for i in range(12)))
    assert [chord[:2] for chord in chords[:4]] == [(0, 2), (2, 4), (4, 6), (6, 8)]


def test_short_notes_get_dots_and_long_gaps_rests():
    ((chords, _),) = in_chords((60, 0, 0.5), (60, 1, 0.9), (60, 2, 1.0), (60, 4.02, 3.9))
    assert chords == [(0, 4, (60,), True), (4, 8, (60,), False), (8, 12, (60,), False), (16, 32, (60,), False)]


@pytest.mark.parametrize("width", [PAGE_WIDTH, PHONE_WIDTH])
def test_pages_hold_all_notes(width):
    plan, score = song("happy", 1, 30)
    xml = to_musicxml(score, plan, "A song")
    pages = engrave(xml, width)
    roots = [parsed(page) for page in pages]
    assert {root.get("viewBox").split()[2] for root in roots} == {str(width)}
    drawn = sum(element.get("class") == "note" for root in roots for element in root.iter())
    assert drawn == sum(note.find("rest") is None for note in parsed(xml).iter("note"))
    assert pages == engrave(xml, width)


def lines_of(pages: tuple[str, ...]) -> list[list[int]]:
    """How many staves each bar of each line has."""
    systems = [element for page in pages for element in parsed(page).iter() if element.get("class") == "system"]
    bars = [[element for element in system.iter() if element.get("class") == "measure"] for system in systems]
    return [[sum(element.get("class") == "staff" for element in bar.iter()) for bar in line] for line in bars]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("emotion", ["happy", "fear", "surprise"])
def test_no_bar_is_left_over_for_a_line_of_its_own(emotion, seed):
    plan, score = song(emotion, seed, 30)
    lines = lines_of(engrave(to_musicxml(score, plan, "A song")))
    assert sum(map(len, lines)) == plan.bars
    assert len(lines) == 1 or len(lines[-1]) >= len(lines[-2]) - 1


def test_staves_that_rest_for_a_whole_line_are_left_out_but_not_chord_names():
    plan, score = song("happy", 1, 90)
    silent = [part if part.role != "chords" else replace(part, notes=part.notes[-4:]) for part in score.parts]
    lines = lines_of(engrave(to_musicxml(replace(score, parts=tuple(silent)), plan, "A song")))
    assert min(map(min, lines)) < len(score.parts)
    # The first staff carries what concerns all, and stays.
    first = replace(score.parts[0], notes=score.parts[0].notes[-4:])
    xml = to_musicxml(replace(score, parts=(first, *silent[1:])), plan, "A song")
    pages = engrave(xml)
    assert min(map(min, lines_of(pages))) < len(score.parts)
    assert "".join(pages).count('class="harm">') == xml.count(b"<harmony>")


def test_drums_have_no_key_where_the_others_change_theirs():
    plan, score = next(made for seed in range(40) for made in [song("happy", seed, 90)] if len(made[1].keys) > 1)
    assert score.parts[-1].role == "drums"
    signed: Counter[bool] = Counter()
    for page in engrave(to_musicxml(score, plan, "A song")):
        for bar in [element for element in parsed(page).iter() if element.get("class") == "measure"]:
            staves = [element for element in bar.iter() if element.get("class") == "staff"]
            for staff in staves:
                signed[staff is staves[-1]] += sum(element.get("class") == "keyAccid" for element in staff.iter())
    assert signed[False] > 0
    assert signed[True] == 0


def test_the_lines_of_a_lead_sheet_begin_with_sections_and_have_no_names():
    plan, score = song("sad", 1, 60)
    xml = to_musicxml(replace(score, parts=score.parts[:1]), plan, "lead", bars_a_line=2)
    root = parsed(xml)
    begun = [int(bar.get("number")) - 1 for bar in root.iter("measure") if bar.find("print") is not None]
    assert {section.start_bar for section in plan.sections if section.bars > 1} <= {0, *begun}
    assert all(after - before <= 2 for before, after in pairwise([0, *begun, plan.bars]))
    assert not root.findtext(".//part-name")
    pages = engrave(xml, PHONE_WIDTH, own_lines=True)
    assert sum(page.count('class="system"') for page in pages) == len(begun) + 1


@pytest.mark.parametrize("emotion", ["happy", "sad", "fear"])
@pytest.mark.parametrize("seconds", [20, 30, 60, 120])
def test_no_line_of_a_lead_sheet_is_left_over_for_a_page_of_its_own(emotion, seconds):
    plan, score = song(emotion, 1, seconds)
    xml = to_musicxml(replace(score, parts=score.parts[:1]), plan, "lead", bars_a_line=2)
    pages = [parsed(page) for page in engrave(xml, PHONE_WIDTH, own_lines=True)]
    lines = [sum(element.get("class") == "system" for element in page.iter()) for page in pages]
    assert max(lines) - min(lines) <= 1
    assert sum(lines) == 1 + xml.count(b'new-system="yes"')
    assert max(float(page.get("viewBox").split()[3]) for page in pages) < 1200  # no taller than a page


def test_a_phone_has_more_and_narrower_pages():
    plan, score = song("happy", 1, 30)
    xml = to_musicxml(score, plan, "A song")
    assert len(engrave(xml, PHONE_WIDTH)) > len(engrave(xml))


def test_what_is_no_musicxml_is_refused():
    with pytest.raises(ValueError, match="cannot read this MusicXML"):
        engrave(b"no music")


def test_the_same_score_gives_the_same_bytes_and_verovio_loads_late():
    code = (
        "import sys; sys.path.insert(0, 'tests');"
        "from songs import song; from face2music.notation import to_musicxml; import hashlib;"
        "plan, score = song('fear', 3, 30);"
        "print(hashlib.sha256(to_musicxml(score, plan, 'A song')).hexdigest(), 'verovio' in sys.modules)"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1
    assert printed.pop().endswith("False\n")
