"""Where a song was meant to be on the plane of moods, and where the judge hears it."""

from collections.abc import Mapping
from html import escape

from face2music.page.result.words import signed
from face2music.page.texts import Texts
from face2music.pipeline import Mood

_SIDE, _EDGE = 240, 26


def heard(intended: Mood, measured: Mapping[str, float], texts: Texts) -> str:
    """The plane with both points, and the same in words."""
    numbers = {
        "valence": signed(intended.valence, texts),
        "arousal": signed(intended.arousal, texts),
        "heard_valence": signed(measured["valence"], texts),
        "heard_arousal": signed(measured["arousal"], texts),
    }
    words = texts["heard"]
    (x, y), (u, v) = _at(intended.valence, intended.arousal), _at(measured["valence"], measured["arousal"])
    alt = escape(texts("heard", "alt", **numbers))
    end, middle = _SIDE - _EDGE, _SIDE / 2
    return (
        f'<figure class="heard"><svg viewBox="0 0 {_SIDE} {_SIDE}" role="img" aria-label="{alt}">'
        f'<rect x="{_EDGE}" y="{_EDGE}" width="{end - _EDGE}" height="{end - _EDGE}" rx="8"/>'
        f'<path d="M{_EDGE} {middle}H{end}M{middle} {_EDGE}V{end}"/>'
        f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{u:.1f}" y2="{v:.1f}"/>'
        f'<circle class="intended" cx="{x:.1f}" cy="{y:.1f}" r="7"/>{_label(x, y, -12, words["intended"])}'
        f'<rect class="measured" x="{u - 6:.1f}" y="{v - 6:.1f}" width="12" height="12"/>{_label(u, v, 22, words["measured"])}'
        f'<text x="{middle}" y="{_SIDE - 8}">{escape(words["valence"])}</text>'
        f'<text x="{-middle}" y="16" transform="rotate(-90)">{escape(words["arousal"])}</text></svg>'
        f"<figcaption>{escape(texts('heard', 'words', **numbers))}</figcaption></figure>"
    )


def _at(valence: float, arousal: float) -> tuple[float, float]:
    half = _SIDE / 2 - _EDGE
    return _SIDE / 2 + half * valence, _SIDE / 2 - half * arousal


def _label(x: float, y: float, below: int, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y + below:.1f}">{escape(text)}</text>'
