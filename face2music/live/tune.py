"""The melody over a join: what is written anew begins near the note that was heard last, in whichever octave that takes.

From there it goes back to the octave that it is written in where the way is short, so that the register follows the mood within
a bar or two. Pitches are MIDI numbers.
"""

from collections.abc import Iterable
from dataclasses import replace

from face2music.live.voice import LEAN_BEATS, Span
from face2music.plan import Plan
from face2music.score import Harmony, Note, Part, chord_at

_NEAR = 9  # semitones; what is written no farther from the note before it stays where it is
_OCTAVE = 12
_STEP_BACK = 7  # semitones by which the melody goes back to its own octave in the bar of the join, and behind it an octave


class Tune:
    """The melody as it is heard, whichever instruments play it."""

    def __init__(self) -> None:
        self._last: int | None = None
        self._moved = 0  # semitones, whole octaves

    def led(self, parts: Iterable[Part], harmonies: tuple[Harmony, ...], plan: Plan, span: Span, fresh: bool) -> dict[str, Part]:
        """The parts of a round by their names, the melody in a bar of it led on from what was heard.

        `harmonies` are the chords of the round, and `fresh` tells that it is written otherwise than what was heard before.
        """
        found = {part.name: part for part in parts}
        melody = {name: part for name, part in found.items() if part.role == "melody"}
        heard = sorted(
            (note.start_beat, name, place)
            for name, part in melody.items()
            for place, note in enumerate(part.notes)
            if span.has(note.start_beat)
        )
        notes = {name: [self._held(note, span) for note in part.notes] for name, part in melody.items()}
        joins = fresh
        for _, name, place in heard:
            written = melody[name].notes[place]
            places = _range(name, plan, span)
            if joins:
                here = self._begun(written.pitch, chord_at(harmonies, written.start_beat + LEAN_BEATS), places)
            else:
                here = self._gone_on(written.pitch, _STEP_BACK if fresh else _OCTAVE, places)
            notes[name][place] = replace(written, pitch=here)
            self._last, joins = here, False
        return found | {name: replace(part, notes=tuple(notes[name])) for name, part in melody.items()}

    def _held(self, note: Note, span: Span) -> Note:
        """A note of an earlier bar, as it was heard if it still sounds."""
        return replace(note, pitch=note.pitch + self._moved) if note.start_beat < span.line < note.end_beat else note

    def _begun(self, pitch: int, chord: Harmony, places: range) -> int:
        """The first note: an octave off where it would be a leap, another of chord or scale where even that is one."""
        last, self._moved = self._last, 0
        if last is None or abs(pitch - last) <= _NEAR:
            return pitch
        octaves = [0, *(way * _OCTAVE for way in (-2, -1, 1, 2) if pitch + way * _OCTAVE in places)]
        self._moved = min(octaves, key=lambda each: abs(pitch + each - last))
        near = pitch + self._moved
        for classes in (chord.tones, chord.scale):
            if abs(near - last) > _OCTAVE:
                near = min((near, *(each for each in places if each % 12 in classes)), key=lambda each: abs(each - last))
        return near

    def _gone_on(self, pitch: int, most: int, places: range) -> int:
        """A later note: in its own octave if that is no farther than `most` from the one before, or cannot be helped."""
        if self._last is None or abs(pitch - self._last) <= most or pitch + self._moved not in places:
            self._moved = 0
        return pitch + self._moved


def _range(name: str, plan: Plan, span: Span) -> range:
    """What the instrument can play above the bass."""
    here = plan.at_bar(span.bar)
    sounds = plan.named(name).sounds
    assert sounds is not None
    bass = here.part("bass").highest_pitch + 1 if here.plays("bass") else 0
    return range(max(sounds.low, bass), sounds.high + 1)
