"""The arrows between our modules, and what importing the package must not load."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "face2music"
STEPS = {"face", "emotion", "mood", "plan", "score", "midi", "audio"}
FLOOR = {"errors"}
# What each module may import of ours, besides itself and the errors.
ALLOWED = {
    "__init__": {"pipeline", "version"},
    "__main__": {"cli"},
    "pipeline": STEPS | {"live", "video", "assets", "notation", "roll", "why", "stems", "encode", "share", "bundle"},
    "face": set(),
    "emotion": set(),
    "video": {"face", "mood", "folder"},
    "mood": set(),
    "plan": {"mood", "theory"},
    "score": {"plan", "theory"},
    "midi": {"score", "theory"},
    "live": {"mood", "plan", "score", "midi", "audio", "limiter", "video", "theory"},
    "audio": {"limiter"},
    "limiter": set(),
    "notation": {"plan", "score", "theory"},
    "stems": {"audio", "midi", "score"},
    "encode": {"audio", "ogg"},
    "ogg": set(),
    "share": {"mood", "plan"},
    "bundle": set(),
    "roll": {"notation", "plan", "score"},
    "why": {"mood", "plan"},
    "theory": set(),
    "assets": set(),
    "errors": set(),
    "version": set(),
    "folder": set(),
    "table": set(),
    "spread": set(),
    "batch": {"pipeline", "folder", "spread", "table"},
    "cli": {"pipeline", "folder", "batch", "analysis", "training", "evaluation"},
    "page": {"pipeline", "assets", "mood", "bundle", "encode"},
    "analysis": {"mood", "assets", "spread", "table"},
    "training": {"emotion"},
    "evaluation": STEPS | {"pipeline", "folder", "training", "analysis", "assets", "encode", "spread"},
}


def imports(file: Path) -> set[str]:
    """First level below `face2music` of everything that a file imports of ours."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            deep = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "face2music" else [node.module]
            names |= set(deep)
    return {name.split(".")[1] for name in names if name.startswith("face2music.")}


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_arrows_point_one_way(file):
    module = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    ours = imports(file) - FLOOR - {module}
    names = {name for name in ours if (PACKAGE / name).exists() or (PACKAGE / f"{name}.py").exists()}
    assert names <= ALLOWED[module], f"{module} must not import {names - ALLOWED[module]}"


def test_importing_the_package_loads_no_heavy_library():
    heavy = {
        "tensorflow",
        "keras",
        "ai_edge_litert",
        "librosa",
        "fluidsynth",
        "gradio",
        "sklearn",
        "verovio",
        "scipy",
        "matplotlib",
    }
    code = f"import face2music, sys; print(sorted({heavy} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    assert out.stdout.strip() == "[]"
