"""What the endpoints have in common: inputs and outputs that nobody sees, wishes, and the files of a song."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from face2music.page import wishes
from face2music.page.component import NoStub
from face2music.page.files import file_of
from face2music.page.shelf import Shelf
from face2music.pipeline import INSTRUMENTS, Song, Wishes

# A data: URL, or an upload by its path here. With Gradio's own form of a file, what serves agents would leave a copy of each
# on the disk. Beside the path nothing fits: by what Gradio knows files by, an agent could have any file of this machine opened.
FILE: dict[str, Any] = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"], "maxProperties": 1},
    ]
}


class Json(gr.JSON, metaclass=NoStub):
    """JSON of a form that is told, with an example; what Gradio tells of its own is no valid schema, and agents refuse it."""

    def __init__(self, schema: dict[str, Any], label: str, example: Any = None) -> None:
        self.schema, self.example = schema, example
        super().__init__(label=label)

    def get_block_name(self) -> str:
        """What the browser knows it by."""
        return "json"

    def api_info(self) -> dict[str, Any]:
        """The form, as a JSON schema."""
        return self.schema

    def example_payload(self) -> Any:
        """What 'Use via API' shows as an example."""
        return self.example


@dataclass(frozen=True)
class Fields:
    """The inputs by which something is wished for, and a song and its files."""

    style: gr.Dropdown
    tempo: gr.Number
    key: gr.Dropdown
    mode: gr.Dropdown
    density: gr.Number
    instruments: gr.Dropdown
    seed: gr.Number
    song: gr.JSON
    midi: gr.File
    wav: gr.File

    @classmethod
    def lay(cls, panel: wishes.Panel) -> "Fields":
        """Put them on the page that is open, with the choices of the panel; the program itself refuses what is none of them."""
        return cls(
            style=_choice(panel.style.choices, "Style"),
            tempo=gr.Number(None, label="Tempo"),
            key=_choice(panel.key.choices, "Key"),
            mode=_choice(panel.mode.choices, "Mode"),
            density=gr.Number(None, label="Density"),
            instruments=gr.Dropdown(list(INSTRUMENTS), value=[], multiselect=True, allow_custom_value=True, label="Instruments"),
            seed=gr.Number(None, precision=0, label="Seed"),
            song=gr.JSON(label="Song"),
            midi=gr.File(label="MIDI"),
            wav=gr.File(label="WAV"),
        )

    def delivered(self, made: Song) -> tuple[dict[str, Any], str, str | None]:
        """What is told of a song, and the paths of the MIDI file and, where there is sound, of the WAV file."""
        shelf = Shelf(self.midi)
        wav = str(shelf.put(*file_of(made, "wav"))) if "wav" in made.kinds else None
        return made.to_dict(), str(shelf.put(*file_of(made, "mid"))), wav


def wished(
    style: str,
    tempo_bpm: float | None,
    key: str,
    mode: str,
    density: float | None,
    instruments: list[str] | str | None,
    bars: int | None = None,
) -> Wishes:
    """What is asked for as `compose` takes it."""
    named = instruments if isinstance(instruments, list) else [instruments] if instruments else []
    return Wishes(tempo_bpm, _open(key), _open(mode), _open(style), tuple(named) or None, density, bars)


def _choice(choices: list[Any], label: str) -> gr.Dropdown:
    return gr.Dropdown([value for _, value in choices], value=wishes.AUTO, allow_custom_value=True, label=label)


def _open(choice: str) -> str | None:
    return None if choice == wishes.AUTO else choice
