"""The plane of valence and arousal, to point at a mood."""

from face2music.page.plane.component import LANDMARKS, TEXTS, Plane

__all__ = ["LANDMARKS", "TEXTS", "Plane"]
