"""What a visitor may wish for: the folded panel, and its values as `Wishes`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from face2music.page.texts import I18N, Texts
from face2music.page.widget import Widget
from face2music.pipeline import DEFAULT_DURATION_S, DURATION_RANGE_S, INSTRUMENTS, MODES, Settings, Wishes

AUTO = "auto"
LENGTH = "wish-length"
KEYS = ("C", "D-flat", "D", "E-flat", "E", "F", "F-sharp", "G", "A-flat", "A", "B-flat", "B")


@dataclass(frozen=True)
class Panel:
    """The panel's components; those of `values` make a request, in the order of `asked`. `mended` mends what Gradio's lack."""

    duration_s: gr.Slider
    style: gr.Dropdown
    tempo: gr.Textbox
    key: gr.Dropdown
    mode: gr.Dropdown
    density: gr.Textbox
    bars: gr.Textbox
    instruments: gr.Dropdown
    seed: gr.Textbox
    keep_seed: gr.Checkbox
    mended: gr.HTML

    @property
    def values(self) -> list[Any]:
        """The inputs of a request, in the order of `asked`."""
        return [part for part in vars(self).values() if part is not self.mended]

    def changed(self, *event: Any, **settings: Any) -> Any:
        """Listen to what the visitor does to the panel, not to what the page fills in; a number counts when it is complete."""
        chosen = [part.input for part in (self.style, self.key, self.mode, self.instruments)]
        typed = [listen for part in (self.tempo, self.density, self.bars, self.seed) for listen in (part.submit, part.blur)]
        return gr.on([self.duration_s.release, *chosen, *typed], *event, **settings)


@dataclass(frozen=True)
class Asked:
    """A panel's values as `compose` takes them; the seed is None where none is kept."""

    duration_s: float
    wishes: Wishes
    seed: int | None


def lay_panel(styles: Iterable[str]) -> Panel:
    """Put the panel into the column that is open, closed."""
    texts = Texts()
    with gr.Accordion(I18N("wishes"), open=False, elem_id="wishes"):
        duration_s = gr.Slider(*DURATION_RANGE_S, DEFAULT_DURATION_S, step=1, label=I18N("duration"), elem_id=LENGTH, buttons=[])
        with gr.Row():
            style = gr.Dropdown(
                _named(styles, texts["wishes"]), value=AUTO, label=I18N("style"), min_width=160, elem_id="wish-style"
            )
            tempo = _typed("tempo")
        with gr.Row():
            key = gr.Dropdown(_keys(texts), value=AUTO, label=I18N("key"), min_width=160)
            mode = gr.Dropdown(_modes(texts), value=AUTO, label=I18N("mode"), min_width=160)
        with gr.Row():
            density = _typed("density")
            bars = _typed("bars")
        instruments = gr.Dropdown(
            list(INSTRUMENTS),
            value=[],
            multiselect=True,
            max_choices=4,
            label=I18N("instruments"),
            info=I18N("instruments_info"),
            elem_id="instruments",
        )
        with gr.Row():
            seed = gr.Textbox("", max_lines=1, label=I18N("seed"), info=I18N("seed_info"), min_width=160, elem_id="wish-seed")
            keep_seed = gr.Checkbox(False, label=I18N("keep_seed"), min_width=160, elem_id="wish-keep")
        mended = Widget("panel", texts=texts["panel"], elem_id="panel")
    return Panel(duration_s, style, tempo, key, mode, density, bars, instruments, seed, keep_seed, mended)


def asked(
    duration_s: float,
    style: str,
    tempo: str,
    key: str,
    mode: str,
    density: str,
    bars: str,
    instruments: Sequence[str] | None,
    seed: str,
    keep_seed: bool,
) -> Asked:
    """What the values of a panel ask for: what is left open follows the mood; what is no number is refused by `compose`."""
    wishes = Wishes(
        tempo_bpm=_number(tempo),
        key=None if key == AUTO else key,
        mode=None if mode == AUTO else mode,
        style=None if style == AUTO else style,
        instruments=tuple(instruments) if instruments else None,
        density=_number(density),
        bars=_number(bars),
    )
    return Asked(duration_s, wishes, _number(seed) if keep_seed else None)


def filled(panel: Panel, settings: Settings) -> dict[Any, Any]:
    """The panel as it was for a song that is opened again."""
    wished = settings.wishes
    return {
        panel.duration_s: settings.duration_s,
        panel.style: wished.style or AUTO,
        panel.tempo: _text(wished.tempo_bpm),
        panel.key: wished.key or AUTO,
        panel.mode: wished.mode or AUTO,
        panel.density: _text(wished.density),
        panel.bars: _text(wished.bars),
        panel.instruments: list(wished.instruments or ()),
    }


def translated(panel: Panel, styles: Iterable[str], texts: Texts) -> dict[Any, dict[str, Any]]:
    """The choices of a panel in a language: what Gradio does not translate by itself."""
    return {
        panel.mended: {"texts": dict(texts["panel"])},
        panel.style: {"choices": _named(styles, texts["wishes"])},
        panel.key: {"choices": _keys(texts)},
        panel.mode: {"choices": _modes(texts)},
        panel.instruments: {"choices": _named(INSTRUMENTS, texts["instruments"])},
    }


def _typed(name: str) -> gr.Textbox:
    """A field for a number, which Gradio's own would show as 0 where it is left open."""
    return gr.Textbox(
        "",
        max_lines=1,
        placeholder=I18N("auto"),
        label=I18N(name),
        info=I18N(f"{name}_info"),
        min_width=160,
        elem_id=f"wish-{name}",
    )


def _number(text: str) -> Any:
    """The number that was typed, whole where it is; None where nothing was; else the text, to be refused."""
    try:
        number = float(text.strip().replace(",", ".")) if text and text.strip() else None
    except ValueError:
        return text
    return int(number) if number is not None and number.is_integer() else number


def _text(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def _named(names: Iterable[str], words: Any) -> list[tuple[str, str]]:
    return [(words.get(name, name), name) for name in names]


def _keys(texts: Texts) -> list[tuple[str, str]]:
    return [(texts("wishes", AUTO), AUTO), *_named(KEYS, texts["notes"])]


def _modes(texts: Texts) -> list[tuple[str, str]]:
    return [(texts("wishes", AUTO), AUTO), *_named(MODES, texts["modes"])]
