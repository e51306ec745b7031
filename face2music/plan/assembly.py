"""Scenes and what holds in each bar -> the plan."""

from collections.abc import Mapping, Sequence
from typing import Any

from face2music.plan.blend import uniform
from face2music.plan.commission import Commission
from face2music.plan.course import Course
from face2music.plan.ensemble import all_parts, parts_of
from face2music.plan.form import Span
from face2music.plan.model import Change, Norm, Plan, changes_of
from face2music.plan.scenes import Scene
from face2music.plan.wishes import AUTO
from face2music.theory import key_name

MARGIN_S = 0.05  # the last note ends this long before the duration asked for


def assembled(commission: Commission, scenes: Sequence[Scene], course: Course, span: Span, duration_s: float) -> Plan:
    """The plan of sections with their choices, in bars with their numbers."""
    wishes = commission.wishes
    whole, changes = _over_bars(commission, scenes, course, span.tempo_bpm)
    tonic = int(uniform(commission.seed, "tonic") * 12) if wishes.tonic is None else wishes.tonic
    return Plan(
        duration_s=duration_s,
        music_s=round(span.seconds, 3),
        key=key_name(tonic, whole["mode"]),
        tonic_pitch_class=tonic,
        time_signature=span.signature,
        bars=span.bars,
        style=wishes.style or AUTO,
        swing=commission.style["swing"],
        sections=tuple(scene.section for scene in scenes),
        human=tuple(Norm(name, norm["low"], norm["high"]) for name, norm in commission.profiles["human"].items()),
        changes=changes,
        **whole,
    )


def _over_bars(
    commission: Commission, scenes: Sequence[Scene], course: Course, tempo_bpm: float
) -> tuple[dict[str, Any], tuple[Change, ...]]:
    """Fields of the plan for the whole song, and what is other in each bar than before."""
    placed = [scene for scene in scenes for _ in range(scene.section.bars)]
    drums = [scene.choices["drums"] != "none" for scene in placed]
    parts = parts_of([scene.instruments for scene in placed], course.numbers, drums, commission.style["mix"])
    whole = {**placed[0].choices, "parts": all_parts(parts), **_named(course.over_all()), "tempo_bpm": tempo_bpm}
    whole["mood"] = course.mood
    bars = [
        {**scene.choices, "parts": here, **_named(number), "tempo_bpm": tempo_bpm * pace, "mood": mood}
        for scene, here, mood, number, pace in zip(placed, parts, course.moods, course.numbers, course.paces, strict=True)
    ]
    return whole, changes_of(whole, bars)


def _named(number: Mapping[str, float]) -> dict[str, Any]:
    """The numbers that are fields of a plan as they are; the tempo is fitted to the time instead."""
    return {name: number[name] for name in Plan.__dataclass_fields__ if name in number and name != "tempo_bpm"}
