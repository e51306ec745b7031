"""Sessions: their names are short, and what nobody comes for is not remembered for ever."""

from types import SimpleNamespace

import pytest

from face2music.errors import RequestError
from face2music.page.server import waiting_bytes
from face2music.page.sessions import KEPT_S, MOST_NAME, Unheard, check_name


def test_a_long_name_is_refused():
    for name in (None, "", "abc", "a" * MOST_NAME):
        check_name(name)
    with pytest.raises(RequestError, match="has 101 characters; give it at most 100"):
        check_name("a" * (MOST_NAME + 1))


def test_what_nobody_came_for_is_forgotten_unless_it_is_still_made():
    now = [0.0]
    queue = SimpleNamespace(
        pending_event_ids_session={"gone": {"1"}, "waits": {"2"}, "here": set()},
        pending_messages_per_session={"gone": "a song", "waits": "", "here": ""},
        event_ids_to_events={"2": "a long clip"},
    )
    unheard = Unheard(queue, lambda: now[0])
    for session in ("gone", "waits", "here"):
        unheard.asked(session)
    now[0] = KEPT_S
    unheard.asked("here")
    assert len(queue.pending_messages_per_session) == 3
    now[0] = KEPT_S + 1
    unheard.asked("here")
    assert set(queue.pending_messages_per_session) == set(queue.pending_event_ids_session) == {"waits", "here"}
    queue.event_ids_to_events.clear()
    unheard.asked("here")
    assert set(queue.pending_messages_per_session) == set(queue.pending_event_ids_session) == {"here"}


def test_what_waits_is_as_large_as_its_requests_wherever_in_them_the_picture_is():
    events = [SimpleNamespace(request=SimpleNamespace(scope={"face2music.body": SimpleNamespace(size=size)})) for size in (5, 7)]
    waiting = {"compose": SimpleNamespace(queue=events), "asked": SimpleNamespace(queue=[])}
    assert waiting_bytes(SimpleNamespace(_queue=SimpleNamespace(event_queue_per_concurrency_id=waiting))) == 12
