"""The page itself, packed: Gradio packs its scripts, but not the page, which is the largest of all that is loaded."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Receive, Scope, Send


class Packed(GZipMiddleware):
    """Before the page: packs the page, for browsers that can unpack it, and nothing else."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        await (super().__call__ if scope["type"] == "http" and scope["path"] == "/" else self.app)(scope, receive, send)
