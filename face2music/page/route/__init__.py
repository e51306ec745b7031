"""The steps of a journey, drawn on the plane of valence and arousal."""

from face2music.page.route.component import Route

__all__ = ["Route"]
