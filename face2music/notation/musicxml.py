"""Score and plan -> MusicXML 4.0; its divisions are sixteenths here."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, tostring

from face2music.notation.bars import Value
from face2music.notation.elements import add, declare, instrument_id, place, shape, symbol
from face2music.notation.guide import begun_lines, named_chords, shown_tempos, tempo_words
from face2music.notation.spelling import Key
from face2music.notation.staves import Bar, Course, Head, Line, Player, players_of
from face2music.notation.tables import DRUMS, counted_in
from face2music.notation.voices import SIXTEENTHS_A_BEAT
from face2music.plan import Plan
from face2music.score import Score
from face2music.theory import SWUNG

_HEADER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">\n'
)
_ENGLISH: Mapping[str, str] = {}
_VOICES_A_STAFF = 4  # that programs number; those of a second staff begin with 5
_FORTE = 90  # the velocity that MusicXML counts as 100 %
# The words for modes that MusicXML has; others are major or minor with accidentals.
_MODES = ("ionian", "dorian", "phrygian", "lydian", "mixolydian", "aeolian", "locrian")


def to_musicxml(
    score: Score, plan: Plan, title: str, words: Mapping[str, str] = _ENGLISH, bars_a_line: int | None = None
) -> bytes:
    """The bytes of a MusicXML 4.0 file: parts, chord symbols, sections, tempo and loudness, as a player would want to read them.

    Pitches are written as they sound. Swing is a mark above plain eighths. The same score gives the same bytes.

    Parameters
    ----------
    score, plan
        A song, and the plan that it was written by.
    title
        What stands above the music.
    words
        Instruments, sections and roles (as "melody", shortened) by their English names, as they stand in the music; those that
        are left out stay English.
    bars_a_line
        For a lead sheet: how many bars a line has at most. Sections begin a line, and no name stands before a staff.

    Raises
    ------
    ValueError
        If the score was written by another plan, or has a drum or chord that the tables of notation do not know.
    """
    if f"{score.numerator}/{score.denominator}" != plan.time_signature or score.length_beats != plan.length_beats:
        raise ValueError("The score was written by another plan; give the one that it was written by.")
    course = Course.of(score, plan)
    players = players_of(score, plan, course)
    root = Element("score-partwise", version="4.0")
    add(add(root, "work"), "work-title", title)
    add(add(add(root, "identification"), "encoding"), "software", "face2music")
    listed = add(root, "part-list")
    together = len(players) > 1 and len({player.instrument for player in players}) == 1  # four cellos have one brace
    if together:
        group = add(listed, "part-group", type="start", number="1")
        add(group, "group-symbol", "brace")
        add(group, "group-barline", "yes")
    for player in players:
        declare(listed, player, words, named=bars_a_line is None)
    if together:
        add(listed, "part-group", type="stop", number="1")
    for player in players:
        _Writer(score, plan, course, player, words, bars_a_line).write(add(root, "part", id=f"P{player.number}"))
    return (_HEADER + tostring(root, encoding="unicode") + "\n").encode()


class _Writer:
    """Writes a player's bars; the first staff has what concerns all: tempo, sections and chord symbols."""

    def __init__(
        self, score: Score, plan: Plan, course: Course, player: Player, words: Mapping[str, str], bars_a_line: int | None
    ) -> None:
        self._plan, self._course, self._player = plan, course, player
        self._leads = player.number == 1
        self._grand = len(player.staves) > 1
        self._bar = round(plan.metre.beats * SIXTEENTHS_A_BEAT)
        self._sections = {
            round(marker.start_beat * SIXTEENTHS_A_BEAT): words.get(marker.text, marker.text) for marker in score.markers
        }
        self._tempos = {round(change.start_beat * SIXTEENTHS_A_BEAT): change.tempo_bpm for change in score.tempos}
        first_bars = {start // self._bar for start in self._sections}
        self._metronomes = shown_tempos(plan, first_bars)
        self._words = tempo_words(plan, score, self._metronomes)
        self._chords = named_chords(course, self._bar)
        self._lines = set() if bars_a_line is None else begun_lines(player.staves[0].bars, first_bars, bars_a_line)

    def write(self, part: Element) -> None:
        for index, bars in enumerate(zip(*(staff.bars for staff in self._player.staves), strict=True)):
            measure = add(part, "measure", number=str(index + 1))
            if index in self._lines:
                add(measure, "print", **{"new-system": "yes"})
            first = index * self._bar
            if self._signed(first):
                self._attributes(measure, self._course.keys[first], opening=index == 0)
            if self._leads:
                self._lead(measure, first)
            for staff, bar in enumerate(bars):
                if bar.mark is not None:
                    direction = add(measure, "direction", placement="below")
                    add(add(add(direction, "direction-type"), "dynamics"), bar.mark)
                self._voices(measure, bar, first, staff)
        add(add(measure, "barline", location="right"), "bar-style", "light-heavy")

    def _signed(self, first: int) -> bool:
        """Whether a signature is written: at the beginning, and where another key has another one."""
        if first == 0 or self._player.drums or first not in self._course.keys:
            return first == 0
        return self._course.keys[first].signature != self._course.key_at(first - 1).signature

    def _attributes(self, measure: Element, key: Key, opening: bool) -> None:
        attributes = add(measure, "attributes")
        if opening:
            add(attributes, "divisions", SIXTEENTHS_A_BEAT)
        signature = add(attributes, "key")
        add(signature, "fifths", 0 if self._player.drums else key.signature)
        add(signature, "mode", key.mode if key.mode in _MODES else "minor" if key.minor else "major")
        if not opening:
            return
        time = add(attributes, "time")
        add(time, "beats", self._plan.metre.numerator)
        add(time, "beat-type", self._plan.metre.denominator)
        if self._grand:
            add(attributes, "staves", len(self._player.staves))
        for number, staff in enumerate(self._player.staves, start=1):
            written = add(attributes, "clef", **({"number": str(number)} if self._grand else {}))
            add(written, "sign", "percussion" if staff.clef is None else staff.clef.sign)
            if staff.clef is not None:
                add(written, "line", staff.clef.line)
            if staff.clef is not None and staff.clef.octaves:
                add(written, "clef-octave-change", staff.clef.octaves)

    def _lead(self, measure: Element, first: int) -> None:
        if first in self._sections:
            direction = add(measure, "direction", placement="above")
            add(add(direction, "direction-type"), "rehearsal", self._sections[first])
        if first // self._bar in self._metronomes:
            self._tempo(add(measure, "direction", placement="above"), first, self._metronomes[first // self._bar])
        elif first in self._tempos:
            add(measure, "sound", tempo=f"{self._tempos[first]:.3f}")
        if first // self._bar in self._words:
            direction = add(measure, "direction", placement="above")
            add(add(direction, "direction-type"), "words", self._words[first // self._bar], **{"font-style": "italic"})

    def _tempo(self, direction: Element, first: int, tempo_bpm: float) -> None:
        unit, dotted, quarters = counted_in(self._plan.time_signature)
        metronome = add(add(direction, "direction-type"), "metronome")
        add(metronome, "beat-unit", unit)
        if dotted:
            add(metronome, "beat-unit-dot")
        add(metronome, "per-minute", round(tempo_bpm / quarters))
        swings = first == 0 and self._plan.swing and self._plan.metre.denominator == 4
        if swings:
            add(add(direction, "direction-type"), "words", "Swing")
        sound = add(direction, "sound", tempo=f"{self._tempos.get(first, tempo_bpm):.3f}")
        if swings:
            swing = add(sound, "swing")
            # Of the beat, for the first of two eighths; whole numbers are asked for.
            share = round(50 + 100 * SWUNG * self._plan.swing)
            add(swing, "first", share)
            add(swing, "second", 100 - share)
            add(swing, "swing-type", "eighth")

    def _voices(self, measure: Element, bar: Bar, first: int, staff: int) -> None:
        silence = Line(((Value(0, self._bar), ()),), shows_rests=True)
        for number, line in enumerate(bar.lines or (silence,), start=1):
            if staff or number > 1:
                add(add(measure, "backup"), "duration", self._bar)
            for value, heads in line.values:
                if self._leads and (staff, number) == (0, 1):
                    self._symbols(measure, first + value.start, first + value.end)
                if not heads:
                    self._rest(measure, value, number, staff, line.shows_rests)
                for index, head in enumerate(heads):
                    self._note(measure, value, head, number, staff, chord=index > 0)

    def _symbols(self, measure: Element, start: int, end: int) -> None:
        """The chord symbols that begin while a value lasts."""
        for begins, harmony in self._chords.items():
            if start <= begins < end:
                symbol(measure, harmony, self._course.key_at(begins), begins - start)

    def _rest(self, measure: Element, value: Value, voice: int, staff: int, shown: bool) -> None:
        rest = add(measure, "note", **({} if shown else {"print-object": "no"}))
        add(rest, "rest", **({"measure": "yes"} if value.length == self._bar else {}))
        add(rest, "duration", value.length)
        add(rest, "voice", voice + _VOICES_A_STAFF * staff)
        shape(rest, value)
        if self._grand:
            add(rest, "staff", staff + 1)

    def _note(self, measure: Element, value: Value, head: Head, voice: int, staff: int, chord: bool) -> None:
        note = add(measure, "note", dynamics=f"{value.velocity / _FORTE * 100:.1f}")
        if chord:
            add(note, "chord")
        drum = DRUMS[head.pitch] if self._player.drums else None
        place(note, head, drum is not None)
        add(note, "duration", value.length)
        ties = [kind for kind, tied in (("stop", value.tied_before), ("start", value.tied_after)) if tied]
        for kind in ties:
            add(note, "tie", type=kind)
        if drum:
            add(note, "instrument", id=instrument_id(self._player, head.pitch))
        add(note, "voice", voice + _VOICES_A_STAFF * staff)
        shape(note, value)
        if head.accidental:
            add(note, "accidental", head.accidental)
        if drum and drum.head != "normal":
            add(note, "notehead", drum.head)
        if self._grand:
            add(note, "staff", staff + 1)
        for level, beam in enumerate(() if chord else value.beams, start=1):
            add(note, "beam", beam, number=str(level))
        dotted = value.staccato and not chord
        if ties or dotted:
            notations = add(note, "notations")
            for kind in ties:
                add(notations, "tied", type=kind)
            if dotted:
                add(add(notations, "articulations"), "staccato")
