"""The Gradio page: a picture or an emotion in, a song to hear, see and download out."""

from face2music.page.layout import build_page
from face2music.page.theme import STYLE_SHEET, THEME

__all__ = ["STYLE_SHEET", "THEME", "build_page"]
