"""The player and the plane without a browser: what they send, what they take and what they refuse."""

import json
import re
from math import inf, nan
from pathlib import Path

import gradio as gr
import pytest
from loop import finished
from pages import Request

import face2music.page.plane as plane_package
import face2music.page.player as player_package
from face2music.errors import RequestError, SynthesiserError
from face2music.mood import STATES
from face2music.page.plane import Plane
from face2music.page.player import Player

PACKAGES = [plane_package, player_package]
ROLL = {"duration_s": 1.0, "bars": [0.0], "parts": []}


def source(package, ending: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in Path(package.__file__).parent.glob(f"*.{ending}"))


@pytest.fixture
def player() -> Player:
    def stems(key: str) -> dict[str, Path]:
        if key == "silent":
            raise SynthesiserError("There is no sound; install FluidSynth.")
        return {"Drums": Path(f"/cache/{key}/drums.wav")}

    return Player(stems=stems)


def test_a_song_is_shown_with_its_sound_as_a_file_for_the_browser(tmp_path):
    value = Player.show(ROLL, tmp_path / "song.wav", key="k")
    assert value["roll"] == ROLL
    assert value["audio"] == {"path": str(tmp_path / "song.wav"), "meta": {"_type": "gradio.FileData"}}
    assert (value["key"], value["autoplay"]) == ("k", True)


def test_a_song_without_sound_is_shown_too():
    assert Player.show(ROLL, None)["audio"] is None


def test_the_same_song_again_is_a_new_value(player):
    shown = Player.show(ROLL, None)
    assert player.postprocess(shown) != player.postprocess(shown)
    assert player.postprocess(None) is None


def test_stems_are_asked_for_by_the_key_of_the_song(player):
    assert finished(player.parts_of("k", Request())) == {"files": {"Drums": "/cache/k/drums.wav"}}


def test_a_refusal_of_the_stems_is_told(player):
    assert finished(player.parts_of("silent", Request())) == {"refusal": "There is no sound; install FluidSynth."}


@pytest.mark.parametrize("component", [Player(stems=lambda key: {}), Plane(Plane.show(0, 0))])
def test_the_configuration_can_be_sent(component):
    assert json.dumps(component.get_config())


@pytest.mark.parametrize("package", PACKAGES)
def test_markup_and_style_hold_nothing_that_gradio_would_fill_in(package):
    for ending in ("html", "css"):
        assert not re.search(r"\$\{|\{\{|`|\\", source(package, ending))


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_is_fetched_from_elsewhere(package):
    assert not re.search(r"https?:|@import|url\(", "".join(source(package, ending) for ending in ("html", "css", "js")))


@pytest.mark.parametrize("package", PACKAGES)
def test_every_text_that_is_asked_for_is_there_and_the_other_way_round(package):
    script = source(package, "js")
    asked = set(re.findall(r'(?:named|say)\("(\w+)"', script))
    assert asked
    assert asked <= set(package.TEXTS)
    assert all(re.search(rf"\b{key}\b", script) for key in package.TEXTS)


def test_placeholders_of_the_texts_are_filled_in():
    script = source(player_package, "js")
    for text in player_package.TEXTS.values():
        assert all(re.search(rf"\b{name}\b ?[:,}}]", script) for name in re.findall(r"\{(\w+)\}", text)), text


def test_a_point_is_shown_with_what_to_compare_it_with():
    heard, path = {"valence": 1, "arousal": -1}, [{"valence": 0, "arousal": 0, "dominance": 0}]
    assert Plane.show(0.25, -1) == {"valence": 0.25, "arousal": -1, "heard": None, "path": []}
    shown = Plane.show(0, 0, heard, path)
    assert shown["heard"] == heard
    assert shown["path"] == [{"valence": 0, "arousal": 0}]


@pytest.mark.parametrize("point", [(1.01, 0), (0, -2), (nan, 0), (0, inf), ("high", 0), (None, 0)])
def test_a_point_off_the_plane_is_refused(point):
    with pytest.raises(RequestError, match="give valence and arousal from -1 to 1"):
        Plane.show(*point)


def test_handlers_get_the_point_alone():
    plane = Plane()
    assert plane.preprocess(None) is None
    assert plane.preprocess({"valence": 0.5, "arousal": -0.5, "heard": None, "path": []}) == {"valence": 0.5, "arousal": -0.5}


@pytest.mark.parametrize("payload", ["happy", {}, {"valence": 0.5}, {"valence": 3, "arousal": 0}, [1, 2]])
def test_a_request_without_a_point_is_refused_in_one_sentence(payload):
    with pytest.raises(gr.Error, match="is no point of the plane; give valence and arousal from -1 to 1"):
        Plane().preprocess(payload)


def test_the_seven_emotions_and_the_calm_states_beyond_are_landmarks():
    marks = re.findall(r'data-name="(\w+)" style="left: ([\d.]+)%; top: ([\d.]+)%"', Plane().html_template)
    assert [name for name, _, _ in marks] == list(STATES)
    assert {name: (left, top) for name, left, top in marks}["happy"] == ("90.5", "24.5")
