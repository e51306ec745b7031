"""Mood and profiles -> plan: every musical decision of a song, before any note.

Numbers are sampled from the ranges blended at the mood, and choices drawn by their blended weights, each from a random stream
of its own, so that a small change of mood gives a small change of plan.
"""

from collections.abc import Callable

from face2music.errors import RequestError
from face2music.mood import Mood
from face2music.plan.blend import Range, blend, blend_weights, draw, options, uniform
from face2music.plan.form import fit, sections_of
from face2music.plan.model import ROLES, Part, Plan, Section
from face2music.theory import INSTRUMENTS, METRES, MODES, chord_of, key_name

__all__ = [
    "MAX_DURATION_S",
    "MIN_DURATION_S",
    "ROLES",
    "Part",
    "Plan",
    "Range",
    "Section",
    "blend",
    "blend_weights",
    "check_duration",
    "make_plan",
]

MIN_DURATION_S, MAX_DURATION_S = 5.0, 180.0

_MARGIN_S = 0.05  # the last note ends this long before the duration asked for
_BASS_REACH, _CHORD_REACH = 7, 9  # semitones about the centre of the bass and of the chords
_DRUM_KEYS = (35, 81)
# role: volume, pan, reverb and chorus sends, each a MIDI controller's 0 to 127 (64 is the middle of the pan)
_MIX = {
    "melody": (104, 64, 48, 8),
    "chords": (84, 44, 44, 16),
    "bass": (96, 64, 20, 0),
    "colour": (78, 88, 60, 20),
    "drums": (86, 64, 24, 0),
}


def make_plan(mood: Mood, profiles: dict, seed: int, duration_s: float) -> Plan:
    """Decide on a song for a mood.

    Parameters
    ----------
    mood
        Valence, arousal and dominance, each -1 to 1.
    profiles
        Ranges and choices of the seven emotions, as in `assets/profiles.json`.
    seed
        Another seed is another song of the same mood.
    duration_s
        Length of the music in seconds, 5 to 180; the last note ends at or shortly before it.

    Raises
    ------
    RequestError
        If the duration is outside 5 to 180 s.
    """
    check_duration(duration_s)
    weights = blend_weights(mood)
    ranges = blend(mood, profiles)
    number = {name: round(each.at(uniform(seed, name)), 3) for name, each in ranges.items()}

    def choose(group: str, weigh: Callable[[str], float] = lambda option: 1.0) -> str:
        return draw(options(weights, profiles, group, weigh), uniform(seed, group))

    tonic = int(uniform(seed, "tonic") * 12)
    mode = choose("modes", lambda name: 1 - ranges["major_share"].mid if MODES[name].minor else ranges["major_share"].mid)
    minor = MODES[mode].minor

    def chords(group: str) -> tuple[str, ...]:
        return tuple(choose(group, lambda numerals: float(_fits(numerals, minor))).split("-"))

    signature, bars, tempo_bpm = fit(choose("metres"), number["tempo_bpm"], ranges["tempo_bpm"], duration_s - _MARGIN_S)
    windows = _windows(number)
    ensemble = choose("ensembles", lambda names: 1.0 if _reaches(names, windows) else 1e-6)
    drums = choose("drums")
    return Plan(
        duration_s=duration_s,
        music_s=round(bars * METRES[signature].beats * 60 / tempo_bpm, 3),
        tempo_bpm=tempo_bpm,
        key=key_name(tonic, mode),
        tonic_pitch_class=tonic,
        mode=mode,
        time_signature=signature,
        bars=bars,
        progression=chords("progressions"),
        lift=chords("lifts"),
        cadence=chords("cadences"),
        figure=choose("figures"),
        bass=choose("basses"),
        colour=choose("colours"),
        drums=drums,
        contour=choose("contours"),
        dynamics=choose("dynamics"),
        parts=_parts(ensemble, windows, drums != "none"),
        sections=sections_of(bars),
        **{name: number[name] for name in Plan.__dataclass_fields__ if name in number and name != "tempo_bpm"},
    )


def check_duration(duration_s: float) -> None:
    """Refuse a duration outside 5 to 180 s with a RequestError."""
    if not MIN_DURATION_S <= duration_s <= MAX_DURATION_S:
        raise RequestError(
            f"A song lasts {MIN_DURATION_S:.0f} to {MAX_DURATION_S:.0f} seconds, not {duration_s:g}; choose a duration between."
        )


def _fits(numerals: str, minor: bool) -> bool:
    """Whether chords belong to a family: the tonic chord among them, or else the first chord, has its third."""
    chords = [chord_of(numeral, minor) for numeral in numerals.split("-")]
    tonic = next((chord for chord in chords if chord.root == 0), chords[0])
    return tonic.numeral.lstrip("b#")[0].islower() == minor


def _windows(number: dict[str, float]) -> dict[str, tuple[int, int]]:
    lowest = round(number["melody_pitch"] - number["melody_range_semitones"] / 2)
    chords, bass = round(number["chord_pitch"]), round(number["bass_pitch"])
    return {
        "melody": (lowest, lowest + round(number["melody_range_semitones"])),
        "chords": (chords - _CHORD_REACH, chords + _CHORD_REACH),
        "bass": (bass - _BASS_REACH, bass + _BASS_REACH),
    }


def _reaches(ensemble: str, windows: dict[str, tuple[int, int]]) -> bool:
    instrument = INSTRUMENTS[ensemble.split(" + ")[0]]
    low, high = windows["melody"]
    return instrument.low <= low and high <= instrument.high


def _parts(ensemble: str, windows: dict[str, tuple[int, int]], drums: bool) -> tuple[Part, ...]:
    parts = []
    for role, name in zip(ROLES, ensemble.split(" + "), strict=False):
        instrument = INSTRUMENTS[name]
        low, high = windows.get(role, (instrument.low, instrument.high))
        parts.append(Part(f"{role.capitalize()}: {name}", role, name, instrument.program, low, high, *_MIX[role]))
    if drums:
        parts.append(Part("Drums", "drums", "Standard Kit", 0, *_DRUM_KEYS, *_MIX["drums"]))
    return tuple(parts)
