"""Every number that is said of a layer before it runs, and how it comes about: a formula in the layer's own numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from conv_viz.layers.kinds import WeightedLayer, WindowLayer, weighted
from conv_viz.layers.summary import FLOAT32, Summary, shown_bytes, shown_shape
from conv_viz.layers.values import Shape
from conv_viz.layers.window import WindowAxis

INT64 = 8  # bytes


@dataclass(frozen=True)
class Count:
    """A number with its label; `about` says what is counted, `formula` how it comes about, empty where it has none."""

    label: str
    text: str
    about: str
    formula: str = ""


def counts(head: Summary) -> list[Count]:
    """Every number of a layer on an input, in reading order.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> for count in counts(Summary.of(ConvSpec(3, 4, 3, stride=2, padding=1), (1, 3, 7, 7)))[3:]:
    ...     print(count.label, count.text, "|", count.formula)
    effective kernel 3 × 3 | 1·(3 − 1) + 1 = 3
    parameters 112 | (3·3·3 + 1)·4 = 112
    activations 64 | 1·4·4·4 = 64
    MACs 1,728 | 3·3·3·4 · 4·4 = 1,728
    inference memory 1.26 KiB | (112 + 147 + 64)·4 = 1,292 bytes
    training memory 2.52 KiB | 2·(112 + 147 + 64)·4 = 2,584 bytes
    """
    spec = head.spec
    return [
        *_of_weights(head),
        Count(
            "effective kernel",
            " × ".join(map(str, spec.effective_kernel)),
            "from the first tap to the last: dilation·(kernel_size − 1) + 1",
            _effective_kernel(head.axes[-spec.dims :]),
        ),
        Count(
            "parameters",
            f"{spec.parameters:,}",
            "numbers that the layer learns" if spec.weight_shape else "a pool has no weights",
            parameters_formula(spec),
        ),
        Count(
            "activations",
            f"{head.activations:,}",
            "numbers of the output",
            f"{'·'.join(map(str, head.output_shape))} = {head.activations:,}",
        ),
        *_of_macs(head),
        *_of_memory(head),
    ]


def _of_weights(head: Summary) -> list[Count]:
    layer = weighted(head.spec)
    if layer is None:
        return [Count("channels", f"{head.out_channels:,}", "each by itself: one plane in, one plane out")]
    bias = "one number for each filter" if layer.bias_shape else "bias=False"
    return [
        Count("weight", shown_shape(layer.weight_shape), f"({', '.join(layer.weight_axes)})"),
        Count("bias", shown_shape(layer.bias_shape) if layer.bias_shape else "none", bias),
        Count("filters", f"{head.out_channels:,}", "out_channels: each makes one plane of the output"),
    ]


def _of_macs(head: Summary) -> list[Count]:
    if not head.spec.weight_shape:
        return []
    about = "multiply-accumulates: one for each weight that meets a number of the input or of its padding"
    if head.spec.turned:
        about = "multiply-accumulates: one for each weight that meets a number of the input"
    return [
        Count("MACs", f"{head.macs:,}", about, macs_formula(head.spec, head.input_shape, head.output_shape, head.macs))
    ]


def _of_memory(head: Summary) -> list[Count]:
    weights, given, made = head.spec.parameters, math.prod(head.input_shape), head.activations
    named = {"weights": weights, "input": given, "output": made}
    held = {name: count for name, count in named.items() if count}
    counted = " + ".join(f"{count:,}" for count in held.values())
    names = ", ".join(held)
    inference = FLOAT32 * sum(held.values())
    places = INT64 * made if head.spec.reduce.join == "max" else 0
    training = 2 * inference + places
    gradients = f"{names}, and a gradient for each of their numbers, in float32"
    if places:
        gradients += "; and as int64 where each maximum was found"
    return [
        Count(
            "inference memory",
            shown_bytes(inference),
            f"{names}, in float32",
            f"({counted})·{FLOAT32} = {inference:,} bytes",
        ),
        Count(
            "training memory",
            shown_bytes(training),
            f"{gradients}; what an optimizer keeps comes on top" if weights else gradients,
            f"2·({counted})·{FLOAT32}{f' + {made:,}·{INT64}' if places else ''} = {training:,} bytes",
        ),
    ]


def _effective_kernel(axes: tuple[WindowAxis, ...]) -> str:
    written = [f"{axis.dilation}·({axis.kernel} − 1) + 1 = {axis.effective_kernel}" for axis in axes]
    return ", ".join(dict.fromkeys(written))


def parameters_formula(spec: WindowLayer) -> str:
    """How many numbers a layer learns, and why; empty for a pool.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> parameters_formula(ConvSpec(3, 10, 5)), parameters_formula(ConvSpec(8, 8, 3, groups=8, bias=False))
    ('(3·5·5 + 1)·10 = 760', '1·3·3·8 = 72')
    """
    layer = weighted(spec)
    return "" if layer is None else affine(_taps(layer), layer.out_channels, layer.bias, layer.parameters)


def affine(taps: str, out: int, bias: bool, total: int) -> str:
    """The parameters of `out` sums over so many numbers each.

    >>> affine("400", 120, True, 48120)
    '(400 + 1)·120 = 48,120'
    """
    return f"({taps} + 1)·{out} = {total:,}" if bias else f"{taps}·{out} = {total:,}"


def macs_formula(spec: WindowLayer, input_shape: Shape, output_shape: Shape, total: int) -> str:
    """The multiply-accumulates of a layer, and why: taps, filters, places, samples; empty for a pool.

    A transposed convolution takes each weight once for each input cell, others once for each output cell.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> macs_formula(ConvSpec(3, 10, 5, padding=2), (16, 3, 28, 28), (16, 10, 28, 28), 9408000)
    '3·5·5·10 · 28·28 · 16 = 9,408,000'
    """
    layer = weighted(spec)
    if layer is None:
        return ""
    shape = input_shape if layer.turned else output_shape
    places = "·".join(map(str, shape[-layer.dims :]))
    samples = f" · {shape[0]}" if len(shape) == layer.dims + 2 and shape[0] > 1 else ""
    return f"{_taps(layer)}·{layer.out_channels} · {places}{samples} = {total:,}"


def _taps(layer: WeightedLayer) -> str:
    """How many numbers one filter has, as a product."""
    return "·".join(map(str, (layer.in_channels // layer.groups, *layer.kernel_size)))
