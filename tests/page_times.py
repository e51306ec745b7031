"""How quick the page is, by the browser's own clock: `python tests/page_times.py [VISITS]` prints medians.

The real server, Chromium, and a camera that sees a photograph. Times depend on the machine and what else it does.
"""

import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path

from browser import launch
from playwright.sync_api import BrowserContext, Page, sync_playwright
from serving import server

ROOT = Path(__file__).resolve().parent.parent
PHOTO = ROOT / "assets" / "examples" / "astronaut.jpg"
# Remember when a button was pressed, when what is being done is first shown, and when the song begins to sound.
CLOCK = """
  window.times = {};
  const note = name => { window.times[name] ??= performance.now(); };
  addEventListener("click", event => {
    if (event.target.closest("#compose, #compose-journey, #starters button, #again")) window.times = {pressed: performance.now()};
  }, true);
  // Whoever moves something has asked once it rests: keys on a bar, a finger that is lifted off the plane.
  const moved = event => {
    if (event.target.closest("#shares, #plane")) window.times = {pressed: performance.now()};
  };
  addEventListener("input", moved, true);
  addEventListener("pointerup", moved, true);
  addEventListener("playing", () => note("sound"), true);
  (function look() {
    const tool = document.querySelector("#camera .tools button"), button = document.querySelector("#compose");
    if (tool?.textContent && button && !button.disabled) window.interactive ??= performance.now();
    const busy = document.querySelector("#headline .busy");
    if (window.times.pressed && busy && !busy.hidden) note("shown");
    requestAnimationFrame(look);
  })();
"""
LIMITS_MS = {
    "second visit: interactive": 3000,
    "emotion: progress shown": 200,
    "picture: progress shown": 200,
    "journey: progress shown": 200,
    "emotion: sound": 1000,
    "picture: sound": 1000,
    "another take: sound": 1000,
    "bar moved: progress shown": 500,
    "bar moved: sound": 1000,
    "point moved: progress shown": 200,
    "point moved: sound": 1000,
}


def visit(context: BrowserContext, url: str) -> tuple[Page, float]:
    """The page, and when it could be used."""
    page = context.new_page()
    page.goto(url)
    page.wait_for_function("window.interactive !== undefined")
    page.wait_for_function("document.querySelector('#ways [role=tab]')")
    return page, page.evaluate("window.interactive")


def press(page: Page, selector: str) -> dict[str, float]:
    """Milliseconds from a press to what is shown of it, and to the song's sound."""
    return timed(page, page.locator(selector).click)


def timed(page: Page, act: Callable[[], object]) -> dict[str, float]:
    """Milliseconds from what a visitor does to what is shown of it, and to the song's sound."""
    act()
    page.wait_for_function("window.times.sound !== undefined", timeout=120_000)
    return page.evaluate("({shown: times.shown - times.pressed, sound: times.sound - times.pressed})")


def measure(url: str, visits: int) -> dict[str, list[float]]:
    """All times of some visits, in milliseconds."""
    times = defaultdict(list)
    with sync_playwright() as engine:
        browser = launch(engine)
        for _ in range(visits):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            context.add_init_script(CLOCK)
            page, first = visit(context, url)
            page.close()
            page, second = visit(context, url)
            times["first visit: interactive"].append(first)
            times["second visit: interactive"].append(second)
            page.get_by_role("button", name="No camera?").click()
            page.locator("#camera input[type=file]").set_input_files(PHOTO)
            presses = {
                "emotion": "#starters button[data-start=happy]",
                "picture": "#compose",
                "another take": "#again",
            }
            for name, selector in presses.items():
                note(times, name, press(page, selector))
            note(times, "bar moved", timed(page, partial(page.locator("#share-sad").press, "End")))
            note(times, "point moved", timed(page, partial(page.locator("#plane .pad").click, position={"x": 200, "y": 150})))
            page.get_by_role("tab", name="Journey").click()
            note(times, "journey", press(page, "#compose-journey"))
            context.close()
        browser.close()
    return times


def note(times: dict[str, list[float]], name: str, pressed: dict[str, float]) -> None:
    """Add what a press took."""
    times[f"{name}: progress shown"].append(pressed["shown"])
    times[f"{name}: sound"].append(pressed["sound"])


def main() -> None:
    """Measure and print a table."""
    visits = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder, server(Path(folder, "disk")) as served:
        measure(served.url, 1)  # warms up
        times = measure(served.url, visits)
    print(f"{'median of ' + str(visits):30} {'ms':>7} {'wanted':>7}")
    for name, values in times.items():
        print(f"{name:30} {statistics.median(values):7.0f} {LIMITS_MS.get(name, ''):>7}")


if __name__ == "__main__":
    main()
