"""Gradio's page, drawn in the visitor's language at once, where whatever goes wrong is told in one sentence."""

import traceback
from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr
from gradio_client.utils import is_file_obj_with_meta, is_http_url_like, traverse

from face2music.errors import RequestError
from face2music.page.handlers import told
from face2music.page.spoken import spoken
from face2music.page.texts import Texts, texts_of

_UNFIT = "One of the values is of a kind or size that cannot be used here; see 'Use via API' at the page's foot."


class Page(gr.Blocks):
    """A page whose inputs are checked before Gradio takes them, and whose errors show nothing of the program's inside.

    `worded` says, in a language, what components are to be given in place of what they were laid out with.
    """

    worded: Callable[[Texts], Mapping[Any, Mapping[str, Any]]] | None = None
    _described: Any = None
    _translations: Mapping[str, Any] = {}

    @property
    def config(self) -> Any:
        """Gradio's description of the page, by which the browser draws it: in the language of who asks for it."""
        texts = spoken()
        if self.worded is None or self._described is None:
            return self._described
        if texts.language not in self._translations:
            self._translations = {**self._translations, texts.language: _translated(self._described, self.worded(texts))}
        return self._translations[texts.language]

    @config.setter
    def config(self, described: Any) -> None:
        self._described, self._translations = described, {}

    async def preprocess_data(self, block_fn: Any, inputs: list[Any], *more: Any, **settings: Any) -> Any:
        """The values of inputs as the functions take them."""
        try:
            if block_fn.fn is None:
                raise RequestError("This event happens in the browser alone; the server has no part in it.")
            traverse(inputs, _refuse_address, is_file_obj_with_meta)
            return await super().preprocess_data(block_fn, inputs, *more, **settings)
        except Exception as error:  # components raise whatever a value of the wrong kind makes them raise
            sentence = str(error) if isinstance(error, RequestError) else _UNFIT
            raise gr.Error(sentence, print_exception=False) from error

    async def call_function(
        self, block_fn: Any, inputs: list[Any], iterator: Any = None, requests: Any = None, *more: Any
    ) -> Any:
        """What a function answers."""
        for event in more:
            if isinstance(event, gr.EventData) and not isinstance(event._data, dict):
                event._data = {}  # a program may leave out what the page always says
        texts = texts_of(requests)
        try:
            with told(texts):
                return await super().call_function(block_fn, inputs, iterator, requests, *more)
        except gr.Error as error:
            error.print_exception = False  # it is a sentence for the visitor already
            raise
        except StopAsyncIteration:
            raise
        except Exception as error:
            traceback.print_exc()
            raise gr.Error(texts("errors", "unknown"), title=texts("errors", "other"), print_exception=False) from error


def _translated(described: Any, words: Mapping[Any, Mapping[str, Any]]) -> Any:
    """A description with other words, which shares all else with the first."""
    given = {component._id: settings for component, settings in words.items()}
    components = [
        {**each, "props": _reworded(each["props"], given[each["id"]])} if each["id"] in given else each
        for each in described["components"]
    ]
    return {**described, "components": components}


def _reworded(props: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a component, of which those that Gradio does not know stand once more among its `props`."""
    own = props.get("props")
    return {**props, **settings, **({"props": {**own, **settings}} if own else {})}


def _refuse_address(file: dict[str, Any]) -> dict[str, Any]:
    """Refuse a file that would have to be fetched: the server asks nobody for anything."""
    if is_http_url_like(file.get("path")):
        raise RequestError("A file must be uploaded here, or be given as a data: URL; addresses elsewhere are not opened.")
    return file
