"""Who waits for a song: nobody has more than a share of the places, and how long somebody who comes now would wait.

And in which order a visitor gets their songs.
"""

import functools
import ipaddress
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from fastapi import HTTPException

from face2music.page.sessions import Unheard, check_name
from face2music.page.texts import Texts, language_of
from face2music.page.wishes import LENGTH
from face2music.pipeline import DURATION_RANGE_S

SONGS = "compose"  # the name of the queue in which songs are made
MOST_OF_VISITOR = 6  # that wait at a time: what a page can ask for at once, and no more
_USUAL_S = 2.0  # how long a song takes, as long as none was made
_TOO_MANY = 429
_visits = tuple(threading.Lock() for _ in range(64))  # a visit has that of its name's hash


def share_out(queue: Any, waiting: int) -> None:
    """Let one visitor have a few of the places in Gradio's queue, and one address no more than half of them.

    Behind one address may be a school; that of a proxy, which all visitors share, does not count.
    """
    push, queue.lengths, unheard = queue.push, _Lengths(), Unheard(queue)

    async def push_fairly(body: Any, request: Any, username: str | None) -> Any:
        check_name(body.session_hash)
        events = waiting_in(queue)
        here = address_of(request)
        of_visitor = [event for event in events if body.session_hash and event.session_hash == body.session_hash]
        of_address = [event for event in events if here and address_of(event.request) == here]
        if len(of_visitor) >= MOST_OF_VISITOR or len(of_address) >= max(1, waiting // 2):
            seconds = str(max(1, round(expected_s(queue, of_address or of_visitor))))
            texts = Texts(language_of(request.headers.get("accept-language", "")))
            raise HTTPException(_TOO_MANY, texts("errors", "enough", seconds=seconds), {"retry-after": seconds})
        answer = await push(body=body, request=request, username=username)
        if body.session_hash:
            unheard.asked(body.session_hash)
        queue.lengths.note(event for event in waiting_in(queue) if event.data is body)
        return answer

    queue.push = push_fairly


def in_order(answer: Callable[..., Any]) -> Callable[..., Any]:
    """The function behind an event, but for one visit only one at a time: what was asked for last is shown last.

    Gradio begins what a visit asks for in the order in which it asked, two at a time, and shows first what is ready first.
    """

    @functools.wraps(answer)
    def in_turn(request: Any, *given: Any) -> Any:
        with _visits[hash(request.session_hash) % len(_visits)]:
            return answer(request, *given)

    return in_turn


def waiting_in(queue: Any) -> list[Any]:
    """The events that wait for their turn, of all kinds."""
    return [event for each in queue.event_queue_per_concurrency_id.values() for event in each.queue]


def waiting_s(queue: Any, concurrent: int) -> float:
    """How long who comes now would wait for a song: what was asked for before takes as long as its like did before."""
    songs = [fn for fn in queue.process_time_per_fn if fn.concurrency_id == SONGS]
    return (expected_s(queue, waiting_in(queue)) + _mean_s(queue, songs)) / concurrent


def expected_s(queue: Any, events: Iterable[Any]) -> float:
    """How long events will take one after the other."""
    return sum(_mean_s(queue, [event.fn]) * queue.lengths.share(event) for event in events)


def address_of(request: Any) -> str | None:
    """The public address from which a request comes: that of the sender, or what the last proxy before us says of it."""
    peer = [] if request.client is None else [request.client.host]
    told = request.headers.get("x-forwarded-for", "").split(",")
    return next((host.strip() for host in reversed([*told, *peer]) if _is_public(host.strip())), None)


@dataclass
class _Lengths:
    """How long the songs are that were asked for, by function: to make one takes as long as it lasts, times a constant."""

    _totals: dict[Any, tuple[float, int]] = field(default_factory=dict)

    def note(self, events: Iterable[Any]) -> None:
        """Remember what was asked for."""
        for event in events:
            if (length_s := _length_s(event)) is not None:
                total_s, count = self._totals.get(event.fn, (0.0, 0))
                self._totals[event.fn] = total_s + length_s, count + 1

    def share(self, event: Any) -> float:
        """How many times as long as its like the song of an event is; 1 where nothing is known."""
        length_s = _length_s(event)
        total_s, count = self._totals.get(event.fn, (0.0, 0))
        return length_s * count / total_s if length_s is not None and count else 1.0


def _length_s(event: Any) -> float | None:
    """The length that an event asks for: what a hand-made request says beside the range does not count."""
    places = [place for place, part in enumerate(event.fn.inputs) if getattr(part, "elem_id", None) == LENGTH]
    values = event.data.data if event.data else []
    length_s = values[places[0]] if places and len(values) > places[0] else None
    shortest_s, longest_s = DURATION_RANGE_S
    return length_s if isinstance(length_s, int | float) and shortest_s <= length_s <= longest_s else None


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _mean_s(queue: Any, functions: Iterable[Any]) -> float:
    times = [queue.process_time_per_fn[fn] for fn in functions if fn in queue.process_time_per_fn]
    runs = sum(time.count for time in times)
    return sum(time.process_time for time in times) / runs if runs else _USUAL_S
