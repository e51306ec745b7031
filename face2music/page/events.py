"""Which function each event calls. All that make a song end in `Events.shown`, which says what each output shows of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from face2music.page import wishes
from face2music.page.backend import Backend
from face2music.page.handlers import picture_in, seen_in, told
from face2music.page.parts import ALL_FILES, KINDS, Given, Shown
from face2music.page.portrait import attention, portrait
from face2music.page.result.facts import entry, facts
from face2music.page.result.headline import headline
from face2music.page.result.heard import heard
from face2music.page.result.sheet import sheet
from face2music.page.shelf import Shelf
from face2music.page.songs import Songs
from face2music.page.texts import Texts, texts_of
from face2music.pipeline import ALL_FACES, Song, decode_link, shares_at

# The button only asks the camera for a picture; the song begins when there is one.
ASK_CAMERA = """() => document.querySelector("#camera .view").parentElement.dispatchEvent(new Event("compose"))"""
# In one column the song begins below the screen: bring it into view.
SHOW_SONG = """() => {
  if (!matchMedia("(max-width: 860px)").matches) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  document.querySelector("#results").scrollIntoView({behavior: calm ? "auto" : "smooth", block: "start"});
}"""
