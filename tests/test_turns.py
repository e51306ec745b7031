"""Fair turns: how many places of the queue one visitor may have, and how long the others make somebody wait."""

import asyncio
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from fastapi import HTTPException

from face2music.page.turns import MOST_OF_VISITOR, SONGS, address_of, expected_s, in_order, share_out, waiting_s
from face2music.page.wishes import LENGTH

WAITING = 32


@dataclass(frozen=True)
class Function:
    """A function behind an event."""

    name: str
    concurrency_id: str = SONGS
    inputs: tuple = field(default=(SimpleNamespace(elem_id=LENGTH),), compare=False)


PHOTO, JOURNEY = Function("photo"), Function("journey")


class Queue:
    """As much of Gradio's queue as is looked at."""

    def __init__(self) -> None:
        self.event_queue_per_concurrency_id = {SONGS: SimpleNamespace(queue=[])}
        self.process_time_per_fn = defaultdict(lambda: SimpleNamespace(process_time=0.0, count=0))
        share_out(self, WAITING)

    @property
    def events(self) -> list:
        return self.event_queue_per_concurrency_id[SONGS].queue

    async def push(self, body, request, username):
        self.events.append(SimpleNamespace(session_hash=body.session_hash, request=request, fn=PHOTO, data=body))
        return True, "event", "success"

    def join(self, session=None, host="127.0.0.1", length_s=None, **headers):
        """Ask for a place as a request does, in a thread of its own: that of the tests may have Playwright's loop."""
        request = SimpleNamespace(client=SimpleNamespace(host=host), headers={k.replace("_", "-"): v for k, v in headers.items()})
        asked = self.push(body=SimpleNamespace(session_hash=session, data=[length_s]), request=request, username=None)
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, asked).result()


def refused(queue: Queue, *who, **how) -> HTTPException:
    with pytest.raises(HTTPException) as refusal:
        queue.join(*who, **how)
    assert refusal.value.status_code == 429
    return refusal.value


def test_one_visitor_cannot_fill_the_queue_and_others_still_get_in():
    queue = Queue()
    for _ in range(MOST_OF_VISITOR):
        queue.join("greedy")
    refusal = refused(queue, "greedy", accept_language="de")
    assert refusal.detail.startswith("Genug deiner Lieder warten schon")
    assert int(refusal.headers["retry-after"]) >= 1
    assert queue.join("another")[0]
    queue.events.clear()
    assert queue.join("greedy")[0]


def test_one_public_address_has_no_more_than_half_the_places_whatever_its_sessions():
    queue = Queue()
    for number in range(WAITING // 2):
        queue.join(f"visitor {number}", "8.8.8.8")
    refused(queue, "one more", "8.8.8.8")
    refused(queue, None, "10.0.0.1", x_forwarded_for="1.1.1.1, 8.8.8.8")
    assert queue.join("elsewhere", "1.1.1.1")[0]
    assert queue.join("behind the same proxy", "10.0.0.1", x_forwarded_for="8.8.8.8, 9.9.9.9")[0]


def test_what_all_visitors_of_a_proxy_share_does_not_count():
    queue = Queue()
    for number in range(WAITING):
        assert queue.join(f"visitor {number}", "10.0.0.1")[0]


@pytest.mark.parametrize(
    ("host", "told", "address"),
    [
        ("8.8.8.8", "", "8.8.8.8"),
        ("127.0.0.1", "", None),
        ("10.1.2.3", "8.8.8.8, 10.9.9.9", "8.8.8.8"),
        ("10.1.2.3", "nonsense", None),
        ("2001:4860:4860::8888", "", "2001:4860:4860::8888"),
    ],
)
def test_an_address_is_the_last_public_one(host, told, address):
    request = SimpleNamespace(client=SimpleNamespace(host=host), headers={"x-forwarded-for": told})
    assert address_of(request) == address
    assert address_of(SimpleNamespace(client=None, headers={})) is None


def test_the_wait_is_that_of_what_is_waiting_not_of_all_that_ever_was():
    queue = Queue()
    queue.process_time_per_fn[PHOTO] = SimpleNamespace(process_time=30.0, count=30)
    queue.process_time_per_fn[JOURNEY] = SimpleNamespace(process_time=40.0, count=10)
    waiting = [SimpleNamespace(fn=fn, data=None) for fn in (PHOTO, JOURNEY, JOURNEY)]
    queue.events.extend(waiting)
    assert expected_s(queue, waiting) == pytest.approx(1 + 4 + 4)
    assert waiting_s(queue, concurrent=2) == pytest.approx((9 + 70 / 40) / 2)


def test_a_long_song_is_waited_for_longer_than_a_short_one():
    queue = Queue()
    queue.process_time_per_fn[PHOTO] = SimpleNamespace(process_time=4.0, count=2)
    for number, length_s in enumerate((10, 50, 180, 1e12, "long", None)):
        queue.join(f"visitor {number}", length_s=length_s)
    mean_s = (10 + 50 + 180) / 3
    times_s = [2 * 10 / mean_s, 2 * 50 / mean_s, 2 * 180 / mean_s, 2, 2, 2]
    assert [expected_s(queue, [event]) for event in queue.events] == pytest.approx(times_s)


def test_the_songs_of_a_visit_come_in_the_order_in_which_they_were_asked_for():
    made, begun, go_on = [], threading.Event(), threading.Event()

    @in_order
    def make(request, song):
        if song == "a long one":
            begun.set()
            assert go_on.wait(10)
        made.append(song)

    one, other = (SimpleNamespace(session_hash=name) for name in (1, 2))  # numbers are their own hashes
    with ThreadPoolExecutor(3) as pool:
        pool.submit(make, one, "a long one")
        assert begun.wait(10)
        asked_next = pool.submit(make, one, "the next")
        pool.submit(make, other, "another's").result(10)
        assert made == ["another's"]
        go_on.set()
        asked_next.result(10)
    assert made == ["another's", "a long one", "the next"]


def test_a_song_that_is_refused_keeps_nobody_waiting():
    @in_order
    def make(request, song):
        raise ValueError(song)

    for song in ("one", "another"):
        with pytest.raises(ValueError, match=song):
            make(SimpleNamespace(session_hash="a visit"), song)
