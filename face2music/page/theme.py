"""The look: Gradio's plain theme in warm greys, the fonts of the visitor's own system, and one accent colour.

The accent (`--accent`) is set in style.css, where it follows the emotion of the song. Nothing is fetched from elsewhere.
"""

from pathlib import Path

from gradio.themes import Base, colors, sizes

from face2music.page.widget import WIDGETS

_FOLDER = Path(__file__).parent
# The page's own sheet, then those of its widgets; the player and the plane bring theirs.
STYLE_SHEETS = [_FOLDER / "style.css", *(_FOLDER / name / f"{name}.css" for name in WIDGETS)]

_PAPER, _INK = "#ffffff", "#1c1b1a"
_ACCENT, _ON_ACCENT = "var(--accent)", "#ffffff"
_ACCENT_DEEP = "color-mix(in oklab, var(--accent), black 15%)"
_ACCENT_SOFT = "color-mix(in oklab, var(--accent) 12%, var(--background-fill-primary))"

THEME = Base(
    primary_hue=colors.stone,
    secondary_hue=colors.stone,
    neutral_hue=colors.stone,
    radius_size=sizes.radius_lg,
    font=("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"),
    font_mono=("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"),
).set(
    body_background_fill="#f7f5f2",
    body_background_fill_dark="#171513",
    background_fill_primary=_PAPER,
    background_fill_primary_dark="#211f1c",
    background_fill_secondary="#f7f5f2",
    background_fill_secondary_dark="#2a2724",
    body_text_color=_INK,
    body_text_color_dark="#f2efeb",
    body_text_color_subdued="#5f5953",
    body_text_color_subdued_dark="#b5aea6",
    block_info_text_color="*body_text_color_subdued",
    block_info_text_color_dark="*body_text_color_subdued",
    block_background_fill="*background_fill_primary",
    block_background_fill_dark="*background_fill_primary",
    block_border_color="*border_color_primary",
    block_border_color_dark="*border_color_primary",
    block_label_background_fill="*background_fill_primary",
    block_label_background_fill_dark="*background_fill_primary",
    block_label_text_color="*body_text_color_subdued",
    block_label_text_color_dark="*body_text_color_subdued",
    block_title_text_color="*body_text_color",
    block_title_text_color_dark="*body_text_color",
    block_title_text_weight="600",
    block_shadow="none",
    border_color_primary="#e2ddd6",
    border_color_primary_dark="#3a3632",
    color_accent=_ACCENT,
    color_accent_soft=_ACCENT_SOFT,
    color_accent_soft_dark=_ACCENT_SOFT,
    slider_color=_ACCENT,
    slider_color_dark=_ACCENT,
    loader_color=_ACCENT,
    loader_color_dark="var(--accent-ink)",
    input_background_fill="*background_fill_primary",
    input_background_fill_dark="*background_fill_secondary",
    input_border_width="1px",
    input_border_width_dark="1px",
    input_border_color="#8c857d",
    input_border_color_dark="#7d766e",
    input_placeholder_color="*body_text_color_subdued",
    input_placeholder_color_dark="*body_text_color_subdued",
    input_border_color_focus=_ACCENT,
    input_border_color_focus_dark="var(--accent-ink)",
    checkbox_border_color="#8c857d",
    checkbox_border_color_dark="#7d766e",
    checkbox_background_color_selected=_ACCENT,
    checkbox_background_color_selected_dark=_ACCENT,
    checkbox_border_color_selected=_ACCENT,
    checkbox_border_color_selected_dark=_ACCENT,
    checkbox_label_background_fill="*background_fill_primary",
    checkbox_label_background_fill_dark="*background_fill_primary",
    checkbox_label_background_fill_selected=_ACCENT_SOFT,
    checkbox_label_background_fill_selected_dark="color-mix(in oklab, var(--accent) 40%, var(--background-fill-primary))",
    checkbox_label_border_color="#8c857d",
    checkbox_label_border_color_selected=_ACCENT,
    checkbox_label_border_color_selected_dark="var(--accent-ink)",
    checkbox_label_border_color_dark="#7d766e",
    checkbox_label_border_width="1px",
    checkbox_label_border_width_dark="1px",
    checkbox_label_padding="6px 12px",
    button_primary_background_fill=_ACCENT,
    button_primary_background_fill_dark=_ACCENT,
    button_primary_background_fill_hover=_ACCENT_DEEP,
    button_primary_background_fill_hover_dark=_ACCENT_DEEP,
    button_primary_border_color="transparent",
    button_primary_border_color_dark="transparent",
    button_primary_text_color=_ON_ACCENT,
    button_primary_text_color_dark=_ON_ACCENT,
    button_secondary_background_fill="*background_fill_primary",
    button_secondary_background_fill_dark="*background_fill_secondary",
    button_secondary_background_fill_hover="*background_fill_secondary",
    button_secondary_background_fill_hover_dark="*border_color_primary",
    button_secondary_border_color="#8c857d",
    button_secondary_border_color_dark="#7d766e",
    button_secondary_text_color="*body_text_color",
    button_secondary_text_color_dark="*body_text_color",
    button_border_width="1px",
)
