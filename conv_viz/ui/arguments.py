"""Which controls the frame has for each layer, and what their values say. Nothing is drawn here.

Every control has a name, which is its key in the address and in the session. `used` says which of them count: those of
the layer's own arguments, and of the input. A name that two layers share is one control, so it keeps its value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conv_viz.compute.inputs import FILLS
from conv_viz.layers.conv import PADDING_MODES
from conv_viz.layers.facts import FACTS
from conv_viz.layers.kinds import KINDS
from conv_viz.layers.setup import Setup
from conv_viz.layers.values import Shape


@dataclass(frozen=True)
class Whole:
    """A slider of whole numbers. `most` is where it usually ends; a larger value from a link
    or a pasted line moves the end up to `limit`."""

    least: int
    most: int
    limit: int
    default: int
    help: str


@dataclass(frozen=True)
class Real:
    """A slider of numbers between whole ones, too."""

    least: float
    most: float
    default: float
    step: float
    help: str


COUNTS = {
    "in_channels": Whole(1, 16, 4096, 3, "Planes of the input: 1 black and white, 3 colour, 4 some satellites."),
    "out_channels": Whole(1, 16, 4096, 4, "Number of filters; each makes one plane of the output."),
}
PAIRS = {
    "kernel_size": Whole(1, 11, 64, 3, "Rows and columns of the window that slides over the input."),
    "stride": Whole(1, 8, 64, 2, "Cells from one position of the kernel to the next."),
    "padding": Whole(0, 8, 64, 1, "Cells added at each edge of the input."),
    "output_padding": Whole(0, 7, 63, 0, "Rows and columns added at the end of the output; less than the stride."),
    "dilation": Whole(1, 8, 64, 1, "Distance between two taps; 1 means side by side."),
}
DIVISORS = {
    "divisor_override": Whole(
        0, 16, 4096, 0, "What each window's sum is divided by. 0 stands for torch's None: by the number of its cells."
    ),
}
REALS = {
    "norm_type": Real(
        0.1, 16.0, 2.0, 0.1, "The p of the p-norm: 1 adds the window up, a large one comes near its largest value."
    ),
}
FLAGS = {
    "bias": (True, "One number added to each filter."),
    "ceil_mode": (False, "A last window may reach beyond the padded input."),
    "count_include_pad": (True, "Cells of the padding count in the number that a window's sum is divided by."),
    "return_indices": (False, "torch also returns where each maximum was found: the winning tap."),
}
INPUT = {
    "batch_size": Whole(1, 16, 1024, 1, "Samples that pass through together."),
    "height": Whole(1, 64, 1024, 7, "Rows of the input."),
    "width": Whole(1, 64, 1024, 7, "Columns of the input."),
}
LENGTH = "length"
"""How the width of a layer with one axis is called where people read it."""
SEED = Whole(0, 99, 2**31 - 1, 0, "Draws the weights, and a random input. The same seed draws the same again.")
LAYER = next(iter(KINDS))
PADDING_AS = ("number", "same", "valid")
CHOICES = {  # every control that is no slider of whole numbers, with its default
    "layer": LAYER,
    "square": True,
    "padding_as": PADDING_AS[0],
    "padding_mode": PADDING_MODES[0],
    "groups": 1,
    **{name: default for name, (default, _) in FLAGS.items()},
    **{name: real.default for name, real in REALS.items()},
    "fill": FILLS[0],
}
WHOLES = {
    **COUNTS, **PAIRS, **{f"{name}_w": whole for name, whole in PAIRS.items()}, **DIVISORS, **INPUT, "seed": SEED,
}  # fmt: skip
USUAL = {**{name: whole.default for name, whole in WHOLES.items()}, **CHOICES}
"""Every control that is in the address, with its default."""


def has(layer: str, argument: str) -> bool:
    """Whether a class of ``torch.nn`` takes an argument.

    >>> has("MaxPool2d", "dilation"), has("AvgPool2d", "dilation")
    (True, False)
    """
    return argument in FACTS[layer].arguments


def in_words(layer: str) -> bool:
    """Whether its padding may be ``'same'`` and has a mode; the transposed layer has ``'zeros'`` only.

    >>> [layer for layer in KINDS if in_words(layer)]
    ['Conv2d', 'Conv1d']
    """
    return FACTS[layer].pads_in_words


def used(state: Mapping[str, Any]) -> set[str]:
    """The controls that count now: of this layer, the padding only as a number, widths only beside heights.

    >>> sorted(used({"layer": "AvgPool2d"}) - used({"layer": "MaxPool2d"}))
    ['count_include_pad', 'divisor_override']
    >>> sorted(used({"layer": "Conv2d"}) - used({"layer": "Conv1d"}))
    ['height', 'square']
    """
    layer = state.get("layer", LAYER)
    two = KINDS[layer].dims == 2
    pairs = {name for name in PAIRS if has(layer, name)}
    names = {"layer", "in_channels", "batch_size", "width", "fill", "seed"} | pairs
    names |= {name for name in ("out_channels", "groups", *DIVISORS, *REALS, *FLAGS) if has(layer, name)}
    if two:
        names |= {"height", "square"}
    if two and not state.get("square", True):
        names |= {f"{name}_w" for name in pairs}
    if in_words(layer):
        names |= {"padding_as", "padding_mode"}
        if state.get("padding_as", "number") != "number":
            names -= {"padding", "padding_w"}
    return names


def setup_of(values: Mapping[str, Any]) -> Setup:
    """What the controls say; the ones that are missing have their default.

    >>> setup_of({"layer": "MaxPool2d", "padding": 0}).layer(), setup_of({"layer": "Conv1d"}).input_shape
    (MaxPoolSpec(kernel_size=3, stride=2), (1, 3, 7))
    """
    state = {**USUAL, **values}
    layer = state["layer"]
    spatial = (state["height"], state["width"])[-KINDS[layer].dims :]
    shape = (state["batch_size"], state["in_channels"], *spatial)
    arguments = {name: _argument(name, state) for name in FACTS[layer].arguments if name in USUAL}
    if not in_words(layer):
        arguments.pop("padding_mode", None)
    return Setup.of(arguments, shape, state["fill"], state["seed"], layer)


def _argument(name: str, state: Mapping[str, Any]) -> Any:
    layer = state["layer"]
    if name == "padding" and in_words(layer) and state["padding_as"] != "number":
        return state["padding_as"]
    if name in PAIRS and KINDS[layer].dims == 1:
        return (state[name],)
    if name in PAIRS:
        return state[name], state[name] if state["square"] else state[f"{name}_w"]
    return state[name] or None if name in DIVISORS else state[name]


def control_values(
    arguments: Mapping[str, Any],
    input_shape: tuple[int, ...] | None = None,
    fill: str | None = None,
    layer: str = LAYER,
) -> dict[str, Any]:
    """Which control takes which value to show these arguments; values beyond a control's limit are cut.

    >>> control_values({"padding": "same", "stride": (1, 2)})
    {'layer': 'Conv2d', 'padding_as': 'same', 'square': False, 'stride': 1, 'stride_w': 2}
    >>> control_values({"kernel_size": (5,)}, (2, 1, 16), layer="Conv1d")
    {'layer': 'Conv1d', 'kernel_size': 5, 'batch_size': 2, 'width': 16}
    """
    values: dict[str, Any] = {"layer": layer}
    pairs = {name: arguments[name] for name in PAIRS if arguments.get(name) is not None}
    if "padding" in pairs and in_words(layer):
        words = isinstance(pairs["padding"], str)
        values["padding_as"] = pairs.pop("padding") if words else "number"
    values |= _sides(pairs, layer)
    numbers = {**COUNTS, **DIVISORS}
    values |= {name: _within(arguments[name] or 0, whole) for name, whole in numbers.items() if name in arguments}
    values |= {name: _near(arguments[name], real) for name, real in REALS.items() if name in arguments}
    mode = ["padding_mode"] if in_words(layer) else []
    values |= {name: arguments[name] for name in ("groups", *FLAGS, *mode) if name in arguments}
    if input_shape is not None:
        values |= _sizes(input_shape, layer)
    return values if fill is None else {**values, "fill": fill}


def _sides(pairs: Mapping[str, Any], layer: str) -> dict[str, Any]:
    """The sliders of kernel_size and its kin: one for each number, or one for height and width."""
    sides = {name: pair if isinstance(pair, tuple) else (pair, pair) for name, pair in pairs.items()}
    if KINDS[layer].dims == 1:
        return {name: _within(side[-1], PAIRS[name]) for name, side in sides.items()}
    values: dict[str, Any] = {}
    if any(height != width for height, width in sides.values()):
        values["square"] = False
    elif sides.keys() >= {name for name in PAIRS if has(layer, name)} - {"padding"}:
        values["square"] = True  # a whole layer whose pairs are all equal
    for name, (height, width) in sides.items():
        values[name] = _within(height, PAIRS[name])
        if not values.get("square"):  # also where the frame already has a slider for each
            values[f"{name}_w"] = _within(width, PAIRS[name])
    return values


def _sizes(shape: Shape, layer: str) -> dict[str, int]:
    """The sliders of an input, with or without a batch; its channels are a layer's argument or, of a pool, its own."""
    dims = KINDS[layer].dims
    batch = shape[0] if len(shape) == dims + 2 else 1
    sizes = {"batch_size": batch, **dict(zip(("height", "width")[-dims:], shape[-dims:], strict=True))}
    values = {name: _within(size, INPUT[name]) for name, size in sizes.items()}
    if not has(layer, "in_channels"):
        values["in_channels"] = _within(shape[-dims - 1], COUNTS["in_channels"])
    return values


def query(values: Mapping[str, Any]) -> dict[str, str]:
    """What the address says of these values of controls; what is the default is left out.

    >>> query({"in_channels": 3, "out_channels": 64, "kernel_size_w": 5, "bias": False, "layer": "Conv1d"})
    {'out_channels': '64', 'kernel_size_w': '5', 'bias': 'false', 'layer': 'Conv1d'}
    """
    return {name: _text(value) for name, value in values.items() if value != USUAL[name]}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _near(value: float, real: Real) -> float:
    return min(max(float(value), real.least), real.most)


def _within(value: int, whole: Whole) -> int:
    return min(max(value, whole.least), whole.limit)
