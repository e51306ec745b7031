"""Score and plan -> staff notation: a MusicXML file, and SVG pages of one, behind one door."""

from face2music.notation.engraving import PAGE_WIDTH, PHONE_WIDTH, engrave
from face2music.notation.musicxml import to_musicxml

__all__ = ["PAGE_WIDTH", "PHONE_WIDTH", "engrave", "to_musicxml"]
