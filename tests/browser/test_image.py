"""The page "Filter an image" in Chromium: from a photograph to every map, one pixel's sum, and the Layer page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import matplotlib.cbook
import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import FloatRect, Page, expect
from skimage import data

from conv_viz.compute.layer import weights_of
from conv_viz.images.read import preview
from tests.browser.conftest import Server
from tests.browser.looking import DRAWN, LayerPage, at_rest
from tests.browser.navigation import to_page
from tests.browser.test_access import violations
from tests.numbers import assert_same_sums

HOPPER = Path(str(matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)))
SHOWN = "[data-testid=gallery][data-content]"


@pytest.fixture(autouse=True)
def _streamlit_looks_beside_the_page(problems: list[str]) -> Iterator[None]:
    """Below "/" Streamlit's own client first looks for the server beside the page, and the browser logs that."""
    yield
    problems[:] = [p for p in problems if not re.search(r"404 \(Not Found\) \(.*/image/_stcore/[a-z-]+\)$", p)]


def opened(page: Page, url: str, query: str = "") -> Page:
    page.goto(f"{url}/image{query}")
    page.locator(SHOWN).wait_for(timeout=30_000)
    return page


def changed(page: Page, act: Callable[[], object]) -> None:
    """Do something, and wait for another picture."""
    gallery = page.locator(SHOWN)
    before = gallery.get_attribute("data-content") or ""
    act()
    expect(gallery).not_to_have_attribute("data-content", before, timeout=15_000)


def upload(page: Page, content: bytes | Path, name: str = "mine.png") -> None:
    if not page.get_by_test_id("stFileUploader").is_visible():
        page.get_by_role("radio", name="your file").click()
    file = content if isinstance(content, Path) else {"name": name, "mimeType": "image/png", "buffer": content}
    page.locator("input[type=file]").set_input_files(file)


def png(image: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def downloaded(page: Page, name: str) -> np.ndarray:
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    return np.load(download.value.path())


def place(page: Page) -> FloatRect:
    """Where the viewer is in the window, once what is above it has come: on a busy machine that moves it."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning", timeout=30_000)
    return at_rest(page.get_by_test_id("viewer"), pause=300)


def assert_torchs(numbers: np.ndarray, unit: np.ndarray, *arguments: int, **more: int) -> None:
    """The numbers are those of torch's own layer, which adds up in this process on all cores."""
    torch.manual_seed(0)
    layer = torch.nn.Conv2d(*arguments, **more)
    with torch.no_grad():
        theirs = layer(torch.from_numpy(unit)).numpy()
    assert_same_sums(numbers, theirs, unit, *weights_of(layer))


TILE = f"""async button => {{
  {DRAWN}
  const [space, wall] = [button.firstChild, button.parentElement.querySelector("canvas")];
  const box = [space.offsetLeft, space.offsetTop, space.offsetWidth, space.offsetHeight];
  const copy = new OffscreenCanvas(wall.width, wall.height).getContext("2d");
  copy.drawImage(wall, 0, 0);
  return Array.from(copy.getImageData(...box).data);
}}"""


def tile(page: Page, name: str) -> np.ndarray:
    """What a tile shows: RGBA (pixels, 4)."""
    return np.reshape(page.get_by_role("button", name=name).evaluate(TILE), (-1, 4))


def test_upload_see_the_maps_move_a_slider_download_and_compare(server: Server, page: Page) -> None:
    opened(page, server.url)
    changed(page, lambda: upload(page, HOPPER))
    about = page.get_by_test_id("about")
    expect(about).to_contain_text("grace_hopper.jpg: 600 × 512, 3 channels → 4 feature maps of 300 × 256")
    expect(page.get_by_role("group", name="feature maps").get_by_role("button")).to_have_count(4)
    unit = preview(HOPPER.read_bytes()).unit()
    assert_torchs(downloaded(page, "Numbers of all maps"), unit, 3, 4, 3, stride=2, padding=1)
    before = tile(page, "filter 1")
    slider = page.locator(".st-key-kernel_size").get_by_role("slider")
    changed(page, lambda: (slider.focus(), slider.press("ArrowRight")))
    expect(page.get_by_test_id("code")).to_have_text("nn.Conv2d(3, 4, kernel_size=4, stride=2, padding=1)")
    assert not np.array_equal(tile(page, "filter 1"), before)
    assert_torchs(downloaded(page, "Numbers of all maps"), unit, 3, 4, 4, stride=2, padding=1)


def test_the_open_map_is_in_the_link_and_in_the_history(server: Server, page: Page) -> None:
    opened(page, server.url)
    title = page.get_by_test_id("map-title")
    for name in ("filter 2", "filter 3", "filter 0"):
        changed(page, partial(page.get_by_role("button", name=name).click))
        expect(title).to_contain_text(name)
        link = re.compile(rf"map={name[-1]}") if name != "filter 0" else re.compile("^((?!map=).)*$")
        expect(page).to_have_url(link)
    changed(page, page.go_back)
    expect(title).to_contain_text("filter 3")
    page.reload()
    expect(title).to_contain_text("filter 3", timeout=30_000)


def test_one_map_beside_the_picture_with_divider_and_pixel(server: Server, page: Page) -> None:
    opened(page, server.url, "?stride=1")
    changed(page, lambda: page.get_by_role("button", name="filter 2").click())
    expect(page.get_by_test_id("map-title")).to_contain_text("filter 2")
    expect(page.get_by_role("button", name="filter 2")).to_have_attribute("aria-pressed", "true")
    viewer, divider = page.get_by_test_id("viewer"), page.get_by_role("slider", name="divider")
    base = f"async v => {{ {DRAWN} return v.querySelector('canvas').toDataURL(); }}"
    half = viewer.evaluate(base)
    box = place(page)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 60, steps=4)
    page.mouse.up()
    expect(divider).to_have_attribute("aria-valuenow", "80")
    assert viewer.evaluate(base) != half
    divider.press("Home")
    expect(divider).to_have_attribute("aria-valuenow", "0")

    # pointing at a pixel: the number is the map's, the window the picture's, and the products add up to it
    numbers = downloaded(page, "Numbers of all maps")
    box = place(page)
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.2)
    gallery = page.locator(SHOWN)
    expect(gallery).to_have_attribute("data-cell", re.compile(r"^10\d,15\d$"))
    y, x = map(int, (gallery.get_attribute("data-cell") or "").split(","))
    expect(page.get_by_test_id("pixel")).to_contain_text(f"output[2, {y}, {x}] = ")
    said = page.get_by_test_id("pixel").inner_text().split(" = ")[1].replace("−", "-")
    assert np.float32(said) == numbers[2, y, x]
    expect(page.get_by_test_id("sums")).to_contain_text("✓")

    page.mouse.click(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.5)
    page.mouse.move(2, 2)  # it is held
    y, x = map(int, (gallery.get_attribute("data-cell") or "").split(","))
    assert 250 < y < 262 and 350 < x < 366
    page.get_by_role("application", name="pixels").press("Shift+ArrowLeft")
    expect(gallery).to_have_attribute("data-cell", f"{y},{x - 10}")


@pytest.mark.parametrize("filters", [pytest.param(4, marks=pytest.mark.thorough), 64])
def test_from_the_photograph_to_the_arithmetic_of_a_pixel_in_two_clicks(
    filters: int, server: Server, page: Page
) -> None:
    opened(page, server.url, f"?stride=2&kernel_size=5&seed=3&out_channels={filters}")
    changed(page, lambda: upload(page, HOPPER))
    changed(page, lambda: page.get_by_role("button", name="filter 1,").click())
    box = place(page)
    page.mouse.click(box["x"] + 150, box["y"] + 200)
    sums = page.get_by_test_id("sums").inner_text()
    page.get_by_test_id("take").click()
    layer = LayerPage(page)
    shapes = layer.stage.get_by_test_id("shapes")
    expect(shapes).to_contain_text(re.compile(r"\(1, 3, 2[89], 2[89]\)"), timeout=15_000)
    expect(layer.control("fill").get_by_role("combobox")).to_have_value("own picture")
    expect(layer.stage).to_have_attribute("data-cell", re.compile("^0,1,6,[67]$"))
    there, here = (float(n.replace("−", "-")) for n in (sums.split("torch ")[1].split(" ")[0], layer.number("torch")))
    assert here == pytest.approx(there, abs=1.01e-4)  # four places are written, and the last may round either way
    expect(page).to_have_url(re.compile(r"kernel_size=5.*seed=3"))  # nothing else was lost on the way

    content, shape = layer.content, shapes.inner_text()
    layer.push("height")  # a row more of the same picture
    expect(shapes).not_to_have_text(shape)
    layer.push("height", "ArrowLeft")
    expect(layer.stage).to_have_attribute("data-content", content)

    to_page(page, "Filter an image")
    expect(page.get_by_test_id("about")).to_contain_text("grace_hopper.jpg", timeout=15_000)
    expect(page.get_by_test_id("map-title")).to_contain_text("filter 1")


def test_a_crop_goes_to_the_layer_page(server: Server, page: Page) -> None:
    opened(page, server.url, "?stride=1")
    box = place(page)
    scale = box["width"] / 512
    page.mouse.move(box["x"] + 20 * scale, box["y"] + 40 * scale)
    page.mouse.down()
    page.mouse.move(box["x"] + 215 * scale, box["y"] + 165 * scale, steps=5)
    page.mouse.up()
    take = page.get_by_test_id("take")
    expect(take).to_have_text(re.compile(r"Take this crop of 12[56] × 19[56] pixels to the Layer page"))
    take.click()
    shapes = LayerPage(page).stage.get_by_test_id("shapes")
    expect(shapes).to_contain_text(re.compile(r"\(1, 3, 3[12], 4[89]\)"), timeout=15_000)


def test_a_bad_file_is_one_sentence_and_what_was_there_stays(server: Server, page: Page, tmp_path: Path) -> None:
    opened(page, server.url)
    changed(page, lambda: upload(page, png(data.chelsea())))
    before = page.locator(SHOWN).get_attribute("data-content")
    name = "<img src=x onerror=document.title=1>.png"
    large = tmp_path / "large.png"
    large.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(60_000_000))
    upload(page, large)
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_have_text(re.compile("60.0 MB and at most 50 MB are read"), timeout=30_000)
    expect(page.locator(SHOWN)).to_have_attribute("data-content", before or "")
    upload(page, b"<html><script>document.title=1</script></html>", name)
    expect(alert).to_have_text(re.compile("web page"))
    expect(page.locator(SHOWN)).to_have_attribute("data-content", before or "")
    changed(page, lambda: upload(page, png(data.camera()[:300]), name))
    expect(page.get_by_test_id("about")).to_contain_text(f"{name}: 300 × 512, 1 channel")
    expect(alert).to_have_count(0)
    assert page.title() == "conv_viz"


def test_one_click_fits_the_layer_to_the_picture(server: Server, page: Page) -> None:
    opened(page, server.url, "?stride=1")
    changed(page, lambda: page.get_by_role("radio", name="cat, 4 bands").click())
    gallery = page.locator(SHOWN)
    expect(gallery).to_contain_text(
        "The picture was fitted to the layer: of 4 channels channels 0 to 2 are kept, the rest is dropped."
    )
    changed(page, lambda: page.get_by_test_id("fit").click())
    expect(gallery).to_contain_text("The layer was fitted to the picture: in_channels is now 4.")
    expect(page.get_by_test_id("code")).to_have_text("nn.Conv2d(4, 4, kernel_size=3, padding=1)")
    expect(page.get_by_test_id("fit")).to_have_count(0)


def test_an_impossible_layer_keeps_the_maps_and_is_mended_in_one_click(server: Server, page: Page) -> None:
    opened(page, server.url)
    changed(page, lambda: page.locator(".st-key-padding_as").get_by_text("same").click())
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("padding")
    expect(page.get_by_role("group", name="feature maps").get_by_role("button")).to_have_count(4)
    expect(page.get_by_text("still shown: nn.Conv2d(3, 4, kernel_size=3, stride=2, padding=1)")).to_be_visible()
    changed(page, lambda: problem.get_by_test_id("fix").click())
    expect(problem).to_have_count(0)
    expect(page.get_by_text("still shown")).to_have_count(0)
    opened(page, server.url, "?padding_as=same&out_channels=3")
    expect(page.get_by_text("shown instead: nn.Conv2d(3, 3, kernel_size=3, stride=2, padding=1)")).to_be_visible()
    expect(page.get_by_role("group", name="feature maps").get_by_role("button")).to_have_count(3)


def test_full_resolution_with_progress_and_cancel(server: Server, page: Page) -> None:
    file = io.BytesIO()
    Image.fromarray(np.tile(data.chelsea(), (3, 3, 1))).save(file, "JPEG")
    opened(page, server.url, "?kernel_size=11&in_channels=8&padding=5&stride=1&out_channels=16")
    changed(page, lambda: upload(page, file.getvalue(), "large.jpg"))
    run = page.get_by_role("button", name="Run all maps in full resolution, 900 × 1353")
    cancel = page.get_by_role("button", name="Cancel")
    run.click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    cancel.click()
    expect(cancel).to_have_count(0)
    expect(run).to_be_visible()

    opened(page, server.url, "?padding=3&stride=1")
    changed(page, lambda: upload(page, file.getvalue(), "large.jpg"))
    run.click()
    expect(page.get_by_text("Full resolution, 4 maps of 904 × 1357")).to_be_visible(timeout=30_000)
    unit = np.ascontiguousarray(np.asarray(Image.open(file)).transpose(2, 0, 1)).astype(np.float32) / np.float32(255)
    assert_torchs(downloaded(page, "Numbers in full"), unit, 3, 4, 3, padding=3)


def test_a_link_to_somebody_elses_picture_shows_the_usual_one(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, f"{server.url}/?fill=own+picture&height=9")
    expect(shown.stage.get_by_test_id("shapes")).to_contain_text("(1, 3, 9, 7)")
    expect(shown.control("fill").get_by_role("combobox")).to_have_value("photo")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_serious_and_the_maps_have_the_pages_colours(
    scheme: str, width: int, server: Server, open_page: Callable[..., Page]
) -> None:
    page = opened(open_page(color_scheme=scheme, viewport={"width": width, "height": 900}), server.url)
    assert_fits(page)
    page.get_by_role("radio", name="your file").click()
    page.get_by_test_id("stFileUploader").wait_for()
    changed(page, lambda: page.get_by_role("radio", name="named filters").click())
    page.get_by_test_id("about").click()  # Streamlit's own colours of a button with the focus are not ours to choose
    page.wait_for_timeout(500)  # fading in is no lack of contrast
    assert violations(page) == []
    changed(page, lambda: page.get_by_role("radio", name="blue").click())
    shown = np.median(tile(page, "Sobel in x")[:, :3])
    assert (shown > 128) == (scheme == "light"), "zero, which most of an edge picture is, has the colour of the page"


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_window(width: int, server: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    assert_fits(opened(page, server.url, "?out_channels=64&in_channels=8&kernel_size=11"))


def assert_fits(page: Page) -> None:
    over = "e => e.scrollWidth - e.clientWidth"
    assert page.evaluate(f"({over})(document.scrollingElement)") == 0
    assert page.get_by_test_id("gallery").evaluate(over) == 0


def test_first_request_of_a_fresh_server(fresh_server: Callable[..., Server], page: Page) -> None:
    opened(page, fresh_server().url, "?out_channels=5")
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    expect(page.get_by_role("group", name="feature maps").get_by_role("button")).to_have_count(5)


def test_on_a_telephone_the_picture_has_the_whole_width(server: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    opened(page, server.url)
    picture, maps = (page.get_by_test_id("gallery").locator(part).bounding_box() for part in (".viewer", ".tiles"))
    assert picture and maps
    assert picture["width"] > 330
    assert maps["y"] > picture["y"] + picture["height"]


def test_what_can_be_done_with_a_pixel_is_said_below_the_map(server: Server, page: Page) -> None:
    opened(page, server.url)
    said = page.get_by_test_id("gallery").get_by_text("drag a rectangle for a crop")
    viewer, words = page.get_by_test_id("viewer").bounding_box(), said.bounding_box()
    buttons = page.get_by_role("button", name="This map").bounding_box()
    assert viewer and words and buttons
    assert viewer["y"] + viewer["height"] < words["y"] < viewer["y"] + viewer["height"] + 120
    assert words["y"] + words["height"] < buttons["y"]
