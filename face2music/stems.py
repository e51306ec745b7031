"""Score -> the sound of each part by itself, which together are the song's."""

from dataclasses import replace
from pathlib import Path

from face2music.audio import Audio, render_parts
from face2music.midi import to_midi
from face2music.score import Score


def stems(score: Score, soundfont: Path | None = None) -> dict[str, Audio]:
    """Each part's sound by the part's name: as long as the song and as loud as in it, so that they add up to it.

    Parameters
    ----------
    score
        The song.
    soundfont
        As in `audio.render`.

    Raises
    ------
    SynthesiserError
        As `audio.render` does.
    """
    alone = [to_midi(replace(score, parts=(part,))) for part in score.parts]
    names = [part.name for part in score.parts]
    return dict(zip(names, render_parts(to_midi(score), alone, soundfont), strict=True))
