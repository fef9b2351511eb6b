"""The notebook's widget in a browser: anywidget's contract, kept by a model that talks to the Python widget."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from torch import nn

from conv_viz import network, show
from conv_viz.notebook.widget import StageWidget
from tests.browser.looking import LayerPage
from tests.browser.test_access import overflow, violations
from tests.browser.test_stage import assert_written, read

# anywidget's AnyModel, as far as the widget uses it: https://anywidget.dev/en/afm
HOST = """
async ({ esm, css, state }) => {
  const style = document.createElement("style");
  style.textContent = css;
  document.head.append(style);
  const decoded = ({ payload, ...rest }) => {
    if (payload === undefined) return rest;
    const raw = atob(payload), buffer = new ArrayBuffer(raw.length + 3);
    for (let i = 0; i < raw.length; i++) new Uint8Array(buffer)[i + 3] = raw.charCodeAt(i);
    return { ...rest, payload: new DataView(buffer, 3) }; // at an address that is no multiple of four
  };
  window.model = {
    state: decoded(state), heard: new Map(), unsaved: {}, saves: 0,
    get(name) { return this.state[name]; },
    set(name, value) { this.unsaved[name] = value; this.apply({ [name]: value }); },
    save_changes() {
      this.saves += 1;
      const changes = this.unsaved;
      this.unsaved = {};
      this.saving = window.toPython(changes).then((answer) => this.apply(decoded(answer)));
    },
    apply(changes) {
      const other = (name) => JSON.stringify(this.state[name]) !== JSON.stringify(changes[name]);
      const changed = Object.keys(changes).filter((name) => name === "payload" || other(name));
      Object.assign(this.state, changes);
      for (const name of changed) for (const call of this.heard.get(`change:${name}`) ?? []) call();
    },
    fromPython(changes) { this.apply(decoded(changes)); },
    on(event, call) { this.heard.set(event, new Set([...(this.heard.get(event) ?? []), call])); },
    off(event, call) { this.heard.get(event)?.delete(call); },
    listeners() { return [...this.heard.values()].reduce((sum, calls) => sum + calls.size, 0); },
  };
  const { default: widget } = await import(URL.createObjectURL(new Blob([esm], { type: "text/javascript" })));
  window.place = document.createElement("div");
  window.cleanUp = widget.render({ model: window.model, el: window.place });
  document.getElementById("output").append(window.place); // a notebook may attach it only now
}
"""


@dataclass(frozen=True)
class Shown(LayerPage):
    """A widget on a page, in step with its Python side; `changes` are those of the last move in Python."""

    changes: dict[str, Any]

    @classmethod
    def of(cls, page: Page, stage: StageWidget, style: str = "") -> Shown:
        changes: dict[str, Any] = {}
        stage.observe(
            lambda change: changes.update({change.name: change.new}), ["payload", "cell", "filter", "channel"]
        )

        def to_python(sent: dict[str, Any]) -> dict[str, Any]:
            changes.clear()
            stage.set_state(sent)
            return encoded({name: value for name, value in changes.items() if sent.get(name) != value})

        page.expose_function("toPython", to_python)
        page.set_content(
            f"<!DOCTYPE html><html lang='en'><title>notebook</title><style>{style}</style><div id='output'></div>"
        )
        state = encoded({name: getattr(stage, name) for name in ("payload", "cell", "filter", "channel")})
        page.evaluate(HOST, {"esm": stage._esm, "css": stage._css, "state": state})
        shown = cls(page, changes)
        expect(shown.grid("output")).to_be_visible()
        return shown

    def follow(self, act: Callable[[], None]) -> None:
        """Do something in Python, and send what it changed to the browser."""
        self.changes.clear()
        act()
        self.page.evaluate("changes => model.fromPython(changes)", encoded(self.changes))

    def saved(self) -> None:
        """Wait until Python has heard everything."""
        self.page.evaluate("() => model.saving")


def encoded(state: dict[str, Any]) -> dict[str, Any]:
    return {
        n: b64encode(v).decode() if isinstance(v, bytes) else list(v) if n == "cell" else v for n, v in state.items()
    }


@pytest.fixture
def module() -> nn.Conv2d:
    return nn.Conv2d(3, 20, 3, padding=1)


@pytest.fixture
def x() -> torch.Tensor:
    return torch.rand(2, 3, 4, 5)


@pytest.fixture
def output(module: nn.Conv2d, x: torch.Tensor) -> np.ndarray:
    return module(x).detach().numpy()


def test_choices_in_the_browser_reach_python(
    page: Page, module: nn.Conv2d, x: torch.Tensor, output: np.ndarray
) -> None:
    stage = show(module, x)
    shown = Shown.of(page, stage)
    shown.expect_cell(*stage.cell)
    assert page.evaluate("model.saves") == 0  # showing something is no choice

    shown.stage.focus()
    for stroke, cell in (("End", (0, 0, 3, 4)), ("ArrowUp", (0, 0, 2, 4)), ("ArrowLeft", (0, 0, 2, 3))):
        page.keyboard.press(stroke)
        shown.saved()
        assert stage.cell == cell
    shown.stage.get_by_role("button", name="filter 2", exact=True).click()
    shown.saved()
    assert (stage.filter, stage.cell) == (2, (0, 2, 2, 3))
    shown.click("output", (1, 1), (4, 5))
    shown.saved()
    assert stage.cell == (0, 2, 1, 1)

    shown.stage.get_by_role("button", name="next filters").click()
    shown.expect_cell(0, 16, 1, 1)
    shown.stage.get_by_role("button", name="next sample").click()
    shown.expect_cell(1, 16, 1, 1)
    assert (stage.filter, stage.cell) == (16, (1, 16, 1, 1))
    assert_written(shown.number("torch"), output[1, 16, 1, 1])
    assert read(shown.number("all")) == pytest.approx(output[1, 16, 1, 1], abs=1.01e-4)


def test_traits_set_in_python_move_the_stage(
    page: Page, module: nn.Conv2d, x: torch.Tensor, output: np.ndarray
) -> None:
    stage = show(module, x)
    shown = Shown.of(page, stage)
    shown.follow(lambda: setattr(stage, "filter", 7))
    shown.expect_cell(*stage.cell)
    expect(shown.stage.get_by_role("button", pressed=True)).to_have_text("7")
    for cell in ((0, 7, 3, 4), (1, 7, 0, 0), (0, 19, 2, 2)):
        shown.follow(lambda cell=cell: setattr(stage, "cell", cell))
        shown.expect_cell(*cell)
        assert_written(shown.number("torch"), output[cell])
    assert page.evaluate("model.saves") == 0  # what Python said is not told back

    shown.stage.get_by_role("combobox", name="speed").select_option("60")
    shown.stage.get_by_role("button", name="play").click()
    shown.expect_cell(0, 19, 3, 4)
    expect(shown.stage.get_by_role("button", name="play")).to_be_visible()
    shown.saved()
    assert stage.cell == (0, 19, 3, 4)


def test_a_pin_outlasts_its_own_message(page: Page, module: nn.Conv2d, x: torch.Tensor) -> None:
    shown = Shown.of(page, show(module, x))
    shown.leave()
    at_rest = shown.marks("output")
    shown.click("input red", (2, 2), (6, 7))
    shown.leave()
    assert shown.marks("output") != at_rest
    page.keyboard.press("Escape")
    assert shown.marks("output") == at_rest


def test_clean_up_leaves_nothing(page: Page, module: nn.Conv2d, x: torch.Tensor) -> None:
    shown = Shown.of(page, show(module, x))
    shown.stage.get_by_role("button", name="play").click()
    assert page.evaluate("model.listeners()") == 3
    page.evaluate("cleanUp()")
    assert page.evaluate("[place.childNodes.length, model.listeners()]") == [0, 0]
    page.evaluate("""() => {
      window.looks = 0;
      const look = window.getComputedStyle;
      window.getComputedStyle = (...given) => (window.looks++, look(...given));
    }""")
    saves = page.evaluate("model.saves")
    page.evaluate("document.body.className = 'dark'")
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(600)  # longer than a step
    assert page.evaluate("[model.saves, looks]") == [saves, 0]  # nobody plays on, nobody looks at the colours


NOTEBOOK = "body { background: white; color: rgba(0, 0, 0, 0.87) } body.night { background: #111; color: white }"


def test_colours_are_those_of_the_page(open_page: Callable[..., Page], module: nn.Conv2d, x: torch.Tensor) -> None:
    page = open_page(color_scheme="dark")  # the machine is dark, the notebook is not
    shown = Shown.of(page, show(module, x), NOTEBOOK)
    expect(shown.stage).to_have_attribute("data-theme", "light")
    assert violations(page) == []
    page.evaluate("document.body.className = 'night'")
    expect(shown.stage).to_have_attribute("data-theme", "dark")
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(300)  # the stage sees the new width in one of the next frames
    expect(shown.grid("output")).to_be_visible()
    assert overflow(page) == {"page": 0, "stage": 0}


def test_a_network_is_the_table_of_its_page(page: Page) -> None:
    shown = show(network("lenet5"))
    heard: list[dict[str, Any]] = []

    def to_python(sent: dict[str, Any]) -> dict[str, Any]:
        heard.append(sent)
        shown.set_state(sent)
        return encoded({"payload": shown.payload, "look": {}, "effective": shown.effective})

    page.expose_function("toPython", to_python)
    page.set_content("<!DOCTYPE html><html lang='en'><title>notebook</title><div id='output'></div>")
    state = encoded({"payload": shown.payload, "look": {}, "effective": shown.effective})
    page.evaluate(HOST, {"esm": shown._esm, "css": shown._css, "state": state})
    words = page.get_by_test_id("field-words")
    expect(words).to_have_text(shown.words)
    page.get_by_role("button", name="C1", exact=True).click()
    expect(words).to_contain_text("Unit (14, 14) of C1")
    page.get_by_test_id("field").press("ArrowRight")
    expect(words).to_contain_text("Unit (14, 15) of C1")
    page.get_by_label("effective field").check()
    expect(page.get_by_test_id("effective")).to_be_visible()
    assert heard == [{"look": {"layer": "C1"}}, {"look": {"step": [0, 1], "from": [14, 14]}}, {"effective": True}]
    assert violations(page) == []
    page.evaluate("cleanUp()")
    assert page.evaluate("model.listeners()") == 0
