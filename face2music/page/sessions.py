"""Visits: Gradio's sessions, which here remember nothing of what was shown, and not for ever what nobody came for."""

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import gradio as gr
from gradio.state_holder import SessionState, StateHolder

from face2music.errors import RequestError

MOST_NAME = 100  # characters of a session's name, by which much is remembered: a browser's has eleven, a program's 36
KEPT_S = 300.0


class Sessions(StateHolder):
    """The sessions of a page."""

    def __init__(self, page: gr.Blocks) -> None:
        super().__init__()
        self.set_blocks(page)

    def __getitem__(self, session_id: str) -> SessionState:
        if session_id not in self.session_data:
            check_name(session_id)
            self.session_data[session_id] = _Session(self.blocks)
        return super().__getitem__(session_id)


class _Session(SessionState):
    """Gradio keeps the last value of each input and output, such as a picture, for links to them that our page does not have."""

    def __init__(self, blocks: gr.Blocks) -> None:
        super().__init__(cast("gr.Blocks", SimpleNamespace(default_config=blocks.default_config, blocks=())))

    def _update_config(self, key: int) -> None:
        pass

    def _update_value_in_config(self, key: int, value: Any) -> None:
        pass

    def __setitem__(self, key: int, value: Any) -> None:
        super().__setitem__(key, value)
        self.config_values.clear()


class Unheard:
    """Answers that nobody comes for: Gradio's queue keeps all that a song's page shows, for two thousand sessions."""

    def __init__(self, queue: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._queue, self._clock = queue, clock
        self._asked_s: dict[str, float] = {}  # the oldest first

    def asked(self, session: str) -> None:
        """Note that a session has asked for something, and forget those that asked long ago and did not listen."""
        self._asked_s.pop(session, None)
        self._asked_s[session] = self._clock()
        for old in [old for old, asked_s in self._asked_s.items() if self._clock() - asked_s > KEPT_S]:
            waiting = self._queue.pending_event_ids_session.get(old, ())
            if not any(event in self._queue.event_ids_to_events for event in waiting):
                del self._asked_s[old]
                self._queue.pending_event_ids_session.pop(old, None)
                self._queue.pending_messages_per_session.pop(old, None)


def check_name(session: str | None) -> None:
    """RequestError if a session's name is too long to be remembered."""
    if session and len(session) > MOST_NAME:
        raise RequestError(f"The name of the session has {len(session)} characters; give it at most {MOST_NAME}.")
