"""Frames -> one person's face in each half second.

Faces near each other in place and size, in frames that follow each other, are one appearance of somebody; a scene cut ends all.
The person who is longest and largest to be seen is the one, and appearances that look alike (hair, skin and clothes about the
face) are theirs, too: so they are found again after a turn of the head, behind somebody who walks by, and in the next scene.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from face2music.face import Box, crop_face, find_boxes
from face2music.video.clip import EVERY_S, Frame

_SMALL = (64, 36)
_CUT_FROM = 0.3  # Hellinger distance of the colours of two frames
_LONGEST_GAP_S = 3.0
_REACH, _REACH_PER_S = 0.6, 0.8  # how far a face moves between two frames, and in each second of a gap, in widths of it
_GROWTH = 1.6
_SWAPPED_FROM = 0.6  # the same, about a face and who is in its place half a second later
_ALIKE_TO = 0.45  # Hellinger distance of the colours about two faces
# Colours in 8-bit L*a*b*: bins of lightness, red to green and yellow to blue, and how they are blurred. Of the photographs that
# were tried, one person in other light differs by 0.14 to 0.45, two people by 0.27 to 0.9 (most by over 0.5).
_BINS, _RANGES, _BLUR = (8, 16, 16), (0, 256, 64, 192, 64, 192), (1.0, 1.5, 1.5)
# How far about a box one looks, in widths of it: beside, above, below.
_ABOUT = (0.5, 0.4, 1.0)


@dataclass(frozen=True)
class Sighting:
    """A face in half second `place` of a clip: its box and its crop (uint8, 48x48)."""

    place: int
    box: Box
    crop: np.ndarray


@dataclass(frozen=True)
class _Seen:
    """A sighting and the colours about it (float32, sum 1), which are forgotten with the next one."""

    sighting: Sighting
    colours: np.ndarray


class _Appearance:
    """Sightings of somebody without a scene cut in between."""

    def __init__(self, first: _Seen) -> None:
        self.sightings, self.last = [first.sighting], first
        self._sum = first.colours.astype(np.float64)

    def add(self, seen: _Seen) -> None:
        self.sightings.append(seen.sighting)
        self.last = seen
        self._sum += seen.colours

    @property
    def weight(self) -> float:
        return math.fsum(sighting.box.w for sighting in self.sightings)

    @property
    def colours(self) -> np.ndarray:
        return self._sum / len(self.sightings)


def follow(frames: Iterable[Frame]) -> tuple[Sighting, ...]:
    """The face of one person through a clip, in order, with gaps where it is not to be seen; none if there is no face at all."""
    gone: list[_Appearance] = []
    going: list[_Appearance] = []
    before = None
    for frame in frames:
        colours = _histogram(cv2.resize(frame.picture, _SMALL, interpolation=cv2.INTER_AREA))
        cut = before is not None and _distance(before, colours) >= _CUT_FROM
        gone += [each for each in going if cut or _gap_s(each, frame.place) > _LONGEST_GAP_S]
        going = [] if cut else [each for each in going if _gap_s(each, frame.place) <= _LONGEST_GAP_S]
        _continue(going, _seen_in(frame))
        before = colours
    return _of_one_person([*gone, *going])


def _seen_in(frame: Frame) -> list[_Seen]:
    grey = cv2.cvtColor(frame.picture, cv2.COLOR_RGB2GRAY)
    boxes = find_boxes(grey)
    return [_Seen(Sighting(frame.place, box, crop_face(grey, box)), _histogram(_about(frame.picture, box))) for box in boxes]


def _continue(going: list[_Appearance], found: list[_Seen]) -> None:
    """Add each face to the appearance that it is nearest to, one to each, or begin a new one."""
    pairs = [
        (cost, i, j)
        for i, each in enumerate(going)
        for j, seen in enumerate(found)
        if (cost := _strangeness(each.last, seen)) <= 1
    ]
    free, left = set(range(len(going))), set(range(len(found)))
    for _, i, j in sorted(pairs):
        if i in free and j in left:
            going[i].add(found[j])
            free.remove(i)
            left.remove(j)
    going += [_Appearance(found[j]) for j in sorted(left)]


def _strangeness(last: _Seen, here: _Seen) -> float:
    """How far a face is from where it should be, from its size or its colours, up to 1 if it may be the same."""
    before, now = last.sighting, here.sighting
    reach = _REACH + _REACH_PER_S * EVERY_S * (now.place - before.place - 1)
    moved = math.dist(_centre(before.box), _centre(now.box)) / max(before.box.w, now.box.w) / reach
    grown = abs(math.log(now.box.w / before.box.w)) / math.log(_GROWTH)
    return max(moved, grown, _distance(last.colours, here.colours) / _SWAPPED_FROM)


def _of_one_person(appearances: list[_Appearance]) -> tuple[Sighting, ...]:
    """The sightings of the one with the most weight, and of those like them when they are not there."""
    heaviest = sorted(appearances, key=lambda each: (-each.weight, each.sightings[0].place))
    if not heaviest:
        return ()
    looks = heaviest[0].colours
    chosen: dict[int, Sighting] = {}
    for each in heaviest:
        places = {sighting.place for sighting in each.sightings}
        if not places & chosen.keys() and _distance(looks, each.colours) <= _ALIKE_TO:
            chosen |= {sighting.place: sighting for sighting in each.sightings}
    return tuple(chosen[place] for place in sorted(chosen))


def _gap_s(appearance: _Appearance, place: int) -> float:
    return (place - appearance.last.sighting.place - 1) * EVERY_S


def _centre(box: Box) -> tuple[float, float]:
    return box.x + box.w / 2, box.y + box.h / 2


def _about(picture: np.ndarray, box: Box) -> np.ndarray:
    beside, above, below = (round(share * box.w) for share in _ABOUT)
    rows = slice(max(0, box.y - above), box.y + box.h + below)
    return picture[rows, max(0, box.x - beside) : box.x + box.w + beside]


def _histogram(picture: np.ndarray) -> np.ndarray:
    """Shares of the colours in CIE L*a*b*, blurred, so that a cloud before the sun makes no other colours of them."""
    from scipy.ndimage import gaussian_filter

    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB)
    counts = cv2.calcHist([lab], [0, 1, 2], None, _BINS, _RANGES)
    blurred = gaussian_filter(counts, _BLUR, mode="nearest")
    return (blurred / blurred.sum()).ravel().astype(np.float32)


def _distance(a: np.ndarray, b: np.ndarray) -> float:
    """Hellinger distance of two distributions, 0 to 1."""
    return math.sqrt(max(0.0, 1 - float(np.sqrt(a * b).sum())))
