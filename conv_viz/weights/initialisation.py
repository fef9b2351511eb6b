"""Where a layer's weights lie: their histogram, with the bounds of torch's own initialisation over it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from conv_viz.layers.kinds import WeightedLayer

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

BINS = 40
CHUNK = 2**22
"""Weights that are counted at a time."""
QUIET, LINE = "#7f93a8", "#8a6d00"


@dataclass(frozen=True)
class InitBound:
    """torch's default initialisation of a layer: uniform in -bound .. bound."""

    fan_in: int
    bound: float
    text: str


def init_bound(spec: WeightedLayer) -> InitBound:
    """The bound ``1 / sqrt(fan_in)`` of weight and bias, and why.

    Source: ``_ConvNd.reset_parameters`` in torch/nn/modules/conv.py: ``kaiming_uniform_``
    with ``a = sqrt(5)`` is ``sqrt(6 / ((1 + 5) * fan_in))``. fan_in is what lies under one index of the weight's first
    axis, ``_calculate_fan_in_and_fan_out`` in torch/nn/init.py; of a transposed convolution that is an input channel.

    >>> from conv_viz import ConvSpec, ConvTransposeSpec
    >>> init_bound(ConvSpec(3, 8, 3)).fan_in, round(init_bound(ConvSpec(3, 8, 3)).bound, 4)
    (27, 0.1925)
    >>> init_bound(ConvTransposeSpec(3, 8, 3)).fan_in
    72
    """
    counted = spec.weight_shape[1:]
    fan_in = math.prod(counted)
    bound = fan_in**-0.5
    both = "Weights and bias are" if spec.bias else "Weights are"
    whose = "Each filter reads" if spec.weight_axes[0] == "out_channels" else "Each input channel meets"
    return InitBound(
        fan_in,
        bound,
        f"{both} drawn from U(−1/√fan_in, 1/√fan_in). {whose} {' × '.join(map(str, counted))} = {fan_in} "
        f"weights (fan_in), so the bound is 1/√{fan_in} = {bound:.4g}.",
    )


@dataclass(frozen=True, eq=False)
class Histogram:
    """Counts of weights between `edges`, how many torch's draw would put into each on average, how many lie outside."""

    edges: np.ndarray
    counts: np.ndarray
    expected: float
    outside: int
    total: int

    @property
    def words(self) -> str:
        """How many weights lie within the bounds.

        >>> histogram(np.array([0.1, -0.1, 5.0]), 0.5).words
        "2 of 3 weights lie within the bounds, 1 outside: that one is not torch's draw."
        """
        inside = self.total - self.outside
        if not self.outside:
            return f"All {self.total:,} weights lie within the bounds."
        which = "that one is" if self.outside == 1 else "those are"
        return (
            f"{inside:,} of {self.total:,} weights lie within the bounds, {self.outside:,} outside: "
            f"{which} not torch's draw."
        )


def histogram(weight: np.ndarray, bound: float) -> Histogram:
    """Count the finite weights in bins of equal width, wide enough for all of them and for the bounds.

    Some filters at a time: a weight of half a gigabyte must not be copied.

    >>> made = histogram(np.linspace(-0.5, 0.5, 100), 0.5)
    >>> int(made.counts.sum()), made.outside
    (100, 0)
    """
    reach = max(1.25 * bound, 1.05 * largest(weight))
    flat = weight.reshape(-1)
    counts, edges = np.zeros(BINS, np.int64), np.linspace(-reach, reach, BINS + 1)
    outside = 0
    for start in range(0, flat.size, CHUNK):
        part = flat[start : start + CHUNK]
        part = part[np.isfinite(part)]
        counts += np.histogram(part, BINS, (-reach, reach))[0]
        outside += int((np.abs(part) > bound * (1 + 1e-6)).sum())
    total = int(counts.sum())
    return Histogram(edges, counts, float(total * (edges[1] - edges[0]) / (2 * bound)), outside, total)


def largest(weight: np.ndarray) -> float:
    """The end of the colour scale: the largest finite weight in size."""
    most = float(max(weight.max(), -weight.min()))
    return most if np.isfinite(most) else float(np.abs(weight[np.isfinite(weight)]).max(initial=0))


def figure(shown: Histogram, init: InitBound) -> Figure:
    """The histogram as a chart: bars, the two bounds, and the height that a uniform draw has on average."""
    from plotly import graph_objects as go

    middles = (shown.edges[1:] + shown.edges[:-1]) / 2
    chart = go.Figure(
        go.Bar(
            x=middles,
            y=shown.counts,
            width=(shown.edges[1] - shown.edges[0]) * 0.94,
            marker_color=QUIET,
            hovertemplate="%{y} weights around %{x:.4f}<extra></extra>",
        )
    )
    for side, at in ((-init.bound, "top left"), (init.bound, "top right")):
        chart.add_vline(
            side,
            line={"color": LINE, "dash": "dash", "width": 2},
            annotation={"text": f"{side:.4f}".replace("-", "−")},
            annotation_position=at,
        )
    chart.add_shape(
        type="line",
        x0=-init.bound,
        x1=init.bound,
        y0=shown.expected,
        y1=shown.expected,
        line={"color": LINE, "width": 2},
    )
    chart.update_layout(
        height=260, margin={"l": 8, "r": 8, "t": 28, "b": 8}, showlegend=False, bargap=0, dragmode=False,
        xaxis_title="weight", yaxis_title="number of weights",
    )  # fmt: skip
    return chart
