"""A song with everything that led to it, and what can be made of it: each thing is made when it is asked for."""

import dataclasses
import functools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, Literal

import numpy as np

from face2music import audio as player
from face2music.audio import Audio
from face2music.bundle import file_name, song_name, zipped
from face2music.encode import FORMATS, encode, write
from face2music.errors import RequestError, SynthesiserError
from face2music.mood import Mood
from face2music.notation import NARROW, PAGE_WIDTH, engrave, to_musicxml
from face2music.pipeline.loaded import profiles
from face2music.pipeline.readings import FaceReading
from face2music.plan import Curve, Plan, Wishes, blend_weights, longest_s, upside_down
from face2music.plan import Part as PlannedPart
from face2music.roll import piano_roll
from face2music.score import Part, Score
from face2music.share import Settings, encode_link
from face2music.stems import stems
from face2music.why import Reason, reasons

_ROOM_FOR_FOUR = 480  # pixels that four bars of a lead sheet need


@dataclass(frozen=True)
class Song:
    """A song and everything that led to it.

    `audio` is int16 (n, 2), or None where it was not asked for or FluidSynth is missing, which `warnings` then says. `picture` is
    upright RGB uint8 (height, width, 3), or None where there was none; `face` is the number (from 1) of the one in `faces` that
    was used, "all" for the mean of them, or None where an emotion was asked for. `emotion` has the shares that the song was
    composed from, in thousandths, and `mood` what they say; where the mood moves, along `curve`, both are means. A mood beyond
    the reach of the seven emotions is a `curve`, too, of a single frame, and the shares are those nearest to it. A take of live
    music has the mood of each bar in `played`. `sound_s` is how long the sound is, to the sample, where that is given, as by a
    clip; otherwise the last note rings out. `words` has what stands in the score in another language than English: its title,
    and the names that `to_musicxml` knows.
    """

    midi: bytes
    audio: np.ndarray | None
    sample_rate: int
    picture: np.ndarray | None
    faces: tuple[FaceReading, ...]
    face: int | Literal["all"] | None
    emotion: Mapping[str, float]
    mood: Mood
    plan: Plan
    score: Score
    wishes: Wishes
    seed: int
    duration_s: float
    timings_ms: Mapping[str, float]
    warnings: tuple[str, ...] = ()
    curve: Curve | None = None
    played: tuple[Mood, ...] = ()
    sound_s: float | None = None
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """All that the song is made of: composed from these again, it is the same."""
        return Settings(self.emotion, self.seed, self.plan.duration_s, self.wishes, self.curve, self.played)

    @property
    def link(self) -> str:
        """The settings as a short text for a link, which `open_link` makes the same song of; the picture is no part of it.

        Of a take that is too long for one there is none: "".
        """
        return "" if self.played and self.plan.duration_s > longest_s(moving=True) else encode_link(self.settings)

    @property
    def strongest(self) -> str:
        """The emotion with the largest share, or the state beyond that counts for more, after which files are named."""
        weights = blend_weights(self.mood) if self.mood.beyond else self.emotion
        return max(weights, key=lambda name: weights[name])

    @property
    def seen(self) -> FaceReading | None:
        """The one face that the song was made of."""
        return self.faces[self.face - 1] if isinstance(self.face, int) else None

    def sound(self) -> Audio:
        """The sound, played now if it was not before.

        Raises
        ------
        SynthesiserError
            If FluidSynth or a sound font is missing.
        """
        return self._played if self.audio is None else Audio(self.audio, self.sample_rate)

    @functools.cached_property
    def _played(self) -> Audio:
        return player.render(self.midi, duration_s=self.sound_s)

    def blocks(self) -> Iterator[np.ndarray]:
        """The sound as samples int16 (n, 2), a few seconds at a time where it was not played before; raises as `sound` does."""
        return player.stream(self.midi, duration_s=self.sound_s) if self.audio is None else iter([self.audio])

    @functools.cached_property
    def unplayable(self) -> str:
        """Why it cannot be played here, in a sentence; nothing where it can."""
        if self.audio is not None:
            return ""
        try:
            player.hold(player.find_soundfont(), set())
        except SynthesiserError as error:
            return str(error)
        return ""

    def write_sound(self, kind: str, file: IO[bytes]) -> None:
        """Write the sound to an open file as wav, flac, ogg or mp3, as it is played; refusals as in `encoded`."""
        write(self.blocks(), kind, file, self.sample_rate)

    def encoded(self, kind: str) -> bytes:
        """The sound as a wav, flac, ogg or mp3 file; refusals as in `sound` and `encode.encode`."""
        return encode(self.sound(), kind)

    def stems(self) -> dict[str, Audio]:
        """The sound of each part by itself, by its name; together they are the song's. Raises as `sound` does."""
        return stems(self.score)

    def musicxml(self) -> bytes:
        """The notes as a MusicXML file."""
        return self._written(self.score.parts)

    def pages(self, width: int = PAGE_WIDTH) -> tuple[str, ...]:
        """Staff notation, a text of SVG for each page, so many pixels wide.

        Below 600 pixels, where all parts would fill a page with every other bar, there is a lead sheet: the melody with the
        chords' names, whose lines are those of the phrases.
        """
        if width >= NARROW:
            return engrave(self.musicxml(), width)
        bars_a_line = 2 if width < _ROOM_FOR_FOUR else 4
        return engrave(self._written(self.score.parts[:1], bars_a_line), width, own_lines=True)

    def _written(self, parts: tuple[Part, ...], bars_a_line: int | None = None) -> bytes:
        score = dataclasses.replace(self.score, parts=parts)
        title = f"{self.strongest.capitalize()}, seed {self.seed}"
        return to_musicxml(score, self.plan, self.words.get("title", title), self.words, bars_a_line)

    def roll(self) -> dict[str, Any]:
        """What a piano roll shows, in seconds as they sound: see `roll.piano_roll`."""
        return piano_roll(self.score, self.plan, self.emotion, self.duration_s)

    def reasons(self) -> tuple[Reason, ...]:
        """Why the song is as it is: see `why.reasons`."""
        return reasons(self.plan, self.wishes, self.mood, profiles())

    @property
    def upside_down(self) -> tuple[tuple[PlannedPart, PlannedPart], ...]:
        """Pairs of parts with instruments that were wished for, of which the first should lie over the second and cannot."""
        return upside_down(self.plan.at_bar(0).parts) if self.wishes.instruments else ()

    def json(self) -> bytes:
        """The text of song.json."""
        return (json.dumps(self.to_dict(), indent=2) + "\n").encode()

    def files(self, kinds: Iterable[str], name: str | None = None) -> dict[str, bytes]:
        """Files of the song by their names, such as face2music-happy-42.mid, or with a `name` of your own, name.mid.

        Parameters
        ----------
        kinds
            Of `FILES`: mid, wav, flac, ogg, mp3, musicxml, svg (a file a page), stems (a FLAC file a part), json, zip.
        name
            What the names begin with.

        Raises
        ------
        RequestError
            If there is no such kind.
        SynthesiserError
            If sound is asked for and FluidSynth or a sound font is missing.
        """
        stem = song_name(self.strongest, self.seed) if name is None else name
        made: dict[str, bytes] = {}
        for kind in kinds:
            if kind not in FILES:
                raise RequestError(f"There is no file of the kind {kind!r:.40}; choose among {', '.join(FILES)}.")
            made |= {file_name(stem, ending, part): data for (ending, part), data in FILES[kind](self).items()}
        return made

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of files that can be made of it: all, or those without sound where it could not be played."""
        return tuple(kind for kind in FILES if self.can_be(kind))

    def can_be(self, kind: str) -> bool:
        """Whether a kind of file can be made of it; whether it can be played is tried for those with sound alone."""
        tried = "audio" in self.timings_ms
        return kind not in SOUNDS or self.audio is not None or not (tried or self.unplayable)

    def bundle(self) -> bytes:
        """A zip file of all files that can be made."""
        return zipped(self.files(kind for kind in self.kinds if kind != _ZIP))

    def to_dict(self) -> dict[str, Any]:
        """What `song.json` holds: plain numbers, texts, lists and dictionaries."""
        return {
            "faces": [face.to_dict() for face in self.faces],
            "face": self.face,
            "emotion": dict(self.emotion),
            "mood": dataclasses.asdict(self.mood),
            "curve": None if self.curve is None else [dataclasses.asdict(frame) for frame in self.curve.frames],
            "plan": dataclasses.asdict(self.plan),
            "wishes": dataclasses.asdict(self.wishes),
            "seed": self.seed,
            "link": self.link,
            "duration_s": round(self.duration_s, 3),
            "sample_rate": self.sample_rate,
            "timings_ms": dict(self.timings_ms),
            "warnings": list(self.warnings),
        }


_Named = Mapping[tuple[str, str], bytes]  # ending and part of a file's name: its content


def _sounding(kind: str) -> Callable[[Song], _Named]:
    return lambda song: {(kind, ""): song.encoded(kind)}


def _pages(song: Song) -> _Named:
    return {("svg", f"page {number}"): page.encode() for number, page in enumerate(song.pages(), start=1)}


def _stems(song: Song) -> _Named:
    return {("flac", name): encode(stem, "flac") for name, stem in song.stems().items()}


_ZIP = "zip"
# Kind of file: what makes those of a song.
FILES: dict[str, Callable[[Song], _Named]] = {
    "mid": lambda song: {("mid", ""): song.midi},
    **{kind: _sounding(kind) for kind in FORMATS},
    "musicxml": lambda song: {("musicxml", ""): song.musicxml()},
    "svg": _pages,
    "stems": _stems,
    "json": lambda song: {("json", ""): song.json()},
    _ZIP: lambda song: {(_ZIP, ""): song.bundle()},
}
SOUNDS = (*FORMATS, "stems")
