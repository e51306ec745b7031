"""MusicXML -> SVG pages by verovio, which is loaded on the first call."""

import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import verovio

PAGE_WIDTH, PHONE_WIDTH = 900, 340  # pixels
NARROW = 600  # below this, all parts of a song would take a page for every other bar

_SCALE = 40  # per cent of verovio's own size: staves about 30 pixels high
_HEIGHTS_A_WIDTH = 1.414  # of a sheet of A4
_LEAST_HEIGHT = 900
_HIGHEST = 60_000  # in verovio's own units: no page of ours is so high
_LABEL_MARGIN = 120  # verovio gives the names of the parts less room than they need
_RIGHT_MARGIN = 20
_BETWEEN_STAVES = 8  # in halves of the space between two lines; verovio's own 12 takes a third more pages
_A_LONGER_NOTE = 0.2  # how much more room it has; verovio's own 0.25 takes a fifth more lines
_SHORTEST_LINE = 0.3  # of the page's width, from which a break is heeded that was set here
_SECTION_MARGIN = 80  # and the name of a section, which stands over the beginning of a line, none
# It measures words by Times, which many a phone and Linux lack: in their wider letters a section's name would leave its frame. It
# does not count the frame, which would touch the chord's name below it, and moves no notes apart for the names of chords: two
# long ones would run into each other.
_STYLE = (
    ".definition-scale { color: inherit } .reh { transform: translateY(-130px) } .reh .text tspan { font-size: 340px }"
    " .harm .text tspan { font-size: 320px } .harm .text tspan[font-family] { font-size: 570px }"
)
# The first staff has the names of chords, tempo and sections: where it rests, an unseen note keeps it.
_FIRST_RESTS = re.compile(r'(<staff [^>]*\bn="1"[^>]*>\s*<layer [^>]*>\s*<mRest )([^>]*/>)')
_UNSEEN = r'\1loc="6" \2</layer><layer n="2"><note visible="false" dur="1" oct="4" pname="b" />'
_KEY_CHANGE = re.compile(r'(<scoreDef [^>]*>\s*)<keySig [^>]*\b(sig="\w+")[^>]*/>(\s*</scoreDef>)')
_NUMBER = re.compile(r'\bn="\d+"')
_lock = threading.Lock()  # the fonts that verovio has loaded belong to the whole process


def engrave(musicxml: bytes, width: int = PAGE_WIDTH, own_lines: bool = False) -> tuple[str, ...]:
    """The pages of a MusicXML file as SVG, each as high as its music; ink has the colour of the text around it.

    Parameters
    ----------
    musicxml
        A file as `to_musicxml` gives it.
    width
        How wide the pages are at a readable size, in pixels; they can be shown at any other.
    own_lines
        Whether the file says where a line begins, as a lead sheet's does.

    Raises
    ------
    ValueError
        If verovio cannot read the file.
    """
    import verovio

    options = {
        "pageWidth": width * 100 // _SCALE,
        "pageHeight": round(max(_LEAST_HEIGHT, _HEIGHTS_A_WIDTH * width)) * 100 // _SCALE,
        "pageMarginLeft": _SECTION_MARGIN if own_lines else _LABEL_MARGIN,
        "pageMarginRight": _RIGHT_MARGIN,
        "scale": _SCALE,
        "adjustPageHeight": True,
        "spacingStaff": _BETWEEN_STAVES,
        "systemDivider": "none",
        "header": "none",
        "footer": "none",
        "svgViewBox": True,
        "svgCss": _STYLE,
        "xmlIdSeed": 1,
    }
    with _lock:
        verovio.enableLog(verovio.LOG_OFF)
        toolkit = verovio.toolkit(initFont=False)
        toolkit.setResourcePath(str(Path(verovio.__file__).parent / "data"))  # verovio knows it in its first thread only
        if own_lines:
            return _evened(toolkit, musicxml.decode(), options)
        return _spread(toolkit, musicxml.decode(), options | {"spacingLinear": _A_LONGER_NOTE})


def _load(toolkit: "verovio.toolkit", music: str, options: dict[str, Any]) -> None:
    toolkit.setOptions(options)
    if not toolkit.loadData(music):
        raise ValueError("Verovio cannot read this MusicXML file; give one that to_musicxml made.")


def _drawn(toolkit: "verovio.toolkit", music: str, options: dict[str, Any]) -> tuple[str, ...]:
    _load(toolkit, music, options)
    return tuple(toolkit.renderToSVG(page) for page in range(1, toolkit.getPageCount() + 1))


def _evened(toolkit: "verovio.toolkit", musicxml: str, options: dict[str, Any]) -> tuple[str, ...]:
    """Pages with as many lines each, give or take one, where the file says at which bar a line begins."""
    pages = _drawn(toolkit, musicxml, options | {"breaks": "line"})
    lines = [page.count('class="system"') for page in pages]
    if max(lines) - min(lines) <= 1:
        return pages
    begun = [found.span() for found in re.finditer('new-system="yes"', musicxml)]  # all lines but the first
    for page in reversed(range(1, len(pages))):
        start, end = begun[sum(lines) * page // len(pages) - 1]
        musicxml = musicxml[:start] + 'new-page="yes"' + musicxml[end:]
    return _drawn(toolkit, musicxml, options | {"breaks": "encoded", "pageHeight": _HIGHEST})


def _spread(toolkit: "verovio.toolkit", musicxml: str, options: dict[str, Any]) -> tuple[str, ...]:
    """Pages without the staves that rest for a whole line, and whose last two lines have as many bars."""
    _load(toolkit, musicxml, options | {"breaks": "none"})
    music = _without_keys_of_drums(toolkit.getMEI({}))
    if musicxml.count("<score-part ") > 1:  # the hands of one player stay together
        # That staves may be left out can be said in verovio's own format only.
        music = music.replace("<scoreDef ", '<scoreDef optimize="true" ', 1)
    pages = _drawn(toolkit, music, options | {"breaks": "auto"})
    if "".join(pages).count('class="harm">') < music.count("<harm "):  # the first staff took them along
        music = _FIRST_RESTS.sub(_UNSEEN, music)
        pages = _drawn(toolkit, music, options | {"breaks": "auto"})
    lines = [line.count('class="measure"') for page in pages[-2:] for line in page.split('class="system"')[1:]]
    if len(lines) < 2 or lines[-1] >= lines[-2] - 1:
        return pages
    last = [found.start() for found in re.finditer("<measure ", music)][-(sum(lines[-2:]) // 2)]
    broken = music[:last] + "<sb/>" + music[last:]
    return _drawn(toolkit, broken, options | {"breaks": "smart", "breaksSmartSb": _SHORTEST_LINE})


def _without_keys_of_drums(music: str) -> str:
    """Verovio gives every staff the key that the first one changes to; what has no pitch has none."""
    staves = [staff.partition("</staffDef>")[0] for staff in music.split("<staffDef ")[1:]]
    numbers = [number for staff in staves if 'shape="perc"' not in staff for number in _NUMBER.findall(staff)[:1]]
    if len(numbers) == len(staves):
        return music
    changed = "".join(rf'<staffDef {number} lines="5"><keySig \2/></staffDef>' for number in numbers)
    return _KEY_CHANGE.sub(rf"\1<staffGrp>{changed}</staffGrp>\3", music)
