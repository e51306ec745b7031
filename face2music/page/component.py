"""What our own components share: their markup, style and scripts are files beside their module."""

from abc import ABCMeta
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.component_meta import ComponentMeta, updateable


class NoStub(ComponentMeta):
    """As Gradio's own, which would also write a .pyi file beside the source of each component class."""

    def __new__(cls, name: str, bases: tuple[type, ...], attributes: dict[str, Any]) -> Any:
        """Make the class."""
        if "__init__" in attributes:
            attributes["__init__"] = updateable(attributes["__init__"])
        return ABCMeta.__new__(cls, name, bases, attributes)


class OwnComponent(gr.HTML, metaclass=NoStub):
    """HTML with a script of its own.

    Parameters
    ----------
    folder
        Where one .html, one .css and the .js files lie, named after the folder. Gradio fills in templates and our files leave
        it nothing to fill: no braces in pairs, backticks or backslashes in markup and style.
    scripts
        Names of the .js files in the order in which they run, as one function; `../other/name.js` is another component's.
    markup
        What stands in the place of the word MARKUP in the .html file.
    sheets
        Names of further .css files, before the component's own.
    texts
        What is said on the page; `gr.update(texts=...)` changes the language.
    """

    def __init__(
        self,
        value: Any,
        folder: Path,
        scripts: tuple[str, ...],
        texts: Mapping[str, str],
        markup: str = "",
        sheets: tuple[str, ...] = (),
        **settings: Any,
    ) -> None:
        self.texts = dict(texts)
        super().__init__(
            value,
            html_template=_read(folder, f"{folder.name}.html").replace("MARKUP", markup),
            css_template="\n".join(_read(folder, name) for name in (*sheets, f"{folder.name}.css")),
            js_on_load="\n".join(_read(folder, name) for name in scripts),
            apply_default_css=False,
            texts=self.texts,
            **settings,
        )


def _read(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")
