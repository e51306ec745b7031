import functools
import json
import math

import pytest
from typer.testing import CliRunner

from face2music.cli import app
from face2music.errors import DataError, RequestError
from face2music.evaluation import bench
from face2music.evaluation.bench import floor, live, material, served, steps
from face2music.evaluation.bench.figures import Figure, figure, in_turn, ratio, timed
from face2music.evaluation.bench.report import TARGETS, judged


def test_a_figure_is_the_median_and_the_95th_percentile():
    made = figure("x", "ms", [float(n) for n in range(1, 102)])
    assert (made.median, made.p95, made.runs) == (51, 96, 101)
    assert ratio("r", Figure("theirs", "ms", 90), Figure("ours", "ms", 40)).median == 2.25


def test_the_first_call_is_not_counted(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    costs = iter([9.0, 0.002, 0.004, 0.003])

    def call():
        now[0] += next(costs)

    made = timed("x", call, 3)
    assert made.median == pytest.approx(3)
    assert made.runs == 3


def test_calls_that_are_compared_take_turns(monkeypatch):
    now, asked = [0.0], []
    monkeypatch.setattr("time.perf_counter", lambda: now[0])

    def call(name, run):
        asked.append(f"{name}{run}")
        now[0] += {"a": 0.001, "b": 0.003}[name] + 0.01 * run

    made = in_turn({name: functools.partial(call, name) for name in "ab"}, 3)
    assert asked == ["a0", "b0", "a1", "b1", "a2", "b2"]
    assert [(each.name, each.median, each.runs) for each in made] == [("a", pytest.approx(11), 3), ("b", pytest.approx(13), 3)]


def test_targets_are_reached_or_missed_on_their_own_side():
    fast, slow = ({"name": "whole path", "median": ms} for ms in (900, 901))
    assert judged(fast) == {**fast, "target": "at most 900", "reached": True}
    assert judged(slow)["reached"] is False
    assert judged({"name": "fer / ours", "median": 2.9})["reached"] is False
    assert judged({"name": "plan", "median": 1}) == {"name": "plan", "median": 1}


def test_photographs_are_large_differ_and_show_the_same_face():
    from face2music.face import find_faces

    first, second = (find_faces(material.photograph(number)) for number in (0, 1))
    assert material.photograph(0) != material.photograph(1)
    assert first.picture.shape == (960, 1280, 3)
    assert first.faces[0].box == second.faces[0].box


def test_the_steps_of_new_photographs_are_all_there_and_make_up_the_whole():
    figures = {made.name: made for made in steps.steps(2)}
    whole = figures.pop("whole path")
    again = figures.pop("whole path, photograph seen before")
    assert {"face", "emotion", "plan", "score", "midi", "audio"} <= set(figures)
    assert all(made.runs == 2 and made.unit == "ms" for made in (whole, again, *figures.values()))
    assert sum(made.median for made in figures.values()) == pytest.approx(whole.median, rel=0.3)


def test_a_network_s_multiply_adds():
    import keras

    inputs = keras.Input((10, 10, 1))
    maps = keras.layers.Conv2D(4, 3, strides=2, padding="same")(inputs)
    outputs = keras.layers.Dense(7)(keras.layers.Flatten()(maps))
    assert floor.multiply_adds(keras.Model(inputs, outputs)) == 5 * 5 * 3 * 3 * 4 + 5 * 5 * 4 * 7


def test_what_cannot_be_measured_here_is_said_and_the_rest_is_there(monkeypatch):
    def broken(runs):
        yield Figure("ours", "ms", 1.0)
        raise ImportError("No module named 'fer'")

    monkeypatch.setattr(bench, "GROUPS", {"faces": broken, "import": lambda runs: iter([Figure("import face2music", "s", 0.2)])})
    result = CliRunner().invoke(app, ["bench", "--json", "--runs", "3"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert [made["name"] for made in report["groups"]["faces"]] == ["ours"]
    assert report["groups"]["import"][0]["reached"] is True
    assert report["missing"] == ["faces: No module named 'fer'"]
    text = CliRunner().invoke(app, ["bench"]).stdout
    assert "at most 0.3: reached" in text
    assert "Not measured: faces: No module named 'fer'" in text


def test_an_unknown_group_is_refused():
    with pytest.raises(RequestError, match=r"There is no group speed; choose from import, serving"):
        bench.measure(1, ["speed"])


def test_without_a_checkout_the_page_is_not_started(monkeypatch, tmp_path):
    monkeypatch.setattr(served, "_APP", tmp_path / "app.py")
    with pytest.raises(DataError, match="started from a checkout"):
        list(served.serving(1))


def test_a_page_that_ends_at_once_is_not_waited_for(monkeypatch, tmp_path):
    (tmp_path / "app.py").write_text("raise SystemExit(1)")
    monkeypatch.setattr(served, "_APP", tmp_path / "app.py")
    with pytest.raises(DataError, match="did not start"):
        list(served.serving(1))


def test_the_import_is_timed_in_a_process_of_its_own(monkeypatch):
    monkeypatch.setattr(served, "IMPORTS", 2)
    (made,) = served.importing(1)
    assert made.runs == 2
    assert 0 < made.median < math.inf


def test_every_target_is_the_name_of_a_measure():
    """A measure that is renamed would lose its target without a word."""
    source = "".join(file.read_text() for file in (served._APP.parent / "face2music/evaluation/bench").glob("*.py"))
    for name in TARGETS:
        assert source.count(f'"{name}"') >= 2, name


def test_three_listeners_at_once_are_each_heard_and_counted(monkeypatch):
    monkeypatch.setattr(live, "CHANGES_S", 4.0)
    figures = list(live._at_once(3, 1))
    behind, late, cores, memory = figures
    assert all("3 listeners" in made.name for made in figures)
    assert behind.runs == 3
    assert late.runs > 60  # pieces of a quarter of a second, for three
    assert 0 < cores.median < 0.5  # half a core is what one may take
    assert memory.unit == "MB"
