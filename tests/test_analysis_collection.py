"""A folder of MIDI files, which are quick to measure, and its annotations."""

import csv
import os
import sys

import pretty_midi
import pytest
from distributed import LocalCluster
from extent import WHOLE

from face2music import spread
from face2music.analysis import analyse, collection, midi_file
from face2music.analysis.annotations import read_annotations
from face2music.errors import DataError, OutputError, RequestError

RATINGS = "song_id, valence_mean, valence_std, arousal_mean\n1,3.0,1.1,2.0\n2,5.0,1.2,8.5\n3,9,0.1,7.0\n4,5,1,5\n9,5,1,5\n"


def piece(path, velocity):
    path.parent.mkdir(parents=True, exist_ok=True)
    midi = pretty_midi.PrettyMIDI(initial_tempo=100)
    piano = pretty_midi.Instrument(0)
    piano.notes = [pretty_midi.Note(velocity, 60 + i % 7, i * 0.3, i * 0.3 + 0.25) for i in range(24)]
    midi.instruments = [piano]
    midi.write(str(path))


@pytest.fixture
def folder(tmp_path):
    """Pieces 1 and sub/2, 3 damaged, 5 without a rating, a hidden file; ratings of 4 and 9 have no file."""
    for name, velocity in {"1": 41, "sub/2": 42, "5": 45, "6": 46, "7": 47}.items():
        piece(tmp_path / "music" / f"{name}.mid", velocity)
    (tmp_path / "music/3.mid").write_bytes(b"MThd, and then nothing")
    (tmp_path / "music/._1.mid").write_bytes(b"left behind by a Mac")
    return tmp_path / "music"


@pytest.fixture
def ratings(tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text(RATINGS)
    return path


@pytest.fixture
def run(folder, ratings, tmp_path):
    def run(out="table.csv", annotations=(ratings,), **settings):
        return analyse(folder, annotations, tmp_path / out, **{"jobs": 1, "progress": False} | settings)

    return run


def rows(path):
    with path.open(newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def test_a_collection_is_measured(run, tmp_path):
    summary = run("new/table.csv")
    assert (summary.measured, summary.kept) == (2, 0)
    assert summary.unrated == ("5", "6", "7")
    assert len(summary.failed) == 1
    assert summary.failed[0].startswith("3.mid cannot be read as MIDI")
    assert summary.scale == "Scale 1 to 9, as the ratings run from 2 to 9."
    table = rows(tmp_path / "new/table.csv")
    assert list(table) == ["1", "sub/2"]
    assert [float(table["sub/2"][column]) for column in ("valence", "arousal", "velocity")] == [0, 0.875, 42]


def test_without_annotations_everything_is_measured(run, tmp_path):
    assert run(annotations=()).measured == 5
    assert rows(tmp_path / "table.csv")["7"]["valence"] == ""


def test_an_interrupted_run_is_taken_up(run, tmp_path):
    run("whole.csv", annotations=())
    run("table.csv", annotations=())
    lines = (tmp_path / "table.csv").read_text().splitlines(keepends=True)
    mark = lines[1].replace(",41,", ",99,")  # shows that the row is kept and not measured again
    assert mark != lines[1]
    (tmp_path / "table.csv").write_text(lines[0] + mark + lines[3] + lines[5][:-4])
    summary = run("table.csv", annotations=())
    assert (summary.measured, summary.kept) == (3, 2)
    again = (tmp_path / "table.csv").read_text()
    assert again.replace(",99,", ",41,") == (tmp_path / "whole.csv").read_text()


def test_a_run_that_is_stopped_leaves_whole_rows(run, tmp_path, monkeypatch):
    measure = collection._measure

    def stopped(file):
        if file.name == "6.mid":
            raise KeyboardInterrupt
        return measure(file)

    monkeypatch.setattr(collection, "_measure", stopped)
    with pytest.raises(KeyboardInterrupt):
        run(annotations=())
    assert list(rows(tmp_path / "table.csv")) == ["1", "5"]
    monkeypatch.undo()
    assert run(annotations=()).kept == 2
    assert len(rows(tmp_path / "table.csv")) == 5


def test_the_first_file_is_measured_before_other_processes_start(folder, monkeypatch):
    monkeypatch.setattr("joblib.Parallel", lambda **_: pytest.fail("a second process could damage what librosa compiles"))
    files = [folder / "1.mid", folder / "5.mid"]
    results = spread.spread(collection._measure, files, "", jobs=2, first_here=True, progress=False)
    assert next(results).values["velocity"] == 41


def test_processes_and_a_cluster_give_the_same_table(run, tmp_path):
    run("one.csv", annotations=())
    run("two.csv", annotations=(), jobs=2)
    assert (tmp_path / "two.csv").read_bytes() == (tmp_path / "one.csv").read_bytes()
    if not WHOLE:
        return  # test_batch.py has a cluster; each of its workers takes seconds to load librosa
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        assert cluster.scheduler.transition_counter == 0
        run("cluster.csv", annotations=(), scheduler=cluster.scheduler_address)
        assert cluster.scheduler.transition_counter > 0
    assert (tmp_path / "cluster.csv").read_bytes() == (tmp_path / "one.csv").read_bytes()


def test_a_scheduler_needs_dask(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RequestError, match="pip install distributed"):
        run(scheduler="tcp://127.0.0.1:1")


def test_a_scheduler_that_is_not_there(run, tmp_path, monkeypatch):
    monkeypatch.setattr(spread, "CONNECT_S", 0.3)
    for address in ("tcp://127.0.0.1:1", "127.0.0.1:99999", "what://127.0.0.1:1"):
        with pytest.raises(RequestError, match="No Dask scheduler answers at"):
            run(scheduler=address)
    for text in ("", "=,=", "127.0.0.1", "tcp://127.0.0.1:x", "9" * 400):
        with pytest.raises(RequestError, match="is no address of a Dask scheduler"):
            run(scheduler=text)
    assert not any("table" in path.name for path in tmp_path.iterdir())


def test_a_name_that_is_no_text_has_its_row(folder, run, tmp_path):
    (folder / "1.mid").rename(folder / os.fsdecode(b"c\xff.mid"))
    (folder / "3.mid").rename(folder / os.fsdecode(b"d\xff.mid"))
    assert run(annotations=()).measured == 5
    assert "c\\udcff" in rows(tmp_path / "table.csv")
    assert run(annotations=()).kept == 5
    assert [file.name for file in tmp_path.iterdir() if file.suffix == ".part"] == []


def test_an_odd_file_is_named_and_the_rest_goes_on(run, monkeypatch):
    measure = midi_file.measure
    monkeypatch.setattr(midi_file, "measure", lambda path: 1 / 0 if path.name == "5.mid" else measure(path))
    summary = run(annotations=())
    assert summary.measured == 4
    assert "5.mid could not be measured (ZeroDivisionError: division by zero)." in summary.failed


def test_another_table_is_not_touched(run, tmp_path):
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="other columns"):
        run()
    assert (tmp_path / "table.csv").read_text() == "a,b\n1,2\n"


def test_a_table_that_cannot_be_written(run, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        run("file/table.csv")


def test_folders_that_cannot_be_measured(tmp_path, folder, ratings):
    with pytest.raises(DataError, match="There is no folder"):
        analyse(tmp_path / "nowhere", [], tmp_path / "out.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds no recordings or MIDI files"):
        analyse(tmp_path / "empty", [], tmp_path / "out.csv")
    (tmp_path / "other.csv").write_text("name,valence,arousal\nunknown,-1,1\n")
    with pytest.raises(DataError, match="No file in"):
        analyse(folder, [tmp_path / "other.csv"], tmp_path / "out.csv")
    (folder / "8.wav").write_bytes(b"")
    with pytest.raises(DataError, match="two folders"):
        analyse(folder, [ratings], tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


@pytest.fixture
def annotated(tmp_path):
    def annotated(text, scale=None):
        path = tmp_path / "annotations.csv"
        path.write_text(text)
        return read_annotations([path], scale)

    return annotated


def test_quadrants_are_ratings(annotated):
    found = annotated("file,label\nx/a.b.mid,Q1\nb.mp3,Q2\nc,Q3\nd,Q4\n")
    assert found.ratings == {"a.b": (1, 1), "b": (-1, 1), "c": (-1, -1), "d": (1, -1)}


def test_a_scale_in_doubt_must_be_stated(annotated):
    text = "name,valence,arousal\na,1,5\nb,3,2\n"
    with pytest.raises(DataError, match="several scales"):
        annotated(text)
    found = annotated(text, (1, 5))
    assert found.ratings == {"a": (-1, 1), "b": (0, -0.5)}
    assert found.scale == "Scale 1 to 5, as stated."


@pytest.mark.parametrize(
    ("text", "scale", "sentence"),
    [
        ("", None, "cannot be read as a CSV"),
        ("name,valence\na,1\n", None, "needs a column"),
        ("valence,arousal\n-1,1\n", None, "needs a column"),
        ("name,valence,arousal\na,high,1\n", None, "without a number"),
        ("name,valence,arousal\na,,1\n", None, "without a number"),
        ("name,valence,arousal\n", None, "has no rows"),
        ("name,quadrant\n", None, "has no rows"),
        ("name,valence,arousal\na,1,1\na.mp3,-1,1\n", None, "more than once"),
        ("name,valence,arousal\na,-3,1\n", None, "several scales"),
        ("name,valence,arousal\na,0.2,0.9\n", None, "several scales"),
        ("name,valence,arousal\na,6,9\n", (1, 7), "outside the scale 1 to 7"),
        ("name,valence,arousal\na,1,1\n", (7, 1), "outside the scale 7 to 1"),
        ("name,label\na,Q5\n", None, "quadrant 'Q5'"),
    ],
)
def test_annotations_that_cannot_be_used(annotated, text, scale, sentence):
    with pytest.raises(DataError, match=sentence):
        annotated(text, scale)


def test_annotations_that_are_not_there(tmp_path):
    with pytest.raises(DataError, match=r"nothing\.csv cannot be read"):
        read_annotations([tmp_path / "nothing.csv"])
