import json

import pytest

from face2music import assets
from face2music.errors import AssetError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of assets with one file in it, checked afresh."""
    (tmp_path / "some.json").write_text('{"a": 1}')
    digest = "f9d86028c6e0d64e225186f96acb69338b2c59764df79162107f5c4bb34d1310"
    (tmp_path / assets.MANIFEST).write_text(json.dumps({"some.json": {"sha256": digest}, "gone.json": {"sha256": digest}}))
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    assets.path.cache_clear()
    yield tmp_path
    assets.path.cache_clear()


def test_a_file_that_fits_the_manifest_is_read(folder):
    assert assets.read_json("some.json") == {"a": 1}


def test_a_changed_file_is_refused(folder):
    (folder / "some.json").write_text('{"a": 2}')
    with pytest.raises(AssetError, match=r"some\.json is damaged \(its checksum differs"):
        assets.read_json("some.json")


@pytest.mark.parametrize(("name", "message"), [("gone.json", "cannot be read"), ("other.json", "does not name other.json")])
def test_a_missing_file_is_refused(folder, name, message):
    with pytest.raises(AssetError, match=message):
        assets.path(name)


def test_a_damaged_manifest_is_refused(folder):
    (folder / assets.MANIFEST).write_text("{")
    with pytest.raises(AssetError, match="missing or damaged"):
        assets.path("some.json")


def test_every_shipped_file_fits_the_manifest_and_the_hosting():
    manifest = json.loads((assets.FOLDER / assets.MANIFEST).read_text())
    for name, entry in manifest.items():
        assert assets.path(name).stat().st_size < 10_000_000
        assert entry["source"]
        assert entry["licence"]
        assert entry["command"]
    shipped = {str(file.relative_to(assets.FOLDER)) for file in assets.FOLDER.rglob("*") if file.is_file()}
    assert shipped - set(manifest) == {assets.MANIFEST, "README.md", "MODEL_CARD.md"}
