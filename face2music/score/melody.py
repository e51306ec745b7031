"""Plan, chords and pulses -> the melody: motifs led over the chords along the contour of each phrase.

Every note is the cheapest pitch of the scale over its chord: near to where the motif wants it, on a chord tone where the metre is
strong, close to the contour, and in no parallel fifths or octaves with the bass. Phrases end on long notes and breathe; one
phrase, the most intense, has the highest note of the song.
"""

from dataclasses import dataclass, replace
from random import Random

from face2music.plan import Plan, Section
from face2music.score.harmony import Harmony, chord_at, parallel
from face2music.score.model import Sketch
from face2music.score.motif import height, motif, variation
from face2music.score.ornament import ceiling, chromatic, ornamented
from face2music.score.rhythm import Bar

_STRONG = 2  # metrical strength from which a note may be the climax
# How much a note wants to be a chord tone, by metrical strength; pop melodies are on one at .75, .67 and .60 of the levels.
_FIRMNESS = {4: 1.0, 3: 1.0, 2: 0.4, 1: 0.15, 0: 0.0}
_COSTS = {
    "motif": 1.0,
    "mirrored": 1.5,
    "contour": 20.0,
    "foreign": 4.0,
    "outside": 1.5,
    "repeated": 2.5,
    "tritone": 2.0,
    "parallel": 4.0,
}
_FEW_NOTES = 4  # bars with fewer share a motif by twos
_WIDE = 12  # semitones; in a narrower range the contour pulls no harder
_BREATH_BEATS = 0.5
_LIFT = 0.12  # of the range, by which the contrasting themes lie higher
_CLIMAX_AT = 0.6  # of the phrase that has it


@dataclass(frozen=True)
class _Slot:
    """A note of the melody whose pitch is still open."""

    start_beat: float
    bar: Bar
    move: int


def write_melody(plan: Plan, harmonies: tuple[Harmony, ...], bars: tuple[Bar, ...], share: float, seed: int) -> list[Sketch]:
    """The melody's notes in order, the last one over the ending; `share` is how many of the pulses it takes."""
    climax = max(range(len(plan.sections)), key=lambda index: (plan.sections[index].intensity, index))
    notes: list[Sketch] = []
    heard: set[str] = set()
    for index, section in enumerate(plan.sections):
        if not section.theme:
            continue
        own = [bar for bar in bars if bar.section == index]
        closing = index == len(plan.sections) - 2
        counts = [share * _usual(plan, section, bar.index, bars) for bar in own]
        slots = _slots(plan, section, own, harmonies, counts, closing, seed)
        phrase = _sing(plan, section, slots, harmonies, index == climax)
        if closing:
            phrase[-1] = _leading(plan, phrase, harmonies)
        phrase = _sound(plan, phrase, own[-1].start_beat + plan.metre.beats, closing, seed)
        notes += ornamented(plan, phrase, own, harmonies, seed, index) if section.name in heard else phrase
        heard.add(section.name)
    return [*chromatic(plan, notes, harmonies), _last(plan, harmonies[-1], notes[-1].pitch)]


def _slots(
    plan: Plan, section: Section, bars: list[Bar], harmonies: tuple[Harmony, ...], counts: list[float], closing: bool, seed: int
) -> list[_Slot]:
    """The rhythm of a phrase, and the move of the motif that leads to each note."""
    moves = motif(plan, section.theme, seed)
    unit = 1 if sum(counts) >= _FEW_NOTES * len(bars) else 2
    slots = []
    number = 0
    for index, bar in enumerate(bars):
        starts = _starts(plan, section, bar, max(1, round(counts[index])), seed)
        if index == len(bars) - 1 and not closing:
            goal = max(bar.start_beat, chord_at(harmonies, bar.start_beat + plan.metre.beats - 0.01).start_beat)
            starts = [start for start in starts if start < goal] + [pulse for pulse in bar.pulses if pulse >= goal][:1]
        varied = variation(moves, index, len(bars))
        number = 0 if index % unit == 0 else number
        slots += [_Slot(start, bar, varied[(number + step) % len(varied)]) for step, start in enumerate(starts)]
        number += len(starts)
    return slots


def _usual(plan: Plan, section: Section, index: int, bars: tuple[Bar, ...]) -> float:
    """How many pulses a bar of a theme has on average over its returns, so that its tune can keep its rhythm."""
    alike = [len(bar.pulses) for bar in bars if plan.sections[bar.section].theme == section.theme and bar.index == index]
    return sum(alike) / len(alike)


def _starts(plan: Plan, section: Section, bar: Bar, count: int, seed: int) -> list[float]:
    """The pulses of a bar that the melody takes; the bars of a theme keep their pattern."""
    rng = Random(f"{seed}/melody/{section.theme}/{bar.index % 2}")
    liking = {p: plan.metre.strength(p) + rng.random() * (1.5 + 2 * plan.irregularity) for p in plan.metre.positions}
    return sorted(sorted(bar.pulses, key=lambda pulse: -liking[pulse - bar.start_beat])[:count])


def _sing(plan: Plan, section: Section, slots: list[_Slot], harmonies: tuple[Harmony, ...], climax: bool) -> list[Sketch]:
    """Pitches for a phrase."""
    part = plan.part("melody")
    cap = ceiling(plan)
    start, end = slots[0].start_beat, slots[-1].start_beat
    top = _top_slot(plan, slots, harmonies) if climax else None
    line: list[tuple[int, Harmony]] = []
    notes: list[Sketch] = []
    for slot in slots:
        time = (slot.start_beat - start) / (end - start) if end > start else 1.0
        high = min(1.0, height(plan.contour, time) + _LIFT * (section.theme != "A"))
        target = part.lowest_pitch + (cap - part.lowest_pitch) * high
        harmony = chord_at(harmonies, slot.start_beat)
        firmness = 1.0 if slot is slots[-1] else _FIRMNESS[plan.metre.strength(slot.start_beat - slot.bar.start_beat)]
        candidates = [pitch for pitch in range(part.lowest_pitch, cap + 1) if pitch % 12 in harmony.scale]
        previous = line[-1] if line else None
        if slot is top:
            pitch = max(_above(plan, harmony))
        elif previous is None:
            # By the contour alone, so that a theme begins alike whenever it comes back.
            pitch = min([p for p in candidates if p % 12 in harmony.tones] or candidates, key=lambda p: abs(p - target))
        elif slot is slots[-1] and section.closes and harmony.chord.numeral == plan.cadence[-1]:
            pitch = _goal(plan, harmony, candidates, previous[0])
        else:
            pitch = _cheapest(plan, candidates, previous, slot.move, target, harmony, firmness)
        line.append((pitch, harmony))
        notes.append(Sketch(pitch, slot.start_beat, 0.0, 0.6 if slot is top else 0.0))
    return notes


def _cheapest(
    plan: Plan, candidates: list[int], previous: tuple[int, Harmony], move: int, target: float, harmony: Harmony, firmness: float
) -> int:
    old, old_harmony = previous
    here = min(range(len(candidates)), key=lambda index: abs(candidates[index] - old))
    wanted, mirrored = (candidates[min(max(here + way, 0), len(candidates) - 1)] for way in (move, -move))
    span = max(candidates[-1] - candidates[0], _WIDE)
    strictness = 1 - 2 * plan.chromatic_share
    scale = plan.scale

    def cost(pitch: int) -> float:
        return (
            _COSTS["motif"] * min(abs(pitch - wanted), abs(pitch - mirrored) + _COSTS["mirrored"])
            + _COSTS["contour"] * ((pitch - target) / span) ** 2
            + _COSTS["foreign"] * strictness * firmness * (pitch % 12 not in harmony.tones)
            + _COSTS["outside"] * strictness * (pitch % 12 not in scale)
            + _COSTS["repeated"] * (pitch == old and move != 0)
            + _COSTS["tritone"] * (abs(pitch - old) % 12 == 6)
            + _COSTS["parallel"] * parallel(old_harmony.bass, harmony.bass, old, pitch)
        )

    return min(candidates, key=cost)


def _goal(plan: Plan, harmony: Harmony, candidates: list[int], near: int) -> int:
    """Where a closed phrase comes to rest: on the tonic if the chord has it, else on a tone of the chord."""
    home = {plan.tonic_pitch_class} & harmony.tones or harmony.tones
    return min([p for p in candidates if p % 12 in home] or candidates, key=lambda p: abs(p - near))


def _leading(plan: Plan, phrase: list[Sketch], harmonies: tuple[Harmony, ...]) -> Sketch:
    """The last note of the last phrase, a step from the note that the song ends on."""
    harmony = chord_at(harmonies, phrase[-1].start_beat)
    near = phrase[-2].pitch if len(phrase) > 1 else phrase[-1].pitch
    home = _last(plan, harmonies[-1], near).pitch
    part = plan.part("melody")
    places = [p for p in range(part.lowest_pitch, ceiling(plan) + 1) if p % 12 in harmony.scale and p != home] or [home]
    pitch = min(places, key=lambda p: abs(p - home) + 1.5 * (p % 12 not in harmony.tones) + 0.2 * abs(p - near))
    return replace(phrase[-1], pitch=pitch)


def _above(plan: Plan, harmony: Harmony) -> list[int]:
    """Pitches that only the climax may have."""
    return [p for p in range(ceiling(plan) + 1, plan.part("melody").highest_pitch + 1) if p % 12 in harmony.scale]


def _top_slot(plan: Plan, slots: list[_Slot], harmonies: tuple[Harmony, ...]) -> _Slot | None:
    """The strong note nearest to the place of the climax; none where no chord of the phrase has so high a note."""
    able = [slot for slot in slots[1:-1] if _above(plan, chord_at(harmonies, slot.start_beat))]
    strong = [slot for slot in able if plan.metre.strength(slot.start_beat - slot.bar.start_beat) >= _STRONG]
    place = slots[0].start_beat + _CLIMAX_AT * (slots[-1].start_beat - slots[0].start_beat)
    return min(strong or able, key=lambda slot: abs(slot.start_beat - place), default=None)


def _sound(plan: Plan, notes: list[Sketch], end: float, closing: bool, seed: int) -> list[Sketch]:
    """Lengths by articulation, scattered where the rhythm is irregular, and a breath at the end of the phrase."""
    rng = Random(f"{seed}/articulation/{end:g}")
    limits = [note.start_beat for note in notes[1:]] + [end]
    sounding = []
    for note, limit in zip(notes, limits, strict=True):
        gap = limit - note.start_beat
        ratio = plan.articulation * (1 + plan.irregularity**2 * (1.4 * rng.random() - 0.7))
        sounding.append(replace(note, duration_beats=max(0.1, gap * ratio)))
    last = sounding[-1]
    gap = end - last.start_beat
    breath = min(_BREATH_BEATS, gap / 3)
    # A phrase's last note is long even in a staccato melody.
    if not closing:
        sounding[-1] = replace(last, duration_beats=max(min(last.duration_beats, gap - breath), 0.6 * (gap - breath)))
    return sounding


def _last(plan: Plan, harmony: Harmony, before: int) -> Sketch:
    """The last note of the song: home after a cadence, or hanging on the chord's third or fifth when the end is open."""
    part = plan.part("melody")
    goals = harmony.tones if harmony.chord.root else {plan.tonic_pitch_class}
    pitches = range(part.lowest_pitch, part.highest_pitch + 1)
    places = [p for p in pitches if p % 12 in goals] or [p for p in pitches if p % 12 in harmony.tones] or pitches
    pitch = min(places, key=lambda place: (place > ceiling(plan), abs(place - before)))
    return Sketch(pitch, harmony.start_beat, harmony.duration_beats, 0.2)
