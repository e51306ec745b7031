"""The settings of a song <-> a short text for a link; the picture is no part of them.

The text is a version's letter, and in URL-safe base64 a checksum and JSON without spaces: emotion values in thousandths, seed,
duration, and the wishes that are not left open. Settings have one text only: whatever else is given is refused as damaged.
"""

import base64
import binascii
import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from face2music.errors import RequestError
from face2music.mood import EMOTIONS, PARTS, Mood, thousandths
from face2music.plan import MIN_DURATION_S, Curve, KeyFrame, Wishes, check_curve, check_wishes, curve_along, longest_s

MAX_LENGTH = 2000
MAX_SEED = 2**31 - 1

_VERSION = "a"
_CHECKSUM_BYTES = 4
_STEPS, _ZERO, _LONGEST_RUN = 100, 128, 255
_RUN_BYTES, _FRAME_BYTES = 4, 5
_PLACES, _SUDDEN = 10_000, 2**15  # of a cut curve's frame: the unit of its position, and the bit above it
_DAMAGED = "This link is damaged; copy it again from where it was shared, from its first to its last character."


@dataclass(frozen=True)
class Settings:
    """All that a song is made of: emotion values (0 to 1, adding up to 1), seed, duration in seconds, and wishes.

    Where it was played live, `played` has the mood of each bar in hundredths, which alone make it what it is.
    """

    emotion: Mapping[str, float]
    seed: int
    duration_s: float
    wishes: Wishes = field(default_factory=Wishes)
    curve: Curve | None = None
    played: tuple[Mood, ...] = ()


def encode_link(settings: Settings) -> str:
    """The text of settings: letters, digits, `-` and `_`, at most 2000 of them.

    Raises
    ------
    RequestError
        If a value is outside its range; style names are checked by the plan, which knows the styles.
    """
    _check(settings)
    wishes = {name: value for name, value in dataclasses.asdict(settings.wishes).items() if value is not None}
    values = [thousandths(settings.emotion), settings.seed, _plain(settings.duration_s), wishes]
    if settings.played:
        values += [_runs(settings.played)]  # its curve follows from it
    elif settings.curve is not None:
        values += [_frames(settings.curve)]
    packed = json.dumps(values, separators=(",", ":"), sort_keys=True, allow_nan=False).encode()
    checksum = binascii.crc32(packed).to_bytes(_CHECKSUM_BYTES, "big")
    text = _VERSION + _base64(checksum + packed)
    if len(text) > MAX_LENGTH:
        raise RequestError(f"These settings make a link of {len(text)} characters, more than {MAX_LENGTH}; wish for less.")
    return text


def decode_link(text: str) -> Settings:
    """The settings of a text that `encode_link` gave.

    Raises
    ------
    RequestError
        If it is too long, damaged, of another version of the program, or has a value outside its range.
    """
    if not isinstance(text, str) or not text:
        raise RequestError("This link has no settings in it; copy it again from where it was shared.")
    if len(text) > MAX_LENGTH:
        raise RequestError(f"This link is too long ({len(text)} characters, at most {MAX_LENGTH}); copy it again.")
    if not text.startswith(_VERSION):
        raise RequestError("This link was made by another version of the program; ask for a new one.")
    settings = _settings(_unpacked(text))
    if encode_link(settings) != text:
        raise RequestError(_DAMAGED)
    return settings


def _check(settings: Settings) -> None:
    seed, duration_s, style = settings.seed, settings.duration_s, settings.wishes.style
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= MAX_SEED:
        raise RequestError(f"The seed is {seed!r:.40}; give a whole number from 0 to {MAX_SEED}.")
    most_s = longest_s(bool(settings.played) or (settings.curve is not None and settings.curve.moves))
    if not _is_number(duration_s) or not MIN_DURATION_S <= duration_s <= most_s:
        raise RequestError(f"The duration is {duration_s!r:.40}; give a number of seconds from {MIN_DURATION_S:g} to {most_s:g}.")
    if style is not None and not isinstance(style, str):
        raise RequestError(f"The style is {style!r:.40}; give its name.")
    check_wishes(settings.wishes, {} if style is None else {style: None})
    if settings.curve is not None:
        check_curve(settings.curve)
    if any(mood != hundredths(mood) for mood in settings.played):
        raise RequestError("The moods of what was played live are hundredths from -1 to 1; round them.")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _plain(number: float) -> float:
    """30 instead of 30.0: shorter, and the same settings."""
    return int(number) if number == int(number) else float(number)


def _unpacked(text: str) -> list[Any]:
    coded = text[len(_VERSION) :]
    try:
        data = base64.b64decode(coded + "=" * (-len(coded) % 4), altchars="-_", validate=True)
        checksum, packed = data[:_CHECKSUM_BYTES], data[_CHECKSUM_BYTES:]
        if binascii.crc32(packed).to_bytes(_CHECKSUM_BYTES, "big") != checksum:
            raise RequestError(_DAMAGED)
        values = json.loads(packed)
    except (ValueError, RecursionError) as error:
        raise RequestError(_DAMAGED) from error
    if not isinstance(values, list) or len(values) not in (4, 5):
        raise RequestError(_DAMAGED)
    return values


def _settings(values: list[Any]) -> Settings:
    """Settings from what a link holds; their ranges are checked when they are encoded again."""
    parts, seed, duration_s, wishes, *moving = values
    whole = isinstance(parts, list) and len(parts) == len(EMOTIONS) and all(type(part) is int for part in parts)
    whole = whole and all(isinstance(frames, list | str) for frames in moving)
    if not whole or sum(parts) != PARTS or not isinstance(wishes, dict):
        raise RequestError(_DAMAGED)
    unknown = sorted(wishes.keys() - {known.name for known in dataclasses.fields(Wishes)})
    if unknown:
        raise RequestError(f"This link wishes for {unknown[0]!r:.40}, which this version of the program does not know.")
    emotion = {name: part / PARTS for name, part in zip(EMOTIONS, parts, strict=True)}
    fixed: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in wishes.items()}
    played = _moods(moving[0]) if moving and isinstance(moving[0], str) else ()
    curve = curve_along(played) if played else _curve(moving[0]) if moving else None
    return Settings(emotion, seed, duration_s, Wishes(**fixed), curve, played)


def hundredths(mood: Mood) -> Mood:
    """A mood of live music, as a link holds it."""
    return Mood(*(round(min(max(value, -1), 1) * _STEPS) / _STEPS for value in mood.point))


def _runs(moods: tuple[Mood, ...]) -> str:
    """Four bytes for each mood that stays: for how many bars, and its three values and 128."""
    runs = [(mood, len(list(group))) for mood, group in groupby(moods)]
    data = bytearray()
    for mood, bars in runs:
        for start in range(0, bars, _LONGEST_RUN):
            data += bytes([min(bars - start, _LONGEST_RUN)]) + _bytes_of(mood)
    return _base64(data)


def _moods(text: str) -> tuple[Mood, ...]:
    data = _unbase64(text, _RUN_BYTES)
    runs = [(data[at], _mood_of(data[at + 1 : at + _RUN_BYTES])) for at in range(0, len(data), _RUN_BYTES)]
    return tuple(mood for bars, mood in runs for _ in range(bars))


def _bytes_of(mood: Mood) -> bytes:
    return bytes(round(value * _STEPS) + _ZERO for value in mood.point)


def _mood_of(data: bytes) -> Mood:
    return Mood(*((byte - _ZERO) / _STEPS for byte in data))


def _base64(data: bytes | bytearray) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _unbase64(text: str, row: int) -> bytes:
    """Bytes of a text, one or more rows of them."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)
    except ValueError as error:
        raise RequestError(_DAMAGED) from error
    if not data or len(data) % row:
        raise RequestError(_DAMAGED)
    return data


def _frames(curve: Curve) -> list[Any]:
    """The key frames of a curve: position and mood in thousandths, and where it is beyond the emotions, how much.

    Of a cut one, which has more of them, a text: two bytes for each position, whose first bit tells of a sudden one, and three
    for the mood.
    """
    if curve.cut:
        return [_base64(b"".join(_packed(frame) for frame in curve.frames))]
    moods = ((frame.position, *(frame.mood.axes if frame.mood.beyond else frame.mood.point)) for frame in curve.frames)
    return [[round(value * PARTS) for value in mood] for mood in moods]


def _packed(frame: KeyFrame) -> bytes:
    place = round(frame.position * _PLACES) + _SUDDEN * frame.sudden
    return place.to_bytes(2, "big") + _bytes_of(frame.mood)


def _cut_curve(text: str) -> Curve:
    data = _unbase64(text, _FRAME_BYTES)
    frames = []
    for at in range(0, len(data), _FRAME_BYTES):
        sudden, place = divmod(int.from_bytes(data[at : at + 2], "big"), _SUDDEN)
        frames.append(KeyFrame(place / _PLACES, _mood_of(data[at + 2 : at + _FRAME_BYTES]), bool(sudden)))
    return Curve(tuple(frames))


def _curve(frames: list[Any]) -> Curve:
    if len(frames) == 1 and isinstance(frames[0], str):
        return _cut_curve(frames[0])
    if not all(isinstance(frame, list) and len(frame) in (4, 5) and all(type(part) is int for part in frame) for frame in frames):
        raise RequestError(_DAMAGED)
    return Curve(tuple(KeyFrame(position / PARTS, Mood(*(part / PARTS for part in axes))) for position, *axes in frames))
