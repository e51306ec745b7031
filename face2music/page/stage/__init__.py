"""Live music on the page: the camera, the curve of the mood as it comes, and the sound that follows it."""

from face2music.page.stage.component import Stage

__all__ = ["Stage"]
