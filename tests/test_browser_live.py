"""Live music as a visitor meets it: the real page and network, a camera whose face changes, and what was played, to the sample.

The camera sees the shipped photograph, laughing, and then with its mouth painted over, before a background of another colour: so
the page itself can tell when the face changed.
"""

import base64
import io
import json
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
import soundfile
from axe_playwright_python.sync_playwright import Axe
from browser import SLOW_MS, launch
from effort import share_of_a_core
from playwright.sync_api import BrowserContext, Page, expect
from songs import alike

from face2music.evaluation.bench.material import heads

ARTEFACTS = Path(__file__).resolve().parent / "artefacts"
PHONE = {"width": 360, "height": 720}
RATE = 44_100
LAUGHS_FROM = 0.3  # valence, between that of the two faces
CHANGES_S, CAMERA_FPS = 7, 30
CHANGES = 4  # of the face, that are looked at
GREY, GREEN = (112, 128, 144), (40, 150, 60)
LATENCY_S = 1.5  # beside one bar; what is promised
QUIET_SHARE = 0.7  # of a core, that is to be had where it is promised
# On a quiet machine there are no gaps. On a busy one the server may be late, which is no fault of the player's; but it must ask
# in time: with what it keeps ahead, an answer within this time is never late.
QUICK_S, MOST_FAULTS = 0.2, 1
CUT = "ERR_INTERNET_DISCONNECTED"  # what the browser says where a test takes the network away
CLICK = 0.005  # of full scale, from which the edge of a silence is heard
STANDARDS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}

# What Web Audio was told to play and when; the bars that the server named; and the colour that the camera shows.
EARS = """
  window.heard = {pieces: [], bars: [], answers: {}, colours: [], clock: []};
  const start = AudioBufferSourceNode.prototype.start, fetched = window.fetch;
  AudioBufferSourceNode.prototype.start = function (when) {
    const both = new Int16Array(2 * this.buffer.length);
    for (const side of [0, 1]) {
      this.buffer.getChannelData(side).forEach((x, i) => { both[2 * i + side] = Math.round(x * 32768); });
    }
    heard.pieces.push({when, now: this.context.currentTime, bytes: new Uint8Array(both.buffer)});
    heard.clock.push([this.context.currentTime, performance.now() / 1000]);
    window.playing = this.context;
    return start.call(this, when);
  };
  window.fetch = async (...asked) => {
    const began = performance.now(), answer = await fetched(...asked);
    if (String(asked[0].url || asked[0]).includes("component_server")) {
      answer.clone().json().then(said => {
        if (!said?.bars) return;
        heard.bars.push(...said.bars);
        heard.answers[said.start] = (performance.now() - began) / 1000;
      }).catch(() => 0);
    }
    return answer;
  };
  const eye = new OffscreenCanvas(4, 4).getContext("2d", {willReadFrequently: true});
  setInterval(() => {
    const video = document.querySelector("#stage video");
    if (!window.playing || !video?.videoWidth) return;
    eye.drawImage(video, 0, 0, 20, 20, 0, 0, 4, 4);
    const [red, green] = eye.getImageData(1, 1, 1, 1).data;
    heard.colours.push([playing.currentTime, green > red + 50]);
  }, 40);
  // When the face changed, and whether it laughs from then on.
  heard.changes = () => heard.colours.flatMap(([time, green], place) =>
    place && green !== heard.colours[place - 1][1] ? [{time, laughs: !green}] : []);
  window.told = () => {
    const coded = bytes => { let text = ""; for (const byte of bytes) text += String.fromCharCode(byte); return btoa(text); };
    return {...heard, changes: heard.changes(), pieces: heard.pieces.map(piece => ({...piece, bytes: coded(piece.bytes)}))};
  };
"""


# The samples before and behind the longest silence in what comes out.
SILENCES = """
  window.out = [];
  const joined = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...more) {
    if (to !== this.context.destination) return joined.call(this, to, ...more);
    const tap = this.context.createScriptProcessor(4096, 1, 1);
    tap.onaudioprocess = ({inputBuffer, outputBuffer}) => {
      outputBuffer.copyToChannel(inputBuffer.getChannelData(0), 0);
      window.out.push(...inputBuffer.getChannelData(0));
    };
    joined.call(this, tap);
    joined.call(tap, to);
    return to;
  };
  window.edges = () => {
    const heard = out.flatMap((x, i) => x ? [i] : []);
    const longest = heard.reduce((best, _, n) => heard[n + 1] - heard[n] > heard[best + 1] - heard[best] ? n : best, 0);
    const [last, next] = [heard[longest], heard[longest + 1]];
    return {seconds: (next - last) / playing.sampleRate, before: out[last], behind: out[next]};
  };
"""


@pytest.fixture(scope="module")
def camera(tmp_path_factory) -> Path:
    """A motion JPEG of both faces in turn."""
    film = b""
    for face, background in zip(heads(), (GREY, GREEN), strict=True):
        frame = np.full((240, 320, 3), background, np.uint8)
        frame[15:225, 55:265] = cv2.resize(face, (210, 210), interpolation=cv2.INTER_AREA)
        coded = cv2.imencode(".jpg", cv2.cvtColor(frame, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()
        film += coded * (CHANGES_S * CAMERA_FPS)
    path = tmp_path_factory.mktemp("live") / "changing.mjpeg"
    path.write_bytes(film)
    return path


@pytest.fixture(scope="module")
def browser(engine, camera):
    chromium = launch(engine, f"--use-file-for-fake-video-capture={camera}")
    yield chromium
    chromium.close()


@pytest.fixture
def visit(browser, address):
    """Open the page with its way Live, on a phone; it must say nothing on the console and ask no other host."""
    context, complaints = browser.new_context(viewport=PHONE, reduced_motion="reduce", color_scheme="dark"), []
    context.set_default_timeout(SLOW_MS)
    context.grant_permissions(["camera"], origin=address)
    yield lambda: opened(context, address, complaints)
    context.close()
    assert complaints == []


@pytest.fixture
def page(visit) -> Page:
    """A visitor's page."""
    return visit()


def opened(context: BrowserContext, address: str, complaints: list[str]) -> Page:
    """A page of its own, whose complaints are noted."""
    page = context.new_page()
    page.add_init_script(EARS)
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" and CUT not in message.text else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request", lambda request: None if request.url.startswith((address, "data:", "blob:")) else complaints.append(request.url)
    )
    page.goto(address)
    page.locator("#tab-live").click()
    return page


def test_the_music_follows_the_face_without_gaps_and_becomes_a_song(page):
    ARTEFACTS.mkdir(exist_ok=True)
    share_before = share_of_a_core()
    start = page.locator("#stage [data-tool=start]")
    start.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#stage .mood")).to_contain_text("The music follows", timeout=SLOW_MS)
    page.wait_for_function(f"heard.changes().length >= {CHANGES}", timeout=SLOW_MS)
    page.wait_for_timeout(5_500)  # the next bars
    page.screenshot(path=ARTEFACTS / "live-playing.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page, options=STANDARDS).response["violations"]
    assert found == [], json.dumps(found, indent=1)[:2000]
    page.locator("#stage [data-tool=stop]").click()
    expect(page.locator("#stage .mood")).to_contain_text("comes to its close")
    expect(page.locator("#player .sheet")).to_be_visible(timeout=SLOW_MS)
    page.screenshot(path=ARTEFACTS / "live-taken.png", full_page=True)
    told = page.evaluate("told()")
    sound = page.evaluate(FETCH_SOUND)

    pieces = [np.frombuffer(base64.b64decode(piece["bytes"]), np.int16).reshape(-1, 2) for piece in told["pieces"]]
    heard = np.concatenate(pieces)
    take = soundfile.read(io.BytesIO(base64.b64decode(sound)), dtype="int16")[0]
    n = min(len(heard), len(take)) - RATE // 2  # the take's ring is cut where it is not heard any more
    assert alike(heard[:n], take[:n])

    whens = [piece["when"] for piece in told["pieces"]]
    gaps = [after - before - len(piece) / RATE for before, after, piece in zip(whens, whens[1:], pieces, strict=False)]
    assert min(gaps) > -1e-6  # nothing over another
    starts = np.cumsum([0, *(len(piece) for piece in pieces)])
    if min(share_before, share_of_a_core()) < QUIET_SHARE:
        pytest.skip("The machine is too busy to keep time by; that all was heard, and nothing twice, is true all the same.")
    late = [told["answers"][str(start)] for start, gap in zip(starts[1:], gaps, strict=False) if gap > 1e-6]
    assert sum(took < QUICK_S for took in late) <= MOST_FAULTS, late
    assert sum(piece["when"] < piece["now"] for piece in told["pieces"]) <= MOST_FAULTS
    (first_audio, first_wall), (last_audio, last_wall) = told["clock"][0], told["clock"][-1]
    assert abs((last_audio - first_audio) - (last_wall - first_wall)) < 0.25

    behind = latencies(told, whens, pieces)
    print(
        f"changed music after the changed face, less one bar: {', '.join(f'{each:.2f}' for each in behind)} s; {len(late)} gaps"
    )
    assert len(behind) >= CHANGES - 1  # the first one may be before the music has begun
    # On a machine that does other things too the median says more of those (`bench live` measures it); player and server
    # keep up with the face where they get the time, and that must be so twice.
    assert sorted(behind)[1] <= LATENCY_S


def test_who_stops_before_it_begins_or_starts_again_at_once_is_not_kept_waiting(page):
    start, stop, mood = (page.locator(f"#stage {part}") for part in ("[data-tool=start]", "[data-tool=stop]", ".mood"))
    start.click()
    at_once = "stop => { stop.click(); return !document.querySelector('#stage [data-tool=start]').hidden; }"
    assert stop.evaluate(at_once)  # while the camera opens
    page.wait_for_timeout(2_000)  # what comes afterwards begins nothing
    expect(start).to_be_visible()
    assert page.evaluate("document.querySelector('#stage video').hidden")
    for _ in range(2):
        start.click()
        expect(mood).to_contain_text("The music follows", timeout=SLOW_MS)
        page.wait_for_timeout(1_500)
        stop.click()
        stop.click()  # at once
        expect(start).to_be_visible(timeout=SLOW_MS)
    start.click()  # before the song is there
    expect(page.locator("#player .sheet")).to_be_visible(timeout=SLOW_MS)
    expect(mood).to_contain_text("The music follows", timeout=SLOW_MS)
    page.wait_for_timeout(1_500)
    assert page.evaluate("document.querySelector('#player audio').paused")  # and not both at a time
    page.evaluate("document.querySelector('#stage video').srcObject.getVideoTracks()[0].stop()")
    expect(mood).to_contain_text("not to be seen", timeout=SLOW_MS)  # the last picture is nobody's face
    # As the browser tells of a permission that is taken away.
    page.evaluate("document.querySelector('#stage video').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))")
    expect(page.locator("#stage .trouble")).to_contain_text("camera")
    page.locator("#tab-photo").click()


def test_two_hear_music_of_their_own_and_who_closes_the_page_makes_room(visit):
    first, second = visit(), visit()
    for page in (first, second):
        page.locator("#stage [data-tool=start]").click()
    for page in (first, second):
        page.wait_for_function("heard.pieces.length > 12", timeout=SLOW_MS)
    assert not set(sounding(first)) & set(sounding(second))
    second.close()
    heard = first.evaluate("heard.pieces.length")
    first.wait_for_function(f"heard.pieces.length > {heard + 8}", timeout=SLOW_MS)
    for page in (visit(), visit()):  # of three places
        page.locator("#stage [data-tool=start]").click()
        expect(page.locator("#stage .mood")).to_contain_text("The music follows", timeout=SLOW_MS)


def test_a_calibration_takes_ten_seconds_and_many_presses_end_where_they_began(page):
    count, main = page.locator("#stage .count"), "document.querySelector('#stage .main:not([hidden])')"
    page.locator("#stage [data-tool=start]").click()
    page.locator("#stage [data-tool=calibrate]").click(timeout=SLOW_MS)
    expect(count).to_have_text("10")
    page.wait_for_timeout(8_000)
    expect(count).to_be_visible()
    expect(count).to_be_hidden(timeout=SLOW_MS)
    expect(page.locator("#stage .mood")).to_contain_text("Beside your neutral face")
    for pause_ms in (0, 0, 50, 50, 150, 150, 400, 400, 0):
        page.evaluate(f"{main}.click()")
        page.wait_for_timeout(pause_ms)
    while not page.locator("#stage [data-tool=start]").is_visible():
        page.evaluate(f"{main}.click()")
        page.wait_for_timeout(500)
    assert page.evaluate("document.querySelector('#stage video').srcObject.getVideoTracks()[0].readyState") == "ended"
    page.locator("#stage [data-tool=start]").click()
    expect(page.locator("#stage .mood")).to_contain_text("The music follows", timeout=SLOW_MS)


def sounding(page: Page) -> list[str]:
    """The pieces that a page has played and that are not silent."""
    return [piece["bytes"] for piece in page.evaluate("told().pieces") if base64.b64decode(piece["bytes"]).strip(b"\0")]


def test_who_is_cut_off_for_some_seconds_hears_on_and_keeps_the_take(page):
    page.evaluate(f"() => {{{SILENCES}}}")
    mood = page.locator("#stage .mood")
    page.locator("#stage [data-tool=start]").click()
    expect(mood).to_contain_text("The music follows", timeout=SLOW_MS)
    page.wait_for_function("heard.pieces.length > 12", timeout=SLOW_MS)
    page.context.set_offline(True)
    expect(mood).to_contain_text("interrupted", timeout=SLOW_MS)
    page.wait_for_timeout(3_000)
    page.context.set_offline(False)
    heard = page.evaluate("heard.pieces.length")
    page.wait_for_function(f"heard.pieces.length > {heard + 8}", timeout=SLOW_MS)
    expect(mood).to_contain_text("The music follows", timeout=SLOW_MS)
    edges = page.evaluate("edges()")
    assert edges["seconds"] > 2
    assert max(abs(edges["before"]), abs(edges["behind"])) < CLICK
    # A system that held the sound of the hidden page.
    page.evaluate("playing.suspend()")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_function("playing.state === 'running'", timeout=SLOW_MS)
    page.locator("#stage [data-tool=stop]").click()
    expect(page.locator("#player .sheet")).to_be_visible(timeout=SLOW_MS)


# The sound of the player, as its page has it.
FETCH_SOUND = """async () => {
  const bytes = new Uint8Array(await (await fetch(document.querySelector("#player audio").currentSrc)).arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}"""


def latencies(told, whens, pieces) -> list[float]:
    """Seconds from each change of the face to the first bar that is heard in the changed mood, less the bar that went on before.

    Of a change that comes before the music has followed the one before nothing is said.
    """
    starts = np.cumsum([0, *(len(piece) for piece in pieces)])

    def sounds(sample: int) -> float:
        piece = int(np.searchsorted(starts, sample, side="right")) - 1
        return whens[min(piece, len(whens) - 1)] + (sample - starts[min(piece, len(whens) - 1)]) / RATE

    bars = [(sounds(bar["at"]), bar["valence"] > LAUGHS_FROM) for bar in told["bars"]]
    found = []
    for change, following in pairwise([*told["changes"], {"time": np.inf}]):
        before = [laughs for time, laughs in bars if time <= change["time"]]
        if not before or before[-1] == change["laughs"]:
            continue
        after = [place for place, (time, laughs) in enumerate(bars) if time > change["time"] and laughs == change["laughs"]]
        heard = bars[after[0]][0] if after else np.inf
        if heard == np.inf and following["time"] == np.inf:
            continue  # the music was stopped before
        found.append(heard - change["time"] - (heard - bars[after[0] - 1][0] if after else 0))
    return found
