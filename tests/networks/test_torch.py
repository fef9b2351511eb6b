"""Networks against torch: shapes, parameters, multiply-accumulates, gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from conv_viz.compute.network import TorchNetwork, effective_field
from conv_viz.layers.conv import ConvSpec
from conv_viz.layers.pool import AvgPoolSpec, MaxPoolSpec
from conv_viz.layers.transposed import ConvTransposeSpec
from conv_viz.layers.values import ConvSpecError
from conv_viz.networks.field import fields, stretch
from conv_viz.networks.graph import INPUT, Network, Node
from conv_viz.networks.joints import Add, Concat
from conv_viz.networks.operations import Pointwise
from conv_viz.networks.presets import PRESETS
from conv_viz.networks.reach import reach, seen_by, unread
from conv_viz.networks.resizing import AdaptivePool, Upsample, ZeroPad2d
from conv_viz.networks.same import with_same
from conv_viz.networks.walk import Walk, walk


@pytest.mark.parametrize("key", PRESETS)
@pytest.mark.parametrize("same", (False, True))
def test_totals_are_those_of_torch(key: str, same: bool) -> None:
    preset = PRESETS[key]
    network = with_same(preset.network) if same else preset.network
    told = walk(network, preset.input_shape)
    module = TorchNetwork(network, device="meta")
    with FlopCounterMode(display=False) as counter:
        shapes = {name: tuple(out.shape) for name, out in module.steps(torch.empty(preset.input_shape, device="meta"))}
    assert shapes == {row.name: row.output_shape for row in told.rows}
    assert told.parameters == sum(part.numel() for part in module.parameters())
    assert 2 * told.macs == counter.get_total_flops()


def sizes(least: int, most: int) -> st.SearchStrategy[Any]:
    return st.integers(least, most) | st.tuples(st.integers(least, most), st.integers(least, most))


@st.composite
def operations(draw: st.DrawFn) -> Any:
    """One operation of one channel."""
    kind = draw(st.sampled_from(("conv", "conv", "max", "avg", "transposed", "up", "adaptive", "pad", "relu")))
    kernel = draw(sizes(1, 4))
    half = min(kernel if isinstance(kernel, tuple) else (kernel,)) // 2
    padding, stride = draw(st.integers(0, half)), draw(st.integers(1, 3))
    ceil = draw(st.booleans())
    match kind:
        case "conv":
            mode = draw(st.sampled_from(("zeros", "zeros", "reflect", "replicate", "circular")))
            dilation = draw(st.integers(1, 3))
            return ConvSpec(1, 1, kernel, stride, padding, dilation, padding_mode=mode, bias=False)
        case "max":
            return MaxPoolSpec(kernel, stride, padding, ceil_mode=ceil)
        case "avg":
            return AvgPoolSpec(kernel, stride, padding, ceil_mode=ceil)
        case "transposed":
            more = draw(st.integers(0, stride - 1))
            return ConvTransposeSpec(1, 1, kernel, stride, padding, more, bias=False)
        case "up":
            mode = draw(st.sampled_from(("nearest", "bilinear")))
            align = draw(st.booleans()) if mode == "bilinear" else None
            factor = draw(st.sampled_from((1, 2, 3, 1.5)))
            return Upsample(scale_factor=(factor, factor), mode=mode, align_corners=align)
        case "adaptive":
            return AdaptivePool("Avg", draw(sizes(1, 6)))
        case "pad":
            return ZeroPad2d(draw(st.tuples(*[st.integers(0, 2)] * 4)))
    return Pointwise("ReLU")


def goes(size: int, other: int) -> bool:
    """Whether two sizes meet at a joint, as torch's broadcasting has it."""
    return size == other or 1 in (size, other)


@st.composite
def graphs(draw: st.DrawFn) -> Walk:
    """A network of one channel that an input passes, joints where paths have one size."""
    shape = (1, 1, draw(st.integers(4, 14)), draw(st.integers(4, 14)))
    nodes: list[Node] = []
    for i in range(draw(st.integers(1, 7))):
        seen = walk(Network(tuple(nodes)), shape) if nodes else None
        shapes = {INPUT: shape, **({row.name: row.output_shape for row in seen.rows} if seen else {})}
        names = list(shapes)
        before = draw(st.sampled_from(names[-3:]))
        equal = [name for name in names if name != before and all(map(goes, shapes[name], shapes[before]))]
        if equal and draw(st.booleans()):
            nodes.append(Node(str(i), Add(), (before, draw(st.sampled_from(equal)))))
            continue
        operation = draw(operations())
        try:
            after = operation.output_shape(shapes[before])
        except ConvSpecError:
            continue
        if max(after[2:]) > 40:
            continue
        nodes.append(Node(str(i), operation, (before,)))
    assume(nodes)
    return walk(Network.of(nodes), shape)


def summed(operation: Any, x: Tensor) -> Tensor:
    """The operation with every weight one, so that a gradient counts paths. Torch's own functions."""
    match operation:
        case ConvSpec():
            pads = [side for sides in reversed(operation.padding_sides) for side in sides]
            mode = {"zeros": "constant"}.get(operation.padding_mode, operation.padding_mode)
            weight = torch.ones(1, 1, *operation.kernel_size, dtype=x.dtype)
            padded = functional.pad(x, pads, mode=mode) if any(pads) else x
            return functional.conv2d(padded, weight, None, operation.stride, 0, operation.dilation)
        case ConvTransposeSpec():
            weight = torch.ones(1, 1, *operation.kernel_size, dtype=x.dtype)
            given = (operation.stride, operation.padding, operation.output_padding)
            return functional.conv_transpose2d(x, weight, None, *given)
        case MaxPoolSpec() | AvgPoolSpec():
            given = (operation.kernel_size, operation.stride, operation.padding, operation.ceil_mode)
            return functional.avg_pool2d(x, *given, divisor_override=1)
        case AdaptivePool():
            return functional.adaptive_avg_pool2d(x, operation.output_size)
        case Upsample():
            factor = tuple(map(float, operation.scale_factor))
            return functional.interpolate(
                x, scale_factor=factor, mode=operation.mode, align_corners=operation.align_corners
            )
        case ZeroPad2d():
            return functional.pad(x, operation.padding)
    return x


def through(told: Walk, x: Tensor) -> Tensor:
    """The one map of the last layer, all weights one: a linear function of the input."""
    known = {INPUT: x}
    for node in told.network.nodes:
        inputs = [known[name] for name in node.reads]
        known[node.name] = sum(inputs) if len(inputs) > 1 else summed(node.operation, inputs[0])  # type: ignore[assignment]
    return known[told.network.output][0, 0]


def gradient(told: Walk, unit: tuple[int, int] | None) -> np.ndarray:
    """What torch's gradient says of one unit of the last layer, or of all."""
    x = torch.zeros(told.input_shape, dtype=torch.float64, requires_grad=True)
    last = through(told, x)
    (last.sum() if unit is None else last[unit]).backward()
    return x.grad[0, 0].numpy() if x.grad is not None else np.zeros(told.input_shape[2:])


WEIGHTED = AdaptivePool | Upsample
"""Operations whose gradient is no whole number: there only where it is zero can be compared."""


@given(graphs(), st.data())
def test_paths_are_counted_as_by_torchs_gradient(told: Walk, data: st.DataObject) -> None:
    last = told.rows[-1]
    unit = tuple(data.draw(st.integers(0, size - 1)) for size in last.output_shape[2:])
    seen, wanted = reach(told, last.name, unit), gradient(told, unit)  # type: ignore[arg-type]
    if any(isinstance(node.operation, WEIGHTED) for node in told.network.nodes):
        np.testing.assert_array_equal(seen.counts > 0, wanted > 1e-12)
    else:
        np.testing.assert_array_equal(seen.counts, wanted)
    rows, columns = np.nonzero(wanted > 1e-12)
    if rows.size:
        assert (seen.rows, seen.columns) == (range(rows.min(), rows.max() + 1), range(columns.min(), columns.max() + 1))


@given(graphs())
def test_unread_pixels_are_those_without_a_gradient(told: Walk) -> None:
    np.testing.assert_array_equal(unread(told, told.network.output), gradient(told, None) <= 1e-12)


@given(graphs(), st.data())
def test_the_units_that_see_a_pixel_are_those_whose_gradient_it_has(told: Walk, data: st.DataObject) -> None:
    last = told.rows[-1]
    pixel = tuple(data.draw(st.integers(0, size - 1)) for size in told.input_shape[2:])
    first = [seen_by(told)[last.name][axis][:, pixel[axis]] for axis in (0, 1)]
    impulse = torch.zeros(told.input_shape, dtype=torch.float64)
    impulse[(..., *pixel)] = 1
    # Of a linear function, what an impulse makes of a unit is that unit's gradient there.
    seeing = (through(told, impulse) > 1e-12).nonzero().tolist()
    for axis, (low, high) in enumerate(first):
        found = [unit[axis] for unit in seeing]
        gapless = all(getattr(node.operation, "dilation", (1, 1)) == (1, 1) for node in told.network.nodes)
        plain = all(getattr(node.operation, "padding_mode", "zeros") == "zeros" for node in told.network.nodes)
        if found and gapless and plain and told.network.is_chain:
            assert (low, high) == (min(found), max(found))
        elif found:  # behind gaps, copies and joints the rectangle holds them all
            assert low <= min(found) and max(found) <= high


@given(graphs(), st.data())
def test_a_field_is_a_stretch_that_holds_what_a_unit_sees(told: Walk, data: st.DataObject) -> None:
    last = told.rows[-1]
    unit = tuple(data.draw(st.integers(0, size - 1)) for size in last.output_shape[2:])
    plain = all(getattr(node.operation, "padding_mode", "zeros") == "zeros" for node in told.network.nodes)
    assume(plain)  # copies in the padding lie elsewhere in the input
    seen = reach(told, last.name, unit)  # type: ignore[arg-type]
    for axis, cells in enumerate((seen.rows, seen.columns)):
        low, high = stretch(told, last.name, unit[axis], unit[axis], axis)
        if cells:
            assert low <= cells.start and cells.stop - 1 <= high
        extent = fields(told).by_name[last.name][axis]
        if extent.exact and cells:
            assert low == extent.low + extent.jump * unit[axis]
            assert high - low + 1 == extent.size


def test_concatenated_channels_are_counted_once_each() -> None:
    parts = [Node("a", ConvSpec(1, 1, 3, padding=1)), Node("b", ConvSpec(1, 1, 1), (INPUT,))]
    told = walk(Network.of([*parts, Node("both", Concat(), ("a", "b"))]), (1, 1, 5, 5))
    assert told.output_shape == (1, 2, 5, 5)
    assert reach(told, "both", (2, 2)).counts.sum() == 10


@pytest.mark.parametrize(("layers", "spread"), ((2, 1.1547), (5, 1.8257), (10, 2.5820)))
def test_the_effective_field_spreads_with_the_root_of_the_depth(layers: int, spread: float) -> None:
    """sd = sqrt(n (k² − 1) / 12), Luo et al. 2016, of a chain with equal weights: the paths are those weights."""
    size = 4 * layers + 1
    told = walk(Network.chain([ConvSpec(1, 1, 3, padding=1)] * layers), (1, 1, size, size))
    counts = reach(told, str(layers - 1), (size // 2, size // 2)).counts.sum(0)
    places = np.arange(size) - size // 2
    assert np.sqrt((counts * places**2).sum() / counts.sum()) == pytest.approx(spread, abs=5e-5)
    assert np.sqrt(layers * 8 / 12) == pytest.approx(spread, abs=5e-5)


def test_the_gradient_is_zero_outside_of_the_field() -> None:
    preset = PRESETS["resnet18"]
    told = walk(preset.network, (1, 3, 128, 128))
    strength, seen = effective_field(told, "layer2.0.conv1", (4, 9)), reach(told, "layer2.0.conv1", (4, 9))
    assert strength.shape == (128, 128)
    assert (strength[seen.counts == 0] == 0).all() and strength.any()


def test_same_in_torch_is_the_mean_of_the_input_alone() -> None:
    told = with_same(Network.chain([AvgPoolSpec(3, 2, 1)]))
    out = TorchNetwork(told)(torch.ones(1, 1, 6, 6))
    assert out.shape == (1, 1, 3, 3) and bool((out == 1).all())
