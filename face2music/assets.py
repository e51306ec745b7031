"""The files that the program ships: the path of each, checked against the manifest before its first use."""

import functools
import hashlib
import json
from pathlib import Path
from typing import Any

from face2music.errors import AssetError

_PACKAGE = Path(__file__).resolve().parent
# An installed wheel carries the folder inside the package, a checkout beside it.
FOLDER = next(
    (place for place in (_PACKAGE / "_assets", _PACKAGE.parent / "assets") if place.is_dir()), _PACKAGE.parent / "assets"
)
MANIFEST = "manifest.json"


@functools.cache
def path(name: str) -> Path:
    """Path of a shipped file whose contents are what the manifest says.

    Raises
    ------
    AssetError
        If the file or the manifest is missing, or its contents have changed.
    """
    manifest = _read_json(MANIFEST)
    if name not in manifest:
        raise AssetError(f"{FOLDER / MANIFEST} does not name {name}; get a fresh copy of the program.")
    try:
        digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
    except OSError as error:
        raise AssetError(f"{FOLDER / name} cannot be read ({error.strerror}); get a fresh copy of the program.") from error
    if digest != manifest[name]["sha256"]:
        raise AssetError(
            f"{FOLDER / name} is damaged (its checksum differs from the manifest's); get a fresh copy of the program."
        )
    return FOLDER / name


def read_json(name: str) -> Any:
    """Contents of a shipped JSON file.

    Raises
    ------
    AssetError
        As `path` does.
    """
    return _read_json(path(name).name)


def _read_json(name: str) -> Any:
    try:
        return json.loads((FOLDER / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AssetError(f"{FOLDER / name} is missing or damaged ({error}); get a fresh copy of the program.") from error
