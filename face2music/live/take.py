"""Bars that were played -> the plan and the score of the whole, as if it had been written at once."""

from collections.abc import Sequence
from dataclasses import fields, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from face2music.mood import Mood
from face2music.plan import MIN_DURATION_S, Plan, Section, changes_of
from face2music.plan.assembly import MARGIN_S
from face2music.plan.curve import mean
from face2music.plan.ensemble import all_parts
from face2music.score import KeyChange, Marker, Part, Score, TempoChange
from face2music.theory import key_name

if TYPE_CHECKING:
    from face2music.live.composer import Bar

# What belongs to a song as a whole; everything else of a plan may be another in each bar.
_WHOLE = {"duration_s", "music_s", "key", "tonic_pitch_class", "time_signature", "bars", "style", "swing", "sections", "human"}
_MOVING = tuple(field.name for field in fields(Plan) if field.name not in _WHOLE | {"changes"})


class Record:
    """The bars so far, without their notes."""

    def __init__(self) -> None:
        self.bars: list[dict[str, Any]] = []
        self._plan: Plan | None = None
        self._sections: list[Section] = []
        self._tempos: list[TempoChange] = []

    def add(self, bar: "Bar", plan: Plan) -> None:
        """Keep what holds in a bar; `plan` is that of its round."""
        self._plan = self._plan or plan
        self.bars.append({name: getattr(bar.here, name) for name in _MOVING})
        self._sections = [section for section in self._sections if section.start_bar != bar.section.start_bar]
        self._sections.append(bar.section)
        self._tempos.append(TempoChange(bar.start_beat, bar.tempo_bpm))

    @property
    def tempo_bpm(self) -> float | None:
        """The tempo of the last bar, None before the first one."""
        return self._tempos[-1].tempo_bpm if self._tempos else None

    @property
    def moods(self) -> tuple[Mood, ...]:
        """The mood of each bar."""
        return tuple(bar["mood"] for bar in self.bars)

    def finished(self, parts: Sequence[Part]) -> tuple[Plan, Score]:
        """The plan and the score of what was recorded."""
        plan = self._whole()
        score = Score(
            numerator=plan.metre.numerator,
            denominator=plan.metre.denominator,
            length_beats=plan.length_beats,
            keys=self._keys(plan),
            tempos=tuple(self._tempos),
            markers=tuple(Marker(section.start_bar * plan.metre.beats, section.name) for section in plan.sections),
            parts=tuple(parts),
        )
        return plan, score

    def _whole(self) -> Plan:
        assert self._plan is not None
        beats, times = self._plan.metre.beats, [1 / change.tempo_bpm for change in self._tempos]
        music_s = sum(times) * beats * 60
        first = self.bars[0]
        numbers = [name for name, value in first.items() if isinstance(value, float)]
        whole: dict[str, Any] = {name: round(mean([bar[name] for bar in self.bars], times), 3) for name in numbers}
        points = zip(*(mood.point for mood in self.moods), strict=True)
        whole["mood"] = Mood(*(round(mean(axis, times), 3) for axis in points))
        whole["parts"] = all_parts([bar["parts"] for bar in self.bars])
        whole["tempo_bpm"] = len(self.bars) * beats * 60 / music_s
        return replace(
            self._plan,
            duration_s=round(max(music_s + MARGIN_S, MIN_DURATION_S), 3),
            music_s=round(music_s, 3),
            key=key_name(self._plan.tonic_pitch_class, first["mode"]),
            bars=len(self.bars),
            sections=self._told_sections(),
            changes=changes_of({**first, **whole}, self.bars),
            **{**first, **whole},
        )

    def _told_sections(self) -> tuple[Section, ...]:
        """The sections, each as long as it was played."""
        starts = [*(section.start_bar for section in self._sections[1:]), len(self.bars)]
        told = []
        for section, end in zip(self._sections, starts, strict=True):
            bars = end - section.start_bar
            told.append(replace(section, bars=bars, chords=section.chords[: sum(bar < bars for bar in section.chord_bars)]))
        return tuple(told)

    def _keys(self, plan: Plan) -> tuple[KeyChange, ...]:
        """The keys, each where it is another than before."""
        named = []
        for section in plan.sections:
            here = plan.at_bar(section.start_bar)
            named.append((key_name(plan.tonic(section), here.mode), here.mode, here.minor, section.start_bar * plan.metre.beats))
        groups = (next(group) for _, group in groupby(named, key=lambda each: each[:2]))
        return tuple(KeyChange(beat, key, minor) for key, _, minor, beat in groups)
