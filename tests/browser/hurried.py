"""A hurried reader on a slow machine: quick presses, and what must hold once the page has come to rest."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

PICTURES = {"/": "stage", "/weights": "weights", "/image": "gallery", "/padding": "lens"}
"""What a page draws of the layer, by its test id, with `data-content`; the other pages are known by their text."""


STOPPED, RUNNING = 0.03, 0.02
"""Seconds, times a pace of 3 or more: each process has less than half of a core."""


class Hindered:
    """Programs that get a part of a core only, as beside others that take it; here it is left to other tests.

    They are stopped and continued, each in a rhythm of its own. Where there are no such signals nothing is slow.
    """

    def __init__(self, *processes: int) -> None:
        self._processes = processes
        self._over = Event()
        self._threads: list[Thread] = []

    def __enter__(self) -> Hindered:
        if hasattr(signal, "SIGSTOP"):
            self._over.clear()
            self._threads = [Thread(target=self._slow, args=each) for each in enumerate(self._processes, 3)]
            for thread in self._threads:
                thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        while self._threads:
            self._threads.pop().join()

    @contextmanager
    def let_go(self) -> Iterator[None]:
        """At full speed until the block ends."""
        self.__exit__()
        yield
        self.__enter__()

    def _slow(self, pace: int, pid: int) -> None:
        with suppress(ProcessLookupError):  # a page's process ends with its last page
            while not self._over.is_set():
                os.kill(pid, signal.SIGSTOP)
                try:
                    self._over.wait(pace * STOPPED)
                finally:
                    os.kill(pid, signal.SIGCONT)
                self._over.wait(pace * RUNNING)


def renderers(page: Page) -> list[int]:
    """The processes in which this browser's pages run."""
    browser = page.context.browser
    assert browser
    session = browser.new_browser_cdp_session()
    found = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return [process["id"] for process in found if process["type"] == "renderer"]


def rest(page: Page, calm: float = 1.5) -> None:
    """Wait until the page is all there and stays the same for `calm` seconds: no run is asked for or on its way."""
    expect(page.locator(".st-key-seed").get_by_role("slider")).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=60_000)
    page.wait_for_function(
        """([calm, pictures]) => {
          const app = document.querySelector("[data-testid=stApp]");
          const name = pictures[location.pathname];  // of the page that the address names by now
          if (name && !document.querySelector(`[data-testid=${name}]`)?.dataset.content) return false;
          const now = app.dataset.testScriptState + location.href + document.body.textContent.length
            + document.querySelectorAll("[data-testid=stSidebar] input[type=range]").length
            + [...document.querySelectorAll("[data-content]")].map((node) => node.dataset.content).join();
          if (now !== window.was || app.dataset.testScriptState !== "notRunning") {
            [window.was, window.since, window.looks] = [now, performance.now(), 0];
          }
          // A browser that is held up looks seldom: time alone would pass without a second look.
          window.looks += 1;
          return window.looks > 10 * calm && performance.now() - window.since > 1000 * calm;
        }""",
        arg=[calm, PICTURES],
        polling=100,
        timeout=60_000,
    )


def query(url: str) -> dict[str, str]:
    """What an address says."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}


def controls(page: Page) -> dict[str, str]:
    """What the controls of the sidebar show."""
    shown: dict[str, str] = page.get_by_test_id("stSidebar").evaluate(
        r"""(sidebar) => {
          const key = (node) => /st-key-(\w+)/.exec(node.closest("[class*=st-key-]").className)[1];
          const shown = {};
          for (const slider of sidebar.querySelectorAll("[role=slider], input[type=range]"))
            shown[key(slider)] = slider.getAttribute("aria-valuetext") ?? slider.getAttribute("aria-valuenow") ?? "";
          for (const name of ["bias", "square"])
            shown[name] = String(sidebar.querySelector(`.st-key-${name} input`).checked);
          for (const name of ["padding_mode", "fill"])
            shown[name] = sidebar.querySelector(`.st-key-${name} input`).value;
          return shown;
        }"""
    )
    return shown


def picture(page: Page, path: str) -> str:
    """What the page shows of the layer, to compare with another page."""
    if path in PICTURES:
        return page.get_by_test_id(PICTURES[path]).get_attribute("data-content") or ""
    return page.get_by_test_id("stMain").inner_text()


def comes_to(look: Callable[[], Any], wanted: Any, seconds: float = 30) -> None:
    """Wait until a page shows what is wanted: on a busy machine the browser draws a page piece by piece."""
    end = time.monotonic() + seconds
    while (seen := look()) != wanted and time.monotonic() < end:
        time.sleep(0.2)
    assert seen == wanted
