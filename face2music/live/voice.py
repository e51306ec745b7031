"""One part of music without an end: what it has played, what it holds, and how it goes on in the next bar."""

from dataclasses import dataclass, replace

from face2music.midi import Event, began, bent, ended, entry, moved, ticks
from face2music.score import Bend, Control, Note, Part
from face2music.score.expression import EXPRESSION, PEDAL, VOLUME

LEAN_BEATS = 0.125  # players are early by less than this: so long before its bar line a bar is written, and then stays
_APART_BEATS = 1e-4
_DIGITS = 4  # of a beat
_NEVER = 2**62  # a tick behind all music


@dataclass(frozen=True)
class Span:
    """A bar: its number in the score of its round, quarter notes of a bar, its beat in the music, and whether it is the last."""

    bar: int
    beats: float
    start: float
    closing: bool

    @property
    def line(self) -> float:
        """Its beat in the score of the round."""
        return self.bar * self.beats

    @property
    def end(self) -> float:
        """The beat of the music from which the next bar writes, or with which the last one ends."""
        return self.start + self.beats - (0 if self.closing else LEAN_BEATS)

    def has(self, beat: float) -> bool:
        """Whether a note that begins at a beat of the round's score belongs to the bar."""
        return (not self.start or self.line - LEAN_BEATS <= beat) and (self.closing or beat < self.line + self.beats - LEAN_BEATS)

    def later(self, beat: float) -> bool:
        """Whether a beat of the round's score lies behind the bar line and is still the bar's own."""
        return self.line < beat and (self.closing or beat < self.line + self.beats - LEAN_BEATS)

    def in_music(self, beat: float) -> float:
        """A beat of the round's score as one of the music."""
        return round(beat - self.line + self.start, _DIGITS)


class Voice:
    """A part that plays; `part` has its channel and its mix where it enters."""

    def __init__(self, written: Part, channel: int, span: Span) -> None:
        volume = _settings(written, span)[VOLUME]
        self.part = replace(written, channel=channel, volume=volume, notes=(), controls=(), bends=())
        self._notes: list[Note] = []
        self._controls: list[Control] = []
        self._bends: list[Bend] = []
        self._held: list[Note] = []
        self._set = {VOLUME: volume, EXPRESSION: 127, PEDAL: 0}
        self._entered = False

    @property
    def played(self) -> Part:
        """The part with all that it has played to the end."""
        notes = sorted(self._notes, key=lambda note: (note.start_beat, note.pitch))
        return replace(self.part, notes=tuple(notes), controls=tuple(self._controls), bends=tuple(self._bends))

    def play(self, written: Part | None, span: Span, fresh: bool) -> list[Event]:
        """Play a bar as it is written, None where the part is silent; `fresh` tells that this is no more what it was before."""
        events: list[Event] = []
        if not self._entered:
            tick = ticks(max(0.0, span.start - LEAN_BEATS))
            events = [(tick, (-1, place), message) for place, message in enumerate(entry(self.part))]
            self._entered = True
        if fresh:
            self._join(written, span)
        for note in () if written is None else written.notes:
            if span.has(note.start_beat):
                events.append(self._begin(replace(note, start_beat=span.in_music(note.start_beat))))
        return [*events, *self._move(written, span), *self._end(span)]

    def _join(self, written: Part | None, span: Span) -> None:
        """What is held over the bar line goes on as the new writing holds it, or ends there."""
        goes_on = {
            note.pitch: span.in_music(note.end_beat)
            for note in (() if written is None else written.notes)
            if note.start_beat < span.line - LEAN_BEATS and note.end_beat > span.line
        }
        self._held = [
            note if note.end_beat <= span.start else _until(note, goes_on.get(note.pitch, span.start)) for note in self._held
        ]

    def _begin(self, note: Note) -> Event:
        """Begin a note, and end one of its pitch that is still held."""
        last = round(note.start_beat - _APART_BEATS, _DIGITS)
        self._held = [_until(held, last) if held.pitch == note.pitch and held.end_beat > last else held for held in self._held]
        self._held.append(note)
        return began(self.part, note)

    def _end(self, span: Span) -> list[Event]:
        """End the notes whose time is over before the next bar is written."""
        limit = ticks(span.end)
        events = [(ended(self.part, note, limit if span.closing else _NEVER), note) for note in self._held]
        over = [(event, note) for event, note in events if span.closing or event[0] < limit]
        self._held = [note for event, note in events if not (span.closing or event[0] < limit)]
        self._notes += [_until(note, min(note.end_beat, span.end)) if span.closing else note for _, note in over]
        return [event for event, _ in over]

    def _move(self, written: Part | None, span: Span) -> list[Event]:
        """Set at the bar line what is not as it is written to be there, and move what moves behind it."""
        settings = {PEDAL: 0} if written is None else _settings(written, span)
        moves = [Control(span.start, number, value) for number, value in settings.items() if self._set[number] != value]
        bend = 0.0 if written is None else next((b.semitones for b in reversed(written.bends) if b.start_beat <= span.line), 0.0)
        bends = [Bend(span.start, bend)] if bend != (self._bends[-1].semitones if self._bends else 0.0) else []
        if written is not None:
            moves += [replace(m, start_beat=span.in_music(m.start_beat)) for m in written.controls if span.later(m.start_beat)]
            bends += [replace(b, start_beat=span.in_music(b.start_beat)) for b in written.bends if span.later(b.start_beat)]
        self._set |= {move.number: move.value for move in moves}
        self._controls += moves
        self._bends += bends
        return [*(moved(self.part, move) for move in moves), *(bent(self.part, bend) for bend in bends)]


def _settings(written: Part, span: Span) -> dict[int, int]:
    """Where the controllers of a part stand at the bar line."""
    before = {move.number: move.value for move in written.controls if move.start_beat <= span.line}
    return {VOLUME: written.volume, EXPRESSION: 127, PEDAL: 0} | before


def _until(note: Note, end: float) -> Note:
    return replace(note, duration_beats=round(max(end - note.start_beat, _APART_BEATS), _DIGITS))
