"""What the process that serves asks of the system."""

import ctypes
from contextlib import suppress

try:
    import resource
except ImportError:  # Windows has no such limit
    resource = None  # type: ignore[assignment]

ARENAS = 2
_M_ARENA_MAX = -8  # glibc's mallopt(3)
MOST_FILES = 65_536


def prepare() -> None:
    """Keep less memory, and take more visitors at once; to be called before there are threads.

    glibc gives each thread a heap of its own, up to eight a core, and keeps what was freed in each.
    """
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS)
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
