"""What stands before the page's server, with an application that only counts what reaches it."""

import asyncio
import gzip
import json
import logging
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from loop import finished
from starlette.requests import Request

from face2music.errors import OutputError
from face2music.page import guard
from face2music.page.guard import HEADERS, Guard, size_of
from face2music.page.packed import Packed
from face2music.page.uploads import OwnUpload


def ask(app, method="POST", path="/gradio_api/queue/join", parts=(b"{}",), headers=(), query=b"", **settings):
    """Send a request; the status, the headers and the body of the answer."""
    sent, waiting = [], list(parts)

    async def receive():
        if waiting and waiting[0] is None:
            await asyncio.sleep(60)
        if not waiting:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": list(headers)}
    finished(Guard(app, **settings)(scope, receive, send))
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}, body


async def counts(scope, receive, send):
    """Read a request whole and say how long it is."""
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message["body"]), message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"X-Content-Type-Options", b"other")]})
    await send({"type": "http.response.body", "body": str(size).encode()})


def failing(error):
    async def fail(scope, receive, send):
        raise error

    return fail


def detail(body: bytes) -> str:
    return json.loads(body)["detail"]


def test_an_answer_passes_with_our_headers_in_place_of_its_own():
    status, headers, body = ask(counts, parts=(b"abc", b"de"))
    assert (status, body) == (200, b"5")
    assert headers == HEADERS


def test_more_than_the_limit_is_refused_whether_it_is_announced_or_not():
    million = b"x" * 1_000_000
    assert ask(counts, parts=(million,) * 30)[0] == 200
    for parts, headers in (((million,) * 31, ()), ((b"",), [(b"content-length", b"30000001")])):
        status, _, body = ask(counts, parts=parts, headers=headers)
        assert status == 413
        assert detail(body) == "This is larger than 30 MB; choose a smaller file."


def test_a_request_of_millions_of_pieces_is_refused_before_it_is_read():
    """Reading one takes seconds, in which nobody else is answered."""
    for part in (b"0," * 300_000, b"\\u0000" * 300_000, b"[{" * 300_000):
        status, _, body = ask(counts, parts=(part, part))
        assert status == 413
        assert detail(body) == "This request is made of too many pieces; send a shorter one."
    assert ask(counts, parts=(b"[1, 2]", b"A" * 20_000_000))[0] == 200
    assert ask(counts, path="/gradio_api/upload", parts=(b"0," * 600_000,))[0] == 200


def test_all_that_is_in_memory_at_once_has_a_bound(monkeypatch):
    """Of many who send large requests together the later are refused; small ones pass, and the next when there is room."""
    monkeypatch.setattr(guard, "MOST_HELD_BYTES", 2_500_000)
    million, whole = b"x" * 1_000_000, []

    async def waits(scope, receive, send):
        await counts(scope, receive, send)
        whole.append(scope)
        while len(whole) < 2:  # two are held until both are there
            await asyncio.sleep(0.01)

    async def come(app, body, path="/gradio_api/queue/join"):
        sent, parts = [], [body]

        async def receive():
            return {"type": "http.request", "body": parts.pop(), "more_body": False}

        async def send(message):
            sent.append(message)

        await app({"type": "http", "method": "POST", "path": path, "headers": []}, receive, send)
        return sent[0]["status"], dict(sent[0]["headers"]).get(b"retry-after")

    async def all_at_once():
        app = Guard(waits)
        first = asyncio.create_task(come(app, million))
        await asyncio.sleep(0.02)
        held = await come(Guard(waits, waiting_bytes=lambda: 2_000_000), million)
        app._room.take(1_000_000)
        refused, small = await come(app, million), await come(app, b"{}")
        app._room.taken -= 1_000_000
        await first
        return held, refused, small, await come(app, million), app._room.taken

    held, refused, small, again, left = finished(all_at_once())
    assert held == refused == (429, b"60")
    assert (small[0], again[0], left) == (200, 200, 0)
    assert ask(counts, path="/gradio_api/upload", parts=(million,) * 3)[0] == 200, "that one is written to disk"
    _, _, body = ask(counts, parts=(million,) * 3, headers=[(b"accept-language", b"fr-FR,fr;q=0.9")])
    assert detail(body) == "Beaucoup de requêtes volumineuses sont en cours ; réessayez dans une minute."


def test_what_never_arrives_is_given_up_even_where_the_reader_has_an_answer_of_its_own(monkeypatch):
    monkeypatch.setattr(guard, "PATIENCE_S", 0.05)

    async def swallows(scope, receive, send):
        try:
            await counts(scope, receive, send)
        except Exception:
            await send({"type": "http.response.start", "status": 400, "headers": []})
            await send({"type": "http.response.body", "body": b"There was an error parsing the body"})

    for app in (counts, swallows):
        status, _, body = ask(app, parts=(b"a", None, b"b"))
        assert status == 408
        assert detail(body) == "The request did not arrive within 1 seconds; try again."


@pytest.mark.parametrize(
    ("language", "large", "disk"),
    [
        ("en", "This is larger than 201 MB; choose a smaller file.", "The server has no room for files at the moment"),
        ("de-DE", "Das ist größer als 201 MB; wähle eine kleinere Datei.", "Der Server hat im Moment keinen Platz für Dateien"),
        ("ja", "201 MB を超えています。小さいファイルを選んでください。", "今サーバーにファイルを置く場所がありません。"),
    ],
)
def test_a_refusal_is_told_in_the_visitors_language(language, large, disk):
    wanted = (b"accept-language", language.encode())
    _, _, body = ask(counts, path="/gradio_api/upload", headers=[wanted, (b"content-length", b"201000001")])
    assert detail(body) == large
    _, _, body = ask(failing(OSError(28, "No space left on device")), headers=[wanted])
    assert detail(body).startswith(disk)


def test_a_full_queue_tells_the_time_in_the_visitors_language():
    full = {"wait_s": lambda: 41.7, "headers": [(b"accept-language", b"de")]}
    status, headers, body = ask(counts, **full)
    assert (status, headers["retry-after"]) == (429, "42")
    assert detail(body) == "Viele Lieder warten darauf, gemacht zu werden; versuche es in etwa 42 Sekunden noch einmal."
    assert ask(counts, path="/gradio_api/call/compose", **full)[0] == 429
    assert ask(counts, path="/gradio_api/queue/join", wait_s=lambda: None)[0] == 200
    assert ask(counts, path="/gradio_api/call/compose/abc", method="GET", **full)[0] == 200


def test_a_queue_that_fills_at_the_same_moment_is_told_alike():
    async def crowded(scope, receive, send):
        await send({"type": "http.response.start", "status": 503, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"{}"})

    times = [None, 7.2]  # before it filled, and since
    status, headers, body = ask(crowded, wait_s=lambda: times.pop(0))
    assert (status, headers["retry-after"]) == (429, "7")
    assert "7 seconds" in detail(body)
    assert ask(crowded, path="/config", method="GET")[0] == 503


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (OutputError("There is no room; try later."), 400, "There is no room; try later."),
        (OSError(28, "No space left on device"), 507, "The server has no room for files at the moment"),
        (KeyError("secret"), 400, "This request cannot be read"),
    ],
)
def test_an_error_of_the_application_is_told_without_its_inside(error, status, sentence):
    got, headers, body = ask(failing(error))
    assert got == status
    assert detail(body).startswith(sentence)
    assert "secret" not in body.decode()
    assert headers["x-content-type-options"] == "nosniff"


KNOWN = ("/", "/config/", "/assets/a.js", "/gradio_api/upload", "/gradio_api/file=/tmp/a b.wav", "/gradio_api/mcp")
UNKNOWN = (
    "/admin",
    "/gradio_api/",
    "/gradio_api/deep_link",
    "/gradio_api/proxy=x",
    "/gradio_api/file=https://x",
    "/gradio_api/info2",
)


@pytest.mark.parametrize(("path", "status"), [*((path, 200) for path in KNOWN), *((path, 404) for path in UNKNOWN)])
def test_there_is_what_the_page_needs_and_nothing_else(path, status):
    assert ask(counts, path=path)[0] == status


def test_what_is_said_of_a_request_stays_on_one_line_of_the_log(caplog):
    with caplog.at_level(logging.WARNING):
        ask(failing(KeyError("x")), path="/gradio_api/call/a\nERROR all is lost\x1b[2J")
    (record,) = caplog.records
    assert r"a\nERROR all is lost\x1b[2J" in record.getMessage()


def test_what_gradio_would_remember_of_a_request_does_not_reach_it():
    asked = []

    async def app(scope, receive, send):
        asked.append(scope["query_string"])
        await counts(scope, receive, send)

    for path in ("/gradio_api/upload", "/config", "/gradio_api/info"):
        ask(app, path=path, query=b"upload_id=x&page=y")
    assert asked == [b"", b"upload_id=x&page=y", b"upload_id=x&page=y&page="]


def test_how_large_a_request_was_is_known_as_long_as_it_is():
    async def app(scope, receive, send):
        await counts({**scope}, receive, send)
        assert size_of(Request(scope)) == 5
        assert size_of(Request({"type": "http"})) == 0

    assert ask(app, parts=(b"abc", b"de"))[0] == 200


@pytest.mark.parametrize("end", [None, OSError(28, "No space left on device"), KeyError("odd")])
def test_of_an_upload_that_comes_to_nothing_no_file_stays(tmp_path, end):
    """Its sender has gone, or something went wrong; what came to its place before stays there."""
    messages, sent = [{"type": "http.request", "body": b"half", "more_body": True}], []

    async def receive():
        if messages:
            return messages.pop()
        if end:
            raise end
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    async def writes(scope, receive, send):
        placed, broken = (
            OwnUpload(NamedTemporaryFile(delete=False, dir=tmp_path), filename=name)  # noqa: SIM115
            for name in ("placed", "broken")
        )
        Path(placed.file.name).rename(tmp_path / "placed")
        async for part in Request(scope, receive).stream():
            broken.file.write(part)

    finished(Guard(writes)({"type": "http", "method": "POST", "path": "/gradio_api/upload", "headers": []}, receive, send))
    assert [path.name for path in tmp_path.iterdir()] == ["placed"]
    assert bool(sent) == bool(end), "nobody is there to be answered"


def test_an_upload_has_only_so_many_files(tmp_path):
    async def writes(scope, receive, send):
        for _ in range(13):
            OwnUpload(NamedTemporaryFile(delete=False, dir=tmp_path), filename="a")  # noqa: SIM115

    status, _, body = ask(writes, path="/gradio_api/upload")
    assert status == 400
    assert detail(body) == "There are more than 12 files in this upload; send fewer at a time."
    assert list(tmp_path.iterdir()) == []


def test_a_stream_that_breaks_off_is_ended():
    async def breaks(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise RuntimeError("broken")

    assert ask(breaks)[2] == b"half"


def test_the_page_is_packed_for_who_can_unpack_it_and_no_song_is():
    long = b"The same again. " * 1000

    async def tells(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": long})

    packs = [(b"accept-encoding", b"gzip")]
    assert gzip.decompress(ask(Packed(tells), method="GET", path="/", headers=packs)[2]) == long
    assert ask(Packed(tells), method="GET", path="/")[2] == long
    assert ask(Packed(tells), method="GET", path="/gradio_api/file=song.wav", headers=packs)[2] == long


def test_web_sockets_are_closed():
    sent = []

    async def send(message):
        sent.append(message)

    finished(Guard(counts)({"type": "websocket", "path": "/"}, None, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]
