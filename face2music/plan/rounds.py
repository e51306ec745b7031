"""Moods that come one by one -> the plan of music without an end, a round of phrases at a time.

A round is a group of phrases, as in a song. The rounds are a rondo: every other one is made of the first one's material, and
those between bring chords and themes of their own. Numbers follow the mood from bar to bar and choices from phrase to phrase;
where the mood turns, a phrase begins at once. What was played stays as it was planned; behind the next bar the mood is taken to
stay.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from face2music.mood import Mood
from face2music.plan.assembly import assembled
from face2music.plan.commission import Commission
from face2music.plan.course import SUDDEN, Course, eased
from face2music.plan.curve import FAR, nearest, steady
from face2music.plan.ensemble import few_enough
from face2music.plan.form import PHRASE_BARS, SHORT_PHRASE_BARS, Span, phrases_of
from face2music.plan.keys import shifts_of
from face2music.plan.model import Plan, Section
from face2music.plan.progressions import NO_KEY_CHANGE, Chords, harmonised
from face2music.plan.scenes import NUMERALS, Scene, chords_of, chosen, ensemble_at
from face2music.plan.wishes import Wishes

_PHRASES = 4  # of a round
_INTRO = Section("Intro", "", 0, SHORT_PHRASE_BARS, False, 0.3)
_OTHER_ROUND = 2**48  # above every seed and what candidates add to it


@dataclass(frozen=True)
class Phrase:
    """A phrase as it was begun: its place in the round, and for which mood it was chosen what, of which chords, for whom."""

    section: Section
    mood: Mood
    choices: Mapping[str, Any]
    made: Mapping[str, str]
    chords: Chords
    instruments: tuple[str, ...]

    @property
    def end_bar(self) -> int:
        """The bar behind it."""
        return self.section.start_bar + self.section.bars


@dataclass(frozen=True)
class Step:
    """The next bar: its number in its round (from 0), the plan of the round with this bar in it, and the round's own seed."""

    bar: int
    plan: Plan
    seed: int


class Rounds:
    """Plans one bar after another; the same moods, seed and wishes give the same plans.

    Parameters
    ----------
    profiles, seed, wishes
        As `make_plan` takes them, checked.
    first
        The mood of the first bar, which chooses the metre.
    """

    def __init__(self, profiles: Mapping[str, Any], seed: int, wishes: Wishes, first: Mood) -> None:
        self._commission = Commission(steady(first), profiles, seed, wishes)
        self._signature = self._commission.choice(first)("metres")
        self._landmarks: list[Mood] = []
        self._ensembles: list[tuple[str, ...]] = []
        self._number = 0
        self._begun: list[Phrase] = []
        self._moods: list[Mood] = []
        self._harmonised = _INTRO
        self._before: Phrase | None = None
        self._tempo_before: float | None = None

    def step(self, mood: Mood, closing: bool = False) -> Step:
        """The next bar, at a mood; `closing` makes it the last one."""
        if closing:
            self._cut()
        elif not self._begun or self._turns(mood) or len(self._moods) >= self._begun[-1].end_bar:
            self._begin(mood)
        self._moods.append(mood)
        bar = len(self._moods) - 1
        phrases = [*self._begun, *([] if closing else self._coming(mood))]
        if not any(phrase.section.theme for phrase in phrases):  # the composer wants a theme, if only one that was not heard
            phrases[0] = replace(phrases[0], section=replace(phrases[0].section, theme="A"))
        phrases.append(replace(phrases[-1], section=Section("Ending", "", phrases[-1].end_bar, 1, True, 0.5)))
        return Step(bar, self._plan(phrases, mood), self._seed)

    @property
    def _seed(self) -> int:
        return self._commission.seed + (_OTHER_ROUND * ((self._number + 1) // 2) if self._number % 2 else 0)

    def _turns(self, mood: Mood) -> bool:
        """Whether the mood is suddenly another one, or has gone away from that of the phrase."""
        phrase, bars = self._begun[-1], len(self._moods) - self._begun[-1].section.start_bar
        jumps = math.dist(mood.point, self._moods[-1].point) >= SUDDEN
        return math.dist(mood.point, phrase.mood.point) >= SUDDEN and (jumps or bars >= SHORT_PHRASE_BARS)

    def _cut(self) -> None:
        """End the phrase where the music is, with the chords that were played."""
        last = self._begun[-1]
        bars = len(self._moods) - last.section.start_bar
        self._begun[-1] = replace(last, section=replace(last.section, bars=bars, chords=_heard(self._harmonised, bars)))

    def _begin(self, mood: Mood) -> None:
        if self._begun:
            self._cut()
        themes = sum(bool(phrase.section.theme) for phrase in self._begun)
        if themes == _PHRASES:
            self._number += 1
            self._before, self._tempo_before = self._begun[-1], self._course(mood, len(self._moods)).tempos[-1]
            self._begun, self._moods, self._harmonised, themes = [], [], _INTRO, 0
        start = len(self._moods)
        opens = self._number == 0 and not self._begun
        self._meet(mood)
        self._begun.append(self._phrase(_INTRO if opens else self._section(themes, start), mood))

    def _section(self, index: int, start_bar: int) -> Section:
        """A phrase of the round by its number; the lookahead behind the last one is the first one again."""
        name, theme, closes, intensity = phrases_of(2 * _PHRASES)[self._number % 2 * _PHRASES + index % _PHRASES]
        return Section(name, theme, start_bar, PHRASE_BARS, closes, intensity)

    def _coming(self, mood: Mood) -> list[Phrase]:
        """The phrases behind this one as they would be if the mood stayed, and the first one of the round that follows."""
        themes = sum(bool(phrase.section.theme) for phrase in self._begun)
        coming: list[Phrase] = []
        for index in range(themes, _PHRASES + 1):
            last = (*self._begun, *coming)[-1]
            coming.append(self._phrase(self._section(index, last.end_bar), mood, last))
        return coming

    def _phrase(self, section: Section, mood: Mood, before: Phrase | None = None) -> Phrase:
        """A phrase at a mood; what was chosen before stays while it fits, but for the chords of a new round."""
        before = before or (self._begun[-1] if self._begun else self._before)
        known = {} if before is None else dict(before.made)
        if not self._begun:
            known = {stream: option for stream, option in known.items() if stream not in NUMERALS.values()}
        commission = self._commission
        choice = replace(commission, seed=self._seed).choice(mood, before=known)
        choices = chosen(commission, choice, mood)
        shift = 0 if before is None else self._shift(before, choices["mode"])
        chords = chords_of(commission, choices, choice, commission.numbers(mood)["chords_per_bar"], shift)
        return Phrase(section, mood, choices, choice.made, chords, self._ensembles[nearest(self._landmarks, mood)])

    def _shift(self, before: Phrase, mode: str) -> int:
        moved = shifts_of([before.choices["mode"], mode], self._commission.wishes.tonic is not None)[-1]
        return (before.chords.shift + moved + 6) % 12 - 6

    def _meet(self, mood: Mood) -> None:
        """Call in the instruments of a mood that is far from those known, as many as there are channels for."""
        if any(math.dist(mood.point, known.point) < FAR for known in self._landmarks):
            return
        own = ensemble_at(self._commission, mood)
        known = self._ensembles[nearest(self._landmarks, mood)] if self._landmarks else ()
        for count in range(len(own), 0, -1):
            more = few_enough([*self._ensembles, (*own[:count], *known[count:])])
            if len(more) > len(self._ensembles):
                self._ensembles, self._landmarks = more, [*self._landmarks, mood]
                return

    def _course(self, mood: Mood, bars: int) -> Course:
        moods = [*self._moods, *[mood] * (bars - len(self._moods))]
        numbers = [self._commission.numbers(each) for each in moods]
        tempos = [number["tempo_bpm"] for number in numbers]
        return Course(tuple(moods), tuple(numbers), eased([self._tempo_before or tempos[0], *tempos])[1:])

    def _as_heard(self, section: Section) -> Section:
        """The phrase that is going on, with the chords that it had before as far as they were played."""
        if self._harmonised.start_bar != section.start_bar or section.bars != self._harmonised.bars:
            return section
        heard = _heard(self._harmonised, len(self._moods) - 1 - section.start_bar)
        return replace(section, chords=(*heard, *section.chords[len(heard) :]))

    def _plan(self, phrases: list[Phrase], mood: Mood) -> Plan:
        made = tuple(phrase.section for phrase in phrases)
        sections = list(harmonised(made, [phrase.chords for phrase in phrases], NO_KEY_CHANGE, self._seed))
        here = len(self._begun) - 1
        sections[here] = self._harmonised = self._as_heard(sections[here])
        scenes = [Scene(section, phrase.instruments, phrase.choices) for section, phrase in zip(sections, phrases, strict=True)]
        bars = phrases[-1].end_bar
        course = self._course(mood, bars)
        span = Span.of_bars(self._signature, course.tempo_bpm, bars)
        return assembled(self._commission, scenes, course, span, span.seconds)


def _heard(section: Section, bars: int) -> tuple[str, ...]:
    """The chords that begin in the first bars of a section."""
    return section.chords[: sum(bar < bars for bar in section.chord_bars)]
