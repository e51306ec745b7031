import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from face2music.mood import EMOTIONS, NORMS
from face2music.plan import Curve, KeyFrame
from face2music.video import as_csv, as_png, key_frames, told

SURE_FROM = 0.45


def reading(emotion: str, share: float = 0.85) -> list[float]:
    return [share if name == emotion else (1 - share) / 6 for name in EMOTIONS]


def tell(*runs: tuple[str | None, int], share: float = 0.85):
    """The curve of a clip that shows each emotion for a number of half seconds; None is no face."""
    rows = [reading(emotion, share) if emotion else [np.nan] * 7 for emotion, count in runs for _ in range(count)]
    read = np.array(rows)
    return told(read, np.nan_to_num(read).max(axis=1) >= SURE_FROM, len(rows) / 2)


def stretches(curve) -> list[tuple[str, float, float]]:
    return [(segment.emotion, segment.start_s, segment.end_s) for segment in curve.segments]


def test_a_step_is_told_where_it_is():
    curve = tell(("neutral", 20), ("happy", 20), ("sad", 20))
    assert stretches(curve) == [("neutral", 0, 10), ("happy", 10, 20), ("sad", 20, 30)]
    assert np.allclose(curve.shares, curve.read)


@pytest.mark.parametrize("count", [1, 2])
def test_a_flicker_is_not_told_and_hardly_colours_the_shares(count):
    curve = tell(("happy", 20), ("angry", count), ("happy", 20), share=0.99)
    assert stretches(curve) == [("happy", 0, (40 + count) / 2)]
    assert curve.shares[:, EMOTIONS.index("angry")].max() < 0.05


def test_what_lasts_two_seconds_is_told_though_the_face_is_unsure_of_it():
    curve = tell(("neutral", 20), ("surprise", 4), ("neutral", 20), share=0.9)
    assert stretches(curve) == [("neutral", 0, 10), ("surprise", 10, 12), ("neutral", 12, 22)]


def test_a_face_that_changes_its_mind_every_half_second_is_one_stretch():
    curve = tell(*[("happy", 1), ("neutral", 1)] * 15)
    assert len(curve.segments) == 1


def test_two_stretches_never_follow_each_other_within_a_second_and_a_half():
    rng = np.random.default_rng(3)
    read = rng.dirichlet(np.full(7, 0.3), 400)
    curve = told(read, read.max(axis=1) >= SURE_FROM, 200.0)
    inner = [segment.end_s - segment.start_s for segment in curve.segments[1:-1]]
    assert len(inner) > 5
    assert min(inner) >= 1.5


def test_a_ramp_stays_a_ramp():
    way = np.linspace(0, 1, 41)[:, np.newaxis]
    read = (1 - way) * reading("neutral", 0.9) + way * np.array(reading("happy", 0.9))
    curve = told(read, read.max(axis=1) >= SURE_FROM, 20.5)
    assert [segment.emotion for segment in curve.segments] == ["neutral", "happy"]
    assert curve.segments[1].start_s == pytest.approx(10.25, abs=0.5)
    assert np.abs(curve.shares - read).max() < 0.06
    happy = curve.shares[:, EMOTIONS.index("happy")]
    assert (np.diff(happy) > -1e-9).all()
    assert np.diff(happy).max() < 0.09


def test_a_short_gap_is_bridged_and_marked():
    curve = tell(("happy", 10), (None, 5), ("happy", 10))
    assert [(segment.emotion, segment.seen) for segment in curve.segments] == [("happy", 0.8)]
    assert np.allclose(curve.shares, reading("happy"))
    assert curve.seen.sum() == 20


def test_a_gap_between_two_emotions_ends_one_and_begins_the_other():
    curve = tell(("happy", 12), (None, 4), ("sad", 12))
    assert [segment.emotion for segment in curve.segments] == ["happy", "sad"]
    assert 6 <= curve.segments[1].start_s <= 8


def test_who_is_long_away_is_neutral_until_they_are_back():
    curve = tell(("angry", 20), (None, 60), ("angry", 20))
    assert [segment.emotion for segment in curve.segments] == ["angry", "neutral", "angry"]
    assert curve.segments[1].seen == 0
    assert 12 < curve.segments[1].start_s < 20
    assert curve.shares[50, EMOTIONS.index("neutral")] > 0.9


def test_a_face_that_comes_late_is_held_back_in_time():
    curve = tell((None, 4), ("sad", 10))
    assert [segment.emotion for segment in curve.segments] == ["sad"]


def test_the_last_half_second_may_be_cut_short():
    read = np.array([reading("happy")] * 5)
    curve = told(read, np.ones(5, bool), 2.2)
    assert curve.segments[-1].end_s == 2.2
    assert curve.times_s[-1] == pytest.approx(2.1)


@given(
    arrays(np.float64, st.tuples(st.integers(1, 60), st.just(7)), elements=st.floats(0.001, 1)),
    st.lists(st.booleans(), min_size=60, max_size=60),
)
def test_whatever_is_read_the_shares_are_shares_and_the_stretches_fill_the_clip(raw, missing):
    read = raw / raw.sum(axis=1, keepdims=True)
    gone = np.array(missing[: len(read)])
    gone[0] = False
    read[gone] = np.nan
    curve = told(read, ~gone, len(read) / 2)
    assert np.allclose(curve.shares.sum(axis=1), 1)
    assert curve.shares.min() >= 0
    assert curve.segments[0].start_s == 0
    assert curve.segments[-1].end_s == len(read) / 2
    for before, after in zip(curve.segments, curve.segments[1:], strict=False):
        assert before.end_s == after.start_s
        assert before.emotion != after.emotion


def test_key_frames_are_few_and_the_lines_between_them_near():
    curve = tell(("neutral", 40), ("happy", 40), (None, 30), ("sad", 50))
    frames = key_frames(curve, 78.5, 64)
    assert 4 <= len(frames) <= 20
    assert (np.diff([position for position, *_ in frames]) > 0).all()
    line = Curve(tuple(KeyFrame(*frame) for frame in frames))
    told_at = [line.at(time_s / 78.5).point for time_s in curve.times_s]
    assert np.abs(np.subtract(told_at, [mood.point for mood in curve.moods])).max() <= 0.05


def test_where_another_emotion_begins_the_mood_jumps_and_the_largest_jumps_count_first():
    curve = tell(("neutral", 41), ("happy", 40), ("sad", 39))
    assert [(round(at * 58.5, 2), jumps) for at, _, jumps in key_frames(curve, 58.5, 64)] == [
        (0, True),
        (20.5, True),
        (40.5, True),
        (58.5, False),
    ]
    assert [round(at * 58.5, 2) for at, _, jumps in key_frames(curve, 58.5, 3) if jumps] == [0, 40.5]


def test_a_constant_face_needs_two_key_frames_and_a_restless_one_no_more_than_asked():
    assert len(key_frames(tell(("happy", 1200)), 598.5, 64)) == 2
    restless = tell(*[(emotion, 6) for emotion in EMOTIONS * 25])
    assert len(key_frames(restless, 523.5, 64)) == 64


def test_the_table_says_what_was_read_and_what_is_told():
    curve = tell(("happy", 6), (None, 2), ("sad", 6), ("neutral", 1), share=0.44)
    rows = list(csv.DictReader(io.StringIO(as_csv(curve).decode())))
    assert [row["state"] for row in rows] == ["unsure"] * 6 + ["missing"] * 2 + ["unsure"] * 7
    assert [float(row["start_s"]) for row in rows] == [place / 2 for place in range(15)]
    assert rows[0]["read_happy"] == "0.4400"
    assert rows[6]["read_happy"] == ""
    assert rows[0]["emotion"] == curve.segments[0].emotion
    for row, shares, mood in zip(rows, curve.shares, curve.moods, strict=True):
        assert [float(row[name]) for name in EMOTIONS] == pytest.approx(shares.tolist(), abs=1e-4)
        assert float(row["valence"]) == mood.valence


def test_the_mood_of_a_sure_face_is_near_its_norm():
    mood = tell(("happy", 10), share=0.99).moods[5]
    assert mood.valence == pytest.approx(NORMS["happy"].valence, abs=0.03)


def test_the_picture_of_the_curve_is_the_same_for_the_same_curve():
    curve = tell(("happy", 10), (None, 4), ("sad", 10))
    png = as_png(curve)
    assert png.startswith(b"\x89PNG")
    assert as_png(curve) == png
