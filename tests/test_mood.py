import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from face2music.errors import RequestError
from face2music.mood import EMOTIONS, NORMS, certain, mood_of, rounded, shares_at


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_certain_emotion_has_the_norm_of_its_word(emotion):
    assert mood_of(certain(emotion)) == NORMS[emotion]


def test_the_whole_vector_counts():
    half = {**dict.fromkeys(EMOTIONS, 0.0), "happy": 0.5, "sad": 0.5}
    mood = mood_of(half)
    assert math.isclose(mood.valence, (0.81 - 0.63) / 2, abs_tol=1e-3)
    assert math.isclose(mood.arousal, (0.51 - 0.27) / 2, abs_tol=1e-3)
    assert math.isclose(mood.dominance, (0.46 - 0.33) / 2, abs_tol=1e-3)


def test_the_last_digits_of_the_network_do_not_matter():
    near = {**certain("sad"), "sad": 1 - 1e-5, "fear": 1e-5}
    assert mood_of(near) == NORMS["sad"]


@pytest.mark.parametrize("wrong", [{}, {"happy": 1.0}, {**certain("sad"), "bored": 0.0}])
def test_other_labels_are_refused(wrong):
    with pytest.raises(RequestError, match="needs the probabilities of angry"):
        mood_of(wrong)


@pytest.mark.parametrize("values", [{"happy": 0.5}, {"happy": 1.5, "sad": -0.5}])
def test_values_that_are_no_probabilities_are_refused(values):
    with pytest.raises(RequestError, match="add up to 1"):
        mood_of({**dict.fromkeys(EMOTIONS, 0.0), **values})


def test_an_unknown_emotion_is_refused_with_the_known_ones():
    with pytest.raises(RequestError, match="no emotion 'bored'; choose one of angry, disgust"):
        certain("bored")


@st.composite
def emotions(draw):
    raw = draw(st.lists(st.floats(0, 1), min_size=7, max_size=7).filter(lambda values: sum(values) > 0.1))
    return {name: value / sum(raw) for name, value in zip(EMOTIONS, raw, strict=True)}


@given(emotions())
def test_rounded_values_are_thousandths_that_add_up_to_one(emotion):
    values = rounded(emotion)
    assert round(sum(values.values()) * 1000) == 1000
    for name, value in values.items():
        assert value == round(value, 3)
        assert abs(value - emotion[name]) < 0.001
    assert rounded(values) == values


ROUNDING = 0.004  # of seven thousandths
COORDINATES = st.floats(-1, 1)


def plane_of(shares) -> np.ndarray:
    mood = mood_of(shares)
    return np.array([mood.valence, mood.arousal])


@given(emotions(), st.none() | emotions())
def test_a_point_that_can_be_reached_is_reached_from_any_prior(target, prior):
    point = plane_of(target)
    found = shares_at(*point.tolist(), prior)
    assert found == rounded(found)
    assert np.abs(plane_of(found) - point).max() < ROUNDING


SURPRISED = {**dict.fromkeys(EMOTIONS, 0.0), "surprise": 1.0}


@given(COORDINATES, COORDINATES, emotions())
@example(0.0, -6.103515625e-05, SURPRISED)
def test_any_other_point_is_moved_to_the_nearest(valence, arousal, prior):
    """No step from there to any emotion's norm, and so to no point of the region, brings it nearer."""
    point = np.array([valence, arousal])
    here = plane_of(shares_at(valence, arousal, prior))
    for norm in NORMS.values():
        ahead = np.array([norm.valence, norm.arousal]) - here
        assert (point - here) @ ahead < 4 * ROUNDING


def test_the_point_of_a_prior_leaves_it_as_it_is():
    shares = {**dict.fromkeys(EMOTIONS, 0.0), "happy": 0.5, "sad": 0.3, "neutral": 0.2}
    near = shares_at(*plane_of(shares).tolist(), shares)
    for name, share in shares.items():
        assert near[name] == pytest.approx(share, abs=0.01)


@given(emotions(), emotions(), st.integers(0, 3), st.floats(-0.05, 0.05))
def test_no_other_shares_at_the_point_are_nearer_to_the_prior(target, prior, direction, size):
    """Moved along a direction that changes neither sum nor point, the divergence from the prior grows."""
    point = plane_of(target)
    found = np.array(list(shares_at(*point.tolist(), prior).values()))
    plane = np.array([[norm.valence, norm.arousal, 1.0] for norm in NORMS.values()])
    free = np.linalg.svd(plane.T)[2][3:]
    moved = found + size * free[direction]
    start = np.array([rounded(prior)[name] for name in EMOTIONS]) + 1e-5

    def divergence(shares):
        return sum(share * math.log(share / first) for share, first in zip(shares, start, strict=True) if share > 0)

    if moved.min() >= 0:
        assert divergence(found) <= divergence(moved) + 0.02


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_at_a_norm_at_the_rim_there_is_that_emotion_alone(emotion):
    found = shares_at(NORMS[emotion].valence, NORMS[emotion].arousal)
    if emotion not in ("angry", "disgust"):  # which lie inside
        assert found[emotion] > 0.95


@pytest.mark.parametrize("point", [(2, 0), (0, -1.01), (float("nan"), 0), ("0", 0), (True, 0)])
def test_points_outside_the_plane_are_refused(point):
    with pytest.raises(RequestError, match="give valence and arousal from -1 to 1"):
        shares_at(*point)


def test_a_prior_must_be_shares():
    with pytest.raises(RequestError, match="together they are 1"):
        shares_at(0.1, 0.1, {"happy": 1.0})
