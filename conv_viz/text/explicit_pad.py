"""A layer without padding after an ``F.pad`` that does it: each side as one likes, also where the layer has no word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.same import Sides, tensorflow_same_sides
from conv_viz.layers.values import ConvSpecError, Shape
from conv_viz.text.equivalents import Equivalent, lines, random_input

TORCH_PAD_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}


def with_explicit_pad(spec: WindowLayer, input_shape: Iterable[int], sides: Sides | str | None = None) -> Equivalent:
    """The layer without padding after an ``F.pad`` that does it, for an input (N, C, H, W) or (C, H, W).

    torch's layer cannot pad ``'same'`` with a stride, nor differently by side; ``F.pad``
    can. `sides` is ((top, bottom), (left, right)), or ``'same'`` for as many output cells
    as size / stride rounded up, split as TensorFlow splits them, or ``'causal'`` for a layer with one axis that sees
    nothing of what comes after; without it the layer's own padding is written out. Of a layer with one axis only the
    last pair counts. Raises `ConvSpecError` when the input cannot pass.

    >>> from conv_viz import Conv1dSpec, ConvSpec
    >>> print(with_explicit_pad(ConvSpec(3, 8, 3, stride=2), (1, 3, 8, 8), "same").code)
    import torch
    import torch.nn.functional as F
    from torch import nn
    <BLANKLINE>
    layer = nn.Conv2d(3, 8, kernel_size=3, stride=2)
    x = torch.randn(1, 3, 8, 8)  # (N, C, H, W)
    # F.pad counts from the last dimension: left, right, then top, bottom
    y = layer(F.pad(x, (0, 1, 0, 1)))
    assert y.shape == (1, 8, 4, 4)
    >>> print(with_explicit_pad(Conv1dSpec(1, 4, 3, dilation=4), (1, 1, 16), "causal").code.splitlines()[-2])
    y = layer(F.pad(x, (8, 0)))
    """
    shape = tuple(input_shape)
    if reason := _refusal(spec):
        return Equivalent("", reason)
    spec.replace(**_plain(spec)).output_shape(shape)  # rank, sizes, channels
    padding = _sides(spec, shape, sides)
    inside = spec.replace(**_only(spec, padding=0, padding_mode="zeros"))
    output = inside.output_shape(_padded(shape, padding, spec.dims))
    if spec.padding_mode != "zeros":  # the copying modes have limits, which the largest side must keep
        spec.replace(padding=tuple(map(max, padding[-spec.dims :]))).output_shape(shape)
    if padding == spec.padding_sides and output != spec.output_shape(shape):
        return Equivalent(
            "", f"{spec.kind} drops a last window that begins in its padding, and with F.pad it does not."
        )
    order = [side for pair in reversed(padding[-spec.dims :]) for side in pair]
    counted = "left, right, then top, bottom" if spec.dims == 2 else "left, right"
    code = lines(
        "import torch",
        "import torch.nn.functional as F",
        "from torch import nn",
        "",
        f"layer = {inside.code()}",
        random_input(shape, spec.dims),
        f"# F.pad counts from the last dimension: {counted}",
        f"y = layer(F.pad(x, {tuple(order)}{_filled(spec)}))",
        f"assert y.shape == {output}",
    )
    return Equivalent(code, _note(spec, padding, sides))


def _refusal(spec: WindowLayer) -> str:
    """Why no F.pad does what the layer's padding does; empty where one does."""
    if spec.turned:
        return f"The padding of {spec.kind} cuts cells off its output, so there is none to write before it."
    if spec.divisor == "taps on the input":
        return "With count_include_pad=False the padding does not count, and what F.pad adds always does."
    return ""


def _plain(spec: WindowLayer) -> dict[str, Any]:
    """The layer made so small that only rank and channels of an input count."""
    return _only(spec, kernel_size=1, stride=1, padding=0, dilation=1)


def _only(spec: WindowLayer, **values: Any) -> dict[str, Any]:
    """Those values that are arguments of the layer."""
    return {name: value for name, value in values.items() if name in spec.facts.arguments}


def _sides(spec: WindowLayer, shape: Shape, sides: Sides | str | None) -> Sides:
    if isinstance(sides, str):
        if sides == "same":
            return tensorflow_same_sides(spec, shape)
        if sides == "causal" and spec.dims == 1:
            return (0, 0), (spec.effective_kernel[0] - 1, 0)
        raise ConvSpecError("padding", f"sides is ((top, bottom), (left, right)) or 'same', not {sides!r}.")
    padding = spec.padding_sides if sides is None else sides
    if min(side for pair in padding for side in pair) < 0:
        raise ConvSpecError("padding", f"Padding must be at least 0 on every side, not {padding}.")
    return padding if spec.dims == 2 else ((0, 0), padding[1])


def _padded(shape: Shape, padding: Sides, dims: int) -> Shape:
    sizes = (size + sum(pair) for size, pair in zip(shape[-dims:], padding[-dims:], strict=True))
    return (*shape[:-dims], *sizes)


def _filled(spec: WindowLayer) -> str:
    """What F.pad puts there, where that is not zero."""
    if spec.reduce.empty:
        return f', value=float("{spec.reduce.empty}")'
    return "" if spec.padding_mode == "zeros" else f', mode="{TORCH_PAD_MODES[spec.padding_mode]}"'


def _note(spec: WindowLayer, padding: Sides, sides: Sides | str | None) -> str:
    (top, bottom), (left, right) = padding
    words = (
        f"top {top}, bottom {bottom}, left {left}, right {right}" if spec.dims == 2 else f"left {left}, right {right}"
    )
    if sides == "causal":
        return f"Causal: each output sees its own cell and those before it ({words})."
    if padding == spec.padding_sides:
        return f"The layer pads like this by itself ({words}); written out, each side can be changed."
    if (top, left) == (bottom, right):
        return f"The same as padding={(top, left) if spec.dims == 2 else left} in the layer."
    return f"The sides differ ({words}), which the layer's own padding argument cannot say."
