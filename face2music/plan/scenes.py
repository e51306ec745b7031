"""Sections and the moods of their bars -> what is chosen for each: mode, chords, key, manners of playing, and who plays."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from face2music.mood import Mood
from face2music.plan.commission import Choice, Commission, Weigh, home
from face2music.plan.course import Course
from face2music.plan.curve import nearest
from face2music.plan.ensemble import LOOKS, few_enough, instead, reaches, windows
from face2music.plan.keys import shifts_of
from face2music.plan.model import BRIDGE, ROLES, Section
from face2music.plan.progressions import NO_KEY_CHANGE, Chords, graph, harmonised
from face2music.theory import MODES

KEY_CHANGE_FROM_S = 45.0
# field of the plan: group of choices, in which a style may have something else instead
_PLAYED = {
    "figure": "figures",
    "bass": "basses",
    "colour": "colours",
    "drums": "drums",
    "contour": "contours",
    "dynamics": "dynamics",
    "pickup": "pickups",
}
NUMERALS = {"progression": "progressions", "lift": "lifts", "cadence": "cadences"}
CHOSEN = {**NUMERALS, **_PLAYED}


@dataclass(frozen=True)
class Scene:
    """A section with the instruments that play in it, and its choices as fields of a plan."""

    section: Section
    instruments: tuple[str, ...]
    choices: Mapping[str, Any]


def scenes_of(commission: Commission, sections: tuple[Section, ...], course: Course, seconds: float) -> tuple[Scene, ...]:
    """Choose for each section by the mood in its middle; what was chosen before stays while it fits."""
    middles = [section.start_bar + section.bars // 2 for section in sections]
    middles[-1] = middles[-2]  # the ending closes what it follows
    moods = [course.moods[bar] for bar in middles]
    choices: list[dict[str, Any]] = []
    made: list[Choice] = []
    for mood in moods:
        made.append(commission.choice(mood, before=made[-1].made if made else {}))
        choices.append(chosen(commission, made[-1], mood))
    key_wished = commission.wishes.tonic is not None
    shifts = shifts_of([own["mode"] for own in choices], key_wished)
    rates = [course.numbers[bar]["chords_per_bar"] for bar in middles]
    chords = [chords_of(commission, *each) for each in zip(choices, made, rates, shifts, strict=True)]
    changes = seconds >= KEY_CHANGE_FROM_S and not key_wished
    key_change = made[0]("key_changes") if changes else NO_KEY_CHANGE
    bridge = made[0]("bridges") if changes else NO_KEY_CHANGE
    named = harmonised(sections, chords, key_change, commission.seed, bridge)
    return tuple(Scene(*each) for each in zip(named, _instruments(commission, sections, course), choices, strict=True))


def chosen(commission: Commission, choice: Choice, mood: Mood) -> dict[str, Any]:
    """The choices of a section at a mood, as fields of a plan."""
    major = commission.ranges(mood)["major_share"].mid
    mode = commission.wishes.mode_name or choice("modes", functools.partial(_share_of, major))
    minor = MODES[mode].minor
    fitting = functools.partial(_fits, commission.family(minor))
    other = commission.wishes.mode_name is not None and commission.goes_home(choice.weights)
    closing = functools.partial(_goes_home, fitting, minor) if other else fitting  # also where the emotion has no such chords
    weighed = {**dict.fromkeys(NUMERALS, fitting), "cadence": closing}
    numerals = {field: tuple(choice(group, weighed[field]).split("-")) for field, group in NUMERALS.items()}
    played = {field: instead(commission.style, group, choice(group)) for field, group in _PLAYED.items()}
    return {"mode": mode, **numerals, **played}


def chords_of(commission: Commission, own: Mapping[str, Any], choice: Choice, per_bar: float, shift: int) -> Chords:
    """What the chords of a section are built of."""
    following = graph(commission.profiles, choice.weights, MODES[own["mode"]].minor)
    closing = _closing(commission, own, choice)
    return Chords(own["progression"], own["lift"], own["cadence"], closing, per_bar, following, own["mode"], shift)


def _closing(commission: Commission, own: Mapping[str, Any], choice: Choice) -> tuple[str, ...]:
    """The last chords of the song, which end on the tonic, however open its phrases are, in a key or mode that was wished for.

    They do, too, where the emotions would rather close than not: a happy song with a little surprise in it ends at home.
    """
    minor = MODES[own["mode"]].minor
    wished = commission.wishes.tonic is not None or commission.wishes.mode_name is not None
    if not (wished or commission.goes_home(choice.weights)) or home("-".join(own["cadence"]), minor):
        return tuple(own["cadence"])
    fitting = functools.partial(_fits, commission.family(minor))
    return tuple(
        choice.among(commission.options("cadences"), "closing", functools.partial(_goes_home, fitting, minor)).split("-")
    )


def _instruments(commission: Commission, sections: Sequence[Section], course: Course) -> list[tuple[str, ...]]:
    """Names for melody, chords, bass and colour in each section: of an ensemble for each landmark of the curve, the nearest's."""
    landmarks = commission.curve.landmarks
    ensembles = few_enough(ensemble_at(commission, mood) for mood in landmarks)

    def playing(section: Section, role: str) -> str:
        mood = course.moods[section.start_bar + round(LOOKS[role] * (section.bars - 1))]
        return ensembles[nearest(landmarks[: len(ensembles)], mood)][ROLES.index(role)]

    playing_in = [tuple(playing(section, role) for role in LOOKS) for section in sections]
    if commission.curve.moves:
        return playing_in
    return [
        _bridging(commission, names) if each.setting == BRIDGE else names
        for each, names in zip(sections, playing_in, strict=True)
    ]


def _bridging(commission: Commission, names: tuple[str, ...]) -> tuple[str, ...]:
    """Who plays a bridge: another of the style's instruments has the tune, if none was wished for."""
    if commission.wishes.instruments:
        return names
    mood, (tune, *others) = commission.curve.frames[0].mood, names
    melody = windows(commission.numbers(mood))["melody"]

    def fits(ensemble: str) -> float:
        return (1.0 if reaches(ensemble, melody) else 1e-6) * (ensemble.split(" + ")[0] != tune) + 1e-12

    other = commission.choice(mood).among(commission.style["ensembles"], "bridge", fits).split(" + ")[0]
    return (other, *(tune if name == other and role == "colour" else name for role, name in zip(ROLES[1:], others, strict=False)))


def ensemble_at(commission: Commission, mood: Mood) -> tuple[str, ...]:
    """Those wished for, and the others from an ensemble of the style."""
    wished = tuple(commission.wishes.instruments or ())
    melody = windows(commission.numbers(mood))["melody"]
    ensembles = commission.style["ensembles"]
    drawn = commission.choice(mood).among(ensembles, "ensembles", lambda names: 1.0 if reaches(names, melody) else 1e-6)
    return (*wished, *drawn.split(" + ")[len(wished) :])


def _share_of(major: float, mode: str) -> float:
    return 1 - major if MODES[mode].minor else major


def _fits(family: frozenset[str], numerals: str) -> float:
    """1 for chords of a family, else 0."""
    return float(numerals in family)


def _goes_home(fitting: Weigh, minor: bool, numerals: str) -> float:
    """Of what fits, only what ends on the tonic."""
    return fitting(numerals) * home(numerals, minor)
