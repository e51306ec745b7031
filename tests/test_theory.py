"""The tables of theory against what any textbook says."""

import pytest
from pretty_midi.constants import INSTRUMENT_MAP

from face2music.theory import INSTRUMENTS, METRES, MODES, chord_of, in_mode, key_name, scale_over

C, D, E, F, G, A, B = 0, 2, 4, 5, 7, 9, 11


@pytest.mark.parametrize(
    ("numeral", "minor", "tonic", "notes"),
    [
        ("I", False, C, {C, E, G}),
        ("V7", False, C, {G, B, D, F}),
        ("ii7", False, C, {D, F, A, C}),
        ("bVI", False, C, {8, C, 3}),
        ("#IV", False, C, {6, 10, 1}),
        ("i", True, A, {A, C, E}),
        ("VI", True, A, {F, A, C}),
        ("III", True, A, {C, E, G}),
        ("VII", True, A, {G, B, D}),
        ("V", True, A, {E, 8, B}),
        ("iiø7", True, A, {B, D, F, A}),
        ("bII5", True, E, {F, C}),
        ("#iv°7", True, A, {3, 6, A, C}),
        ("VImaj7", True, A, {F, A, C, E}),
        ("i+", True, C, {C, E, 8}),
        ("iaddb9", True, C, {C, 3, G, 1}),
    ],
)
def test_numerals_are_the_chords_that_musicians_read(numeral, minor, tonic, notes):
    assert set(chord_of(numeral, minor).pitch_classes(tonic)) == notes


@pytest.mark.parametrize("numeral", ["", "VIII", "H", "Iv", "V13", "b", "I-IV"])
def test_what_is_no_numeral_is_refused(numeral):
    with pytest.raises(ValueError, match="no roman numeral"):
        chord_of(numeral, False)


def test_the_dominant_of_minor_raises_the_seventh_and_the_neapolitan_lowers_the_second():
    assert scale_over(A, "aeolian", chord_of("V", True)) == {A, B, C, D, E, F, 8}
    assert scale_over(A, "aeolian", chord_of("bII", True)) == {A, 10, C, D, E, F, G}


@pytest.mark.parametrize("mode", MODES)
def test_over_its_own_tonic_chord_a_mode_is_itself(mode):
    numeral = "i" if MODES[mode].minor else "I"
    chord = chord_of(numeral, MODES[mode].minor)
    if set(chord.pitch_classes(0)) <= set(MODES[mode].intervals):
        assert scale_over(0, mode, chord) == set(MODES[mode].intervals)
    assert set(chord.pitch_classes(0)) <= scale_over(0, mode, chord)


def test_keys_are_spelt_with_few_accidentals():
    assert key_name(10, "ionian") == "B-flat"
    assert key_name(1, "ionian") == "D-flat"
    assert key_name(1, "aeolian") == "C-sharp"


@pytest.mark.parametrize("name", METRES)
def test_the_groups_of_a_metre_fill_its_bar(name):
    metre = METRES[name]
    assert sum(metre.groups) == metre.numerator
    assert f"{metre.numerator}/{metre.denominator}" == name
    assert len(metre.positions) * 0.25 == metre.beats
    assert metre.strength(0.0) == 4
    assert max(metre.strength(position) for position in metre.positions[1:]) < 4


def test_backbeats_are_where_a_drummer_puts_the_snare():
    assert METRES["4/4"].backbeats == (1.0, 3.0)
    assert METRES["6/8"].backbeats == (1.5,)
    assert METRES["7/8"].group_starts == (0.0, 1.0, 2.0)


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_instruments_are_the_programs_of_general_midi(name):
    assert INSTRUMENT_MAP[INSTRUMENTS[name].program] == name
    assert 0 <= INSTRUMENTS[name].low < INSTRUMENTS[name].high - 12 <= 115


@pytest.mark.parametrize(
    ("semitones", "before", "after", "found"),
    [
        (3, "aeolian", "ionian", 4),
        (-2, "aeolian", "ionian", -1),
        (16, "ionian", "phrygian", 15),
        (11, "aeolian", "ionian", 11),
        (6, "octatonic", "ionian", 6),
        (6, "ionian", "ionian", 6),
    ],
)
def test_a_note_keeps_its_degree_in_another_mode(semitones, before, after, found):
    assert in_mode(semitones, before, after) == found
