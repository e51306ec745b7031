"""Chromium for the tests: the system's, else the one that Playwright installed. As a program: is there one that starts?"""

import shutil

from playwright.sync_api import Browser, Error, Playwright, expect, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)
SLOW_MS = 240_000  # whatever else the machine does
expect.set_options(timeout=SLOW_MS)
MISSING = "The browser tests need Chromium; 'make test' installs it."


class BrowserMissingError(RuntimeError):
    """No browser can be started; the message says how to get one."""


def launch(playwright: Playwright, *flags: str) -> Browser:
    """Start the first Chromium that starts, without a window.

    Raises
    ------
    BrowserMissingError
        If there is none.
    """
    found = [path for path in map(shutil.which, PROGRAMS) if path]
    for path in (*found, None):
        try:
            return playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
        except Error as error:
            reason = error
    raise BrowserMissingError(MISSING) from reason


if __name__ == "__main__":
    with sync_playwright() as engine:
        launch(engine).close()
