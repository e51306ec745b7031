"""Songs of each emotion, judged: heard as what they were made for, and like the music that people make.

Reads: judges (and fit, tables, baseline, which make their numbers), sound and notes (what the judges hear), songs, figures;
piece, statistics, corpora and likeness (other people's music); verdict, text, pictures and report.
"""

from face2music.evaluation.music.fit import fit_judges
from face2music.evaluation.music.text import as_text
from face2music.evaluation.music.verdict import evaluate

__all__ = ["as_text", "evaluate", "fit_judges"]
