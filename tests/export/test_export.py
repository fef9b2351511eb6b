"""Exports, opened again by somebody else: Pillow for pixels, an XML parser for SVG."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image

from conv_viz import ConvSpec, run
from conv_viz.export import ExportError, Look, export, save
from conv_viz.export.colors import THEMES, diverging
from conv_viz.export.film import animation, moment
from conv_viz.export.formats import FORMATS
from conv_viz.export.gif import gif
from conv_viz.export.numbers import brief, signed
from conv_viz.layers.part import View
from conv_viz.layers.setup import Setup
from conv_viz.lenses.layer import drawn, run_scene
from conv_viz.scenes.payload import encode
from conv_viz.scenes.scene import Scene
from tests.strategies import layers

SVG = "{http://www.w3.org/2000/svg}"
LAYERS = {
    "plain": (dict(in_channels=1, out_channels=1, kernel_size=3), (1, 1, 7, 7)),
    "colour": (dict(in_channels=3, out_channels=4, kernel_size=3, stride=2, padding=1), (1, 3, 7, 7)),
    "groups": (dict(in_channels=4, out_channels=8, kernel_size=3, groups=2, padding=1), (2, 4, 5, 6)),
    "dilated, circular": (
        dict(in_channels=1, out_channels=1, kernel_size=(2, 3), dilation=2, padding=2, padding_mode="circular"),
        (1, 1, 6, 5),
    ),
    "rows unread": (dict(in_channels=2, out_channels=1, kernel_size=2, stride=3, bias=False), (1, 2, 7, 9)),
}


def of(name: str, **view: int) -> Scene:
    arguments, shape = LAYERS[name]
    return drawn(Setup.of(arguments, shape, "random" if name == "colour" else "photo"), View(**view))


def opened(data: bytes, kind: str) -> Image.Image:
    return Image.open(io.BytesIO(data), formats=[kind])


def frames(data: bytes, kind: str) -> list[np.ndarray]:
    """Every frame as somebody sees it: RGB (H, W, 3)."""
    with opened(data, kind) as image:
        shown = []
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            shown.append(np.asarray(image.convert("RGB")).astype(int))
        return shown


def output_cells(setup: np.ndarray, made: Scene, look: Look) -> np.ndarray:
    """The colour of each output cell, read from the picture near the cell's corner, where no number stands."""
    board = animation(made, look).board
    rows, columns = board.shape
    corner = board.plan.px(4)
    boxes = [[board.output.box(r, c) for c in range(columns)] for r in range(rows)]
    return np.array([[setup[y + corner, x + corner] for x, y, _, _ in row] for row in boxes])


# -- pixels ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "theme"),
    [
        ("plain", "gif", "dark"),
        ("colour", "gif", "light"),
        ("groups", "gif", "dark"),
        ("dilated, circular", "gif", "light"),
        ("rows unread", "gif", "light"),
        ("plain", "webp", "light"),
        ("rows unread", "webp", "dark"),
    ],
)
def test_an_animation_ends_with_the_output_of_the_layer(name: str, kind: str, theme: str) -> None:
    made, look = of(name), Look(theme=theme)
    shown = frames(export(made, kind, look), kind.upper())
    output = made.arrays["output"][0]
    assert len(shown) == output.size
    most = made.header["stage"]["ranges"]["output"][1]
    expected = diverging(most, THEMES[theme])(output).astype(int)
    assert np.abs(output_cells(shown[-1], made, look) - expected).max() <= (0 if kind == "webp" else 3)
    middle = output_cells(shown[output.size // 2], made, look).reshape(-1, 3)
    assert np.abs(middle[output.size // 2 + 1 :] - THEMES[theme].background).max() == 0, "still empty"


def test_every_frame_of_a_gif_is_the_picture_that_was_painted() -> None:
    """Frames hold changes only: nothing of an earlier frame may be left."""
    made, look = of("colour"), Look(theme="dark")
    shown = frames(export(made, "gif", look), "GIF")
    for number in (0, 5, len(shown) - 1):
        cell = divmod(number, 4)
        still = frames(export(made, "png", Look(theme="dark", cell=cell)), "PNG")[0]
        differs = np.abs(shown[number] - still).max(axis=2)
        assert (differs > 60).mean() < 0.0005, "edges of letters may differ a little, and nothing else"


def test_frame_times_are_the_speed_and_the_last_frame_stays() -> None:
    with opened(export(of("plain"), "gif", Look(speed=8, hold=1.5)), "GIF") as image:
        assert image.info["loop"] == 0, "without end"
        times = []
        for number in range(image.n_frames):
            image.seek(number)
            times.append(image.info["duration"])
    assert times == [120] * 24 + [1500]
    with opened(export(of("plain"), "webp", Look(speed=8, hold=1.5)), "WEBP") as image:
        image.seek(24)
        image.load()
        assert image.info["duration"] == 1500


def test_frames_at_every_nth_cell_still_end_with_the_whole_output() -> None:
    whole = frames(export(of("plain"), "gif"), "GIF")
    some = frames(export(of("plain"), "gif", Look(every=10)), "GIF")
    assert len(some) == 3
    assert np.abs(some[-1] - whole[-1]).mean() < 0.5, "the same but for colours that stand for others"


def test_the_window_is_orange_where_the_taps_say() -> None:
    made = of("dilated, circular")
    look = Look(cell=(1, 2))
    film = moment(made, look)
    picture = frames(export(made, "png", look), "PNG")[0]
    rows, columns = made.arrays["window_y"][1], made.arrays["window_x"][2]
    place = film.board.plane(0)
    x, y, w, h = place.box(rows[0], columns[0], rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1)
    accent = film.board.theme.accent
    assert (picture[y, x : x + w] == accent).all() and (picture[y + h - 1, x : x + w] == accent).all()
    assert (picture[y : y + h, x] == accent).all() and (picture[y : y + h, x + w - 1] == accent).all()


def plane_cell(made: Scene, row: int, column: int) -> np.ndarray:
    """The pixels of a cell of the first plane in the first frame, RGB, without the cell's edge."""
    look = Look(cell=(0, 0))
    x, y, w, h = moment(made, look).board.plane(0).box(row, column)
    return frames(export(made, "png", look), "PNG")[0][y + 3 : y + h - 3, x + 3 : x + w - 3]


def test_copies_in_the_padding_are_paler_and_zeros_are_empty() -> None:
    made = of("dilated, circular")
    copy, original = plane_cell(made, 9, 6), plane_cell(made, 3, 6)
    assert made.arrays["source_y"][9] == made.arrays["source_y"][3], "the same input row"
    assert np.abs(copy[0, 0] - (original[0, 0] + 255) / 2).max() <= 1
    zeros = drawn(Setup.of(dict(in_channels=1, out_channels=1, kernel_size=3, padding=1), (1, 1, 5, 5)), View())
    assert (plane_cell(zeros, 0, 5)[0, 0] == 255).all()


def test_rows_that_nothing_reads_are_hatched() -> None:
    made = of("rows unread")
    assert 2 in made.header["stage"]["unread"][0] and 3 not in made.header["stage"]["unread"][0]
    line = np.array(animation(made, Look()).board.theme.toward_text(0.75))

    def hatched(row: int) -> float:
        return (np.abs(plane_cell(made, row, 4) - line).max(axis=2) == 0).mean()

    assert hatched(2) > 0.1 and hatched(3) < 0.02


def test_a_gif_holds_changes_only() -> None:
    film = animation(of("plain"), Look())
    first, *later = [len(piece) for piece in gif(film)][1:-1]
    assert sum(later) / len(later) < 0.33 * first


@pytest.mark.parametrize("kind", ["png", "webp", "gif"])
def test_a_transparent_ground_shines_through(kind: str) -> None:
    data = export(of("colour"), kind, Look(background="transparent"), animated=kind == "gif")
    with opened(data, kind.upper()) as image:
        image.seek(getattr(image, "n_frames", 1) - 1)
        alpha = np.asarray(image.convert("RGBA"))[..., 3]
    assert alpha[0, 0] == 0 and alpha[-1, -1] == 0
    assert 0.1 < (alpha == 255).mean() < 0.9


def test_nothing_is_left_behind_on_a_transparent_ground() -> None:
    """The window leaves no trail: orange is seen in as many pixels in each frame."""
    with opened(export(of("plain"), "gif", Look(background="transparent")), "GIF") as image:
        orange = []
        for number in range(image.n_frames):
            image.seek(number)
            orange.append((np.asarray(image.convert("RGBA")) == (232, 115, 12, 255)).all(axis=2).sum())
    assert max(orange) < 1.2 * min(orange)


def test_a_larger_scale_makes_a_larger_picture_with_larger_letters() -> None:
    small, large = (opened(export(of("plain"), "png", Look(scale=scale)), "PNG").size for scale in (24, 48))
    assert 1.9 < large[0] / small[0] < 2.1 and 1.9 < large[1] / small[1] < 2.1


def test_the_usual_picture_fits_a_slide() -> None:
    for name in ("plain", "colour"):
        width, height = opened(export(of(name), "png"), "PNG").size
        assert 600 <= width <= 900 and height <= 800


# -- SVG ---------------------------------------------------------------------------------------


def texts(element: ET.Element) -> list[str]:
    return [node.text or "" for node in element.iter(f"{SVG}text")]


@pytest.mark.parametrize("animated", [False, True])
@pytest.mark.parametrize("name", LAYERS)
def test_an_svg_says_the_numbers_of_the_output(name: str, animated: bool) -> None:
    made = of(name)
    rows, columns = made.arrays["output"].shape[1:]
    data = export(made, "svg", Look(cell=(rows - 1, columns - 1)), animated=animated)
    root = ET.fromstring(data)
    said = texts(root)
    for value in made.arrays["output"][0].ravel():
        said.remove(signed(value))
    assert made.header["code"] in said
    assert signed(made.arrays["output"][0, -1, -1], 4) in said
    assert (root.find(f"{SVG}style") is not None) == animated


def test_an_svg_says_input_filter_products_and_sums_of_every_channel() -> None:
    made = of("colour")
    said = texts(ET.fromstring(export(made, "svg", Look(cell=(2, 1)))))
    for value in made.arrays["padded"].ravel():
        said.remove(brief(value))
    for plane, weight in zip(made.arrays["padded"], made.arrays["weight"][0], strict=True):
        products = plane[4:7, 2:5].astype(float) * weight
        for value, product in zip(weight.ravel(), products.ravel(), strict=True):
            said.remove(signed(value))
            said.remove(signed(product, 3))
        said.remove(signed(products.sum(), 4))
    assert signed(made.arrays["bias"][0], 4) in said


def test_letters_are_letters_and_no_script_is_inside() -> None:
    for animated in (False, True):
        tags = {
            node.tag.removeprefix(SVG) for node in ET.fromstring(export(of("colour"), "svg", animated=animated)).iter()
        }
        assert tags <= {"svg", "title", "style", "g", "path", "rect", "text"}


def test_an_animated_svg_rests_on_its_last_frame_where_there_is_no_css() -> None:
    made = of("plain")
    root = ET.fromstring(export(made, "svg", animated=True))
    hidden = [group for group in root.iter(f"{SVG}g") if group.get("visibility") == "hidden"]
    assert len(hidden) == 24, "one for each frame but the last"
    assert not any("step 25 of 25" in texts(group) for group in hidden)
    assert "prefers-reduced-motion:no-preference" in root.find(f"{SVG}style").text


def test_a_small_still_is_as_it_was(golden: Any) -> None:
    weight = np.array([[[[1.0, -0.5], [0.0, 0.25]]]])
    done = run(ConvSpec(1, 1, 2, padding=(1, 0)), np.eye(3, dtype=np.float32)[None, None], weight=weight, bias=[0.125])
    text = export(done, "svg", Look(cell=(2, 1))).decode()
    golden("export/small.svg", text.replace("><", ">\n<"))


# -- what is shown of large and odd layers -------------------------------------------------------


def test_channels_out_of_view_are_added_and_said() -> None:
    made = drawn(Setup.of(dict(in_channels=20, out_channels=2, kernel_size=3), (1, 20, 6, 6)), View())
    root = ET.fromstring(export(made, "svg", Look(cell=(0, 0))))
    said = texts(root)
    assert "12 channels not in view" in said and "in view: channels 0–7 of 20" in said
    assert signed(made.arrays["rest"][0, 0, 0], 4) in said


def test_a_cell_is_counted_in_the_whole_layer() -> None:
    arguments = dict(in_channels=1, out_channels=1, kernel_size=3)
    made = drawn(Setup.of(arguments, (1, 1, 500, 500), "random"), View(row=400, column=300))
    value = made.arrays["output"][0]
    top, left = made.header["stage"]["origin"][:2]
    said = texts(ET.fromstring(export(made, "svg", Look(cell=(410, 310)))))
    assert "output[0, 0, 410, 310]" in said
    assert signed(value[410 - top, 310 - left], 4) in said
    with pytest.raises(ExportError, match=r"rows .* to .* and columns .*, not \(0, 0\)"):
        export(made, "svg", Look(cell=(0, 0)))


@given(layers())
@settings(max_examples=25)
def test_any_layer_becomes_a_picture(layer: tuple[dict[str, Any], tuple[int, ...]]) -> None:
    arguments, shape = layer
    spec = ConvSpec(**arguments)
    done = run(spec, np.random.default_rng(0).normal(size=shape).astype(np.float32))
    made = run_scene(done, View(filter=spec.out_channels - 1))
    cells = made.arrays["output"][0].size
    look = Look(every=max(1, cells // 3), theme="dark", scale=10)
    ET.fromstring(export(made, "svg", look))
    ET.fromstring(export(made, "svg", look, animated=True))
    shown = frames(export(made, "gif", look), "GIF")
    assert len(shown) == len(animation(made, look).stops)
    assert shown[-1].shape[1::-1] == animation(made, look).size


def test_numbers_that_are_none_are_drawn() -> None:
    x = np.zeros((1, 1, 3, 3), np.float32)
    x[0, 0, 0, 0], x[0, 0, 2, 2] = np.nan, np.inf
    made = run_scene(run(ConvSpec(1, 1, 2), x))
    said = texts(ET.fromstring(export(made, "svg")))
    assert "NaN" in said and "∞" in said
    assert len(frames(export(made, "gif"), "GIF")) == 4


# -- limits and errors ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["gif", "webp", "svg"])
def test_too_many_frames_are_refused_with_a_way_out_that_works(kind: str) -> None:
    made = drawn(Setup.of(dict(in_channels=1, out_channels=1, kernel_size=3), (1, 1, 40, 40)), View())
    with pytest.raises(ExportError, match=r"1,444 frames .*\(--every \d+\)") as error:
        export(made, kind, animated=True)
    every = int(str(error.value).split("--every ")[1].split(")")[0])
    film = animation(made, Look(every=every))
    assert len(film.stops) <= 400
    if kind == "svg":
        ET.fromstring(export(made, kind, Look(every=every), animated=True))


def test_a_picture_beyond_all_screens_is_refused() -> None:
    made = drawn(Setup.of(dict(in_channels=1, out_channels=1, kernel_size=3), (1, 1, 100, 100)), View())
    with pytest.raises(ExportError, match="--scale"):
        export(made, "png", Look(scale=200))


def test_a_setting_that_has_no_picture_says_why() -> None:
    impossible = drawn(Setup.of(dict(in_channels=1, out_channels=1, kernel_size=9), (1, 1, 5, 5)), View())
    with pytest.raises(ExportError, match="The kernel does not fit"):
        export(impossible, "gif")


@pytest.mark.parametrize(("kind", "animated"), [("png", True), ("gif", False), ("bmp", None), ("", None)])
def test_what_a_format_cannot_do(kind: str, animated: bool | None) -> None:
    with pytest.raises(ExportError):
        export(of("plain"), kind, animated=animated)


def test_a_payload_is_exported_as_its_scene() -> None:
    made = of("colour")
    assert export(encode(made), "svg") == export(made, "svg")


def test_progress_and_stopping() -> None:
    class Enough(Exception):
        pass

    for kind in ("gif", "webp", "svg"):
        told: list[tuple[int, int]] = []

        def progress(done: int, of: int, told: list[tuple[int, int]] = told) -> None:
            told.append((done, of))

        export(of("plain"), kind, animated=True, progress=progress)
        assert {of for _, of in told} == {25} and told == sorted(told) and told[-1][0] >= 24

        def stop(done: int, of: int) -> None:
            if done == 3:
                raise Enough

        with pytest.raises(Enough):
            export(of("plain"), kind, animated=True, progress=stop)


def test_a_gif_comes_piece_by_piece() -> None:
    film = animation(of("plain"), Look())
    pieces = gif(film)
    assert next(pieces).startswith(b"GIF89a")
    assert len(next(pieces)) > 100
    pieces.close()


def test_saving_is_whole_or_not_at_all(tmp_path, monkeypatch) -> None:
    made = of("plain")
    path = tmp_path / "layer.png"
    save(made, path)
    before = path.read_bytes()
    with pytest.raises(ExportError, match="is there already"):
        save(made, path)
    with pytest.raises(ExportError, match="no folder"):
        save(made, tmp_path / "none" / "layer.png")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("conv_viz.export.files.os.replace", full)
    with pytest.raises(ExportError, match="No space left"):
        save(made, path, force=True)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["layer.png"]


def test_every_format_has_an_ending_a_kind_and_a_maker() -> None:
    for name, format in FORMATS.items():
        assert name.isalnum() and "/" in format.mime
        assert format.maker(None)
