"""The web page: `python app.py` serves it on http://127.0.0.1:7860 (GRADIO_SERVER_NAME and GRADIO_SERVER_PORT change that)."""

import os
import signal
import sys
import tempfile
import threading

from face2music.page import STYLE_SHEET, THEME, build_page
from face2music.pipeline import attention, compose, warm_up


def main() -> None:
    """Serve the page until interrupted; its cache of uploads and songs goes with it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    threading.Thread(target=warm_up, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="face2music-") as cache:
        os.environ["GRADIO_TEMP_DIR"] = cache
        try:
            build_page(compose, attention).queue(max_size=32, default_concurrency_limit=2).launch(
                server_port=int(os.environ.get("GRADIO_SERVER_PORT", "7860")),
                theme=THEME,
                css_paths=STYLE_SHEET,
                footer_links=["api", "settings"],
                max_file_size="50mb",
                show_error=True,
                run_history=False,
                enable_monitoring=False,
                ssr_mode=False,
            )
        except (OSError, ValueError) as error:
            sys.exit(f"The page cannot be served ({error}); set GRADIO_SERVER_PORT to a free port from 1024 to 65535.")


if __name__ == "__main__":
    main()
