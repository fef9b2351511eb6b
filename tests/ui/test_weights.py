"""The page Weights without a browser: every control, what it does to the weights, what it says."""

from __future__ import annotations

from dataclasses import astuple
from weakref import ref

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import NumberInput

from conv_viz import ConvSpec
from conv_viz.compute.drawn_weights import drawn_weights
from conv_viz.layers.kinds import KINDS
from conv_viz.scenes.payload import decode
from conv_viz.ui.weights.edit import with_typed
from conv_viz.ui.weights.sources import loaded
from conv_viz.ui.words import literal
from conv_viz.weights import kernels
from conv_viz.weights.edits import Weights
from conv_viz.weights.files import save_weights
from tests.ui.looking import held

SPEC = ConvSpec(3, 4, 3, stride=2, padding=1)


def script() -> None:
    import streamlit as st

    from conv_viz.ui.controls import frame_controls
    from conv_viz.ui.session import session
    from conv_viz.ui.stage import stage
    from conv_viz.ui.weights.edited import notice
    from conv_viz.ui.weights.page import weights_page

    with st.sidebar:
        frame = session().frame = frame_controls()
    elsewhere = st.sidebar.toggle("another page", key="elsewhere")
    notice(frame, brief=not elsewhere)
    if elsewhere:
        stage(frame)
    else:
        weights_page(frame)


def opened(**query: str) -> AppTest:
    at = AppTest.from_function(script, default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    return checked(at.run())


def checked(at: AppTest) -> AppTest:
    assert not at.exception
    return at


def tensor(at: AppTest):
    """The scene of the first component: the weight in view."""
    return decode(at.get("bidi_component")[0].proto.bytes)


def weight(at: AppTest) -> np.ndarray:
    return tensor(at).arrays["weight"]


def press(at: AppTest, name: str) -> AppTest:
    at.button(key=f"weights_{name}").click()
    return checked(at.run())


def pill(at: AppTest, name: str) -> AppTest:
    at.pills[0].set_value(name)
    return checked(at.run())


def reach(at: AppTest, scope: str) -> AppTest:
    at.segmented_control(key="weights_scope").set_value(scope)
    return checked(at.run())


def field(at: AppTest, name: str) -> NumberInput:
    """The field for filter, slice, bias or seed; its key holds the number that it shows."""
    return next(n for n in at.number_input if (n.key or "").startswith(f"weights_{name}"))


def choose(at: AppTest, name: str, value: float) -> AppTest:
    field(at, name).set_value(value)
    return checked(at.run())


def edited(at: AppTest) -> str:
    """What was done last, empty for torch's own weights."""
    source = tensor(at).header["source"]
    assert source.startswith(("edited: ", "torch's own, seed "))
    return source.removeprefix("edited: ") if source.startswith("edited") else ""


def said(at: AppTest) -> str:
    return " ".join(message.value for message in (*at.info, *at.warning))


OWN = drawn_weights(SPEC, 0).weight


def test_it_opens_with_torchs_own_weights():
    at = opened()
    shown = tensor(at)
    assert shown.header["weight_shape"] == [4, 3, 3, 3] and not edited(at)
    np.testing.assert_array_equal(shown.arrays["weight"], OWN)
    for name in ("undo", "redo", "reset"):
        assert at.button(key=f"weights_{name}").disabled


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("flip", lambda w: w[..., ::-1, ::-1]),
        ("transpose", lambda w: w.swapaxes(-1, -2)),
        ("zero", np.zeros_like),
        ("copy", lambda w: np.broadcast_to(OWN[0, 0], w.shape)),
    ],
)
@pytest.mark.parametrize("scope", ["slice", "filter", "layer"])
def test_operations_change_what_they_reach(name, change, scope):
    at = reach(opened(), scope)
    button = at.button(key=f"weights_{name}")
    if (name, scope) == ("copy", "slice"):
        assert button.disabled
        return
    at = press(at, name)
    expected = OWN.copy()
    index = {"slice": (0, 0), "filter": (0,), "layer": ()}[scope]
    expected[index] = change(expected[index])
    np.testing.assert_array_equal(weight(at), expected)
    assert edited(at).startswith(name)


def test_normalise_says_what_it_did():
    at = press(opened(), "normalise")
    assert weight(at)[0].sum() == pytest.approx(1, abs=1e-4)
    assert literal("The weights now sum to 1.") in said(at)
    at = press(at, "zero")
    kept = weight(at)
    at = press(at, "normalise")
    assert "zeros cannot be normalised" in said(at)
    np.testing.assert_array_equal(weight(at), kept)


def test_transpose_wants_a_square_kernel():
    at = opened(square="false", kernel_size="2", kernel_size_w="3")
    assert at.button(key="weights_transpose").disabled
    assert "square" in at.button(key="weights_transpose").help


@pytest.mark.parametrize("name", kernels.KERNELS)
def test_a_named_filter_is_one_click_away(name):
    at = pill(reach(opened(), "slice"), name)
    np.testing.assert_array_equal(weight(at)[0, 0], kernels.KERNELS[name].make(3, 3))
    np.testing.assert_array_equal(weight(at)[0, 1:], OWN[0, 1:])
    assert kernels.KERNELS[name].title in edited(at)


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        ("gaussian", "sigma", 1.5),
        ("unsharp", "amount", 2.0),
        ("log", "sigma", 0.8),
        ("gabor", "angle", 45.0),
        ("gabor", "wavelength", 6.0),
        ("motion_blur", "angle", 90.0),
    ],
)
def test_a_parameter_changes_its_filter(name, parameter, value):
    at = pill(reach(opened(kernel_size="5"), "slice"), name)
    slider = next(s for s in at.slider if (s.key or "").startswith(f"weights_{name}_{parameter}"))
    slider.set_value(value)
    checked(at.run())
    np.testing.assert_allclose(weight(at)[0, 0], kernels.KERNELS[name].make(5, 5, **{parameter: value}), atol=1e-7)


def test_shift_has_a_direction():
    at = pill(reach(opened(), "slice"), "shift")
    next(s for s in at.segmented_control if (s.key or "").startswith("weights_shift_direction")).set_value("up")
    checked(at.run())
    np.testing.assert_array_equal(weight(at)[0, 0], kernels.KERNELS["shift"].make(3, 3, direction="up"))


def test_a_filter_that_does_not_fit_says_so_and_changes_nothing():
    at = opened(kernel_size="2")
    before = weight(at)
    at = pill(at, "laplacian")
    assert literal("at least 3×3") in said(at)
    np.testing.assert_array_equal(weight(at), before)


def test_the_same_filter_again_for_another_filter():
    at = pill(opened(), "sobel_x")
    at = pill(choose(at, "filter", 2), "sobel_x")
    np.testing.assert_array_equal(weight(at)[2], weight(at)[0])
    at = pill(press(at, "undo"), "sobel_x")
    np.testing.assert_array_equal(weight(at)[2], weight(at)[0])


def test_choosing_a_slice():
    at = choose(choose(opened(), "filter", 3), "slice", 2)
    assert tensor(at).header["chosen"] == [3, 2]
    at = reach(press(reach(at, "slice"), "zero"), "slice")
    expected = OWN.copy()
    expected[3, 2] = 0
    np.testing.assert_array_equal(weight(at), expected)


def test_a_link_chooses_a_slice_through_its_channel():
    at = opened(in_channels="4", groups="2", filter="3", channel="3")
    assert tensor(at).header["chosen"] == [3, 1]
    at = opened(in_channels="4", groups="2", filter="0", channel="3")  # not read by that filter: the nearest
    assert tensor(at).header["chosen"] == [0, 1]


def test_bias_of_the_filter_and_of_all():
    at = opened()
    choose(at, "bias", 0.5)
    assert tensor(at).arrays["bias"][0] == 0.5
    at = reach(at, "layer")
    choose(at, "bias", -1.0)
    assert tensor(at).arrays["bias"].tolist() == [-1] * 4


def test_without_a_bias_there_is_none_to_set_and_it_comes_back():
    at = opened()
    choose(at, "bias", 0.5)
    at.toggle(key="bias").set_value(False)
    checked(at.run())
    assert field(at, "bias").disabled and "bias" not in tensor(at).arrays
    assert edited(at)
    at = press(at, "flip")
    at.toggle(key="bias").set_value(True)
    checked(at.run())
    assert tensor(at).arrays["bias"][0] == 0.5


def test_drawn_again_is_torchs_draw_of_that_seed():
    at = reach(opened(), "layer")
    choose(at, "seed", 7)
    at = press(at, "draw")
    theirs = drawn_weights(SPEC, 7)
    np.testing.assert_array_equal(weight(at), theirs.weight)
    np.testing.assert_array_equal(tensor(at).arrays["bias"], theirs.bias)


def test_undo_redo_and_back_to_torchs_own():
    at = press(press(opened(), "flip"), "zero")
    zero = weight(at)
    at = press(at, "undo")
    np.testing.assert_array_equal(weight(at)[0], OWN[0, :, ::-1, ::-1])
    at = press(at, "redo")
    np.testing.assert_array_equal(weight(at), zero)
    at = press(at, "reset")
    np.testing.assert_array_equal(weight(at), OWN)
    assert not edited(at)
    np.testing.assert_array_equal(weight(press(at, "undo")), zero)


def test_the_seed_moves_torchs_own_but_not_edited_weights():
    at = opened()
    at.slider(key="seed").set_value(5)
    checked(at.run())
    assert not np.array_equal(weight(at), OWN)
    at = press(at, "zero")
    kept = weight(at)
    at.slider(key="seed").set_value(6)
    np.testing.assert_array_equal(weight(checked(at.run())), kept)


def test_edited_weights_run_the_layer_and_say_so_there():
    at = pill(opened(), "sobel_x")
    sobel = weight(at)
    at.toggle(key="elsewhere").set_value(True)
    checked(at.run())
    np.testing.assert_array_equal(decode(at.get("bidi_component")[0].proto.bytes).arrays["weight"], sobel)
    assert "Sobel in x, filter 0" in at.markdown[0].value
    at.button(key="notice_undo").click()
    checked(at.run())
    np.testing.assert_array_equal(decode(at.get("bidi_component")[0].proto.bytes).arrays["weight"], OWN)
    assert not at.markdown


def test_another_shape_sets_edits_aside_and_brings_them_back():
    at = press(opened(), "zero")
    kept = weight(at)
    at.slider(key="kernel_size").set_value(5)
    checked(at.run())
    notice = at.markdown[0].value
    assert "(4, 3, 3, 3)" in notice and "(4, 3, 5, 5)" in notice and "come back" in notice
    at = press(at, "flip")  # and edit this shape too
    at.button(key="notice_return_nn.Conv2d (4, 3, 3, 3)").click()
    checked(at.run())
    assert at.slider(key="kernel_size").value == 3
    np.testing.assert_array_equal(weight(at), kept)
    assert "(4, 3, 5, 5)" in at.markdown[0].value
    at.button(key="notice_discard_nn.Conv2d (4, 3, 5, 5)").click()
    checked(at.run())
    assert not [b.key for b in at.button if (b.key or "").startswith("notice_discard")]
    at.slider(key="kernel_size").set_value(5)
    assert not edited(checked(at.run()))


def test_an_argument_that_keeps_the_shape_keeps_the_edits():
    at = press(opened(), "zero")
    for name, value in (("stride", 1), ("padding", 0), ("dilation", 2), ("batch_size", 2), ("height", 12)):
        at.slider(key=name).set_value(value)
        checked(at.run())
        assert edited(at).startswith("zero"), name


def test_the_flip_switch():
    at = opened()

    def answer() -> np.ndarray:
        return decode(at.get("bidi_component")[1].proto.bytes).arrays["response"]

    np.testing.assert_array_equal(answer(), OWN[0, 0, ::-1, ::-1])
    at.toggle(key="weights_convolution").set_value(True)
    checked(at.run())
    np.testing.assert_array_equal(answer(), OWN[0, 0])


def test_the_bound_of_this_layer_in_words():
    at = opened()
    words = " ".join(m.value for m in at.markdown)
    assert "3 × 3 × 3 = 27" in words and "0.1925" in words and "All 108 weights" in words
    at = pill(opened(), "sobel_x")
    assert "outside" in " ".join(m.value for m in at.markdown)


def test_an_impossible_layer_has_one_sentence_and_a_way_out():
    at = opened(stride="2", padding_as="same")
    assert "padding='same'" in at.warning[0].value
    at.button(key="weights_mend").click()
    checked(at.run())
    assert len(at.get("bidi_component")) == 2


def test_too_many_weights_are_not_drawn():
    at = opened(in_channels="4096", out_channels="3600")
    assert "Choose fewer channels" in at.info[0].value and "506 MiB" in at.info[0].value
    at.button(key="weights_smaller").click().run()
    assert not at.exception and not at.info
    assert tensor(at).header["parameters"] * 4 <= 128 * 1024**2


def test_a_session_that_looked_at_weights_does_not_keep_them():
    at = opened(out_channels="6")
    assert held(at).weights.counted
    counted, _ = held(at).weights.counted
    assert isinstance(counted, ref) and counted() is drawn_weights(ConvSpec(3, 6, 3), 0).weight


def test_a_layer_too_large_to_edit_says_so():
    at = press(opened(in_channels="2048", out_channels="1024", kernel_size="2"), "zero")
    assert literal("up to 8,000,000") in said(at)


def test_512_channels_are_shown_in_part():
    at = opened(in_channels="512", out_channels="512", filter="40")
    assert tensor(at).header["filters"] == [32, 64, 512]
    at = press(at, "flip")
    assert edited(at) == "flip, filter 40"


# -- what AppTest cannot press: a table, a download, an upload ---------------------------------


def test_what_was_typed_counts_and_an_empty_cell_is_zero():
    base = np.arange(4, dtype=np.float32).reshape(2, 2)
    assert with_typed(base, {1: {"0": 9.5}, 0: {"1": None}}).tolist() == [[0, 0], [9.5, 3]]
    assert np.isinf(with_typed(base, {0: {"0": 1e300}})[0, 0])
    assert base.tolist() == [[0, 1], [2, 3]]


def test_a_file_comes_back_and_keeps_the_bias_of_a_layer_without_one():
    held = drawn_weights(SPEC, 3)
    back = loaded(SPEC, held, save_weights(SPEC, held.weight, held.bias))
    np.testing.assert_array_equal(back.weight, held.weight)
    bare = SPEC.replace(bias=False)
    back = loaded(bare, held, save_weights(bare, held.weight, None))
    np.testing.assert_array_equal(back.bias, held.bias)


def test_a_files_words_are_no_markup():
    assert literal("<b>![x](y)** 3×3") == r"\<b\>\!\[x\]\(y\)\*\* 3×3"


def test_a_chosen_named_filter_does_not_follow_to_another_shape():
    at = pill(opened(), "gaussian")
    for size in (4, 5):
        at.slider(key="kernel_size").set_value(size)
        assert edited(checked(at.run())) == ""
    at.slider(key="kernel_size").set_value(3)
    assert edited(checked(at.run())) == "Gaussian blur, filter 0"


# -- every layer with weights ------------------------------------------------------------------

LAYERS = {
    "Conv2d": ([6, 2, 3, 3], ["out_channels", "in_channels / groups", "kH", "kW"]),
    "ConvTranspose2d": ([4, 3, 3, 3], ["in_channels", "out_channels / groups", "kH", "kW"]),
    "Conv1d": ([6, 2, 3], ["out_channels", "in_channels / groups", "k"]),
}


def grouped(layer: str) -> AppTest:
    return opened(layer=layer, in_channels="4", out_channels="6", groups="2")


@pytest.mark.parametrize("layer", LAYERS)
def test_the_weight_of_every_layer_has_torchs_shape_and_its_filters_are_rows(layer):
    shown = tensor(grouped(layer))
    assert [shown.header[name] for name in ("weight_shape", "weight_axes")] == list(LAYERS[layer])
    assert shown.arrays["weight"].shape == (6, 2, 1 if layer == "Conv1d" else 3, 3)
    assert shown.header["filters"] == [0, 6, 6] and shown.header["slices"] == [0, 2, 2]


@pytest.mark.parametrize("layer", LAYERS)
def test_an_edit_of_every_layer_reaches_its_picture_and_can_be_undone(layer):
    at = grouped(layer)
    before = weight(at)
    at = press(choose(reach(at, "filter"), "filter", 4), "zero")
    assert not weight(at)[4].any()
    np.testing.assert_array_equal(np.delete(weight(at), 4, 0), np.delete(before, 4, 0))
    at = choose(choose(at, "bias", 0.0), "slice", 1)
    at.toggle(key="elsewhere").set_value(True)
    at = checked(at.run())
    stage = decode(at.get("bidi_component")[0].proto.bytes)
    first = stage.header["stage"]["filters"][0]
    output = stage.arrays["output"]
    assert not output[4 - first].any() and output[3 - first].any()
    at.toggle(key="elsewhere").set_value(False)
    at = press(press(checked(at.run()), "undo"), "undo")
    np.testing.assert_array_equal(weight(at), before)
    assert not edited(at)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_named_filter_and_another_draw_in_every_layer(layer):
    at = pill(grouped(layer), "box")
    np.testing.assert_allclose(weight(at)[0], np.full_like(weight(at)[0], 1 / weight(at)[0].size), rtol=1e-6)
    at = press(choose(at, "seed", 5), "draw")
    spec = KINDS[layer](4, 6, 3, groups=2)
    np.testing.assert_array_equal(weight(at)[0], spec.as_filters(drawn_weights(spec, 5).weight)[0])


def test_a_named_filter_is_turned_round_where_the_kernel_is_met_from_its_end():
    plain, turned = (weight(pill(opened(layer=layer), "sobel_x"))[0, 0] for layer in ("Conv2d", "ConvTranspose2d"))
    np.testing.assert_array_equal(turned, plain[::-1, ::-1])


@pytest.mark.parametrize("layer", LAYERS)
def test_a_file_of_every_layer_comes_back_as_it_was(layer):
    spec = KINDS[layer](4, 6, 3, groups=2)
    drawn = drawn_weights(spec, 7)
    read = loaded(spec, Weights(np.zeros(spec.filter_shape, np.float32), None), save_weights(spec, *astuple(drawn)))
    np.testing.assert_array_equal(read.weight, spec.as_filters(drawn.weight))
    np.testing.assert_array_equal(read.bias, drawn.bias)


@pytest.mark.parametrize("layer", LAYERS)
def test_an_impossible_setting_of_every_layer_is_mended_in_one_click(layer):
    link = {"ConvTranspose2d": {"output_padding": "4"}}.get(layer, {"padding_as": "same"})
    at = opened(layer=layer, **link)
    assert said(at) and not at.get("bidi_component")
    at.button(key="weights_mend").click()
    assert weight(checked(at.run())).size


@pytest.mark.parametrize("layer", [name for name, kind in KINDS.items() if kind.weight_shape is None])
def test_a_layer_without_weights_says_so_in_one_sentence(layer):
    at = opened(layer=layer)
    assert said(at) == f"nn.{layer} has no weights: every cell of a window counts as it is."
    assert not at.get("bidi_component")
