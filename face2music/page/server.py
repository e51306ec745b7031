"""The page's server: Gradio's, with our guard before it."""

import os
from importlib.util import find_spec

import gradio as gr
from gradio import route_utils
from starlette.middleware import Middleware

from face2music.page.guard import Guard, size_of
from face2music.page.packed import Packed
from face2music.page.prompt import Prompt
from face2music.page.sessions import Sessions
from face2music.page.spoken import Listener
from face2music.page.texts import I18N
from face2music.page.theme import STYLE_SHEETS, THEME
from face2music.page.turns import share_out, waiting_in, waiting_s
from face2music.page.uploads import OwnUpload
from face2music.page.ways.video import MOST_CLIP_BYTES

CONCURRENT, WAITING = 2, 32
LOOKS_EVERY_S = 0.01  # for what waits in the queue; Gradio would look each thousandth, and take a sixteenth of a core for it
SESSIONS = 500


def serve(page: gr.Blocks) -> None:
    """Serve a page until interrupted; raises as `start` does."""
    start(page)
    page.block_thread()


def start(page: gr.Blocks) -> str:
    """Serve a page from now on: its address.

    Raises
    ------
    OSError, ValueError
        If the address that GRADIO_SERVER_NAME and GRADIO_SERVER_PORT name cannot be had.
    """
    page.queue(max_size=WAITING, default_concurrency_limit=CONCURRENT, api_open=False)  # closed: nobody gets past the queue
    page._queue.sleep_when_free = LOOKS_EVERY_S
    share_out(page._queue, WAITING)
    route_utils.GradioUploadFile = OwnUpload  # Gradio makes uploads of what this module calls so
    app, url, _ = page.launch(
        server_port=int(os.environ.get("GRADIO_SERVER_PORT", "7860")),
        theme=THEME,
        css_paths=STYLE_SHEETS,
        i18n=I18N,
        footer_links=["api", "settings"],
        max_file_size=MOST_CLIP_BYTES,
        show_error=True,
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,  # the page is drawn by scripts of its own, which a server could not run
        mcp_server=find_spec("mcp") is not None,  # pip install "gradio[mcp]"
        state_session_capacity=SESSIONS,
        app_kwargs={
            "middleware": [
                Middleware(Guard, wait_s=lambda: wait_s(page), waiting_bytes=lambda: waiting_bytes(page)),
                Middleware(Listener),
                Middleware(Packed),
            ]
        },
        prevent_thread_lock=True,
        _frontend=False,  # else it gives up where the page does not answer itself within 3 s, as on a busy machine
    )
    # Gradio takes no settings for its server; this one is read for each connection.
    page.server.config.http_protocol_class = Prompt
    app.state_holder = Sessions(page)
    return url


def wait_s(page: gr.Blocks) -> float | None:
    """How long who comes now would wait for a song, where the queue is full, else None."""
    return None if len(page._queue) < WAITING else waiting_s(page._queue, CONCURRENT)


def waiting_bytes(page: gr.Blocks) -> int:
    """The size of the requests in the queue."""
    return sum(size_of(event.request) for event in waiting_in(page._queue))
