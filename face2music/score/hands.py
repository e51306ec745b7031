"""Notes of a piano that plays alone -> what a player's two hands can strike.

Of what is struck together the left hand has the lowest note and the right hand the highest one, with what each reaches from
there. A note of the accompaniment between the hands goes up or down by an octave into one of them, or falls away. What is held
ends where its key is struck again.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace

from face2music.plan import Part, Plan
from face2music.score.model import Sketch

REACH = 15  # semitones: a minor tenth
_FILLING = ("chords", "colour")
_CLEAR_FROM = 41  # pitch; below it close notes are a rumble


def in_hands(plan: Plan, sketches: Mapping[str, list[Sketch]]) -> dict[str, list[Sketch]]:
    """The notes of every role, those of the accompaniment where a hand reaches them; all, where more than a piano plays."""
    if not is_alone(plan):
        return dict(sketches)
    struck: dict[float, list[int]] = {}
    for notes in sketches.values():
        for note in notes:
            struck.setdefault(note.start_beat, []).append(note.pitch)
    reached = dict(sketches)
    for role in _FILLING:
        pairs = ((note, _reached(note, plan.at(note.start_beat).part(role), struck[note.start_beat])) for note in sketches[role])
        reached[role] = [replace(note, pitch=pitch) for note, pitch in pairs if pitch is not None]
    return _released(reached)


def _released(sketches: Mapping[str, list[Sketch]]) -> dict[str, list[Sketch]]:
    """The notes, none of them longer than until any role strikes its key again."""
    struck: dict[int, list[float]] = {}
    for note in sorted((note for notes in sketches.values() for note in notes), key=lambda note: note.start_beat):
        struck.setdefault(note.pitch, []).append(note.start_beat)

    def until(note: Sketch) -> float:
        again = struck[note.pitch]
        following = bisect_right(again, note.start_beat)
        return min([note.end_beat, *again[following : following + 1]])

    return {
        role: [replace(note, duration_beats=until(note) - note.start_beat) for note in notes] for role, notes in sketches.items()
    }


def is_alone(plan: Plan) -> bool:
    """Whether one player at a keyboard plays all parts."""
    players = {part.instrument: part.sounds for part in plan.parts}
    return len(players) == 1 and all(sounds is not None and sounds.pedalled for sounds in players.values())


def _reached(note: Sketch, part: Part, struck: list[int]) -> int | None:
    """The pitch itself, or an octave of it that no other note has, in a hand; None if there is none."""
    low, high = min(struck), max(struck)
    for pitch in (note.pitch, note.pitch + 12, note.pitch - 12):
        if low <= pitch <= low + REACH or high - REACH <= pitch <= high:
            own = pitch == note.pitch
            if own or (part.lowest_pitch <= pitch <= part.highest_pitch and pitch >= _CLEAR_FROM and pitch not in struck):
                return pitch
    return None
