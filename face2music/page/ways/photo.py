"""A picture of a face, or an emotion in place of one."""

import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from face2music.assets import FOLDER
from face2music.page.backend import Backend
from face2music.page.said import HINT, compose_button, said
from face2music.page.texts import I18N, Texts
from face2music.page.widget import Widget
from face2music.pipeline import EMOTIONS


@dataclass(frozen=True)
class Photo:
    """The components of this way."""

    camera: gr.HTML
    button: gr.Button
    starters: gr.HTML

    @classmethod
    def lay(cls, _: Backend) -> "Photo":
        """Put them into the column that is open."""
        texts = Texts()
        camera = Widget("camera", "", texts=texts["camera"], elem_id="camera")
        button = compose_button("compose", "compose")
        said(I18N("privacy"), HINT)
        with gr.Accordion(I18N("starters"), open=False, elem_id="more"):
            words = {**texts["starters"], **texts["emotions"]}
            starters = Widget("starters", None, texts=words, elem_id="starters")
            starters.value = {"pictures": [_example(path, starters) for path in _examples()], "emotions": list(EMOTIONS)}
        return cls(camera, button, starters)


def _examples() -> list[Path]:
    return sorted((FOLDER / "examples").glob("*.jpg"))


def _example(path: Path, owner: gr.HTML) -> dict[str, str]:
    # In a folder unlike those of uploads, which are deleted when they are read.
    folder = Path(owner.GRADIO_CACHE) / uuid.uuid4().hex
    folder.mkdir(parents=True)
    cached = str(shutil.copy(path, folder))
    owner.keep_in_cache.add(cached)
    return {"name": path.stem, "url": f"gradio_api/file={cached}"}
