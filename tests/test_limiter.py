"""The limiter of songs and of streams."""

import numpy as np
import pytest

from face2music.limiter import CEILING, MAKEUP, SAMPLE_RATE, WINDOW_S, Limiter, factors, limited, raised


def test_the_limiter_raises_soft_music_and_holds_peaks_below_the_ceiling():
    rng = np.random.default_rng(1)
    soft = rng.integers(-2000, 2000, (20_000, 2), dtype=np.int16)
    assert np.allclose(raised(soft, factors(soft)), soft * MAKEUP, atol=2)
    loud = rng.integers(-32768, 32767, (20_000, 2), dtype=np.int16)
    assert np.abs(raised(loud, factors(loud)).astype(int)).max() <= CEILING * 32767 + 1


def test_a_peak_is_turned_down_only_about_itself():
    samples = np.full((44_100, 2), 1000, np.int16)
    samples[20_000] = 30_000
    out = raised(samples, factors(samples))[:, 0].astype(int)
    far = np.abs(np.arange(44_100) - 20_000) > WINDOW_S * SAMPLE_RATE + 2
    assert np.abs(out[far] - 1000 * MAKEUP).max() <= 1
    assert out[20_000] == pytest.approx(CEILING * 32767, rel=0.01)
    assert np.abs(np.diff(out[far])).max() <= 1


@pytest.fixture
def noise():
    noise = np.random.default_rng(1).integers(-20_000, 20_000, (50_000, 2)).astype(np.int16)
    noise[9_000:16_000] //= 20
    return noise


def test_a_song_is_limited_block_by_block_as_if_it_were_one(noise):
    blocks = (noise[start : start + 7_000] for start in range(0, len(noise), 7_000))
    assert np.array_equal(np.concatenate(list(limited(blocks))), raised(noise, factors(noise)))


def test_a_stream_in_pieces_of_any_size_is_limited_as_if_it_were_one(noise):
    stream, sizes, out, at = Limiter(), (100, 7_000, 3, 2_300), [], 0
    while at < len(noise):
        size = sizes[len(out) % len(sizes)]
        out.append(stream.push(noise[at : at + size], last=at + size >= len(noise)))
        at += size
    assert np.array_equal(np.concatenate(out), raised(noise, factors(noise)))
