"""Many pictures: what is written, skipped, taken up again; on one machine and on a cluster."""

import csv
import io
import os
from pathlib import Path

import mido
import pytest
from distributed import LocalCluster
from PIL import Image
from typer.testing import CliRunner

from face2music import batch, compose, spread
from face2music.batch import Asked, compose_all
from face2music.cli import app
from face2music.errors import DataError, OutputError, RequestError
from face2music.folder import alone_in
from face2music.mood import EMOTIONS
from face2music.pipeline import Wishes, open_link
from face2music.table import Table

QUICK = Asked(kinds=("mid",), seed=4, duration_s=5)


@pytest.fixture
def folder(tmp_path, astronaut, without_face) -> Path:
    """Two pictures of a face with the same name but for its ending, one in a folder, one without a face, one damaged, a text."""
    folder = tmp_path / "pictures"
    (folder / "trip").mkdir(parents=True)
    face = Image.fromarray(astronaut)
    face.save(folder / "anna.png")
    face.resize((400, 400)).save(folder / "anna.jpg")
    face.crop((60, 0, 460, 400)).save(folder / "trip/ben.png")
    Image.fromarray(without_face).save(folder / "wall.png")
    (folder / "broken.jpg").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("bring flowers")
    (folder / "._anna.png").write_bytes(b"left behind by a Mac")
    return folder


def rows(out: Path) -> dict[str, dict[str, str]]:
    with (out / "songs.csv").open(encoding="utf-8") as file:
        return {row["picture"]: row for row in csv.DictReader(file)}


def test_each_picture_has_a_song_and_a_row(folder, tmp_path):
    out = tmp_path / "songs"
    summary = compose_all(folder, out, QUICK, jobs=1, progress=False)
    assert (summary.made, summary.kept, len(summary.failed)) == (3, 0, 2)
    assert summary.failed[0].startswith("broken.jpg: broken.jpg is damaged or no picture")
    assert summary.failed[1].startswith("wall.png: No face was found")
    found = rows(out)
    assert list(found) == ["anna.jpg", "anna.png", "broken.jpg", "trip/ben.png", "wall.png"]
    written = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert written == {"songs.csv", "settings.json", "anna.jpg.mid", "anna.png.mid", "trip/ben.mid"}
    song = compose(folder / "trip/ben.png", seed=4, duration_s=5, render=False)
    row = found["trip/ben.png"]
    assert (out / "trip/ben.mid").read_bytes() == song.midi == open_link(row["link"], render=False).midi
    assert (row["emotion"], row["seed"], row["files"], row["error"]) == (song.strongest, "4", "ben.mid", "")
    assert {name: float(row[name]) for name in EMOTIONS} == song.emotion
    assert float(row["valence"]) == song.mood.valence
    assert (row["key"], float(row["tempo_bpm"])) == (song.plan.key, pytest.approx(song.plan.tempo_bpm, rel=1e-5))
    assert float(row["seconds"]) > 0
    assert "No face was found" in found["wall.png"]["error"]


def test_a_run_that_was_stopped_goes_on(folder, tmp_path, monkeypatch):
    out, work, done = tmp_path / "songs", batch._row, []

    def stopped(task):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(task.name)
        return work(task)

    monkeypatch.setattr(batch, "_row", stopped)
    with pytest.raises(KeyboardInterrupt):
        compose_all(folder, out, QUICK, jobs=1, progress=False)
    assert set(rows(out)) == set(done)
    monkeypatch.undo()
    (out / "anna.jpg.mid").unlink()
    made_before = (out / "anna.png.mid").stat().st_mtime_ns
    summary = compose_all(folder, out, QUICK, jobs=1, progress=False)
    assert (summary.made, summary.kept) == (2, 1)
    assert (out / "anna.jpg.mid").exists()
    assert (out / "anna.png.mid").stat().st_mtime_ns == made_before


def test_songs_that_were_asked_for_otherwise_are_not_mixed(folder, tmp_path):
    out = tmp_path / "songs"
    compose_all(folder, out, QUICK, jobs=1, progress=False)
    before = (out / "songs.csv").read_bytes()
    for other in (Asked(("mid",), 5, 5), Asked(("mid",), 4, 5, wishes=Wishes(key="D")), Asked(("mid", "json"), 4, 5)):
        with pytest.raises(RequestError, match=r"made with another (seed|wishes|kinds); choose another"):
            compose_all(folder, out, other, jobs=1, progress=False)
    assert (out / "songs.csv").read_bytes() == before
    assert compose_all(folder, out, Asked(("mid",), 5, 5), jobs=1, anew=True, progress=False).made == 3
    assert rows(out)["anna.png"]["seed"] == "5"


@pytest.mark.timeout(900)  # each worker loads TensorFlow
def test_a_cluster_gives_the_same_songs(folder, tmp_path):
    compose_all(folder, tmp_path / "one", QUICK, jobs=1, progress=False)
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        summary = compose_all(folder, tmp_path / "two", QUICK, scheduler=cluster.scheduler_address, progress=False)
        assert cluster.scheduler.transition_counter > 0
    assert summary.made == 3
    one, two = ({name: row | {"seconds": ""} for name, row in rows(tmp_path / out).items()} for out in ("one", "two"))
    assert one == two
    for path in (tmp_path / "one").rglob("*.mid"):
        assert (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("asked", [Asked(duration_s=1), Asked(wishes=Wishes(style="polka")), Asked(face=0), Asked(seed=-1)])
def test_settings_are_checked_before_anything_is_written(folder, tmp_path, asked):
    with pytest.raises(RequestError):
        compose_all(folder, tmp_path / "songs", asked, progress=False)
    assert not (tmp_path / "songs").exists()


def test_a_folder_without_pictures_is_refused(tmp_path):
    with pytest.raises(DataError, match="holds no pictures"):
        compose_all(tmp_path, tmp_path / "songs", QUICK)
    with pytest.raises(DataError, match="There is no folder"):
        compose_all(tmp_path / "none", tmp_path / "songs", QUICK)


def test_a_name_that_is_no_text_has_its_song_and_its_row(tmp_path, astronaut):
    """The song and the row have the name with an escape, and the next run keeps them."""
    folder, out = tmp_path / "pictures", tmp_path / "songs"
    odd = os.fsdecode(b"c\xff")
    (folder / odd).mkdir(parents=True)
    Image.fromarray(astronaut).save(folder / odd / f"{odd}.png")
    (folder / odd / f"{odd}.jpg").write_bytes(b"no picture")
    for kept in (0, 1):
        summary = compose_all(folder, out, QUICK, jobs=1, progress=False)
        assert (summary.made, summary.kept, len(summary.failed)) == (1 - kept, kept, 1)
    written = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert written == {"songs.csv", "settings.json", "c\\udcff/c\\udcff.png.mid"}
    found = rows(out)
    assert list(found) == ["c\\udcff/c\\udcff.jpg", "c\\udcff/c\\udcff.png"]
    assert "c\\udcff.jpg is damaged" in found["c\\udcff/c\\udcff.jpg"]["error"]


@pytest.mark.parametrize("name", ["a\nb.png", "a\u2028b.png", "a\x0bb.png", 'a"b\r.png'])
def test_a_name_with_a_line_break_is_kept(tmp_path, astronaut, name):
    folder, out = tmp_path / "pictures", tmp_path / "songs"
    folder.mkdir()
    Image.fromarray(astronaut).save(folder / name)
    for kept in (0, 1):
        summary = compose_all(folder, out, QUICK, jobs=1, progress=False)
        assert (summary.made, summary.kept) == (1 - kept, kept)


def test_a_scheduler_that_is_not_there_leaves_nothing(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(spread, "CONNECT_S", 0.3)
    for scheduler in ("tcp://127.0.0.1:1", "nowhere"):
        with pytest.raises(RequestError, match="Dask scheduler"):
            compose_all(folder, tmp_path / "new" / "songs", QUICK, scheduler=scheduler, progress=False)
        assert not (tmp_path / "new").exists()


def songs_of(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*.mid")}


def test_each_picture_has_files_of_its_own_whatever_it_is_called(tmp_path, astronaut):
    """`a.jpg.mid` would be that of `a.jpg` beside `a.png`, and of `a.jpg.png`."""
    folder, out = tmp_path / "pictures", tmp_path / "songs"
    folder.mkdir()
    names = ("a.jpg", "a.jpg.png", "a.png", "one;two.png")
    for number, name in enumerate(names):
        Image.fromarray(astronaut).resize((400 + 20 * number,) * 2).save(folder / name)
    for kept in (0, 4):
        summary = compose_all(folder, out, QUICK, jobs=1, progress=False)
        assert (summary.made, summary.kept) == (4 - kept, kept)
    files = [row["files"] for row in rows(out).values()]
    assert set(files) == set(songs_of(out)) == {"a.jpg.mid", "a.jpg.png.mid", "a.png.mid", "one_two.mid"}
    for name, row in rows(out).items():
        assert (out / row["files"]).read_bytes() == compose(folder / name, seed=4, duration_s=5, render=False).midi


def test_a_picture_that_has_gone_keeps_its_song(tmp_path, astronaut):
    """Its namesake could not be read at first, and would now have the name for itself."""
    folder, out = tmp_path / "pictures", tmp_path / "songs"
    folder.mkdir()
    Image.fromarray(astronaut).save(folder / "a.png")
    compose_all(folder, out, QUICK, jobs=1, progress=False)
    before = songs_of(out)
    (folder / "a.png").unlink()
    Image.fromarray(astronaut).resize((400, 400)).save(folder / "a.jpg")
    assert compose_all(folder, out, QUICK, jobs=1, progress=False).made == 1
    assert songs_of(out).items() > before.items()


def test_songs_of_another_folder_are_not_mixed_or_lost(folder, tmp_path):
    out, other = tmp_path / "songs", tmp_path / "other"
    compose_all(folder, out, QUICK, jobs=1, progress=False)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    other.mkdir()
    (folder / "wall.png").rename(other / "anna.png")
    with pytest.raises(RequestError, match=r"were made of the pictures in .*pictures; choose another folder"):
        compose_all(other, out, QUICK, jobs=1, progress=False)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_somebody_elses_files_are_not_written_over(folder, tmp_path):
    out = tmp_path / "songs"
    (out / "trip").mkdir(parents=True)
    (out / "trip/ben.mid").write_bytes(b"mine")
    with pytest.raises(OutputError, match=r"ben\.mid is there already; choose another folder, or add --force"):
        compose_all(folder, out, QUICK, jobs=1, progress=False)
    assert [path.name for path in out.rglob("*") if path.is_file()] == ["ben.mid"]
    assert (out / "trip/ben.mid").read_bytes() == b"mine"
    assert compose_all(folder, out, QUICK, jobs=1, anew=True, progress=False).made == 3


def test_two_runs_at_once_do_not_write_over_each_others_rows(folder, tmp_path):
    with alone_in(tmp_path / "songs"), pytest.raises(OutputError, match="Another run is writing into"):
        compose_all(folder, tmp_path / "songs", QUICK, jobs=1, progress=False)
    assert list((tmp_path / "songs").iterdir()) == []


def test_songs_are_not_put_among_the_pictures(folder, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    for out in (folder, tmp_path, folder / "trip/.."):
        with pytest.raises(RequestError, match=r"holds the pictures; choose another folder for the songs, such as .*songs"):
            compose_all(folder, out, QUICK, progress=False)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_table_that_cannot_be_written_leaves_nothing_beside_it(tmp_path):
    table = Table(tmp_path / "table.csv", ("name", "value"))
    with table:
        table.add({"name": "a", "value": 1})
    table.rows["b"] = ["b", "\udcff"]
    with pytest.raises(UnicodeEncodeError):
        table._write(table.rows.values())
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]
    assert (tmp_path / "table.csv").read_text() == "name,value\na,1\n"


def test_by_command_with_a_bar_and_a_count(folder, tmp_path):
    words = ["batch", folder, "--out", tmp_path / "songs", "--jobs", 1, "--seed", 4, "--duration", 5, "--formats", "mid,json"]
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip().endswith("songs.csv: 3 made, 0 kept, 2 skipped")
    assert "Composing" in result.stderr
    assert "wall.png: No face was found" in result.stderr
    assert rows(tmp_path / "songs")["trip/ben.png"]["files"] == "ben.mid;ben.json"
    assert mido.MidiFile(file=io.BytesIO((tmp_path / "songs/trip/ben.mid").read_bytes())).length > 3
