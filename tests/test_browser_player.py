"""The player and the plane as a visitor meets them: a page of their own in Chromium, a song that was composed, real sound."""

import json
import math
import re
import statistics
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
from axe_playwright_python.sync_playwright import Axe
from bench import served
from browser import SLOW_MS, launch
from playwright.sync_api import Page, expect

from face2music.errors import SynthesiserError
from face2music.mood import reached
from face2music.pipeline import Song, compose

ARTEFACTS = Path(__file__).resolve().parent / "artefacts"
WIDE, PHONE = {"width": 1200, "height": 900}, {"width": 360, "height": 740}
IN_STEP_S = 0.05
STANDARDS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
REFUSAL = "There is no sound for the parts; install FluidSynth."

# Remember when Web Audio was told to start what, and listen in on what it plays.
EARS = """
  window.started = [];
  const start = AudioBufferSourceNode.prototype.start, connect = AudioNode.prototype.connect;
  AudioBufferSourceNode.prototype.start = function (when, offset) {
    window.started.push([when, offset]);
    return start.call(this, when, offset);
  };
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode) {
      window.ear = new AnalyserNode(this.context, {fftSize: 8192});
      connect.call(this, window.ear);
    }
    return connect.call(this, to, ...rest);
  };
  window.playheadSecond = () => {
    const sheet = document.querySelector("#player .sheet"), head = document.querySelector("#player .playhead");
    const x = new DOMMatrix(getComputedStyle(head).transform).m41;
    return x / sheet.offsetWidth * Number(document.querySelector("#player .seek").max);
  };
  window.loudness = () => {
    const samples = new Float32Array(window.ear.fftSize);
    window.ear.getFloatTimeDomainData(samples);
    return Math.max(...samples.map(Math.abs));
  };
"""


@pytest.fixture(scope="module")
def song() -> Song:
    return compose(emotion="happy", seed=3, duration_s=12)


@pytest.fixture(scope="module")
def bench(song, tmp_path_factory):
    """The address of the bench, which shows the song; its parts can be had by the key "song"."""
    folder = tmp_path_factory.mktemp("cache")
    (folder / "mix.wav").write_bytes(song.encoded("wav"))

    @cache
    def stems(key: str) -> dict[str, Path]:
        if key == "refused":
            raise SynthesiserError(REFUSAL)
        sounds = {name: sound.samples for name, sound in song.stems().items()} if key == "song" else clicks(song)
        paths = {name: folder / f"{key} {number} #.wav" for number, name in enumerate(sounds)}
        for name, samples in sounds.items():
            soundfile.write(paths[name], samples, song.sample_rate)
        return paths

    stems("song")  # rendered before the page asks, or the song would be over when they arrive on a slow machine
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(folder))
        with served(song.roll(), folder / "mix.wav", stems) as url:
            yield url


def clicks(song: Song) -> dict[str, np.ndarray]:
    """A click at each full second in the first part, silence in the others."""
    silence = np.zeros(song.audio.shape, dtype=np.int16)
    first = silence.copy()
    for second in range(1, int(song.duration_s)):
        first[second * song.sample_rate][:] = 30_000
    return {part["name"]: silence if number else first for number, part in enumerate(song.roll()["parts"])}


@pytest.fixture(scope="module")
def chromium(engine):
    ARTEFACTS.mkdir(exist_ok=True)
    browser = launch(engine)
    yield browser
    browser.close()


@pytest.fixture
def visit(chromium, bench):
    """A function that opens the bench; no visit may log an error or ask anything of another host."""
    complaints, contexts = [], []

    def open_page(viewport=WIDE, **settings) -> Page:
        context = chromium.new_context(viewport=viewport, **settings)
        contexts.append(context)
        context.set_default_timeout(SLOW_MS)
        context.add_init_script(EARS)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith((bench, "data:")) else complaints.append(request.url))
        page.goto(bench)
        expect(page.locator("#compose")).to_be_visible(timeout=SLOW_MS)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def press(page: Page, name: str) -> None:
    page.locator(f"#{name}").click()


def hear(page: Page, name: str = "compose") -> None:
    """Show the song by a press of the button, and wait until it sounds."""
    press(page, name)
    page.wait_for_function("() => document.querySelector('#player audio')?.currentTime > 0.3", timeout=SLOW_MS)
    expect(page.locator("#player .player")).to_have_class(re.compile("playing"))


def pause(page: Page) -> None:
    page.locator("#player").get_by_role("button", name="Pause", exact=True).click()


def seek(page: Page, second: float) -> None:
    page.locator("#player .seek").evaluate(
        "(slider, second) => { slider.value = second; slider.dispatchEvent(new Event('input')); }", second
    )


def second_of(page: Page) -> float:
    return page.evaluate("playheadSecond()")


def solo(page: Page, role: str) -> None:
    """Hear one part alone, and wait until it has arrived."""
    page.locator("#player").get_by_role("button", name=f"Solo: {role}").click()
    expect(page.locator("#player .status")).to_have_text("", timeout=SLOW_MS)
    page.wait_for_function("() => window.started.length")


def photograph(page: Page, name: str) -> None:
    page.screenshot(path=ARTEFACTS / f"player-{name}.png", full_page=True)


def test_the_song_starts_by_itself_and_the_playhead_is_in_step(visit):
    page = visit()
    hear(page)
    # Frames of the roll come before frames that are asked for later: each compares what is drawn with what sounds.
    lags = page.evaluate(
        """() => new Promise(done => {
             const audio = document.querySelector("#player audio"), lags = [];
             const look = () => {
               lags.push(playheadSecond() - audio.currentTime);
               if (lags.length < 60 && !audio.ended) requestAnimationFrame(look);
               else done(lags);
             };
             requestAnimationFrame(look);
           })"""
    )
    print(f"the playhead is off by at most {1000 * max(map(abs, lags)):.1f} ms in {len(lags)} frames")
    assert len(lags) > 10
    assert max(map(abs, lags)) < IN_STEP_S


def test_a_muted_part_is_left_out_and_the_playhead_stays_in_step_with_the_parts(visit):
    page = visit()
    hear(page, "clicks")
    solo(page, "Melody")
    expect(page.locator("#player .parts li.unheard")).to_have_count(page.locator("#player .parts li").count() - 1)
    starts = page.evaluate("started")
    assert len({tuple(start) for start in starts}) == 1, "the parts start on the same sample"
    # A click is in the analyser's window at a place that says how long ago it sounded.
    offsets = page.evaluate(
        """() => new Promise(done => {
             const offsets = [], samples = new Float32Array(ear.fftSize);
             let drawn = null;
             const frame = () => { drawn = [playheadSecond(), ear.context.currentTime]; requestAnimationFrame(frame); };
             requestAnimationFrame(frame);
             const poll = setInterval(() => {
               if (!drawn) return;
               ear.getFloatTimeDomainData(samples);
               const now = ear.context.currentTime, click = samples.findIndex(sample => Math.abs(sample) > 0.3);
               if (click < 0) return;
               const ago = (samples.length - click) / ear.context.sampleRate;
               const shown = drawn[0] + (now - drawn[1]) - ago + (ear.context.outputLatency || 0);
               offsets.push(shown - Math.round(shown));
               if (offsets.length >= 5) { clearInterval(poll); done(offsets); }
             }, 20);
           })"""
    )
    print(f"clicks sound at most {1000 * max(map(abs, offsets)):.1f} ms beside the playhead")
    # Between a look at the samples and one at the clock a busy machine may let time pass, but not each time.
    assert statistics.median(map(abs, offsets)) < IN_STEP_S


def test_all_muted_is_silence_and_none_muted_is_the_mix_again(visit):
    page = visit()
    hear(page)
    parts = page.locator("#player .parts li").count()
    for number in range(parts):
        page.locator("#player .mute").nth(number).click()
    page.wait_for_function("() => window.ear && loudness() === 0", timeout=SLOW_MS)
    before = second_of(page)
    assert page.locator("#player audio").evaluate("audio => audio.paused")
    page.locator("#player .mute").first.click()
    page.wait_for_function("() => loudness() > 0.005", timeout=SLOW_MS)
    for number in range(1, parts):
        page.locator("#player .mute").nth(number).click()
    expect(page.locator("#player .unheard")).to_have_count(0)
    page.wait_for_function("() => !document.querySelector('#player audio').paused")
    assert page.locator("#player audio").evaluate("audio => audio.currentTime") >= before


def test_parts_that_are_refused_say_why_and_the_song_plays_on(visit):
    page = visit()
    press(page, "show")
    page.locator("#other").get_by_role("button", name="Play", exact=True).last.click()
    page.locator("#other .mute").first.click()
    expect(page.locator("#other .status")).to_have_text(REFUSAL)
    expect(page.locator("#other .unheard")).to_have_count(0)
    assert not page.locator("#other audio").evaluate("audio => audio.paused")


def test_one_song_at_a_time(visit):
    page = visit()
    hear(page)
    press(page, "show")
    expect(page.locator("#other .start")).to_be_visible()
    page.locator("#other .start").click()
    page.wait_for_function("() => document.querySelector('#other audio').currentTime > 0")
    assert page.locator("#player audio").evaluate("audio => audio.paused")
    expect(page.locator("#other .start")).to_be_hidden()
    hear(page)
    assert page.locator("#other audio").evaluate("audio => audio.paused")


def test_the_same_song_again_starts_anew_from_the_mix(visit):
    page = visit()
    hear(page)
    solo(page, "Drums")
    seek(page, 9)
    press(page, "compose")
    expect(page.locator("#player .unheard")).to_have_count(0)
    page.wait_for_function("() => playheadSecond() > 0.1 && playheadSecond() < 8")
    assert not page.locator("#player audio").evaluate("audio => audio.paused")


def test_where_the_browser_wants_a_press_first_a_large_button_asks_for_it(visit):
    page = visit()
    # Chromium without a window allows everything, so that the refusal of the others is put in its mouth.
    page.evaluate(
        """() => { window.play = HTMLMediaElement.prototype.play;
                   HTMLMediaElement.prototype.play = () => Promise.reject(new DOMException("", "NotAllowedError")); }"""
    )
    press(page, "compose")
    start = page.locator("#player .start")
    expect(start).to_be_visible()
    assert min(start.bounding_box()["width"], start.bounding_box()["height"]) >= 44
    photograph(page, "start")
    page.evaluate("() => { HTMLMediaElement.prototype.play = window.play; }")
    start.press("Enter")
    page.wait_for_function("() => document.querySelector('#player audio').currentTime > 0")
    expect(start).to_be_hidden()
    expect(page.locator("#player .play")).to_be_focused()


@pytest.mark.parametrize("parts", [False, True], ids=["mix", "parts"])
def test_repeat_goes_back_to_the_start_and_without_it_the_song_ends(visit, song, parts):
    page = visit()
    hear(page)
    if parts:
        solo(page, "Bass")
    repeat = page.locator("#player .loop")
    repeat.click()
    expect(repeat).to_have_attribute("aria-pressed", "true")
    seek(page, song.duration_s - 0.5)
    page.wait_for_function("() => playheadSecond() > 0.2 && playheadSecond() < 5")
    repeat.click()
    seek(page, song.duration_s - 0.5)
    expect(page.locator("#player .play")).to_have_attribute("aria-label", "Play")
    assert second_of(page) == pytest.approx(song.duration_s, abs=0.1)


def test_everything_is_reached_and_worked_by_keys(visit):
    page = visit()
    hear(page)
    pause(page)
    reached = set()
    page.locator("#german").focus()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.closest('#player') && document.activeElement.className"))
    assert {"roll", "play", "seek", "loop", "volume", "mute", "solo"} <= reached
    for part in (".roll", ".seek"):
        seek(page, 4)
        page.locator(f"#player {part}").focus()
        for key, second in (("ArrowRight", 5), ("ArrowLeft", 4), ("PageUp", 9), ("ArrowDown", 8), ("Home", 0)):
            page.keyboard.press(key)
            page.wait_for_function("second => Math.abs(playheadSecond() - second) < 0.1", arg=second)
    expect(page.locator("#player .seek")).to_have_attribute("aria-valuetext", re.compile(r"0:00 of 0:1[2-4], bar 1, Intro"))
    page.keyboard.press(" ")
    expect(page.locator("#player .play")).to_have_attribute("aria-label", "Pause")
    said = page.locator("#player .seek").get_attribute("aria-valuetext")
    page.wait_for_function("() => playheadSecond() > 1.5")
    assert page.locator("#player .seek").get_attribute("aria-valuetext") == said, "the time is not read out while it plays"
    page.keyboard.press(" ")
    expect(page.locator("#player .play")).to_have_attribute("aria-label", "Play")
    stopped = second_of(page)
    page.keyboard.press("Control+ArrowRight")
    assert second_of(page) == pytest.approx(stopped, abs=0.2), "with Ctrl or Alt a key is the browser's"
    page.keyboard.press("End")
    page.keyboard.press(" ")
    page.wait_for_function("() => playheadSecond() > 0.5 && playheadSecond() < 5")


def test_the_roll_is_told_in_words(visit, song):
    page = visit()
    hear(page)
    roll = song.roll()
    summary = page.locator("#player .summary").inner_text()
    for fact in (
        "Melody: Violin",
        f"Bars: {len(roll['bars'])}",
        roll["keys"][0]["name"],
        "Intro (0:00)",
        roll["chords"][0]["name"],
    ):
        assert fact in summary
    assert page.get_by_role("img", name="Piano roll").first.is_visible()


def test_a_press_on_the_roll_seeks_and_a_pointed_note_is_named(visit, song):
    page = visit()
    hear(page)
    pause(page)
    sheet = page.locator("#player .sheet").bounding_box()
    page.mouse.move(sheet["x"] + 300, sheet["y"] + 100)
    page.mouse.down()
    page.mouse.move(sheet["x"] + 400, sheet["y"] + 100, steps=4)
    page.mouse.up()
    assert second_of(page) == pytest.approx(400 / sheet["width"] * song.roll()["duration_s"], abs=0.05)
    part = next(part for part in song.roll()["parts"] if part["role"] == "melody")
    start, duration, pitch, _ = part["notes"][3]
    x = (start + duration / 2) / song.roll()["duration_s"] * sheet["width"]
    tip = page.locator("#player .tip")
    for y in range(90, int(sheet["height"]) - 20, 4):
        page.mouse.move(sheet["x"] + x, sheet["y"] + y)
        if tip.is_visible() and part["instrument"] in tip.inner_text():
            break
    letter = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"][pitch % 12]
    assert re.fullmatch(rf"{part['instrument']} · {letter}{pitch // 12 - 1} · Bar \d+", tip.inner_text())
    press(page, "german")
    expect(page.locator("#player .play")).to_have_attribute("aria-label", "Abspielen")
    pointed = page.locator("#player .tip")
    page.mouse.move(sheet["x"] + x + 1, page.locator("#player .sheet").bounding_box()["y"] + y)
    letter = ["C", "Cis", "D", "Es", "E", "F", "Fis", "G", "As", "A", "B", "H"][pitch % 12]
    expect(pointed).to_contain_text(f" · {letter}{pitch // 12 - 1} · ")


def test_the_roll_is_drawn_sharp_and_a_muted_part_fades(visit):
    page = visit(device_scale_factor=2)
    hear(page)
    pause(page)
    ink = """() => { const canvas = document.querySelector("#player .sheet canvas");
                     const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
                     const [r, g, b] = getComputedStyle(document.querySelector("#player .parts li")).color.match(/\\d+/g);
                     let count = 0;
                     for (let i = 0; i < data.length; i += 4)
                       count += data[i + 3] > 150 && Math.hypot(data[i] - r, data[i + 1] - g, data[i + 2] - b) < 40;
                     return [count, canvas.width / canvas.getBoundingClientRect().width]; }"""
    drawn, scale = page.evaluate(ink)
    assert scale == pytest.approx(2, abs=0.01)
    assert drawn > 1000
    page.locator("#player .mute").first.click()
    page.mouse.move(5, 5)
    page.wait_for_function(f"most => ({ink})()[0] < most", arg=drawn / 4)


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_on_a_phone_the_sheet_moves_under_the_playhead_and_the_page_does_not(visit, song, motion):
    page = visit(PHONE, reduced_motion=motion, has_touch=True)
    hear(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    roll = page.locator("#player .roll")
    assert roll.evaluate("roll => roll.scrollWidth > 1.2 * roll.clientWidth")
    # Every place of the sheet in a second: many while it flows, few while it turns pages.
    places = roll.evaluate(
        """roll => new Promise(done => {
             const places = new Set(), begin = performance.now();
             const look = () => { places.add(roll.scrollLeft);
                                  performance.now() - begin < 5000 ? requestAnimationFrame(look) : done([...places]); };
             look();
           })"""
    )
    head = page.locator("#player .playhead").bounding_box()
    assert 0 <= head["x"] <= PHONE["width"], "the playhead stays in sight"
    assert len(places) <= 3 if motion == "reduce" else len(places) > 5
    pause(page)
    roll.evaluate("roll => roll.scrollIntoView({block: 'start', behavior: 'instant'})")
    box = roll.bounding_box()
    left = roll.evaluate("roll => roll.scrollLeft")
    page.touchscreen.tap(box["x"] + 100, box["y"] + 120)
    width = roll.evaluate("roll => roll.scrollWidth")
    expected = (left + 100 - 1) / width * song.roll()["duration_s"]
    assert second_of(page) == pytest.approx(expected, abs=0.1)
    for key in ("End", "Home"):
        roll.press(key)
        head = page.locator("#player .playhead").bounding_box()
        assert 0 <= head["x"] <= PHONE["width"], key


@pytest.mark.parametrize(("viewport", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_axe_finds_nothing(visit, viewport, scheme):
    page = visit(viewport, color_scheme=scheme)
    press(page, "place")
    hear(page)
    solo(page, "Melody")
    pause(page)
    photograph(page, f"{viewport['width']}-{scheme}")
    for component in ("#player", "#plane"):
        results = Axe().run(page, component, STANDARDS)
        assert results.violations_count == 0, results.generate_report()


def test_another_language_reaches_all_that_is_said(visit):
    page = visit()
    hear(page)
    pause(page)
    press(page, "german")
    expect(page.locator("#player .play")).to_have_attribute("aria-label", "Abspielen")
    expect(page.get_by_role("button", name="Stumm: Melodie: Violin")).to_be_visible()
    expect(page.locator("#plane .points")).to_contain_text("Glücklich")
    expect(page.locator("#plane .ends")).to_contain_text("aufgeregt")
    hear(page)
    expect(page.get_by_role("button", name="Stumm: Melodie: Violin")).to_be_visible()


def test_a_song_without_sound_is_drawn_and_says_so(visit):
    page = visit()
    press(page, "soundless")
    expect(page.locator("#player .soundless")).to_be_visible()
    expect(page.locator("#player .roll")).to_be_visible()
    expect(page.locator("#player").get_by_role("button")).to_have_count(0)


def events(page: Page, name: str) -> list[tuple[float, float]]:
    """The points that handlers of this event were called with."""
    return [(point["valence"], point["arousal"]) for point in json.loads(page.locator(f"#{name} textarea").input_value())]


def expect_point(page: Page, name: str, point: str) -> None:
    expect(page.locator(f"#{name} textarea")).to_have_value(re.compile(re.escape(point)))


def reading(page: Page) -> str:
    return page.locator("#plane .reading").inner_text()


def test_the_plane_is_dragged_and_tells_once_at_the_end(visit):
    page = visit()
    field = page.locator("#plane .field").bounding_box()

    def at(valence, arousal):
        return (
            field["x"] + (valence + 1) / 2 * field["width"],
            field["y"] + (1 - arousal) / 2 * field["height"],
        )

    page.mouse.move(*at(0.2, 0.1))
    page.mouse.down()
    page.mouse.move(*at(-0.5, 0.6), steps=12)
    page.mouse.move(*at(2, 0.6), steps=3)
    assert events(page, "moved") == []
    page.mouse.up()
    expect_point(page, "moved", "0.81")
    page.wait_for_timeout(1000)
    (moved,) = events(page, "moved")
    assert moved == pytest.approx((0.81, 0.51), abs=0.02)  # happy, as far as a mixture of emotions can go there
    page.mouse.click(*at(-0.4, 0.2))
    expect_point(page, "moved", "-0.4")
    assert len(events(page, "moved")) == 2
    assert reading(page).startswith("Valence −0.4")


def test_the_point_goes_where_it_is_calm_and_pleasant_and_stays_in_the_outline(visit):
    page = visit()
    field = page.locator("#plane .field").bounding_box()

    def click(valence, arousal):
        page.mouse.click(field["x"] + (1 + valence) / 2 * field["width"], field["y"] + (1 - arousal) / 2 * field["height"])

    click(0.5, -0.4)
    expect_point(page, "moved", "-0.4")
    assert events(page, "moved")[-1] == pytest.approx((0.5, -0.4), abs=0.02)
    page.locator("#plane").get_by_role("slider").first.press("ArrowDown")
    expect_point(page, "moved", "-0.45")
    click(0.9, -0.9)
    near = reached(0.9, -0.9)
    expect_point(page, "moved", f"{near[1]:.2f}")
    assert events(page, "moved")[-1] == pytest.approx(near, abs=0.02)


def test_the_plane_is_moved_by_keys_and_tells_once_they_rest(visit):
    page = visit()
    page.locator("#plane").get_by_role("slider", name="Valence: unpleasant – pleasant").focus()
    for key in ("Shift+ArrowUp", "ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    assert reading(page) == "Valence +0.30 (pleasant) · Arousal +0.25 (excited)"
    expect_point(page, "moved", "0.3")
    page.wait_for_timeout(1000)
    assert events(page, "moved") == [(0.3, 0.25)]
    arousal = page.locator("#plane").get_by_role("slider", name="Arousal: calm – excited")
    expect(arousal).to_have_attribute("aria-valuetext", "Valence +0.30 (pleasant) · Arousal +0.25 (excited)")
    assert arousal.evaluate("slider => Number(slider.value)") == 0.25


def test_a_point_that_the_page_sets_is_a_change_and_no_input(visit):
    page = visit()
    press(page, "place")
    expect(page.locator("#plane .reading")).to_have_text("Valence −0.50 (unpleasant) · Arousal −0.25 (calm)")
    expect(page.locator("#plane .heard")).to_contain_text("Measured in the sound")
    expect_point(page, "changed", "-0.25")
    assert events(page, "moved") == []
    handle_box, heard_box = page.locator("#plane .handle").bounding_box(), page.locator("#plane .heard").bounding_box()
    assert (handle_box["width"], handle_box["height"]) == (44, 44)
    assert heard_box["x"] > handle_box["x"] + 22
    assert not math.isclose(heard_box["y"], handle_box["y"])
