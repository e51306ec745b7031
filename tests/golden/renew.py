"""Plans and scores -> songs as readable text; `PYTHONPATH=. python tests/golden/renew.py` writes them anew.

A song of every emotion, and one of every style; the shipped profiles, a fixed seed, 20 s. Beside them, in midi.json, stand the
checksums of songs as MIDI files, one of them from a photograph (tests/reproduce.py).
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from reproduce import midi

from face2music.assets import FOLDER
from face2music.mood import EMOTIONS, NORMS
from face2music.plan import Plan, Wishes, make_plan
from face2music.score import Note, Score, write_score

HERE = Path(__file__).parent

SEED, DURATION_S = 7, 20.0
PROFILES = json.loads((FOLDER / "profiles.json").read_text(encoding="utf-8"))
STYLED = "happy"  # the emotion that every style plays
_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def songs() -> dict[str, str]:
    """The text of each song by the name of its file."""
    wanted = {f"emotion {emotion}": (emotion, None) for emotion in EMOTIONS}
    wanted |= {f"style {style}": (STYLED, style) for style in PROFILES["styles"]}
    return {f"{name.replace(' ', '-')}.txt": _song(*which) for name, which in wanted.items()}


def _song(emotion: str, style: str | None) -> str:
    plan = make_plan(NORMS[emotion], PROFILES, SEED, DURATION_S, Wishes(style=style))
    return "\n".join(_lines(emotion, plan, write_score(plan, SEED))) + "\n"


def _lines(emotion: str, plan: Plan, score: Score) -> Iterator[str]:
    yield f"{emotion}, {plan.style}, seed {SEED}, {DURATION_S:g} s"
    yield f"{plan.tempo_bpm:.1f} bpm, {plan.time_signature}, {plan.key} {plan.mode}, {plan.bars} bars"
    yield f"{plan.figure} chords, {plan.bass} bass, {plan.colour} colour, {plan.drums} drums, {plan.contour}, {plan.dynamics}"
    yield from (f"{part.name}: {len(part.notes)} notes" for part in score.parts)
    melody = next(part.notes for part in score.parts if part.role == "melody")
    for section in plan.sections:
        yield ""
        yield f"{section.name}, bars {section.start_bar + 1} to {section.start_bar + section.bars}: {' '.join(section.chords)}"
        for bar in range(section.start_bar, section.start_bar + section.bars):
            begin = bar * plan.metre.beats
            heard = [note for note in melody if begin <= _written(note.start_beat) < begin + plan.metre.beats]
            yield f"  {bar + 1:2} {' '.join(_note(note, begin) for note in heard)}".rstrip()


def _note(note: Note, begin: float) -> str:
    """Name and octave, beat of the bar from 1, and length in beats."""
    octave, pitch_class = divmod(note.pitch, 12)
    return f"{_NAMES[pitch_class]}{octave - 1}@{_written(note.start_beat) - begin + 1:g}({note.duration_beats:.2f})"


def _written(beat: float) -> float:
    """The place in the bar that a note means: players are a few hundredths of a beat early or late."""
    return round(beat * 4) / 4


def main() -> None:
    """Write the files."""
    for name, text in songs().items():
        (HERE / name).write_text(text, encoding="utf-8")
    (HERE / "midi.json").write_text(json.dumps(midi(), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
