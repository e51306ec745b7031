"""Clips for tests, made of the shipped photograph."""

import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import imageio_ffmpeg
import numpy as np

WIDTH, HEIGHT = 480, 360
_FOURCC = {".avi": "MJPG", ".mp4": "mp4v", ".webm": "VP80"}
Draw = Callable[[float], np.ndarray]


def face(photograph: np.ndarray, side: int, whole: bool = False) -> np.ndarray:
    """The head and shoulders of the photograph, or all of a picture, RGB, so many pixels wide."""
    part = photograph if whole else photograph[0:300, 80:380]
    return cv2.resize(part, (side, side), interpolation=cv2.INTER_AREA)


def scene(*placed: tuple[np.ndarray, int, int], background: tuple[int, int, int] = (70, 90, 110)) -> np.ndarray:
    """Pictures at places (left, top) on a plain background."""
    frame = np.full((HEIGHT, WIDTH, 3), background, np.uint8)
    for picture, x, y in placed:
        frame[y : y + picture.shape[0], x : x + picture.shape[1]] = picture
    return frame


def write(path: Path, draw: Draw, seconds: float, fps: float = 10) -> Path:
    """A clip whose frame at each time is what `draw` says."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*_FOURCC[path.suffix]), fps, (WIDTH, HEIGHT))
    assert writer.isOpened()
    for frame in range(round(seconds * fps)):
        writer.write(cv2.cvtColor(draw(frame / fps), cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def ffmpeg(*arguments: str | Path) -> None:
    call = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-y", *map(str, arguments)]
    subprocess.run(call, check=True, timeout=120)


def packets(path: Path) -> Iterable[bytes]:
    """The checksum of each packet of the picture in a file."""
    call = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-i", str(path), "-map", "0:v", "-c", "copy"]
    out = subprocess.run([*call, "-f", "framemd5", "-"], check=True, capture_output=True, timeout=120).stdout
    return [line.split(b",")[-1].strip() for line in out.splitlines() if not line.startswith(b"#")]
