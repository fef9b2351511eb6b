"""What the text of a program makes of a layer: the shape that reaches it, and the weight of a function."""

from __future__ import annotations

from dataclasses import replace

from conv_viz.layers.call import ARGUMENTS
from conv_viz.text.calls import Call, Unknown, listed
from conv_viz.text.pasted import Layer
from conv_viz.text.program.values import Reached
from conv_viz.text.told import Told

SHOWN_STEPS = 3


def with_input(layer: Layer, reached: Reached) -> Layer:
    """A layer with the shape that the text brings to it, and one sentence on the way there."""
    tensor = reached.input
    if tensor.shape is None:
        note = f"what {tensor.why} does to the shape is not known here, so the text does not tell this layer's input."
        return replace(layer, lost=tensor.why, notes=(f"{layer.name}: {note}",))
    dims = layer.spec.dims
    if len(tensor.shape) not in (dims + 1, dims + 2):
        reads = "(N, C, H, W) or (C, H, W)" if dims == 2 else "(N, C, L) or (C, L)"
        note = f"its input has shape {tensor.shape} there, but {layer.spec.kind} reads {reads}."
        return replace(layer, lost="the shape", notes=(f"{layer.name}: {note}",))
    if not tensor.steps:
        return replace(layer, input_shape=tensor.shape)
    steps = list(tensor.steps[-SHOWN_STEPS:])
    if len(tensor.steps) > SHOWN_STEPS:
        steps.insert(0, "…")
    if steps[-1].startswith("F.pad("):
        note = f"{layer.name}: {steps[-1]} stands before it, so the input shown is the padded one, {tensor.shape}."
    else:
        note = f"{layer.name} reads {tensor.shape}: {tensor.source} after {listed(steps)}."
    return replace(layer, input_shape=tensor.shape, notes=(note,))


def tell_functional(call: Call, reached: Reached | None) -> Told | None:
    """``F.conv2d`` with a weight whose shape the text tells; None for anything else. Raises `Unknown`."""
    if call.function != "conv2d" or reached is None or reached.weight is None or len(reached.weight) != 4:
        return None
    if reached.unknown:
        raise Unknown(reached.unknown)
    filters, channels, *kernel = reached.weight
    groups = reached.settings.get("groups", 1)
    arguments = {
        "in_channels": channels * groups if type(groups) is int else channels,
        "out_channels": filters,
        "kernel_size": tuple(kernel),
        "bias": reached.bias,
        **{name: value for name, value in reached.settings.items() if name in ARGUMENTS},
    }
    return Told("F.conv2d", f"F.conv2d with a weight of shape {reached.weight} is the nn.Conv2d shown.", arguments)
