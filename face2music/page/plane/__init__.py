"""The plane of valence and arousal, to point at a mood."""

from face2music.page.plane.component import TEXTS, Plane

__all__ = ["TEXTS", "Plane"]
