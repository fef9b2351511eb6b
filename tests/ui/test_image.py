"""The page "Filter an image" without a browser: its controls, and every kind of file that somebody may bring."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from skimage import data
from streamlit.testing.v1 import AppTest

from conv_viz import ConvSpec, run
from conv_viz.images.crop import from_view
from conv_viz.images.read import Picture, preview, to_channels
from conv_viz.images.samples import path
from conv_viz.layers.kinds import KINDS
from conv_viz.lenses.image import filter_view
from conv_viz.scenes.gallery import Look
from conv_viz.scenes.payload import decode
from conv_viz.scenes.scene import Scene
from conv_viz.ui.arguments import setup_of
from conv_viz.ui.image import own as own_picture
from tests.hostile_files import jpeg_of_scans
from tests.numbers import assert_same_sums
from tests.ui.looking import SHOWN, held

CAT = data.chelsea()


def page() -> None:
    import streamlit as st

    from conv_viz.ui.controls import frame_controls
    from conv_viz.ui.image.page import filter_page
    from conv_viz.ui.session import session

    with st.sidebar:
        session().frame = frame_controls()
    filter_page(session().frame)


def opened(**query: str) -> AppTest:
    at = AppTest.from_function(page, default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    return checked(at.run())


def checked(at: AppTest) -> AppTest:
    assert not at.exception
    assert len(at.get("bidi_component")) == 1
    return at


def shown(at: AppTest) -> Scene:
    return decode(at.get("bidi_component")[0].proto.bytes)


def choose(at: AppTest, key: str, value: str) -> AppTest:
    at.segmented_control(key=key).set_value(value)
    return checked(at.run())


def upload(at: AppTest, content: bytes, name: str = "mine.png") -> AppTest:
    if at.segmented_control(key="picture").value != "your file":
        choose(at, "picture", "your file")
    at.file_uploader(key="file").set_value((name, content, "application/octet-stream"))
    return checked(at.run())


def saved(image: Image.Image | np.ndarray, format: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    (Image.fromarray(image) if isinstance(image, np.ndarray) else image).save(file, format, **options)
    return file.getvalue()


def npy(array: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


# -- at once, and every control ----------------------------------------------------------------


@pytest.mark.numeric
def test_there_is_a_gallery_at_once_and_its_numbers_are_torchs():
    at = opened(out_channels="6", seed="3")
    scene = shown(at)
    spec = ConvSpec(3, 6, 3, stride=2, padding=1)
    assert scene.header["code"] == spec.code() and len(scene.header["maps"]) == 6
    unit = own_picture.sample("astronaut.jpg").preview.unit()
    done = run(spec, unit, seed=3)
    assert_same_sums(scene.arrays["output"], done.output[0], unit, done.weight, done.bias)
    labels = [button.label for button in at.get("download_button")]
    assert labels == ["This map, PNG", "All maps on a sheet, PNG", "Numbers of all maps, .npy"]
    assert not at.error


@pytest.mark.parametrize(
    ("chosen", "size", "channels"),
    [("photographer", [512, 512], 1), ("cat, 4 bands", [300, 451], 4), ("coffee", [256, 256], 3)],
)
def test_every_sample(chosen, size, channels):
    header = shown(choose(opened(), "picture", chosen)).header
    assert header["picture"] == size
    assert f"{channels} channel" in header["about"][0]
    assert header["fit"] == ("" if channels == 3 else f"set in_channels={channels} instead")


@pytest.mark.parametrize(
    ("name", "value"), [("kernel_size", 5), ("stride", 1), ("out_channels", 9), ("dilation", 2), ("seed", 4)]
)
def test_a_slider_of_the_frame_changes_the_maps(name, value):
    at = opened()
    before = shown(at).header["id"]
    at.slider(key=name).set_value(value)
    assert shown(checked(at.run())).header["id"] != before


@pytest.mark.parametrize(("said", "index"), [("", 0), ("2", 2), ("99", 0), ("-1", 0), ("<b>", 0), ("9" * 400, 0)])
def test_a_link_says_which_map_is_open(said, index):
    assert shown(opened(map=said)).header["detail"]["index"] == index


def test_the_size_of_the_frames_input_changes_nothing_here():
    at = opened()
    before = shown(at).header["id"]
    at.slider(key="height").set_value(20)
    assert shown(checked(at.run())).header["id"] == before


def test_relu_scale_and_colours_change_the_picture_only():
    at = opened()
    seen = {shown(at).header["id"]}
    numbers = shown(at).arrays["output"]
    at.toggle(key="relu").set_value(True)
    checked(at.run())
    seen.add(shown(at).header["id"])
    for key, value in (("scale", "shared"), ("colours", "grey")):
        choose(at, key, value)
        seen.add(shown(at).header["id"])
        np.testing.assert_allclose(shown(at).arrays["output"], numbers, atol=1e-5)
    assert len(seen) == 4
    assert shown(at).header["maps"][0]["values"][0] == 0


def test_named_filters_side_by_side():
    at = choose(opened(), "filters", "named filters")
    header = shown(at).header
    names = [one["name"] for one in header["maps"]]
    assert {"Sobel in x", "Gaussian blur", "Sharpen"} <= set(names)
    assert header["code"] == "nn.Conv2d(3, 15, kernel_size=3, stride=2, padding=1, bias=False)"
    assert at.segmented_control(key="colours_named").value == "grey"


def test_edited_weights_run_here_too():
    def edited() -> None:
        import streamlit as st

        from conv_viz import ConvSpec
        from conv_viz.ui.controls import frame_controls
        from conv_viz.ui.image.page import filter_page
        from conv_viz.ui.session import session
        from conv_viz.ui.weights.edited import edit
        from conv_viz.weights.edits import Weights

        with st.sidebar:
            session().frame = frame_controls()
        if st.toggle("edit", key="edit"):
            edit(ConvSpec(3, 4, 3), 0, "twos", lambda w: Weights(w.weight * 0, w.bias * 0 + 2))
        filter_page(session().frame)

    at = checked(AppTest.from_function(edited, default_timeout=60).run())
    before = shown(at).header["id"]
    at.toggle(key="edit").set_value(True)
    checked(at.run())
    assert shown(at).header["id"] != before and (shown(at).arrays["output"] == 2).all()


def test_an_impossible_layer_has_the_rule_and_the_way_out():
    problem = shown(opened(padding_as="same")).header["problem"]
    assert problem["parameter"] == "padding" and problem["advice"]


# -- files of every kind -------------------------------------------------------------------------


@pytest.mark.numeric
def test_an_uploaded_picture_goes_through_the_layer():
    at = upload(opened(stride="1"), saved(CAT))
    scene = shown(at)
    assert scene.header["about"][0].startswith("mine.png: 300 × 451, 3 channels → 4 feature maps of 300 × 451")
    unit = (CAT.transpose(2, 0, 1).astype(np.float32)) / np.float32(255)
    spec = ConvSpec(3, 4, 3, stride=1, padding=1)
    done = run(spec, unit)
    assert_same_sums(scene.arrays["output"], done.output[0], done.input, done.weight, done.bias)


def chunks(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


REFUSED = {
    "truncated": (saved(CAT)[:9000], "holiday.png", "damaged or cut short"),
    "empty": (b"", "holiday.png", "empty"),
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9", "holiday.png", "EPS"),
    "html": (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "holiday.png", "web page"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "drawing.svg", "SVG"),
    "bomb": (chunks(60_000, 60_000), "bomb.png", "24 million"),
    "nan": (npy(np.array([[1.0, np.nan]])), "a.npy", "NaN"),
    "pickled": (npy(np.array([[{}]], dtype=object), allow_pickle=True), "a.npy", "never loaded"),
    "60 MB": (b"\x89PNG\r\n\x1a\n" + bytes(60_000_000), "large.png", "60.0 MB and at most 50 MB"),
    "a size of 400 digits": (
        b"\x93NUMPY\x02\0\xd0\x01\0\0"
        + f"{{'descr':'<f4','fortran_order':False,'shape':({10**400},2)}}".encode().ljust(464),
        "a.npy",
        "24 million",
    ),
    "scans": (jpeg_of_scans(5_000, 300), "a.jpg", "more than 100 scans"),
    "text": (b"hello", '<img src=x onerror="alert(1)">.png', "no picture"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_read_is_one_sentence_and_the_last_picture_stays(kind):
    content, name, words = REFUSED[kind]
    at = upload(opened(), saved(CAT, "JPEG"), "cat.jpg")
    before = shown(at).header
    upload(at, content, name)
    assert [words in error.value for error in at.error] == [True]
    assert at.error[0].value.count(". ") == 0 and "<" not in at.error[0].value
    assert shown(at).header == before
    at.slider(key="out_channels").set_value(5)  # it still stays, and the page works on
    checked(at.run())
    assert len(shown(at).header["maps"]) == 5 and shown(at).header["about"][0].startswith("cat.jpg")
    upload(at, saved(CAT[:50]), "next.png")
    assert not at.error and shown(at).header["picture"] == [50, 451]


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(CAT[:40, :64], "JPEG", exif=exif)


def animated() -> bytes:
    frames = [Image.fromarray(np.full((9, 7), v, np.uint8)) for v in (10, 200)]
    return saved(frames[0], "GIF", save_all=True, append_images=frames[1:])


RGBA = np.dstack([CAT[:30, :40], np.full((30, 40), 100, np.uint8)])
READ = {
    "16-bit": (saved(CAT[..., 0].astype(np.uint16) * 257), [300, 451], 1, ""),
    "cmyk": (saved(Image.fromarray(CAT).convert("CMYK"), "JPEG"), [300, 451], 3, "CMYK converted to RGB"),
    "palette": (saved(Image.fromarray(CAT).quantize(16)), [300, 451], 3, "Palette colours looked up."),
    "alpha": (saved(RGBA), [30, 40], 3, "Alpha laid on white."),
    "animated": (animated(), [9, 7], None, "First of 2 frames."),
    "rotated": (turned(), [64, 40], 3, "EXIF orientation applied."),
    "mislabelled": (saved(CAT, "JPEG"), [300, 451], 3, "named .png but holds a JPEG"),
    "1x1": (saved(CAT[:1, :1]), [1, 1], 3, ""),
    "1x5000": (saved(np.zeros((1, 5000), np.uint8)), [1, 800], 1, ""),
}


@pytest.mark.parametrize("kind", READ)
def test_what_is_read_as_a_person_expects(kind):
    content, size, channels, words = READ[kind]
    at = upload(opened(), content)
    header = shown(at).header
    assert not at.error and header["picture"] == size
    assert words in " ".join(header["about"])
    if channels:
        assert f", {channels} channel" in header["about"][0]


def test_a_name_is_only_ever_text():
    name = '<img src=x onerror="alert(1)">.png'
    at = upload(opened(), saved(CAT), name)
    assert shown(at).header["about"][0].startswith(name)
    assert not any("<img" in element.value for element in (*at.markdown, *at.caption, *at.error))


def test_a_kernel_larger_than_the_picture_has_a_way_out():
    at = upload(opened(kernel_size="5", padding="0"), saved(CAT[:1, :1]))
    assert shown(at).header["problem"]["advice"] == "Set kernel_size=1."


def test_rgba_feeds_four_channels():
    at = upload(opened(in_channels="4"), saved(RGBA))
    (key,) = [s.key for s in at.segmented_control if s.key.startswith("alpha_")]
    choose(at, key, "channel")
    header = shown(at).header
    assert header["about"][1] == "Picture and layer agree: 4 channels." and header["fit"] == ""
    choose(at, key, "white")
    assert "Alpha laid on white." in shown(at).header["about"][2]


def test_a_wrong_guess_of_the_axes_is_one_switch_away():
    array = np.ascontiguousarray(CAT[:3, :60].transpose(2, 0, 1))  # (3, 3, 60): either could be the channels
    at = upload(opened(), npy(array), "a.npy")
    assert shown(at).header["picture"] == [3, 60]
    (key,) = [s.key for s in at.segmented_control if s.key.startswith("layout_")]
    choose(at, key, "HWC")
    assert shown(at).header["picture"] == [3, 3] and "60 channels" in shown(at).header["about"][0]
    choose(at, key, "CHW")
    assert shown(at).header["picture"] == [3, 60] and "3 channels" in shown(at).header["about"][0]


def scaling_key(at: AppTest) -> str:
    (key,) = [s.key for s in at.segmented_control if s.key.startswith("scaling_")]
    return key


def test_whole_numbers_run_as_whole_numbers_and_can_be_scaled():
    exercise = np.arange(25).reshape(5, 5)
    at = upload(
        opened(in_channels="1", out_channels="8", kernel_size="3", stride="1", padding="0"),
        npy(exercise),
        "exercise.npy",
    )
    spec = ConvSpec(1, 8, 3)
    wanted = run(spec, exercise[None].astype(np.float32)).output[0]
    scene = shown(at)
    np.testing.assert_array_equal(scene.arrays["output"], wanted)
    assert "Whole numbers from 0 to 24 are taken as they are." in scene.header["about"][2]
    choose(at, scaling_key(at), "range")
    assert "Values 0 to 255 become 0 to 1." in shown(at).header["about"][2]
    unit = exercise[None].astype(np.float32) / np.float32(255)
    np.testing.assert_array_equal(shown(at).arrays["output"], run(spec, unit).output[0])
    choose(at, scaling_key(at), "raw")
    np.testing.assert_array_equal(shown(at).arrays["output"], wanted)


def test_a_dark_picture_is_called_so_and_can_be_stretched():
    deep = CAT[..., 0].astype(np.uint16) * 16
    deep[0, :2] = 0, 4095
    at = upload(opened(in_channels="1"), saved(deep))
    before = shown(at)
    assert "use 6 % of 0 to 65,535, so the picture is dark" in before.header["about"][2]
    choose(at, scaling_key(at), "stretch")
    after = shown(at)
    assert "are stretched to 0..1." in after.header["about"][2]
    seen = [np.asarray(Image.open(io.BytesIO(scene.arrays["before"]))).mean() for scene in (before, after)]
    assert seen[0] < 15 and seen[1] > 80
    choose(at, "picture", "coffee")
    choose(at, "picture", "your file")
    assert shown(at).header["about"][2] == after.header["about"][2]


EXTREME = {
    "one large constant": npy(np.full((9, 9), 1e17)),
    "the largest uint64": npy(np.full((9, 9), 2**64 - 1, np.uint64)),
    "the widest float32": npy(np.array([[-3.4e38, 0, 3.4e38]], np.float32)),
    "the widest float64": npy(np.array([[-1.7e308, 0, 1.7e308]])),
    "almost nothing": npy(np.array([[0, -1e-45]], np.float32)),
    "1 x 1,000,000": npy(np.arange(10**6, dtype=np.uint8)[None]),
    "70,000 x 10": saved(np.zeros((10, 70_000), np.uint8)),
    "10 x 70,000": saved(np.zeros((70_000, 10), np.uint8)),
}


@pytest.mark.parametrize("kind", EXTREME)
def test_extreme_sizes_and_ranges_are_shown(kind):
    at = upload(opened(in_channels="1", out_channels="2"), EXTREME[kind], f"{kind}.npy")
    scene = shown(at)
    assert not at.error and "problem" not in scene.header and scene.header["about"][0].startswith(kind)
    assert np.isfinite(scene.arrays["output"]).all()
    if "70,000" in kind:
        assert any("Height and width are at most 65,536".lower() in caption.value.lower() for caption in at.caption)


def test_a_switch_that_cannot_be_followed_leaves_the_picture():
    at = upload(opened(), EXTREME["the widest float32"], "wide.npy")
    before = shown(at).header
    choose(at, scaling_key(at), "raw")
    assert ["take them as 0 to 1" in error.value for error in at.error] == [True]
    assert shown(at).header == before
    choose(at, scaling_key(at), "range")
    assert not at.error


def test_a_file_is_found_again_after_a_look_at_a_sample():
    at = upload(opened(), saved(CAT[:77]))
    choose(at, "picture", "coffee")
    assert shown(at).header["picture"] == [256, 256]
    choose(at, "picture", "your file")
    assert shown(at).header["picture"] == [77, 451]


def test_the_camera_is_off_until_it_is_chosen():
    at = opened()
    assert not at.get("camera_input")
    choose(at, "picture", "camera")
    at.camera_input(key="camera").set_value(("photo.jpg", saved(CAT[:60], "JPEG"), "image/jpeg"))
    checked(at.run())
    assert shown(at).header["picture"] == [60, 451]


def test_each_session_has_its_own_picture():
    mine, yours = upload(opened(), saved(CAT[:33])), opened()
    assert shown(mine).header["picture"] == [33, 451] and shown(checked(yours.run())).header["picture"] == [512, 512]


def test_luminance_is_what_the_layer_reads():
    at = upload(opened(in_channels="1", stride="1"), saved(CAT))
    grey, _ = to_channels(own_picture.load(saved(CAT), "x").preview, 1)
    np.testing.assert_array_equal(shown(at).arrays["pixels"], grey.array)


# -- more than the preview -------------------------------------------------------------------------


@pytest.mark.numeric
def test_full_resolution_where_the_preview_is_smaller():
    large = np.tile(CAT, (3, 3, 1))
    at = upload(opened(), saved(large, "JPEG"))
    assert "previewed at 532 × 800" in shown(at).header["about"][0]
    at.button(key="full").click()
    checked(at.run())
    asked = held(at).gallery.asked
    assert asked
    job = asked.run
    assert job.wait(60)
    checked(at.run())
    assert any("4 maps of 450 × 677" in caption.value for caption in at.caption)
    at.toggle(key="full_look").set_value(True)
    checked(at.run())
    assert len(at.get("image")) == 1  # all of it: 450 × 677 pixels are fewer than are looked at together
    read = own_picture.load(saved(large, "JPEG"), "x").whole(lambda: None).unit()
    done = run(ConvSpec(3, 4, 3, stride=2, padding=1), read)
    assert_same_sums(job.result.maps, done.output, read, done.weight, done.bias)
    at.slider(key="kernel_size").set_value(5)  # another layer: the result is of no use any more
    checked(at.run())
    assert held(at).gallery.asked is None and at.button(key="full")


def test_no_full_resolution_where_everything_is_shown_already():
    assert "full" not in [button.key for button in opened().button]


# -- every layer ------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", SHOWN)
def test_every_layer_has_a_gallery_and_what_it_has_no_use_for_is_left_out(layer):
    at = opened(layer=layer, kernel_size="2", padding="0")
    assert shown(at).header["code"].startswith(f"nn.{layer}(") and shown(at).header["maps"]
    controls = [control.key for control in at.segmented_control]
    weighted = KINDS[layer].weight_shape is not None
    assert ("filters" in controls) == weighted
    assert at.segmented_control(key="colours" if weighted else "colours_named").value == (
        "diverging" if weighted else "grey"
    )
    at = choose(choose(at, "scale", "shared"), "colours" if weighted else "colours_named", "grey")
    at.toggle(key="relu").set_value(True)
    assert shown(checked(at.run())).header["detail"]["relu"]
    if weighted:
        assert shown(choose(at, "filters", "named filters")).header["named"]


def taken() -> None:
    """The browser asks for a pixel, as a button does here; then the picture of the Layer page."""
    import streamlit as st

    from conv_viz.layers.view import View
    from conv_viz.lenses.layer import drawn
    from conv_viz.scenes.gallery import Look
    from conv_viz.ui.controls import frame_controls, said
    from conv_viz.ui.image.own import OWN, own_input
    from conv_viz.ui.image.page import _take

    setup = frame_controls()
    st.button("take", on_click=lambda: _take(said(), False, Look(chosen=1)))
    if setup.fill == OWN:
        st.session_state["drawn"] = drawn(setup, View(filter=1), own=own_input(OWN))


@pytest.mark.parametrize("layer", SHOWN)
def test_a_pixel_of_every_layer_is_computed_again_on_the_layer_page(layer):
    values = {"layer": layer, "kernel_size": 3, "padding": 1, "stride": 2}
    picture = own_picture.sample("astronaut.jpg")
    made = filter_view(setup_of(values), picture.preview, "it", look=Look(chosen=1)).arrays["output"]
    y, x = made.shape[0] // 2, made.shape[1] // 3
    at = AppTest.from_function(taken, default_timeout=60)
    for name, value in values.items():
        at.query_params[name] = str(value)
    at.session_state["gallery"] = {"take": {"y": y, "x": x}}
    held(at).pictures.now = picture
    at.run()
    at.button[0].click()
    assert not at.run().exception
    scene = at.session_state["drawn"]
    row, column = (int(n) for n in held(at).looking.marks["cell"].split(","))
    stage = scene.header["stage"]
    again = scene.arrays["output"][1 - stage["filters"][0], row - stage["origin"][0], column - stage["origin"][1]]
    assert again == pytest.approx(float(made[y, x]), abs=1e-5)


@pytest.mark.parametrize("layer", KINDS)
def test_a_crop_of_every_layer_fills_its_input(layer):
    picture = preview_of_astronaut()
    found = from_view(picture, {"top": 10, "left": 20, "height": 41, "width": 30}, KINDS[layer].dims)
    assert found is not None
    own, (height, width) = found
    assert (height, width) == ((1, 30) if KINDS[layer].dims == 1 else (41, 30))
    shape = (2, 3, *(height, width)[-KINDS[layer].dims :])
    assert own.batch(shape).shape == shape
    row = own.sample((3, 30))
    np.testing.assert_array_equal(row, picture.unit()[:, 30 if KINDS[layer].dims == 1 else 10, 20:50])


def preview_of_astronaut() -> Picture:
    return preview(path("astronaut.jpg").read_bytes(), 800)


def test_the_satellites_bands_have_names_and_a_photograph_has_its_colours():
    assert own_picture.sample("landscape_4_bands.tif").preview.bands[3] == "near infrared"
    assert own_picture.sample("astronaut.jpg").preview.bands == ()
