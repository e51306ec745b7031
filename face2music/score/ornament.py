"""A melody and its chords -> the melody with ornaments: neighbour and passing notes, and chromatic notes that lead on."""

from dataclasses import replace
from random import Random

from face2music.plan import Plan
from face2music.score.harmony import Harmony, chord_at
from face2music.score.model import Sketch
from face2music.score.rhythm import Bar

_WIDE, _NARROW = 9, 7  # semitones of a melody's range
_LESS_CHROMATIC = 0.05  # share by which a place is to have so much fewer chromatic notes that it is the last to be bent
_PASSING_BEATS = 1.0  # what is longer does not lead on but stands
_SHARE = 0.5  # of the long notes of a phrase that comes back


def ceiling(plan: Plan) -> int:
    """The highest pitch of the melody outside its climax; above it every scale has a note, save in a narrow range."""
    part = plan.part("melody")
    span = part.highest_pitch - part.lowest_pitch
    return part.highest_pitch - (3 if span >= _WIDE else 2 if span >= _NARROW else 1)


def ornamented(
    plan: Plan, notes: list[Sketch], bars: list[Bar], harmonies: tuple[Harmony, ...], seed: int, index: int
) -> list[Sketch]:
    """When a phrase comes back: neighbour and passing notes on free pulses inside its longer notes."""
    rng = Random(f"{seed}/ornament/{index}")
    pulses = [pulse for bar in bars for pulse in bar.pulses]
    ornamented = []
    for note, following in zip(notes, [*notes[1:], None], strict=True):
        until = note.end_beat if following is None else min(note.end_beat, following.start_beat)
        inside = [p for p in pulses if note.start_beat + 0.5 <= p < until]
        if following is None or not inside or rng.random() > _SHARE:
            ornamented.append(note)
            continue
        scale = chord_at(harmonies, inside[0]).scale
        up = 1 if following.pitch > note.pitch else -1
        neighbour = next(note.pitch + up * step for step in (1, 2, 3, 4) if (note.pitch + up * step) % 12 in scale)
        here = plan.at(inside[0])
        if not here.part("melody").lowest_pitch <= neighbour <= ceiling(here):
            ornamented.append(note)
            continue
        ratio = min(1.0, note.duration_beats / (following.start_beat - note.start_beat))
        ornamented.append(replace(note, duration_beats=(inside[0] - note.start_beat) * ratio))
        ornamented.append(Sketch(neighbour, inside[0], (following.start_beat - inside[0]) * ratio, -0.2))
    return ornamented


def chromatic(plan: Plan, notes: list[Sketch], harmonies: tuple[Harmony, ...]) -> list[Sketch]:
    """Weak notes bent to a semitone from the note that they lead to, until the plan's share of notes is outside the scale.

    Short ones are bent before long ones, and of these late ones first, so that a theme is heard plain before it is heard bent;
    the climax stays.
    """
    beats = plan.metre.beats
    moments = [plan.at(note.start_beat) for note in notes]
    scales = [here.scale(chord_at(harmonies, note.start_beat).tonic) for here, note in zip(moments, notes, strict=True)]
    most = max(here.chromatic_share for here in moments)
    missing = round(plan.chromatic_share * len(notes)) - sum(n.pitch % 12 not in s for n, s in zip(notes, scales, strict=True))
    bent = list(notes)
    places = []
    for index in range(1, len(notes) - 1):
        here = moments[index]
        if notes[index].pitch > ceiling(here):
            continue
        goal = notes[index + 1].pitch
        for pitch in (goal - 1, goal + 1):
            leads = pitch % 12 not in scales[index] | chord_at(harmonies, notes[index].start_beat).tones
            if leads and pitch != notes[index - 1].pitch and here.part("melody").lowest_pitch <= pitch <= ceiling(here):
                repeats = notes[index].pitch in (notes[index - 1].pitch, goal)
                places.append(
                    (
                        round((most - here.chromatic_share) / _LESS_CHROMATIC),
                        notes[index + 1].start_beat - notes[index].start_beat > _PASSING_BEATS,
                        repeats,
                        plan.metre.strength(notes[index].start_beat % beats),
                        abs(pitch - notes[index].pitch),
                        -index,
                        pitch,
                    )
                )
                break
    used: set[int] = set()
    for *_, late, pitch in sorted(places):
        index = -late
        if missing > 0 and not used & {index - 1, index, index + 1}:
            bent[index] = replace(notes[index], pitch=pitch)
            used.add(index)
            missing -= 1
    return bent
