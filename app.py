"""The web page: `python app.py` serves it on http://127.0.0.1:7860 (GRADIO_SERVER_NAME and GRADIO_SERVER_PORT change that)."""

import os
import signal
import sys
import threading

from face2music import assets
from face2music.errors import Face2MusicError
from face2music.page import Backend, build_page, cache_folder, prepare, serve, swept
from face2music.pipeline import (
    Live,
    Song,
    attention,
    compose,
    compose_curve,
    compose_journey,
    joining_obstacle,
    open_link,
    read_faces,
    read_video,
    warm_up,
)


def judge(song: Song) -> dict[str, float]:
    """The valence and arousal of a song's sound."""
    from face2music.evaluation.music.listen import listen  # takes seconds and 230 MB, which not everybody needs

    return listen(song.encoded("wav"))


def load_judge() -> None:
    """Load what `judge` needs."""
    import face2music.evaluation.music.listen  # noqa: F401


def backend() -> Backend:
    """What the page needs of the program."""
    return Backend(
        compose=compose,
        compose_journey=compose_journey,
        read_video=read_video,
        compose_curve=compose_curve,
        joining=joining_obstacle,
        open_link=open_link,
        read_faces=read_faces,
        attention=attention,
        styles=list(assets.read_json("profiles.json")["styles"]),
        live=Live,
        judge=judge,
        load_judge=load_judge,
    )


def main() -> None:
    """Serve the page until interrupted; its cache of songs goes with it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    prepare()
    threading.Thread(target=warm_up, daemon=True).start()
    try:
        program = backend()
        with cache_folder() as cache:
            os.environ["GRADIO_TEMP_DIR"] = str(cache)
            page = build_page(program)
            with swept(cache):
                serve(page)
    except Face2MusicError as error:
        sys.exit(f"The page cannot be served: {error}")
    except (OSError, ValueError) as error:
        sys.exit(f"The page cannot be served ({error}); set GRADIO_SERVER_PORT to a free port from 1024 to 65535.")


if __name__ == "__main__":
    main()
