"""The whole evaluation: make songs with both generators, let the judges hear them, put the figures together."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tqdm import tqdm

from face2music import assets, audio
from face2music.errors import RequestError
from face2music.evaluation.music import figures, likeness, report, songs
from face2music.evaluation.music.judges import ASSET, AXES, load
from face2music.folder import check_writable, write_files
from face2music.mood import EMOTIONS, NORMS

FEWEST = 2


def evaluate(
    per_emotion: int = 6,
    duration_s: float = 30.0,
    seed: int = 1,
    out: Path | None = None,
    judges: Mapping[str, Any] | None = None,
    generators: Sequence[str] = songs.GENERATORS,
) -> dict[str, Any]:
    """Make songs of each emotion and have them judged.

    Parameters
    ----------
    per_emotion
        Songs of each of the seven emotions, 2 or more.
    duration_s
        How long each lasts.
    seed
        The first of `per_emotion` seeds in a row, the same for each emotion.
    out
        Folder for the report (`report.html`, `figures.json` and the songs as MIDI files); none is written where left out.
    judges
        What `fit_judges` made; the shipped numbers where left out.
    generators
        Which of `songs.GENERATORS` to try.

    Returns
    -------
    dict
        settings, judges (their figures), intended (valence and arousal by emotion), goals, people (see `likeness.people`), and
        by generator: key_figures, judged (see `figures.agreement`), told_apart, likeness (see `likeness.compare`) and songs,
        each with what was judged.

    Raises
    ------
    RequestError
        If `per_emotion` is below 2 or a generator is unknown.
    SynthesiserError
        If FluidSynth or a sound font is missing.
    OutputError
        If the folder cannot be written.
    """
    if per_emotion < FEWEST:
        raise RequestError(f"{per_emotion} songs for each emotion are too few to tell emotions apart; ask for {FEWEST} or more.")
    if not generators or not set(generators) <= set(songs.GENERATORS):
        raise RequestError(f"The generators are {', '.join(songs.GENERATORS)}; got {', '.join(generators) or 'none'}.")
    if out is not None:
        check_writable(out, (report.PAGE, report.FIGURES), replace=True)
    stored = assets.read_json(ASSET) if judges is None else judges
    seeds = range(seed, seed + per_emotion)
    with TemporaryDirectory() as folder:
        heard = {name: _hear(name, stored["baseline"], seeds, duration_s, Path(folder)) for name in generators}
        result = {
            "settings": _settings(per_emotion, duration_s, seed),
            "judges": {kind: {axis: stored[kind][axis]["figures"] for axis in AXES} for kind in ("audio", "notes")},
            "intended": {name: {axis: getattr(norm, axis) for axis in AXES} for name, norm in NORMS.items()},
            "goals": {goal.name: {"text": goal.text, "wanted": goal.wanted, "at_most": goal.at_most} for goal in figures.GOALS},
            "people": likeness.people(stored["corpora"]),
            "generators": {name: _figures(made, stored) for name, made in heard.items()},
        }
        if out is not None:
            write_files(out, report.files(result, heard, stored["corpora"]), replace=True)
    return result


def _settings(per_emotion: int, duration_s: float, seed: int) -> dict[str, Any]:
    return {"per_emotion": per_emotion, "duration_s": duration_s, "seed": seed, "soundfont": audio.find_soundfont().name}


def _hear(name: str, averages: Mapping[str, Any], seeds: range, duration_s: float, folder: Path) -> list[songs.Heard]:
    made = songs.hear(name, averages, seeds, duration_s, folder)
    return list(tqdm(made, total=len(seeds) * len(EMOTIONS), unit="song", desc=name, disable=None))


def _figures(heard: Sequence[songs.Heard], stored: Mapping[str, Any]) -> dict[str, Any]:
    said = figures.judged(heard, load(stored))
    agreed, apart = figures.agreement(heard, said), figures.told_apart(heard)
    like = likeness.compare([song.statistics for song in heard], [song.distributions for song in heard], stored["corpora"])
    return {
        "key_figures": figures.key_figures(agreed, apart, like),
        "judged": agreed,
        "told_apart": apart,
        "likeness": like,
        "songs": [
            {"emotion": song.emotion, "seed": song.seed, "midi": song.file.name}
            | {kind: {axis: round(float(by_axis[axis][i]), 3) for axis in AXES} for kind, by_axis in said.items()}
            for i, song in enumerate(heard)
        ],
    }
