"""Songs of all emotions, styles and wishes: no note is stuck, doubled or out of range, no melody comes twice, no sound clips.

`make proof` makes a thousand of them.
"""

import io
from functools import lru_cache
from pathlib import Path
from random import Random

import mido
import numpy as np
import pretty_midi
import pytest
from extent import many

from face2music import audio
from face2music.audio import find_soundfont, render
from face2music.limiter import CEILING
from face2music.mood import EMOTIONS
from face2music.pipeline import Song, compose
from face2music.plan import MODES, Wishes
from face2music.theory import INSTRUMENTS

SONGS, HEARD = many(21, 1000), many(2, 100)
STYLES = (None, "solo piano", "chamber", "orchestral", "electronic", "lo-fi", "band")
KEYS = ("C", "F-sharp", "B-flat", "E")
LOUD_ENOUGH = 0.003  # root mean square of full scale, -50 dB
LONGEST_SILENCE_S = 3.0
FONTS = {find_soundfont(), Path(pretty_midi.__file__).parent / "TimGM6mb.sf2"}


@lru_cache(maxsize=32)
def song(seed: int) -> Song:
    """A song of the next emotion in turn, with a wish of each kind in every third song or so."""
    rng = Random(f"wishes/{seed}")

    def wish(value: object) -> object:
        return value if rng.random() < 0.3 else None

    wishes = Wishes(
        tempo_bpm=wish(round(rng.uniform(50, 190))),
        key=wish(rng.choice(KEYS)),
        mode=wish(rng.choice(tuple(MODES))),
        style=rng.choice(STYLES),
        instruments=wish(tuple(rng.sample(sorted(INSTRUMENTS), rng.randint(1, 4)))),
        density=wish(round(rng.uniform(0.5, 3.0), 1)),
    )
    emotion = EMOTIONS[seed % len(EMOTIONS)]
    return compose(emotion=emotion, seed=seed, duration_s=rng.choice((12.0, 30.0, 60.0)), wishes=wishes, render=False)


@pytest.mark.parametrize("seed", range(SONGS))
def test_every_note_is_let_go_and_none_is_struck_twice(seed):
    made = song(seed)
    for track in mido.MidiFile(file=io.BytesIO(made.midi)).tracks:
        sounding: set[tuple[int, int]] = set()
        for message in track:
            if message.type == "note_on" and message.velocity:
                assert (message.channel, message.note) not in sounding
                sounding.add((message.channel, message.note))
            elif message.type in ("note_on", "note_off"):
                sounding.remove((message.channel, message.note))
        assert not sounding
    for part in made.score.parts:
        planned = made.plan.named(part.name)
        assert all(planned.lowest_pitch <= note.pitch <= planned.highest_pitch for note in part.notes)
        assert all(note.start_beat >= 0 and note.end_beat <= made.score.length_beats + 1e-6 for note in part.notes)


def test_no_two_seeds_have_the_same_melody():
    melodies = set()
    for seed in range(SONGS):
        notes = next(part.notes for part in song(seed).score.parts if part.role == "melody")
        # Another key is no other melody.
        melodies.add(tuple((round(note.start_beat, 1), note.pitch - notes[0].pitch) for note in notes))
    assert len(melodies) == SONGS


@pytest.mark.parametrize("font", sorted(FONTS), ids=lambda font: font.stem)
@pytest.mark.parametrize("seed", range(HEARD))
def test_no_sound_clips_or_falls_silent(seed, font):
    made = song(SONGS // 2 + seed)
    samples = np.abs(render(made.midi, font).samples.astype(float)).max(axis=1) / 32768
    assert samples.max() <= CEILING + 1e-3
    assert np.sqrt(np.mean(np.square(samples))) >= LOUD_ENOUGH
    quiet = np.flatnonzero(samples > audio.SILENCE / 32768)
    assert np.diff(quiet, prepend=0).max() <= LONGEST_SILENCE_S * audio.SAMPLE_RATE
    assert samples[-1] <= audio.SILENCE / 32768
