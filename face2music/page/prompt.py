"""Connections on which a request must have begun in time: a head that trickles in, or never comes, is hung up on.

The server would wait for it without an end, and each that waits holds one of the files that the system lets a process have open.
"""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 10.0  # from the connection, or the first byte of a further request, to the end of the request's head


class Prompt(H11Protocol):
    """Uvicorn's connection, with an end to its patience."""

    _hangs_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what has come, and go on waiting as long as the head of a request is not whole."""
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._wait()
        else:
            self._wait_no_more()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._hangs_up is None:
            self._hangs_up = self.loop.call_later(HEAD_S, self.transport.close)

    def _wait_no_more(self) -> None:
        if self._hangs_up is not None:
            self._hangs_up.cancel()
            self._hangs_up = None
