"""Bars -> sound, as far as somebody asks for it: one synthesiser that is never interrupted, and a limiter behind it.

What comes out is what `audio.render` makes of the file of the whole take, to the sample, however it is cut into pieces: events
fall on the same samples, and the limiter looks as far back and ahead. Only the end differs, which rings out for its full time.
"""

import time
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path

import mido
import numpy as np

from face2music.audio import (
    FADE_S,
    RING_S,
    SAMPLE_RATE,
    Preset,
    find_soundfont,
    hold,
    presets_of,
    send,
    synthesiser,
)
from face2music.limiter import REACH, Limiter
from face2music.live.composer import Bar
from face2music.midi import TICKS_A_BEAT, ticks

_YIELD_S = 0.01


class Player:
    """Plays bars; samples are int16 (n, 2) at 44,100 Hz, the same for the same bars.

    Parameters
    ----------
    soundfont
        An sf2 or sf3 file; without it, the one that `find_soundfont` finds.

    Raises
    ------
    SynthesiserError
        If FluidSynth or the sound font is missing or cannot be used.
    """

    def __init__(self, soundfont: Path | None = None) -> None:
        self._font = soundfont or find_soundfont()
        # One core: a second one saves no time for others, who listen at once.
        self._synth = synthesiser(self._font, **{"synth.cpu-cores": 1})
        self._limiter = Limiter()
        self._events: deque[tuple[int, mido.Message]] = deque()
        self._tick, self._seconds, self._tempo = 0, 0.0, mido.bpm2tempo(120)
        self._played = 0
        self.starts: list[int] = []  # the sample at which each bar begins
        self.known = 0  # up to this sample it is decided what is played
        self.given = 0  # so many samples were given out
        self.end: int | None = None  # the sample with which the music has rung out

    def add(self, bar: Bar) -> None:
        """Have a bar played behind those before."""
        line = ticks(bar.start_beat)
        early = [event for event in bar.events if event[0] < line]
        self._queue(early)
        self._advance(line)
        self._tempo = mido.bpm2tempo(bar.tempo_bpm)
        self.starts.append(round(self._seconds * SAMPLE_RATE))
        self._queue(bar.events[len(early) :])
        if bar.end_tick is not None:
            self.known = round((self._seconds + self._span(bar.end_tick)) * SAMPLE_RATE)
            return
        self._advance(line + ticks(bar.here.metre.beats))
        self.end = self.known = round(self._seconds * SAMPLE_RATE) + round(RING_S * SAMPLE_RATE)

    def needs(self, count: int) -> bool:
        """Whether another bar must be there before so many samples more can be given out."""
        return self.end is None and self.given + count + REACH > self.known

    def pull(self, count: int) -> np.ndarray:
        """The next samples; fewer, and at last none, where the music ends."""
        end = self.given + count + REACH
        end = end if self.end is None else min(end, self.end)
        out = self._limiter.push(self._ringing(self._play(end)), last=self._played == self.end)
        self.given += len(out)
        return out

    def prepare(self, presets: Iterable[Preset]) -> None:
        """Have the samples of instruments ready before they play, one after the other, so that others are not kept waiting."""
        for preset in presets:
            hold(self._font, {preset})
            time.sleep(_YIELD_S)

    def close(self) -> None:
        """Let go of the synthesiser."""
        if self._synth is not None:
            self._synth.delete()
            self._synth = None

    def _queue(self, events: Sequence[tuple[int, mido.Message]]) -> None:
        """Note down at which sample each event is due, and have the samples of instruments ready."""
        hold(self._font, presets_of(message for _, message in events))
        for tick, message in events:
            self._advance(tick)
            self._events.append((round(self._seconds * SAMPLE_RATE), message))

    def _advance(self, tick: int) -> None:
        self._seconds += self._span(tick)
        self._tick = tick

    def _span(self, tick: int) -> float:
        return mido.tick2second(tick - self._tick, TICKS_A_BEAT, self._tempo) if tick > self._tick else 0.0

    def _ringing(self, played: np.ndarray) -> np.ndarray:
        """What was just played, softer and softer where the music has nearly rung out."""
        n = round(FADE_S * SAMPLE_RATE)
        if self.end is None or self._played <= self.end - n:
            return played
        left = self.end - self._played + np.arange(len(played), 0, -1)
        fade = np.sin(np.minimum(left / n, 1) * np.pi / 2) ** 2
        return np.round(played * fade[:, np.newaxis]).astype(np.int16)

    def _play(self, end: int) -> np.ndarray:
        """Play to a sample, each event at its own."""
        blocks = []
        while self._events and self._events[0][0] < end:
            due, message = self._events.popleft()
            if due > self._played:
                blocks.append(self._synth.get_samples(due - self._played))
                self._played = due
            send(self._synth, message)
        if end > self._played:
            blocks.append(self._synth.get_samples(end - self._played))
            self._played = end
        return np.concatenate(blocks).reshape(-1, 2) if blocks else np.zeros((0, 2), np.int16)
