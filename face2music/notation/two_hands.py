"""Parts that one piano plays alone -> the voices of a player's two hands, up to two on each staff.

The tune is the right hand's and the bass the left hand's. Each other part is played in one hand for a bar, in the one whose
staff it lies on, except for notes that only the other hand reaches (`score.hands` has seen to it that one of them does).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from face2music.notation.voices import SIXTEENTHS_A_BEAT, Voice, Written, voices_of
from face2music.plan import Plan
from face2music.score import Part
from face2music.score.hands import REACH, is_alone

_LEADING = ("melody", "bass")  # whose keys are theirs, and the voices above and below
_RIGHT_FROM, _LEFT_TO = 57, 64  # pitches: two ledger lines below a treble clef, and above a bass clef
_TOO_FAR = 12  # semitones on ledger lines that are better than a note out of reach


class _Lane:
    """A voice that is being filled: what sounds on each sixteenth."""

    def __init__(self) -> None:
        self._at: dict[int, Written] = {}

    def free(self, chord: Written) -> bool:
        """Whether nothing sounds there yet."""
        return not any(place in self._at for place in range(chord.start, chord.end))

    def same(self, chord: Written) -> Written | None:
        """A chord that begins and ends with this one."""
        found = self._at.get(chord.start)
        alike = found is not None and (found.start, found.end, found.staccato) == (chord.start, chord.end, chord.staccato)
        return found if alike else None

    def at(self, place: int) -> Written | None:
        """What sounds at a sixteenth."""
        return self._at.get(place)

    def put(self, chord: Written) -> None:
        """Write a chord; what is written there already ends where it begins, or has its notes, too, and ends with it."""
        before = self._at.get(chord.start)
        if before is not None and before.start == chord.start:
            self.remove(before)
            chord = _joined(before, chord)
        elif before is not None:
            self.remove(before)
            self._fill(replace(before, end=chord.start))
        following = [place for place in range(chord.start + 1, chord.end) if place in self._at]
        self._fill(replace(chord, end=min([chord.end, *following])))

    def chords(self) -> tuple[Written, ...]:
        """What was written, in order of time."""
        return tuple(self._at[place] for place in sorted(self._at) if self._at[place].start == place)

    def remove(self, chord: Written) -> None:
        """Take a chord away."""
        for place in range(chord.start, chord.end):
            del self._at[place]

    def _fill(self, chord: Written) -> None:
        self._at |= dict.fromkeys(range(chord.start, chord.end), chord)


class _Hand:
    """One voice that leads, and one that goes with it; where the tune or the bass pauses, what goes with it leads for the bar."""

    def __init__(self, bar: int) -> None:
        self.leading, self.second = _Lane(), _Lane()
        self._bar, self._led = bar, set[int]()

    def lead(self, chord: Written) -> None:
        """Write a chord of the tune or the bass."""
        self.leading.put(chord)
        self._led |= set(range(chord.start // self._bar, -(-chord.end // self._bar)))

    def room(self, chord: Written) -> _Lane | None:
        """The voice in which a chord joins another one, or the one that has room for it."""
        led = chord.start // self._bar in self._led
        lanes = (self.second, self.leading) if led else (self.leading, self.second)
        joining = (lane for lane in lanes if lane.same(chord))
        return next(joining, None) or next((lane for lane in lanes if lane.free(chord)), None)

    def put(self, chord: Written) -> None:
        """Write a chord where there is room, else where it cuts short what the second voice holds."""
        (self.room(chord) or self.second).put(chord)

    def voices(self) -> tuple[Voice, ...]:
        """The voices that have notes, the leading one first."""
        voices = Voice(self.leading.chords()), Voice(self.second.chords(), leads=False)
        return tuple(voice for voice in voices if voice.chords)


def is_piano_alone(parts: Sequence[Part], plan: Plan) -> bool:
    """Whether one player at a keyboard plays all of several parts."""
    return len(parts) > 1 and is_alone(plan)


def voices_of_hands(parts: Sequence[Part], plan: Plan) -> tuple[tuple[Voice, ...], tuple[Voice, ...]]:
    """The voices of the right hand and of the left one; a key that several parts strike together is written once."""
    ordered = sorted(parts, key=lambda part: part.role not in _LEADING)
    written = {part.name: [chord for voice in voices_of(part, plan) for chord in voice.chords] for part in ordered}
    struck: dict[int, set[int]] = defaultdict(set)
    for chords in written.values():
        for index, chord in enumerate(chords):
            chords[index] = replace(chord, pitches=tuple(pitch for pitch in chord.pitches if pitch not in struck[chord.start]))
            struck[chord.start] |= set(chord.pitches)
    bar = round(plan.metre.beats * SIXTEENTHS_A_BEAT)
    right, left = _Hand(bar), _Hand(bar)
    for part in ordered:
        chords = sorted((chord for chord in written[part.name] if chord.pitches), key=lambda chord: (chord.start, -chord.end))
        if part.role in _LEADING:
            for chord in chords:
                (right if part.role == "melody" else left).lead(chord)
        else:
            for chord, is_right in _in_hands(chords, struck, bar):
                _shared(chord, is_right, right, left, struck)
    return right.voices(), left.voices()


def _shared(chord: Written, is_right: bool, right: _Hand, left: _Hand, struck: dict[int, set[int]]) -> None:
    """Write a chord in its hand; where that has no room the other one helps, if it reaches what lies nearer to it."""
    own, other = (right, left) if is_right else (left, right)
    if own.room(chord):
        return own.put(chord)
    held = own.second.at(chord.start)
    if held and (_mean(held.pitches) < _mean(chord.pitches)) == is_right and _helps(other, held, is_right, struck):
        own.second.remove(held)
        other.put(held)
        return own.put(chord)
    return (other if _helps(other, chord, is_right, struck) else own).put(chord)


def _in_hands(chords: list[Written], struck: dict[int, set[int]], bar: int) -> Iterator[tuple[Written, bool]]:
    """The chords of a part, parted where one hand does not reach all of their notes, and whether the right hand plays them."""
    bars: dict[int, list[Written]] = defaultdict(list)
    for chord in chords:
        bars[chord.start // bar].append(chord)
    is_right = _mean(pitch for chord in chords for pitch in chord.pitches) >= (_RIGHT_FROM + _LEFT_TO) / 2
    for of_bar in bars.values():
        notes = [(pitch, chord.start) for chord in of_bar for pitch in chord.pitches]
        far = [(max(0, _RIGHT_FROM - pitch), max(0, pitch - _LEFT_TO)) for pitch, _ in notes]
        rightwards = sum(cost for cost, _ in far) + _TOO_FAR * sum(not _reached(*note, struck, True) for note in notes)
        leftwards = sum(cost for _, cost in far) + _TOO_FAR * sum(not _reached(*note, struck, False) for note in notes)
        is_right = rightwards < leftwards or (rightwards == leftwards and is_right)
        for chord in of_bar:
            near = tuple(pitch for pitch in chord.pitches if _reached(pitch, chord.start, struck, is_right))
            rest = tuple(pitch for pitch in chord.pitches if pitch not in near)
            yield from ((replace(chord, pitches=some), hand) for some, hand in ((near, is_right), (rest, not is_right)) if some)


def _reached(pitch: int, start: int, struck: dict[int, set[int]], is_right: bool) -> bool:
    """Whether the right hand reaches a key from the highest one that is struck then, or the left hand from the lowest."""
    return pitch >= max(struck[start]) - REACH if is_right else pitch <= min(struck[start]) + REACH


def _helps(other: _Hand, chord: Written, is_right: bool, struck: dict[int, set[int]]) -> bool:
    """Whether the other hand has room for a chord and reaches all of it."""
    return other.room(chord) is not None and all(_reached(pitch, chord.start, struck, not is_right) for pitch in chord.pitches)


def _joined(a: Written, b: Written) -> Written:
    pitches = tuple(sorted({*a.pitches, *b.pitches}))
    return Written(a.start, min(a.end, b.end), pitches, max(a.velocity, b.velocity), a.staccato and b.staccato)


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0
