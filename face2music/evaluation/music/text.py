"""The figures of an evaluation as tables to read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from face2music.evaluation.music.corpora import FOLDERS
from face2music.mood import EMOTIONS


def as_text(result: Mapping[str, Any]) -> str:
    """What `verdict.evaluate` found, for a terminal of 160 columns."""
    settings, made = result["settings"], result["generators"]
    lines = [
        f"{settings['per_emotion']} songs of {settings['duration_s']:.0f} s for each emotion, seeds from {settings['seed']}, "
        f"sound font {settings['soundfont']}",
        *_judges(result["judges"]),
        "",
        *_goals(result["goals"], made),
    ]
    for name, found in made.items():
        lines += ["", *_means(name, found["judged"]), "", *_confusion(name, found["told_apart"]), ""]
        lines += _statistics(name, found["likeness"])
    lines.append(f"By the same count, of people's music: {people(result['people'])}.")
    return "\n".join(lines)


def accuracy(kind: str, figures: Mapping[str, Any]) -> str:
    """How far a judge can be trusted, in a sentence."""
    if kind == "audio":
        held_out, abroad = f"r {figures['cross_validated_r']:.2f}", f"r {figures['tried_on_r']:.2f}"
    else:
        held_out, abroad = f"{figures['cross_validated_accuracy']:.0%} right", f"AUC {figures['tried_on_auc']:.2f}"
    return f"{held_out} on {figures['trained_on']} (10-fold), {abroad} on {figures['tried_on']}"


def met(value: float, goal: Mapping[str, Any]) -> bool:
    """Whether a figure is as wanted."""
    return value <= goal["wanted"] if goal["at_most"] else value >= goal["wanted"]


def wanted(goal: Mapping[str, Any]) -> str:
    """What is wanted of a figure."""
    return f"{'at most' if goal['at_most'] else 'at least'} {goal['wanted']:.2f}"


def people(shares: Mapping[str, float]) -> str:
    """What the corpora reach by the yardstick that songs are held against."""
    return ", ".join(f"{corpus} {share:.0%}" for corpus, share in shares.items())


def _judges(judges: Mapping[str, Any]) -> Iterator[str]:
    for kind, by_axis in judges.items():
        for axis, figures in by_axis.items():
            yield f"{kind} judge of {axis}: {accuracy(kind, figures)}"


def _goals(goals: Mapping[str, Any], made: Mapping[str, Any]) -> Iterator[str]:
    yield f"{'':88}{'wanted':>14}" + "".join(f"{name:>14}" for name in made)
    for name, goal in goals.items():
        values = (found["key_figures"][name] for found in made.values())
        cells = "".join(f"{value:10.2f} {'yes' if met(value, goal) else ' no'}" for value in values)
        yield f"{goal['text']:88}{wanted(goal):>14}{cells}"


def _means(name: str, judged: Mapping[str, Any]) -> Iterator[str]:
    yield f"{name}: correlation with what was intended, spread, mean of each emotion's songs"
    yield f"{'':16}{'r':>6}{'sd':>6}" + "".join(f"{emotion:>10}" for emotion in EMOTIONS)
    for kind, by_axis in judged.items():
        for axis, row in by_axis.items():
            means = "".join(f"{mean:10.2f}" for mean in row["mean"].values())
            yield f"{kind + ' ' + axis:16}{row['correlation']:6.2f}{row['spread']:6.2f}{means}"


def _confusion(name: str, apart: Mapping[str, Any]) -> Iterator[str]:
    yield f"{name}: made for (rows) and taken for (columns) by the linear classifier"
    yield " " * 10 + "".join(f"{label:>10}" for label in apart["labels"])
    for label, row in zip(apart["labels"], apart["confusion"], strict=True):
        yield f"{label:10}" + "".join(f"{n:10}" for n in row)


def _statistics(name: str, like: Mapping[str, Any]) -> Iterator[str]:
    yield f"{name}: quartiles of the statistics; songs inside any corpus's, inside the pool's; overlap with each (Yang & Lerch)"
    heads = "".join(f"{head:>22}" for head in ("songs", *FOLDERS))
    yield f"{'':22}{heads}{'any':>6}{'pool':>6}  {'overlap':>14}"
    for statistic, row in like["statistics"].items():
        human = [row["corpora"].get(corpus) for corpus in FOLDERS]
        cells = "".join(f"{_three(q):>22}" for q in (row["quartiles"], *(h and h["quartiles"] for h in human)))
        overlaps = " ".join(f"{h['overlap']:4.2f}" if h else "   -" for h in human)
        yield f"{statistic:22}{cells}{row['inside_any']:6.2f}{row['inside_pool']:6.2f}  {overlaps}"
    for distribution, row in like["distributions"].items():
        common = ", ".join(f"{corpus} {share:.2f}" for corpus, share in row["overlap"].items())
        yield f"distribution of {distribution.replace('_', ' ')}: overlap with {common}"
    yield (
        f"inside for 70 % of the songs: {like['inside_any']:.0%} of the statistics for any corpus, "
        f"{like['inside_pool']:.0%} for their pool; of a song's statistics {like['songs_inside_any']:.0%} are inside on average"
    )


def _three(quartiles: Sequence[float] | None) -> str:
    return "-" if quartiles is None else " ".join(f"{value:.3g}" for value in quartiles)
