"""One output cell in numbers: products, their sums, bias and what torch returned, looked up in the taps tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conv_viz.scene import Scene


@dataclass(frozen=True, eq=False)
class ChannelTerms:
    """One channel's part: `values`, `factors` and `products` (kH, kW), float64."""

    channel: int
    values: np.ndarray
    factors: np.ndarray
    products: np.ndarray

    @property
    def sum(self) -> float:
        """The sum of the products."""
        return float(self.products.sum())


@dataclass(frozen=True, eq=False)
class Terms:
    """All of an output cell: `rest` is what channels out of view add, `output` is torch's own number."""

    channels: tuple[ChannelTerms, ...]
    rest: float | None
    bias: float | None
    output: float


def terms(scene: Scene, filter: int, y: int, x: int) -> Terms:
    """The terms of output cell (y, x) of a filter; all three count from the first one in view.

    >>> from conv_viz import ConvSpec, run
    >>> from conv_viz.scene import scene as scene_of
    >>> ones = np.ones((1, 1, 3, 3), np.float32)
    >>> done = run(ConvSpec(1, 1, 2), ones, weight=ones[..., :2, :2], bias=np.array([0.5]))
    >>> found = terms(scene_of(done), 0, 1, 1)
    >>> found.channels[0].sum, found.bias, found.output
    (4.0, 0.5, 4.5)
    """
    arrays = scene.arrays
    rows, columns = arrays["window_y"][y], arrays["window_x"][x]
    found = []
    for slice_, channel in enumerate(scene.header["stage"]["reads"][filter]):
        values = arrays["padded"][channel][rows[:, None], columns].astype(np.float64)
        factors = arrays["weight"][filter, slice_].astype(np.float64)
        with np.errstate(invalid="ignore", over="ignore"):
            found.append(ChannelTerms(channel, values, factors, values * factors))
    rest, bias = arrays.get("rest"), arrays.get("bias")
    return Terms(
        tuple(found),
        None if rest is None else float(rest[filter, y, x]),
        None if bias is None else float(bias[filter]),
        float(arrays["output"][filter, y, x]),
    )
