"""MusicXML -> SVG pages by verovio, which is loaded on the first call."""

import threading
from pathlib import Path

PAGE_WIDTH, PHONE_WIDTH = 900, 340  # pixels
NARROW = 600  # below this, all parts of a song would take a page for every other bar

_SCALE = 40  # per cent of verovio's own size: staves about 30 pixels high
_HEIGHTS_A_WIDTH = 1.414  # of a sheet of A4
_LEAST_HEIGHT = 900
_LABEL_MARGIN = 120  # verovio gives the names of the parts less room than they need
_RIGHT_MARGIN = 20
_SECTION_MARGIN = 80  # and the name of a section, which stands over the beginning of a line, none
# It measures such a name without the frame, which would touch the chord's name below it.
_STYLE = ".definition-scale { color: inherit } .reh { transform: translateY(-130px) }"
# Verovio moves no notes apart for the names of chords: on the short lines of a phone two long ones would run into each other.
_LEAD_STYLE = _STYLE + " .harm .text tspan { font-size: 320px } .harm .text tspan[font-family] { font-size: 570px }"
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

    with _lock:
        verovio.enableLog(verovio.LOG_OFF)
        toolkit = verovio.toolkit(initFont=False)
        toolkit.setResourcePath(str(Path(verovio.__file__).parent / "data"))  # verovio knows it in its first thread only
        toolkit.setOptions(
            {
                "pageWidth": width * 100 // _SCALE,
                "pageHeight": round(max(_LEAST_HEIGHT, _HEIGHTS_A_WIDTH * width)) * 100 // _SCALE,
                "pageMarginLeft": _SECTION_MARGIN if own_lines else _LABEL_MARGIN,
                "pageMarginRight": _RIGHT_MARGIN,
                "scale": _SCALE,
                "adjustPageHeight": True,
                "breaks": "line" if own_lines else "auto",
                "header": "none",
                "footer": "none",
                "svgViewBox": True,
                "svgCss": _LEAD_STYLE if own_lines else _STYLE,
                "xmlIdSeed": 1,
            }
        )
        if not toolkit.loadData(musicxml.decode()):
            raise ValueError("Verovio cannot read this MusicXML file; give one that to_musicxml made.")
        return tuple(toolkit.renderToSVG(page) for page in range(1, toolkit.getPageCount() + 1))
