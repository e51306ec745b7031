"""What the audit of the libraries says and how it ends, with answers of pip-audit that are made up."""

import importlib.util
import json
import sys
from types import SimpleNamespace

import pytest
from serving import ROOT

GOOD = {"dependencies": [{"name": "numpy", "version": "2.4.6", "vulns": []}]}
HOLE = {"id": "PYSEC-1", "fix_versions": ["2.5"], "description": ""}
BAD = {"dependencies": [{"name": "numpy", "version": "2.4.6", "vulns": [HOLE]}]}
UNKNOWN = {"name": "other", "skip_reason": "it is not on PyPI"}
PART = {"dependencies": [*GOOD["dependencies"], UNKNOWN]}


@pytest.fixture
def audit(monkeypatch):
    spec = importlib.util.spec_from_file_location("audit", ROOT / "scripts" / "audit.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def ended(stdout: str, stderr: str = "", *words: str) -> int:
        monkeypatch.setattr(module.subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=stdout, stderr=stderr))
        monkeypatch.setattr(sys, "argv", ["audit.py", *words])
        return module.main()

    return ended


@pytest.mark.parametrize(
    ("report", "status", "said"),
    [
        (GOOD, 0, "1 libraries have no known hole."),
        (BAD, 1, "numpy 2.4.6: PYSEC-1, mended in 2.5"),
        (PART, 0, "1 of 2 libraries were not compared: other\n1 libraries have no known hole."),
    ],
)
def test_a_hole_ends_it_badly(audit, capsys, report, status, said):
    assert audit(json.dumps(report)) == status
    assert capsys.readouterr().out.strip() == said


def test_advisories_that_cannot_be_reached_are_said_and_not_taken_for_none(audit, capsys):
    assert audit("", "trace\nConnectionError: no route to host") == 0
    assert "NOT AUDITED" in (said := capsys.readouterr().out)
    assert "no route to host" in said
    assert audit("", "", "--strict") == 2
    assert audit(json.dumps({"dependencies": [UNKNOWN]})) == 0, "an index that has no advisories"
    assert "it is not on PyPI" in capsys.readouterr().out


def test_the_proof_and_the_check_count_both():
    makefile = (ROOT / "Makefile").read_text()
    check, proof = (makefile.split(f"\n{target}: ", 1)[1].split("\n\n", 1)[0] for target in ("check", "proof"))
    assert "-m bandit" in check
    assert "\t$(PYTHON_IN) scripts/audit.py" in proof
    assert "test: $(VENV)/.test-ready check" in makefile
    assert "\t-" not in makefile, "nothing that fails is passed over"
