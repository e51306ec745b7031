"""Who waits for a song: nobody has more than a share of the places, and how long somebody who comes now would wait."""

import ipaddress
from collections.abc import Iterable
from typing import Any

from fastapi import HTTPException

from face2music.page.texts import Texts, language_of

SONGS = "compose"  # the name of the queue in which songs are made
MOST_OF_VISITOR = 6  # that wait at a time: what a page can ask for at once, and no more
_USUAL_S = 2.0  # how long a song takes, as long as none was made
_TOO_MANY = 429


def share_out(queue: Any, waiting: int) -> None:
    """Let one visitor have a few of the places in Gradio's queue, and one address no more than half of them.

    Behind one address may be a school; that of a proxy, which all visitors share, does not count.
    """
    push = queue.push

    async def push_fairly(body: Any, request: Any, username: str | None) -> Any:
        events = waiting_in(queue)
        here = address_of(request)
        of_visitor = [event for event in events if body.session_hash and event.session_hash == body.session_hash]
        of_address = [event for event in events if here and address_of(event.request) == here]
        if len(of_visitor) >= MOST_OF_VISITOR or len(of_address) >= max(1, waiting // 2):
            seconds = str(max(1, round(expected_s(queue, of_address or of_visitor))))
            texts = Texts(language_of(request.headers.get("accept-language", "")))
            raise HTTPException(_TOO_MANY, texts("errors", "enough", seconds=seconds), {"retry-after": seconds})
        return await push(body=body, request=request, username=username)

    queue.push = push_fairly


def waiting_in(queue: Any) -> list[Any]:
    """The events that wait for their turn, of all kinds."""
    return [event for each in queue.event_queue_per_concurrency_id.values() for event in each.queue]


def waiting_s(queue: Any, concurrent: int) -> float:
    """How long who comes now would wait for a song: what was asked for before takes as long as its like did before."""
    songs = [fn for fn in queue.process_time_per_fn if fn.concurrency_id == SONGS]
    return (expected_s(queue, waiting_in(queue)) + _mean_s(queue, songs)) / concurrent


def expected_s(queue: Any, events: Iterable[Any]) -> float:
    """How long events will take one after the other."""
    return sum(_mean_s(queue, [event.fn]) for event in events)


def address_of(request: Any) -> str | None:
    """The public address from which a request comes: that of the sender, or what the last proxy before us says of it."""
    peer = [] if request.client is None else [request.client.host]
    told = request.headers.get("x-forwarded-for", "").split(",")
    return next((host.strip() for host in reversed([*told, *peer]) if _is_public(host.strip())), None)


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _mean_s(queue: Any, functions: Iterable[Any]) -> float:
    times = [queue.process_time_per_fn[fn] for fn in functions if fn in queue.process_time_per_fn]
    runs = sum(time.count for time in times)
    return sum(time.process_time for time in times) / runs if runs else _USUAL_S
