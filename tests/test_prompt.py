"""How long the server waits for the head of a request, with a connection that is only pretended."""

import asyncio
import selectors
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from face2music.page import process, prompt

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Skipping(selectors.DefaultSelector):
    """Waits for nothing, and remembers how long it would have waited."""

    waited_s = 0.0

    def select(self, timeout=None):
        self.waited_s += max(0.0, timeout or 0.0)
        return super().select(0)


class SkippingLoop(asyncio.SelectorEventLoop):
    """A loop whose clock goes on only by what is waited for: what a machine is slow at takes no time on it."""

    def __init__(self) -> None:
        self._waits = Skipping()
        super().__init__(self._waits)

    def time(self) -> float:
        return self._waits.waited_s


class Line(asyncio.Transport):
    """What the server has of a connection."""

    def __init__(self) -> None:
        super().__init__()
        self.said, self.closed = b"", False

    def write(self, data):
        self.said += data

    def is_closing(self):
        return self.closed

    def close(self):
        self.closed = True

    def pause_reading(self):
        pass

    resume_reading = pause_reading


async def answers(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


def after(*parts: bytes, wait_s: float = 0.3, keep_alive_s: float = 5) -> Line:
    """The connection on which these came, one each twentieth of a second, when so long has passed since."""
    line = Line()

    async def speak():
        config = Config(answers, timeout_keep_alive=keep_alive_s)
        config.load()
        connection = prompt.Prompt(config, ServerState(), {})
        connection.connection_made(line)
        for part in parts:
            connection.data_received(part)
            await asyncio.sleep(0.05)
        await asyncio.sleep(wait_s)

    def run():
        with asyncio.Runner(loop_factory=SkippingLoop) as runner:
            runner.run(speak())

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()
    return line


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(prompt, "HEAD_S", 0.5)


def test_who_says_nothing_is_hung_up_on():
    assert not after(wait_s=0.1).closed
    assert after(wait_s=0.8).closed


def test_a_head_that_trickles_in_is_hung_up_on():
    assert after(*(REQUEST[:20][i : i + 1] for i in range(20)), wait_s=0).closed
    assert after(REQUEST, *(b"GET / HTTP"[i : i + 1] for i in range(10)), wait_s=0.3).closed


def test_a_request_in_time_is_answered_and_waited_after():
    line = after(REQUEST[:10], REQUEST[10:], REQUEST, wait_s=0.8)
    assert line.said.count(b"200 OK") == 2
    assert not line.closed


def test_a_body_may_take_its_time_here():
    """How long it may take is the guard's to say."""
    assert not after(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12", wait_s=0.8).closed


def test_the_process_may_have_more_files_open_where_the_system_lets_it(monkeypatch):
    set_to = []
    fake = SimpleNamespace(
        RLIMIT_NOFILE=7, RLIM_INFINITY=-1, getrlimit=lambda _: (256, 4096), setrlimit=lambda *given: set_to.append(given)
    )
    monkeypatch.setattr(process, "resource", fake)
    process.prepare()
    assert set_to == [(7, (4096, 4096))]
    fake.getrlimit = lambda _: (70_000, -1)
    process.prepare()
    assert len(set_to) == 1
