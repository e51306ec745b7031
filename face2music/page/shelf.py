"""Files to play and download: written when asked for, under a path that cannot be guessed, and wiped with Gradio's cache."""

import uuid
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import gradio as gr


@dataclass(frozen=True)
class Shelf:
    """Where the files of a component are put, so that Gradio serves and, after a while, deletes them."""

    owner: gr.HTML

    def put(self, name: str, data: bytes) -> Path:
        """Write a file in a folder of its own."""
        folder = Path(self.owner.GRADIO_CACHE) / uuid.uuid4().hex
        folder.mkdir(parents=True)
        path = folder / name
        path.write_bytes(data)
        self.owner.temp_files.add(str(path))
        return path


def address(path: Path) -> str:
    """Where a file of a shelf is served, relative to the page."""
    return f"gradio_api/file={quote(str(path))}"
