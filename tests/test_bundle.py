import io
import zipfile

from face2music.bundle import file_name, song_name, zipped


def test_files_are_named_after_emotion_and_seed():
    assert file_name(song_name("happy", 42), "mid") == "face2music-happy-42.mid"
    assert (
        file_name(song_name("sad", 7), "flac", "Chords: Acoustic Guitar (nylon)")
        == "face2music-sad-7-chords-acoustic-guitar-nylon.flac"
    )


def test_a_zip_holds_what_was_put_in_and_is_the_same_each_time():
    files = {
        file_name(song_name("happy", 42), "mid"): b"MThd" * 100,
        "stems/" + file_name(song_name("happy", 42), "flac", "Drums"): bytes(range(256)),
    }
    data = zipped(files)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == files
        assert archive.getinfo("face2music-happy-42.mid").compress_size < 400
        assert archive.infolist()[1].compress_type == zipfile.ZIP_STORED
    assert zipped(files) == data
