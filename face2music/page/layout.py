"""The page as a whole."""

import gradio as gr

from face2music.page.components import html, lay_results, lay_wishes
from face2music.page.events import connect, publish
from face2music.page.handlers import Attention, Compose

# Every minute, files that nobody asked for within ten minutes go: uploaded pictures as well as songs.
DELETE_CACHE_S = (60, 600)


def build_page(compose: Compose, attention: Attention) -> gr.Blocks:
    """Lay out the page around functions with the signatures of `pipeline.compose` and `pipeline.attention`."""
    with gr.Blocks(title="face2music", analytics_enabled=False, delete_cache=DELETE_CACHE_S) as page:
        html('<header><h1>face2music</h1><p class="quiet">Your face, composed as music</p></header>')
        with gr.Row(elem_id="columns"):
            with gr.Column(scale=5, min_width=300, elem_id="wishes"):
                wishes = lay_wishes()
            with gr.Column(scale=6, min_width=300, elem_id="results"):
                results = lay_results()
        connect(compose, attention, wishes, results)
        publish(compose, wishes)
    return page
