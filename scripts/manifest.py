"""Write the sha256 of each file that the manifest names into it; sources, licences and commands stay as they are."""

import hashlib
import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "assets"


def main() -> None:
    """Renew the checksums."""
    manifest_file = FOLDER / "manifest.json"
    manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
    for name, entry in manifest.items():
        entry["sha256"] = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
    manifest_file.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
