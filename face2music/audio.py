"""MIDI -> stereo samples by FluidSynth -> WAV.

Samples are int16 (n, 2) at 44,100 Hz. The gain is one fixed number for all songs, so that a soft song stays softer than a loud
one; a limiter holds the peaks of the loudest below full scale.
"""

import ctypes
import ctypes.util
import functools
import io
import os
import threading
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
import soundfile

from face2music.errors import SynthesiserError, printable

if TYPE_CHECKING:
    import fluidsynth

SAMPLE_RATE = 44_100
# FluidSynth's own gain: it clips what is louder than full scale. Of 24 angry, happy and surprised songs with MuseScore General
# and TimGM6mb, the loudest peaks at 0.53 of it with this one.
GAIN = 0.3
# And what brings the songs to the level of recorded music: it keeps the differences between them.
MAKEUP = 3.6
_MAKEUP_OF_ONE = MAKEUP / 32768
CEILING = 0.89  # -1 dBFS
LIMITER_S = 0.05
# The limiter's windows reach so far, one after the other.
LIMITER_REACH = 2 * round(LIMITER_S * SAMPLE_RATE / 2)
_BLOCK = 5 * SAMPLE_RATE
SHARING_S = 0.01
RING_S = 1.9
FADE_S = 0.25
# What is quieter than this (-66 dBFS at the end) when the last note rings out is cut off.
SILENCE = 4
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


def render(midi: bytes, soundfont: Path | None = None) -> Audio:
    """Play a MIDI file with FluidSynth; its last note rings out for at most 1.9 s and ends in a short fade.

    The same file and sound font give the same samples: each call has a synthesiser of its own.

    Parameters
    ----------
    midi
        A standard MIDI file.
    soundfont
        An sf2 or sf3 file; without it, the one that `find_soundfont` finds.

    Raises
    ------
    SynthesiserError
        If the library or the sound font is missing or cannot be used.
    """
    font, events = soundfont or find_soundfont(), _events(midi)
    hold(font, presets_of(message for _, message in events))
    played = _played(events, font)
    samples = played[: _ringing(played)]
    _fade(samples)
    out = np.empty_like(samples)
    for part, factor in _limited(samples):
        out[part] = raised(samples[part], factor)
    return Audio(out)


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
    played = _played(events, font)
    length = _ringing(played)
    whole, *alone = [each[:length] for each in (played, *(_played(_events(part), font) for part in parts))]
    for each in (whole, *alone):
        _fade(each)
    factor = limiter(whole)
    return tuple(Audio(raised(part, factor)) for part in _completed(alone, whole))


def fitted(audio: Audio, duration_s: float) -> Audio:
    """The sound just so long, to the sample: silence follows what is shorter, and what is longer fades out."""
    length = round(duration_s * audio.sample_rate)
    out, heard = np.zeros((length, 2), audio.samples.dtype), audio.samples[:length]
    out[: len(heard)] = heard
    _fade(out[: len(heard)])
    return Audio(out, audio.sample_rate)


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


def wav(audio: Audio) -> bytes:
    """The sound as a 16-bit WAV file."""
    file = io.BytesIO()
    soundfile.write(file, audio.samples, audio.sample_rate, format="WAV", subtype="PCM_16")
    return file.getvalue()


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


def _played(events: Sequence[Event], soundfont: Path) -> np.ndarray:
    synth = synthesiser(soundfont)
    try:
        return _play(synth, events)
    finally:
        synth.delete()


def _play(synth: "fluidsynth.Synth", events: Sequence[Event]) -> np.ndarray:
    """Send each event at its sample, and let the last one ring; FluidSynth writes where the samples stay."""
    write = library().fluid_synth_write_s16
    samples = np.empty((events[-1][0] + round(RING_S * SAMPLE_RATE), 2), np.int16)
    place, written = samples.ctypes.data, 0
    for due, message in events:
        if due > written:
            write(synth.synth, due - written, place, 2 * written, 2, place, 2 * written + 1, 2)
            written = due
        send(synth, message)
    write(synth.synth, len(samples) - written, place, 2 * written, 2, place, 2 * written + 1, 2)
    return samples


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


def limiter(samples: np.ndarray) -> np.ndarray:
    """Factors (n, 1) that turn samples down, once they are raised by `MAKEUP`, about each peak that would pass `CEILING`.

    The factor at a sample is the mean, over a window about it, of what the loudest peak in the window about each place there
    allows; each of these windows holds the sample itself, so that the mean never lets it pass the ceiling.
    """
    from scipy.ndimage import maximum_filter1d, uniform_filter1d

    level = np.abs(samples.astype(np.float32))
    peak = np.maximum(level[:, 0], level[:, 1]) * _MAKEUP_OF_ONE
    factors = np.ones(len(samples), np.float32)
    window = 2 * round(LIMITER_S * SAMPLE_RATE / 2) + 1
    over = np.flatnonzero(peak > CEILING)
    for near in np.split(over, np.flatnonzero(np.diff(over) > 2 * window) + 1) if over.size else ():
        start, end = max(0, near[0] - window), near[-1] + window + 1
        first = max(0, start - window)
        loudest = maximum_filter1d(peak[first : end + window], window, mode="nearest")
        allowed = uniform_filter1d((CEILING / np.maximum(loudest, CEILING)).astype(np.float64), window, mode="nearest")
        factors[start:end] = allowed[start - first : end - first]
    return factors[:, np.newaxis]


def _limited(samples: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """The factors of one part of a song after the other: of so few samples at a time a processor has all at hand."""
    for start in range(0, len(samples), _BLOCK):
        end = min(start + _BLOCK, len(samples))
        first = max(0, start - LIMITER_REACH)
        yield slice(start, end), limiter(samples[first : end + LIMITER_REACH])[start - first : end - first]


def _completed(parts: Sequence[np.ndarray], whole: np.ndarray) -> Iterator[np.ndarray]:
    """The parts with what is missing to the whole, each with its share: that of its energy in a short window."""
    from scipy.ndimage import uniform_filter1d

    window = round(SHARING_S * SAMPLE_RATE)
    missing = whole - sum(part.astype(np.float32) for part in parts)
    energy = [uniform_filter1d(np.square(part.astype(np.float32)).sum(axis=1), window) + 1 for part in parts]
    total = sum(energy)
    for part, own in zip(parts, energy, strict=True):
        yield part + missing * (own / total)[:, np.newaxis]


def raised(samples: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """Samples at the level of songs, turned down by factors (n, 1): int16."""
    level = samples.astype(np.float32)
    for factors in (_MAKEUP_OF_ONE, factor, 32767):
        level *= factors
    np.rint(level, out=level)
    return np.clip(level, -32768, 32767, out=level).astype(np.int16)


def _ringing(samples: np.ndarray) -> int:
    """How many samples there are to the last audible one; all where none is."""
    for end in range(len(samples), 0, -SAMPLE_RATE):
        start = max(end - SAMPLE_RATE, 0)
        audible = np.flatnonzero((np.abs(samples[start:end].astype(np.int32)) > SILENCE).any(axis=1))
        if audible.size:
            return start + int(audible[-1]) + 1
    return len(samples)


def _fade(samples: np.ndarray) -> None:
    """Fade the end of samples out, where they are."""
    end = samples[max(0, len(samples) - round(FADE_S * SAMPLE_RATE)) :]
    fade = np.cos(np.linspace(0, np.pi / 2, len(end))) ** 2
    end[:] = np.round(end * fade[:, np.newaxis])
