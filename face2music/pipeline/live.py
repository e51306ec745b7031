"""A face that is watched -> music that follows it while it sounds, and at its end a song of what was played."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from face2music import audio
from face2music.encode import encode
from face2music.errors import RequestError
from face2music.face import Box, Picture, crop_face, find_boxes, read_picture
from face2music.live import Bar, Composer, Follower, Player, Told
from face2music.midi import to_midi
from face2music.mood import EMOTIONS, NORMS, Mood, rounded
from face2music.pipeline import checks
from face2music.pipeline.chain import AS_THE_MOOD_SAYS, sound_of
from face2music.pipeline.clock import Clock
from face2music.pipeline.loaded import profiles, recogniser_of
from face2music.pipeline.song import Song
from face2music.plan import Wishes, curve_along, curve_shares
from face2music.share import MAX_SEED, hundredths

# So long is a piece of sound: an event waits for the next one, and each one costs a request.
PIECE_S = 0.25
_PIECE = round(PIECE_S * audio.SAMPLE_RATE)
_NEAR = 0.04  # a mood so near to that of the bar before is taken for it: nobody hears the difference, and plans stay as they are
_MOST_MOVED = 1.0  # widths of a face that it moves between two looks
# One face is read at a time: OpenCV uses all cores for it, and keeps a detector for each thread that ever asked.
_EYES = ThreadPoolExecutor(1, "eyes")


@dataclass(frozen=True)
class Piece:
    """The next samples, int16 (n, 2); `start` counts those before, and `bars` are the bars that begin in it, each at a sample.

    The `last` one ends with the music's ring.
    """

    samples: np.ndarray
    start: int
    bars: tuple[tuple[int, Bar], ...]
    last: bool

    def flac(self) -> bytes:
        """The samples as a FLAC file, which holds them exactly."""
        return encode(audio.Audio(self.samples), "flac")


class Live:
    """Music that follows one face: show it frames with `look`, take the sound with `pull`, in two threads if you like.

    A change of mood is heard from the next bar that is not yet decided: bars are, a little ahead of the sound that was taken.

    Parameters
    ----------
    seed, wishes, network
        As in `compose`; there can be no wish for a number of bars.
    clock
        Seconds that never go back.

    Raises
    ------
    Face2MusicError
        A subclass for each kind of input that cannot be used; its message says what to do.
    """

    def __init__(
        self,
        *,
        seed: int | None = None,
        wishes: Wishes = AS_THE_MOOD_SAYS,
        network: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.seed = checks.seed_of(seed)
        self.wishes, self._network, self._clock = wishes, network, clock
        self._composer = Composer(profiles(), self.seed, wishes)
        self._player = Player()
        self._follower, self._face = Follower(), Box(0, 0, 0, 0)
        self._mood = NORMS["neutral"]
        self._bars: list[tuple[int, Bar]] = []
        self._closing = False
        self._seeing, self._playing = threading.Lock(), threading.Lock()
        threading.Thread(target=self._player.prepare, args=(self._composer.likely(),), daemon=True).start()

    def look(self, picture: Picture) -> Told:
        """Look at a frame, which is not kept, and tell the mood; PictureError if it cannot be read."""
        reading = _EYES.submit(self._read, picture).result()
        with self._seeing:
            return self._follower.see(reading, self._clock())

    def told(self) -> Told:
        """The mood now, without another look."""
        with self._seeing:
            return self._follower.told(self._clock())

    @property
    def has_seen(self) -> bool:
        """Whether a face was seen at any time."""
        with self._seeing:
            return self._follower.has_seen

    def calibrate(self) -> None:
        """Take the face of the next ten seconds for the person's neutral one."""
        with self._seeing:
            self._follower.calibrate(self._clock())

    def pull(self) -> Piece:
        """The next quarter of a second of sound, played now; less, and `last`, where the music has come to its end.

        Raises
        ------
        RequestError
            If it has ended before.
        """
        with self._playing:
            player = self._player
            if player.given == player.end:
                raise RequestError("The music has ended; ask for its song.")
            while player.needs(_PIECE):
                self._write()
            start = player.given
            samples = player.pull(_PIECE)
            begun = tuple(bar for bar in self._bars if bar[0] < start + len(samples))
            self._bars = self._bars[len(begun) :]
            return Piece(samples, start, begun, player.given == player.end)

    def stop(self) -> None:
        """Bring the music to its close: the next bar that is written is the last one."""
        self._closing = True

    def song(self) -> Song:
        """What was played, up to the last bar that was begun to be, as a song; its sound is played when it is asked for.

        Raises
        ------
        RequestError
            If nothing was played.
        """
        with self._playing:
            if not self._composer.bars:
                raise RequestError("Nothing was played yet; let the music begin before you stop it.")
            self._closing = True
            if self._player.end is None:
                self._write()
            return _song(self._composer, self.seed, self.wishes, Clock(), render=False)

    def close(self) -> None:
        """Let go of the synthesiser; nothing can be pulled any more, but the song of what was played is there."""
        with self._playing:
            self._player.close()

    def _write(self) -> None:
        mood = hundredths(self.told().mood)
        if np.linalg.norm(np.subtract(mood.point, self._mood.point)) > _NEAR:
            self._mood = mood
        bar = self._composer.write(self._mood, self._closing)
        self._player.add(bar)
        self._bars.append((self._player.starts[-1], bar))

    def _read(self, picture: Picture) -> np.ndarray | None:
        """The probability of each of `EMOTIONS`, of the face where it was before, or else the largest; None without one."""
        grey = cv2.cvtColor(read_picture(picture), cv2.COLOR_RGB2GRAY)
        boxes = find_boxes(grey)
        if not boxes:
            return None
        face = min(boxes, key=self._distance)
        self._face = face if self._distance(face) < _MOST_MOVED else boxes[0]
        recogniser = recogniser_of(self._network)
        read = recogniser.read(crop_face(grey, self._face))
        return np.array([read[name] for name in EMOTIONS])

    def _distance(self, box: Box) -> float:
        """How far a box is from the face that was seen last, in widths of it."""
        x, y = box.x + box.w / 2 - self._face.x - self._face.w / 2, box.y + box.h / 2 - self._face.y - self._face.h / 2
        return float(np.hypot(x, y) + abs(box.w - self._face.w)) / max(self._face.w, 1)


def replay(moods: Sequence[Mood], *, seed: int, wishes: Wishes = AS_THE_MOOD_SAYS, render: bool = True) -> Song:
    """The song of live music that had these moods, bar by bar, with this seed and these wishes: the same MIDI bytes.

    Raises
    ------
    RequestError
        If there are no moods, or as `compose` does.
    """
    if not moods:
        raise RequestError("Give the mood of each bar, at least one.")
    clock = Clock()
    with clock.step("score"):
        composer = Composer(profiles(), checks.whole_number("seed", seed, 0, MAX_SEED), wishes)
        for bar, mood in enumerate(moods, start=1):
            composer.write(hundredths(mood), closing=bar == len(moods))
    return _song(composer, seed, wishes, clock, render)


def _song(composer: Composer, seed: int, wishes: Wishes, clock: Clock, render: bool) -> Song:
    """The song of all that a composer has written."""
    with clock.step("plan"):
        plan, score = composer.finished()
    with clock.step("midi"):
        midi = to_midi(score)
    sound, warnings = sound_of(midi, clock) if render else (None, ())
    played = composer.record.moods
    curve = curve_along(played)
    return Song(
        midi=midi,
        audio=None if sound is None else sound.samples,
        sample_rate=audio.SAMPLE_RATE,
        picture=None,
        faces=(),
        face=None,
        emotion=rounded(curve_shares(curve)),
        mood=plan.mood,
        plan=plan,
        score=score,
        wishes=wishes,
        seed=seed,
        duration_s=plan.music_s if sound is None else sound.duration_s,
        timings_ms=clock.total(),
        warnings=warnings,
        curve=curve,
        played=played,
    )
