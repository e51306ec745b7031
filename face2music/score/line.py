"""Slots, chords and contour -> the pitches of a phrase: each the cheapest note of the scale over its chord.

A note wants to be where the motif or the sequence leads, or where it was when the theme was first heard; on a chord tone where
the metre is strong; near the contour; to come back by step after a leap, and to go on by step where it has rubbed with the chord
for long; to rise where it is a leading tone, on which no phrase ends; and to move in no parallel fifths or octaves with the bass.
The most intense phrase has the highest note of the song, once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from face2music.plan import Plan, Section
from face2music.score.bass import bass_at
from face2music.score.harmony import Harmony, chord_at, parallel
from face2music.score.model import Sketch
from face2music.score.motif import height
from face2music.score.ornament import ceiling

_STRONG = 2  # metrical strength from which a note may be the climax
# How much a note wants to be a chord tone, by metrical strength; pop melodies are on one at .75, .67 and .60 of the levels.
_FIRMNESS = {4: 0.5, 3: 0.4, 2: 0.3, 1: 0.15, 0: 0.0}
_COSTS = {
    "motif": 1.0,
    "mirrored": 1.5,
    "recalled": 1.2,
    "recalled in another mode": 2.0,  # there it is harder to know again
    "contour": 20.0,
    "foreign": 3.0,
    "outside": 1.5,
    "repeated": 2.5,
    "tritone": 2.0,
    "unanswered": 1.0,
    "unresolved": 2.0,
    "leading": 4.0,
    "parallel": 6.0,
}
_STEP, _LEAP = 2, 5  # semitones
JOINED_WITHIN = 12  # semitones from the end of a phrase to what follows on it
_DOMINANTS = (7, 11)  # roots, in semitones above the tonic
_JUST_BEFORE = 1e-3  # beats
_KEPT_HEAD = 0.1
_LONG_BEATS = 1.0  # from which a note that rubs with its chord is heard to want a step
_MOST_RECALLED = 5  # semitones; a memory that does not fit the chord pulls no harder
_WIDE = 12  # semitones; in a narrower range the contour pulls no harder
_LIFT = 0.12  # of the range, by which the contrasting themes lie higher
_CLIMAX_AT = 0.6  # of the phrase that has it


@dataclass(frozen=True)
class Slot:
    """A note of the melody whose pitch is still open.

    It has a metrical strength, the move in scale steps that leads to it, for a sequence the slot that it repeats by `move` steps
    instead, and the pitch that its theme had here before, brought into the mode of the place if that is another (`moded`); by its
    head a theme is known again.
    """

    start_beat: float
    strength: int
    move: int
    repeats: int | None
    recalled: int | None
    moded: bool
    head: bool

    @property
    def freedom(self) -> float:
        """How far the rules of two voices may change a note: little in the head of a theme."""
        return _KEPT_HEAD if self.head else 1.0


@dataclass(frozen=True)
class Ground:
    """What a melody stands on: the chords and the bass line."""

    harmonies: tuple[Harmony, ...]
    bass: Sequence[Sketch]

    def chord(self, beat: float) -> Harmony:
        """The chord at a beat."""
        return chord_at(self.harmonies, beat)

    def strictures(self, before: Sketch, slot: Slot, pitch: int) -> float:
        """What a teacher of counterpoint takes off for a pitch after a note: parallels, and a leading tone that does not rise."""
        low_before, low = (bass_at(self.bass, slot.start_beat - early) for early in (_JUST_BEFORE, 0.0))
        old, new = self.chord(before.start_beat), self.chord(slot.start_beat)
        home = new.chord.root == 0 and new.tonic == old.tonic
        left = home and _leads(before.pitch, old) and pitch != before.pitch + 1
        parallels = parallel(low_before, low, before.pitch, pitch)
        return slot.freedom * (_COSTS["parallel"] * parallels + _COSTS["leading"] * left)


def sing(
    plan: Plan, section: Section, slots: list[Slot], ground: Ground, contour: str, before: Sketch | None, climax: bool
) -> list[Sketch]:
    """Pitches for a phrase along the contour of its theme; `before` is the note that it follows on, if there is one."""
    start, end = slots[0].start_beat, slots[-1].start_beat
    top = _top_slot(plan, slots, ground) if climax else None
    notes: list[Sketch] = []
    for slot in slots:
        here = plan.at(slot.start_beat)
        part, cap = here.part("melody"), ceiling(here)
        time = (slot.start_beat - start) / (end - start) if end > start else 1.0
        high = min(1.0, height(contour, time) + _LIFT * (section.theme != "A"))
        target = part.lowest_pitch + (cap - part.lowest_pitch) * high
        harmony = ground.chord(slot.start_beat)
        candidates = [pitch for pitch in range(part.lowest_pitch, cap + 1) if pitch % 12 in harmony.scale]
        if slot is top:
            pitch = max(_above(here, harmony))
        elif not notes:
            begin = target if slot.recalled is None else slot.recalled
            joined = [p for p in candidates if before is None or abs(p - before.pitch) <= JOINED_WITHIN] or candidates
            stable = [p for p in joined if p % 12 in harmony.tones] or joined
            pitch = min(stable, key=lambda p: abs(p - begin) + (ground.strictures(before, slot, p) if before else 0.0))
        elif slot is slots[-1] and section.closes and harmony.chord.numeral == here.cadence[-1]:
            pitch = _goal(harmony, candidates, notes[-1].pitch)
        else:
            pitch = _cheapest(here, slot, notes, candidates, target, ground, 1.0 if slot is slots[-1] else None)
        notes.append(Sketch(pitch, slot.start_beat, 0.0, 0.6 if slot is top else 0.0))
    return notes


def _cheapest(
    plan: Plan,
    slot: Slot,
    notes: list[Sketch],
    candidates: list[int],
    target: float,
    ground: Ground,
    firmness: float | None,
) -> int:
    old = notes[-1].pitch
    harmony, old_harmony = ground.chord(slot.start_beat), ground.chord(notes[-1].start_beat)
    leapt = old - notes[-2].pitch if len(notes) > 1 else 0
    wanted, mirrored = _wanted(slot, notes, candidates)
    span = max(candidates[-1] - candidates[0], _WIDE)
    room = min(1.0, (candidates[-1] - candidates[0]) / _WIDE)  # to go elsewhere
    strictness = 1 - 2 * plan.chromatic_share
    firm = strictness * (_FIRMNESS[slot.strength] if firmness is None else firmness)
    scale = plan.scale(harmony.tonic)
    stood = slot.start_beat - notes[-1].start_beat >= _LONG_BEATS
    held = _COSTS["recalled in another mode" if slot.moded else "recalled"]
    rubs = stood and old % 12 not in old_harmony.tones | harmony.tones

    def cost(pitch: int) -> float:
        if slot.recalled is None:
            led = _COSTS["motif"] * min(abs(pitch - wanted), abs(pitch - mirrored) + _COSTS["mirrored"])
        else:
            led = held * min(abs(pitch - slot.recalled), _MOST_RECALLED)
        return (
            led
            + _COSTS["contour"] * ((pitch - target) / span) ** 2
            + _COSTS["foreign"] * firm * (pitch % 12 not in harmony.tones)
            + _COSTS["outside"] * strictness * (pitch % 12 not in scale)
            + _COSTS["repeated"] * (pitch == old and slot.move != 0) * room
            + _COSTS["tritone"] * (abs(pitch - old) % 12 == 6)
            + _COSTS["unanswered"] * (abs(leapt) >= _LEAP and (pitch - old) * leapt > 0)
            + _COSTS["unresolved"] * strictness * (rubs and abs(pitch - old) > _STEP)
            + _COSTS["leading"] * (firmness is not None and _leads(pitch, harmony))
            + ground.strictures(notes[-1], slot, pitch)
        )

    return min(candidates, key=cost)


def _leads(pitch: int, harmony: Harmony) -> bool:
    """Whether a note is the leading tone of a dominant."""
    return harmony.chord.root in _DOMINANTS and (pitch - harmony.tonic) % 12 == 11 and pitch % 12 in harmony.tones


def _wanted(slot: Slot, notes: list[Sketch], candidates: list[int]) -> tuple[int, int]:
    """The pitch that the motif leads to, and its mirror image; for a sequence both are the note to repeat, moved."""
    model = notes[-1].pitch if slot.repeats is None else notes[slot.repeats].pitch
    here = min(range(len(candidates)), key=lambda index: abs(candidates[index] - model))
    ahead, behind = (candidates[min(max(here + way, 0), len(candidates) - 1)] for way in (slot.move, -slot.move))
    return ahead, behind if slot.repeats is None else ahead


def _nearest(candidates: list[int], goal: float) -> int:
    return min(candidates, key=lambda pitch: abs(pitch - goal))


def _goal(harmony: Harmony, candidates: list[int], near: int) -> int:
    """Where a closed phrase comes to rest: on the tonic if the chord has it, else on a tone of the chord."""
    home = {harmony.tonic} & harmony.tones or harmony.tones
    return _nearest([p for p in candidates if p % 12 in home] or candidates, near)


def _above(plan: Plan, harmony: Harmony) -> list[int]:
    """Pitches that only the climax may have."""
    return [p for p in range(ceiling(plan) + 1, plan.part("melody").highest_pitch + 1) if p % 12 in harmony.scale]


def _top_slot(plan: Plan, slots: list[Slot], ground: Ground) -> Slot | None:
    """The strong note nearest to the place of the climax; none where no chord of the phrase has so high a note."""
    able = [slot for slot in slots[1:-1] if _above(plan.at(slot.start_beat), ground.chord(slot.start_beat))]
    strong = [slot for slot in able if slot.strength >= _STRONG]
    place = slots[0].start_beat + _CLIMAX_AT * (slots[-1].start_beat - slots[0].start_beat)
    return min(strong or able, key=lambda slot: abs(slot.start_beat - place), default=None)
