"""MIDI -> stereo samples by FluidSynth.

Samples are int16 (n, 2) at 44,100 Hz, at one fixed level for all songs, which a limiter holds below full scale.
"""

import ctypes
import ctypes.util
import functools
import io
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import accumulate
from operator import itemgetter
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import mido
import numpy as np

from face2music.errors import SynthesiserError, printable
from face2music.limiter import SAMPLE_RATE, factors, limited, raised

if TYPE_CHECKING:
    import fluidsynth

# FluidSynth's own gain: it clips what is louder than full scale. Of 24 angry, happy and surprised songs with MuseScore General
# and TimGM6mb, the loudest peaks at 0.53 of it with this one.
GAIN = 0.3
# So much of a song is played, limited and handed on at a time: few enough samples for a processor to have all at hand.
_BLOCK = 5 * SAMPLE_RATE
SHARING_S = 0.01
RING_S = 1.9
FADE_S = 0.25
# What is quieter than this (-66 dBFS at the end) when the last note rings out is cut off.
SILENCE = 4
_LOOK = 4096  # samples that are looked at at once for what is audible
SOUNDFONT_VARIABLE = "FACE2MUSIC_SOUNDFONT"
_SHARE = Path("/usr/share/sounds")
_SOUNDFONTS = (
    _SHARE / "sf3/MuseScore_General_Lite.sf3",
    _SHARE / "sf3/MuseScore_General.sf3",
    _SHARE / "sf2/FluidR3_GM.sf2",
    _SHARE / "soundfonts/FluidR3_GM.sf2",
    _SHARE / "sf2/TimGM6mb.sf2",
)
_INSTALL = (
    "FluidSynth's library is missing, so there is a MIDI file but no sound; install it with "
    "'apt-get install fluidsynth', 'dnf install fluidsynth', 'pacman -S fluidsynth' or 'brew install fluid-synth'."
)
SETTINGS = {"synth.lock-memory": 0, "synth.dynamic-sample-loading": 1, "synth.cpu-cores": min(2, os.cpu_count() or 1)}
_MELODIC_BANK, _DRUM_BANK, _DRUM_CHANNEL, _FIRST_FONT = 0, 128, 9, 1
_LOG_LEVELS = 5
_GLIB_ALL = 0xFC  # G_LOG_LEVEL_MASK: errors to debug
DRUMS = (_DRUM_BANK, 0)  # the standard kit
_HELD_PRESETS = 256  # all that General MIDI can ask for: 128 instruments and 128 drum kits
_lock = threading.Lock()
Preset = tuple[int, int]  # bank, program
Event = tuple[int, mido.Message | mido.MetaMessage]  # sample, message


@dataclass(frozen=True)
class Audio:
    """Stereo sound: samples int16 (n, 2) and how many of them make a second."""

    samples: np.ndarray
    sample_rate: int = SAMPLE_RATE

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate


def render(midi: bytes, soundfont: Path | None = None, duration_s: float | None = None) -> Audio:
    """Play a MIDI file with FluidSynth; its last note rings out for at most 1.9 s and ends in a short fade.

    The same file and sound font give the same samples: each call has a synthesiser of its own.

    Parameters
    ----------
    midi
        A standard MIDI file.
    soundfont
        An sf2 or sf3 file; without it, the one that `find_soundfont` finds.
    duration_s
        How long the sound is instead, to the sample: what is longer fades out, and silence follows what is shorter.

    Raises
    ------
    SynthesiserError
        If the library or the sound font is missing or cannot be used.
    """
    return Audio(_joined(stream(midi, soundfont, duration_s)))


def stream(midi: bytes, soundfont: Path | None = None, duration_s: float | None = None) -> Iterator[np.ndarray]:
    """What `render` gives, a few seconds at a time, in the same memory however long it is.

    Arguments and refusals are those of `render`; what is refused is refused at once, not when the first samples are asked for.
    """
    font, events = soundfont or find_soundfont(), _events(midi)
    hold(font, presets_of(message for _, message in events))
    sound = limited(_faded(_audible(_played(events, font))))
    return sound if duration_s is None else _fitted(sound, round(duration_s * SAMPLE_RATE))


def render_parts(midi: bytes, parts: Sequence[bytes], soundfont: Path | None = None) -> tuple[Audio, ...]:
    """Play each part of a song by itself as it sounds in the song: limited, cut and faded with it, so that they add up to it.

    FluidSynth's reverb and chorus are linear, but a voice begins with a trace of what its place in the synthesiser played before
    (seen in 2.3.1: 3 % of a drum's attack, for 2 ms), which differs between a song and its parts. What is missing to the song's
    samples is shared out among the parts by their energy about the place.

    Parameters
    ----------
    midi
        The song.
    parts
        Files with some of its tracks each, all of them in one.
    soundfont
        As in `render`.

    Raises
    ------
    SynthesiserError
        As `render` does.
    """
    font, events = soundfont or find_soundfont(), _events(midi)
    hold(font, presets_of(message for _, message in events))
    whole = _joined(_faded(_audible(_played(events, font))))
    alone = [_joined(_faded(_first(_played(_events(part), font), len(whole)))) for part in parts]
    factor = factors(whole)
    return tuple(Audio(raised(part, factor)) for part in _completed(alone, whole))


def prepare() -> None:
    """Load the piano, which takes the longest, ahead of the first song; raises as `render` does."""
    hold(find_soundfont(), {(_MELODIC_BANK, 0)})


def find_soundfont() -> Path:
    """The sound font to play with: `FACE2MUSIC_SOUNDFONT`, MuseScore General, FluidR3, TimGM6mb, or the one inside pretty_midi.

    Raises
    ------
    SynthesiserError
        If the variable names no file, or there is none at all.
    """
    named = os.environ.get(SOUNDFONT_VARIABLE)
    if named:
        if printable(named) != named or not os.path.isfile(named):  # FluidSynth takes names in UTF-8 alone
            fault = "no file" if printable(named) == named else "no text in UTF-8"
            mend = "let it name an sf2 or sf3 file, or unset it"
            raise SynthesiserError(f"{SOUNDFONT_VARIABLE} names {printable(named):.200}, which is {fault}; {mend}.")
        return Path(named)
    package = find_spec("pretty_midi")
    bundled = Path(package.origin).parent / "TimGM6mb.sf2" if package and package.origin else None
    for place in (*_SOUNDFONTS, bundled):
        if place is not None and place.is_file():
            return place
    raise SynthesiserError(
        f"No sound font was found; install musescore-general-soundfont-small or let {SOUNDFONT_VARIABLE} name one."
    )


def _events(midi: bytes) -> list[Event]:
    """What a file says, in order, each at its sample: as mido's own walk through a file, which copies each message thrice."""
    file = mido.MidiFile(file=io.BytesIO(midi))
    placed = [pair for track in file.tracks for pair in zip(accumulate(message.time for message in track), track, strict=True)]
    events, seconds, before, tempo = [], 0.0, 0, mido.bpm2tempo(120)
    for tick, message in sorted(placed, key=itemgetter(0)):
        seconds += mido.tick2second(tick - before, file.ticks_per_beat, tempo)
        events.append((round(seconds * SAMPLE_RATE), message))
        before, tempo = tick, message.tempo if message.type == "set_tempo" else tempo
    return events


def presets_of(messages: Iterable[mido.Message | mido.MetaMessage]) -> set[Preset]:
    """Bank and program of each instrument that messages ask for."""
    return {
        (_DRUM_BANK if message.channel == _DRUM_CHANNEL else _MELODIC_BANK, message.program)
        for message in messages
        if message.type == "program_change"
    }


def hold(soundfont: Path, presets: set[Preset]) -> None:
    """Have the samples of presets in memory, so that a channel that chooses one does not wait for them."""
    with _lock:
        holder, held = _holder(soundfont)
        for bank, program in sorted(presets - held):
            holder.program_select(len(held), _FIRST_FONT, bank, program)
            held.add((bank, program))


@functools.cache
def _holder(soundfont: Path) -> tuple["fluidsynth.Synth", set[Preset]]:
    """A synthesiser that never plays, but keeps the samples of the presets that its channels have chosen in memory.

    FluidSynth decodes the samples of a preset when a channel chooses it, drops them when none has it any more, and shares them
    between the synthesisers of a process: while this one has them, that of a song starts in milliseconds.
    """
    return synthesiser(soundfont, channels=_HELD_PRESETS), set()


def library() -> ModuleType:
    """FluidSynth; SynthesiserError if it is missing."""
    try:
        import fluidsynth

        _silence(fluidsynth)
    except (ImportError, OSError, AttributeError) as error:
        raise SynthesiserError(_INSTALL) from error
    return fluidsynth


@functools.cache
def _silence(fluidsynth: ModuleType) -> None:
    """Let neither FluidSynth nor GLib, which it reads sound fonts with, print lines: our refusals say what is wrong."""
    for level in range(_LOG_LEVELS):
        fluidsynth._fl.fluid_set_log_function(level, None, None)
    name = ctypes.util.find_library("glib-2.0")
    if name is not None:
        ctypes.CDLL(name).g_log_set_handler(None, _GLIB_ALL, _drop, None)


@ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
def _drop(domain: bytes, level: int, message: bytes, data: int) -> None:
    """Take a line of GLib's log."""


def synthesiser(soundfont: Path, channels: int = 16, **settings: Any) -> "fluidsynth.Synth":
    """A synthesiser that plays a sound font, and is to be deleted by who asked for it; SynthesiserError if there can be none."""
    synth = library().Synth(gain=GAIN, samplerate=float(SAMPLE_RATE), channels=channels, **{**SETTINGS, **settings})
    if synth.sfload(str(soundfont)) < 0:
        synth.delete()
        raise SynthesiserError(f"{soundfont} is no sound font that FluidSynth can read; let {SOUNDFONT_VARIABLE} name another.")
    return synth


def _played(events: Sequence[Event], soundfont: Path) -> Iterator[np.ndarray]:
    synth = synthesiser(soundfont)
    try:
        yield from _play(synth, events)
    finally:
        synth.delete()


def _play(synth: "fluidsynth.Synth", events: Sequence[Event]) -> Iterator[np.ndarray]:
    """Send each event at its sample, and let the last one ring; FluidSynth writes where the samples stay."""
    write, waiting = library().fluid_synth_write_s16, deque(events)
    end = events[-1][0] + round(RING_S * SAMPLE_RATE)
    for start in range(0, end, _BLOCK):
        samples = np.empty((min(_BLOCK, end - start), 2), np.int16)
        place, written = samples.ctypes.data, 0
        while waiting and waiting[0][0] - start < len(samples):
            due, message = waiting.popleft()
            if due - start > written:
                write(synth.synth, due - start - written, place, 2 * written, 2, place, 2 * written + 1, 2)
                written = due - start
            send(synth, message)
        write(synth.synth, len(samples) - written, place, 2 * written, 2, place, 2 * written + 1, 2)
        yield samples


def send(synth: "fluidsynth.Synth", message: mido.Message | mido.MetaMessage) -> None:
    """Hand a message to a synthesiser; what is none of a channel's says nothing."""
    match message.type:
        case "note_on":
            synth.noteon(message.channel, message.note, message.velocity)
        case "note_off":
            synth.noteoff(message.channel, message.note)
        case "control_change":
            synth.cc(message.channel, message.control, message.value)
        case "program_change":
            synth.program_change(message.channel, message.program)
        case "pitchwheel":
            synth.pitch_bend(message.channel, message.pitch)


def _completed(parts: Sequence[np.ndarray], whole: np.ndarray) -> Iterator[np.ndarray]:
    """The parts with what is missing to the whole, each with its share: that of its energy in a short window."""
    from scipy.ndimage import uniform_filter1d

    window = round(SHARING_S * SAMPLE_RATE)
    missing = whole - sum(part.astype(np.float32) for part in parts)
    energy = [uniform_filter1d(np.square(part.astype(np.float32)).sum(axis=1), window) + 1 for part in parts]
    total = sum(energy)
    for part, own in zip(parts, energy, strict=True):
        yield part + missing * (own / total)[:, np.newaxis]


def _joined(blocks: Iterable[np.ndarray]) -> np.ndarray:
    """Blocks as one array, without a second copy of all that there is."""
    samples = bytearray()
    for block in blocks:
        samples += block.data
    return np.frombuffer(samples, np.int16).reshape(-1, 2)


def _audible(blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Blocks up to the last audible sample; all of them where nothing is heard."""
    silent: list[np.ndarray] = []
    heard = False
    for block in blocks:
        if end := _ringing(block):
            yield from (*silent, block[:end])
            silent, heard = [], True
        silent.append(block[end:])
    if not heard:
        yield from silent


def _ringing(samples: np.ndarray) -> int:
    """How many samples there are to the last audible one."""
    for end in range(len(samples), 0, -_LOOK):
        start = max(end - _LOOK, 0)
        audible = np.flatnonzero((np.abs(samples[start:end].astype(np.int32)) > SILENCE).any(axis=1))
        if audible.size:
            return start + int(audible[-1]) + 1
    return 0


def _faded(blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Blocks of which the end fades out."""
    length = round(FADE_S * SAMPLE_RATE)
    end = np.zeros((0, 2), np.int16)
    for block in blocks:
        end = np.concatenate([end, block])
        ready = max(0, len(end) - length)
        yield end[:ready]
        end = end[ready:]
    fade = np.cos(np.linspace(0, np.pi / 2, len(end))) ** 2
    yield np.round(end * fade[:, np.newaxis]).astype(np.int16)


def _fitted(blocks: Iterable[np.ndarray], length: int) -> Iterator[np.ndarray]:
    """So many samples: those that are too many fade out, and silence stands for those that are missing."""
    missing = length
    for block in _faded(_first(blocks, length)):
        yield block
        missing -= len(block)
    for start in range(0, missing, _BLOCK):
        yield np.zeros((min(_BLOCK, missing - start), 2), np.int16)


def _first(blocks: Iterable[np.ndarray], length: int) -> Iterator[np.ndarray]:
    """The first samples, so many."""
    for block in blocks:
        if length <= 0:
            return
        yield block[:length]
        length -= len(block)
