"""Who asks speaks a language: that of the request at hand, for what is made where no request is passed on."""

from contextvars import ContextVar
from typing import Any

from face2music.page.texts import LANGUAGES, Texts, language_of

_LANGUAGE: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])
_WANTED = b"accept-language"


def spoken() -> Texts:
    """The words in the language of the request that is answered now; English where there is none."""
    return Texts(_LANGUAGE.get())


class Listener:
    """Before the page: notes which language each request asks for."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on."""
        if scope["type"] == "http":
            _LANGUAGE.set(language_of(dict(scope["headers"]).get(_WANTED, b"").decode("latin-1")))
        await self._app(scope, receive, send)
