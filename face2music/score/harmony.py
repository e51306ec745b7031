"""Plan -> the chords of the song, bar by bar: which, how long, and in which voicing over which bass note.

The upper voices move as little as they can and the bass in small steps; the more intense a section, the wider they lie apart, so
that a theme comes back in another setting. Parallel fifths and octaves between the outer voices cost more than any move, and
sevenths step down or stay where they can. A suspension keeps one voice of the chord before, a step above the note it belongs to.
An instrument that holds two notes has two of the chord, among them those that tell it from others.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, product
from random import Random

from face2music.plan import Plan
from face2music.theory import Chord, chord_of, scale_over

_MAX_SPAN = 16  # semitones from the lowest to the highest upper voice
_INVERSION_COST = 3.0
_PARALLEL_COST = 12.0
_CROSSING_COST = 8.0  # a semitone that a chord reaches below the place above the bass
_UNRESOLVED_COST = 6.0  # a seventh that neither steps down nor stays
_STOP_COST = 4.0  # a semitone that a double stop is wider than a hand on a string
_STOP = 9
_CLEAR = 3  # semitones above the bass, where that place begins: closer, the two blur
_COVERING_COST = 2.0  # a semitone that a chord reaches into the melody
_THIRDS, _SEVENTHS = (3, 4), (10, 11, 9)  # semitones above the root; the last one is a diminished seventh or an added sixth
_SPREAD = 35.0  # semitones by intensity that the chords lie higher, and half of it that the bass lies lower
_CALM = 0.7  # intensity up to which all parts lie about their centres


@dataclass(frozen=True)
class Harmony:
    """A chord as it sounds: upper voices from low to high, and the voice that a suspension holds, with its pitch.

    A melody rests on `tones` and moves in `scale`, both pitch classes.
    """

    start_beat: float
    duration_beats: float
    section: int
    tonic: int
    chord: Chord
    tones: frozenset[int]
    scale: frozenset[int]
    bass: int
    voices: tuple[int, ...]
    held: tuple[int, int] | None = None

    @property
    def end_beat(self) -> float:
        """Where the next chord begins."""
        return self.start_beat + self.duration_beats


def harmonise(plan: Plan, seed: int, first: Harmony | None = None) -> tuple[Harmony, ...]:
    """Choose, place and voice the chords of a song; the voices of the first one come from another, if that is given."""
    suspend = Random(f"{seed}/suspension")
    harmonies: list[Harmony] = []
    written = list(_chords(plan))
    for number, (section, start, beats, numeral) in enumerate(written, 1):
        here = plan.at(start)
        chord = chord_of(numeral, here.minor)
        tonic = plan.tonic(plan.sections[section])
        before = harmonies[-1] if harmonies else first
        opens = not harmonies or harmonies[-1].section != section
        rooted = opens or number == len(written) - 1  # what a song closes from stands as firmly as what a phrase opens with
        spread = _SPREAD * max(0.0, plan.sections[section].intensity - _CALM)
        bass = _bass(here, tonic, chord, here.part("bass").centre - spread / 2, before, rooted)
        voices = _voicing(here, chord, tonic, bass, here.part("chords").centre + spread, before)
        scale = scale_over(tonic, here.mode, chord)
        wanted = suspend.random() < here.suspension_share and not opens
        harmonies.append(
            Harmony(
                start_beat=start,
                duration_beats=beats,
                section=section,
                tonic=tonic,
                chord=chord,
                tones=_tones(chord, tonic, scale),
                scale=scale,
                bass=bass,
                voices=voices,
                held=_suspension(before, voices) if wanted and before else None,
            )
        )
    return tuple(harmonies)


def resumed(harmonies: tuple[Harmony, ...], rests: tuple[tuple[float, float], ...]) -> tuple[Harmony, ...]:
    """The chords without the rests: one that a rest interrupts begins again after it."""
    pieces = []
    for harmony in harmonies:
        start = harmony.start_beat
        for silent, end in rests:
            if start < silent < harmony.end_beat:
                pieces.append(replace(harmony, start_beat=start, duration_beats=silent - start))
            if silent < harmony.end_beat and start < end:
                start = end
        if start < harmony.end_beat:
            pieces.append(replace(harmony, start_beat=start, duration_beats=harmony.end_beat - start))
    return tuple(pieces)


def chord_at(harmonies: tuple[Harmony, ...], beat: float) -> Harmony:
    """The chord that sounds at a beat."""
    return harmonies[min(bisect_right(harmonies, beat, key=lambda harmony: harmony.end_beat), len(harmonies) - 1)]


def parallel(low_before: int, low: int, high_before: int, high: int) -> bool:
    """Whether two voices move in the same direction from one fifth or octave to another."""
    moves = (low - low_before) * (high - high_before) > 0
    return moves and (high - low) % 12 in (0, 7) and (high - low) % 12 == (high_before - low_before) % 12


def _chords(plan: Plan) -> Iterator[tuple[int, float, float, str]]:
    """Section, start, length in beats and numeral of every chord; the second one of a bar begins near its middle."""
    beats, metre = plan.metre.beats, plan.metre
    middle = min(
        (start for start in (*metre.group_starts, *range(1, int(beats))) if start > 0), key=lambda start: abs(start - beats / 2)
    )
    for index, section in enumerate(plan.sections):
        bars = section.chord_bars
        starts = [bar * beats + middle * (bar == before) for before, bar in zip((-1, *bars), bars, strict=False)]
        spans = pairwise([*starts, section.bars * beats])
        for numeral, (start, end) in zip(section.chords, spans, strict=True):
            yield index, section.start_bar * beats + start, end - start, numeral


def _bass(plan: Plan, tonic: int, chord: Chord, middle: float, before: Harmony | None, rooted: bool) -> int:
    part, centre = plan.part("bass"), round(middle)
    if plan.bass == "pedal":
        return _nearest(tonic, centre)
    tones = chord.pitch_classes(tonic)
    root = _nearest(tones[0], centre)
    if before is None or rooted or len(tones) < 3 or chord.numeral == plan.cadence[-1]:
        return root
    costs = {
        pitch: abs(pitch - before.bass) + 0.4 * abs(pitch - centre) + inversion
        for tone, inversion in ((tones[0], 0.0), (tones[1], _INVERSION_COST))
        for pitch in range(part.lowest_pitch, part.highest_pitch + 1)
        if pitch % 12 == tone
    }
    return min(costs, key=lambda pitch: costs[pitch])


def _tones(chord: Chord, tonic: int, scale: frozenset[int]) -> frozenset[int]:
    """What a melody may rest on: the chord's tones, and over a bare fifth the scale's third."""
    tones = frozenset(chord.pitch_classes(tonic))
    root = (tonic + chord.root) % 12
    thirds = {(root + 3) % 12, (root + 4) % 12} & scale
    return tones if len(tones) > 2 else tones | frozenset(sorted(thirds)[:1])


def _nearest(pitch_class: int, centre: int) -> int:
    return centre + (pitch_class - centre + 6) % 12 - 6


def _voicing(plan: Plan, chord: Chord, tonic: int, bass: int, centre: float, before: Harmony | None) -> tuple[int, ...]:
    part, lowest_tune = plan.part("chords"), plan.part("melody").lowest_pitch
    tones = chord.pitch_classes(tonic)
    stopped = part.sounds is not None and part.sounds.voices == 2
    places = {tone: [p for p in range(part.lowest_pitch, part.highest_pitch + 1) if p % 12 == tone] for tone in tones}
    sets = _stops(chord, tones) if stopped else [tones]
    voicings = [tuple(sorted(voicing)) for own in sets for voicing in product(*(places[tone] for tone in own))]
    if len(tones) == 2 and not stopped:
        doubled: list[tuple[int, ...]] = [
            voicing for root in places[tones[0]] for voicing in ((root, root + 7, root + 12), (root - 5, root, root + 7))
        ]
        fitting = [voicing for voicing in doubled if part.lowest_pitch <= voicing[0] and voicing[-1] <= part.highest_pitch]
        voicings = fitting or voicings
    widest = _STOP if stopped else _MAX_SPAN
    sevenths = _sevenths(before) if before is not None else ()

    def cost(voicing: tuple[int, ...]) -> float:
        total = abs(sum(voicing) / len(voicing) - centre)
        total += (_STOP_COST if stopped else 1.0) * max(0, voicing[-1] - voicing[0] - widest)
        total += _CROSSING_COST * max(0, bass + _CLEAR - voicing[0]) + _COVERING_COST * max(0, voicing[-1] - lowest_tune)
        if before is not None:
            total += sum(min(abs(pitch - other) for other in before.voices) for pitch in voicing)
            total += _PARALLEL_COST * parallel(before.bass, bass, before.voices[-1], voicing[-1])
            total += _UNRESOLVED_COST * sum(not {pitch, pitch - 1, pitch - 2} & {*voicing} for pitch in sevenths)
        return total

    return min(voicings, key=cost)


def _stops(chord: Chord, tones: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The pairs of a chord's tones that say what it is.

    Third and seventh; of a triad third and altered fifth, or else the third, or what is in its place, with any other tone.
    """
    named = dict(zip(chord.intervals, tones, strict=True))
    told = [named[interval] for interval in (*_THIRDS, *_SEVENTHS, 6, 8) if interval in named]
    if len(told) > 1:
        return [(told[0], told[1])]
    first = told[0] if told else tones[1]
    return [(first, tone) for tone in tones if tone != first]


def _sevenths(harmony: Harmony) -> tuple[int, ...]:
    """The voices that have the seventh of a chord."""
    intervals = harmony.chord.intervals
    seventh = next((each for each in intervals if each in (10, 11) or (each == 9 and intervals[:3] == (0, 3, 6))), None)
    root = harmony.tonic + harmony.chord.root
    return () if seventh is None else tuple(pitch for pitch in harmony.voices if (pitch - root - seventh) % 12 == 0)


def _suspension(before: Harmony, voices: tuple[int, ...]) -> tuple[int, int] | None:
    """The highest voice that has come down by a step, with the pitch it comes from."""
    if len(before.voices) != len(voices):
        return None
    falling = [(index, old) for index, (old, new) in enumerate(zip(before.voices, voices, strict=True)) if old - new in (1, 2)]
    return falling[-1] if falling else None
