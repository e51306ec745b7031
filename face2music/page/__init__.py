"""The Gradio page: a picture or an emotion in, a song to hear, see, correct, keep and share out."""

from face2music.page.backend import Backend
from face2music.page.cache import cache_folder, swept
from face2music.page.layout import build_page
from face2music.page.process import prepare
from face2music.page.server import serve
from face2music.page.texts import I18N
from face2music.page.theme import STYLE_SHEETS, THEME

__all__ = ["I18N", "STYLE_SHEETS", "THEME", "Backend", "build_page", "cache_folder", "prepare", "serve", "swept"]
