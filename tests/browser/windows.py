"""Windows of the browser: new for each test, in a context that is kept.

A first page in a new context starts a process that reads and compiles all scripts: three quarters of what a short test
costs. So a context is kept, with a quiet page in it that keeps the process alive, and the next test opens its windows
beside that page. Cookies and what the pages have stored are cleared; a window's own storage ends with the window.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

LOCAL = ("127.0.0.1", "localhost", "")  # "" is the host of data:, blob: and file:
USUAL = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", "reduced_motion": "no-preference"}
"""What a window can be told after its context was made."""


class Windows:
    """``take(problems)`` opens windows; `quiet` is a page of the app's own address that does nothing."""

    def __init__(self, browser: Browser, quiet: str) -> None:
        self._browser, self._quiet = browser, quiet
        self._kept: list[BrowserContext] = []

    def take(self, stack: ExitStack, problems: list[str], sound: Callable[[], bool], **options: Any) -> Page:
        """A window that `stack` closes; its context is used again if all was `sound`."""
        if options.keys() - USUAL.keys():
            context = self._browser.new_context(**{"viewport": USUAL["viewport"], **options})
            stack.callback(context.close)
            watch(context, problems)
            return _been_here(context.new_page())
        context = self._kept.pop() if self._kept else self._new()
        stack.callback(lambda: self._give_back(context, sound()))
        stack.callback(watch(context, problems))
        page = _been_here(context.new_page())
        wanted = {**USUAL, **options}
        page.set_viewport_size(wanted["viewport"])
        page.emulate_media(color_scheme=wanted["color_scheme"], reduced_motion=wanted["reduced_motion"])
        return page

    def _new(self) -> BrowserContext:
        context = self._browser.new_context()
        context.new_page().goto(self._quiet)
        return context

    def _give_back(self, context: BrowserContext, sound: bool) -> None:
        if not sound:
            context.close()
            return
        first, *others = context.pages
        for page in others:
            page.close()
        context.clear_cookies()
        first.evaluate("localStorage.clear()")
        self._kept.append(context)


def beside(page: Page) -> Page:
    """Another window of the same visitor, in the same process; it is closed with the first one."""
    return _been_here(page.context.new_page())


def _been_here(page: Page) -> Page:
    """The page of somebody who has seen the stage before, so that nothing plays by itself."""
    page.add_init_script("try { localStorage.setItem('conv_viz:introduced', '1') } catch {}")
    return page


def watch(context: BrowserContext, problems: list[str]) -> Callable[[], None]:
    """Write into `problems` what windows complain of and which other servers they ask; returns how to stop."""

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append(f"console error: {message.text} ({message.location.get('url', '')})")

    def on_request(request: Request) -> None:
        if (urlsplit(request.url).hostname or "") not in LOCAL:
            problems.append(f"asked another server: {request.url}")

    def on_error(error: Any) -> None:
        problems.append(f"uncaught: {error.error.stack or error.error}")

    handlers: list[tuple[Any, Any]] = [("console", on_console), ("weberror", on_error), ("request", on_request)]
    for event, handler in handlers:
        context.on(event, handler)

    def stop() -> None:
        for event, handler in handlers:
            context.remove_listener(event, handler)

    return stop
