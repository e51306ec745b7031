"""All tests: those that only compute side by side on several cores, then those with a server, a browser or a clock alone."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALONE = (
    "faults/*",
    "load/*",
    "security/test_attacks.py",
    "fuzz/test_fuzz_endpoints.py",
    "fuzz/test_fuzz_page.py",
    "test_browser*.py",
    "test_cli_live.py",
    "test_soak.py",
)
# The largest first; each has what loads the same libraries.
TOGETHER = (
    ("test_training.py", "test_emotion.py", "test_evaluation_emotion.py", "security/test_weights.py"),
    ("fuzz/*", "test_batch.py", "test_cli*.py", "test_video*.py"),
    ("test_[a-l]*.py",),
    ("test_[m-z]*.py",),
)


def groups() -> tuple[list[list[str]], list[str]]:
    """The files that are tested side by side, group by group, and those that are tested alone; each is in one place."""
    left = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")}

    def taken(patterns: tuple[str, ...]) -> list[str]:
        found = {path.relative_to(ROOT).as_posix() for pattern in patterns for path in (ROOT / "tests").glob(pattern)} & left
        left.difference_update(found)
        return sorted(found)

    alone = taken(ALONE)
    return [taken(patterns) for patterns in TOGETHER], alone


def call(files: list[str]) -> list[str]:
    """The command that tests files."""
    return [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *files]


def tested(files: list[str]) -> bool:
    """Test files, and print all that is said of it at once; whether they pass."""
    done = subprocess.run(call(files), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # noqa: S603
    print(done.stdout, flush=True)
    return done.returncode == 0


def main() -> int:
    """The exit status."""
    together, alone = groups()
    with ThreadPoolExecutor(min(len(together), os.cpu_count() or 1)) as pool:
        passed = all(list(pool.map(tested, together)))
    return 0 if subprocess.run(call(alone), cwd=ROOT).returncode == 0 and passed else 1  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
