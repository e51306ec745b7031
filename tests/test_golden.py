"""Songs of every emotion and style as they were when somebody last listened to them: a change of the music shows as a diff."""

import pytest
from golden.renew import HERE, songs

SONGS = songs()


def test_there_is_a_file_for_every_song_and_no_other():
    assert {path.name for path in HERE.glob("*.txt")} == set(SONGS)


@pytest.mark.parametrize("name", SONGS)
def test_the_song_is_as_it_was(name):
    golden = (HERE / name).read_text(encoding="utf-8")
    assert SONGS[name] == golden, f"{name} differs; listen, and if it is meant, run PYTHONPATH=. python tests/golden/renew.py"
