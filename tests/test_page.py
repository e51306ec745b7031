"""The page without a browser: each handler with a fake `compose`, the HTML of a song, and the public endpoint over HTTP."""

import base64
import dataclasses
import io
import json
import re
import wave
from pathlib import Path

import gradio as gr
import httpx
import numpy as np
import pytest
from gradio.route_utils import delete_files_created_by_app
from gradio_client import Client, handle_file
from PIL import Image

from face2music import assets
from face2music.errors import NoFaceError
from face2music.mood import EMOTIONS, certain, mood_of
from face2music.page import STYLE_SHEET, THEME, build_page, views
from face2music.page.handlers import FROM_FACE, files_of, seen_in
from face2music.pipeline import Box, FaceReading, Song
from face2music.plan import Wishes, make_plan
from face2music.score import write_score

UNSURE = dict(zip(EMOTIONS, (0.1, 0.002, 0.03, 0.7, 0.05, 0.108, 0.01), strict=True))


def song_of(**changes) -> Song:
    """A happy song of a second, quiet on purpose, from a picture with two faces of which the second is used."""
    emotion = changes.pop("emotion", UNSURE)
    mood = mood_of(emotion)
    plan = make_plan(mood, assets.read_json("profiles.json"), 7, 20.0)
    crop = np.full((48, 48), 120, np.uint8)
    song = Song(
        midi=b"MThd...",
        audio=np.random.default_rng(1).integers(-500, 500, (44_100, 2)).astype(np.int16),
        sample_rate=44_100,
        picture=np.full((300, 400, 3), 90, np.uint8),
        faces=tuple(FaceReading(box, crop, emotion, sure=True) for box in (Box(20, 30, 100, 100), Box(200, 40, 80, 80))),
        face=2,
        emotion=emotion,
        mood=mood,
        plan=plan,
        score=write_score(plan, 7),
        wishes=Wishes(),
        seed=7,
        duration_s=21.3,
        timings_ms={"total": 5.0},
    )
    return dataclasses.replace(song, **changes)


def attention(crop: np.ndarray, emotion: str) -> np.ndarray:
    """Warm in the upper half only."""
    heat = np.zeros(crop.shape, np.float32)
    heat[: len(crop) // 2] = 1
    return heat


class FakeCompose:
    """Remembers what it was asked for; gives back a song, or raises what it was told to raise."""

    def __init__(self, song: Song | None = None, refusal: Exception | None = None) -> None:
        self.song, self.refusal, self.asked = song or song_of(), refusal, []

    def __call__(self, picture=None, *, emotion=None, seed=None, duration_s=30.0, face=1) -> Song:
        self.asked.append({"picture": picture, "emotion": emotion, "seed": seed, "duration_s": duration_s, "face": face})
        if self.refusal:
            raise self.refusal
        return self.song


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    """Gradio's cache, in a folder of the test's own."""
    folder = tmp_path / "cache"
    folder.mkdir()
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder))
    return folder


@pytest.fixture
def upload(cache, astronaut) -> Path:
    """A picture as Gradio keeps it after an upload."""
    path = cache / "0123" / "face.png"
    path.parent.mkdir()
    Image.fromarray(astronaut).save(path)
    return path


def press(page: gr.Blocks, label: str, *values) -> dict:
    """Call what the button of that name calls; values of the outputs by the component's id on the page, else its label."""
    button = next(block for block in page.blocks.values() if isinstance(block, gr.Button) and block.value == label)
    (event,) = (fn for fn in page.fns.values() if (button._id, "click") in fn.targets)
    return {getattr(block, "elem_id", None) or getattr(block, "label", None): value for block, value in event.fn(*values).items()}


def test_compose_asks_for_what_the_inputs_say(upload):
    compose = FakeCompose()
    press(build_page(compose, attention), "Compose", str(upload), FROM_FACE, 45, 11, 2, True)
    assert compose.asked == [{"picture": upload.read_bytes(), "emotion": None, "seed": 11, "duration_s": 45, "face": 2}]


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_an_emotion_needs_no_picture(emotion):
    compose = FakeCompose()
    press(build_page(compose, attention), "Compose", None, emotion, 30, None, 1, False)
    assert compose.asked[0]["picture"] is None
    assert compose.asked[0]["emotion"] == emotion


def test_a_seed_is_only_used_when_it_is_kept_and_never_for_another_take():
    compose = FakeCompose()
    page = build_page(compose, attention)
    press(page, "Compose", None, "sad", 30, 11, 1, False)
    press(page, "Another take", None, "sad", 30, 11, 1)
    assert [asked["seed"] for asked in compose.asked] == [None, None]


def test_the_outputs_show_the_song(cache):
    song = song_of()
    shown = press(build_page(FakeCompose(song), attention), "Compose", None, "happy", 30, None, 1, False)
    assert 'data-emotion="happy"' in shown["headline"]
    assert shown["Seed"] == song.seed
    player = shown["player"]
    assert Path(player["value"] if isinstance(player, dict) else player.value["path"]).is_relative_to(cache)


def test_a_refusal_is_told_as_plain_text_and_gives_no_outputs():
    compose = FakeCompose(refusal=NoFaceError("No face in <b>it</b>; try another."))
    with pytest.raises(gr.Error, match=re.escape("No face in &lt;b&gt;it&lt;/b&gt;; try another.")):
        press(build_page(compose, attention), "Compose", None, FROM_FACE, 30, None, 1, False)


def test_a_picture_that_the_cache_has_lost_is_asked_for_again(upload):
    upload.unlink()
    with pytest.raises(gr.Error, match="take or choose it again"):
        press(build_page(FakeCompose(), attention), "Compose", str(upload), FROM_FACE, 30, None, 1, False)


@pytest.mark.parametrize("path", ["{cache}/../portrait.png", "/etc/hostname", "portrait.png"])
def test_no_file_outside_the_cache_is_read(cache, portrait, path):
    compose = FakeCompose()
    with pytest.raises(gr.Error, match="not uploaded here"):
        press(build_page(compose, attention), "Compose", path.format(cache=cache), FROM_FACE, 30, None, 1, False)
    assert compose.asked == []


def test_cleaning_deletes_uploads_and_songs_but_spares_the_example(cache, upload):
    page = build_page(FakeCompose(), attention)
    page.upload_file_set.add(str(upload))
    shown = press(page, "Compose", str(upload), FROM_FACE, 30, None, 1, False)
    delete_files_created_by_app(page, age=60)
    assert upload.exists()
    assert Path(shown["↓ MIDI"]).exists()
    delete_files_created_by_app(page, age=-1)
    assert not upload.exists()
    assert list(cache.rglob("astronaut.jpg"))


def test_downloads_are_the_song_in_a_folder_of_their_own(cache):
    song = song_of()
    one, other = files_of(song, cache), files_of(song, cache)
    assert Path(one.midi).parent != Path(other.midi).parent
    assert {Path(path).name for path in dataclasses.astuple(one)} == {
        f"face2music-happy-7.{kind}" for kind in ("mid", "wav", "json")
    }
    assert Path(one.midi).read_bytes() == song.midi
    assert json.loads(Path(one.json).read_text()) == json.loads(json.dumps(song.to_dict()))
    with wave.open(one.wav) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), np.int16).reshape(-1, 2)
    np.testing.assert_array_equal(sound, song.audio)


def test_without_sound_there_is_the_midi_and_the_reason():
    song = song_of(audio=None, warnings=("FluidSynth's library is missing; install it.",))
    shown = press(build_page(FakeCompose(song), attention), "Compose", None, "happy", 30, None, 1, False)
    assert Path(shown["↓ MIDI"]).read_bytes() == song.midi
    assert "FluidSynth&#x27;s library is missing; install it." in shown["headline"]
    hidden = [shown["player"], shown["↓ WAV"]]
    assert [component.visible for component in hidden] == [False, False]


def test_faces_are_boxed_and_numbered_and_the_used_one_stands_out():
    html = views.portrait(song_of())
    assert len(re.findall("<rect", html)) == 2
    assert re.search(r'class="used"><rect x="200" y="40" width="80" height="80"/>.*?>2</text>', html)
    assert "Your picture: 2 faces found, number 2 is used." in html


def test_the_picture_and_the_crop_travel_inside_the_page_and_keep_their_size():
    jpeg, png = re.findall(
        r'"data:image/(?:jpeg|png);base64,([^"]+)"', views.portrait(song_of(picture=np.zeros((4000, 3000, 3), np.uint8)))
    )
    assert image_of(jpeg).size == (720, 960)
    np.testing.assert_array_equal(np.asarray(image_of(png)), np.full((48, 48), 120))


def image_of(text: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(text)))


def test_an_emotion_asked_for_by_name_leaves_the_faces_unused():
    html = views.portrait(song_of(face=None, emotion=certain("sad")))
    assert "none is used" in html
    assert 'class="used"' not in html
    assert views.portrait(song_of(face=None, faces=(), picture=None)) == ""


def test_all_seven_probabilities_are_shown_in_words():
    html = views.bars(UNSURE)
    shown = re.findall(r"<li.*?<span>(\w+)</span>.*?<span>([^<]+)</span></li>", html)
    assert [label.lower() for label, _ in shown] == list(EMOTIONS)
    assert [text for _, text in shown] == ["10 %", "&lt;1 %", "3 %", "70 %", "5 %", "11 %", "1 %"]


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0, "0 %"), (0.001, "<1 %"), (0.005, "<1 %"), (0.0051, "1 %"), (0.826, "83 %"), (0.999, ">99 %"), (1, "100 %")],
)
def test_percent_hides_neither_a_trace_nor_a_doubt(probability, text):
    assert views.percent(probability) == text


def test_what_was_composed_is_told_in_words():
    song = song_of()
    text = re.sub("<[^>]+>", " ", views.composed(song))
    for fact in (
        f"{song.plan.tempo_bpm:.0f} beats a minute",
        song.plan.mode,
        f"{song.plan.bars} bars",
        "valence +0.",
        str(song.seed),
    ):
        assert fact in text
    assert all(part.instrument in text for part in song.plan.parts)


def test_every_emotion_has_an_accent_on_which_white_can_be_read():
    accents = dict(re.findall(r'data-emotion="(\w+)"\]\) \{\s*--accent: (#\w{6})', STYLE_SHEET.read_text()))
    assert set(accents) == set(EMOTIONS)
    for colour in accents.values():
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5, colour


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def test_the_look_fetches_nothing():
    css = THEME._get_theme_css() + STYLE_SHEET.read_text()
    assert THEME._stylesheets == []
    assert re.findall(r"@import|url\((?!\"data:).*?\)", css) == []


@pytest.fixture
def served():
    """A function that serves the page around a fake `compose` and gives its address."""
    pages = []

    def serve(compose) -> str:
        page = build_page(compose, attention)
        pages.append(page)
        _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, show_error=True, run_history=False)
        return url.rstrip("/")

    yield serve
    for page in pages:
        page.close()


def test_the_endpoint_composes_and_is_the_only_public_one(served, tmp_path):
    original = tmp_path / "deep.tiff"
    Image.fromarray(np.arange(6400, dtype=np.uint16).reshape(80, 80)).save(original)
    compose = FakeCompose()
    client = Client(served(compose), verbose=False, download_files=tmp_path / "got")
    endpoints = client.view_api(return_format="dict", print_info=False)
    assert list(endpoints["named_endpoints"]) == ["/compose"]
    assert endpoints["unnamed_endpoints"] == {}

    song, midi, wav = client.predict(
        picture=handle_file(original), emotion=FROM_FACE, duration_s=12, seed=3, face=2, api_name="/compose"
    )
    assert compose.asked == [{"picture": original.read_bytes(), "emotion": None, "seed": 3, "duration_s": 12, "face": 2}]
    assert song == json.loads(json.dumps(compose.song.to_dict()))
    assert Path(midi).read_bytes() == compose.song.midi
    assert Path(wav).read_bytes() == compose.song.wav()


def test_a_hand_made_request_cannot_read_a_file_of_the_server(served, portrait):
    compose = FakeCompose()
    address = f"{served(compose)}/gradio_api/call/compose"
    event = httpx.post(address, json={"data": [{"path": str(portrait)}, FROM_FACE, 30, None, 1]}).json()["event_id"]
    assert "not uploaded here" in httpx.get(f"{address}/{event}").text
    assert compose.asked == []


def test_doubt_is_said_instead_of_one_emotion():
    song = song_of()
    unsure = dataclasses.replace(song, faces=tuple(dataclasses.replace(face, sure=False) for face in song.faces))
    assert "<h2>Happy <span>70 %</span></h2>" in views.headline(song)
    assert "<h2>Not sure <span>happy 70 % or surprise 11 %</span></h2>" in views.headline(unsure)
    assert 'data-emotion="happy"' in views.headline(unsure)


def test_where_the_network_looked_is_one_click_away():
    page = build_page(FakeCompose(), attention)
    look = next(block for block in page.blocks.values() if getattr(block, "elem_id", None) == "look")
    (event,) = (fn for fn in page.fns.values() if (look._id, "click") in fn.targets)
    shown = event.fn(seen_in(song_of()))
    assert "coloured where the network saw happy" in shown
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(re.search(r"base64,([^\"]+)", shown)[1]))).convert("RGB")).astype(
        int
    )
    redness = picture[..., 0] - picture[..., 2]
    assert redness[:24].min() > 50
    assert (redness[24:] == 0).all()


def test_a_song_without_a_face_has_nothing_to_look_at():
    song = song_of(face=None, faces=(), picture=None)
    assert seen_in(song) is None
    shown = press(build_page(FakeCompose(song), attention), "Compose", None, "happy", 30, None, 1, False)
    assert shown["look"].visible is False
