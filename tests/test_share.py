import base64
import binascii
import json
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from face2music.errors import RequestError
from face2music.mood import EMOTIONS, Mood, certain, rounded
from face2music.plan import INSTRUMENTS, MODES, Curve, KeyFrame, Wishes
from face2music.share import MAX_LENGTH, MAX_SEED, Settings, decode_link, encode_link

HAPPY = Settings(certain("happy"), 42, 30)
URL_SAFE = set(string.ascii_letters + string.digits + "-_")


@st.composite
def emotions(draw):
    raw = draw(st.lists(st.floats(0, 1), min_size=7, max_size=7).filter(lambda values: sum(values) > 0.1))
    return {name: value / sum(raw) for name, value in zip(EMOTIONS, raw, strict=True)}


@st.composite
def wishes(draw):
    def maybe(values):
        return draw(st.none() | values)

    return Wishes(
        tempo_bpm=maybe(st.floats(30, 240)),
        key=maybe(st.sampled_from(["C", "F-sharp", "Bb"])),
        mode=maybe(st.sampled_from(["major", *MODES])),
        style=maybe(st.sampled_from(["auto", "jazz"])),
        instruments=maybe(st.lists(st.sampled_from(sorted(INSTRUMENTS)), min_size=1, max_size=4).map(tuple)),
        density=maybe(st.floats(0.5, 8)),
        bars=maybe(st.integers(2, 200)),
    )


SETTINGS = st.builds(
    Settings, emotions().map(rounded), st.integers(0, MAX_SEED), st.integers(5, 180) | st.floats(5, 180), wishes()
)


@st.composite
def cut_curves(draw):
    places = draw(st.lists(st.integers(0, 10_000), min_size=1, max_size=160, unique=True).map(sorted))
    moods = st.tuples(*[st.integers(-100, 100)] * 3)
    frames = [KeyFrame(at / 10_000, Mood(*(v / 100 for v in draw(moods))), draw(st.booleans())) for at in places]
    return Curve((replace(frames[0], sudden=True), *frames[1:]))


@given(SETTINGS, cut_curves())
def test_a_link_holds_a_cut_curve_exactly(asked, curve):
    asked = replace(asked, curve=curve)
    assert decode_link(encode_link(asked)) == asked


def link(values, version="a") -> str:
    """A link with a right checksum, whatever it holds."""
    packed = values if isinstance(values, bytes) else json.dumps(values, separators=(",", ":")).encode()
    data = binascii.crc32(packed).to_bytes(4, "big") + packed
    return version + base64.urlsafe_b64encode(data).decode().rstrip("=")


@given(SETTINGS)
def test_a_link_gives_the_same_settings_back(asked):
    text = encode_link(asked)
    assert len(text) <= MAX_LENGTH
    assert set(text) <= URL_SAFE
    assert decode_link(text) == asked
    assert encode_link(decode_link(text)) == text


def test_a_link_is_short_and_holds_nothing_but_the_settings():
    assert len(encode_link(HAPPY)) < 60
    text = link([[0, 0, 0, 1000, 0, 0, 0], 42, 30, {}])
    assert decode_link(text) == HAPPY


@given(SETTINGS, st.data())
def test_a_changed_link_is_refused(asked, data):
    text = encode_link(asked)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(sorted(URL_SAFE - {text[place]})))
    with pytest.raises(RequestError):
        decode_link(text[:place] + other + text[place + 1 :])
    with pytest.raises(RequestError):
        decode_link(text[:place])


@given(st.text(max_size=600) | st.text(sorted(URL_SAFE), max_size=600).map("a".__add__) | st.binary(max_size=300).map(link))
def test_no_text_does_anything_but_be_refused(text):
    with pytest.raises(RequestError) as refusal:
        decode_link(text)
    assert str(refusal.value).count(".") == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(JSON, min_size=4, max_size=4) | st.tuples(st.just([0, 0, 0, 1000, 0, 0, 0]), JSON, JSON, JSON).map(list))
def test_no_values_with_a_right_checksum_do_anything_but_be_refused_or_be_settings(values):
    try:
        read = decode_link(link(values))
    except RequestError:
        return
    assert encode_link(read) == link(values)


EMOTION = [0, 0, 0, 1000, 0, 0, 0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no settings in it"),
        (None, "no settings in it"),
        ("a" * 2001, "too long .2001 characters, at most 2000."),
        (link([EMOTION, 42, 30, {}], version="b"), "another version"),
        (link([EMOTION, 42, 30, {}])[:-1], "damaged"),
        (link([EMOTION, 42, 30, {}]) + "=", "damaged"),
        (link([EMOTION, 42, 30.0, {}]), "damaged"),
        (link(b"[" * 200), "damaged"),
        (link(b"[NaN]"), "damaged"),
        (link([EMOTION, 42, 30]), "damaged"),
        (link([[0, 0, 0, 999, 0, 0, 0], 42, 30, {}]), "damaged"),
        (link([[0, 0, 0, 1001, 0, 0, -1], 42, 30, {}]), "at least 0"),
        (link([EMOTION[:6], 42, 30, {}]), "damaged"),
        (link([EMOTION, 2**31, 30, {}]), "seed is 2147483648; give a whole number from 0 to"),
        (link([EMOTION, True, 30, {}]), "seed is True"),
        (link([EMOTION, 42, 181, {}]), "duration is 181; give a number of seconds from 5 to 180"),
        (link([EMOTION, 42, "30", {}]), "duration is '30'"),
        (link([EMOTION, 42, 30, {"tempo_bpm": 500}]), "tempo is 500"),
        (link([EMOTION, 42, 30, {"key": "H"}]), "no key 'H'"),
        (link([EMOTION, 42, 30, {"instruments": ["Kazoo"]}]), "no instrument 'Kazoo'"),
        (link([EMOTION, 42, 30, {"style": 3}]), "style is 3"),
        (link([EMOTION, 42, 30, {"colour": "red"}]), "wishes for 'colour'"),
        (link([EMOTION, 42, 30, {}, ["AAAA"]]), "damaged"),
        (link([EMOTION, 42, 30, {}, ["AADk5OQ"]]), "damaged"),  # this curve is not cut
        (link([EMOTION, 42, 30, {}, ["gAD___8"]]), "go from -1 to 1"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(text, says):
    with pytest.raises(RequestError, match=says):
        decode_link(text)


@pytest.mark.parametrize(
    "emotion",
    [{}, {"happy": 1.0}, certain("happy") | {"glad": 0.0}, certain("happy") | {"sad": -0.1}, certain("happy") | {"sad": 0.5}],
)
def test_values_that_are_no_probabilities_are_refused(emotion):
    with pytest.raises(RequestError, match="each of angry"):
        encode_link(Settings(emotion, 1, 30))
