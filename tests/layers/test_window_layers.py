"""Every window layer against torch: shapes, numbers from the taps tables alone, what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import nn

from conv_viz.compute.layer import run
from conv_viz.layers.kinds import KINDS, WindowLayer, parse
from conv_viz.layers.pool import AvgPool, AvgPoolSpec, LPPool, MaxPoolSpec
from conv_viz.layers.summary import unread_sentence
from conv_viz.layers.taps import gather, taps
from conv_viz.layers.transposed import ConvTranspose, ConvTransposeSpec, output_padding_for
from conv_viz.layers.values import ConvSpecError
from conv_viz.layers.window import WindowAxis
from tests.strategies import window_layers

SIZES = st.tuples(st.integers(1, 9), st.integers(1, 9))


def from_tables(spec: WindowLayer, x: np.ndarray, weight: np.ndarray | None, bias: np.ndarray | None) -> np.ndarray:
    """The output by the taps tables alone, float64; x (N, C, H, W), weight in torch's layout with two axes."""
    rows, columns = (taps(axis) for axis in spec.axes(x.shape if spec.dims == 2 else (*x.shape[:2], x.shape[3])))
    empty = spec.reduce.empty
    padded = gather(x.astype(np.float64), rows.source, columns.source, empty)
    windows = padded[:, :, rows.window[:, None, :, None], columns.window[None, :, None, :]]  # N, C, OH, OW, kH, kW
    if spec.reduce.join == "max":
        return windows.max((-1, -2))
    if isinstance(spec, AvgPool):
        counted = np.outer(*(table.counted(spec.count_include_pad) for table in (rows, columns)))
        return windows.sum((-1, -2)) / (getattr(spec, "divisor_override", None) or counted)
    if isinstance(spec, LPPool):
        counted = np.outer(*(table.counted(True) for table in (rows, columns)))
        with np.errstate(invalid="ignore"):
            mean = (windows**spec.norm_type).sum((-1, -2)) / counted
            return (mean * np.prod(spec.kernel_size)) ** (1 / spec.norm_type)
    assert weight is not None
    filters = spec.output_shape(x.shape if spec.dims == 2 else (*x.shape[:2], x.shape[3]))[1]
    planes = []
    for filter in range(filters):
        reads = spec.channels_of(filter)
        if isinstance(spec, ConvTranspose):
            kernels = weight[reads.start : reads.stop, filter % (filters // spec.groups)]
        else:
            kernels = weight[filter]
        plane = np.einsum("ncyxij,cij->nyx", windows[:, reads.start : reads.stop], kernels.astype(np.float64))
        planes.append(plane + (0 if bias is None else bias[filter]))
    return np.stack(planes, 1)


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
def test_a_layer_is_torchs(name: str, data: st.DataObject) -> None:
    arguments, shape = data.draw(window_layers(name))
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    try:
        expected: torch.Tensor | None = getattr(nn, name)(**arguments)(x).detach()
    except (RuntimeError, ValueError, TypeError):
        expected = None
    if expected is not None and not expected.numel():
        expected = None  # torch returns an empty output, which nobody can mean
    try:
        spec: WindowLayer = KINDS[name](**arguments)
        output_shape = spec.output_shape(shape)
    except ConvSpecError as error:
        assert expected is None, f"torch accepts what is refused: {error}"
        for_good = {**arguments, **error.fix}
        assert not error.fix or for_good != arguments
        return
    assert expected is not None, "torch refuses it"
    assert output_shape == tuple(expected.shape)
    assert parse(spec.code()) == spec
    done = run(spec, x.numpy(), seed=3)
    whole = x.numpy()[None] if len(shape) == spec.dims + 1 else x.numpy()
    weight = done.weight
    if spec.dims == 1:
        whole, weight = whole[:, :, None], weight[:, :, None] if weight is not None else None
    ours = from_tables(spec, whole, weight, done.bias).reshape(done.output.shape)
    p = spec.power  # beside a sum of 0 its root is far less exact
    np.testing.assert_allclose(ours**p, done.output.astype(np.float64) ** p, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", [name for name in KINDS if "Conv" in name])
def test_the_same_seed_draws_what_torch_draws(name: str) -> None:
    arguments = dict(in_channels=4, out_channels=6, kernel_size=3, groups=2)
    torch.manual_seed(5)
    layer = getattr(nn, name)(**arguments)
    done = run(KINDS[name](**arguments), np.ones((4, *[5] * KINDS[name].dims), np.float32), seed=5)
    assert done.weight is not None and done.bias is not None
    assert np.array_equal(done.weight, layer.weight.detach().numpy())
    assert np.array_equal(done.bias, layer.bias.detach().numpy())


PUBLISHED = {  # pytorch/pytorch#57178: what torch's page gets wrong at the edge
    0: [[4, 7, 9.5], [25, 28, 30.5], [42.5, 45.5, 48]],
    1: [[0, 1.25, 2.75], [8.75, 20, 23], [19.25, 41, 44]],
}


@pytest.mark.parametrize("padding", PUBLISHED)
def test_an_average_pool_at_the_edge(padding: int) -> None:
    spec = AvgPoolSpec(2, stride=3, padding=padding, ceil_mode=True)
    done = run(spec, np.arange(49, dtype=np.float32).reshape(1, 7, 7))
    assert done.output[0].tolist() == PUBLISHED[padding]


def test_a_last_window_that_would_begin_in_the_padding_is_dropped() -> None:
    assert MaxPoolSpec(1, stride=2, ceil_mode=True).output_shape((1, 32, 32)) == (1, 16, 16)
    assert AvgPoolSpec(3, 3, ceil_mode=True).output_shape((1, 4, 4)) == (1, 2, 2)


@pytest.mark.parametrize(
    ("kernel", "stride", "counts"), [(3, 2, {1, 2, 4}), (4, 2, {4}), (2, 2, {1}), (5, 3, {1, 2, 4}), (6, 3, {4})]
)
def test_taps_that_reach_an_output_cell(kernel: int, stride: int, counts: set[int]) -> None:
    """Uneven counts are the checkerboard of https://distill.pub/2016/deconv-checkerboard/ ."""
    table = taps(ConvTransposeSpec(1, 1, kernel, stride=stride).axes((1, 12, 12))[0])
    inner = table.counted(padding=False)[kernel:-kernel]
    assert {int(count) for count in np.outer(inner, inner).flat} == counts


def test_output_padding_finds_the_size() -> None:
    layer = ConvTransposeSpec(1, 1, 3, stride=2, padding=1, dilation=2)
    for size in (7, 8):
        extra = output_padding_for(layer, (1, 1, 3, 3), (size, size))
        real = nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1, dilation=2)(
            torch.zeros(1, 1, 3, 3), output_size=(size, size)
        )
        assert layer.replace(output_padding=extra).output_shape((1, 1, 3, 3)) == tuple(real.shape)
    with pytest.raises(ConvSpecError, match="reaches height 7 to 8 and width 7 to 8 here, not 9x7"):
        output_padding_for(layer, (1, 1, 3, 3), (9, 7))


@given(
    size=st.integers(1, 6),
    kernel=st.integers(1, 5),
    dilation=st.integers(1, 5),
    base_dilation=st.integers(1, 5),
    before=st.integers(-4, 9),
    after=st.integers(-4, 9),
)
def test_what_reads_holes_and_padding_only(**axis: int) -> None:
    along = WindowAxis(**axis, reversed=True)
    assume(along.output > 0)
    assert along.padding_only == tuple(o for o, cells in enumerate(taps(along).inputs) if (cells < 0).all())


def test_an_even_transposed_layer_reads_the_input_everywhere() -> None:
    said = unread_sentence(ConvTransposeSpec(1, 1, 3, stride=2, padding=1, output_padding=1).axes((1, 7, 7))[0], "row")
    assert said == "every row is read"
    holes = unread_sentence(ConvTransposeSpec(1, 1, 1, stride=2).axes((1, 3, 3))[0], "row")
    assert holes == "every row is read; rows 1, 3 of the output read no input"
