"""Samples -> the loudspeakers, by the audio driver that FluidSynth finds on this computer."""

import ctypes
import ctypes.util
import functools
import threading
from types import TracebackType
from typing import Any

import numpy as np

from face2music.audio import SAMPLE_RATE, library
from face2music.errors import SynthesiserError

_PERIOD, _PERIODS = 1024, 3  # samples that the driver asks for at a time, and how many times it keeps ready
_FULL_SCALE = 32_768
_NO_DRIVER = (
    "FluidSynth finds no audio driver to play through on this computer, so the music is not heard now; its files are written all "
    "the same. On Linux, connect a sound card or start PipeWire or PulseAudio."
)
_Floats = ctypes.POINTER(ctypes.c_float)
_Ask = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_int,
    ctypes.c_int,
    ctypes.POINTER(_Floats),
    ctypes.c_int,
    ctypes.POINTER(_Floats),
)


@functools.cache
def _hush_alsa() -> None:
    """Let ALSA, where it is, print no lines on what it does not find: our refusal says what is wrong."""
    name = ctypes.util.find_library("asound")
    if name is not None:
        ctypes.CDLL(name).snd_lib_error_set_handler(_drop)


@ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)
def _drop(file: bytes, line: int, function: bytes, error: int, form: bytes) -> None:
    """Take a line of ALSA's."""


class Speaker:
    """Plays samples int16 (n, 2) at 44,100 Hz as they are put in; silence where there are none.

    Parameters
    ----------
    settings
        FluidSynth's, such as `{"audio.driver": "alsa", "audio.alsa.device": "null"}`; without, its own choice.

    Raises
    ------
    SynthesiserError
        If there is no driver, or FluidSynth is missing.
    """

    def __init__(self, settings: dict[str, str] | None = None) -> None:
        fluidsynth = library()
        _hush_alsa()
        self._waiting, self._changed, self.late = np.zeros((0, 2), np.int16), threading.Condition(), 0
        self._fluid = fluidsynth._fl
        self._fluid.new_fluid_audio_driver2.restype = ctypes.c_void_p
        self._fluid.new_fluid_audio_driver2.argtypes = [ctypes.c_void_p, _Ask, ctypes.c_void_p]
        self._fluid.delete_fluid_audio_driver.argtypes = [ctypes.c_void_p]
        # A synthesiser that plays nothing: it holds the settings.
        self._synth = fluidsynth.Synth(samplerate=float(SAMPLE_RATE))
        for name, value in {"audio.period-size": _PERIOD, "audio.periods": _PERIODS, **(settings or {})}.items():
            self._synth.setting(name, value)
        self._answer = _Ask(self._fill)
        self._driver: Any = self._fluid.new_fluid_audio_driver2(self._synth.settings, self._answer, None)
        if not self._driver:
            self._synth.delete()
            raise SynthesiserError(_NO_DRIVER)

    def __enter__(self) -> "Speaker":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def put(self, samples: np.ndarray, ahead_s: float = 0.0) -> None:
        """Add samples to what is played, once no more than `ahead_s` is waiting."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._waiting) <= ahead_s * SAMPLE_RATE)
            self._waiting = np.concatenate([self._waiting, samples])

    def close(self) -> None:
        """Stop."""
        if self._driver:
            self._fluid.delete_fluid_audio_driver(self._driver)
            self._synth.delete()
            self._driver = None

    def _fill(self, _data: Any, count: int, _effects: int, _wet: Any, outs: int, out: Any) -> int:
        """Answer the driver, in a thread of its own."""
        with self._changed:
            samples, self._waiting = self._waiting[:count], self._waiting[count:]
            self._changed.notify_all()
        self.late += len(samples) < count
        for side in range(min(outs, 2)):
            channel = np.ctypeslib.as_array(out[side], (count,))
            channel[: len(samples)] = samples[:, side] / _FULL_SCALE
            channel[len(samples) :] = 0
        return 0
