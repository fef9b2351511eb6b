"""The page My model as its reader sees it, and hostile files on a server that others use too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from safetensors.torch import save
from torch import nn

from tests.browser.conftest import Server
from tests.browser.looking import LayerPage
from tests.browser.test_access import violations
from tests.hostile_models import DEADLY, LISTED, NOT_FINITE, RAN, REFUSED, saved

NET = nn.Sequential(nn.Conv2d(3, 8, 5, stride=2), nn.ReLU(), nn.Conv2d(8, 6, 3, padding=1, groups=2))
WITHOUT_A_READER = save(NET.state_dict())  # a .pt starts torch in a process of its own, after everybody else


@pytest.fixture(autouse=True)
def below_the_root(problems: list[str]) -> Iterator[None]:
    """Below "/" Streamlit's own client first looks for the server beside the page, and the browser logs that."""
    yield
    problems[:] = [p for p in problems if not re.search(r"404 \(Not Found\) \(.*/model/_stcore/[a-z-]+\)$", p)]


class ModelPage:
    """An open page My model."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.folder = TemporaryDirectory()
        page.goto(f"{server.url}/model")
        expect(self.field).to_be_attached(timeout=30_000)

    @property
    def field(self) -> Locator:
        return self.page.get_by_test_id("stFileUploaderDropzoneInput")

    @property
    def main(self) -> Locator:
        return self.page.get_by_test_id("stMain")

    def bring(self, name: str, content: bytes) -> None:
        """Load a file, and wait until it was read: then there is an empty field for the next one."""
        self.settled()
        names = self.page.locator("[class*=st-key-model_file_]").first.get_attribute("class") or ""
        count = int(names.partition("st-key-model_file_")[2].split(" ")[0])
        file = Path(self.folder.name, name)  # which the browser reads by itself: 40 MB would be text on their way to it
        file.write_bytes(content)
        self.field.set_input_files(file, timeout=60_000)
        expect(self.page.locator(f".st-key-model_file_{count + 1}")).to_be_attached(timeout=60_000)

    def settled(self) -> None:
        expect(self.page.get_by_test_id("stApp")).to_have_attribute(
            "data-test-script-state", "notRunning", timeout=60_000
        )

    def button(self, name: str) -> Locator:
        return self.main.get_by_role("button", name=name, exact=True)


def test_a_real_file_and_three_clicks_to_a_filters_window(server: Server, page: Page) -> None:
    model = ModelPage(page, server)
    model.bring("net.pt", saved(NET.state_dict()))
    expect(model.main.get_by_text("2 convolutions in 4 tensors")).to_be_visible(timeout=60_000)
    model.main.locator("tr", has_text="6 × 4 × 3 × 3").click()
    expect(model.main.get_by_test_id("stCode")).to_contain_text("nn.Conv2d(4, 6")
    model.button("its sliding window").click()
    shown = LayerPage(page)
    expect(shown.code).to_have_text("nn.Conv2d(4, 6, kernel_size=3)", timeout=30_000)
    shown.stage.get_by_role("button", name=re.compile("^filter 3")).first.click()
    expect(shown.stage).to_have_attribute("data-cell", re.compile("^0,3,"))
    expect(page.get_by_text("2 of net.pt")).to_be_visible()
    model.settled()
    shown.hover("weights for channel 0", (1, 2), (3, 3))
    expect(shown.tip).to_contain_text(number(NET[2].weight[3, 0, 1, 2].item()))


def number(value: float) -> str:
    """As a tip writes it, as far as its last digit cannot be rounded in another way."""
    return f"{value:.3f}".replace("-", "−")[:-1]


def test_what_a_weight_does_not_tell_comes_from_print(server: Server, page: Page) -> None:
    model = ModelPage(page, server)
    model.bring("net.safetensors", WITHOUT_A_READER)
    code = model.main.get_by_test_id("stCode")
    expect(code).to_contain_text("nn.Conv2d(3, 8, kernel_size=5)", timeout=60_000)
    model.main.get_by_label("stride", exact=True).fill("3")
    model.main.get_by_label("stride", exact=True).press("Enter")
    expect(code).to_contain_text("stride=3")
    model.main.get_by_text("paste what print(model) writes", exact=False).first.click()
    text = model.main.get_by_role("textbox", name="print(model)")
    text.fill(str(NET))
    text.press("Control+Enter")
    expect(model.main.get_by_text("The text tells 2 of 2 layers.")).to_be_visible()
    model.main.locator("tr", has_text="6 × 4 × 3 × 3").click()
    expect(code).to_contain_text("nn.Conv2d(8, 6, kernel_size=3, padding=1, groups=2)")
    model.button("its feature maps").click()
    expect(page.get_by_test_id("gallery")).to_have_attribute("data-content", re.compile("."), timeout=30_000)


def test_the_networks_own_file_and_its_filters(server: Server, page: Page) -> None:
    model = ModelPage(page, server)
    model.button("the small network of Draw a digit").click()
    expect(model.main.get_by_text("2 convolutions in 7 tensors")).to_be_visible(timeout=30_000)
    model.button("its filters").click()
    grid = page.get_by_test_id("weights")
    expect(grid).to_contain_text("conv1 of digits.safetensors", timeout=30_000)


FILES = {name: make for name, (make, _) in {**REFUSED, **LISTED}.items()} | NOT_FINITE | DEADLY
WORST = ["HTML", "pt, code", "onnx, 20 million nodes", *DEADLY]  # what runs, takes much, or ends its process
OTHERS = [name for name in FILES if name not in WORST]


@pytest.mark.slow
@pytest.mark.parametrize("names", [WORST, pytest.param(OTHERS, marks=pytest.mark.thorough)], ids=["worst", "others"])
def test_hostile_files_harm_no_other_session(
    names: list[str], fresh_server: Callable[..., Server], open_page: Callable[..., Page]
) -> None:
    server = fresh_server()
    other = LayerPage.open(open_page(), server.url)
    model = ModelPage(open_page(), server)
    for i, name in enumerate(names):
        content = FILES[name]()
        if not content:  # Streamlit's own field sends no empty file
            continue
        title = f"{i} <b>{re.sub('[^a-z]', '-', name)}"
        model.bring(title, content)
        settled = model.main.get_by_test_id("stAlert").or_(model.main.get_by_text(re.compile("convolutions? in")))
        expect(settled.first).to_be_visible(timeout=60_000)
        model.settled()
        other.push("seed")  # the other session is answered
    assert not Path(RAN).exists()
    model.bring("good.safetensors", WITHOUT_A_READER)  # and so is this one
    expect(model.main.get_by_text("2 convolutions in 4 tensors")).to_be_visible(timeout=60_000)
    assert model.main.locator("b").count() == 0  # names are text


def test_the_other_sessions_memory_holds_no_file_that_was_replaced(
    fresh_server: Callable[..., Server], page: Page, tmp_path: Path
) -> None:
    server = fresh_server()
    model = ModelPage(page, server)
    weights = np.zeros((1000, 1000, 5, 5), np.float32)  # 100 MB
    large = tmp_path / "large.safetensors"  # playwright takes more than 50 MB as a path only
    large.write_bytes(saved_safely(weights))
    model.settled()
    model.field.set_input_files(large)
    expect(model.main.get_by_text("large.safetensors · 1 convolution in 1 tensors")).to_be_visible(timeout=60_000)
    model.settled()
    with_large = resident(server.pid)
    model.bring("small.safetensors", saved_safely(weights[:1, :1]))
    expect(model.main.get_by_text("small.safetensors · 1 convolution in 1 tensors")).to_be_visible(timeout=60_000)
    model.settled()
    assert with_large - resident(server.pid) > 90e6


def saved_safely(weight: np.ndarray) -> bytes:
    return save({"conv.weight": torch.from_numpy(np.ascontiguousarray(weight))})


def resident(pid: int) -> int:
    """Bytes of memory that a process has now."""
    path = Path(f"/proc/{pid}/status")
    if not path.exists():
        pytest.skip("only Linux says how much memory another process has")
    (line,) = (line for line in path.read_text().splitlines() if line.startswith("VmRSS"))
    return 1024 * int(line.split()[1])


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_serious_and_all_fits(
    scheme: str, width: int, server: Server, open_page: Callable[..., Page]
) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    model = ModelPage(page, server)
    model.bring("net.safetensors", WITHOUT_A_READER)
    expect(model.main.get_by_text("2 convolutions in 4 tensors")).to_be_visible(timeout=60_000)
    model.settled()
    page.mouse.move(2, 2)
    page.evaluate("document.activeElement.blur()")
    assert violations(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth") == 0


@pytest.mark.thorough
def test_first_request_of_a_fresh_server(fresh_server: Callable[..., Server], page: Page) -> None:
    ModelPage(page, fresh_server())
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
