"""A clip of a face -> the soundtrack of its emotions, exactly as long as the clip."""

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from face2music import video
from face2music.errors import RequestError
from face2music.mood import EMOTIONS
from face2music.pipeline import checks
from face2music.pipeline.chain import AS_THE_MOOD_SAYS, compose
from face2music.pipeline.loaded import profiles, recogniser_of
from face2music.pipeline.song import Song
from face2music.plan import MIN_DURATION_S, MOST_CUT_FRAMES, Curve, KeyFrame, Wishes, check_wishes

_RINGS_S = 1.5  # the music ends so long before the clip does, and its last notes ring out in it
_SHORTEST_S = 1.0  # of a clip in which music is heard


@dataclass(frozen=True)
class Film:
    """A clip, the emotions in it, and its song, whose sound is just as long as the clip."""

    clip: Path
    curve: video.EmotionCurve
    song: Song

    def csv(self) -> bytes:
        """The emotions as a table: see `video.as_csv`."""
        return video.as_csv(self.curve)

    def png(self) -> bytes:
        """The emotions as a picture."""
        return video.as_png(self.curve)

    def json(self) -> bytes:
        """The text of song.json."""
        return (json.dumps(self.to_dict(), indent=2) + "\n").encode()

    def to_dict(self) -> dict[str, Any]:
        """What `song.json` holds: the song, and the clip's length, segments and share of time in which the face was seen."""
        told = {
            "name": self.clip.name,
            "duration_s": self.curve.duration_s,
            "seen": round(float(self.curve.seen.mean()), 3),
            "segments": [dataclasses.asdict(segment) for segment in self.curve.segments],
        }
        return {"clip": told, **self.song.to_dict()}

    def save_clip(self, target: Path) -> None:
        """Write the clip with its soundtrack, to a file with the ending that `video.ending_of` says.

        Raises
        ------
        VideoError
            If ffmpeg is missing, or cannot join the two.
        SynthesiserError
            If there is no sound.
        OutputError
            If the file cannot be written.
        """
        video.join(self.clip, self.song.blocks(), self.song.sample_rate, target)


def compose_video(
    path: str | Path,
    *,
    seed: int | None = None,
    wishes: Wishes = AS_THE_MOOD_SAYS,
    network: Path | None = None,
    progress: video.Progress | None = None,
    render: bool = True,
) -> Film:
    """Compose the soundtrack of a clip from the emotions of the person who is longest and largest in it.

    Parameters
    ----------
    path
        A video file, up to 10 minutes long.
    seed, wishes, network
        As in `compose`; there can be no wish for a number of bars, because the song is as long as the clip.
    progress
        Called while the clip is read, with the seconds read and those there are in all, 0 where the file does not say.
    render
        Whether to play the music now and hold it; without, it is played as it is written to each file, and the memory is the
        same for a long clip as for a short one.

    Raises
    ------
    Face2MusicError
        A subclass for each kind of input that cannot be used; its message says what to do.
    """
    if wishes.bars is not None:
        raise RequestError("A soundtrack is as long as its clip; leave out the number of bars.")
    seed = checks.seed_of(seed)
    check_wishes(wishes, profiles()["styles"])
    curve = read_video(path, network, progress)
    song = compose_curve(curve, seed=seed, wishes=wishes, render=render)
    if not render and song.unplayable:
        song = dataclasses.replace(song, warnings=(*song.warnings, song.unplayable))
    return Film(Path(path), curve, song)


def read_video(path: str | Path, network: Path | None = None, progress: video.Progress | None = None) -> video.EmotionCurve:
    """The emotions of a clip; arguments and refusals as in `compose_video`."""

    def recognise(crops: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        recogniser = recogniser_of(network)  # only now: a clip that cannot be used is refused before the network loads
        columns = [recogniser.labels.index(name) for name in EMOTIONS]
        probabilities = recogniser.probabilities(crops)[:, columns]
        return probabilities, probabilities.max(axis=1) >= recogniser.card.sure_from

    return video.read_clip(Path(path), recognise, progress)


def compose_curve(
    curve: video.EmotionCurve, *, seed: int | None = None, wishes: Wishes = AS_THE_MOOD_SAYS, render: bool = True
) -> Song:
    """Compose the song of emotions that were read before; the same emotions, seed and wishes give the same MIDI bytes.

    Its sound is as long as the clip to the sample; the music ends a little earlier, where the clip is long enough for music.
    """
    music_s = max(MIN_DURATION_S, curve.duration_s - _RINGS_S)
    moving = Curve(tuple(KeyFrame(*frame) for frame in video.key_frames(curve, music_s, MOST_CUT_FRAMES)))
    song = compose(curve=moving, seed=seed, duration_s=music_s, wishes=wishes, render=render, sound_s=curve.duration_s)
    return dataclasses.replace(song, warnings=(*song.warnings, *_short(curve)))


def _short(curve: video.EmotionCurve) -> Iterator[str]:
    """Sentences on a clip of which little came, or which is hardly one."""
    if curve.missing_s:
        read_s, all_s = curve.duration_s, curve.duration_s + curve.missing_s
        yield f"The clip is cut off: {read_s:.1f} of its {all_s:.1f} seconds can be read; save it again from its source."
    elif curve.hole:
        from_s, to_s = curve.hole
        yield f"The clip has no pictures from {from_s:.1f} to {to_s:.1f} seconds; if it should, save it again from its source."
    elif curve.duration_s < _SHORTEST_S:
        yield f"The clip lasts {curve.duration_s:.2f} seconds, in which music is hardly heard; a longer clip is better."
