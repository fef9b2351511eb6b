"""What the benchmarks in a browser share: two servers, a window, and clocks inside the page."""

from __future__ import annotations

import random
import re
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # for the fixtures of the browser tests

from tests.browser.conftest import ARGUMENTS, Server, serving  # noqa: E402  needs the path above
from tests.browser.find_chromium import chromium  # noqa: E402

__all__ = [
    "APP",
    "BARE",
    "GALLERY",
    "LENS",
    "QUICK",
    "ROOT",
    "appeared",
    "chrome",
    "in_turn",
    "key_to_change",
    "press",
    "quantile",
    "serving",
    "shown",
    "started",
    "verdict",
    "window",
]

APP = "app.py"
BARE = "bare app"  # bare_app.py on Streamlit as pip installs it
QUICK = "bare, quick server"  # the same on Streamlit with the libraries that make it faster, as the app has it
GALLERY = "image"  # the app's page "Filter an image"
CONTENT = {
    APP: "[data-testid=stage][data-content]",
    GALLERY: "[data-testid=gallery][data-content]",
    BARE: "[data-testid=stMain] [data-testid=stSlider]",  # the text is there before it
}
CONTENT[QUICK] = CONTENT[BARE]
# Not the whole of the bare page: the number above its thumb moves without the server.
CHANGES = {
    APP: "[data-testid=stage]",
    GALLERY: "[data-testid=gallery]",
    BARE: "[data-testid=stMain] [data-testid=stElementContainer]",
}
CHANGES[QUICK] = CHANGES[BARE]
LENS = "[data-testid=lens]"  # a page with a closer look at the layer
CHANGES[LENS] = LENS
VISIBLE = "(selector) => document.querySelector(selector)?.getClientRects().length"
SETTLED = 0.25  # seconds between two presses: the end of one run must not meet the next

# Both clocks run in the page, from the key's own event to the end of the task that changed the picture.
WATCH = """(element) => {
  const seen = () => element.matches("[data-content]") ? element.dataset.content : element.innerText;
  const before = seen();
  window.benchTaken = new Promise((resolve) => {
    let start;
    addEventListener("keydown", () => (start ??= performance.now()), { capture: true, once: true });
    const observer = new MutationObserver(() => {
      if (start === undefined || seen() === before) return;
      observer.disconnect();
      resolve(performance.now() - start);
    });
    observer.observe(element, { attributes: true, childList: true, characterData: true, subtree: true });
    setTimeout(() => resolve(null), 15000);
  });
}"""


def started(name: str) -> AbstractContextManager[Server]:
    """The server of the app or of a bare one, until the block ends."""
    if name == APP:
        return serving(APP)
    # Streamlit's own settings, not those of this project, which it would find in the folder that it runs in.
    bare = ("benchmarks/bare_app.py", "--runner.postScriptGC", "true", "--server.fileWatcherType", "auto")
    return serving(*bare) if name == QUICK else serving(*bare, streamlit=("benchmarks/plain_streamlit.py",))


@contextmanager
def chrome() -> Iterator[Browser]:
    """Chromium, headless; the benchmark ends with a sentence when there is none."""
    path = chromium()
    if path is None:
        sys.exit("No Chromium: run `python tests/browser/find_chromium.py --install` first.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def window(browser: Browser) -> Page:
    """A window with nothing in its cache."""
    return browser.new_context(viewport={"width": 1280, "height": 900}).new_page()


def shown(page: Page, script: str, seconds: float = 60) -> Locator:
    """Wait for what the script shows last: the stage, or the bare app's slider."""
    return appeared(page, CONTENT[script], seconds)


def appeared(page: Page, selector: str, seconds: float = 60) -> Locator:
    """Wait for an element, looking at every frame: a locator's own wait looks twice a second in the end."""
    page.wait_for_function(VISIBLE, arg=selector, polling="raf", timeout=1000 * seconds)
    return page.locator(selector).first


def press(page: Page, script: str, key: str, name: str | re.Pattern[str] = "height") -> float:
    """Milliseconds from a key press on a slider to the changed content."""
    page.get_by_role("slider", name=name).first.focus()
    return key_to_change(page, script, key)


def key_to_change(page: Page, script: str, key: str) -> float:
    """Milliseconds from a key press on what has the focus to the changed content."""
    content = page.locator(CHANGES[script]).last
    content.evaluate(WATCH)
    page.keyboard.press(key)
    taken = page.evaluate("() => window.benchTaken")
    if taken is None:
        sys.exit(f"{script}: nothing changed within 15 s of a key press.")
    time.sleep(SETTLED)
    return taken


def in_turn(names: Iterable[str], rounds: int) -> Iterator[tuple[int, str]]:
    """Each name once in a round, in an order that changes: a page still works when the one after it is measured."""
    order = random.Random(0)
    every = list(names)
    for i in range(rounds):
        yield from ((i, name) for name in order.sample(every, len(every)))


def quantile(values: Sequence[float], share: float) -> float:
    """The value that a share of all lies at or below."""
    return statistics.quantiles(values, n=100, method="inclusive")[round(100 * share) - 1]


def verdict(what: str, value: float, most: float, unit: str = "x") -> bool:
    """Print one figure beside its reach; whether it holds."""
    print(f"{what}: {value:.2f}{unit}; reach at most {most:g}{unit}: {'yes' if value <= most else 'NO'}")
    return value <= most
