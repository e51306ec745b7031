"""A mood for each bar -> music that goes on, a bar at a time, with joins that are meant.

Each bar is taken out of a draft of its whole round, written by the composer of songs; where the mood has changed the round is
written anew, with what was played as it was planned. What sounds over a bar line goes on if the new writing holds it too, and
ends there if not. Beats count from the beginning of the music.
"""

import math
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import mido

from face2music.audio import DRUMS, Preset
from face2music.errors import RequestError
from face2music.live.take import Record
from face2music.live.tune import Tune
from face2music.live.voice import LEAN_BEATS, Span, Voice
from face2music.midi import ticks
from face2music.mood import NORMS, Mood
from face2music.plan import ROLES, Plan, Rounds, Section, Step, Wishes, check_wishes
from face2music.plan.commission import Commission
from face2music.plan.curve import steady
from face2music.plan.scenes import ensemble_at
from face2music.score import DRUM_CHANNEL, LATER_CHANNELS, Draft, Harmony, Part, Score, chord_at, draft_of, performed
from face2music.theory import INSTRUMENTS

_STEEPEST = 1.08  # tempo of a bar over that of its neighbour, unsteady bars and all


@dataclass(frozen=True)
class Bar:
    """A bar as it is played: where it begins, how fast it goes, and what holds in it.

    `events` are MIDI messages in order, with their ticks from the beginning of the music; no later bar adds any before tick
    `end_tick`, which is None for the last bar.
    """

    number: int
    start_beat: float
    tempo_bpm: float
    here: Plan
    section: Section
    events: tuple[tuple[int, mido.Message], ...]
    end_tick: int | None


class Composer:
    """Writes music without an end; the same moods, seed and wishes give the same music.

    Parameters
    ----------
    profiles, seed, wishes
        As `make_plan` takes them.

    Raises
    ------
    RequestError
        If a wish is unknown, outside its range, or for a number of bars.
    """

    def __init__(self, profiles: Mapping[str, Any], seed: int, wishes: Wishes) -> None:
        if wishes.bars is not None:
            raise RequestError("Live music goes on until it is stopped; leave out the number of bars.")
        check_wishes(wishes, profiles["styles"])
        self._profiles, self._seed, self._wishes = profiles, seed, wishes
        self._rounds: Rounds | None = None
        self._step: Step | None = None
        self._draft: Draft | None = None
        self._score: Score | None = None
        self._lead: Harmony | None = None
        self._voices: dict[str, Voice] = {}
        self._tune = Tune()
        self.record = Record()

    @property
    def bars(self) -> int:
        """How many bars were written."""
        return len(self.record.bars)

    def write(self, mood: Mood, closing: bool = False) -> Bar:
        """The next bar at a mood; `closing` ends the music with it."""
        self._rounds = self._rounds or Rounds(self._profiles, self._seed, self._wishes, mood)
        step = self._rounds.step(mood, closing)
        fresh = self._draft_of(step)
        plan, score, draft = step.plan, self._score, self._draft
        assert score is not None
        assert draft is not None
        span = Span(step.bar, plan.metre.beats, self.bars * plan.metre.beats, closing)
        parts = self._tune.led(score.parts, draft.harmonies, plan, span, fresh)
        self._enter(parts.values(), span)
        section = next(section for section in plan.sections if step.bar < section.start_bar + section.bars)
        bar = Bar(
            number=self.bars,
            start_beat=span.start,
            tempo_bpm=self._paced(score.tempos[step.bar].tempo_bpm),
            here=plan.at_bar(step.bar),
            section=replace(section, start_bar=self.bars - step.bar + section.start_bar),
            events=self._played(parts, span, fresh),
            end_tick=None if closing else ticks(span.end),
        )
        self.record.add(bar, plan)
        return bar

    def likely(self) -> list[Preset]:
        """Bank and program of the instruments that play at the seven emotions, those of a calm face first."""
        commission = Commission(steady(NORMS["neutral"]), self._profiles, self._seed, self._wishes)
        moods = sorted(NORMS.values(), key=lambda mood: math.hypot(*mood.point))
        names = dict.fromkeys(name for mood in moods for name in ensemble_at(commission, mood))
        return [*((0, INSTRUMENTS[name].program) for name in names), DRUMS]

    def finished(self) -> tuple[Plan, Score]:
        """The plan and the score of all that was played, once the last bar is written."""
        return self.record.finished([voice.played for voice in self._in_order])

    @property
    def _in_order(self) -> list[Voice]:
        """The parts by their roles, and of a role as they entered."""
        return sorted(self._voices.values(), key=lambda voice: ROLES.index(voice.part.role))

    def _draft_of(self, step: Step) -> bool:
        """Write the round, if it is not the one that was written before; whether it was written now."""
        before, self._step = self._step, step
        if before is not None and (before.plan, before.seed) == (step.plan, step.seed):
            return False
        if before is not None and step.bar <= before.bar:
            assert self._draft is not None
            end = (before.bar + 1) * before.plan.metre.beats
            self._lead = chord_at(self._draft.harmonies, end - LEAN_BEATS)
        self._draft = draft_of(step.plan, step.seed, self._lead)
        self._score = performed(step.plan, self._draft)
        return True

    def _paced(self, tempo_bpm: float) -> float:
        """The tempo of the next bar, not much faster or slower than that of the one before."""
        before = self.record.tempo_bpm or tempo_bpm
        return min(max(tempo_bpm, before / _STEEPEST), before * _STEEPEST)

    def _enter(self, parts: Iterable[Part], span: Span) -> None:
        """Call in the parts that begin to play in this bar."""
        for part in parts:
            if part.name not in self._voices and any(span.has(note.start_beat) for note in part.notes):
                self._voices[part.name] = Voice(part, self._channel(part), span)

    def _channel(self, part: Part) -> int:
        """The drums' own channel, that of the role, or for who takes over from another the next one that is free."""
        taken = {voice.part.channel for voice in self._voices.values()}
        if part.role == "drums":
            return DRUM_CHANNEL
        return next(channel for channel in (ROLES.index(part.role), *LATER_CHANNELS) if channel not in taken)

    def _played(self, written: Mapping[str, Part], span: Span, fresh: bool) -> tuple[tuple[int, mido.Message], ...]:
        """What all parts do in a bar, in the order in which their file has it: by the tick, then by the track."""
        events = [
            (tick, track, order, message)
            for track, voice in enumerate(self._in_order)
            for tick, order, message in voice.play(written.get(voice.part.name), span, fresh)
        ]
        return tuple((tick, message) for tick, *_, message in sorted(events, key=operator.itemgetter(0, 1, 2)))
