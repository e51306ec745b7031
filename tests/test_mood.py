import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from face2music.errors import RequestError
from face2music.mood import EMOTIONS, NORMS, certain, mood_of, rounded


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


@settings(deadline=None)
@given(emotions())
def test_rounded_values_are_thousandths_that_add_up_to_one(emotion):
    values = rounded(emotion)
    assert round(sum(values.values()) * 1000) == 1000
    for name, value in values.items():
        assert value == round(value, 3)
        assert abs(value - emotion[name]) < 0.001
    assert rounded(values) == values
