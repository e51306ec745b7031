"""The page as a visitor meets it: the real server, the real network and sound, in Chromium with a camera that sees a photograph.

Screenshots of each stop are kept in tests/artefacts.
"""

import io
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
import wave
from pathlib import Path

import mido
import pytest
from browser import BrowserMissingError, launch
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
ARTEFACTS = ROOT / "tests" / "artefacts"
DESKTOP, TABLET, PHONE = {"width": 1440, "height": 900}, {"width": 768, "height": 1024}, {"width": 360, "height": 720}
START_LIMIT_S, SONG_LIMIT_MS = 120, 60_000
ASKED_S, RING_S, TRIM_S = 30, 2.0, 0.1


@pytest.fixture(scope="session")
def address(tmp_path_factory) -> str:
    """The address of app.py, served by a process of its own; when it ends it must have left no file behind."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    temporary = folder / "tmp"
    temporary.mkdir()
    env = {**os.environ, "GRADIO_SERVER_PORT": str(port), "TMPDIR": str(temporary)}
    env.pop("GRADIO_TEMP_DIR", None)
    url = f"http://127.0.0.1:{port}"
    with (folder / "log").open("w+") as log:
        server = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=env, stdout=log, stderr=log)
        try:
            wait_until_served(url, server, folder / "log")
            yield url
        finally:
            server.terminate()
            server.wait(30)
    assert "Traceback" not in (folder / "log").read_text()
    assert [path for path in temporary.rglob("*") if path.is_file()] == []


def wait_until_served(url: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 (our own server)
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"app.py does not serve its page:\n{log.read_text()}")


@pytest.fixture(scope="session")
def camera(tmp_path_factory, astronaut) -> Path:
    """What the camera sees: the photograph in the middle of a 640x480 picture, as a motion JPEG."""
    frame = Image.new("RGB", (640, 480), "slategrey")
    frame.paste(Image.fromarray(astronaut).resize((480, 480)), (80, 0))
    jpeg = io.BytesIO()
    frame.save(jpeg, "JPEG", quality=92)
    path = tmp_path_factory.mktemp("camera") / "astronaut.mjpeg"
    path.write_bytes(jpeg.getvalue() * 10)
    return path


@pytest.fixture(scope="session")
def browser(camera) -> Browser:
    ARTEFACTS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        try:
            chromium = launch(playwright, f"--use-file-for-fake-video-capture={camera}")
        except BrowserMissingError as error:
            pytest.fail(str(error), pytrace=False)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, address):
    """A function that opens the page; no visit may log an error or ask anything of another host."""
    complaints, contexts = [], []

    def open_page(viewport=DESKTOP, colour_scheme="light") -> Page:
        context = browser.new_context(viewport=viewport, color_scheme=colour_scheme)
        contexts.append(context)
        context.grant_permissions(["camera", "clipboard-read", "clipboard-write"], origin=address)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: None if is_ours(request.url) else complaints.append(request.url))
        page.goto(address)
        expect(page.locator("#compose")).to_be_visible(timeout=SONG_LIMIT_MS)
        return page

    def is_ours(url: str) -> bool:
        return url.startswith((address, f"blob:{address}", "data:"))

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def take_snapshot(page: Page) -> None:
    page.get_by_text("Click to Access Webcam").click()
    page.get_by_label("capture photo").click()
    expect(page.locator("#picture img[src*='/file=']")).to_be_visible()


def upload(page: Page, path: Path) -> None:
    page.get_by_label("Upload file").click()
    page.locator("#picture input[type=file]").set_input_files(path)
    expect(page.locator("#picture img[src*='/file=']")).to_be_visible()


def choose_emotion(page: Page, name: str) -> None:
    page.locator("#emotion").get_by_text(name, exact=True).click()


def compose(page: Page, button: str = "Compose") -> str:
    """Press the button; the address of the new song's audio, once it plays."""
    player = page.locator("#player audio")
    before = player.get_attribute("src") if player.count() else None
    page.get_by_role("button", name=button, exact=True).click()
    outcome = page.wait_for_function(
        """before => { const audio = document.querySelector("#player audio"), message = document.querySelector(".toast-body");
                       if (audio && audio.src && audio.src !== before && !audio.paused && audio.currentTime > 0.2) return "plays";
                       return message && message.innerText; }""",
        arg=before,
        timeout=SONG_LIMIT_MS,
    )
    assert outcome.json_value() == "plays"
    return player.get_attribute("src")


def photograph(page: Page, name: str) -> None:
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)


def download(page: Page, kind: str) -> tuple[str, bytes]:
    with page.expect_download() as event:
        page.get_by_role("link", name=f"↓ {kind}").or_(page.get_by_role("button", name=f"↓ {kind}")).first.click()
    return event.value.suggested_filename, Path(event.value.path()).read_bytes()


def no_sideways_scroll(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_from_a_snapshot_to_a_playing_song_with_downloads(visit):
    page = visit()
    photograph(page, "desktop-1-start")
    take_snapshot(page)
    compose(page)
    photograph(page, "desktop-2-song")

    duration_s = page.locator("#player audio").evaluate("audio => audio.duration")
    assert ASKED_S - TRIM_S <= duration_s <= ASKED_S + RING_S
    expect(page.get_by_role("img", name="Your picture: one face found, number 1 is used.")).to_be_visible()
    expect(page.locator(".portrait .used rect")).to_have_count(1)
    assert page.locator(".crop img").evaluate("image => [image.naturalWidth, image.naturalHeight]") == [48, 48]
    shares = page.locator(".bars li span:last-child").all_inner_texts()
    assert len(shares) == 7
    assert all(re.fullmatch(r"[<>]?\d+ %", share) for share in shares)
    for fact in ("Tempo", "Key", "Progression", "Instruments", "Form", "Seed"):
        expect(page.locator(".facts dt", has_text=fact)).to_be_visible()

    name, midi = download(page, "MIDI")
    assert re.fullmatch(r"face2music-[a-z]+-\d+\.mid", name)
    assert ASKED_S - 2 <= mido.MidiFile(file=io.BytesIO(midi)).length <= ASKED_S + RING_S
    _, wav = download(page, "WAV")
    with wave.open(io.BytesIO(wav)) as sound:
        assert (sound.getnchannels(), sound.getframerate()) == (2, 44_100)
        assert sound.getnframes() / 44_100 == pytest.approx(duration_s, abs=0.01)
    _, song = download(page, "JSON")
    assert json.loads(song)["face"] == 1


def test_an_uploaded_picture_and_another_take(visit, portrait):
    page = visit(TABLET)
    upload(page, portrait)
    first = compose(page)
    seed = page.locator(".facts dd").last.inner_text()
    assert compose(page, "Another take") != first
    assert page.locator(".facts dd").last.inner_text() != seed
    assert no_sideways_scroll(page)
    photograph(page, "tablet-song")


def test_a_pasted_picture(visit, portrait):
    page = visit()
    page.evaluate(
        """async bytes => navigator.clipboard.write([
             new ClipboardItem({"image/png": new Blob([new Uint8Array(bytes)], {type: "image/png"})})])""",
        list(portrait.read_bytes()),
    )
    page.get_by_label("Paste from clipboard").click()
    expect(page.locator("#picture img[src*='/file=']")).to_be_visible()
    compose(page)
    expect(page.locator(".portrait .used rect")).to_have_count(1)


def test_the_example_picture(visit):
    page = visit()
    page.get_by_role("button", name="Try it with the astronaut").click()
    expect(page.locator("#picture img[src*='/file=']")).to_be_visible()
    compose(page)
    expect(page.locator(".crop img")).to_be_visible()


def test_an_emotion_without_a_picture_and_a_kept_seed(visit):
    page = visit(colour_scheme="dark")
    choose_emotion(page, "Sad")
    page.get_by_role("button", name="Settings").first.click()
    page.get_by_label("Seed", exact=True).fill("77")
    expect(page.get_by_label("Keep this seed")).to_be_checked()
    compose(page)
    name, once = download(page, "MIDI")
    assert name == "face2music-sad-77.mid"
    compose(page)
    assert download(page, "MIDI")[1] == once
    expect(page.locator("#headline h2")).to_have_text("Sad")
    expect(page.locator(".portrait")).to_have_count(0)
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()") == "#2f6492"
    photograph(page, "desktop-3-dark-settings")


def test_a_picture_takes_the_place_of_a_chosen_emotion(visit, portrait):
    page = visit()
    choose_emotion(page, "Angry")
    upload(page, portrait)
    expect(page.get_by_role("radio", name="From my face")).to_be_checked()


@pytest.mark.parametrize(
    ("contents", "sentence"),
    [("picture", "No face was found"), ("text", "The picture is damaged or no picture that can be read")],
)
def test_a_refusal_says_why_and_keeps_the_song(visit, tmp_path, without_face, contents, sentence):
    path = tmp_path / "refused.png"
    if contents == "picture":
        Image.fromarray(without_face).save(path)
    else:
        path.write_text("This is no picture.")
    page = visit()
    choose_emotion(page, "Happy")
    song = compose(page)
    upload(page, path)
    page.locator("#compose").click()
    expect(page.get_by_role("status").filter(has_text=sentence)).to_be_visible(timeout=SONG_LIMIT_MS)
    photograph(page, f"desktop-4-refused-{contents}")
    expect(page.locator("#headline h2")).to_have_text("Happy")
    assert page.locator("#player audio").get_attribute("src") == song
    assert not page.locator("#player audio").evaluate("audio => audio.paused")


@pytest.mark.parametrize("colour_scheme", ["light", "dark"])
def test_on_a_phone_it_is_one_column_with_camera_and_button_in_the_first_screen(visit, colour_scheme):
    page = visit(PHONE, colour_scheme)
    for part in ("#picture", "#compose"):
        box = page.locator(part).bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= PHONE["height"]
    assert no_sideways_scroll(page)
    page.screenshot(path=ARTEFACTS / f"phone-1-start-{colour_scheme}.png")
    take_snapshot(page)
    compose(page)
    expect(page.locator("#headline h2")).to_be_in_viewport()
    expect(page.locator("#player audio")).to_be_in_viewport()
    assert no_sideways_scroll(page)
    photograph(page, f"phone-2-song-{colour_scheme}")
