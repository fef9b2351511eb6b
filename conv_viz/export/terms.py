"""One output cell in numbers: what each tap gives, their sum, bias, divisor and what torch returned, by look-up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conv_viz.scenes.scene import Scene


@dataclass(frozen=True, eq=False)
class ChannelTerms:
    """One channel's part: `values`, `factors` and `products` (kH, kW), float64.

    A pool has no factors, and its products are the values, or powers of them. `counts` (kH, kW) is false where a tap
    lies beyond the padded input. `sum` is what becomes of the products: for a max pool the largest, which stands at the
    tap `won`, (row, column), or None where every tap lies on padding.
    """

    channel: int
    values: np.ndarray
    factors: np.ndarray | None
    products: np.ndarray
    counts: np.ndarray
    sum: float
    won: tuple[int, int] | None = None


@dataclass(frozen=True, eq=False)
class Terms:
    """All of an output cell: `rest` is what channels out of view add, `output` is torch's own number.

    `after` is what is done with the sum then, in words and a number: ("divided by", "9").
    """

    channels: tuple[ChannelTerms, ...]
    rest: float | None
    bias: float | None
    after: tuple[tuple[str, str], ...]
    output: float


def terms(scene: Scene, filter: int, y: int, x: int) -> Terms:
    """The terms of output cell (y, x) of a filter; all three count from the first one in view.

    >>> from conv_viz import ConvSpec, run
    >>> from conv_viz.lenses.layer import run_scene as scene_of
    >>> from conv_viz.layers.pool import MaxPoolSpec
    >>> ones = np.ones((1, 1, 3, 3), np.float32)
    >>> done = run(ConvSpec(1, 1, 2), ones, weight=ones[..., :2, :2], bias=np.array([0.5]))
    >>> found = terms(scene_of(done), 0, 1, 1)
    >>> found.channels[0].sum, found.bias, found.output
    (4.0, 0.5, 4.5)
    >>> largest = terms(scene_of(run(MaxPoolSpec(2), np.arange(4.0).reshape(1, 2, 2))), 0, 0, 0).channels[0]
    >>> largest.sum, largest.won
    (3.0, (1, 1))
    """
    arrays, stage = scene.arrays, scene.header["stage"]
    reads = enumerate(stage["reads"][filter])
    rest, bias = arrays.get("rest"), arrays.get("bias")
    return Terms(
        tuple(_channel(scene, filter, slice_, channel, y, x) for slice_, channel in reads),
        None if rest is None else float(rest[filter, y, x]),
        None if bias is None else float(bias[filter]),
        _after(scene, y, x),
        float(arrays["output"][filter, y, x]),
    )


def _after(scene: Scene, y: int, x: int) -> tuple[tuple[str, str], ...]:
    """As ``afterwards`` in frontend/scene/lookup.js."""
    arrays, reduce = scene.arrays, scene.header["stage"]["reduce"]
    times, power = reduce["times"], reduce["power"]
    by = int(arrays["counted_y"][y]) * int(arrays["counted_x"][x]) if "counted_y" in arrays else None
    done = []
    if times == 1 or by != times:
        done += [("divided by", str(by).replace("-", "−"))] if by is not None else []
        done += [("times", str(times))] if times != 1 else []
    if power != 1:
        done.append(("to the power", f"1/{power:g}"))
    return tuple(done)


def so_far(scene: Scene, filter: int, y: int, x: int, step: int) -> float:
    """What output cell (y, x) holds when the input cells in view up to number `step`, row by row, have been spread.

    torch's own number when nothing more comes.

    >>> from conv_viz.lenses.subject import Subject
    >>> ones = dict(weight=np.ones((1, 1, 3, 3)), bias=np.ones(1))
    >>> shown = Subject.of("nn.ConvTranspose2d(1, 1, 3)", np.ones((1, 2, 2), np.float32), **ones).scene()
    >>> [so_far(shown, 0, 1, 1, step) for step in range(-1, 4)]
    [1.0, 2.0, 3.0, 4.0, 5.0]
    """
    arrays = scene.arrays
    ranks = [_ranks(arrays[f"input_{a}"], arrays[f"window_{a}"][place]) for a, place in (("y", y), ("x", x))]
    comes = np.add.outer(ranks[0] * len(arrays["input_x"]), ranks[1])
    reaches = (ranks[0] >= 0)[:, None] & (ranks[1] >= 0)
    found = terms(scene, filter, y, x)
    if not (reaches & (comes > step)).any():
        return found.output
    began = (found.rest or 0.0) + (found.bias or 0.0)
    return began + float(sum(part.products[reaches & (comes <= step)].sum() for part in found.channels))


def _ranks(held: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Which input row or column in view each padded one holds; -1 for a hole and for padding."""
    found = np.searchsorted(held, cells)
    return np.where(held[np.minimum(found, len(held) - 1)] == cells, found, -1)


def _channel(scene: Scene, filter: int, slice_: int, channel: int, y: int, x: int) -> ChannelTerms:
    arrays, stage = scene.arrays, scene.header["stage"]
    rows, columns = arrays["window_y"][y], arrays["window_x"][x]
    values = arrays["padded"][channel][rows[:, None], columns].astype(np.float64)
    factors = arrays["weight"][filter, slice_].astype(np.float64) if "weight" in arrays else None
    with np.errstate(invalid="ignore", over="ignore"):
        products = (values if factors is None else values * factors) ** stage["reduce"]["power"]
        found = float(products.max() if stage["reduce"]["join"] == "max" else products.sum())
    counts = np.maximum.outer(arrays["cells_y"][rows], arrays["cells_x"][columns]) != stage["cells"].index("beyond")
    return ChannelTerms(channel, values, factors, products, counts, found, _winner(scene, filter, y, x))


def _winner(scene: Scene, filter: int, y: int, x: int) -> tuple[int, int] | None:
    """Row and column of the tap that a max pool has chosen."""
    tap = int(scene.arrays["winner"][filter, y, x]) if "winner" in scene.arrays else -1
    return None if tap < 0 else divmod(tap, scene.header["stage"]["kernel"][1])
