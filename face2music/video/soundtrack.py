"""A clip and its music -> the clip with the music in place of its own sound, by ffmpeg."""

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from face2music.errors import OutputError, VideoError
from face2music.folder import part_of

_TIMEOUT_S = 300
_NO_FFMPEG = (
    "ffmpeg is missing, so the clip stays without its soundtrack; install it with 'apt-get install ffmpeg', "
    "'brew install ffmpeg' or 'pip install imageio-ffmpeg'."
)


@dataclass(frozen=True)
class _Container:
    """The ending of the new file, its format by ffmpeg's name, and how it holds sound."""

    ending: str
    muxer: str
    sound: tuple[str, ...]


_AAC, _OPUS = ("-c:a", "aac", "-b:a", "192k"), ("-c:a", "libopus", "-b:a", "160k")
_MP4, _WEBM = _Container(".mp4", "mp4", (*_AAC, "-movflags", "+faststart")), _Container(".webm", "webm", _OPUS)
_MOV, _MKV = _Container(".mov", "mov", (*_AAC, "-movflags", "+faststart")), _Container(".mkv", "matroska", _AAC)
# The picture is copied as it is, so that the new file is one of the old one's kind; what fits nowhere else fits into MKV.
_CONTAINERS = {".mp4": _MP4, ".m4v": _MP4, ".mov": _MOV, ".webm": _WEBM}


def ending_of(clip: Path) -> str:
    """The ending of the clip's file with its soundtrack, such as `.mp4`."""
    return _container(clip).ending


def obstacle() -> str:
    """Why clips cannot be joined with their music here, in a sentence; nothing where they can."""
    try:
        _ffmpeg()
    except VideoError as error:
        return str(error)
    return ""


def join(clip: Path, sound: Iterable[np.ndarray], sample_rate: int, target: Path) -> None:
    """Write the clip with a sound in place of its own; its picture is copied, not encoded again.

    Parameters
    ----------
    clip
        The file of the clip.
    sound
        Samples int16 (n, 2), a few seconds at a time or all at once, together as long as the clip.
    sample_rate
        How many of them make a second.
    target
        File to write, with the ending that `ending_of` says; replaced if it is there. What is left of it when this is killed is
        removed by `folder.sweep`.

    Raises
    ------
    VideoError
        If ffmpeg is missing, or cannot join the two.
    OutputError
        If the file cannot be written.
    """
    program, made = _ffmpeg(), _container(clip)
    try:
        with part_of(target) as joined:
            _run([*_call(program, clip, sample_rate), *made.sound, "-f", made.muxer, f"file:{joined.resolve()}"], sound, clip)
    except OSError as error:
        raise OutputError(f"{target} cannot be written ({error.strerror or error}); choose another folder.") from error


def _call(program: str, clip: Path, sample_rate: int) -> list[str]:
    quiet = ["-hide_banner", "-nostdin", "-loglevel", "error", "-y"]
    # The sound comes by a pipe: no file of it can be left behind, and ffmpeg ends soon after who gives it.
    inputs = [
        "-protocol_whitelist",
        "file",
        "-i",
        f"file:{clip.resolve()}",
        "-protocol_whitelist",
        "pipe",
        "-f",
        "s16le",
        "-ar",
        str(sample_rate),
        "-ac",
        "2",
        "-i",
        "pipe:0",
    ]
    return [program, *quiet, *inputs, "-map", "0:v:0", "-map", "1:a:0", "-c:v", "copy", "-map_metadata", "0"]


def _run(call: list[str], sound: Iterable[np.ndarray], clip: Path) -> None:
    late = threading.Event()
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said) as process:  # noqa: S603 a list
            clock = threading.Timer(_TIMEOUT_S, _stop, (process, late))
            clock.start()
            try:
                _hand_over(sound, process)
                process.wait()
            except BaseException:
                process.kill()
                raise
            finally:
                clock.cancel()
        said.seek(0)
        reason = (said.read().decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
    if late.is_set():
        raise VideoError(f"ffmpeg took over {_TIMEOUT_S // 60} minutes for {clip.name}; make the clip smaller.")
    if process.returncode:
        raise VideoError(f"ffmpeg cannot join {clip.name} and its music ({reason:.200}); save the clip as MP4 first.")


def _stop(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _hand_over(sound: Iterable[np.ndarray], process: subprocess.Popen[bytes]) -> None:
    """Give a program the sound as it comes; one that has ended before it took all says itself why."""
    assert process.stdin is not None  # it is a pipe
    with suppress(BrokenPipeError), process.stdin as pipe:
        for samples in sound:
            pipe.write(samples.data)


def _container(clip: Path) -> _Container:
    return _CONTAINERS.get(clip.suffix.lower(), _MKV)


def _ffmpeg() -> str:
    found = shutil.which("ffmpeg")
    if found is None and find_spec("imageio_ffmpeg") is not None:
        import imageio_ffmpeg

        try:
            found = imageio_ffmpeg.get_ffmpeg_exe()
        except RuntimeError as error:  # the package was installed without its program
            raise VideoError(_NO_FFMPEG) from error
    if found is None:
        raise VideoError(_NO_FFMPEG)
    return found
