"""The other layer of a comparison, as one writes it: what differs, layers in a row, or the kernel turned round."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from conv_viz.compute.layer import run
from conv_viz.layers.call import call_arguments, one_call, short, write_call
from conv_viz.layers.kinds import WindowLayer, parse
from conv_viz.layers.summary import Summary
from conv_viz.layers.values import ConvSpecError
from conv_viz.lenses.subject import Subject

FLIPPED = "flipped"
MOST_STEPS = 6
MOST_PADDING = 64
EXAMPLE = "stride=2, or nn.Conv2d(3, 4, 3); nn.MaxPool2d(2), or flipped"


@dataclass(frozen=True)
class Pad:
    """Zeros around the input that may differ by side, as ``nn.ZeroPad2d`` counts: left, right, top, bottom."""

    sides: tuple[int, int, int, int]

    def code(self) -> str:
        """The line as one would write it."""
        return f"nn.ZeroPad2d({self.sides})"


@dataclass(frozen=True, eq=False)
class Step:
    """One layer on what the one before it gave: `subject`, and its output (F, OH, OW) of the sample in view."""

    subject: Subject
    output: np.ndarray


def read_other(text: str, spec: WindowLayer) -> list[WindowLayer | Pad]:
    """The other layers, in their order; nothing of the text is evaluated. Raises `ConvSpecError`.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> read_other("stride=2", ConvSpec(3, 4, 3))
    [ConvSpec(3, 4, kernel_size=3, stride=2)]
    >>> read_other("nn.ZeroPad2d((0, 1, 0, 1)); nn.Conv2d(3, 4, 3, stride=2)", ConvSpec(3, 4, 3))
    [Pad(sides=(0, 1, 0, 1)), ConvSpec(3, 4, kernel_size=3, stride=2)]
    """
    text = text.strip().rstrip(";")
    if not text or text == FLIPPED:
        return [spec]
    if "(" not in text.split("=")[0]:
        return [_changed(text, spec)]
    parts = [part.strip() for part in text.split(";")]
    if len(parts) > MOST_STEPS:
        raise ConvSpecError("b", f"B is up to {MOST_STEPS} layers in a row, not {len(parts)}.")
    return [_pad(part) if "ZeroPad2d" in part else parse(part) for part in parts]


def apart(spec: WindowLayer, layers: Sequence[WindowLayer | Pad]) -> str:
    """What another layer, or other layers in their order, have that this one has not.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> apart(ConvSpec(3, 4, 3), [ConvSpec(3, 4, 3, stride=2, padding_mode="reflect")])
    "stride=2 instead of 1, padding_mode='reflect' instead of 'zeros'"
    >>> apart(ConvSpec(3, 4, 3), [ConvSpec(3, 4, 3)])
    'A itself'
    """
    other = layers[0]
    if len(layers) > 1 or isinstance(other, Pad):
        return f"{len(layers)} steps instead of one"
    if other.name() != spec.name():
        return f"nn.{other.name()} instead of nn.{spec.name()}"
    ours, theirs = spec.arguments(), other.arguments()
    changed = [name for name in ours if ours[name] != theirs[name]]
    return (
        ", ".join(f"{name}={short(theirs[name])!r} instead of {short(ours[name])!r}" for name in changed) or "A itself"
    )


def usual(spec: WindowLayer, sample: np.ndarray) -> str:
    """What a layer is compared with as long as nobody says: the other pool, another padding_mode, another stride.

    A layer without a bias asks why it has none: it is compared with itself and one.

    A sample (C, H, W) with a single number in each channel asks for the kernel itself: it is compared with its mirror
    image.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> x = np.ones((3, 7, 7), np.float32)
    >>> usual(ConvSpec(3, 4, 3, padding=1), x), usual(parse("nn.MaxPool2d(2)"), x), usual(ConvSpec(3, 4, 3), x)
    ("padding_mode='reflect'", 'nn.AvgPool2d(kernel_size=2)', 'padding=1')
    >>> usual(ConvSpec(1, 1, 3), np.eye(1, 49, 24, dtype=np.float32).reshape(1, 7, 7))
    'flipped'
    """
    if spec.weight_shape is not None and (np.count_nonzero(sample, axis=(1, 2)) == 1).all():
        return FLIPPED
    if spec.weight_shape is None:
        other = f"{'Avg' if spec.reduce.join == 'max' else 'Max'}Pool{spec.dims}d"
        shared = {key: value for key, value in spec.arguments().items() if key in ("kernel_size", "stride", "padding")}
        return write_call(shared, other)
    if not spec.bias:
        return "bias=True"
    if spec.turned:
        return "stride=1, output_padding=0" if set(spec.arguments()["stride"]) != {1} else "stride=2"
    if not any(map(any, spec.padding_sides)):
        return "padding=1"
    return "padding_mode='reflect'" if spec.padding_mode != "reflect" else "padding_mode='zeros'"


def _changed(text: str, spec: WindowLayer) -> WindowLayer:
    """The same layer, where the text names arguments by keyword."""
    name = spec.name()
    try:
        call = one_call(f"nn.{name}({text})")
        if call.args:
            raise ValueError(f"B says what differs by name, like {EXAMPLE}.")
        named = {keyword.arg for keyword in call.keywords}
        missing = [f"{key}={value!r}" for key, value in spec.arguments().items() if key not in named]
        changed: WindowLayer = type(spec)(**call_arguments(one_call(f"nn.{name}({', '.join([text, *missing])})"), name))
    except (ValueError, SyntaxError) as error:
        raise ConvSpecError("b", str(error)) from None
    return changed


def _pad(text: str) -> Pad:
    try:
        call = one_call(text)
        sides = ast.literal_eval(call.args[0])
        sides = (sides,) * 4 if type(sides) is int else tuple(sides)
        if len(sides) != 4 or not all(type(side) is int and 0 <= side <= MOST_PADDING for side in sides):
            raise ValueError
    except (ValueError, SyntaxError, IndexError, TypeError):
        rule = f"nn.ZeroPad2d takes (left, right, top, bottom), whole numbers from 0 to {MOST_PADDING}."
        raise ConvSpecError("b", rule) from None
    return Pad((sides[0], sides[1], sides[2], sides[3]))


def run_other(text: str, a: Subject, sample: np.ndarray, seed: int) -> tuple[list[Step], list[str]]:
    """The other layers on a sample (C, H, W): each as it ran, and the code of all steps.

    A layer whose weight has the shape of A's has A's weights, any other draws its own from the seed.
    """
    layers = read_other(text, a.head.spec)
    steps: list[Step] = []
    current = a.head.spec.from_planes(sample)
    for layer in layers:
        if isinstance(layer, Pad):
            left, right, top, bottom = layer.sides
            if current.ndim != 3:
                raise ConvSpecError("b", "nn.ZeroPad2d needs rows and columns; a layer with one axis has columns only.")
            current = np.pad(current, ((0, 0), (top, bottom), (left, right)))
            continue
        subject = _with_weights(layer, a, current, seed, text.strip() == FLIPPED)
        if not steps:  # it reads what A reads
            subject = replace(subject, head=replace(subject.head, bands=a.head.bands))
        current = run(layer, current, weight=subject.weight, bias=subject.bias).output
        steps.append(Step(subject, layer.as_planes(current)))
    if not steps:
        raise ConvSpecError("b", "B needs a layer: padding alone computes nothing.")
    words = [f"{layer.code()} with its kernel turned round" if text == FLIPPED else layer.code() for layer in layers]
    return steps, words


def _with_weights(layer: WindowLayer, a: Subject, current: np.ndarray, seed: int, flipped: bool) -> Subject:
    given: dict[str, Any] = {}
    if layer.weight_shape is not None and layer.weight_shape == a.head.spec.weight_shape and a.weight is not None:
        axes = tuple(range(2, a.weight.ndim))
        given["weight"] = np.ascontiguousarray(np.flip(a.weight, axes)) if flipped else a.weight
        if layer.bias and a.bias is not None:
            given["bias"] = a.bias
    return Subject.of(layer, current, seed=seed, **given)


def total(heads: Sequence[Summary], what: str) -> int:
    """Parameters or MACs of layers in a row, of one sample."""
    if what == "parameters":
        return sum(head.spec.parameters for head in heads)
    return sum(head.macs // head.samples for head in heads)
