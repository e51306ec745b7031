"""Score and plan -> staff notation: a MusicXML file, SVG pages of one, and the names of chords, behind one door."""

from face2music.notation.engraving import NARROW, PAGE_WIDTH, PHONE_WIDTH, engrave
from face2music.notation.lead_sheet import chord_names
from face2music.notation.musicxml import to_musicxml

__all__ = ["NARROW", "PAGE_WIDTH", "PHONE_WIDTH", "chord_names", "engrave", "to_musicxml"]
