"""Files that visitors have uploaded: each in a folder of its own, read once, and deleted then; of broken ones nothing stays."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from gradio.route_utils import GradioUploadFile

from face2music.errors import PictureError, RequestError, VideoError

MOST_PICTURE_BYTES = 20_000_000
MOST_FILES = 12  # of a request; a journey has so many pictures
_FOLDER = re.compile("[0-9a-f]{64}")  # the folder that Gradio makes for an upload: the checksum of its content, and of our salt
_SALT_BYTES = 16
_begun: ContextVar[list[Any]] = ContextVar("begun")  # the files that the request at hand writes to


class OwnUpload(GradioUploadFile):
    """An upload in a folder that is nobody else's, nor to be guessed.

    Gradio's own is the same for the same content, and who read it first would delete it under the others.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.sha.update(secrets.token_bytes(_SALT_BYTES))
        begun = _begun.get([])
        begun.append(self.file)
        if len(begun) > MOST_FILES:
            raise RequestError(f"There are more than {MOST_FILES} files in this upload; send fewer at a time.")


@contextmanager
def tidied() -> Iterator[None]:
    """A request, of whose uploads nothing stays but what came to its place, in whichever way it ends.

    Gradio forgets files whose sender has gone, those that the disk had no room for, and those with odd names.
    """
    files: list[Any] = []
    token = _begun.set(files)
    try:
        yield
    finally:
        _begun.reset(token)
        for file in files:
            with suppress(OSError):  # what is still to be written may have no room
                file.close()
            Path(file.name).unlink(missing_ok=True)


@contextmanager
def clip_of(upload: Any, cache: Path) -> Iterator[Path]:
    """A clip that was uploaded, whose file is deleted when it was read, in whichever way that ends."""
    path = _uploaded(upload, cache)
    if path is None:
        raise VideoError("The clip was not uploaded here, or was watched and deleted; upload it again.")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def picture_of(upload: Any, cache: Path) -> bytes:
    """The bytes of a picture that was uploaded, whose file is deleted."""
    path = _uploaded(upload, cache)
    if path is None:
        raise PictureError("The picture was not uploaded here, or was read and deleted; upload it again.")
    try:
        if path.stat().st_size > MOST_PICTURE_BYTES:
            raise PictureError("The picture is larger than 20 MB; choose a smaller one.")
        return path.read_bytes()
    except OSError as error:
        raise PictureError("The picture is deleted once it was read; upload it again.") from error
    finally:
        path.unlink(missing_ok=True)


def _uploaded(upload: Any, cache: Path) -> Path | None:
    """The path of an upload; None where it is anything else, for a hand-made request may name any file of the server, or none."""
    try:
        path = Path(upload or "").resolve()
        fits = path.parent.parent == cache.resolve() and _FOLDER.fullmatch(path.parent.name)
        return path if fits and path.is_file() else None
    except (OSError, TypeError, ValueError):  # too long a name, one with a character that no name has, or a number
        return None
