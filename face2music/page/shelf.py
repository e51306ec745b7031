"""Files to download: written when asked for, under a name that cannot be guessed, and wiped by Gradio's cleaning of its cache."""

import uuid
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import gradio as gr


@dataclass(frozen=True)
class Shelf:
    """Where a component's files are put, so that it may show them and Gradio deletes them."""

    owner: gr.HTML

    def put(self, name: str, data: bytes) -> str:
        """Write a file and give its address, relative to the page's."""
        folder = Path(self.owner.GRADIO_CACHE) / uuid.uuid4().hex
        folder.mkdir(parents=True)
        path = folder / name
        path.write_bytes(data)
        self.owner.temp_files.add(str(path))
        return f"gradio_api/file={quote(str(path))}"
