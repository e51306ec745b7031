"""Which function answers to each event of the page."""

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from face2music.page.answers import Answers
from face2music.page.parts import Given, Shown
from face2music.page.performances import Performances
from face2music.page.turns import in_order
from face2music.page.ways import Journey, Live, Photo, Video

# A way's button only asks the component before it for what it has; the song begins when that has answered.
ASK = """() => document.querySelector("%s").dispatchEvent(new Event("compose"))"""
# In one column the song begins below the screen: bring it into view.
SHOW_SONG = """() => {
  if (!matchMedia("(max-width: 860px)").matches) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  document.querySelector("#results").scrollIntoView({behavior: calm ? "auto" : "smooth", block: "start"});
}"""
# A message goes again by itself; why a picture is refused stays beside it until there is another, or a song.
KEEP_REFUSAL = """() => requestAnimationFrame(() => {
  const told = [...document.querySelectorAll('[data-testid="toast-text"]')].at(-1);
  if (told) document.querySelector("#camera .trouble").textContent = told.textContent;
})"""
FORGET_REFUSAL = """() => { document.querySelector("#camera .trouble").textContent = ""; }"""
# A song is there or refused: who asked for another one meanwhile, by `asking.js`, asks now.
ANSWERED = """() => document.dispatchEvent(new CustomEvent("answered", {detail: "#%s"}))"""
# Of a file that is refused, a message says why.
FORGET_FILE = """() => { document.querySelector("#keep .told").textContent = ""; }"""
# How wide the score may be; 0 while its tab is closed.
MEASURE = """link => [link, document.querySelector("#sheet").parentElement.clientWidth]"""
# The song's mood, or the moods that it moves through, as the steps of a journey to be changed.
TAKE_ALONG = """(shares, plane) => {
  document.querySelector("#route .route").dispatchEvent(new CustomEvent("begin", {detail: {shares, plane}}));
  document.querySelector("#tab-journey").dispatchEvent(new Event("open"));
  document.querySelector("#tab-journey").focus();
}"""
# What is asked of a song takes turns as the songs do: all kinds together, for each may have to compose its song again.
_OURS: dict[str, Any] = {"api_visibility": "private", "concurrency_id": "asked"}


def connect(answers: Answers, performances: Performances, page: gr.Blocks, given: Given, shown: Shown) -> None:
    """Say what happens at each event."""
    panel = given.panel
    values, link = panel.values, shown.link
    outputs = [*shown.all, panel.seed]

    def sings(
        listen: Callable[..., Any], answer: Callable[..., Any], inputs: list[Any], also: Sequence[Any] = (), **settings: Any
    ) -> Any:
        """An event that makes a song: all share one queue but clips, and tell their place in it at the headline.

        While a song is made, the last of what was asked for meanwhile is kept for the next. Songs come in the order in which they
        were asked for, but for that of a clip, which may take minutes.
        """
        common = _OURS | {"show_progress_on": shown.headline, "concurrency_id": "compose", "trigger_mode": "always_last"}
        ordered = answer if "concurrency_id" in settings else in_order(answer)
        event = listen(ordered, inputs, [*outputs, *also], **(common | settings))
        event.success(answers.engraved, [link, shown.width], shown.sheet, js=MEASURE, show_progress="hidden", **_OURS)
        asker = page.blocks[event["targets"][0][0]].elem_id
        for settled in (event.success, event.failure):
            settled(None, None, None, js=ANSWERED % asker, **_OURS)
        return event

    photo, journey, video, stage = given.ways[Photo], given.ways[Journey], given.ways[Video], given.ways[Live].stage
    photo.button.click(None, None, None, js=ASK % "#camera .view", **_OURS)
    journey.button.click(None, None, None, js=ASK % "#route .route", **_OURS)
    video.button.click(None, None, None, js=ASK % "#clip .view", **_OURS)
    taken = sings(photo.camera.picture, answers.from_picture, [photo.camera, *values])
    taken.failure(None, None, None, js=KEEP_REFUSAL, **_OURS)
    taken.success(None, None, None, js=FORGET_REFUSAL, **_OURS)
    for event in (
        taken,
        sings(photo.starters.choose, answers.from_emotion, values),
        sings(journey.route.journey, answers.from_steps, values),
        sings(video.clip.watch, answers.from_clip, values, also=[video.clip], concurrency_id="watch", concurrency_limit=1),
        sings(stage.finish, performances.taken, []),
    ):
        event.success(None, None, None, js=SHOW_SONG, **_OURS)
    stage.start(performances.begun, values, stage, show_progress="hidden", **_OURS | {"concurrency_id": "live"})
    page.unload(performances.left)
    sings(shown.again.click, answers.again, [link, *values])
    sings(shown.portrait.choose, answers.from_face, [photo.camera, link, *values])
    sings(shown.history.open, answers.opened, [], also=values[:-2])
    sings(shown.arrival.followed, answers.opened, [], also=values[:-2])
    sings(shown.shares.correct, answers.corrected, [link, *values])
    sings(shown.plane.input, answers.pointed, [shown.plane, link, *values])
    sings(panel.changed, answers.wished, [link, *values])

    shown.tabs.opened(answers.turned, [link, shown.width], shown.sheet, js=MEASURE, show_progress="hidden", **_OURS)
    shown.journey.click(None, [shown.shares, shown.plane], None, js=TAKE_ALONG, **_OURS)
    shown.look.click(answers.looked, shown.seen, shown.looked, **_OURS)
    shown.listen.click(answers.listened, link, shown.heard, **_OURS)
    made = shown.keep.ask(answers.filed, link, shown.keep, show_progress="hidden", trigger_mode="multiple", **_OURS)
    made.failure(None, None, None, js=FORGET_FILE, **_OURS)
    video.clip.join(answers.joined, None, video.clip, show_progress_on=shown.keep, **_OURS | {"concurrency_id": "watch"})
