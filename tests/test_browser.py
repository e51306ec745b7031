"""The page as a visitor meets it: the real server, the real network and sound, in Chromium with a camera that sees a photograph.

Screenshots of each stop are kept in tests/artefacts.
"""

import io
import re
import threading
import zipfile
from pathlib import Path

import clips
import mido
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import SLOW_MS, BrowserMissingError, launch
from pages import Program
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from serving import free_port

from face2music.page import server

ROOT = Path(__file__).resolve().parent.parent
ARTEFACTS = ROOT / "tests" / "artefacts"
DESKTOP, TABLET, PHONE = {"width": 1440, "height": 900}, {"width": 768, "height": 1024}, {"width": 360, "height": 720}
ASKED_S, RING_S = 30, 2.0
DOUBLE_CLICK_MS = 600  # two clicks further apart than that are two
BARS_REST_MS = 350  # more than the bars wait for the next move
STANDARDS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
FIRST_WORDS = """new MutationObserver((_, observer) => {
  const hint = document.querySelector("#camera .hint");
  if (hint?.textContent) [window.first] = [hint.textContent, observer.disconnect()];
}).observe(document, {childList: true, subtree: true});"""
PICTURES = (".png", ".jpg", ".jpeg", ".tiff", ".webp")


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
def browser(engine, camera) -> Browser:
    ARTEFACTS.mkdir(exist_ok=True)
    try:
        chromium = launch(engine, f"--use-file-for-fake-video-capture={camera}")
    except BrowserMissingError as error:
        pytest.fail(str(error), pytrace=False)
    yield chromium
    chromium.close()


# Drawing what plays takes a core, so that who does not listen pauses a song as it begins.
PAUSES = (
    "document.addEventListener('playing', event => { if (event.target.matches('#player audio')) event.target.pause(); }, true);"
)


@pytest.fixture
def visit(browser, address):
    """A function that opens the page; no visit may log an error or ask anything of another host."""
    complaints, contexts = [], []

    def open_page(
        viewport=DESKTOP, colour_scheme="light", camera=True, locale="en-US", path="", before="", listens=False
    ) -> Page:
        context = browser.new_context(viewport=viewport, color_scheme=colour_scheme, locale=locale, reduced_motion="reduce")
        contexts.append(context)
        context.set_default_timeout(SLOW_MS)
        permissions = ["clipboard-read", "clipboard-write", *(["camera"] if camera else [])]
        context.grant_permissions(permissions, origin=address)
        page = context.new_page()
        for script in (before, "" if listens else PAUSES):
            page.add_init_script(script)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: None if is_ours(request.url) else complaints.append(request.url))
        page.goto(address + path)
        expect(page.locator("#camera .tools button").first).to_be_visible()
        return page

    def is_ours(url: str) -> bool:
        return url.startswith((address, f"blob:{address}", "data:"))

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def upload(page: Page, path: Path) -> None:
    page.locator("#camera input[type=file]").set_input_files(path)
    expect(page.locator("#camera img")).to_be_visible()


def songs(page: Page) -> int:
    return page.locator("#history tbody tr").count()


def composed(page: Page, act) -> None:
    """Do something that makes another song of this visit, and wait until it is there."""
    before = songs(page)
    act()
    outcome = page.wait_for_function(
        """before => document.querySelectorAll("#history .scroll tbody tr").length > before ? "song"
                     : document.querySelector(".toast-body")?.innerText""",
        arg=before,
        timeout=SLOW_MS,
    )
    assert outcome.json_value() == "song"


def start_from(page: Page, emotion: str) -> None:
    starters = page.get_by_role("button", name="No camera?")
    if not page.locator("#starters").is_visible():
        starters.click()
    composed(page, page.locator("#starters").get_by_role("button", name=emotion).click)


def press_compose(page: Page) -> None:
    composed(page, page.locator("#compose").click)


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def download(page: Page, kind: str) -> tuple[str, bytes]:
    with page.expect_download() as event:
        page.locator("#keep").get_by_role("button", name=kind, exact=True).click()
    return event.value.suggested_filename, Path(event.value.path()).read_bytes()


def photograph(page: Page, name: str) -> None:
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)


def no_sideways_scroll(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=STANDARDS).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def test_one_press_makes_a_song_of_the_camera_and_no_picture_touches_the_disk(visit, disk):
    page = visit(listens=True)
    photograph(page, "desktop-1-start")
    page.locator("#compose").click()
    expect(page.locator("#camera video")).to_be_visible()
    page.wait_for_function("document.querySelector('#headline h2')", timeout=SLOW_MS)
    page.wait_for_function("!document.querySelector('#player audio').paused")
    photograph(page, "desktop-2-song")
    expect(page.get_by_role("img", name="Your picture: One face found; number 1 is used.")).to_be_visible()
    assert page.locator(".crop img").evaluate("image => [image.naturalWidth, image.naturalHeight]") == [48, 48]
    shares = page.locator("#shares output").all_inner_texts()
    assert len(shares) == 7
    assert all(re.fullmatch(r"[<>]?\d+ %", share) for share in shares)
    page.get_by_role("button", name="Where did the network look?").click()
    expect(page.get_by_role("img", name="coloured where the network saw")).to_be_visible()
    pictures = {path.name for path in disk.rglob("*") if path.suffix.lower() in PICTURES}
    assert pictures <= {"astronaut.jpg"}


def test_upload_another_take_and_the_same_picture_pasted(visit, portrait):
    page = visit(TABLET)
    upload(page, portrait)
    press_compose(page)
    composed(page, page.get_by_role("button", name="Another take").click)
    assert no_sideways_scroll(page)
    photograph(page, "tablet-song")
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("#camera img")).to_be_hidden()
    page.evaluate(
        """async bytes => navigator.clipboard.write([
             new ClipboardItem({"image/png": new Blob([new Uint8Array(bytes)], {type: "image/png"})})])""",
        list(portrait.read_bytes()),
    )
    page.get_by_role("button", name="Paste").click()
    expect(page.locator("#camera img")).to_be_visible()


def test_a_picture_dropped_beside_its_place_and_the_example(visit, portrait):
    page = visit()
    page.evaluate(
        """bytes => { const transfer = new DataTransfer();
             transfer.items.add(new File([new Uint8Array(bytes)], "face.png", {type: "image/png"}));
             document.querySelector("header").dispatchEvent(
               new DragEvent("drop", {dataTransfer: transfer, bubbles: true, cancelable: true})); }""",
        list(portrait.read_bytes()),
    )
    expect(page.locator("#camera img")).to_be_visible()
    start_from(page, "The astronaut")
    expect(page.locator(".crop img")).to_be_visible()


def test_two_faces_one_by_one_and_blended(visit, tmp_path, astronaut):
    path = tmp_path / "two.png"
    Image.fromarray(np.hstack([astronaut, astronaut[:, ::-1]])).save(path)
    page = visit()
    upload(page, path)
    press_compose(page)
    expect(page.locator(".portrait g")).to_have_count(2)
    page.get_by_role("button", name="Face 2").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 faces found; number 2 is used")).to_be_visible()
    expect(page.get_by_role("button", name="Face 2")).to_be_focused()
    page.get_by_role("button", name="Blend all").click()
    expect(page.locator("#headline h2")).to_contain_text("All faces together")
    page.locator(".portrait g[data-face='1'] rect").click()
    expect(page.get_by_text("2 faces found; number 1 is used")).to_be_visible()
    photograph(page, "desktop-3-two-faces")


def test_bars_point_and_wishes_correct_the_song_by_keyboard(visit):
    page = visit(colour_scheme="dark")
    start_from(page, "Sad")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()") == "#2f6492"
    composed(page, lambda: page.locator("#share-happy").press("End"))
    expect(page.locator("#headline h2")).to_have_text("Happy")
    expect(page.locator("#share-sad")).to_have_value("0")
    composed(page, lambda: page.locator("#plane").get_by_role("slider").first.press("Shift+ArrowLeft"))
    values = [int(value) for value in page.locator("#shares input").evaluate_all("all => all.map(one => one.value)")]
    assert 97 <= sum(values) <= 103
    page.get_by_role("button", name="Wishes").click()
    page.get_by_label("Tempo").fill("70")
    composed(page, lambda: page.get_by_label("Tempo").press("Enter"))
    expect(page.locator("#headline")).to_contain_text("70 beats a minute")
    photograph(page, "desktop-4-dark-wishes")
    page.get_by_label("Tempo").fill("fast")
    page.get_by_label("Tempo").press("Enter")
    expect(page.locator(".toast-body")).to_contain_text("give a number from 30 to 240 beats a minute")


def test_what_is_asked_for_while_a_song_is_made_comes_next_and_once(visit):
    page = visit()
    page.get_by_role("button", name="No camera?").click()
    starters, headline = page.locator("#starters"), page.locator("#headline h2")
    for emotion in ("Sad", "Angry"):
        starters.get_by_role("button", name=emotion).click()
    expect(page.locator("#history .scroll tbody tr")).to_have_count(2)
    expect(headline).to_have_text("Angry")
    page.locator("#share-happy").press("End")
    page.wait_for_timeout(BARS_REST_MS)
    page.locator("#share-fear").press("End")
    expect(page.locator("#history .scroll tbody tr")).to_have_count(4)
    expect(headline).to_have_text("Fear")
    composed(page, starters.get_by_role("button", name="Happy").dblclick)
    again, rows = page.locator("#again"), page.locator("#history .scroll tbody tr")
    composed(page, again.dblclick)
    assert songs(page) == 6
    for _ in range(2):
        again.click()
        page.wait_for_timeout(DOUBLE_CLICK_MS)
    expect(rows).to_have_count(8)
    open_tab(page, "Journey")
    composed(page, page.locator("#compose-journey").dblclick)
    assert songs(page) == 9
    for journey in ("Storm and clearing", "Calm me down"):
        page.get_by_role("button", name=journey).click()
        page.locator("#compose-journey").click()
    expect(rows).to_have_count(11)
    expect(headline).to_have_text("Angry → Neutral → Serene")
    expect(page.locator("#headline .busy")).to_be_hidden()
    open_tab(page, "Photo")
    start_from(page, "Happy")
    page.get_by_role("button", name="Wishes").click()
    composed(page, lambda: page.get_by_role("slider", name="Length in seconds").press("ArrowLeft"))
    assert songs(page) == 13
    seed = page.locator("#wish-seed").get_by_role("textbox")
    seed.select_text()
    page.keyboard.insert_text("4711")  # as it is pasted
    expect(page.get_by_label("Keep this seed")).to_be_checked()
    composed(page, lambda: seed.press("Enter"))
    expect(page.locator("#history .scroll tbody tr").first).to_contain_text("4711")


def test_score_reasons_and_the_judge(visit):
    page = visit()
    start_from(page, "Happy")
    open_tab(page, "Score")
    expect(page.get_by_role("img", name="Staff notation, page 1").locator("svg").first).to_be_visible()
    photograph(page, "desktop-5-score")
    open_tab(page, "Why")
    expect(page.locator(".reasons .range").first).to_be_visible()
    page.get_by_role("button", name="Measure the sound").click()
    expect(page.get_by_text("Listening to the song")).to_be_visible()
    expect(page.get_by_text("Heard in the sound: valence")).to_be_visible()
    photograph(page, "desktop-6-why")


def test_files_link_and_history(visit, address):
    page = visit()
    start_from(page, "Happy")
    open_tab(page, "Save")
    name, midi = download(page, "MIDI")
    assert re.fullmatch(r"face2music-happy-\d+\.mid", name)
    assert ASKED_S - 2 <= mido.MidiFile(file=io.BytesIO(midi)).length <= ASKED_S + 2 * RING_S
    assert download(page, "MusicXML")[1].startswith(b"<?xml")
    assert len(zipfile.ZipFile(io.BytesIO(download(page, "Stems (FLAC)")[1])).namelist()) > 1
    files = []
    page.on("download", lambda file: files.append(file))
    for kind in ("MP3", "OGG", "MIDI"):
        page.locator("#keep").get_by_role("button", name=kind, exact=True).click()
    while len(files) < 3:
        page.wait_for_timeout(100)
    assert {file.suggested_filename.rpartition(".")[2] for file in files} == {"mp3", "ogg", "mid"}
    link = page.get_by_label("Share").input_value()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("The link is copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link
    photograph(page, "desktop-7-save")

    start_from(page, "Sad")
    open_tab(page, "Songs")
    for box in page.locator("#history input[type=checkbox]").all():
        box.check()
    expect(page.locator("#history .compare tr.differs").first).to_be_visible()
    photograph(page, "desktop-8-songs")
    play = page.get_by_role("button", name="Play 1", exact=True)
    play.press("Enter")
    expect(page.locator("#headline h2")).to_have_text("Happy")
    expect(play).to_be_focused()

    guest = visit(path=link.removeprefix(address))
    expect(guest.locator("#headline h2")).to_have_text("Happy")
    open_tab(guest, "Save")
    assert download(guest, "MIDI") == (name, midi)

    page.reload()
    page.get_by_role("button", name="Play 2", exact=True).click()
    expect(page.locator("#headline h2")).to_have_text("Sad")
    assert songs(page) == 2


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
    start_from(page, "Happy")
    page.locator("#camera input[type=file]").set_input_files(path)
    page.locator("#camera button[data-tool=remove]").wait_for()
    expect(page.locator("#camera img")).to_be_visible(visible=contents == "picture")
    page.locator("#compose").click()
    expect(page.locator(".toast-body")).to_contain_text(sentence)
    expect(page.locator("#camera .trouble")).to_contain_text(sentence)
    expect(page.locator("#headline h2")).to_have_text("Happy")
    photograph(page, f"desktop-9-refused-{contents}")


def test_what_is_asked_for_while_a_picture_is_read_comes_though_that_is_refused(visit, tmp_path, portrait, without_face):
    path = tmp_path / "refused.png"
    Image.fromarray(without_face).save(path)
    page, held = visit(), []
    upload(page, path)
    page.route("**/gradio_api/queue/join*", lambda route: held.append(route), times=1)  # until the other one is asked for
    page.locator("#compose").click()
    expect(page.locator("#headline .busy")).to_be_visible()
    first = page.locator("#camera img").get_attribute("src")
    page.locator("#camera input[type=file]").set_input_files(portrait)
    expect(page.locator("#camera img")).not_to_have_attribute("src", first)
    page.locator("#compose").click()
    held[0].continue_()
    expect(page.locator(".toast-body")).to_contain_text("No face was found")
    expect(page.locator("#headline h2")).to_contain_text("Happy")
    expect(page.locator("#camera .trouble")).to_be_empty()
    page.wait_for_timeout(DOUBLE_CLICK_MS)
    expect(page.locator("#headline .busy")).to_be_hidden()
    assert songs(page) == 1


def test_a_picture_is_composed_again_after_what_else_is_being_made(visit, portrait):
    page, held = visit(), []
    upload(page, portrait)
    press_compose(page)
    page.get_by_role("button", name="No camera?").click()
    page.route("**/gradio_api/queue/join*", lambda route: held.append(route), times=1)
    page.locator("#starters").get_by_role("button", name="Sad").click()
    expect(page.locator("#headline .busy")).to_be_visible()
    composed(page, page.locator("#compose").click)
    composed(page, held[0].continue_)
    assert songs(page) == 3


TROUBLES = {
    "NotAllowedError": "The camera is not allowed here",
    "NotFoundError": "No camera was found",
    "AbortError": "cannot be used now",
}


def test_a_picture_of_a_kind_that_nobody_here_can_read_is_refused_at_once(visit, tmp_path, portrait):
    page, path = visit(camera=False), tmp_path / "phone.heic"
    path.write_bytes(b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic" + b"\x00\n" * 500)
    page.locator("#camera input[type=file]").set_input_files(path)
    expect(page.locator("#camera .trouble")).to_contain_text("Your browser cannot read HEIC")
    expect(page.locator("#camera .told")).to_be_empty()
    upload(page, portrait)
    expect(page.locator("#camera .trouble")).to_be_empty()


def test_a_camera_that_cannot_be_had_says_what_to_do(visit):
    page = visit(before="navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', window.trouble); };")
    for error, sentence in TROUBLES.items():
        page.evaluate("name => { window.trouble = name; }", error)
        page.locator("#compose").click()
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text(sentence)
        expect(alert).to_contain_text("upload a picture")
    open_tab(page, "Journey")
    page.get_by_role("button", name="Begin with my face").click()
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("press “Begin with my face” again, or add photos")


def test_a_camera_that_gives_no_picture_is_not_waited_for_for_ever(visit, portrait):
    """For a photo and, at the same time, for live music; a picture given meanwhile stays. The ten seconds are shortened."""
    blind = """
      window.given = [];
      const later = window.setTimeout;
      window.setTimeout = (act, ms, ...more) => later(act, ms === 10_000 ? 2_000 : ms, ...more);
      navigator.mediaDevices.getUserMedia = async () => {
        given.push(new MediaStreamTrackGenerator({kind: "video"}));
        return new MediaStream([given.at(-1)]);
      };"""
    page = visit(locale="fr-FR", before=blind)
    page.locator("#compose").click()
    page.locator("#tab-live").click()
    page.locator("#stage [data-tool=start]").click()
    page.wait_for_function("given.length === 2")
    expect(page.locator("#stage .trouble")).to_contain_text("La caméra ne donne pas d'image")
    expect(page.locator("#stage [data-tool=start]")).to_be_visible()
    expect(page.locator("#camera .trouble")).to_contain_text("La caméra ne donne pas d'image")
    page.wait_for_function("given.every(track => track.readyState === 'ended')")
    page.locator("#tab-photo").click()
    page.locator("#camera [data-tool=camera]").click()
    page.wait_for_function("given.length === 3")
    upload(page, portrait)
    page.wait_for_function("given[2].readyState === 'ended'")
    expect(page.locator("#camera img")).to_be_visible()
    expect(page.locator("#camera .trouble")).to_be_empty()


def test_the_page_speaks_the_browsers_language(visit):
    # The first words that are painted are German already.
    page = visit(locale="de-DE", before=FIRST_WORDS)
    assert page.evaluate("first").startswith("Drücke auf")
    expect(page.get_by_role("button", name="Komponieren")).to_be_visible()
    expect(page.get_by_role("button", name="Hochladen")).to_be_visible()
    expect(page.get_by_role("contentinfo", name="Fußzeile")).to_be_visible()
    fields = [
        page.get_by_role("button", name="Wünsche"),
        *(page.get_by_label(name) for name in ("Stil", "Tempo", "Tonart", "Modus")),
    ]
    fields[0].click()
    expect(page.get_by_role("slider", name="Länge in Sekunden", exact=True)).to_be_visible()
    fields[1].focus()
    expect(page.get_by_role("listbox")).to_be_visible()
    for field in fields[2:]:
        page.keyboard.press("Tab")
        expect(field).to_be_focused()
    fields[0].click()
    page.get_by_role("button", name="Keine Kamera?").click()
    composed(page, page.locator("#starters").get_by_role("button", name="Freude").click)
    expect(page.locator("#headline h2")).to_have_text("Freude")
    expect(page.get_by_role("tab", name="Noten")).to_be_visible()
    expect(page.locator(".sr-only[role=status]")).to_have_text("Fertig")
    photograph(page, "desktop-german")


def test_the_keyboard_is_not_lost_where_a_button_or_a_view_goes_away(visit, portrait, tmp_path, without_face):
    page = visit()
    upload(page, portrait)
    page.locator("#camera [data-tool=remove]").press("Enter")
    expect(page.locator("#camera [data-tool=camera]")).to_be_focused()
    open_tab(page, "Video")
    page.locator("#clip input[type=file]").set_input_files(
        clips.write(tmp_path / "grey.webm", lambda _: without_face[:360, :480], 1)
    )
    page.locator("#clip [data-tool=remove]").press("Enter")
    expect(page.locator("#clip [data-tool=choose]")).to_be_focused()
    open_tab(page, "Journey")
    page.get_by_text("Change the steps").press("Enter")
    page.locator("#route .tools [data-tool=remove]").press("Enter")
    expect(page.locator("#route .stop")).to_have_count(2)
    expect(page.locator("#route .stop").first).to_be_focused()
    settings = page.get_by_role("button", name="Settings")
    settings.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(settings).to_be_focused()


@pytest.mark.parametrize("locale", ["fr-FR", "es-ES"])
def test_on_a_phone_the_tabs_stand_in_one_row_in_languages_with_long_words(visit, locale):
    page = visit(PHONE, locale=locale)
    page.locator("#more > button").click()
    composed(page, page.locator("#starters button").nth(4).click)
    tops = page.locator("#tabs [role=tab]").evaluate_all("tabs => tabs.map(tab => tab.offsetTop)")
    assert len(tops) == 5
    assert len(set(tops)) == 1
    assert no_sideways_scroll(page)


# Of the words on the journey's plane: those that another word or a step of the journey covers, and those that are cut off.
COVERED = """() => {
  const box = node => [node.textContent, node.getBoundingClientRect()];
  const boxes = selector => [...document.querySelectorAll(`#route :is(${selector})`)].map(box);
  const meet = ([, a], [, b]) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const [[, pad]] = boxes(".pad"), words = boxes(".ends span, .points span"), stops = boxes(".stop");
  const cut = ([, word]) => word.left < pad.left || word.right > pad.right || word.top < pad.top || word.bottom > pad.bottom;
  const under = (word, place) => [...words.slice(place + 1), ...stops].some(other => meet(word, other));
  return words.filter((word, place) => cut(word) || under(word, place)).map(([text]) => text);
}"""


@pytest.mark.parametrize("locale", ["en-US", "de-DE", "fr-FR", "es-ES", "zh-CN", "ja-JP"])
def test_no_word_on_the_plane_of_a_known_journey_is_covered(visit, locale):
    page = visit(locale=locale)
    page.locator("#tab-journey").click()
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        for journey in page.locator("#route [data-preset]").all():
            journey.click()
            assert page.evaluate(COVERED) == []


def test_a_journey_is_drawn_by_mouse_and_keyboard_and_begins_with_the_face(visit, portrait):
    page = visit(listens=True)
    page.get_by_role("tab", name="Photo").press("ArrowRight")
    expect(page.get_by_role("tab", name="Journey")).to_be_focused()
    stops, pad = page.locator("#route .stop"), page.locator("#route .pad")
    expect(stops).to_have_count(3)
    photograph(page, "desktop-journey-1-start")
    pad.click(position={"x": 300, "y": 260})
    expect(stops).to_have_count(4)
    box = stops.nth(3).bounding_box()
    page.mouse.move(box["x"] + 14, box["y"] + 14)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] - 40, steps=4)
    page.mouse.up()
    moved = float(stops.nth(3).get_attribute("aria-valuenow"))
    stops.nth(3).press("Shift+ArrowLeft")
    assert float(stops.nth(3).get_attribute("aria-valuenow")) == pytest.approx(moved - 0.2, abs=0.011)
    stops.nth(3).press("Delete")
    expect(stops).to_have_count(3)
    pad.click(position={"x": 200, "y": 322})
    expect(stops.nth(3)).to_have_attribute("aria-valuetext", re.compile(r"Valence \+0.1.*Arousal −0.6"))  # on the outline
    stops.nth(3).press("Delete")

    page.get_by_text("Change the steps").click()
    page.locator("#route .steps").get_by_label("Step 2", exact=True).select_option("Fear")
    page.locator("#route input[type=file]").set_input_files([portrait, portrait])
    expect(stops).to_have_count(5)
    page.locator("#route .tools").get_by_role("button", name="Remove step 5").click()
    page.get_by_role("button", name="Begin with my face").click()
    expect(stops.first).to_have_class(re.compile("pictured"))
    page.locator("#route .unit").select_option("seconds in all")
    page.get_by_label("Seconds, 5 to 600").fill("20")
    page.get_by_label("Seconds, 5 to 600").press("Tab")
    assert violations(page) == []
    composed(page, page.get_by_role("button", name="Compose the journey").click)
    expect(page.locator("#headline h2")).to_contain_text("Sad → Fear → Happy")
    page.wait_for_function("!document.querySelector('#player audio').paused")
    assert page.locator("#player audio").evaluate("audio => audio.duration") == pytest.approx(21, abs=2.5)
    photograph(page, "desktop-journey-2-song")
    composed(page, page.get_by_role("button", name="Another take").click)
    expect(page.locator("#headline h2")).to_contain_text("→")
    page.get_by_role("button", name="Lift me up").click()
    expect(stops).to_have_count(3)
    page.get_by_role("button", name="Make a journey of it").click()
    expect(stops).to_have_count(5)


def test_a_clip_gets_its_music_and_is_never_kept(visit, disk, tmp_path, astronaut, without_face):
    head = clips.face(astronaut, 260)
    clip = clips.write(tmp_path / "me.webm", lambda time_s: clips.scene((head, 100 + int(4 * time_s), 60)), 6)
    page = visit()
    page.get_by_role("tab", name="Video").click()
    note = tmp_path / "note.txt"
    note.write_text("This is no clip.")
    page.locator("#clip input[type=file]").set_input_files(note)
    expect(page.locator("#clip .trouble")).to_contain_text("That was no video")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Compose the soundtrack").click()
    composed(page, lambda: chooser.value.set_files(clip))
    expect(page.locator("#headline")).to_contain_text("6 seconds")
    assert not list(disk.rglob("*.webm"))
    page.wait_for_function("document.querySelector('#player audio').duration > 0")
    assert page.locator("#player audio").evaluate("audio => audio.duration") == pytest.approx(6, abs=0.01)
    open_tab(page, "Save")
    assert violations(page) == []
    photograph(page, "desktop-video")
    assert download(page, "Curve (CSV)")[1].startswith(b"start_s,state,emotion")
    assert download(page, "Curve (picture)")[1].startswith(b"\x89PNG")
    name, joined = download(page, "Clip with its music")
    assert name.endswith("-film.webm")
    assert len(joined) > clip.stat().st_size
    assert [path.name for path in disk.rglob("*.webm")] == [name]

    empty = clips.write(tmp_path / "empty.webm", lambda _: without_face[:360, :480], 2)
    page.locator("#clip input[type=file]").set_input_files(empty)
    page.get_by_role("button", name="Compose the soundtrack").click()
    expect(page.locator(".toast-body")).to_contain_text("No face was found")
    assert [path.name for path in disk.rglob("*.webm")] == [name]


def test_another_clip_takes_the_place_of_one_that_is_being_sent(visit, tmp_path, astronaut):
    head, sent = clips.face(astronaut, 260), []
    paths = [clips.write(tmp_path / f"{s}.webm", lambda _: clips.scene((head, 100, 60)), s) for s in (6, 8)]
    page = visit()
    page.get_by_role("tab", name="Video").click()
    page.route("**/gradio_api/upload", lambda route: sent.append(route))  # it is on its way without an end
    chosen, progress = page.locator("#clip input[type=file]"), page.locator("#clip progress")
    chosen.set_input_files(paths[0])
    page.locator("#compose-video").click()
    expect(progress).to_be_visible()
    chosen.set_input_files(paths[1])
    expect(progress).to_be_hidden()
    page.unroute("**/gradio_api/upload")
    composed(page, page.locator("#compose-video").click)
    expect(page.locator("#headline")).to_contain_text("8 seconds")
    assert (len(sent), songs(page)) == (1, 1)


def test_a_busy_server_tells_the_place_in_the_queue_and_when_to_come_again(browser, monkeypatch, tmp_path):
    monkeypatch.setattr(server, "CONCURRENT", 1)
    monkeypatch.setattr(server, "WAITING", 1)
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setenv("GRADIO_SERVER_PORT", str(free_port()))
    free = threading.Event()

    class Busy(Program):
        def compose(self, picture=None, **wanted):
            free.wait(SLOW_MS / 1000)
            return super().compose(picture, **wanted)

    page = Busy().page()
    url = server.start(page)
    try:
        guests = [browser.new_page(locale="de-DE", reduced_motion="reduce") for _ in range(3)]
        for guest in guests:
            guest.set_default_timeout(SLOW_MS)
        for guest, said in zip(guests, ("Wird komponiert", "Andere sind zuerst dran: Platz 1 von 1", None), strict=True):
            guest.goto(url)
            guest.get_by_role("button", name="Keine Kamera?").click()
            guest.locator("#starters").get_by_role("button", name="Freude").click()
            if said:
                expect(guest.locator("#headline .busy")).to_have_text(re.compile(said))
                on_button = "getComputedStyle(document.querySelector('#compose'), '::after').content"
                guest.wait_for_function(f"said => {on_button}.includes(said)", arg=said)
                expect(guest.locator("#headline .html-container")).to_have_css("opacity", "1")
        expect(guests[2].locator(".toast-body")).to_contain_text("versuche es in etwa")
        photograph(guests[1], "desktop-waiting")
        free.set()
        for guest in guests[:2]:
            expect(guest.locator("#headline h2")).to_be_visible()
            expect(guest.locator("#headline .busy")).to_be_hidden()
        for guest in guests:
            guest.context.close()
    finally:
        free.set()
        page.close()


def test_on_a_phone_it_is_one_column_and_nothing_is_out_of_reach(visit):
    page = visit(PHONE, "dark")
    ways = {"Video": ("#clip .view", "#compose-video"), "Journey": ("#route .pad", "#compose-journey")}
    for way, parts in {**ways, "Photo": ("#camera .view", "#compose")}.items():
        open_tab(page, way)
        for part in parts:
            box = page.locator(part).bounding_box()
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= PHONE["height"], part
        assert no_sideways_scroll(page), way
        page.screenshot(path=ARTEFACTS / f"phone-1-{way.lower()}.png")
    press_compose(page)
    expect(page.locator("#headline h2")).to_be_in_viewport()
    for tab in ("Emotion", "Score", "Why", "Save", "Songs"):
        open_tab(page, tab)
        assert no_sideways_scroll(page), tab
        expect(page.get_by_role("tab", name=tab)).to_be_in_viewport(ratio=1)
        photograph(page, f"phone-2-{tab.lower()}")
    assert page.locator("#history .scroll").evaluate("list => list.scrollWidth <= list.clientWidth")


@pytest.mark.parametrize("colour_scheme", ["light", "dark"])
def test_axe_finds_no_barrier(visit, colour_scheme):
    page = visit(colour_scheme=colour_scheme)
    for way in ("Journey", "Video", "Photo"):
        open_tab(page, way)
        assert violations(page) == [], way
    start_from(page, "Happy")
    page.get_by_role("button", name="Wishes").click()
    for tab in ("Emotion", "Score", "Why", "Save", "Songs"):
        open_tab(page, tab)
        if tab == "Score":
            expect(page.locator("#sheet svg").first).to_be_visible()
            assert page.locator("#sheet figure").first.evaluate(
                """sheet => [...sheet.querySelectorAll("use, text, polygon, ellipse")].every(
                     mark => getComputedStyle(mark).fill === getComputedStyle(sheet).color)"""
            )
        assert violations(page) == [], tab
