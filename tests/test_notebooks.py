"""The notebooks, run top to bottom on a small sample."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from test_training import made_faces, write_npz

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"


def run(name: str) -> list:
    """Run a notebook in its own folder; the text and the pictures that its cells show."""
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
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
