"""Score -> MIDI file, type 1; ticks exist only here."""

import operator
from io import BytesIO

import mido

from face2music.score import Bend, Control, KeyChange, Note, Part, Score

TICKS_A_BEAT = 480

_VOLUME, _PAN, _REVERB, _CHORUS = 7, 10, 91, 93
_BEND_SEMITONES, _BEND_STEPS = 2.0, 8191  # the range of General MIDI's pitch wheel
_ACCIDENTALS = {"-sharp": "#", "-flat": "b"}


def to_midi(score: Score) -> bytes:
    """The bytes of a standard MIDI file: a conductor's track, then a named track for each part.

    The key signature is that of major or minor on the tonic, whichever the mode belongs to. Controllers that the score moves are
    at rest when the file ends. The same score gives the same bytes.

    Raises
    ------
    ValueError
        If a note, controller or bend lies outside the song or outside what MIDI can say.
    """
    _check(score)
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_A_BEAT)
    file.tracks.append(_conductor(score))
    file.tracks.extend(_track(part, ticks(score.length_beats)) for part in score.parts)
    buffer = BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def _check(score: Score) -> None:
    for part in score.parts:
        for note in part.notes:
            if not (0 <= note.pitch <= 127 and 1 <= note.velocity <= 127):
                raise ValueError(
                    f"A note of {part.name!r} has pitch {note.pitch} (0 to 127) and velocity {note.velocity} (1 to 127)."
                )
            if note.start_beat < 0 or note.duration_beats <= 0 or note.end_beat > score.length_beats + 1e-6:
                raise ValueError(
                    f"A note of {part.name!r} sounds from beat {note.start_beat} to {note.end_beat} of {score.length_beats}."
                )
        for move in part.controls:
            if move.start_beat < 0 or not (0 <= move.number <= 127 and 0 <= move.value <= 127):
                raise ValueError(f"Controller {move.number} of {part.name!r} is set to {move.value} at beat {move.start_beat}.")
        for bend in part.bends:
            if bend.start_beat < 0 or abs(bend.semitones) > _BEND_SEMITONES:
                raise ValueError(f"{part.name!r} is bent by {bend.semitones} semitones at beat {bend.start_beat}.")


def ticks(beats: float) -> int:
    """The tick of a beat."""
    return round(beats * TICKS_A_BEAT)


def _conductor(score: Score) -> mido.MidiTrack:
    events = [
        (0, mido.MetaMessage("track_name", name="face2music")),
        (0, mido.MetaMessage("time_signature", numerator=score.numerator, denominator=score.denominator)),
    ]
    events += [(ticks(change.start_beat), mido.MetaMessage("key_signature", key=_signature(change))) for change in score.keys]
    events += [
        (ticks(change.start_beat), mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(change.tempo_bpm)))
        for change in score.tempos
    ]
    events += [(ticks(marker.start_beat), mido.MetaMessage("marker", text=marker.text)) for marker in score.markers]
    return _with_deltas(sorted(events, key=lambda event: event[0]), ticks(score.length_beats))


def _signature(change: KeyChange) -> str:
    key = change.key
    for word, sign in _ACCIDENTALS.items():
        key = key.replace(word, sign)
    return key + "m" * change.minor


def _track(part: Part, end: int) -> mido.MidiTrack:
    events = [(0, mido.MetaMessage("track_name", name=part.name)), *((0, message) for message in entry(part))]
    played = [event for note in part.notes for event in (began(part, note), ended(part, note, end))]
    played += [moved(part, move) for move in part.controls] + [bent(part, bend) for bend in part.bends]
    # They are sorted stably: of those that stand together in the order, the first one written comes first.
    events += [(min(tick, end), message) for tick, _, message in sorted(played, key=operator.itemgetter(0, 1))]
    return _with_deltas(events, end)


def entry(part: Part) -> list[mido.Message]:
    """What a part begins with: its instrument and its place in the mix."""
    controls = ((_VOLUME, part.volume), (_PAN, part.pan), (_REVERB, part.reverb), (_CHORUS, part.chorus))
    return [
        mido.Message("program_change", channel=part.channel, program=part.program),
        *(mido.Message("control_change", channel=part.channel, control=control, value=value) for control, value in controls),
    ]


# Ticks, the order inside a tick, and the message: a note ends before controllers move, and they before one begins. The door has
# checked the values; checking them again takes half of the time.
Event = tuple[int, tuple[int, int], mido.Message]


def began(part: Part, note: Note) -> Event:
    """A note begins."""
    on = mido.Message("note_on", skip_checks=True, channel=part.channel, note=note.pitch, velocity=note.velocity)
    return ticks(note.start_beat), (2, note.pitch), on


def ended(part: Part, note: Note, end: int) -> Event:
    """A note ends, at tick `end` at the latest."""
    off = mido.Message("note_off", skip_checks=True, channel=part.channel, note=note.pitch, velocity=0)
    return min(max(ticks(note.start_beat) + 1, ticks(note.end_beat)), end), (0, note.pitch), off


def moved(part: Part, move: Control) -> Event:
    """A controller moves."""
    message = mido.Message("control_change", skip_checks=True, channel=part.channel, control=move.number, value=move.value)
    return ticks(move.start_beat), (1, move.number), message


def bent(part: Part, bend: Bend) -> Event:
    """The pitch wheel moves."""
    wheel = round(bend.semitones / _BEND_SEMITONES * _BEND_STEPS)
    return ticks(bend.start_beat), (1, 128), mido.Message("pitchwheel", skip_checks=True, channel=part.channel, pitch=wheel)


def _with_deltas(events: list[tuple[int, mido.Message | mido.MetaMessage]], end: int) -> mido.MidiTrack:
    track = mido.MidiTrack()
    now = 0
    for tick, message in [*events, (end, mido.MetaMessage("end_of_track"))]:
        message.time = tick - now
        track.append(message)
        now = tick
    return track
