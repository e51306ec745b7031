"""Which function each button calls, and the public endpoint."""

from typing import Any

import gradio as gr

from face2music.page import views
from face2music.page.components import Results, Wishes
from face2music.page.handlers import FROM_FACE, Attention, Compose, files_of, seen_in, song_for
from face2music.pipeline import DEFAULT_DURATION_S, Song

# In one column the song begins below the screen: bring it into view.
SHOW_RESULTS = """() => {
  if (!matchMedia("(max-width: 860px)").matches) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  document.querySelector("#results").scrollIntoView({behavior: calm ? "auto" : "smooth", block: "start"});
}"""


def connect(compose: Compose, attention: Attention, wishes: Wishes, results: Results) -> None:
    """Compose; Another take, which draws a new seed even where one is kept; and where the network looked."""

    def take(picture, emotion, duration_s, seed, face, keep_seed=False):
        song = song_for(compose, wishes.cache, picture, emotion, duration_s, seed if keep_seed else None, face)
        return _filled(song, wishes, results)

    outputs = [component for name, component in vars(results).items() if name != "again"] + [wishes.seed]
    shared: dict[str, Any] = {
        "outputs": outputs,
        "show_progress_on": results.headline,
        "concurrency_id": "compose",
        "api_visibility": "private",
    }
    wishes.button.click(take, [*wishes.request, wishes.keep_seed], **shared).success(
        None, js=SHOW_RESULTS, api_visibility="private"
    )
    results.again.click(take, wishes.request, **shared)
    results.look.click(
        lambda seen: views.attention(seen.crop, attention(seen.crop, seen.emotion), seen.emotion),
        results.seen,
        results.looked,
        api_visibility="private",
    )


def _filled(song: Song, wishes: Wishes, results: Results) -> dict[Any, Any]:
    """What each output shows of a song."""
    files = files_of(song, wishes.cache)
    return {
        results.headline: views.headline(song),
        results.song: gr.Column(visible=True),
        results.player: gr.Audio(files.wav, visible=files.wav is not None),
        results.midi: files.midi,
        results.wav: gr.DownloadButton(value=files.wav, visible=files.wav is not None),
        results.json: files.json,
        results.portrait: views.portrait(song),
        results.seen: seen_in(song),
        results.look: gr.Button(visible=song.seen is not None),
        results.looked: "",
        results.bars: views.bars(song.emotion),
        results.composed: views.composed(song),
        wishes.seed: song.seed,
    }


def publish(compose: Compose, wishes: Wishes) -> None:
    """The public endpoint, with the page's own inputs and outputs that a program can read."""

    def compose_song(
        picture: str | None = None,
        emotion: str = FROM_FACE,
        duration_s: float = DEFAULT_DURATION_S,
        seed: int | None = None,
        face: int = 1,
    ) -> tuple[dict[str, Any], str, str | None]:
        """Compose a song from a picture of a face, or from an emotion alone.

        Args:
            picture: the picture, or nothing when an emotion is given
            emotion: one of the seven, or "from the face"
            duration_s: length of the song in seconds, 5 to 180
            seed: whole number from 0; the same seed and settings give the same song; nothing draws one
            face: which face to use when there are several; 1 is the largest
        Returns:
            song: faces, emotion, mood, plan, seed and timings
            midi: the MIDI file
            wav: the WAV file, or nothing when the server has no FluidSynth
        """
        song = song_for(compose, wishes.cache, picture, emotion, duration_s, seed, face)
        files = files_of(song, wishes.cache)
        return song.to_dict(), files.midi, files.wav

    outputs = [gr.JSON(visible=False, label="Song"), gr.File(visible=False, label="MIDI"), gr.File(visible=False, label="WAV")]
    gr.on([], compose_song, wishes.request, outputs, api_name="compose", concurrency_id="compose")
