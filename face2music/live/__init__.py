"""Music that follows a face as it is seen, without an end.

`follower` tells the mood from readings, `composer` writes a bar at a time (`voice` and `tune` join them, `take` puts them
together to a song), `sound` plays them, through a `speaker` if you like. What strings them together is `pipeline.live`.
"""

from face2music.live.composer import Bar, Composer
from face2music.live.follower import AWAY, CALIBRATION_S, HELD, SEEN, Follower, Told
from face2music.live.sound import Player
from face2music.live.speaker import Speaker

__all__ = ["AWAY", "CALIBRATION_S", "HELD", "SEEN", "Bar", "Composer", "Follower", "Player", "Speaker", "Told"]
