import clips
import numpy as np
import pytest

from face2music.errors import VideoError
from face2music.video.clip import Clip

NOISE = np.random.default_rng(1).integers(0, 256, (clips.HEIGHT, clips.WIDTH, 3), dtype=np.uint8)


def clock(seconds: float) -> np.ndarray:
    """A frame as bright as its time: 30 for each half second."""
    return np.full((clips.HEIGHT, clips.WIDTH, 3), 30 * int(seconds * 2) + 15, np.uint8)


def read(path):
    clip = Clip(path)
    frames = [(frame.place, frame.picture) for frame in clip.frames()]
    return clip, frames


def told_times(frames) -> list[int]:
    return [int(picture.mean() // 30) for _, picture in frames]


@pytest.mark.parametrize("ending", [".mp4", ".avi", ".webm"])
@pytest.mark.parametrize("fps", [8, 10, 29.97])
def test_there_is_a_frame_for_each_half_second_at_any_rate(tmp_path, ending, fps):
    clip, frames = read(clips.write(tmp_path / f"clip{ending}", clock, 3.97, fps))
    assert [place for place, _ in frames] == list(range(8))
    assert told_times(frames) == list(range(8))
    assert clip.duration_s == pytest.approx(4, abs=1.01 / fps)
    assert clip.promised_s == pytest.approx(4, abs=1.01 / fps)
    assert frames[0][1].shape == (clips.HEIGHT, clips.WIDTH, 3)


def test_a_frame_that_stays_comes_again(tmp_path):
    _, frames = read(clips.write(tmp_path / "slow.avi", clock, 4, 1))
    assert [place for place, _ in frames] == list(range(8))
    assert told_times(frames) == [0, 0, 2, 2, 4, 4, 6, 6]


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return clips.write(tmp_path_factory.mktemp("clip") / "original.avi", clock, 4, 20)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("h264.mp4", ("-c:v", "libx264", "-pix_fmt", "yuv420p")),
        ("h264.mov", ("-c:v", "libx264", "-pix_fmt", "yuv420p")),
        ("vp9.webm", ("-c:v", "libvpx-vp9", "-deadline", "realtime")),
        ("no-duration.webm", ("-vf", "scale=out_range=tv", "-c:v", "libvpx", "-b:v", "1M", "-live", "1", "-f", "webm")),
        ("vp8.mkv", ("-vf", "scale=out_range=tv", "-c:v", "libvpx", "-b:v", "1M")),
        ("uneven.mp4", ("-vf", "select='if(lt(t,2),1,not(mod(n,4)))'", "-fps_mode", "vfr", "-c:v", "libx264")),
        ("late.mp4", ("-output_ts_offset", "5", "-c:v", "libx264")),
    ],
)
def test_files_of_all_kinds_are_read_by_their_time_stamps(tmp_path, original, name, arguments):
    path = tmp_path / name
    clips.ffmpeg("-i", original, *arguments, path)
    clip, frames = read(path)
    assert told_times(frames) == list(range(8))
    assert clip.duration_s == pytest.approx(4, abs=0.06)


def test_a_clip_that_a_phone_turned_stands_upright(tmp_path, original):
    straight, turned = tmp_path / "straight.mp4", tmp_path / "turned.mp4"
    clips.ffmpeg("-i", original, "-c:v", "libx264", straight)
    clips.ffmpeg("-display_rotation", "90", "-i", straight, "-c", "copy", turned)
    assert read(turned)[1][0][1].shape == (clips.WIDTH, clips.HEIGHT, 3)


def test_a_clip_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path, original):
    whole = tmp_path / "whole.webm"
    clips.ffmpeg("-i", original, "-c:v", "libvpx", "-b:v", "1M", "-deadline", "realtime", whole)
    cut = tmp_path / "cut.webm"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 3 // 4])
    clip, frames = read(cut)
    assert 0 < len(frames) < 8
    assert 0.5 <= clip.duration_s < 4
    assert clip.missing_s == 0 or clip.missing_s == pytest.approx(4 - clip.duration_s, abs=0.1)


def test_a_clip_that_lacks_its_end_by_its_own_account_says_how_much(tmp_path, original):
    whole, cut = tmp_path / "whole.mp4", tmp_path / "cut.mp4"
    clips.ffmpeg("-i", original, "-c:v", "libx264", "-g", "5", "-bf", "0", "-movflags", "+faststart", whole)
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 3 // 5])
    assert read(whole)[0].missing_s == 0
    clip, _ = read(cut)
    assert clip.duration_s < 3
    assert clip.missing_s == pytest.approx(4 - clip.duration_s, abs=0.1)


@pytest.mark.parametrize("ending", [".mp4", ".mov"])
def test_a_clip_that_was_trimmed_without_encoding_it_again_lacks_nothing(tmp_path, original, ending):
    whole, trimmed = tmp_path / "whole.mp4", tmp_path / f"trimmed{ending}"
    clips.ffmpeg("-i", original, "-c:v", "libx264", "-g", "1000", whole)
    clips.ffmpeg("-ss", "2.5", "-i", whole, "-c", "copy", trimmed)
    clip, frames = read(trimmed)
    assert clip.promised_s == pytest.approx(1.5, abs=0.06)  # all 4 s are in the file, of which an edit shows the last
    assert clip.duration_s == pytest.approx(1.5, abs=0.06)
    assert clip.missing_s == 0
    assert told_times(frames) == [5, 6, 7]


def test_a_clip_with_damaged_bytes_in_its_midst_says_where_it_has_no_pictures(tmp_path):
    path = clips.write(tmp_path / "clip.webm", lambda seconds: np.roll(NOISE, int(50 * seconds), axis=1), 12)
    assert read(path)[0].hole is None
    whole = bytearray(path.read_bytes())
    whole[len(whole) * 2 // 5 : len(whole) * 4 // 5] = NOISE.tobytes()[: len(whole) * 4 // 5 - len(whole) * 2 // 5]
    path.write_bytes(whole)
    clip, frames = read(path)
    from_s, to_s = clip.hole
    assert 2 < from_s < 6 < to_s - 1 < 11.5
    assert len(frames) == 24


def test_a_file_of_sound_alone_is_refused_as_such(tmp_path):
    clips.ffmpeg("-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac", tmp_path / "sound.mp4")
    with pytest.raises(VideoError, match=r"sound\.mp4 has sound and no pictures; give a clip that shows a face\."):
        Clip(tmp_path / "sound.mp4")


def test_the_last_picture_of_a_slow_clip_stays_as_long_as_the_file_says(tmp_path, original):
    slow = tmp_path / "slow.mp4"
    clips.ffmpeg("-i", original, "-vf", "fps=1,setpts=4*PTS", "-r", "0.25", "-c:v", "libx264", "-bf", "0", slow)
    clip, _ = read(slow)
    assert clip.duration_s == pytest.approx(clip.promised_s, abs=0.1)
    assert clip.duration_s > 8


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is no video that can be read; give an MP4"),
        (b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n", "is no video that can be read; give an MP4"),
        (b"ffconcat version 1.0\nfile other.mp4\n", "is no video that can be read; give an MP4"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "is no video that can be read; give an MP4"),
        (b"\x00\x00\x00\x20ftypisom" + bytes(500), "is damaged or of a kind that cannot be read"),
        (b"\x1aE\xdf\xa3" + bytes(500), "is damaged or of a kind that cannot be read"),
    ],
)
def test_what_is_no_video_is_refused_in_one_sentence(tmp_path, capfd, content, sentence):
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(VideoError, match=f"clip.mp4 {sentence}") as refusal:
        Clip(path)
    assert "\n" not in str(refusal.value)
    assert capfd.readouterr().err == ""


def test_pictures_with_too_many_pixels_are_refused_before_one_is_unpacked(original, monkeypatch):
    monkeypatch.setattr("face2music.video.clip.MAX_PIXELS", 1_000)
    with pytest.raises(VideoError, match="has pictures of over 0 million pixels; make it smaller"):
        Clip(original)


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    for path in (tmp_path, tmp_path / "missing.mp4"):
        with pytest.raises(VideoError, match="is no file; give the path of a video clip"):
            Clip(path)


def test_a_clip_of_over_ten_minutes_is_refused_at_once_if_it_says_so(tmp_path):
    path = clips.write(tmp_path / "long.avi", clock_of_hours, 602, 1)
    with pytest.raises(VideoError, match=r"long\.avi lasts longer than 10 minutes; cut it"):
        Clip(path)


def test_a_clip_of_over_ten_minutes_that_does_not_say_so_is_refused_when_it_shows(tmp_path):
    path = clips.write(tmp_path / "long.avi", clock_of_hours, 602, 1)
    silent = tmp_path / "silent.webm"
    clips.ffmpeg("-i", path, "-vf", "scale=64:48", "-c:v", "libvpx", "-deadline", "realtime", "-live", "1", "-f", "webm", silent)
    clip = Clip(silent)
    with pytest.raises(VideoError, match=r"silent\.webm lasts longer than 10 minutes"):
        list(clip.frames())


def clock_of_hours(seconds: float) -> np.ndarray:
    return np.full((clips.HEIGHT, clips.WIDTH, 3), int(seconds) % 200, np.uint8)
