"""A song -> the pieces of HTML that show it: headline, face, probabilities and what was composed.

Pictures travel inside the HTML as data URLs, so that showing a face writes no file.
"""

import base64
import io
from collections.abc import Iterable, Mapping
from html import escape

import numpy as np
from PIL import Image

from face2music.pipeline import Box, Song

SHOWN_SIDE_PX = 960
SHOWN_HEIGHT_PX = 340
EMPTY = """
<div class="empty"><span aria-hidden="true">♪</span><h2>Your song appears here</h2>
<p class="quiet">Take a picture of your face and press Compose. The song starts by itself.</p></div>
"""


def headline(song: Song) -> str:
    """The song in one line, with its warnings; carries the emotion that the page's accent colour follows."""
    emotion = strongest(song.emotion)
    plan = song.plan
    facts = (f"{_pitch_class(plan.key)} {plan.mode}", f"{plan.tempo_bpm:.0f} beats a minute", f"{song.duration_s:.0f} seconds")
    warnings = "".join(f'<p class="notice">{escape(warning)}</p>' for warning in song.warnings)
    return (
        f'<div role="status" data-emotion="{escape(emotion)}"><h2>{_name_of(song)}</h2>'
        f'<p class="quiet">{escape(" · ".join(facts))}</p>{warnings}</div>'
    )


def _name_of(song: Song) -> str:
    """The emotion and its share, or the two between which the network is not sure."""
    first, second = sorted(song.emotion, key=lambda emotion: -song.emotion[emotion])[:2]
    if song.seen is None:
        return escape(first.capitalize())
    if song.seen.sure:
        return f"{escape(first.capitalize())} <span>{escape(percent(song.emotion[first]))}</span>"
    shares = " or ".join(f"{emotion} {percent(song.emotion[emotion])}" for emotion in (first, second))
    return f"Not sure <span>{escape(shares)}</span>"


def attention(crop: np.ndarray, heat: np.ndarray, emotion: str) -> str:
    """The crop with warm colours where the network saw the emotion; `heat` is float32 of the crop's shape, 0 to 1."""
    red, yellow = np.array([214, 40, 40]), np.array([255, 209, 64])
    colour = red + heat[..., np.newaxis] * (yellow - red)
    share = 0.7 * heat[..., np.newaxis]
    shown = (crop[..., np.newaxis] * (1 - share) + colour * share).astype(np.uint8)
    return (
        f'<figure class="crop"><img src="{_data_url(Image.fromarray(shown), "PNG")}" width="48" height="48" '
        f'alt="The crop, coloured where the network saw {escape(emotion)}">'
        f"<figcaption>Where it saw {escape(emotion)}: yellow most (Grad-CAM)</figcaption></figure>"
    )


def portrait(song: Song) -> str:
    """The upright picture with the faces boxed and numbered, beside the crop that the network saw; nothing without a picture."""
    if song.picture is None:
        return ""
    height, width = song.picture.shape[:2]
    count = "one face" if len(song.faces) == 1 else f"{len(song.faces)} faces"
    use = "none is used" if song.face is None else f"number {song.face} is used"
    boxes = "".join(_boxed(face.box, number, number == song.face, width) for number, face in enumerate(song.faces, 1))
    return (
        f'<div class="portrait"><figure style="max-width:{SHOWN_HEIGHT_PX * width // height}px">'
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="Your picture: {count} found, {use}.">'
        f'<image href="{_data_url(_shown(song.picture), "JPEG")}" width="{width}" height="{height}"/>{boxes}</svg>'
        f"<figcaption>{count.capitalize()} found; {use}</figcaption></figure>{_crop(song)}</div>"
    )


def bars(probabilities: Mapping[str, float]) -> str:
    """All emotions as bars with their percentages, in the order given, the strongest in bold."""
    top = strongest(probabilities)
    rows = (
        f"<li{' class=top' if emotion == top else ''}><span>{escape(emotion.capitalize())}</span>"
        f'<i aria-hidden="true"><b style="width:{probability:.1%}"></b></i><span>{escape(percent(probability))}</span></li>'
        for emotion, probability in probabilities.items()
    )
    return f'<h3>Emotion</h3><ul class="bars">{"".join(rows)}</ul>'


def composed(song: Song) -> str:
    """What was composed, in words."""
    plan, mood = song.plan, song.mood
    facts = {
        "Tempo": f"{plan.tempo_bpm:.0f} beats a minute, {plan.time_signature}",
        "Key": f"{_pitch_class(plan.key)} {plan.mode}",
        "Progression": " · ".join(map(_numeral, plan.progression)),
        "Instruments": _listed(f"{part.instrument} ({part.role})" for part in plan.parts),
        "Form": f"{plan.bars} bars: " + _listed(f"{section.name} {section.bars}" for section in plan.sections),
        "Mood": f"valence {mood.valence:+.2f}, arousal {mood.arousal:+.2f}, dominance {mood.dominance:+.2f}",
        "Seed": str(song.seed),
    }
    rows = "".join(f"<div><dt>{name}</dt><dd>{escape(fact)}</dd></div>" for name, fact in facts.items())
    return f'<h3>What was composed</h3><dl class="facts">{rows}</dl>'


def strongest(probabilities: Mapping[str, float]) -> str:
    """The label of the largest probability."""
    return max(probabilities, key=lambda emotion: probabilities[emotion])


def percent(probability: float) -> str:
    """A probability in words that hide neither a trace nor a doubt: "<1 %", "83 %", ">99 %"."""
    rounded = round(100 * probability)
    if rounded == 0 and probability > 0:
        return "<1 %"
    return ">99 %" if rounded == 100 and probability < 1 else f"{rounded} %"


def _crop(song: Song) -> str:
    if song.seen is None:
        return ""
    return (
        f'<figure class="crop"><img src="{_data_url(Image.fromarray(song.seen.crop), "PNG")}"'
        ' width="48" height="48" alt="The same face as 48 by 48 grey pixels">'
        "<figcaption>What the network saw</figcaption></figure>"
    )


def _boxed(box: Box, number: int, used: bool, width: int) -> str:
    radius = width * 0.045
    x, y = max(box.x - 0.6 * radius, radius), max(box.y - 0.6 * radius, radius)
    return (
        f'<g class="{"used" if used else "other"}"><rect x="{box.x}" y="{box.y}" width="{box.w}" height="{box.h}"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{1.3 * radius:.1f}">{number}</text></g>'
    )


def _shown(picture: np.ndarray) -> Image.Image:
    image = Image.fromarray(picture)
    image.thumbnail((SHOWN_SIDE_PX, SHOWN_SIDE_PX))
    return image


def _data_url(image: Image.Image, kind: str) -> str:
    file = io.BytesIO()
    image.save(file, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(file.getvalue()).decode()}"


def _pitch_class(key: str) -> str:
    return key.replace("-flat", "♭").replace("-sharp", "♯")


def _numeral(chord: str) -> str:
    return chord.replace("#", "♯").replace("b", "♭")


def _listed(items: Iterable[str]) -> str:
    return ", ".join(items)
