"""Plan and seed -> score: harmony, rhythm, melody, accompaniment and performance, behind one door."""

from bisect import bisect_right
from dataclasses import dataclass

from face2music.plan import ROLES, Plan
from face2music.plan import Part as Planned
from face2music.score.accompaniment import write_chords
from face2music.score.bass import write_bass
from face2music.score.colour import write_colour
from face2music.score.critic import distance
from face2music.score.expression import controls_of, slides
from face2music.score.hands import in_hands
from face2music.score.harmony import Harmony, chord_at, harmonise, resumed
from face2music.score.melody import write_melody
from face2music.score.model import DRUM_CHANNEL, Bend, Control, KeyChange, Marker, Note, Part, Score, Sketch, TempoChange
from face2music.score.percussion import without_fills, write_drums
from face2music.score.performance import perform, tempo_course
from face2music.score.rhythm import bars_of, silences
from face2music.theory import key_name

__all__ = [
    "DRUM_CHANNEL",
    "LATER_CHANNELS",
    "Bend",
    "Control",
    "Draft",
    "Harmony",
    "KeyChange",
    "Marker",
    "Note",
    "Part",
    "Score",
    "TempoChange",
    "chord_at",
    "draft_of",
    "performed",
    "write_score",
]


CANDIDATES = 3
LATER_CHANNELS = (4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15)

_NEXT_CANDIDATE = 2**32  # above every seed, so that the candidates of two seeds have no stream in common


@dataclass(frozen=True)
class Draft:
    """A song before its performance: the seed it was drawn from, its chords, its silences and the notes of each role."""

    seed: int
    harmonies: tuple[Harmony, ...]
    rests: tuple[tuple[float, float], ...]
    sketches: dict[str, list[Sketch]]


def write_score(plan: Plan, seed: int, candidates: int = CANDIDATES) -> Score:
    """Compose the song that a plan describes.

    Parameters
    ----------
    plan
        Every musical decision.
    seed
        Chooses among the songs of the plan; the same plan and seed give the same score.
    candidates
        How many songs are drafted, of which the critic keeps the best.

    Returns
    -------
    Score
        Notes in beats from 0 to `length_beats`, each inside its part's range; the first begins in the first beat.
    """
    drafts = [draft_of(plan, seed + _NEXT_CANDIDATE * number) for number in range(candidates)]
    return performed(plan, min(drafts, key=lambda draft: distance(plan, draft.sketches, draft.harmonies)))


def performed(plan: Plan, draft: Draft) -> Score:
    """A draft as it is played."""
    notes = perform(plan, draft.sketches, draft.rests, draft.seed)
    return Score(
        numerator=plan.metre.numerator,
        denominator=plan.metre.denominator,
        length_beats=plan.length_beats,
        keys=_keys(plan),
        tempos=tempo_course(plan, draft.seed),
        markers=tuple(Marker(section.start_bar * plan.metre.beats, section.name) for section in plan.sections),
        parts=tuple(_part(plan, part, notes[part.name], draft) for part in plan.parts if part.name in notes),
    )


def draft_of(plan: Plan, seed: int, before: Harmony | None = None) -> Draft:
    """Write what a plan describes, once; its first chord is led to from the one `before`."""
    rests = silences(plan, seed)
    harmonies = resumed(harmonise(plan, seed, before), rests)
    pulses = bars_of(plan, harmonies, rests, seed)
    bars = without_fills(plan, pulses, seed)
    bass = write_bass(plan, harmonies, bars)
    melody = write_melody(plan, harmonies, bars, bass, seed)
    drums = write_drums(plan, pulses, seed)
    # Where the tune rests the chords answer it, however the drums go on.
    beneath = {note.start_beat for note in drums if _sings(melody, note.start_beat)}
    taken = {note.start_beat for note in (*melody, *bass)} | beneath
    sketches = {
        "melody": melody,
        "chords": write_chords(plan, harmonies, bars, taken, seed),
        "bass": bass,
        "colour": write_colour(plan, harmonies, bars, melody),
        "drums": drums,
    }
    return Draft(seed, harmonies, rests, in_hands(plan, sketches))


def _sings(melody: list[Sketch], beat: float) -> bool:
    index = bisect_right(melody, beat, key=lambda note: note.start_beat) - 1
    return index >= 0 and beat < melody[index].end_beat


def _keys(plan: Plan) -> tuple[KeyChange, ...]:
    keys: list[KeyChange] = []
    before = None
    for section in plan.sections:
        here = plan.at_bar(section.start_bar)
        key = key_name(plan.tonic(section), here.mode)
        if before != (key, here.mode):
            keys.append(KeyChange(section.start_bar * plan.metre.beats, key, here.minor))
        before = key, here.mode
    return tuple(keys)


def _part(plan: Plan, part: Planned, notes: tuple[Note, ...], draft: Draft) -> Part:
    return Part(
        name=part.name,
        role=part.role,
        program=part.program,
        channel=_channel(plan, part),
        volume=part.volume,
        pan=part.pan,
        reverb=part.reverb,
        chorus=part.chorus,
        notes=notes,
        controls=controls_of(plan, part, draft.harmonies, draft.seed),
        bends=slides(plan, part, notes) if part.role == "melody" else (),
    )


def _channel(plan: Plan, part: Planned) -> int:
    """The drums' own channel, or the role's, or for who takes a role over from another the next one that is free."""
    first = {role: plan.part(role).name for role in ROLES if plan.plays(role)}
    if part.role == "drums":
        return DRUM_CHANNEL
    if part.name == first[part.role]:
        return ROLES.index(part.role)
    later = [other.name for other in plan.parts if other.name not in first.values()]
    return LATER_CHANNELS[later.index(part.name)]
