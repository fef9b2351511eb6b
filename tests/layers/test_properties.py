"""What must hold for every layer, tried on layers that hypothesis makes up, against the real ``nn.Conv2d``."""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import example, given
from hypothesis import strategies as st
from torch import nn

from conv_viz import ConvSpec, ConvSpecError, Summary, run
from conv_viz.compute.layer import LayerRun, build, initial
from conv_viz.layers.conv import mended
from conv_viz.layers.taps import gather, taps
from conv_viz.layers.values import LARGEST
from conv_viz.layers.window import WindowAxis
from tests.numbers import assert_same_sums
from tests.strategies import layers, settings_in_numbers, settings_of_any_kind, shapes

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel", "ignore:Initializing zero-elem")

Layer = tuple[dict[str, Any], tuple[int, ...]]
EXACT_FIT: Layer = (dict(in_channels=1, out_channels=1, kernel_size=3, dilation=2, padding=1), (1, 3, 3))
MOST_REFLECTED: Layer = (
    dict(in_channels=1, out_channels=1, kernel_size=2, padding=3, padding_mode="reflect"),
    (1, 4, 4),
)
MOST_WRAPPED: Layer = (
    dict(in_channels=1, out_channels=1, kernel_size=2, padding=4, padding_mode="circular"),
    (1, 4, 4),
)
ONLY_PADDING_READ: Layer = (dict(in_channels=1, out_channels=1, kernel_size=1, padding=1, stride=3), (1, 1, 1))


def random_input(shape: tuple[int, ...], dtype: Any = np.float64) -> np.ndarray:
    return np.random.default_rng(len(shape)).standard_normal(shape).astype(dtype)


# -- sizes, sources and taps ---------------------------------------------------------


@given(layers())
@example(EXACT_FIT)
@example(MOST_REFLECTED)
@example(MOST_WRAPPED)
def test_shapes_and_costs(layer: Layer) -> None:
    arguments, shape = layer
    spec, real = ConvSpec(**arguments), nn.Conv2d(**arguments)
    output = tuple(real(torch.zeros(shape)).shape)
    headline = Summary.of(spec, shape)
    assert spec.output_shape(shape) == headline.output_shape == output
    assert spec.weight_shape == tuple(real.weight.shape)
    assert spec.bias_shape == (None if real.bias is None else tuple(real.bias.shape))
    assert spec.parameters == sum(p.numel() for p in real.parameters())
    assert headline.activations == math.prod(output)
    assert spec.macs(shape) == headline.macs == math.prod(output) * real.weight[0].numel()


def padded_by_torch(spec: ConvSpec, x: np.ndarray) -> np.ndarray:
    (top, bottom), (left, right) = spec.padding_sides
    mode = "constant" if spec.padding_mode == "zeros" else spec.padding_mode
    return F.pad(torch.from_numpy(x), (left, right, top, bottom), mode=mode).numpy()


def padded_by_tables(spec: ConvSpec, x: np.ndarray) -> np.ndarray:
    rows, columns = (taps(axis).source for axis in spec.axes(x.shape))
    return gather(x, rows, columns)


@pytest.mark.numeric
@given(layers())
@example(MOST_REFLECTED)
@example(MOST_WRAPPED)
def test_padding_copies_what_torch_copies(layer: Layer) -> None:
    arguments, shape = layer
    spec, x = ConvSpec(**arguments), np.arange(1.0, 1 + math.prod(shape)).reshape(shape)
    assert padded_by_tables(spec, x).tolist() == padded_by_torch(spec, x).tolist()


@pytest.mark.numeric
@given(layers())
@example(EXACT_FIT)
@example(ONLY_PADDING_READ)
def test_sum_over_taps_is_the_layer(layer: Layer) -> None:
    arguments, shape = layer
    spec = ConvSpec(**arguments)
    done = run(spec, random_input(shape), seed=1)
    rows, columns = (taps(axis).window for axis in spec.axes(shape))
    cells = padded_by_tables(spec, done.input)[
        ..., rows[:, :, None, None], columns
    ]  # (..., C, out h, kernel h, out w, kernel w)
    for filter in range(spec.out_channels):
        products = np.einsum(
            "...chkwl,ckl->...hw", cells[..., spec.channels_of(filter), :, :, :, :], done.weight[filter]
        )
        total = products + (0 if done.bias is None else done.bias[filter])
        np.testing.assert_allclose(total, done.output[..., filter, :, :], rtol=1e-11, atol=1e-12)


@given(layers())
@example(ONLY_PADDING_READ)
def test_unread_rows_and_columns_change_nothing_and_others_do(layer: Layer) -> None:
    arguments, shape = layer
    spec = ConvSpec(**{**arguments, "bias": False})
    channels, *sizes = shape[-3:]
    axes = spec.axes(shape)
    anything_read = all(len(axis.unread) < axis.size for axis in axes)
    for i, axis in enumerate(axes):
        # One picture for each row (or column), with ones in it and zeros elsewhere. With weights that
        # are all ones nothing cancels: the output is zero only if the row is never read.
        pictures = np.zeros((sizes[i], channels, *sizes))
        for index in range(sizes[i]):
            pictures[(index, slice(None), *([slice(None)] * i), index)] = 1
        output = run(spec, pictures, weight=np.ones(spec.weight_shape)).output
        silent = tuple(np.flatnonzero(~output.any(axis=(1, 2, 3))).tolist())
        assert silent == (axis.unread if anything_read else tuple(range(axis.size)))


@given(
    st.builds(
        WindowAxis,
        size=st.integers(1, 9),
        kernel=st.integers(1, 5),
        stride=st.integers(1, 7),
        dilation=st.integers(1, 6),
        before=st.integers(0, 8),
        after=st.integers(0, 8),
    )
)
def test_every_cell_is_read_that_has_a_tap(axis: WindowAxis) -> None:
    read = {i for window in taps(axis).inputs.tolist() for i in window}
    assert axis.unread == (tuple(i for i in range(axis.size) if i not in read) if axis.output else ())


def test_the_largest_numbers_cost_nothing() -> None:
    begin = time.process_time()
    spec = ConvSpec(LARGEST, LARGEST, LARGEST, stride=LARGEST, padding=LARGEST, dilation=3, groups=LARGEST)
    with pytest.raises(ConvSpecError, match="does not fit"):
        spec.output_shape((LARGEST, 2**16, 2**16))
    Summary.of(spec.replace(dilation=1), (LARGEST, 2**16, 2**16)).as_dict()
    with pytest.raises(ConvSpecError, match="groups must divide"):
        ConvSpec(LARGEST, LARGEST, 1, groups=2)
    assert time.process_time() - begin < 0.5


@given(layers(), st.data())
def test_feeds_is_the_inverse_of_the_window(layer: Layer, data: st.DataObject) -> None:
    arguments, shape = layer
    for axis in ConvSpec(**arguments).axes(shape):
        table = taps(axis)
        index = data.draw(st.integers(0, axis.size - 1))
        assert sorted(table.feeds(index)) == [
            (o, k) for o in range(axis.output) for k in range(axis.kernel) if table.inputs[o, k] == index
        ]
        assert bool(table.feeds(index)) == (index not in axis.unread)


# -- the real layer ---------------------------------------------------------------------


def real_layer(arguments: dict[str, Any], seed: int, dtype: torch.dtype) -> nn.Conv2d:
    torch.manual_seed(seed)
    return nn.Conv2d(**arguments, dtype=dtype)


@pytest.mark.numeric
@given(layers(), st.integers(0, 2**32), st.sampled_from((np.float32, np.float64)))
@example(EXACT_FIT, 0, np.float32)
def test_run_is_torchs_layer_with_the_weights_that_torch_draws(layer: Layer, seed: int, dtype: Any) -> None:
    arguments, shape = layer
    x = random_input(shape, dtype)
    done = run(ConvSpec(**arguments), x, seed=seed)
    real = real_layer(arguments, seed, torch.from_numpy(x).dtype)
    assert {a.dtype for a in (done.input, done.weight, done.output)} == {np.dtype(dtype)}
    assert done.input.tobytes() == x.tobytes()
    assert done.weight.tobytes() == real.weight.detach().numpy().tobytes()
    if real.bias is None:
        assert done.bias is None
    else:
        assert done.bias is not None
        assert done.bias.tobytes() == real.bias.detach().numpy().tobytes()
    assert_same_sums(done.output, real(torch.from_numpy(x)).detach().numpy(), x, done.weight, done.bias)


@pytest.mark.numeric
@given(layers())
def test_given_weights_are_the_layers_own(layer: Layer) -> None:
    arguments, shape = layer
    spec = ConvSpec(**arguments)
    weight = random_input(spec.weight_shape)
    bias = random_input(spec.bias_shape) if spec.bias_shape else None
    done = run(spec, random_input(shape), weight=weight, bias=bias)
    assert done.weight.tolist() == weight.tolist()
    assert (None if done.bias is None else done.bias.tolist()) == (None if bias is None else bias.tolist())


@pytest.mark.numeric
def test_threads_do_not_mix_their_seeds() -> None:
    spec, x = ConvSpec(3, 8, 3), random_input((3, 6, 6), np.float32)
    expected = [real_layer(spec.arguments(), seed, torch.float32)(torch.from_numpy(x)) for seed in range(8)]
    jobs = [seed for _ in range(40) for seed in range(8)]

    def work(seed: int) -> LayerRun:
        torch.manual_seed(seed)  # another session that uses torch's shared generator
        return run(spec, x, seed=seed)

    with ThreadPoolExecutor(8) as pool:
        for seed, done in zip(jobs, pool.map(work, jobs), strict=True):
            assert_same_sums(done.output, expected[seed].detach().numpy(), x, done.weight, done.bias)


def test_run_leaves_torchs_generator_alone() -> None:
    torch.manual_seed(3)
    before = torch.get_rng_state()
    run(ConvSpec(2, 2, 3), random_input((2, 5, 5)), seed=9)
    build(ConvSpec(2, 2, 3))
    initial(ConvSpec(2, 2, 3), seed=4)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize(
    ("parameter", "wrong"),
    [
        ("weight", {"weight": np.zeros((1, 1, 3, 3))}),
        ("weight", {"weight": np.array("w")}),
        ("bias", {"bias": np.zeros(3)}),
        ("bias", {"bias": np.zeros((2, 1))}),
        ("input", {"input": np.zeros((2, 5, 5), np.uint8)}),
        ("input", {"input": np.zeros((2, 5, 5), np.float16)}),
        ("input", {"input": np.zeros((2, 5, 5), complex)}),
        ("input", {"input": np.float32(1)}),
        ("input", {"input": np.zeros((5, 5), np.float32)}),
        ("in_channels", {"input": np.zeros((3, 5, 5), np.float32)}),
        ("kernel_size", {"input": np.zeros((2, 5, 1), np.float32)}),
    ],
)
def test_arrays_that_cannot_belong_to_the_layer(parameter: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(ConvSpecError) as refused:
        run(ConvSpec(2, 2, 3), **{"input": np.zeros((2, 5, 5), np.float32), **wrong})
    assert refused.value.parameter == parameter


def test_a_bias_for_a_layer_without_one() -> None:
    with pytest.raises(ConvSpecError) as refused:
        run(ConvSpec(1, 1, 1, bias=False), np.zeros((1, 2, 2)), bias=np.zeros(1))
    assert (refused.value.parameter, refused.value.fix) == ("bias", {"bias": True})


# -- what is refused --------------------------------------------------------------------


def torch_accepts(arguments: dict[str, Any], shape: tuple[int, ...]) -> bool:
    try:
        nn.Conv2d(**arguments)(torch.zeros(shape))
    except Exception:
        return False
    return True


def spec_accepts(arguments: dict[str, Any], shape: tuple[int, ...]) -> bool:
    try:
        ConvSpec(**arguments).output_shape(shape)
    except ConvSpecError as refused:
        assert str(refused) == f"{refused.rule} {refused.advice}".strip()
        assert len(str(refused)) < 500
        return False
    return True


def documented_refusal(arguments: dict[str, Any]) -> bool:
    """Accepted by torch in some way, but nobody can mean it; see `ConvSpec`."""
    padding = arguments.get("padding", 0)
    sides = padding if isinstance(padding, tuple) else (padding,)
    return 0 in (arguments["in_channels"], arguments["out_channels"]) or any(
        isinstance(side, int) and side < 0 for side in sides
    )


@given(settings_in_numbers(), shapes())
@example(dict(in_channels=1, out_channels=1, kernel_size=3, padding="same", padding_mode="reflect"), (1, 1, 1))
@example(dict(in_channels=2, out_channels=2, kernel_size=1, padding=3, padding_mode="circular"), (2, 3, 2))
def test_torch_accepts_the_same_settings(arguments: dict[str, Any], shape: tuple[int, ...]) -> None:
    shape = (*shape[:-3], max(1, arguments["in_channels"]), *shape[-2:])
    if spec_accepts(arguments, shape):
        assert torch_accepts(arguments, shape)
    elif not documented_refusal(arguments):
        assert not torch_accepts(arguments, shape)


@given(settings_in_numbers(), shapes())
def test_any_channels_are_accepted_as_torch_does(arguments: dict[str, Any], shape: tuple[int, ...]) -> None:
    if not documented_refusal(arguments):
        assert spec_accepts(arguments, shape) == torch_accepts(arguments, shape)


@given(settings_of_any_kind(), shapes())
def test_no_other_error_than_our_own(arguments: dict[str, Any], shape: tuple[int, ...]) -> None:
    spec_accepts(arguments, shape)
    mended(arguments, shape)


@pytest.mark.parametrize(
    "arguments",
    [
        dict(in_channels=0),
        dict(out_channels=0),
        dict(in_channels=True),
        dict(kernel_size=True),
        dict(kernel_size=(3,)),
        dict(padding=-1),
        dict(padding=(0, -1), padding_mode="reflect"),
        dict(stride=False),
        dict(bias=1),
        dict(bias=None),
        dict(bias=np.zeros(2)),
        dict(padding_mode=np.zeros(2)),
        dict(padding=(1, 2, 1, 2)),
        dict(in_channels=2**31),
        dict(kernel_size=1.0),
        dict(kernel_size="3"),
        dict(groups=0),
    ],
    ids=str,
)
def test_documented_refusals(arguments: dict[str, Any]) -> None:
    with pytest.raises(ConvSpecError) as refused:
        ConvSpec(**{"in_channels": 1, "out_channels": 1, "kernel_size": 3, **arguments})
    assert refused.value.parameter == next(iter(arguments))


@pytest.mark.parametrize(
    "shape",
    [
        *((), (3,), (5, 5), (1, 1, 1, 5, 5), (1,) * 10_000, 5, None),
        *((1, 0, 5), (0, 5, 5), (-1, 1, 5, 5), (1, 10**30, 5), (1, 2**17, 5)),
        *((1, 5.0, 5), (1, "5", 5), (True, 1, 5, 5)),
    ],
    ids=lambda shape: str(shape)[:20],
)
def test_shapes_that_no_input_has(shape: Any) -> None:
    for ask in (ConvSpec(1, 1, 1).output_shape, ConvSpec(1, 1, 1).macs, lambda s: Summary.of(ConvSpec(1, 1, 1), s)):
        with pytest.raises(ConvSpecError) as refused:
            ask(shape)
        assert refused.value.parameter == "input"
        assert len(str(refused.value)) < 300


def test_sizes_of_numpy_come_out_as_plain_numbers() -> None:
    shape = ConvSpec(np.int64(1), 2, np.array(3)).output_shape(np.array([1, 5, 5]))
    assert [type(size) for size in shape] == [int, int, int]
    assert type(Summary.of(ConvSpec(1, 1, 1), np.array([1, 5, 5])).as_dict()["input_shape"][0]) is int


@given(settings_in_numbers(), shapes())
@example(
    dict(
        in_channels=-1,
        out_channels=0,
        kernel_size=0,
        stride=0,
        padding=-1,
        dilation=0,
        groups=0,
        padding_mode="reflect",
    ),
    (3, 1, 1),
)
def test_mended_settings_run(arguments: dict[str, Any], shape: tuple[int, ...]) -> None:
    changes = mended(arguments, shape)
    better = {**arguments, **changes}
    assert bool(changes) == (not spec_accepts(arguments, shape))
    assert spec_accepts(better, shape)
    assert torch_accepts(better, shape)


# -- text -------------------------------------------------------------------------------


@given(layers())
def test_code_round_trip(layer: Layer) -> None:
    spec = ConvSpec(**layer[0])
    again = ConvSpec.parse(spec.code())
    assert again == spec
    assert hash(again) == hash(spec)
    assert again.code() == spec.code()
    assert eval(repr(spec), {"ConvSpec": ConvSpec}) == spec
    real = nn.Conv2d(**spec.arguments())
    assert ConvSpec.parse(str(real)) == spec


def test_equal_layers_are_equal_specs() -> None:
    assert ConvSpec(1, 2, 3) == ConvSpec(1, 2, (3, 3), stride=[1, 1], padding=(0, 0), bias=True)
    assert len({ConvSpec(1, 2, 3), ConvSpec(1, 2, (3, 3)), ConvSpec(1, 2, 3, padding="valid")}) == 2


HOSTILE = {
    "nothing": "",
    "null": "nn.Conv2d(1, 1, 1)\0",
    "surrogate": "nn.Conv2d(1, 1, '\ud800')",
    "brackets": "(" * 9_000,
    "nested pairs": "nn.Conv2d(1, 1, " + "(" * 150 + "3" + ",)" * 150 + ")",
    "lists": "nn.Conv2d(1, 1, " + "[" * 190 + "]" * 190 + ")",
    "minus": "nn.Conv2d(1, 1, " + "-" * 9_000 + "1)",
    "not": "not " * 4_000 + "1",
    "sum": "nn.Conv2d(1, 1, " + "1+" * 9_000 + "1)",
    "attributes": "a" + ".a" * 9_000 + ".Conv2d(1, 1, 1)",
    "calls": "Conv2d" + "(1)" * 6_000,
    "lambdas": "lambda: " * 2_000 + "1",
    "decimal digits": f"nn.Conv2d({'9' * 9_000}, 1, 1)",
    "hexadecimal digits": f"nn.Conv2d(0x{'f' * 9_000}, 1, 1)",
    "hexadecimal pair": f"nn.Conv2d(1, 1, (1, 0x{'f' * 9_000}, 2))",
    "power": "nn.Conv2d(9**9**9**9, 1, 1)",
    "repeat": "nn.Conv2d('a' * 10**10, 1, 1)",
    "prime channels": "nn.Conv2d(999999999999999989, 999999999999999989, 1, groups=2)",
    "large kernel": "nn.Conv2d(1, 1, 10**9)",
    "code": "nn.Conv2d(__import__('os').getpid(), 1, 1)",
    "f-string": "nn.Conv2d(f'{1/0}', 1, 1)",
    "walrus": "nn.Conv2d((a := 1), 1, 1)",
    "generator": "nn.Conv2d(*(1 for _ in iter(int, 1)))",
    "stars": "nn.Conv2d(**{'in_channels': 1})",
    "many arguments": "nn.Conv2d(" + "1," * 4_000 + ")",
    "many keywords": "nn.Conv2d(" + ",".join(f"a{i}=1" for i in range(2_000)) + ")",
    "twice": "nn.Conv2d(1, 1, 1, in_channels=1)",
    "long name": f"nn.Conv2d({'n' * 9_000}, 1, 1)",
    "long keyword": f"nn.Conv2d(1, 1, 1, {'n' * 9_000}=1)",
    "long string": f"nn.Conv2d(1, 1, 1, padding='{'n' * 9_000}')",
    "statements": "import os\n" * 1_000,
    "too long": "#" * 1_000_000,
    "unicode": "ｎｎ.Ｃｏｎｖ２ｄ(１, 1, 1) \u202e",
    "ellipsis": "nn.Conv2d(...)",
    "sets": "nn.Conv2d({1}, {1: 2}, {*()})",
    "other layer": "nn.Conv3d(1, 1, 1)",
    "complex": "nn.Conv2d(1j, 1, 1)",
    "infinity": "nn.Conv2d(1e999, 1, 1)",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_gets_one_sentence_quickly(text: str) -> None:
    costs = []
    for _ in range(3):  # the best of three: other programs share this machine
        begin = time.process_time()
        with pytest.raises(ConvSpecError) as refused:
            ConvSpec.parse(text)
        costs.append(time.process_time() - begin)
    assert min(costs) < 0.05
    assert len(str(refused.value)) < 300
    assert "\n" not in str(refused.value)


@given(st.text() | st.text("()[]{}*-+=,.:'\"\\#\n 0123456789xnConv2d_", max_size=60).map(lambda t: f"nn.Conv2d({t})"))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        spec = ConvSpec.parse(text)
    except ConvSpecError as refused:
        assert str(refused)
    else:
        assert ConvSpec.parse(spec.code()) == spec
