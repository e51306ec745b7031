"""The page's words in six languages, a JSON file each.

`labels` are the words that stand still: Gradio puts them in by the browser's language, and reads out `common.complete`, which its
own texts lack. The other groups are what the page says by itself, chosen by the language that the browser asks for; those of a
component of ours have the component's name.
"""

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from face2music.errors import Face2MusicError

LANGUAGES = ("en", "de", "fr", "es", "zh", "ja")
TABLES = {
    language: json.loads((Path(__file__).parent / f"{language}.json").read_text(encoding="utf-8")) for language in LANGUAGES
}
_DEFAULT = LANGUAGES[0]
# Gradio's own texts know Chinese by its regions only.
_ALSO = {"zh": ("zh-CN", "zh-TW")}

I18N = gr.I18n(**{tag: TABLES[language]["labels"] for language in LANGUAGES for tag in (language, *_ALSO.get(language, ()))})


@dataclass(frozen=True)
class Texts:
    """The words of one language: `texts["camera"]` are a group's, `texts("headline", "not_sure", ...)` is one, filled in."""

    language: str = _DEFAULT

    def __getitem__(self, group: str) -> Mapping[str, str]:
        return TABLES[self.language][group]

    def __call__(self, group: str, key: str, /, **values: object) -> str:
        """The text of a key with its placeholders filled."""
        return self[group][key].format(**values)

    def kind(self, error: Face2MusicError) -> str:
        """What kind of refusal an error is."""
        kinds = self["errors"]
        return kinds.get(type(error).__name__, kinds["other"])

    def sentence(self, refusal: str) -> str:
        """The sentence of a refusal in this language; as it is, where it is none that a visitor should meet."""
        for key, pattern in _refusals().items():
            if found := pattern.fullmatch(refusal):
                return self("refusals", key, **found.groupdict())
        return refusal


@functools.cache
def _refusals() -> Mapping[str, re.Pattern[str]]:
    """The sentences of the English refusals as patterns: whatever stands in place of a placeholder has its name."""
    texts = TABLES[_DEFAULT]["refusals"]
    return {key: re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(text))) for key, text in texts.items()}


def texts_of(request: gr.Request | None) -> Texts:
    """The words in the language that a browser likes best of ours."""
    header = "" if request is None else request.headers.get("accept-language", "")
    return Texts(language_of(header))


def language_of(accept_language: str) -> str:
    """The first of our languages in an Accept-Language header, by its weights; English if there is none."""
    wanted = []
    for item in accept_language.split(","):
        tag, _, weight = item.partition(";q=")
        try:
            wanted.append((-float(weight or 1), tag.strip().lower().split("-")[0]))
        except ValueError:
            continue
    return next((language for _, language in sorted(wanted, key=lambda pair: pair[0]) if language in LANGUAGES), _DEFAULT)
