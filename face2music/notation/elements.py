"""Elements of MusicXML, each built from what the staves say."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from face2music.notation.bars import VALUES, Value
from face2music.notation.spelling import Key, Spelling
from face2music.notation.staves import Head, Player
from face2music.notation.tables import DRUMS, KINDS
from face2music.score.harmony import Harmony

_ABBREVIATIONS = {"melody": "Mel.", "chords": "Ch.", "bass": "Bass", "colour": "Col.", "drums": "Dr."}


def add(parent: Element, tag: str, content: object = None, /, **attributes: str) -> Element:
    """A new element inside another, with a text and attributes."""
    element = SubElement(parent, tag, attributes)
    if content is not None:
        element.text = str(content)
    return element


def declare(parent: Element, player: Player, words: Mapping[str, str], named: bool = True) -> None:
    """Declare a part: its instrument or drums, what stands before its staves where that is named, and how it is played."""
    part = player.parts[0]
    listed = add(parent, "score-part", id=f"P{player.number}")
    add(listed, "part-name", words.get(player.instrument, player.instrument) if named else None)
    if named and len(player.parts) == 1:  # who plays all has a name once
        add(listed, "part-abbreviation", words.get(part.role, _ABBREVIATIONS[part.role]))
    pitches = sorted({note.pitch for note in part.notes})
    names = {pitch: DRUMS[pitch].name for pitch in pitches} if player.drums else {0: player.instrument}
    for number, name in names.items():
        add(add(listed, "score-instrument", id=instrument_id(player, number)), "instrument-name", name)
    for number in names:
        played = add(listed, "midi-instrument", id=instrument_id(player, number))
        add(played, "midi-channel", part.channel + 1)
        add(played, "midi-program", part.program + 1)
        if player.drums:
            add(played, "midi-unpitched", number + 1)
        add(played, "volume", f"{part.volume / 127 * 100:.1f}")
        add(played, "pan", f"{(part.pan - 64) / 64 * 90:.1f}")


def instrument_id(player: Player, number: int) -> str:
    """What the file calls a part's instrument, or one of its drums by its pitch."""
    return f"P{player.number}-I{number}"


def place(note: Element, head: Head, unpitched: bool) -> None:
    """Where a note head stands, which for a pitch is what it is."""
    prefix = "display-" if unpitched else ""
    position = add(note, "unpitched" if unpitched else "pitch")
    add(position, f"{prefix}step", head.step)
    if head.alter:
        add(position, "alter", head.alter)
    add(position, f"{prefix}octave", head.octave)


def shape(note: Element, value: Value) -> None:
    """The name and dots of a value; a whole bar of rest has none, as its length may have no name."""
    if value.length in VALUES:
        name, dots = VALUES[value.length]
        add(note, "type", name)
        for _ in range(dots):
            add(note, "dot")


def symbol(measure: Element, harmony: Harmony, key: Key, offset: int) -> None:
    """A chord symbol, so many sixteenths behind this place.

    Raises
    ------
    ValueError
        If the table of kinds does not know the chord.
    """
    if harmony.chord.intervals not in KINDS:
        raise ValueError(f"The chord {harmony.chord.numeral} has no symbol; add its intervals to the table KINDS.")
    kind, text, degrees = KINDS[harmony.chord.intervals]
    written = add(measure, "harmony")
    _named(written, "root", key.root(harmony.chord))
    add(written, "kind", kind, text=text)
    if (harmony.bass - harmony.tonic - harmony.chord.root) % 12:
        _named(written, "bass", key.spell(harmony.bass, harmony.chord))
    for value, alter in degrees:
        degree = add(written, "degree")
        add(degree, "degree-value", value)
        add(degree, "degree-alter", alter)
        add(degree, "degree-type", "add")
    if offset:
        add(written, "offset", offset)


def _named(symbol: Element, tag: str, name: Spelling) -> None:
    named = add(symbol, tag)
    add(named, f"{tag}-step", name.step)
    if name.alter:
        add(named, f"{tag}-alter", name.alter)
