"""Recordings and MIDI files -> measured features -> profiles of the emotions.

Reads: media, recording, midi_file (with key), annotations, collection; then recipes, kernel, measured, profiles.
Neither librosa nor pretty_midi loads before something is measured.
"""

from face2music.analysis.collection import Summary, analyse
from face2music.analysis.measured import read_tables
from face2music.analysis.profiles import build_profiles

__all__ = ["Summary", "analyse", "build_profiles", "read_tables"]
