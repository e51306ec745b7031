"""How pitches, keys and chords are spelt: C sharp or D flat.

Everything is counted on the line of fifths (..., B flat -2, F -1, C 0, G 1, D 2, ...), on which a sharp is seven steps up and a
flat seven down; names near each other on it belong to the same keys (Temperley 2000, "The line of fifths", Music Analysis 19).
"""

from dataclasses import dataclass

from face2music.theory import Chord, pitch_class_of

_LETTERS = "FCGDAEB"
_NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_MAX_FIFTHS = 7  # accidentals of a key signature

# Mode: fifths between its signature and that of major or minor on the same tonic. Modes that are not here have that one.
_SIGNATURES = {"lydian": 1, "mixolydian": -1, "dorian": 1, "phrygian": -1, "locrian": -2}
# Mode: fifths between the tonic and the flattest of the twelve names that are used with it, where not as in major or minor:
# major has the flat third and the sharp fifth, minor the flat second and the sharp fourth.
_FLATTEST = {"lydian": -2, "mixolydian": -4, "phrygian": -6, "locrian": -6}
_FLATTEST_MAJOR, _FLATTEST_MINOR = -3, -5
# The natural degrees lie within seven fifths from here, counted from the tonic.
_DEGREES_MAJOR, _DEGREES_MINOR = -1, -4
# Semitones above the root: fifths.
_INTERVALS = {0: 0, 2: 2, 3: -3, 4: 4, 5: -1, 6: -6, 7: 1, 8: 8, 9: 3, 10: -2, 11: 5, 13: -5, 14: 2}
# Its highest tone is spelt as the key has it: A flat over B in C minor, but E over G in G minor instead of F flat.
_DIMINISHED_SEVENTH = (0, 3, 6, 9)


@dataclass(frozen=True)
class Spelling:
    """A name: a letter, and -1 for a flat, 0, or 1 for a sharp."""

    step: str
    alter: int

    def octave(self, pitch: int) -> int:
        """The octave in which this name stands for a MIDI pitch; middle C begins octave 4."""
        return (pitch - self.alter - _NATURALS[self.step]) // 12 - 1


@dataclass(frozen=True)
class Key:
    """A tonic, on the line of fifths, and a mode of `theory.MODES`."""

    tonic: int
    mode: str
    minor: bool

    @classmethod
    def of(cls, name: str, mode: str, minor: bool) -> "Key":
        """A key by its tonic's name, such as C, F-sharp or B-flat."""
        alter = (pitch_class_of(name) - _NATURALS[name[0]] + 1) % 12 - 1
        return cls(_LETTERS.index(name[0]) - 1 + 7 * alter, mode, minor)

    @property
    def signature(self) -> int:
        """Sharps of the key signature; flats are negative."""
        plain = self.tonic - 3 * self.minor
        modal = plain + _SIGNATURES.get(self.mode, 0)
        return modal if abs(modal) <= _MAX_FIFTHS else plain

    @property
    def signed(self) -> frozenset[str]:
        """The letters that the key signature alters."""
        count = self.signature
        return frozenset(_LETTERS[:count] if count > 0 else _LETTERS[count:] if count < 0 else "")

    def alteration(self, step: str) -> int:
        """What the key signature does to a letter: -1, 0 or 1."""
        return (self.signature > 0) - (self.signature < 0) if step in self.signed else 0

    def spell(self, pitch: int, chord: Chord | None = None) -> Spelling:
        """The name of a MIDI pitch: as a tone of the chord that sounds if it is one, otherwise of the key."""
        if chord is not None:
            for interval in chord.intervals:
                fifths = self._root(chord) + _INTERVALS[interval]
                if (fifths * 7 - pitch) % 12 == 0 and (interval != 9 or chord.intervals != _DIMINISHED_SEVENTH):
                    return _name(fifths)
        flattest = self.tonic + _FLATTEST.get(self.mode, _FLATTEST_MINOR if self.minor else _FLATTEST_MAJOR)
        return _name(_at_or_above(flattest, pitch))

    def root(self, chord: Chord) -> Spelling:
        """The name of a chord's root, as its numeral counts it: bII of C is D flat and #I is C sharp."""
        return _name(self._root(chord))

    def _root(self, chord: Chord) -> int:
        alter = {"b": -1, "#": 1}.get(chord.numeral[0], 0)
        lowest = self.tonic + (_DEGREES_MINOR if self.minor else _DEGREES_MAJOR)
        return _plain(_at_or_above(lowest, self.tonic * 7 + chord.root - alter) + 7 * alter)


def _at_or_above(lowest: int, pitch: int) -> int:
    """The first place from `lowest` on whose pitch class is that of a pitch."""
    return lowest + (pitch * 7 - lowest) % 12


def _plain(fifths: int) -> int:
    """A place, or where its name has a double sharp or flat, which slow a reader down, that of the plainer name of its pitch."""
    while not -8 <= fifths <= 12:
        fifths += 12 if fifths < 0 else -12
    return fifths


def _name(fifths: int) -> Spelling:
    fifths = _plain(fifths)
    return Spelling(_LETTERS[(fifths + 1) % 7], (fifths + 1) // 7)
