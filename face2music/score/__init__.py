"""Plan and seed -> score: harmony, rhythm, melody, accompaniment and performance, behind one door."""

from face2music.plan import ROLES, Plan
from face2music.score.accompaniment import FIGURES, write_chords
from face2music.score.bass import write_bass
from face2music.score.colour import write_colour
from face2music.score.harmony import harmonise, resumed
from face2music.score.melody import write_melody
from face2music.score.model import DRUM_CHANNEL, Marker, Note, Part, Score, TempoChange
from face2music.score.percussion import write_drums
from face2music.score.performance import perform, tempo_course
from face2music.score.rhythm import bars_of, silences

__all__ = ["DRUM_CHANNEL", "Marker", "Note", "Part", "Score", "TempoChange", "write_score"]


def write_score(plan: Plan, seed: int) -> Score:
    """Compose the song that a plan describes.

    Parameters
    ----------
    plan
        Every musical decision.
    seed
        Chooses among the songs of the plan; the same plan and seed give the same score.

    Returns
    -------
    Score
        Notes in beats from 0 to `length_beats`, each inside its part's range; the first begins in the first beat.
    """
    rests = silences(plan, seed)
    harmonies = resumed(harmonise(plan, seed), rests)
    bars = bars_of(plan, harmonies, rests, seed)
    melody = write_melody(plan, harmonies, bars, FIGURES[plan.figure].melody_share, seed)
    bass = write_bass(plan, harmonies, bars)
    drums = write_drums(plan, bars)
    taken = {note.start_beat for note in (*melody, *bass, *drums)}
    sketches = {
        "melody": melody,
        "chords": write_chords(plan, harmonies, bars, taken, seed),
        "bass": bass,
        "colour": write_colour(plan, harmonies, bars, melody),
        "drums": drums,
    }
    notes = perform(plan, sketches, rests, seed)
    return Score(
        key=plan.key,
        minor=plan.minor,
        numerator=plan.metre.numerator,
        denominator=plan.metre.denominator,
        length_beats=plan.length_beats,
        tempos=tempo_course(plan, seed),
        markers=tuple(Marker(section.start_bar * plan.metre.beats, section.name) for section in plan.sections),
        parts=tuple(_part(plan, role, notes[role]) for role in ROLES if plan.plays(role) and notes[role]),
    )


def _part(plan: Plan, role: str, notes: tuple[Note, ...]) -> Part:
    part = plan.part(role)
    channel = DRUM_CHANNEL if role == "drums" else ROLES.index(role)
    return Part(part.name, role, part.program, channel, part.volume, part.pan, part.reverb, part.chorus, notes)
