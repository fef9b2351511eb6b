"""Exported code: the torch code is run against the real layer, the rest is compared with golden texts.

Keras and JAX are not needed: their arithmetic is recomputed with numpy from their own documentation.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from conv_viz.layers.conv import ConvSpec, ConvSpecError
from conv_viz.layers.same import is_tensorflow_same, same_statement, tensorflow_same
from conv_viz.layers.window import WindowAxis
from conv_viz.text.equivalents import Equivalent, layer_code, with_input
from conv_viz.text.explicit_pad import with_explicit_pad
from conv_viz.text.in_flax import flax
from conv_viz.text.in_keras import keras


def run(equivalent: Equivalent) -> dict:
    """Run exported torch code, its assertions included."""
    names: dict = {}
    exec(equivalent.code, names)
    return names


@st.composite
def layers(draw):
    """A small layer and an input shape that passes it."""
    groups = draw(st.integers(1, 3))
    mode = draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"]))

    def pair(low: int, high: int) -> st.SearchStrategy:
        return st.tuples(st.integers(low, high), st.integers(low, high))

    stride = draw(pair(1, 3))
    words = ["same", "valid"] if stride == (1, 1) else ["valid"]
    spec = ConvSpec(
        groups * draw(st.integers(1, 2)),
        groups * draw(st.integers(1, 2)),
        draw(pair(1, 4)),
        stride,
        draw(pair(0, 3) | st.sampled_from(words)),
        draw(pair(1, 2)),
        groups,
        draw(st.booleans()),
        mode,
    )
    batch = draw(st.sampled_from([(), (1,), (2,)]))
    shape = (*batch, spec.in_channels, draw(st.integers(4, 9)), draw(st.integers(4, 9)))
    try:
        spec.output_shape(shape)
    except ConvSpecError:
        assume(False)
    return spec, shape


@settings(max_examples=60)
@given(layers())
def test_the_layer_with_its_input_runs_and_has_the_asserted_shape(case):
    spec, shape = case
    names = run(with_input(spec, shape))
    assert tuple(names["y"].shape) == spec.output_shape(shape)
    assert tuple(names["layer"].weight.shape) == spec.weight_shape
    assert layer_code(spec).code in with_input(spec, shape).code


@pytest.mark.numeric
@settings(max_examples=60)
@given(layers())
def test_the_written_out_padding_gives_what_the_layer_gives(case):
    spec, shape = case
    names = run(with_explicit_pad(spec, shape))
    layer = torch.nn.Conv2d(**spec.arguments())
    layer.load_state_dict(names["layer"].state_dict())
    torch.testing.assert_close(names["y"], layer(names["x"]))


@settings(max_examples=60)
@given(st.integers(1, 12), st.integers(1, 5), st.integers(1, 4), st.integers(1, 3))
def test_tensorflow_same_is_the_formula_of_its_documentation(size, kernel, stride, dilation):
    # https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2 gives the total by the remainder
    span = dilation * (kernel - 1) + 1
    total = max(span - stride, 0) if size % stride == 0 else max(span - size % stride, 0)
    before, after = tensorflow_same(size, kernel, stride, dilation)
    assert (before, after) == (total // 2, total - total // 2)
    assert WindowAxis(size, kernel, stride, dilation, before, after).output == -(-size // stride)


def test_same_with_a_stride_becomes_a_pad_and_a_layer():
    equivalent = with_explicit_pad(ConvSpec(3, 8, 3, stride=2), (1, 3, 8, 8), "same")
    assert "F.pad(x, (0, 1, 0, 1))" in equivalent.code
    assert "differ" in equivalent.note
    names = run(equivalent)
    assert names["y"].shape == (1, 8, 4, 4)


def test_sides_are_given_from_the_top_and_written_from_the_left():
    equivalent = with_explicit_pad(ConvSpec(1, 1, 1, bias=False), (1, 2, 3), ((1, 0), (4, 2)))
    assert "F.pad(x, (4, 2, 1, 0))" in equivalent.code
    names = run(equivalent)
    assert names["y"].shape == (1, 3, 9)
    assert names["y"][0, 0].eq(0).all() and names["y"][0, :, :4].eq(0).all() and names["y"][0, :, 7:].eq(0).all()
    assert names["y"][0, 1:, 4:7].ne(0).all()


def test_sides_that_cannot_be_are_refused():
    spec = ConvSpec(1, 1, 3, padding_mode="reflect")
    with pytest.raises(ConvSpecError, match="mirrors the input once"):
        with_explicit_pad(spec, (1, 1, 4, 4), ((4, 0), (0, 0)))
    with pytest.raises(ConvSpecError, match="at least 0 on every side"):
        with_explicit_pad(spec, (1, 1, 4, 4), ((-1, 0), (0, 0)))
    with pytest.raises(ConvSpecError, match="'valid'"):
        with_explicit_pad(spec, (1, 1, 4, 4), "valid")
    with pytest.raises(ConvSpecError, match="1 dimension "):
        with_explicit_pad(spec, (4,), "same")
    with pytest.raises(ConvSpecError, match="no cells"):
        with_explicit_pad(spec, (1, 0, 4), ((3, 3), (0, 0)))


def correlate(x: np.ndarray, w: np.ndarray, stride: int, before: int, after: int) -> np.ndarray:
    """One row, padded with zeros, under a kernel: what every framework computes."""
    padded = np.pad(x, (before, after))
    return np.lib.stride_tricks.sliding_window_view(padded, len(w))[::stride] @ w


def test_same_with_a_stride_shifts_the_taps():
    spec = ConvSpec(1, 1, 3, stride=2, padding=1)
    statement = same_statement(spec, spec.axes((1, 1, 8, 8)))
    assert "the same size, with the taps shifted" in statement
    x, w = np.arange(1.0, 9.0), np.array([1.0, 10.0, 100.0])
    ours, theirs = correlate(x, w, 2, 1, 1), correlate(x, w, 2, *tensorflow_same(8, 3, 2))
    assert ours.shape == theirs.shape
    assert ours[0] == 0 + 10 * 1 + 100 * 2  # the first window begins in the padding
    assert theirs[0] == 1 + 10 * 2 + 100 * 3  # theirs begins at the first cell


@settings(max_examples=100)
@given(layers())
def test_the_statement_about_same_is_true(case):
    spec, shape = case
    assume(spec.padding_mode == "zeros")
    axes = spec.axes(shape)
    statement = same_statement(spec, axes)
    theirs = [tensorflow_same(a.size, a.kernel, a.stride, a.dilation) for a in axes]
    assert (statement == "") == ([(a.before, a.after) for a in axes] == theirs)
    sizes = [WindowAxis(a.size, a.kernel, a.stride, a.dilation, *p).output for a, p in zip(axes, theirs, strict=True)]
    if statement:
        assert ("the same size" in statement) == ([a.output for a in axes] == sizes)


@given(layers())
def test_torch_same_at_stride_one_is_tensorflow_same(case):
    spec, shape = case
    spec = spec.replace(stride=1, padding="same", padding_mode="zeros")
    assert is_tensorflow_same(spec.axes(shape))


CASES = {
    "resnet-stem": (ConvSpec(3, 64, 7, stride=2, padding=3, bias=False), (1, 3, 224, 224)),
    "keeps-size": (ConvSpec(16, 32, 3, padding=1), (8, 16, 28, 28)),
    "no-padding": (ConvSpec(1, 6, 5), (1, 32, 32)),
    "even-kernel-same": (ConvSpec(1, 4, (2, 4), padding="same"), (1, 1, 9, 9)),
    "depthwise-dilated": (ConvSpec(8, 8, 3, padding=2, dilation=2, groups=8), (1, 8, 20, 20)),
    "reflect": (ConvSpec(3, 8, 3, padding=1, padding_mode="reflect"), (1, 3, 10, 12)),
    "replicate": (ConvSpec(3, 8, 3, padding=1, padding_mode="replicate"), (1, 3, 10, 12)),
    "circular": (ConvSpec(3, 8, 3, padding=(0, 2), padding_mode="circular"), (1, 3, 10, 12)),
    "stride-and-dilation": (ConvSpec(3, 8, 3, stride=2, dilation=2), (1, 3, 11, 11)),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("framework", [keras, flax])
def test_other_frameworks_are_written_as_they_always_were(name, framework, golden):
    spec, shape = CASES[name]
    equivalent = framework(spec, shape)
    golden(f"equivalents/{framework.__name__}-{name}.txt", f"{equivalent.code}\n---\n{equivalent.note}\n")
    compile(equivalent.code, name, "exec")
    assert equivalent.note.endswith(".")


@pytest.mark.parametrize("name, words", [("circular", "'circular'"), ("replicate", "'replicate'"),
                                         ("stride-and-dilation", "dilation_rate")])  # fmt: skip
def test_where_keras_has_no_equivalent_the_note_says_why(name, words):
    equivalent = keras(*CASES[name])
    assert equivalent.code == ""
    assert words in equivalent.note


def test_keras_says_same_only_where_it_is_the_same():
    assert 'padding="same"' in keras(*CASES["keeps-size"]).code
    strided = keras(*CASES["resnet-stem"])
    assert "ZeroPadding2D(((3, 3), (3, 3)))" in strided.code and 'padding="same"' not in strided.code
    assert "((2, 3), (2, 3))" in strided.note and "taps shifted" in strided.note


@pytest.mark.parametrize("framework", [keras, flax, with_input, with_explicit_pad])
def test_an_input_that_cannot_pass_is_refused(framework):
    with pytest.raises(ConvSpecError, match="3 input channels"):
        framework(ConvSpec(3, 8, 3), (1, 1, 8, 8))


@pytest.mark.numeric
@settings(max_examples=60)
@given(layers())
def test_weights_carried_over_compute_the_same(case):
    """The permuted kernel over (H, W, C), by numpy from the definition, is what torch returns."""
    spec, shape = case
    names = run(with_input(spec, shape))
    weight = names["layer"].weight.detach().permute(2, 3, 1, 0).double().numpy()  # as in the exported code
    bias = names["layer"].bias.detach().double().numpy() if spec.bias else 0
    x = np.moveaxis(np.atleast_2d(names["x"].double().numpy()), -3, -1)
    x = x if x.ndim == 4 else x[None]
    modes = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}  # as jnp.pad
    x = np.pad(x, ((0, 0), *spec.padding_sides, (0, 0)), mode=modes[spec.padding_mode])
    (kh, kw), (sh, sw), (dh, dw) = spec.kernel_size, spec.stride, spec.dilation
    oh, ow = spec.output_shape(shape)[-2:]
    per_in, per_out = spec.in_channels // spec.groups, spec.out_channels // spec.groups
    y = np.zeros((len(x), oh, ow, spec.out_channels)) + bias
    for i in range(kh):
        for j in range(kw):
            cells = x[:, i * dh : i * dh + oh * sh : sh, j * dw : j * dw + ow * sw : sw][:, :oh, :ow]
            for g in range(spec.groups):
                filters = slice(g * per_out, (g + 1) * per_out)
                y[..., filters] += cells[..., g * per_in : (g + 1) * per_in] @ weight[i, j, :, filters]
    expected = names["y"].detach().numpy().reshape(len(x), spec.out_channels, oh, ow)
    np.testing.assert_allclose(np.moveaxis(y, -1, 1), expected, atol=1e-5)
