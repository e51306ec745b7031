"""The text of a link -> its song."""

from face2music.pipeline.chain import compose
from face2music.pipeline.live import replay
from face2music.pipeline.song import Song
from face2music.share import decode_link


def open_link(text: str, render: bool = True) -> Song:
    """The song of a link, as `Song.link` gives it: the same MIDI bytes; refusals as in `share.decode_link`."""
    settings = decode_link(text)
    if settings.played:
        return replay(settings.played, seed=settings.seed, wishes=settings.wishes, render=render)
    asked = {name: value for name, value in vars(settings).items() if name != "played"}
    return compose(**asked, render=render)
