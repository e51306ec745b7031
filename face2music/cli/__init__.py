"""The command line: compose, journey, video, live, batch, emotion, analyse, profiles, judges, train, export, evaluate, bench.

Exit status: 0 done, 1 refused (one sentence on standard error), 2 wrong usage.
"""

from face2music.cli import compose, emotion, evaluations, journey, live, studies, video  # noqa: F401 each adds its commands
from face2music.cli.root import app

__all__ = ["app"]
