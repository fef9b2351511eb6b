"""The facts of each window layer by its name in ``torch.nn``: one row each, and nothing else branches on a name.

A spec takes its row with ``class MaxPoolSpec(..., of="MaxPool2d")``, see `conv_viz.layers.spec`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Reduction:
    """What becomes of the products of a window.

    They are added up, or the largest of them stays (`join`, which has the `title` over its column); the padding holds
    `empty`. `gradient` says in a sentence what an output sends back to its window; `no_matrix` why the layer is no
    matrix product, empty where it may be one.
    """

    join: Literal["sum", "max"] = "sum"
    title: str = "sum"
    empty: float = 0.0
    gradient: str = ""
    no_matrix: str = ""


SUM = Reduction()
LARGEST = Reduction(
    "max", "largest", -math.inf,
    "Each output sends its gradient back to the one cell that won; all others get nothing.",
    "A max pool is no matrix: the largest of some numbers is not a sum of them times weights.",
)  # fmt: skip
NORM = Reduction(
    gradient="Each output sends its gradient back to the cells of its window in proportion to their (p − 1)th power: "
    "the larger p, the more goes to the largest.",
    no_matrix="A p-norm is no matrix: a root of powers is no sum of values times weights (with p=1, see nn.AvgPool2d).",
)
MEAN = Reduction(gradient="Each output sends the same share of its gradient back to every cell of its window.")


@dataclass(frozen=True)
class Facts:
    """One layer: its arguments in torch's own order, how many must be given, the defaults of the rest, an `example`.

    A default of None stands for kernel_size, as the stride of a pool. `dims` is how many axes the window has (a layer
    with one is drawn as one row), `turned` whether the kernel is met from its end, `pads_in_words` whether padding may
    be 'same' and has modes.
    """

    arguments: tuple[str, ...]
    required: int
    defaults: dict[str, Any]
    example: str
    reduce: Reduction = SUM
    dims: int = 2
    turned: bool = False
    pads_in_words: bool = False


_CHANNELS = ("in_channels", "out_channels", "kernel_size")
_CONV = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "bias": True, "padding_mode": "zeros"}
_TRANSPOSED = {
    "stride": 1, "padding": 0, "output_padding": 0, "groups": 1, "bias": True, "dilation": 1, "padding_mode": "zeros",
}  # fmt: skip
_MAX = {"stride": None, "padding": 0, "dilation": 1, "return_indices": False, "ceil_mode": False}
_AVG = {"stride": None, "padding": 0, "ceil_mode": False, "count_include_pad": True, "divisor_override": None}
_AVG_ROW = {name: value for name, value in _AVG.items() if name != "divisor_override"}
_NORM = {"stride": None, "ceil_mode": False}


def _facts(needs: tuple[str, ...], defaults: dict[str, Any], example: str, **more: Any) -> Facts:
    return Facts((*needs, *defaults), len(needs), defaults, example, **more)


FACTS: dict[str, Facts] = {
    "Conv2d": _facts(_CHANNELS, _CONV, "nn.Conv2d(3, 8, 3, padding=1)", pads_in_words=True),
    "ConvTranspose2d": _facts(_CHANNELS, _TRANSPOSED, "nn.ConvTranspose2d(8, 3, 4, stride=2, padding=1)", turned=True),
    "MaxPool2d": _facts(("kernel_size",), _MAX, "nn.MaxPool2d(2)", reduce=LARGEST),
    "AvgPool2d": _facts(("kernel_size",), _AVG, "nn.AvgPool2d(2)", reduce=MEAN),
    "LPPool2d": _facts(("norm_type", "kernel_size"), _NORM, "nn.LPPool2d(2, 2)", reduce=NORM),
    "Conv1d": _facts(_CHANNELS, _CONV, "nn.Conv1d(3, 8, 3, padding=1)", dims=1, pads_in_words=True),
    "ConvTranspose1d": _facts(
        _CHANNELS, _TRANSPOSED, "nn.ConvTranspose1d(8, 3, 4, stride=2, padding=1)", dims=1, turned=True
    ),
    "MaxPool1d": _facts(("kernel_size",), _MAX, "nn.MaxPool1d(2)", reduce=LARGEST, dims=1),
    "AvgPool1d": _facts(("kernel_size",), _AVG_ROW, "nn.AvgPool1d(2)", reduce=MEAN, dims=1),
    "LPPool1d": _facts(("norm_type", "kernel_size"), _NORM, "nn.LPPool1d(2, 2)", reduce=NORM, dims=1),
}
