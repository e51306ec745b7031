"""Write constraints.txt: the exact version of each library that serving needs, as it is installed here; `make pins` runs this."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
HEAD = "# What was tested together: pip install --constraint constraints.txt --requirement requirements.txt\n"


def needed() -> dict[str, str]:
    """Versions by name, of what requirements.txt names and of all that this needs in turn."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    waiting = [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]
    found: dict[str, str] = {}
    seen: set[str] = set()
    while waiting:
        wanted = waiting.pop()
        if str(wanted) in seen or (
            wanted.marker and not any(wanted.marker.evaluate({"extra": extra}) for extra in ("", *wanted.extras))
        ):
            continue
        seen.add(str(wanted))
        try:
            installed = distribution(wanted.name)
        except PackageNotFoundError:
            continue  # for another system or Python
        found[re.sub(r"[-_.]+", "-", wanted.name).lower()] = installed.version
        for line in installed.requires or ():
            deeper = Requirement(line)
            if deeper.marker is None or any(deeper.marker.evaluate({"extra": extra}) for extra in ("", *wanted.extras)):
                deeper.marker = None
                waiting.append(deeper)
    return found


if __name__ == "__main__":
    pins = "".join(f"{name}=={version}\n" for name, version in sorted(needed().items()))
    (ROOT / "constraints.txt").write_text(HEAD + pins, encoding="utf-8")
