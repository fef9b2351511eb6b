"""Edited weights: what each change does and where, that nothing is changed in place, undo and redo, kept shapes."""

from __future__ import annotations

import numpy as np
import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from conv_viz import ConvSpec, ConvTransposeSpec, parse
from conv_viz.compute.layer import build, initial, run
from conv_viz.layers.rounding import rounding_bound
from conv_viz.weights import kernels
from conv_viz.weights.edits import (
    SCOPES,
    EditError,
    Place,
    Weights,
    copied,
    filters,
    flipped,
    in_torch,
    named,
    normalised,
    taken,
    transposed,
    typed,
    with_bias,
    zeroed,
)
from conv_viz.weights.files import load_weights, save_weights
from conv_viz.weights.history import (
    MOST_BYTES,
    MOST_NUMBERS,
    MOST_SHAPES,
    MOST_STEPS,
    Form,
    History,
    refusal,
    set_aside,
)

NUMBERS = st.floats(-100, 100, width=32)


@st.composite
def cases(draw: st.DrawFn, square: bool = False) -> tuple[Weights, Place]:
    """Weights of any small shape, and a place in them."""
    count, channels, kh, kw = (draw(st.integers(1, 3)) for _ in range(4))
    shape = (count, channels, kh, kh if square else kw)
    weights = Weights(
        draw(arrays(np.float32, shape, elements=NUMBERS)), draw(arrays(np.float32, count, elements=NUMBERS))
    )
    place = Place(draw(st.sampled_from(SCOPES)), draw(st.integers(0, count - 1)), draw(st.integers(0, channels - 1)))
    return weights, place


def mask(weights: Weights, place: Place) -> np.ndarray:
    """Which weights the place means."""
    meant = np.zeros(weights.weight.shape, bool)
    meant[place.index] = True
    return meant


def only_there(before: Weights, after: Weights, place: Place) -> None:
    """Nothing outside the place has changed, in a new array of the same kind."""
    outside = ~mask(before, place)
    np.testing.assert_array_equal(after.weight[outside], before.weight[outside])
    assert after.weight is not before.weight
    assert after.weight.dtype == np.float32


@given(cases())
def test_flip_twice_is_nothing_and_stays_in_its_place(case):
    weights, place = case
    once = flipped(weights, place)
    only_there(weights, once, place)
    np.testing.assert_array_equal(once.weight[place.index], weights.weight[place.index][..., ::-1, ::-1])
    np.testing.assert_array_equal(flipped(once, place).weight, weights.weight)


@given(cases(square=True))
def test_transpose_exchanges_rows_and_columns(case):
    weights, place = case
    once = transposed(weights, place)
    only_there(weights, once, place)
    np.testing.assert_array_equal(once.weight[place.index], np.swapaxes(weights.weight[place.index], -1, -2))


def test_transpose_wants_a_square():
    with pytest.raises(kernels.KernelError, match="1×2"):
        transposed(Weights(np.zeros((1, 1, 1, 2), np.float32), None), Place())


@given(cases())
def test_zero_and_copy(case):
    weights, place = case
    cleared = zeroed(weights, place)
    only_there(weights, cleared, place)
    assert not cleared.weight[mask(weights, place)].any()
    spread = copied(weights, place)
    only_there(weights, spread, place)
    one = weights.weight[place.filter, place.slice]
    assert (spread.weight[place.index] == one).all()


@given(cases())
def test_nothing_is_changed_in_place(case):
    weights, place = case
    kept, bias = weights.weight.copy(), weights.bias.copy()
    for change in (flipped, zeroed, copied):
        change(weights, place)
    with_bias(weights, place, 7.0)
    taken(weights, place, Weights(kept + 1, bias + 1))
    named(weights, place, "box")
    np.testing.assert_array_equal(weights.weight, kept)
    np.testing.assert_array_equal(weights.bias, bias)


@pytest.mark.parametrize("scope", SCOPES)
def test_normalise_makes_filters_or_the_slice_sum_to_one(scope):
    weights = Weights(
        np.random.default_rng(0).uniform(0.1, 1, (3, 2, 3, 3)).astype(np.float32), np.zeros(3, np.float32)
    )
    place = Place(scope, 1, 1)
    changed, said = normalised(weights, place)
    only_there(weights, changed, place)
    sums = {
        "slice": changed.weight[1, 1].sum(),
        "filter": changed.weight[1].sum(),
        "layer": changed.weight.sum((1, 2, 3)),
    }
    np.testing.assert_allclose(sums[scope], 1, rtol=1e-5)
    assert "sum to 1" in said


def test_normalise_names_the_filter_that_cannot_be():
    weights = Weights(np.ones((3, 1, 2, 2), np.float32), None)
    weights.weight[1] = 0
    with pytest.raises(kernels.KernelError, match=r"^Filter 1: A kernel of zeros"):
        normalised(weights, Place())


@pytest.mark.parametrize("name", kernels.KERNELS)
@pytest.mark.parametrize("scope", SCOPES)
def test_a_named_filter_is_that_of_the_kernels_in_the_own_size(name, scope):
    before = Weights(np.full((2, 3, 5, 7), 9, np.float32), np.full(2, 9, np.float32))
    place = Place(scope, 1, 2)
    after = named(before, place, name)
    only_there(before, after, place)
    kernel = kernels.KERNELS[name].make(5, 7)
    np.testing.assert_allclose(after.weight[1, 2], kernel if scope == "slice" else kernel / 3, rtol=1e-6)
    np.testing.assert_array_equal(after.bias, before.bias)


def test_a_named_filter_takes_its_parameters_and_refuses_a_small_kernel():
    before = Weights(np.zeros((1, 1, 5, 5), np.float32), None)
    turned = named(before, Place(), "gabor", {"angle": 90.0, "wavelength": 3.0})
    np.testing.assert_array_equal(turned.weight[0, 0], kernels.KERNELS["gabor"].make(5, 5, angle=90.0, wavelength=3.0))
    with pytest.raises(kernels.KernelError, match="at least 3×3"):
        named(Weights(np.zeros((1, 1, 2, 2), np.float32), None), Place(), "laplacian")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e39, 1e308])
def test_a_number_that_float32_cannot_hold_is_refused(value):
    weights = Weights(np.zeros((1, 1, 1, 1), np.float32), np.zeros(1, np.float32))
    for change in (
        lambda: typed(weights, Place("slice"), np.array([[value]])),
        lambda: with_bias(weights, Place(), value),
    ):
        with pytest.raises(EditError, match="finite"):
            change()


def test_bias_of_one_filter_or_of_all():
    weights = Weights(np.zeros((3, 1, 1, 1), np.float32), np.array([1, 2, 3], np.float32))
    assert with_bias(weights, Place("filter", 1), 0.5).bias.tolist() == [1, 0.5, 3]
    assert with_bias(weights, Place("layer", 1), 0.5).bias.tolist() == [0.5] * 3


def test_drawn_again_for_all_filters_is_torchs_own_draw():
    spec = ConvSpec(4, 6, (3, 2), groups=2)
    weight, bias = (p.numpy() for p in initial(spec, 5))
    start = Weights(np.zeros_like(weight), np.zeros_like(bias))
    whole = taken(start, Place("layer"), Weights(weight, bias))
    np.testing.assert_array_equal(whole.weight, weight)
    np.testing.assert_array_equal(whole.bias, bias)
    one = taken(start, Place("slice", 2, 1), Weights(weight, bias))
    only_there(start, one, Place("slice", 2, 1))
    assert not one.bias.any()


# -- undo, redo, other shapes --------------------------------------------------------------


def held(size: int = 1) -> Weights:
    return Weights(np.zeros((1, 1, 1, size), np.float32), np.zeros(1, np.float32))


@given(st.lists(st.sampled_from(["edit", "undo", "redo"]), max_size=40))
def test_undo_and_redo_are_an_editors(moves):
    """Against the plainest model: two stacks."""
    history, back, ahead, now, count = History(), [], [], None, 0
    for move in moves:
        if move == "edit":
            count += 1
            weights = held()
            history = history.then(str(count), weights)
            back, ahead, now = [*back, now], [], weights
        elif move == "undo":
            history = history.undone()
            if back:
                ahead, now, back = [now, *ahead], back[-1], back[:-1]
        else:
            history = history.redone()
            if ahead:
                back, now, ahead = [*back, now], ahead[0], ahead[1:]
        assert history.now.weights is now
        assert bool(history.undo) == bool(back) and bool(history.redo) == bool(ahead)


def test_the_oldest_steps_go_first_and_the_last_two_stay():
    history = History()
    for i in range(MOST_STEPS + 5):
        history = history.then(str(i), held())
    assert len(history.steps) == MOST_STEPS
    assert history.undo == str(MOST_STEPS + 4)
    large = History().then("a", held(MOST_BYTES // 4)).then("b", held(MOST_BYTES // 4))
    assert [step.label for step in large.steps] == ["a", "b"]
    assert large.undone().now.label == "a"


def form(*shape: int) -> Form:
    return Form("nn.Conv2d", shape, shape[0])


def test_edits_of_other_shapes_wait_and_are_limited():
    edited = History().then("x", held())
    kept = {form(n, 1, 3, 3): edited for n in range(1, MOST_SHAPES + 1)}
    spec = ConvSpec(2, 4, 3)
    assert set_aside(kept, Form.of(spec)) == list(kept)
    assert set_aside({Form.of(spec): edited, form(1, 1, 1, 1): History()}, Form.of(spec)) == []
    assert "8 other shapes" in refusal(kept, spec)
    assert refusal(kept, ConvSpec(1, 3, 3)) == ""  # one of those that are kept
    assert f"{MOST_NUMBERS:,}" in refusal({}, ConvSpec(4096, 4096, 1))
    four = {form(n, 800, 100, 100): edited for n in range(1, 5)}  # 80 million numbers
    assert "discard" in refusal(four, spec)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("nn.Conv2d(4, 8, 3)", "nn.Conv2d(4, 8, 3, stride=2, bias=False)", True),
        ("nn.Conv2d(4, 8, 3)", "nn.Conv2d(8, 8, 3, groups=2)", True),  # each filter reads four channels in both
        ("nn.Conv2d(4, 4, 3)", "nn.ConvTranspose2d(4, 4, 3)", False),
        ("nn.ConvTranspose2d(8, 4, 3)", "nn.ConvTranspose2d(8, 8, 3, groups=2)", False),  # another number of filters
        ("nn.Conv2d(4, 8, (1, 3))", "nn.Conv1d(4, 8, 3)", False),
    ],
)
def test_which_layers_share_edited_weights(one, other, same):
    assert (Form.of(parse(one)) == Form.of(parse(other))) == same


WEIGHTED = ("nn.Conv2d(4, 6, (2, 3), groups=2)", "nn.ConvTranspose2d(4, 6, (2, 3), groups=2)", "nn.Conv1d(4, 6, 3)")


@pytest.mark.parametrize("code", WEIGHTED)
def test_the_filters_of_every_layer_are_those_that_its_outputs_are_made_of(code):
    """A weight that is not zero in one slice: only its channel is heard, and only in its filter's output."""
    spec = parse(code)
    size = spec.filter_shape
    assert filters(spec, Weights(np.zeros(spec.weight_shape, np.float32), None)).weight.shape == size
    layer = build(spec.replace(bias=False))
    for f, s in np.ndindex(*size[:2]):
        chosen = np.zeros(size, np.float32)
        chosen[f, s] = np.arange(1, 1 + size[2] * size[3]).reshape(size[2:])
        weights = in_torch(spec, Weights(chosen, None))
        assert weights.weight.shape == spec.weight_shape
        np.testing.assert_array_equal(filters(spec, weights).weight, chosen)
        np.testing.assert_array_equal(weights.weight[spec.weight_index(f, s)].ravel(), chosen[f, s].ravel())
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(weights.weight))
            x = torch.zeros(4, *[5] * spec.dims)
            x[spec.channels_of(f)[s]] = 1
            heard = layer(x).abs().sum(tuple(range(1, spec.dims + 1)))
        assert heard.nonzero().ravel().tolist() == [f]
        x[spec.channels_of(f)[s]] = 0
        assert not layer(x).any()


@pytest.mark.parametrize("code", WEIGHTED)
def test_a_file_holds_torchs_own_layout(code):
    spec = parse(code)
    rng = np.random.default_rng(0)
    weight = rng.normal(size=spec.weight_shape).astype(np.float32)
    data = save_weights(spec, weight, np.ones(6, np.float32))
    layer = build(spec)
    layer.load_state_dict(safetensors.torch.load(data))
    np.testing.assert_array_equal(layer.weight.detach().numpy(), weight)
    np.testing.assert_array_equal(load_weights(spec, data)[0], weight)


@pytest.mark.numeric
def test_a_named_filter_does_what_its_name_says_in_a_transposed_convolution_too():
    x = np.random.default_rng(0).normal(size=(1, 7, 7)).astype(np.float32)
    for name in ("shift", "sobel_x", "sharpen"):
        done = []
        for spec in (ConvSpec(1, 1, 3, padding=1, bias=False), ConvTransposeSpec(1, 1, 3, padding=1, bias=False)):
            start = Weights(np.zeros(spec.filter_shape, np.float32), None)
            made = in_torch(spec, named(start, Place(), name, turned=spec.turned))
            done.append(run(spec, x, weight=made.weight).output)
        np.testing.assert_allclose(*done, rtol=0, atol=rounding_bound(x, made.weight, None))
