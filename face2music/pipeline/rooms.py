"""Places for live music: a few people at once, each with music of their own."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from face2music.errors import BusyError, RequestError
from face2music.pipeline.live import Live

PLACES = 3  # two cores carry as many
IDLE_S = 20.0
KEPT_S = 180.0  # so long the music that is over waits for its song to be asked for
MOST_RESTED = 4  # for each place: so much of it waits at a time, and the oldest goes before that
MOST_S = 570.0  # so that the take, with its close, has a link and can be corrected like a journey
_ENDED = "This live music has ended; start it again."


@dataclass
class _Guest:
    """A listener; their music is None until it is ready."""

    live: Live | None
    began_s: float
    asked_s: float

    def close(self) -> None:
        if self.live is not None:
            self.live.close()


class Rooms:
    """Live music by a key for each listener; who asks for nothing for a while has gone.

    Parameters
    ----------
    places
        How many may listen at once.
    idle_s
        After so long without a question the music of a listener ends, and waits for its song to be asked for.
    most_s
        After so long the music comes to its close, so that others have a turn.
    clock
        Seconds that never go back.
    """

    def __init__(
        self, places: int = PLACES, idle_s: float = IDLE_S, most_s: float = MOST_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.places, self._idle_s, self._most_s, self._clock = places, idle_s, most_s, clock
        self._guests: dict[str, _Guest] = {}
        self._rested: dict[str, _Guest] = {}
        self._lock = threading.Lock()
        self._sweeper: threading.Timer | None = None

    def __len__(self) -> int:
        return len(self._guests)

    def enter(self, key: str, begin: Callable[[], Live]) -> Live:
        """Begin music for a listener, in place of what they had.

        Raises
        ------
        BusyError
            If all places are taken.
        """
        self._let_go(key)
        with self._lock:
            self._sweep()
            if len(self._guests) >= self.places:
                raise BusyError(
                    f"{self.places} people make live music just now, and there is no place left; try again in a few minutes."
                )
            guest = self._guests[key] = _Guest(None, self._clock(), self._clock())
            self._sweep_later()
        try:
            live = begin()  # takes a while, for which the others are not kept waiting
        except BaseException:
            with self._lock:
                if self._guests.get(key) is guest:
                    del self._guests[key]
            raise
        with self._lock:
            if self._guests.get(key) is guest:
                guest.live = live
                return live
        live.close()  # the listener has gone meanwhile, or begun anew
        raise RequestError(_ENDED)

    def of(self, key: str) -> Live:
        """The music of a listener, which is theirs for a while longer; RequestError if there is none."""
        with self._lock:
            guest, now = self._guests.get(key), self._clock()
            if guest is None or guest.live is None:
                raise RequestError(_ENDED)
            guest.asked_s = now
            if now - guest.began_s > self._most_s:
                guest.live.stop()
            return guest.live

    def rest(self, key: str) -> None:
        """Free the place of a listener whose music is over; who begins anew at once does not lose it before it is taken.

        Raises
        ------
        RequestError
            If there is none.
        """
        self.of(key)
        with self._lock:
            gone = [self._rested.pop(key, None)]
            if (guest := self._guests.pop(key, None)) is not None:
                self._rested[key] = guest
                self._sweep_later()
            if len(self._rested) > MOST_RESTED * self.places:
                gone.append(self._rested.pop(next(iter(self._rested))))
        for each in filter(None, gone):
            each.close()

    def take(self, key: str) -> Live:
        """The music of a listener that is over, or else what they have now: it is theirs no more; RequestError if none."""
        with self._lock:
            guest = self._rested.pop(key, None) or self._guests.pop(key, None)
        if guest is None or guest.live is None:
            raise RequestError(_ENDED)
        return guest.live

    def leave(self, key: str) -> None:
        """Let go of a listener's music, if there is any."""
        self._let_go(key)
        with self._lock:
            rested = self._rested.pop(key, None)
        if rested is not None:
            rested.close()

    def _let_go(self, key: str) -> None:
        with self._lock:
            guest = self._guests.pop(key, None)
        if guest is not None:
            guest.close()

    def _sweep(self) -> None:
        now = self._clock()
        for key in [key for key, guest in self._guests.items() if now - guest.asked_s > self._idle_s]:
            guest = self._guests.pop(key)
            guest.close()
            if (before := self._rested.pop(key, None)) is not None:
                before.close()
            self._rested[key] = guest  # who was cut off comes back for it
        for key in [key for key, guest in self._rested.items() if now - guest.asked_s > KEPT_S]:
            self._rested.pop(key).close()

    def _sweep_later(self) -> None:
        """Look for who has gone even where nobody asks for anything."""
        if self._sweeper is None and (self._guests or self._rested):
            self._sweeper = threading.Timer(self._idle_s, self._swept)
            self._sweeper.daemon = True
            self._sweeper.start()

    def _swept(self) -> None:
        with self._lock:
            self._sweeper = None
            self._sweep()
            self._sweep_later()
