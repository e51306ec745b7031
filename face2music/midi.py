"""Score -> MIDI file, type 1; ticks exist only here."""

from io import BytesIO

import mido

from face2music.score import Part, Score

TICKS_A_BEAT = 480

_VOLUME, _PAN, _REVERB, _CHORUS = 7, 10, 91, 93
_ACCIDENTALS = {"-sharp": "#", "-flat": "b"}


def to_midi(score: Score) -> bytes:
    """The bytes of a standard MIDI file: a conductor's track, then a named track for each part.

    The key signature is that of major or minor on the tonic, whichever the mode belongs to. The same score gives the same bytes.

    Raises
    ------
    ValueError
        If a note lies outside the song or outside what MIDI can say.
    """
    _check(score)
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_A_BEAT)
    file.tracks.append(_conductor(score))
    file.tracks.extend(_track(part, _ticks(score.length_beats)) for part in score.parts)
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


def _ticks(beats: float) -> int:
    return round(beats * TICKS_A_BEAT)


def _conductor(score: Score) -> mido.MidiTrack:
    key = score.key
    for word, sign in _ACCIDENTALS.items():
        key = key.replace(word, sign)
    events = [
        (0, mido.MetaMessage("track_name", name="face2music")),
        (0, mido.MetaMessage("time_signature", numerator=score.numerator, denominator=score.denominator)),
        (0, mido.MetaMessage("key_signature", key=key + "m" * score.minor)),
    ]
    events += [
        (_ticks(change.start_beat), mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(change.tempo_bpm)))
        for change in score.tempos
    ]
    events += [(_ticks(marker.start_beat), mido.MetaMessage("marker", text=marker.text)) for marker in score.markers]
    return _with_deltas(sorted(events, key=lambda event: event[0]), _ticks(score.length_beats))


def _track(part: Part, end: int) -> mido.MidiTrack:
    controls = ((_VOLUME, part.volume), (_PAN, part.pan), (_REVERB, part.reverb), (_CHORUS, part.chorus))
    events: list[tuple[int, mido.Message | mido.MetaMessage]] = [
        (0, mido.MetaMessage("track_name", name=part.name)),
        (0, mido.Message("program_change", channel=part.channel, program=part.program)),
        *((0, mido.Message("control_change", channel=part.channel, control=control, value=value)) for control, value in controls),
    ]
    strokes = []
    for note in part.notes:
        start = _ticks(note.start_beat)
        strokes.append((start, note.pitch, note.velocity))
        strokes.append((min(max(start + 1, _ticks(note.end_beat)), end), note.pitch, 0))
    # At the same tick a note ends (velocity 0) before another begins.
    for tick, pitch, velocity in sorted(strokes, key=lambda stroke: (stroke[0], stroke[2] > 0, stroke[1])):
        kind = "note_on" if velocity else "note_off"
        # The door has checked the values; checking them again takes half of the time.
        events.append((tick, mido.Message(kind, skip_checks=True, channel=part.channel, note=pitch, velocity=velocity)))
    return _with_deltas(events, end)


def _with_deltas(events: list[tuple[int, mido.Message | mido.MetaMessage]], end: int) -> mido.MidiTrack:
    track = mido.MidiTrack()
    now = 0
    for tick, message in [*events, (end, mido.MetaMessage("end_of_track"))]:
        message.time = tick - now
        track.append(message)
        now = tick
    return track
