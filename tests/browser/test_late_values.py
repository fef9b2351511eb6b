"""A control that is moved before the values of an example have come over a slow network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import Server
from tests.browser.hurried import comes_to, controls
from tests.browser.looking import LayerPage
from tests.browser.test_frame import choose_example


class SlowNetwork:
    """What the server says to a page can be held back for a while."""

    def __init__(self, page: Page) -> None:
        self._held: list[tuple[WebSocketRoute, str | bytes]] | None = None
        self._page = page
        page.route_web_socket(re.compile("_stcore/stream"), self._join)

    def _join(self, socket: WebSocketRoute) -> None:
        def arrived(message: str | bytes) -> None:
            socket.send(message) if self._held is None else self._held.append((socket, message))

        socket.connect_to_server().on_message(arrived)

    @contextmanager
    def holding(self) -> Iterator[None]:
        self._held = []
        yield
        held, self._held = self._held, None
        for socket, message in held:
            socket.send(message)

    def quiet(self) -> None:
        """The server has said all that it had to say."""
        assert self._held is not None
        before = -1
        while before != len(self._held) or not before:
            before = len(self._held)
            self._page.wait_for_timeout(700)


@pytest.mark.parametrize(
    ("moved", "code", "shape"),
    [
        ("height", "nn.Conv2d(6, 6, kernel_size=3, padding=1, groups=6)", "(1, 6, 8, 9)"),
        ("in_channels", "nn.Conv2d(4, 6, kernel_size=3, padding=1, groups=2)", "(1, 4, 9, 9)"),
    ],
)
def test_the_example_and_the_choice_both_count(server: Server, page: Page, moved: str, code: str, shape: str) -> None:
    network = SlowNetwork(page)
    shown = LayerPage.open(page, server.url)
    with network.holding():
        choose_example(shown, "depthwise")
        network.quiet()
        slider = shown.control(moved).get_by_role("slider")
        slider.focus()
        slider.press("ArrowRight")
        network.quiet()
    expect(shown.code).to_have_text(code)
    expect(shown.stage.get_by_test_id("shapes")).to_contain_text(f"input {shape}")
    example = {"in_channels": "6", "out_channels": "6", "groups": "6", "height": "9", "width": "9", "stride": "1"}
    said = {"height": {"height": "8"}, "in_channels": {"in_channels": "4", "groups": "2"}}[moved]
    comes_to(lambda: {name: text for name, text in controls(page).items() if name in example}, example | said)
    for name, value in (example | said).items():
        expect(page).to_have_url(re.compile(rf"[?&]{name}={value}\b"))
