"""Staff notation of a song: a figure for each page."""

from html import escape

from face2music.page.result.words import worded
from face2music.page.texts import Texts
from face2music.pipeline import NARROW, Song

NARROWEST_PX, WIDEST_PX = 300, 900


def sheet(song: Song, width_px: float, texts: Texts) -> str:
    """The pages of a song, engraved for a place so many pixels wide."""
    width = round(min(max(width_px, NARROWEST_PX), WIDEST_PX))
    pages = worded(song, texts).pages(width)
    names = (escape(texts("score", "alt", number=number, count=len(pages))) for number in range(1, len(pages) + 1))
    figures = "".join(
        f'<figure class="sheet" role="img" aria-label="{name}">{page}</figure>' for name, page in zip(names, pages, strict=True)
    )
    note = f'<p class="quiet small">{escape(texts("score", "narrow"))}</p>' if width < NARROW else ""
    return note + figures
