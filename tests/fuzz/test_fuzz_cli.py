"""Every option of the command line with values of all kinds: exit status 0, 1 with a sentence, or 2 with the usage."""

import random

import pytest
import typer
from extent import WHOLE
from serving import is_sentence
from typer.testing import CliRunner

from face2music.cli import app

ODD = (
    "",
    " ",
    "x",
    "-1",
    "0",
    "1e999",
    "nan",
    "inf",
    "9" * 40,
    "٣",
    "a" * 3000,
    "../..",
    "/dev/null",
    "/proc/self/mem",
    "1,2,3,4,5",
    "=,=",
    "\udcff",
)
SLOW = {"train", "export", "judges", "bench", "evaluate", "profiles"}  # measured by their own tests; here only their usage
RIGHT = {
    "compose": ["--emotion", "happy", "--formats", "mid", "--duration", "5"],
    "journey": ["sad", "happy", "--formats", "mid"],
}


def options() -> list[tuple[str, str]]:
    commands = typer.main.get_command(app).commands
    return [
        (name, option.opts[0])
        for name, command in commands.items()
        for option in command.params
        if option.opts[0].startswith("-")
    ]


def run(*arguments: str) -> None:
    result = CliRunner().invoke(app, list(arguments))
    said = result.stderr.strip()
    assert result.exception is None or isinstance(result.exception, SystemExit), (arguments, result.exception)
    assert result.exit_code in (0, 1, 2), (arguments, result.exit_code)
    if result.exit_code == 1:
        assert all(is_sentence(line) for line in said.splitlines()), (arguments, said)
    assert "Traceback" not in said


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Where a name that is taken for a folder is made."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("command", "option"), options())
def test_an_option_takes_no_nonsense(command, option, tmp_path, portrait):
    rng = random.Random(f"{command} {option}")
    right = RIGHT.get(command, [])
    if command in SLOW or option in ("--help", "--scheduler"):
        run(command, option, "")
        return
    place = {"compose": ["--out", str(tmp_path / "songs")], "journey": ["--out", str(tmp_path / "songs")]}.get(command)
    place = place or {"emotion": [str(portrait)], "video": [str(portrait), "--out", str(tmp_path / "v")]}.get(command, [])
    for value in ODD if WHOLE else rng.sample(ODD, 2):
        if option == "--out" and value.startswith("/"):
            continue
        run(command, *right, *(each for each in place if option != "--out" or each == str(portrait)), option, value, "--force")
        run(command, *place, *right, f"{option}={value}")


@pytest.mark.parametrize("command", ["compose", "journey", "video", "batch", "emotion", "analyse"])
def test_an_argument_takes_no_nonsense(command, tmp_path):
    for value in ODD:
        run(command, value, "--out", str(tmp_path / "out"), *(["--formats", "mid"] if command in RIGHT else []))
    run(command, *ODD)
