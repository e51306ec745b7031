"""Stems against the song that they are the parts of."""

import numpy as np
import pytest
from songs import song

from face2music import audio
from face2music.midi import to_midi
from face2music.stems import stems


@pytest.mark.parametrize("emotion", ["angry", "sad"])
def test_stems_add_up_to_the_song_limiter_and_all(emotion):
    _, score = song(emotion, 1, 12)
    whole = audio.render(to_midi(score)).samples.astype(int)
    alone = stems(score)
    assert list(alone) == [part.name for part in score.parts]
    added = sum(stem.samples.astype(int) for stem in alone.values())
    assert added.shape == whole.shape
    assert np.abs(added - whole).max() <= (len(alone) + 1) / 2  # each is rounded


def test_each_stem_is_a_part_by_itself():
    _, score = song("happy", 1, 5)
    sounds = [stem.samples[:, 0].astype(float) for stem in stems(score).values()]
    assert len({len(sound) for sound in sounds}) == 1
    assert all(np.std(sound) > 10 for sound in sounds)
    likeness = np.corrcoef(sounds) - np.eye(len(sounds))
    assert np.abs(likeness).max() < 0.7


def test_what_is_missing_goes_to_who_sounds():
    loud, silent = np.full((4410, 2), 1000, np.int16), np.zeros((4410, 2), np.int16)
    whole = loud + np.int16(30)
    first, second = audio._completed([loud, silent], whole)
    assert np.allclose(first, whole, atol=0.1)
    assert np.allclose(first + second, whole)
