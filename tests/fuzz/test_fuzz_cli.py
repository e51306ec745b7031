"""Every option of the command line with values of all kinds: exit status 0, 1 with a sentence, or 2 with the usage, and soon.

Each command has a right call of its own, to which one thing is added or in which one is changed, so that most calls get past the
reading of the words. Work that takes long is cut off where it begins, after all that was asked for was checked.
"""

import inspect
import itertools
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

import clips
import numpy as np
import pretty_midi
import pytest
import typer
from effort import effort
from extent import WHOLE
from PIL import Image
from serving import ROOT, is_sentence
from typer.testing import CliRunner

from face2music import spread, video
from face2music.cli import app
from face2music.errors import Face2MusicError
from face2music.pipeline import watch

MOST_S = 5.0
MOST_IDLE_S = 30.0
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
ODD_NUMBERS = ("-1", "0", "1e999", "nan", "inf", "9" * 40, "9" * 400, "٣", "x")
NUMBERS = ("1", "2", "16", "7.5")
# Files and folders that are there, most of them of a kind that was not asked for.
THERE = ("portrait.png", "pictures", "clip.mp4", "fer.npz", "table.csv", "rules.json", "music/a.mid", "emotion.tflite", "empty")
RIGHT = {
    "compose": "{here}/portrait.png --formats mid --duration 5 --out {new}",
    "compose --link": "--formats mid --out {new}",
    "journey": "sad happy --formats mid --duration 6 --out {new}",
    "video": "{here}/clip.mp4 --formats mid --out {new}",
    "live": "--silent --clip {here}/clip.mp4 --formats mid --out {new}",
    "live --camera": "--silent --formats mid --out {new}",
    "batch": "{here}/pictures --formats mid --duration 5 --jobs 1 --out {new}",
    "emotion": "{here}/portrait.png",
    "analyse": "--audio {here}/music --jobs 1 --out {new}.csv",
    "profiles": "deam={here}/table.csv --rules {here}/rules.json --out {new}.json",
    "judges": "{here} --out {new}.json",
    "train": "--data {here}/fer.npz --recipe baseline --out {new}",
    "export": "{here}/run --data {here}/fer.npz --recipe baseline --out {new}",
    "bench": "import --runs 1",
    "evaluate emotion": "--data {here}/fer.npz --out {new}",
    "evaluate music": "--per-emotion 2 --duration 5",
    "evaluate dynamics": "--journeys 1 --duration 16",
    "evaluate photos": "--photos {here}/photos",
}
BAR = r"\[\d\d:\d\d[,<]"  # of progress
SLOW = ("train", "export")  # TensorFlow takes its seconds


class BegunError(Face2MusicError):
    """Everything was checked, and the work that takes long would begin."""

    def __init__(self) -> None:
        super().__init__("The work has begun.")


def begun(*_, **__):
    raise BegunError


@pytest.fixture(scope="module")
def here(tmp_path_factory, astronaut) -> Path:
    """A little of everything that commands read."""
    folder = tmp_path_factory.mktemp("here")
    for name in ("pictures", "music", "photos/happy", "run", "empty", "deam"):
        (folder / name).mkdir(parents=True)
    for name in ("portrait.png", "pictures/portrait.png", "photos/happy/portrait.png"):
        Image.fromarray(astronaut).save(folder / name)
    clips.write(folder / "clip.mp4", lambda _: clips.scene((clips.face(astronaut, 200), 40, 40)), 1)
    midi = pretty_midi.PrettyMIDI(initial_tempo=100)
    midi.instruments = [pretty_midi.Instrument(0)]
    midi.instruments[0].notes = [pretty_midi.Note(60, 60 + i % 7, i * 0.3, i * 0.3 + 0.25) for i in range(24)]
    midi.write(str(folder / "music/a.mid"))
    (folder / "table.csv").write_text("name,valence,arousal\na,-1,1\nb,1,-1\n")
    for name in ("rules.json", "emotion.tflite", "emotion.json"):
        shutil.copy(ROOT / "assets" / name, folder / name)
    images = np.random.default_rng(1).integers(0, 256, (8, 48, 48), dtype=np.uint8)
    usage = ["Training", "PublicTest"] * 4
    np.savez(folder / "fer.npz", images=images, label=np.arange(8) % 7, usage=usage, ferplus=np.eye(8, 10, dtype=int))
    return folder


@pytest.fixture
def cut(monkeypatch):
    """The work that takes long, cut off where it begins; and this process in place of others, which take seconds to start."""
    from face2music.evaluation import bench, dynamics
    from face2music.evaluation.music import fit as judges
    from face2music.evaluation.music import songs, verdict

    def one_song(*arguments):
        next(iter(songs.hear(*arguments)))
        raise BegunError

    monkeypatch.setattr(watch, "_seen_by", begun)
    monkeypatch.setattr(video, "as_png", lambda curve: b"a picture")  # no option says how it is drawn
    monkeypatch.setattr(video, "join", lambda clip, sound, sample_rate, target: target.write_bytes(clip.read_bytes()))
    monkeypatch.setattr(spread, "CONNECT_S", 0.3)
    monkeypatch.setattr("joblib.Parallel", lambda **_: lambda calls: (work(*given, **named) for work, given, named in calls))
    monkeypatch.setattr(judges.tables, "deam", begun)
    monkeypatch.setattr(verdict, "_hear", one_song)
    monkeypatch.setattr(dynamics, "_row", begun)
    monkeypatch.setattr(bench, "GROUPS", dict.fromkeys(bench.GROUPS, lambda runs: iter(())))


@pytest.fixture
def cut_training(monkeypatch):
    """The same of training: it is cut off where a network would be built, or read to be exported."""
    from face2music.training import fit

    monkeypatch.setattr(fit.networks, "build", begun)
    monkeypatch.setattr(fit.keras.models, "load_model", begun)


@pytest.fixture
def call(here, tmp_path, monkeypatch, cut):
    """A right call of a command with words behind it, and perhaps others in place of the first one -> exit status."""
    place = tmp_path / "in" / "here"  # ../.. is still a folder of this test's
    place.mkdir(parents=True)
    monkeypatch.chdir(place)
    numbers = itertools.count()

    def call(command: str, *behind: str, right: str = "", before: tuple[str, ...] = (), most_s: float = MOST_S) -> int:
        words = RIGHT[right or command].format(here=here, new=place / f"new{next(numbers)}").split()
        return run(most_s, *command.split(), *(before or words[:1]), *words[1:], *behind)

    return call


def run(most_s: float, *arguments: str) -> int:
    with effort() as spent:
        result = CliRunner().invoke(app, list(arguments))
    said = result.stderr.strip()
    shown = [each[:100] for each in arguments]
    assert result.exception is None or isinstance(result.exception, SystemExit), (shown, repr(result.exception))
    assert result.exit_code in (0, 1, 2), (shown, result.exit_code)
    if result.exit_code == 1:
        assert said, shown
        assert all(is_sentence(line) for line in said.splitlines() if not re.search(BAR, line)), (shown, said)
    assert "Traceback" not in said
    assert spent.busy_s < most_s, (shown, spent)
    assert spent.idle_s < MOST_IDLE_S, (shown, spent)
    return result.exit_code


def commands() -> dict[str, typer.main.TyperCommand]:
    """All commands by their words, those of groups, too."""

    def below(group, words: tuple[str, ...]) -> Iterator[tuple[str, typer.main.TyperCommand]]:
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                yield from below(command, (*words, name))
            else:
                yield " ".join((*words, name)), command

    return dict(below(typer.main.get_command(app), ()))


def options(command: str) -> Iterator[typer.main.TyperOption]:
    return (param for param in commands()[command].params if param.param_type_name == "option" and param.name != "help")


def values_for(command: str, option: typer.main.TyperOption, here: Path) -> list[str | None]:
    """Values of all kinds, or one that is odd and one that may be right; None for a flag, which has none."""
    if option.is_flag:
        return [None]
    kind = str(get_type_hints(inspect.unwrap(commands()[command].callback))[option.name])
    if "int" in kind or "float" in kind:
        pools = ODD_NUMBERS, NUMBERS
    elif option.name == "out":  # what is there must stay as it is
        pools = [value for value in ODD if not value.startswith("/")], ("new", "new/folder")
    else:
        pools = ODD, [str(here / name) for name in THERE]
    rng = random.Random(f"{command} {option.name}")
    return [value for pool in pools for value in (pool if WHOLE else [rng.choice(pool)])]


def begin(command: str, request: pytest.FixtureRequest) -> None:
    """Leave out what only the whole proof has the time for, and cut off the training."""
    if command in SLOW:
        if not WHOLE:
            pytest.skip("It takes TensorFlow's seconds.")
        request.getfixturevalue("cut_training")


def test_every_command_has_a_right_call():
    assert set(commands()) == {name.partition(" --")[0] for name in RIGHT}


@pytest.mark.parametrize("command", commands())
def test_options_take_no_nonsense(command, call, here, request):
    """The first call loads what the command needs, and is let off the time; most of the others get past the usage."""
    begin(command, request)
    assert call(command, most_s=60) == (1 if command in (*SLOW, "judges", "evaluate music", "evaluate dynamics") else 0)
    found = []
    for option in options(command):
        name = option.opts[0]
        right = f"{command} {name}" if f"{command} {name}" in RIGHT else command
        for value in values_for(command, option, here):
            found.append(call(command, name, *([] if value is None else [value] * option.nargs), right=right))
    past = sum(status != 2 for status in found) / len(found)
    assert past >= 0.25, f"only {past:.0%} of {len(found)} calls get past the usage"


@pytest.mark.parametrize(
    "command", [name for name, command in commands().items() if command.params[0].param_type_name == "argument"]
)
def test_arguments_take_no_nonsense(command, call, here, request):
    """Texts and files of all kinds in the place of the first argument; then all of them at once."""
    begin(command, request)
    call(command, most_s=60)
    pool = [*ODD, *(str(here / name) for name in THERE)]
    found = [call(command, before=(value,)) for value in (pool if WHOLE else random.Random(command).sample(pool, 4))]
    assert sum(status != 2 for status in found) >= len(found) / 2, found
    call(command, before=ODD)
