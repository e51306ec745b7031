"""What stands before Gradio's server: which addresses there are, how much and how slowly may be sent, and what browsers may do.

A refusal is JSON with one sentence under `detail`, which Gradio's page shows as it does its own: in the visitor's language.
"""

import asyncio
import json
import logging
import math
import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import ClientDisconnect

from face2music.errors import Face2MusicError
from face2music.page.texts import Texts, language_of
from face2music.page.uploads import tidied

Scope = dict[str, Any]
Message = dict[str, Any]
App = Callable[[Scope, Callable[[], Any], Callable[[Message], Any]], Any]

MOST_BODY_BYTES = 30_000_000  # a picture of 20 MB as base64, and what is said of it
MOST_PIECES = 500_000  # values and escapes of a request; a picture is one, however large, and millions would hold up everybody
MOST_HELD_BYTES = 400_000_000  # of all that is in memory at once: requests on their way, and those that wait for their turn
MOST_UPLOAD_BYTES = 201_000_000  # a clip of 200 MB, and what is said of it
PATIENCE_S = 60.0  # for a request to arrive whole
SLOWEST_UPLOAD_BPS = 400_000  # bytes a second of what is announced, on top of that
_FRAMES = "'self' https://huggingface.co https://*.huggingface.co https://*.hf.space"
_CONTENT = {
    "default-src": "'self'",
    # Gradio's page is started by scripts within it, and makes functions of the scripts of components.
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": _FRAMES,  # Spaces show the page in a frame
}
_DENIED = ("microphone", "geolocation", "display-capture", "payment", "usb", "serial", "hid", "midi")
HEADERS = {
    "content-security-policy": "; ".join(f"{what} {where}" for what, where in _CONTENT.items()),
    "permissions-policy": ", ".join(["camera=(self)", *(f"{name}=()" for name in _DENIED)]),
    "referrer-policy": "same-origin",  # a link to a song says what somebody felt
    "x-content-type-options": "nosniff",
}
# What the page and programs ask for; Gradio has more, such as fetching other addresses and writing a visitor's session to disk.
_API = "/gradio_api/"
_PAGES = ("/", "/config", "/theme.css", "/favicon.ico", "/robots.txt", "/manifest.json", "/pwa_icon")
_FOLDERS = ("/assets/", "/static/", "/svelte/", "/pwa_icon/")
_CALLS = ("info", "openapi.json", "app_id", "startup-events", "theme.css", "upload", "component_server")
_QUEUE = ("queue/join", "queue/data", "queue/status", "reset", "cancel", "mcp")
_API_FOLDERS = ("file=", "run/", "call/", "heartbeat/", "stream/", "mcp/")
_UPLOAD, _INFO = f"{_API}upload", f"{_API}info"
_JOINING = (f"{_API}queue/join", f"{_API}call/")
_PIECES = (b",", b"[", b"{", b"\\")
_SMALL, _LATER = 100_000, {"retry-after": "60"}
_BODY = "face2music.body"  # where a request holds what was received of it
_FULL = 503  # Gradio's answer where the queue has no room
_log = logging.getLogger(__name__)


class _RefusedError(Exception):
    """Why a request is answered here."""

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status, self.headers = status, dict(headers or {})


class Guard:
    """An ASGI application around another.

    Parameters
    ----------
    app
        The application that answers what is let through.
    wait_s
        How long somebody would wait for a song who came now, in seconds, where the queue is full; None where it is not.
    waiting_bytes
        The size of the requests that the application keeps until it is their turn.
    """

    def __init__(
        self, app: App, wait_s: Callable[[], float | None] = lambda: None, waiting_bytes: Callable[[], int] = lambda: 0
    ) -> None:
        self._app, self._wait_s, self._room = app, wait_s, _Room(waiting_bytes)

    async def __call__(self, scope: Scope, receive: Callable[[], Any], send: Callable[[Message], Any]) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # the page has no web sockets
            await send({"type": "websocket.close", "code": 1008})
            return
        answer = _Answer(send, _texts(scope), lambda: _full(self._wait_s() or 0.0) if _joins(scope) else None)
        body = _Body(receive, answer, scope, self._room)
        try:
            self._check(scope)
            with tidied():
                await self._app({**scope, **_rewritten(scope), _BODY: body}, body.receive, answer.send)
        except ClientDisconnect:
            pass  # nobody is there to be answered
        except _RefusedError as refusal:
            answer.refusal = refusal
        except (Face2MusicError, OSError) as error:
            answer.refusal = _refused_by(error)
        except Exception as error:  # Gradio's routes raise whatever a request that nobody's page sends makes them raise
            _log.warning("%s %s could not be answered: %s", scope["method"], ascii(scope["path"][:100]), type(error).__name__)
            answer.refusal = _RefusedError(400, "This request cannot be read; see what the page's 'Use via API' says.")
        finally:
            body.let_go()
        await answer.finish()

    def _check(self, scope: Scope) -> None:
        path = scope["path"]
        if not _is_known(path):
            raise _RefusedError(404, "There is nothing at this address.")
        if _joins(scope) and (wait_s := self._wait_s()) is not None:
            raise _full(wait_s)
        if _announced(scope) > _most_bytes(scope):
            raise _too_large(_most_bytes(scope))


class _Answer:
    """What the application answers, with our headers, unless the request is refused before its first word.

    `full` refuses what the application itself found no room for: who came at the same moment may have filled the queue.
    """

    def __init__(self, send: Callable[[Message], Any], texts: Texts, full: Callable[[], _RefusedError | None]) -> None:
        self._send, self._texts, self._full, self._begun, self._ended = send, texts, full, False, True
        self.refusal: _RefusedError | None = None

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on."""
        if self.refusal is not None and not self._begun:
            return
        if message["type"] == "http.response.start" and message["status"] == _FULL:
            self.refusal = self._full()
            if self.refusal is not None:
                return
        if message["type"] == "http.response.start":
            self._begun = True
            self._ended = any(name.lower() == b"content-length" for name, _ in message["headers"])
            others = [(name, value) for name, value in message["headers"] if name.decode("latin-1").lower() not in HEADERS]
            message = {**message, "headers": [*others, *_encoded(HEADERS)]}
        elif not message.get("more_body", False):
            self._ended = True
        await self._send(message)

    async def finish(self) -> None:
        """Say why the request is refused, if it is and nothing else was said; end what was begun."""
        if self._begun and not self._ended:
            await self._send({"type": "http.response.body", "body": b""})
        if self.refusal is None or self._begun:
            return
        body = json.dumps({"detail": self._texts.sentence(str(self.refusal))}, ensure_ascii=False).encode()
        more = {"content-type": "application/json; charset=utf-8", "content-length": str(len(body)), **self.refusal.headers}
        # What of the request has not arrived is not waited for.
        headers = _encoded({**HEADERS, **more, "connection": "close"})
        await self._send({"type": "http.response.start", "status": self.refusal.status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


class _Room:
    """The memory for requests, which all share."""

    def __init__(self, waiting_bytes: Callable[[], int]) -> None:
        self._waiting_bytes, self.taken = waiting_bytes, 0

    def take(self, size: int) -> bool:
        """Take so many bytes more; whether there is room for them."""
        self.taken += size
        return self.taken + self._waiting_bytes() <= MOST_HELD_BYTES


class _Body:
    """What a visitor sends: so much, no slower, and together with others no more than there is room for."""

    def __init__(self, receive: Callable[[], Any], answer: _Answer, scope: Scope, room: _Room) -> None:
        self._receive, self._answer, self._most, self._room = receive, answer, _most_bytes(scope), room
        self._on_disk = scope["path"] == _UPLOAD  # such a body is no burden to the memory
        self._pieces = 0
        self._patience_s = PATIENCE_S + (_announced(scope) / SLOWEST_UPLOAD_BPS if scope["path"] == _UPLOAD else 0.0)
        self._until_s, self.size, self._whole = time.monotonic() + self._patience_s, 0, False

    async def receive(self) -> Message:
        """The next part of the request; once it is whole, the news that its sender has gone."""
        if self._whole:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), max(0.0, self._until_s - time.monotonic()))
        except TimeoutError:
            raise self._refused(
                _RefusedError(408, f"The request did not arrive within {math.ceil(self._patience_s)} seconds; try again.")
            ) from None
        size = len(message.get("body", b""))
        self.size += size
        has_room = self._on_disk or self._room.take(size)
        if self.size > self._most:
            raise self._refused(_too_large(self._most))
        if not self._on_disk:
            self._pieces += sum(message.get("body", b"").count(mark) for mark in _PIECES)
        if self._pieces > MOST_PIECES:
            raise self._refused(_RefusedError(413, "This request is made of too many pieces; send a shorter one."))
        if not has_room and self.size > _SMALL:  # a small one always finds some
            raise self._refused(_RefusedError(429, "Many large requests are on their way; try again in a minute.", _LATER))
        self._whole = not message.get("more_body", False)
        return message

    def let_go(self) -> None:
        """Leave the room to others."""
        if not self._on_disk:
            self._room.taken -= self.size

    def _refused(self, refusal: _RefusedError) -> _RefusedError:
        # Kept as well as raised: who reads the body may have an answer of its own to any error.
        self._answer.refusal = refusal
        return refusal


def size_of(request: Any) -> int:
    """The size of a request as it was received, in bytes."""
    body = request.scope.get(_BODY)
    return 0 if body is None else body.size


def _rewritten(scope: Scope) -> Scope:
    """What is changed of a request, for Gradio would remember it: what an upload is called, for ever, and where the page lies.

    It would tell all others the address that the first who asked said it had; of a page by name, it tells each their own.
    """
    if scope["path"] == _UPLOAD:
        return {"query_string": b""}
    return {"query_string": scope["query_string"] + b"&page="} if scope["path"].rstrip("/") == _INFO else {}


def _joins(scope: Scope) -> bool:
    """Whether a request asks for a place in the queue."""
    return scope["method"] == "POST" and scope["path"].startswith(_JOINING)


def _is_known(path: str) -> bool:
    if not path.startswith(_API):
        return path.startswith(_FOLDERS) or (path.rstrip("/") or "/") in _PAGES
    call = path.removeprefix(_API)
    if call.startswith("file="):
        return "://" not in call  # a file of ours, not one that is fetched from elsewhere
    return call.startswith(_API_FOLDERS) or call.rstrip("/") in (*_CALLS, *_QUEUE)


def _refused_by(error: Exception) -> _RefusedError:
    if isinstance(error, Face2MusicError):
        return _RefusedError(400, str(error))
    _log.error("The server cannot work: %s", error)
    return _RefusedError(507, "The server has no room for files at the moment; try again in a few minutes.")


def _full(wait_s: float) -> _RefusedError:
    seconds = max(1, round(wait_s))
    # Not 503, for which Gradio's page has a sentence of its own that tells no time.
    sentence = f"Many songs are waiting to be made; try again in about {seconds} seconds."
    return _RefusedError(429, sentence, {"retry-after": str(seconds)})


def _too_large(most: int) -> _RefusedError:
    return _RefusedError(413, f"This is larger than {most // 1_000_000} MB; choose a smaller file.")


def _most_bytes(scope: Scope) -> int:
    return MOST_UPLOAD_BYTES if scope["path"] == _UPLOAD else MOST_BODY_BYTES


def _announced(scope: Scope) -> int:
    length = _header(scope, b"content-length")
    return int(length) if length.isdecimal() else 0


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name), "")


def _texts(scope: Scope) -> Texts:
    return Texts(language_of(_header(scope, b"accept-language")))


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]
