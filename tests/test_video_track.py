import clips
import numpy as np
import pytest

from face2music.face import read_picture
from face2music.video.clip import Frame
from face2music.video.track import follow

ROOM, STREET = (70, 90, 110), (205, 190, 60)


@pytest.fixture(scope="module")
def woman(astronaut):
    return clips.face(read_picture(astronaut), 240)


@pytest.fixture(scope="module")
def stranger(woman):
    """Somebody of other colours, smaller."""
    return clips.face(np.ascontiguousarray(woman[..., ::-1]), 160, whole=True)


def followed(*scenes: np.ndarray):
    return follow(Frame(place, picture) for place, picture in enumerate(scenes))


def middles(sightings) -> list[int]:
    return [round(sighting.box.x + sighting.box.w / 2) for sighting in sightings]


def test_a_face_is_followed_as_it_moves(woman):
    sightings = followed(*(clips.scene((woman, 10 + 50 * step, 60)) for step in range(5)))
    assert [sighting.place for sighting in sightings] == [0, 1, 2, 3, 4]
    assert np.diff(middles(sightings)) == pytest.approx([50] * 4, abs=8)
    assert all(sighting.crop.shape == (48, 48) and sighting.crop.dtype == np.uint8 for sighting in sightings)


def test_a_clip_without_a_face_has_nobody(woman):
    assert followed(*[clips.scene()] * 2) == ()


def test_a_gap_is_left_open_and_the_same_person_found_behind_it(woman, stranger):
    both, alone = clips.scene((woman, 20, 80), (stranger, 300, 120)), clips.scene((stranger, 300, 120))
    sightings = followed(both, both, alone, both)
    assert [sighting.place for sighting in sightings] == [0, 1, 3]
    assert max(middles(sightings)) < 240


def test_the_one_who_is_large_and_there_is_followed_into_the_next_scene_not_who_takes_their_place(woman, stranger):
    before = clips.scene((woman, 20, 80), (stranger, 300, 120), background=ROOM)
    after = clips.scene((stranger, 60, 120), (woman, 235, 60), background=STREET)
    sightings = followed(before, before, after, after)
    assert [middle < 240 for middle in middles(sightings)] == [True, True, False, False]


def test_a_scene_with_a_stranger_alone_is_a_gap(woman, stranger):
    hers, theirs = clips.scene((woman, 20, 80), background=ROOM), clips.scene((stranger, 60, 120), background=STREET)
    sightings = followed(hers, hers, theirs, theirs, hers)
    assert [sighting.place for sighting in sightings] == [0, 1, 4]


def test_two_who_stand_side_by_side_keep_their_own(woman, stranger):
    sightings = followed(*(clips.scene((woman, 10 + 10 * step, 80), (stranger, 300, 120)) for step in range(4)))
    assert len(sightings) == 4
    assert max(middles(sightings)) < 240


def test_in_dimmer_light_one_is_still_oneself(woman):
    bright, dim = clips.scene((woman, 20, 80)), clips.scene((woman, 200, 60), background=(15, 20, 25))
    dim = (dim * 0.8).astype(np.uint8)
    assert [sighting.place for sighting in followed(bright, bright, dim, dim)] == [0, 1, 2, 3]
