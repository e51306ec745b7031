"""Files to play and download: written when asked for, under a path that cannot be guessed, and wiped with Gradio's cache."""

import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import gradio as gr

from face2music.errors import OutputError

_NO_ROOM = "The server has no room for the song's files at the moment; try again in a few minutes."


@dataclass(frozen=True)
class Shelf:
    """Where the files of a component are put, so that Gradio serves and, after a while, deletes them."""

    owner: gr.components.Component

    @property
    def cache(self) -> Path:
        """The folder in which it has its folders, and uploads theirs."""
        return Path(self.owner.GRADIO_CACHE)

    def put(self, name: str, data: bytes) -> Path:
        """Write a file in a folder of its own; OutputError if there is no room, and then nothing of it stays."""
        path = self.place(name)
        try:
            path.write_bytes(data)
        except OSError as error:
            shutil.rmtree(path.parent, ignore_errors=True)
            raise OutputError(_NO_ROOM) from error
        return path

    def place(self, name: str) -> Path:
        """A path for a file that is still to be written, in a folder of its own; OutputError if there is no room for that."""
        folder = self.cache / uuid.uuid4().hex
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise OutputError(_NO_ROOM) from error
        self.owner.temp_files.add(str(folder / name))
        return folder / name


def address(path: Path) -> str:
    """Where a file of a shelf is served, relative to the page."""
    return f"gradio_api/file={quote(str(path))}"
