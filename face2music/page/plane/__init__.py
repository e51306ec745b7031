"""The plane of valence and arousal, to point at a mood."""

from face2music.page.plane.component import LANDMARKS, REACH, TEXTS, Plane

__all__ = ["LANDMARKS", "REACH", "TEXTS", "Plane"]
