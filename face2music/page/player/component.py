"""The Gradio component: the files beside this one in the browser, the song's roll and sound from the server.

Seconds count from the start of the song as it sounds; the files' paths lie in Gradio's cache.
"""

import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from face2music.page.beside import Places
from face2music.page.component import OwnComponent

Stems = Callable[[str], Mapping[str, str | Path]]

TEXTS = {
    "player": "Player",
    "play": "Play",
    "pause": "Pause",
    "position": "Position in the song",
    "place": "{time} of {total}, bar {bar}, {names}",
    "loop": "Repeat",
    "volume": "Volume",
    "mute": "Mute",
    "solo": "Solo",
    "melody": "Melody",
    "chords": "Chords",
    "bass": "Bass",
    "colour": "Colour",
    "drums": "Drums",
    "valence": "Valence",
    "arousal": "Arousal",
    "bar": "Bar {bar}",
    "pitches": "C C♯ D E♭ E F F♯ G A♭ A B♭ B",
    "roll": "Piano roll",
    "summary": "Length {length}. Parts: {parts}. Bars: {bars}, beats in a bar: {beats}. Key: {keys}. "
    "Sections: {sections}. Chords: {chords}.",
    "loading_parts": "Preparing the parts by themselves; the whole song plays on until they are there.",
    "parts_failed": "The parts could not be loaded; press the button to try again.",
    "no_sound": "This song cannot be played here; download the MIDI file to hear it.",
}

_NUMBERS = itertools.count()
_SCRIPTS = ("sound.js", "layout.js", "drawing.js", "roll.js", "player.js")
WAITING = 12  # songs whose parts are wanted


class Player(OwnComponent):
    """Plays one song, shows it as a piano roll and lets its parts be muted.

    Parameters
    ----------
    stems
        Called with the key of the song that is shown when a visitor first mutes a part of it: the path, in Gradio's cache, of a
        WAV, FLAC, OGG or MP3 file for each part's name. They must be as long as the mix and add up to it. Its refusals
        (`Face2MusicError`) are shown to the visitor.
    texts
        What is said on the page, with all the keys of `TEXTS`; `gr.update(texts=...)` changes the language. The names that a
        roll brings (as "Violin") may be among them.
    settings
        As of `gr.HTML`.
    """

    def __init__(self, value: Any = None, *, stems: Stems, texts: Mapping[str, str] = TEXTS, **settings: Any) -> None:
        def parts_of(key: str) -> dict[str, Any]:
            return {"files": {name: str(path) for name, path in stems(key).items()}}

        served = Places(1, WAITING).server(parts_of)
        super().__init__(value, Path(__file__).parent, _SCRIPTS, texts, server_functions=[served], **settings)

    def postprocess(self, value: Any) -> Any:
        """The value with a number of its own: the same song again is to be played again."""
        return None if value is None else {**value, "number": next(_NUMBERS)}

    @staticmethod
    def show(roll: Mapping[str, Any], audio: str | Path | None, key: str = "", autoplay: bool = True) -> dict[str, Any]:
        """What to return for this component so that it plays a song.

        Parameters
        ----------
        roll
            The song's notes and names by time, as of `Song.roll`.
        audio
            Path of the mix as a sound file that browsers play; None where it could not be rendered.
        key
            What `stems` is called with.
        autoplay
            Whether it starts by itself, where the browser allows that; else a large button asks for a press.
        """
        file = None if audio is None else {"path": str(audio), "meta": {"_type": "gradio.FileData"}}
        return {"roll": dict(roll), "audio": file, "key": key, "autoplay": autoplay}
