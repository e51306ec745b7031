"""What the largest pictures take: `PYTHONPATH=. python tests/fuzz/large.py` prints memory and time."""

import io
import multiprocessing
import resource
import time

import psutil
from PIL import Image

from face2music.face import read_picture

SIDE = 8000  # 64 million pixels, the most that are taken
KINDS = {
    "JPEG": ("RGB", "JPEG", {}),
    "JPEG, turned": ("RGB", "JPEG", {"exif": b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"}),
    "PNG, transparent": ("RGBA", "PNG", {"compress_level": 1}),
    "PNG, 16 bits": ("I;16", "PNG", {"compress_level": 1}),
    "TIFF, floating point": ("F", "TIFF", {"compression": "tiff_lzw"}),
    "GIF": ("P", "GIF", {}),
    "WebP": ("RGB", "WEBP", {}),
    "AVIF": ("RGB", "AVIF", {"speed": 10}),
}


def _read(data: bytes, found: "multiprocessing.Queue[tuple[float, float]]") -> None:
    before, start = psutil.Process().memory_info().rss, time.process_time()
    read_picture(data)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    found.put(((most - before) / 1e6, time.process_time() - start))


def main() -> None:
    """Measure each in a process of its own, and print."""
    context = multiprocessing.get_context("spawn")
    print("| 64 million pixels | file, MB | memory, MB | processor, s |\n|---|---|---|---|")
    for name, (mode, form, more) in KINDS.items():
        file = io.BytesIO()
        Image.new(mode, (SIDE, SIDE)).save(file, form, **more)
        found = context.Queue()
        process = context.Process(target=_read, args=(file.getvalue(), found))
        process.start()
        memory_mb, seconds = found.get()
        process.join()
        print(f"| {name} | {len(file.getvalue()) / 1e6:.1f} | {memory_mb:.0f} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
