"""The web page: `python app.py` serves it on http://127.0.0.1:7860 (GRADIO_SERVER_NAME and GRADIO_SERVER_PORT change that)."""

import os
import signal
import sys
import tempfile
import threading
from importlib.util import find_spec

from face2music import assets
from face2music.page import I18N, STYLE_SHEETS, THEME, Backend, build_page
from face2music.pipeline import Live, Song, attention, compose, compose_journey, open_link, read_faces, warm_up


def judge(song: Song) -> dict[str, float]:
    """The valence and arousal of a song's sound; what measures it is loaded when it is asked for."""
    from face2music.evaluation.music.listen import listen

    return listen(song.encoded("wav"))


def main() -> None:
    """Serve the page until interrupted; its cache of songs goes with it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    threading.Thread(target=warm_up, daemon=True).start()
    styles = list(assets.read_json("profiles.json")["styles"])
    with tempfile.TemporaryDirectory(prefix="face2music-") as cache:
        os.environ["GRADIO_TEMP_DIR"] = cache
        page = build_page(Backend(compose, compose_journey, open_link, read_faces, attention, styles, Live, judge))
        try:
            page.queue(max_size=32, default_concurrency_limit=2).launch(
                server_port=int(os.environ.get("GRADIO_SERVER_PORT", "7860")),
                theme=THEME,
                css_paths=STYLE_SHEETS,
                i18n=I18N,
                footer_links=["api", "settings"],
                max_file_size="20mb",
                show_error=True,
                run_history=False,
                enable_monitoring=False,
                ssr_mode=False,  # the page is drawn by scripts of its own, which a server could not run
                mcp_server=find_spec("mcp") is not None,  # pip install "gradio[mcp]"
            )
        except (OSError, ValueError) as error:
            sys.exit(f"The page cannot be served ({error}); set GRADIO_SERVER_PORT to a free port from 1024 to 65535.")


if __name__ == "__main__":
    main()
