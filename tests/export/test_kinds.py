"""Every window layer in every format: the file opens again, and its numbers are torch's own layer's."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from collections import Counter
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from conv_viz.export import Look, export
from conv_viz.export.colors import LIGHT, diverging
from conv_viz.export.film import animation, moment
from conv_viz.export.formats import FORMATS
from conv_viz.export.grids import Place
from conv_viz.export.html import left_out, other_scenes, page
from conv_viz.export.numbers import brief, factor, signed
from conv_viz.layers.kinds import KINDS
from conv_viz.lenses.subject import Subject
from conv_viz.scenes.payload import decode, encode
from conv_viz.scenes.scene import Scene
from tests.export.test_html import payloads

SVG = "{http://www.w3.org/2000/svg}"
ARANGE = torch.arange(49.0).reshape(1, 1, 7, 7)


def noise(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(1))


def seeded(layer: type[nn.Module], *arguments: Any, **more: Any) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(2)
        return layer(*arguments, **more)


CASES: dict[str, tuple[Any, torch.Tensor]] = {
    "Conv2d": (seeded(nn.Conv2d, 2, 2, 3, padding=1), noise(1, 2, 4, 5)),
    "ConvTranspose2d": (
        seeded(nn.ConvTranspose2d, 2, 2, 3, stride=2, padding=1, output_padding=1),
        noise(1, 2, 3, 3),
    ),
    "MaxPool2d": (nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True), noise(1, 2, 6, 6)),
    "AvgPool2d": (nn.AvgPool2d(2, stride=3, ceil_mode=True), ARANGE),
    "LPPool2d": (nn.LPPool2d(2, 2, stride=3, ceil_mode=True), ARANGE),
    "Conv1d": (seeded(nn.Conv1d, 2, 3, 3, dilation=2, padding=2), noise(1, 2, 8)),
}


def of(name: str) -> tuple[Scene, np.ndarray]:
    """The scene of a case, and its first channel as rows and columns, which is torch's."""
    module, x = CASES[name]
    with torch.inference_mode():
        output = np.atleast_2d(module(x)[0, 0].numpy())
    scene = Subject.of(module, x).scene()
    np.testing.assert_allclose(scene.arrays["output"][0], output, rtol=1e-6, atol=1e-6)  # the same call, twice
    return scene, scene.arrays["output"][0]


def still(scene: Scene, row: int, column: int) -> ET.Element:
    return ET.fromstring(export(scene, "svg", Look(cell=(row, column))))


def texts(root: ET.Element) -> list[str]:
    return [node.text or "" for node in root.iter(f"{SVG}text")]


def inside(root: ET.Element, place: Place, row: int, column: int) -> list[str]:
    """What is written in one cell of a grid."""
    x, y, w, h = place.box(row, column)
    spots = ((int(node.get("x") or 0), int(node.get("y") or 0), node.text or "") for node in root.iter(f"{SVG}text"))
    return [text for left, top, text in spots if x <= left < x + w and y <= top < y + h]


def follow_each_other(said: list[str], words: list[str]) -> bool:
    return any(said[i : i + len(words)] == words for i in range(len(said)))


def test_there_is_a_case_of_every_kind_of_layer() -> None:
    assert {name[:-2] for name in CASES} == {name[:-2] for name in KINDS}
    assert {KINDS[name].dims for name in CASES} == {1, 2}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_an_animation_ends_with_the_output_of_torch(name: str, kind: str) -> None:
    scene, output = of(name)
    board = animation(scene, Look()).board
    with Image.open(io.BytesIO(export(scene, kind)), formats=[kind.upper()]) as image:
        assert image.n_frames == output.size
        image.seek(output.size - 1)
        last = np.asarray(image.convert("RGB")).astype(int)
    colors = diverging(scene.header["stage"]["ranges"]["output"][1], LIGHT)(output).astype(int)
    corner = board.plan.px(4)
    for row, column in np.ndindex(output.shape):
        x, y, _, _ = board.output.box(row, column)
        assert np.abs(last[y + corner, x + corner] - colors[row, column]).max() <= 3


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("animated", [False, True])
def test_an_svg_says_the_numbers_of_torch(name: str, animated: bool) -> None:
    scene, output = of(name)
    end = (output.shape[0] - 1, output.shape[1] - 1)
    root = ET.fromstring(export(scene, "svg", Look(cell=end), animated=animated))
    said = texts(root)
    for value in output.ravel():
        said.remove(signed(value))
    for value in CASES[name][1].ravel().tolist():
        said.remove(brief(value))
    assert signed(output[-1, -1], 4) in said and scene.header["code"] in said


@pytest.mark.parametrize("name", CASES)
def test_png_and_page_open_again(name: str) -> None:
    assert FORMATS.keys() == {"gif", "webp", "svg", "png", "html", "pdf"}, "each is tried here, PDF in test_sheet.py"
    scene, _ = of(name)
    with Image.open(io.BytesIO(export(scene, "png")), formats=["PNG"]) as image:
        assert image.size == moment(scene, Look()).size and image.width <= 1200
    (payload,) = payloads(page(scene))
    assert np.array_equal(decode(payload).arrays["output"], scene.arrays["output"])
    assert payload == encode(scene)


@pytest.mark.parametrize("name", CASES)
def test_without_products_and_with_a_payload(name: str) -> None:
    scene, output = of(name)
    slim = export(encode(scene), "svg", Look(products=False, theme="dark"))
    assert signed(output[0, 0]) in texts(ET.fromstring(slim))
    assert scene.header["stage"]["titles"]["taps"] not in texts(ET.fromstring(slim))


# -- transposed --------------------------------------------------------------------------------


def test_a_transposed_kernel_stands_turned_round() -> None:
    module, _ = CASES["ConvTranspose2d"]
    scene, _ = of("ConvTranspose2d")
    said = texts(still(scene, 2, 3))
    assert "filter 0, turned round" in said and "input, stretched and padded" in said
    for channel in range(2):
        kernel = module.weight.detach().numpy()[channel, 0, ::-1, ::-1]
        assert follow_each_other(said, [signed(value) for value in kernel.ravel()])


@pytest.mark.parametrize("cell", [(0, 0), (2, 3), (5, 5)])
def test_the_products_of_a_transposed_layer_are_what_torch_adds_up(cell: tuple[int, int]) -> None:
    """torch's own gradient says which weight meets which number."""
    module, x = CASES["ConvTranspose2d"]
    module.zero_grad()
    module(x)[0, 0][cell].backward()
    parts = (module.weight.double() * module.weight.grad)[:, 0].detach().numpy()
    said = Counter(texts(still(of("ConvTranspose2d")[0], *cell)))
    wanted = Counter(signed(value, 3) for value in parts.ravel() if value)
    assert wanted and all(said[text] >= count for text, count in wanted.items())
    for channel in parts:
        assert said[signed(channel.sum(), 4)]


def test_a_hole_has_a_dot_and_no_number() -> None:
    scene, _ = of("ConvTranspose2d")
    root, board = still(scene, 0, 0), moment(scene, Look()).board
    place, holes = board.plane(0), board.kind("hole")
    assert holes.sum() == 5 * 5 - 3 * 3
    dots = [node.get("d") or "" for node in root.iter(f"{SVG}path") if node.get("stroke-linecap") == "round"]
    for row, column in np.argwhere(holes).tolist():
        x, y, w, h = place.box(row, column)
        assert not inside(root, place, row, column)
        assert f"M{x + w // 2} {y + h // 2}h0" in dots[0]
    picture = np.asarray(Image.open(io.BytesIO(export(scene, "png", Look(cell=(0, 0)))), formats=["PNG"]))
    x, y, w, h = place.box(3, 4)
    assert (picture[y + h // 2, x + w // 2] == LIGHT.faint).all()


# -- pools -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "module",
    [
        CASES["AvgPool2d"][0],
        nn.AvgPool2d(2, stride=3, padding=1, ceil_mode=True),
        nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False),
        nn.AvgPool2d(2, divisor_override=-3),
    ],
    ids=str,
)
def test_a_mean_says_its_divisor(module: nn.AvgPool2d) -> None:
    """The same window of ones, summed by torch, says how many count."""
    sums = nn.AvgPool2d(module.kernel_size, module.stride, module.padding, module.ceil_mode, divisor_override=1)
    output, summed = module(ARANGE)[0, 0], sums(ARANGE)[0, 0]
    scene = Subject.of(module, ARANGE).scene()
    for cell in np.ndindex(*output.shape):
        said = texts(still(scene, *cell))
        written = said[said.index("divided by") + 1 :]
        divisor = next(float(text.replace("−", "-")) for text in written if text.lstrip("−").isdigit())
        assert float(summed[cell]) / divisor == pytest.approx(float(output[cell]), rel=1e-6)
        assert signed(float(summed[cell]), 4) in said and signed(float(output[cell]), 4) in said


def test_a_norm_says_its_powers_and_the_root() -> None:
    module, x = CASES["LPPool2d"]
    scene = Subject.of(module, x).scene()
    said = texts(still(scene, 0, 0))
    values = x[0, 0, :2, :2].flatten().tolist()
    assert [text for text in said if text.endswith("^ 2")] == [f"{factor(value)} ^ 2" for value in values]
    assert signed(sum(value**2 for value in values), 4) in said and "1/2" in said and "divided by" not in said
    beside = texts(still(scene, 2, 0))
    assert [beside[beside.index(word) + 1] for word in ("divided by", "times", "to the power")] == ["2", "4", "1/2"]
    assert signed(float(module(x)[0, 0, 2, 0]), 4) in beside


def test_what_lies_beyond_has_no_number_and_is_hatched() -> None:
    scene, _ = of("AvgPool2d")
    root, board = still(scene, 2, 2), moment(scene, Look(cell=(2, 2))).board
    assert board.kind("beyond").sum() == 8 + 7
    for row, column in np.argwhere(board.kind("beyond")).tolist():
        assert inside(root, board.plane(0), row, column) == []
    assert [inside(root, board.products(0), *tap) for tap in np.ndindex(2, 2)] == [["48"], [], [], []]
    picture = np.asarray(Image.open(io.BytesIO(export(scene, "png", Look(cell=(2, 2)))), formats=["PNG"]))
    for place, cell in ((board.plane(0), (7, 1)), (board.products(0), (1, 1))):
        x, y, w, h = place.box(*cell)
        lines = (picture[y + 3 : y + h - 3, x + 3 : x + w - 3] == LIGHT.toward_text(0.75)).all(axis=2)
        assert 0.1 < lines.mean() < 0.5


def test_the_cell_that_wins_is_framed() -> None:
    (_, x), (scene, output) = CASES["MaxPool2d"], of("MaxPool2d")
    _, indices = nn.functional.max_pool2d(x, 3, 2, 1, ceil_mode=True, return_indices=True)
    for cell in ((0, 0), (1, 2), (3, 3)):
        board = moment(scene, Look(cell=cell)).board
        picture = np.asarray(Image.open(io.BytesIO(export(scene, "png", Look(cell=cell))), formats=["PNG"]))
        framed = accented(picture, board.plane(0), (8, 8), 2)
        won = divmod(int(indices[0, 0][cell]), 6)
        assert framed == {(won[0] + 1, won[1] + 1)}, "one more for the padding"
        taps = accented(picture, board.products(0), (3, 3), 0)
        assert taps == {(won[0] + 1 - 2 * cell[0], won[1] + 1 - 2 * cell[1])}
        said = texts(still(scene, *cell))
        assert "largest" in said and "window" in said and "−∞" in said
        assert said.count(signed(output[cell], 4)) == 2, "in the box, and as torch's own number"


def accented(picture: np.ndarray, place: Place, shape: tuple[int, int], inset: int) -> set[tuple[int, int]]:
    """The cells of a grid that have a frame of the accent so far inside, clear of the frame around a whole window."""
    found = set()
    for row, column in np.ndindex(*shape):
        x, y, _, h = place.box(row, column)
        if (picture[y + 5 : y + h - 5, x + inset] == LIGHT.accent).all():
            found.add((row, column))
    return found


def test_a_window_that_only_moves_is_drawn_once() -> None:
    root = ET.fromstring(export(of("MaxPool2d")[0], "svg", animated=True))
    names = [rule.split("{")[0] for rule in (root.find(f"{SVG}style").text or "").split("@keyframes ")[1:]]
    moving = [group for group in root.iter(f"{SVG}g") if (group.get("transform") or "").startswith("translate(")]
    assert names and len(moving) >= 6, "the frames of the output, the window and the winner, each in its own place"


def test_a_pool_has_no_filter() -> None:
    for name in ("MaxPool2d", "AvgPool2d"):
        said = texts(still(of(name)[0], 0, 0))
        assert not any("filter" in text or text == "weights" for text in said)
        assert "tap by tap" not in said and not any("×" in text for text in said)


def test_a_pool_of_many_channels_in_one_page() -> None:
    subject = Subject.of("nn.MaxPool2d(2)", (2, 20, 4, 4))
    first = subject.scene()
    assert left_out([first]) == "This file holds sample 0 of 2, channels 0–7 of 20."
    assert "in view: channels 0–7 of 20" in texts(still(first, 0, 0))
    whole = [first, *other_scenes(first, subject.scene)]
    assert len(whole) == 6 and left_out(whole) == ""


# -- one axis ----------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", [(), (2,)])
def test_one_axis_is_one_row_with_its_numbers(batch: tuple[int, ...]) -> None:
    module = seeded(nn.Conv1d, 1, 2, 3, padding=1)
    x = noise(*batch, 1, 12)
    scene = Subject.of(module, x).scene()
    said = texts(still(scene, 0, 7))
    output = scene.arrays["output"][:, 0]
    np.testing.assert_allclose(output, module(x).detach().numpy().reshape(-1, 2, 12)[0], rtol=1e-6, atol=1e-6)
    assert "output[0, 0, 7]" in said and signed(output[0, 7], 4) in said
    assert all(signed(value) in said for value in output[0, :8])
    assert f"input {tuple(x.shape)} → output {(*batch, 2, 12)}" in said


def test_other_pictures_of_a_layer_with_one_axis() -> None:
    subject = Subject.of("nn.Conv1d(10, 2, 3)", (3, 10, 7))
    first = subject.scene()
    whole = [first, *other_scenes(first, subject.scene)]
    assert len(whole) == 6 and left_out(whole) == ""


def test_a_long_row_is_cut_and_says_so() -> None:
    scene = Subject.of("nn.Conv1d(1, 1, 3)", (1, 1, 1000)).scene()
    assert scene.header["stage"]["cut"] == "output cells 0–253 of 998"
    assert "in view: output cells 0–253 of 998" in texts(still(scene, 0, 100))
