"""The notebooks, run top to bottom on a small sample."""

from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbclient import NotebookClient
from test_training import made_faces, write_npz

from face2music.analysis.recipes import RECIPES

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"


def run(name: str) -> list:
    """Run a notebook in its own folder; the text and the pictures that its cells show."""
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    NotebookClient(notebook, timeout=None, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


@pytest.mark.parametrize("name", sorted(file.name for file in NOTEBOOKS.glob("*.ipynb")))
def test_notebooks_are_committed_without_outputs(name):
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells)


def test_the_emotion_notebook_runs_and_shows_its_pictures(tmp_path, monkeypatch):
    monkeypatch.setenv("FER2013", str(write_npz(tmp_path / "fer.npz", made_faces(350))))
    outputs = run("emotion_model.ipynb")
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) >= 8
    assert any("accuracy" in output.get("text", "") for output in outputs)


def test_the_music_notebook_runs_and_shows_its_pictures(tmp_path, monkeypatch):
    rng = np.random.default_rng(1)
    columns = sorted({recipe.column for recipe in RECIPES.values()} - {"major"})
    pieces = pd.DataFrame(rng.normal(60, 10, (200, len(columns))), columns=columns)
    pieces["valence"], pieces["arousal"], pieces["major"] = rng.choice([-1, 1], (3, 200))
    pieces["velocity"] += 10 * pieces["arousal"]
    pieces.to_csv(tmp_path / "emopia.csv", index_label="name")
    monkeypatch.setenv("MUSIC_TABLES", f"emopia={tmp_path / 'emopia.csv'},vgmidi={tmp_path / 'emopia.csv'}")
    outputs = run("music_features.ipynb")
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == 4
    assert any("entries differ from assets/profiles.json" in output.get("text", "") for output in outputs)
