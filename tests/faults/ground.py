"""A broken machine for one server: file systems that are full, read-only, or have damaged files in place of whole ones.

Mounts are made in a name space of the server's own, and end with it; that takes Linux, where users may have name spaces.
"""

import ctypes.util
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from serving import ROOT


def need() -> None:
    """Skip the test where there are no name spaces."""
    tried = subprocess.run([*_prefix("true"), "true"], capture_output=True, check=False) if _has_unshare() else None
    if tried is None or tried.returncode:
        pytest.skip("This system lets nobody mount file systems of their own (unshare --map-root-user --mount).")


def broken(*commands: str) -> list[str]:
    """What stands before a server's command so that these are run first, in its own name space."""
    return _prefix(" && ".join([*commands, f"cd {shlex.quote(str(ROOT))}"]))


def small_disk(folder: Path, megabytes: int) -> str:
    """Put a disk of so many megabytes in the place of a folder."""
    return f"mkdir -p {shlex.quote(str(folder))} && mount -t tmpfs -o size={megabytes}m tmpfs {shlex.quote(str(folder))}"


def read_only(folder: Path) -> str:
    """Let nobody write into a folder, root included."""
    name = shlex.quote(str(folder))
    return f"mount --bind {name} {name} && mount -o remount,ro,bind {name}"


def replaced(file: Path, by: Path) -> str:
    """Let another file stand in the place of one."""
    return f"mount --bind {shlex.quote(str(by))} {shlex.quote(str(file.resolve()))}"


def library() -> Path:
    """FluidSynth's library on this machine."""
    name = ctypes.util.find_library("fluidsynth")
    listed = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    found = re.search(rf"{re.escape(name or '-')} .*=> (\S+)", listed)
    if found is None:
        pytest.skip("FluidSynth's library is not where ldconfig knows of it.")
    return Path(found[1])


def _prefix(command: str) -> list[str]:
    return ["unshare", "--map-root-user", "--mount", "sh", "-c", f'{command} && exec "$@"', "sh"]


def _has_unshare() -> bool:
    return subprocess.run(["sh", "-c", "command -v unshare"], capture_output=True, check=False).returncode == 0
