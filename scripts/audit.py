"""Compare the exact versions in constraints.txt with the advisories that are published: `python scripts/audit.py`.

Ends with 1 where a library has a known hole, and says which version is without it; where the advisories cannot be reached, says
that nothing was compared and ends with 0, or with `--strict` with 2.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AUDIT = [sys.executable, "-m", "pip_audit", "--requirement", "constraints.txt", "--no-deps", "--disable-pip", "--format", "json"]


def findings(report: dict) -> list[str]:
    """A line for each hole: the library, its version, the advisory, and the versions without it."""
    return [
        f"{library['name']} {library['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for library in report["dependencies"]
        for hole in library.get("vulns", ())
    ]


def skipped(report: dict) -> dict[str, str]:
    """Why each library that could not be compared was not."""
    return {library["name"]: library["skip_reason"] for library in report["dependencies"] if "skip_reason" in library}


def not_audited(reason: str) -> int:
    """Say that nothing was compared; the exit status of it."""
    print(f"NOT AUDITED: the advisories could not be reached, so nothing was compared ({reason:.200}).")
    return 2 if "--strict" in sys.argv else 0


def main() -> int:
    """Compare and print; the exit status."""
    done = subprocess.run(AUDIT, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 a list of our own words
    try:
        report = json.loads(done.stdout)
    except ValueError:
        return not_audited((done.stderr.strip().splitlines() or ["no reason given"])[-1])
    unknown, total = skipped(report), len(report["dependencies"])
    if len(unknown) == total:
        return not_audited(next(iter(unknown.values()), "no library was named"))
    for line in findings(report):
        print(line)
    if unknown:
        print(f"{len(unknown)} of {total} libraries were not compared: {', '.join(unknown)}")
    if not findings(report):
        print(f"{total - len(unknown)} libraries have no known hole.")
    return 1 if findings(report) else 0


if __name__ == "__main__":
    sys.exit(main())
