"""The Layer page as its reader sees it: controls by name, cells by row and column."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import FloatRect, Locator, Page, expect

# What is drawn stands on the canvas with the next frame.
DRAWN = "await new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)));"
# The part of the sheet's canvas that lies on a grid.
CUT_OUT = f"""async (grid) => {{
  {DRAWN}
  const over = grid.closest(".sheet").querySelector(":scope > .under > canvas");
  const [inner, outer] = [grid, over].map((node) => node.getBoundingClientRect());
  const scale = over.width / outer.width;
  const cut = document.createElement("canvas");
  [cut.width, cut.height] = [inner.width * scale, inner.height * scale];
  cut.getContext("2d").drawImage(over, (outer.x - inner.x) * scale, (outer.y - inner.y) * scale);
  return cut.toDataURL();
}}"""
RIM = 3  # CSS pixels around each grid, for the frames of its outer cells

# Where something is once it is in view; nothing if it has left the page meanwhile.
IN_VIEW = """(node) => {
  node.scrollIntoView({block: "center"});
  const {x, y, width, height} = node.getBoundingClientRect();
  return node.isConnected && width ? {x, y, width, height} : null;
}"""
MOST_LOOKS = 100


def at_rest(shown: Locator, then: Callable[[FloatRect], None] = lambda box: None, pause: int = 100) -> FloatRect:
    """Where something is in the window once it stays there for `pause` ms; `then` is told of each place before.

    What comes late above it moves it, and another picture takes it off the page for a moment.
    """
    before = None
    for _ in range(MOST_LOOKS):
        box = shown.evaluate(IN_VIEW)
        if box and box == before:
            return box
        if box:
            then(box)
        before = box
        shown.page.wait_for_timeout(pause)
    raise AssertionError(f"{shown} does not come to rest")


@dataclass(frozen=True)
class LayerPage:
    """An open Layer page."""

    page: Page

    @classmethod
    def open(cls, page: Page, url: str) -> LayerPage:
        """Open a URL and wait until the stage says which layer it shows."""
        page.goto(url)
        opened = cls(page)
        expect(opened.code).to_have_text(re.compile(r"^nn\.\w+\("), timeout=60_000)
        return opened

    @property
    def stage(self) -> Locator:
        return self.page.get_by_test_id("stage")

    @property
    def code(self) -> Locator:
        return self.stage.get_by_test_id("code")

    @property
    def tip(self) -> Locator:
        return self.stage.get_by_role("tooltip")

    @property
    def content(self) -> str:
        """Which picture is shown: equal pictures have equal ones."""
        return self.stage.get_attribute("data-content") or ""

    @property
    def query(self) -> dict[str, str]:
        """The URL's parameters."""
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.page.url).query).items()}

    def control(self, key: str) -> Locator:
        """A widget of the sidebar by the name that it has in the URL."""
        return self.page.get_by_test_id("stSidebar").locator(f".st-key-{key}")

    def push(self, key: str, stroke: str = "ArrowRight") -> None:
        """Move a slider by one with the keyboard, and wait for another picture or another message."""
        before = self.content
        slider = self.control(key).get_by_role("slider")
        slider.focus()
        slider.press(stroke)
        expect(self.stage).not_to_have_attribute("data-content", before)

    def number(self, kind: str) -> str:
        """What stands under the sums: "all" is the sum of what is shown, "torch" what torch returned."""
        return self.stage.get_by_test_id(kind).inner_text()

    def expect_cell(self, *index: int) -> None:
        """The stage explains this output cell: [sample, filter, row, column]."""
        expect(self.stage).to_have_attribute("data-cell", ",".join(map(str, index)))

    def grid(self, label: str) -> Locator:
        """A grid of cells by what it shows: "output", "input red", "weights for red"."""
        return self.stage.get_by_role("img", name=label, exact=True)

    def marks(self, label: str) -> str:
        """The marks that lie on a grid, as a picture to compare with another one."""
        return self.grid(label).evaluate(CUT_OUT)

    def hover(self, label: str, cell: tuple[int, int], shape: tuple[int, int]) -> None:
        """Put the pointer on a cell of a grid of `shape` (rows, columns), once that stays where it is."""
        at_rest(self.grid(label), lambda box: self.page.mouse.move(*_middle(box, cell, shape)))

    def click(self, label: str, cell: tuple[int, int], shape: tuple[int, int]) -> None:
        self.hover(label, cell, shape)
        self.page.mouse.down()
        self.page.mouse.up()

    def leave(self) -> None:
        """Take the pointer off every grid."""
        self.page.mouse.move(2, 2)


def _middle(box: FloatRect, cell: tuple[int, int], shape: tuple[int, int]) -> tuple[float, float]:
    (row, column), (rows, columns) = cell, shape
    width, height = box["width"] - 2 * RIM, box["height"] - 2 * RIM
    return box["x"] + RIM + (column + 0.5) * width / columns, box["y"] + RIM + (row + 0.5) * height / rows
