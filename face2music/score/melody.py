"""Plan, chords and pulses -> the melody: phrases in the rhythm of their theme, led into by a pick-up and ended by a breath."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from face2music.plan import Plan, Section
from face2music.score.accompaniment import FIGURES
from face2music.score.harmony import Harmony, chord_at
from face2music.score.line import JOINED_WITHIN, Ground, Slot, sing
from face2music.score.model import Sketch
from face2music.score.motif import Way, contour_of, developed, developments, motif
from face2music.score.ornament import ceiling, chromatic, ornamented
from face2music.score.rhythm import Bar, leads, pace, picks_up
from face2music.theory import GRID, in_mode

_HOME_BEATS = 1.0  # that the last note of a closed phrase has before the next one is led into
_FEW_NOTES = 4  # bars with fewer share a motif by twos
_BREATH_BEATS = 0.5
_FAMILIAR = 2.0  # metrical strengths by which the melody likes a pulse that is there whenever the theme comes back
_SOFT = -0.3  # weight of a pick-up

# theme, bar of the phrase, position in the bar: pitch and centre of the melody above the section's tonic, and the mode
_Memory = dict[tuple[str, int, float], tuple[int, float, str]]


def write_melody(
    plan: Plan, harmonies: tuple[Harmony, ...], bars: tuple[Bar, ...], bass: Sequence[Sketch], seed: int
) -> list[Sketch]:
    """The melody's notes over a bass line in order, the last one over the ending."""
    climax = max(range(len(plan.sections)), key=lambda index: (plan.sections[index].intensity, index))
    notes: list[Sketch] = []
    memory: _Memory = {}
    contours: dict[str, str] = {}  # of the themes that were heard: each keeps its own, whatever the mood becomes
    for index, section in enumerate(plan.sections):
        if not section.theme:
            continue
        own = [bar for bar in bars if bar.section == index]
        closing = index == len(plan.sections) - 2
        lead = _lead(plan, bars, harmonies, index)
        until = min(_lead(plan, bars, harmonies, index + 1), default=own[-1].start_beat + plan.metre.beats)
        rhythm = [_rhythm(plan, section, bar, bars) for bar in own]
        slots = _slots(plan, section, own, harmonies, rhythm, None if closing else until, memory, seed)
        again = section.theme in contours
        own_contour = contour_of(plan.at_bar(section.start_bar).contour, section.theme)
        contour = contours.setdefault(section.theme, own_contour)
        before = notes[-1] if notes else None
        phrase = sing(plan, section, slots, Ground(harmonies, bass), contour, before, index == climax)
        _remember(memory, plan, section, own, phrase)
        if closing:
            phrase[-1] = _leading(plan, phrase, harmonies)
        lowest = before.pitch - JOINED_WITHIN if before else 0
        phrase = [*_picked_up(plan, lead, phrase[0].pitch, lowest, harmonies), *phrase]
        phrase = _sound(plan, phrase, until, closing, seed)
        notes += ornamented(plan, phrase, own, harmonies, seed, index) if again else phrase
    return [*chromatic(plan, notes, harmonies), _last(plan.at(harmonies[-1].start_beat), harmonies[-1], notes[-1].pitch)]


def _slots(
    plan: Plan,
    section: Section,
    bars: list[Bar],
    harmonies: tuple[Harmony, ...],
    rhythm: list[tuple[float, frozenset[float]]],
    until: float | None,
    memory: _Memory,
    seed: int,
) -> list[Slot]:
    """The rhythm of a phrase, what leads to each note, and what was there before; it ends before `until`, if that is given."""
    moves = motif(plan, section.theme, seed)
    unit = 1 if sum(count for count, _ in rhythm) >= _FEW_NOTES * len(bars) else 2
    slots: list[Slot] = []
    number, before = 0, range(0)
    freed = section.is_height  # there a theme goes on otherwise than it began
    for bar, way, (count, familiar) in zip(bars, developments(section.theme, len(bars), seed), rhythm, strict=True):
        starts = _starts(plan, section, bar, max(1, round(way.notes * count)), familiar, seed)
        if bar is bars[-1] and until is not None:
            goal = max(bar.start_beat, chord_at(harmonies, until - _BREATH_BEATS - 0.01).start_beat)
            resting = [pulse for pulse in bar.pulses if goal <= pulse < until - _BREATH_BEATS]
            starts = [*(start for start in starts if start < goal), *resting[:1]] or bar.pulses[:1]
        number = 0 if bar.index % unit == 0 else number
        own = range(len(slots), len(slots) + len(starts))
        for step, start in enumerate(starts):
            repeats = before[step] if way.sequence and step < len(before) else None
            position = start - bar.start_beat
            known = None if freed and bar.index >= section.bars / 2 else memory.get((section.theme, bar.index, position))
            here = plan.at(start)
            slots.append(
                Slot(
                    start_beat=start,
                    strength=plan.metre.strength(position),
                    move=_move(moves, way, number + step, repeats),
                    repeats=repeats,
                    recalled=None if known is None else _recalled(known, plan.tonic_pitch_class + section.shift, here),
                    moded=known is not None and known[2] != here.mode,
                    head=bar.index == 0,
                )
            )
        number += len(starts)
        before = own
    return slots


def _move(moves: tuple[int, ...], way: Way, number: int, repeats: int | None) -> int:
    return way.sequence if repeats is not None else developed(moves, way)[number % len(moves)]


def _recalled(known: tuple[int, float, str], tonic: int, here: Plan) -> int:
    """The pitch that a theme had, in the key and mode that hold here and the octave of its register."""
    pitch, centre, mode = known
    return in_mode(pitch, mode, here.mode) + tonic + 12 * round((here.part("melody").centre - tonic - centre) / 12)


def _remember(memory: _Memory, plan: Plan, section: Section, bars: list[Bar], phrase: list[Sketch]) -> None:
    """Keep the theme as it is first heard."""
    for note in phrase:
        bar = next(bar for bar in reversed(bars) if bar.start_beat <= note.start_beat)
        here, tonic = plan.at(note.start_beat), plan.tonic_pitch_class + section.shift
        place = (section.theme, bar.index, note.start_beat - bar.start_beat)
        memory.setdefault(place, (note.pitch - tonic, here.part("melody").centre - tonic, here.mode))


def _rhythm(plan: Plan, section: Section, bar: Bar, bars: tuple[Bar, ...]) -> tuple[float, frozenset[float]]:
    """How many notes a bar of a theme has, and the positions of its pulses whenever it comes back: its tune keeps its rhythm."""
    alike = [other for other in bars if plan.sections[other.section].theme == section.theme and other.index == bar.index]
    positions = [frozenset(pulse - other.start_beat for pulse in other.pulses) for other in alike]
    here = plan.at(bar.start_beat)
    even = sum(len(there) / pace(plan, plan.at(other.start_beat)) for there, other in zip(positions, alike, strict=True))
    share = FIGURES[here.figure].melody_share * pace(plan, here)
    return share * even / len(alike), frozenset.intersection(*positions)


def _starts(plan: Plan, section: Section, bar: Bar, count: int, familiar: frozenset[float], seed: int) -> Sequence[float]:
    """The pulses of a bar that the melody takes; the bars of a theme keep their pattern."""
    rng = Random(f"{seed}/melody/{section.theme}/{bar.index % 2}")
    here = plan.at(bar.start_beat)
    liking = {
        p: plan.metre.strength(p) + rng.random() * (1.5 + 2 * here.irregularity) + _FAMILIAR * (p in familiar)
        for p in plan.metre.positions
    }
    return sorted(sorted(bar.pulses, key=lambda pulse: -liking[pulse - bar.start_beat])[:count])


def _lead(plan: Plan, bars: tuple[Bar, ...], harmonies: tuple[Harmony, ...], section: int) -> list[float]:
    """The pulses before a phrase that lead into it; none where the phrase before has only just come home."""
    if not picks_up(plan, section):
        return []
    start = plan.sections[section].start_bar * plan.metre.beats
    wanted = {start - before for before in leads(plan, plan.sections[section])}
    lead = [pulse for bar in bars if bar.section == section - 1 for pulse in bar.pulses[1:] if pulse in wanted]
    homecoming = chord_at(harmonies, start - GRID).start_beat if plan.sections[section - 1].closes else 0.0
    return lead if lead and lead[0] - homecoming >= _HOME_BEATS else []


def _picked_up(plan: Plan, lead: list[float], goal: int, lowest: int, harmonies: tuple[Harmony, ...]) -> list[Sketch]:
    """Steps of the scale towards the first note of a phrase, from below where there is room down to the `lowest`."""
    notes: list[Sketch] = []
    for pulse in reversed(lead):
        here = plan.at(pulse)
        low, high = here.part("melody").lowest_pitch, ceiling(here)
        scale = chord_at(harmonies, pulse).scale
        near = min(max(notes[0].pitch if notes else goal, low), here.part("melody").highest_pitch)
        below = [pitch for pitch in range(max(low, lowest, near - 4), near) if pitch % 12 in scale]
        above = [pitch for pitch in range(near + 1, min(high, near + 4) + 1) if pitch % 12 in scale]
        notes.insert(0, Sketch(below[-1] if below else above[0] if above else near, pulse, 0.0, _SOFT))
    return notes


def _leading(plan: Plan, phrase: list[Sketch], harmonies: tuple[Harmony, ...]) -> Sketch:
    """The last note of the last phrase, a step from the note that the song ends on."""
    harmony = chord_at(harmonies, phrase[-1].start_beat)
    near = phrase[-2].pitch if len(phrase) > 1 else phrase[-1].pitch
    here = plan.at(phrase[-1].start_beat)
    home = _last(plan.at(harmonies[-1].start_beat), harmonies[-1], near).pitch
    places = [p for p in range(here.part("melody").lowest_pitch, ceiling(here) + 1) if p % 12 in harmony.scale and p != home] or [
        home
    ]

    def cost(pitch: int) -> float:
        doubles = pitch % 12 == harmony.bass % 12  # the bass may go home by the same step, and the two would be parallel
        return abs(pitch - home) + 1.5 * (pitch % 12 not in harmony.tones) + 2.0 * doubles + 0.2 * abs(pitch - near)

    pitch = min(places, key=cost)
    return replace(phrase[-1], pitch=pitch)


def _sound(plan: Plan, notes: list[Sketch], end: float, closing: bool, seed: int) -> list[Sketch]:
    """Lengths by articulation, scattered where the rhythm is irregular, and a breath at the end of the phrase."""
    rng = Random(f"{seed}/articulation/{end:g}")
    limits = [note.start_beat for note in notes[1:]] + [end]
    sounding = []
    for note, limit in zip(notes, limits, strict=True):
        gap = limit - note.start_beat
        here = plan.at(note.start_beat)
        ratio = here.articulation * (1 + here.irregularity**2 * (1.4 * rng.random() - 0.7))
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
    goals = harmony.tones if harmony.chord.root else {harmony.tonic}
    pitches = range(part.lowest_pitch, part.highest_pitch + 1)
    places = [p for p in pitches if p % 12 in goals] or [p for p in pitches if p % 12 in harmony.tones] or pitches
    pitch = min(places, key=lambda place: (place > ceiling(plan), abs(place - before)))
    return Sketch(pitch, harmony.start_beat, harmony.duration_beats, 0.2)
