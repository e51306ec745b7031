"""The page's way Live without a browser: who may begin, what is looked at and played, and what becomes of it."""

import base64
import io
import json

import numpy as np
import pytest
import soundfile
from loop import finished
from pages import Program, fire
from pages import Request as Visit
from test_page import panel

from face2music.mood import EMOTIONS
from face2music.pipeline import Live, Wishes, decode_link

FRAME = "data:image/jpeg;base64," + base64.b64encode(b"a frame").decode()


class Request(Visit):
    """A visitor's request with the session of their page."""

    def __init__(self, session: str = "one", language: str = "en") -> None:
        super().__init__(language)
        self.session_hash = session


@pytest.fixture
def page(monkeypatch, tmp_path):
    """The page, whose visitors all look happy, and the live music that it began."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setattr(Live, "_read", lambda self, picture: np.array([0.88 if name == "happy" else 0.02 for name in EMOTIONS]))
    begun = []

    def live(**asked):
        begun.append((asked, Live(**asked)))
        return begun[-1][1]

    page = Program().page(live=live)
    page.begun = begun
    yield page
    for _, each in begun:
        each.close()


def called(page, name: str, *said: str):
    """Ask the component as its script does."""
    stage = next(block for block in page.blocks.values() if getattr(block, "elem_id", None) == "stage")
    return json.loads(json.dumps(finished(getattr(stage, name)([*said], Request()))))


def begin(page, session="one", **wished) -> dict:
    return fire(page, "stage", "start", Request(session), *panel(**wished))["session"]


def test_music_begins_as_it_is_wished_for_without_a_length(page):
    session = begin(page, style="lo-fi", tempo="90", bars="8", seed="7", keep=True)
    assert session["key"] == "one"
    assert page.begun[0][0] == {"seed": 7, "wishes": Wishes(tempo_bpm=90, style="lo-fi")}
    assert begin(page)["number"] != session["number"]  # or the browser would not hear of it
    assert "bars" not in str(page.begun[1][0]["wishes"].bars)


def test_a_wish_that_cannot_be_met_is_told_where_the_visitor_looks(page):
    assert "no key" in begin(page, key="H")["refusal"]
    assert "three" not in page.begun


def test_three_have_a_place_and_who_leaves_makes_room(page):
    assert all("key" in begin(page, session) for session in ("one", "two", "three"))
    assert "try again in a few minutes" in begin(page, "four")["refusal"]
    leave = next(fn.fn for fn in page.fns.values() if fn.fn and fn.fn.__name__ == "left")
    leave(Request("two"))
    assert "key" in begin(page, "four")
    assert "start it again" in called(page, "pull", "two")["refusal"]


def test_a_frame_is_told_and_sound_comes_back_exactly(page):
    begin(page)
    told = called(page, "look", "one", FRAME)
    assert told["emotion"] == "happy"
    assert told["face"] == "seen"
    assert told["valence"] > 0.5
    first, second = called(page, "pull", "one"), called(page, "pull", "one")
    assert second["start"] == first["count"] == 11_025
    assert [bar["number"] for bar in first["bars"]] == [0]
    samples, rate = soundfile.read(io.BytesIO(base64.b64decode(first["flac"])), dtype="int16")
    assert (samples.shape, rate) == ((11_025, 2), 44_100)
    assert samples.any()


def test_visitors_hear_music_of_their_own(page):
    begin(page, "one", seed="1", keep=True)
    begin(page, "two", seed="2", keep=True)
    one, two = (["".join(called(page, "pull", key)["flac"] for _ in range(6))] for key in ("one", "two"))
    assert one != two


def test_a_frame_that_is_none_and_one_that_is_too_large_are_refused(page):
    begin(page)
    for url in ("", "data:image/jpeg;base64," + "A" * 500_000):
        assert "whole" in called(page, "look", "one", url)["refusal"]


def test_calibration_is_told_while_it_lasts(page):
    begin(page)
    assert called(page, "calibrate", "one") == {}
    assert 9 < called(page, "look", "one", FRAME)["calibrating_s"] <= 10


def test_what_was_played_appears_as_a_song_and_frees_the_place(page):
    begin(page, seed="5", keep=True)
    called(page, "look", "one", FRAME)
    for _ in range(8):
        called(page, "pull", "one")
    called(page, "close", "one")
    pieces = [called(page, "pull", "one")]
    while not pieces[-1]["last"]:
        pieces.append(called(page, "pull", "one"))
    shown = fire(page, "stage", "finish", Request())
    assert "Happy" in shown["headline"]
    settings = decode_link(shown["keep"]["link"])
    assert settings.seed == 5
    assert settings.played
    assert "wav" in shown["keep"]["kinds"]
    assert "player" in shown
    assert "start it again" in called(page, "pull", "one")["refusal"]


def test_who_begins_anew_before_the_song_is_there_loses_neither(page):
    begin(page, seed="5", keep=True)
    called(page, "look", "one", FRAME)
    called(page, "pull", "one")
    assert called(page, "rest", "one") == {}
    assert "key" in begin(page, seed="6", keep=True)
    shown = fire(page, "stage", "finish", Request())
    assert decode_link(shown["keep"]["link"]).seed == 5
    assert called(page, "pull", "one")["count"]


def test_music_that_is_over_takes_no_place(page):
    for session in ("one", "two", "three"):
        begin(page, session)
        called(page, "pull", session)
    called(page, "rest", "two")
    assert "key" in begin(page, "four")
