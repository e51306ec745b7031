"""The page as a whole."""

import gradio as gr

from face2music.page.answers import Answers
from face2music.page.api import publish
from face2music.page.backend import Backend
from face2music.page.blocks import Page
from face2music.page.events import connect
from face2music.page.files import stems_of
from face2music.page.films import Films
from face2music.page.greeting import Greeting
from face2music.page.parts import Given, lay_shown
from face2music.page.performances import Performances
from face2music.page.said import said
from face2music.page.shelf import Shelf
from face2music.page.showing import Showing
from face2music.page.songs import Songs
from face2music.page.texts import I18N
from face2music.page.ways import Live, Ways
from face2music.page.wishes import lay_panel

# Every minute, files that nobody asked for within ten minutes go.
DELETE_CACHE_S = (60, 600)
_HEADER = '<header><h1>face2music</h1><p class="quiet">${value}</p></header>'


def build_page(backend: Backend) -> gr.Blocks:
    """Lay out the page around the program."""
    films = Films(backend)
    songs = Songs(films.again)
    with Page(title="face2music", analytics_enabled=False, delete_cache=DELETE_CACHE_S) as page:
        shelf = Shelf(said(I18N("tagline"), _HEADER))
        with gr.Row(elem_id="columns"):
            with gr.Column(scale=5, min_width=300, elem_id="given"):
                given = Given(Ways(backend), lay_panel(backend.styles))
            with gr.Column(scale=8, min_width=300, elem_id="results"):
                shown = lay_shown(lambda link: stems_of(songs.of(link), shelf), judged=backend.judge is not None)
        showing = Showing(backend, given, shown, films)
        performances = Performances(backend, given.ways[Live].rooms, showing, songs)
        answers = Answers(backend, given, shown, showing, songs, films)
        connect(answers, performances, page, given, shown)
        publish(backend, films, given.panel)
        page.worded = Greeting(given, shown, backend.styles).words
    return page
