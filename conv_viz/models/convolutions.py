"""What a weight alone tells of its convolution, and what has to be said: stride, padding, dilation and the rest.

``nn.Conv2d`` keeps (out_channels, in_channels / groups, kH, kW), ``nn.ConvTranspose2d`` (in_channels, out_channels /
groups, kH, kW); those of rows have k alone. So a weight may belong to either, and shows only one of its channel counts.
Source: the attribute ``weight`` of both in https://docs.pytorch.org/docs/stable/nn.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conv_viz.layers.call import short
from conv_viz.layers.facts import FACTS
from conv_viz.layers.groups import divisors
from conv_viz.layers.kinds import KINDS, WindowLayer
from conv_viz.layers.values import Shape
from conv_viz.weights.header import Stored

AXES = {3: "Conv1d", 4: "Conv2d", 5: "Conv3d"}
"""Axes of a weight -> the convolution that it is most likely of."""
UNTOLD = ("stride", "padding", "dilation")
"""What no weight tells."""
WEIGHT, BIAS = "weight", "bias"


@dataclass(frozen=True)
class Convolution:
    """One convolution of a file: its path in the model, its tensors, and what else the file or a text says of it.

    `name` is the path (``layer1.0.conv1``), empty for a file of one layer. `told` are arguments in torch's names that
    the `source` gives: the file's own graph, or a pasted text; `kind` is then its class in ``torch.nn``, and `note`
    says what the arguments cannot. `problem` is one sentence, where it can be listed but not opened. Of a
    weight-normalised layer `weight` holds the directions of its filters and `scale` their lengths.
    """

    name: str
    weight: Stored
    bias: Stored | None = None
    kind: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    note: str = ""
    problem: str = ""
    scale: Stored | None = None

    @property
    def title(self) -> str:
        """The name as it is shown."""
        return self.name or WEIGHT

    @property
    def usual(self) -> str:
        """Its class in ``torch.nn``, as far as one can tell; see `must_be_transposed`."""
        if self.kind:
            return self.kind
        axes = AXES.get(len(self.weight.shape), "")
        return axes.replace("Conv", "ConvTranspose") if must_be_transposed(self) else axes

    @property
    def must_be(self) -> dict[str, Any]:
        """Arguments that the weight alone makes certain, in torch's names."""
        filters, _, *kernel = self.weight.shape
        sure: dict[str, Any] = {"kernel_size": short(tuple(kernel))}
        if "Transpose" in self.usual:
            return {"in_channels": filters, **sure}
        return {"out_channels": filters, **sure}

    @property
    def untold(self) -> tuple[str, ...]:
        """What has to be said before it is the layer that it was in its model."""
        if self.source:
            return ()
        return (*UNTOLD, *(("groups",) if len(possible_groups(self)) > 1 else ()))


def must_be_transposed(layer: Convolution) -> bool:
    """Whether the bias shows it: it has one number for each output channel, and the weight another first axis.

    >>> must_be_transposed(Convolution("up", Stored("F32", (8, 4, 2, 2), 0, 0), Stored("F32", (4,), 0, 0)))
    True
    """
    return layer.bias is not None and layer.bias.shape != layer.weight.shape[:1]


def possible_groups(layer: Convolution, transposed: bool | None = None) -> list[int]:
    """The values of groups that this weight, and its bias, may have.

    >>> depthwise = Convolution("dw", Stored("F32", (32, 1, 3, 3), 0, 0))
    >>> possible_groups(depthwise)
    [1, 2, 4, 8, 16, 32]
    >>> up = Convolution("up", Stored("F32", (8, 4, 2, 2), 0, 0), Stored("F32", (8,), 0, 0))
    >>> possible_groups(up, transposed=True)
    [2]
    """
    if transposed is None:
        transposed = "Transpose" in layer.usual
    first, second, *_ = layer.weight.shape
    possible = divisors(first)
    if transposed and layer.bias is not None:
        (filters,) = layer.bias.shape
        return [groups for groups in possible if groups * second == filters]
    return possible


def spec_of(layer: Convolution, said: Mapping[str, Any] | None = None) -> WindowLayer:
    """The window layer, with what was `said` in torch's names over what the file told; the rest are torch's defaults.

    `said` may hold ``kind``, the class in ``torch.nn``. Raises `ConvSpecError` for what cannot be, `ValueError` with
    one sentence for a convolution that is not shown here.

    >>> stem = Convolution("stem", Stored("F32", (64, 3, 7, 7), 0, 0))
    >>> spec_of(stem, {"stride": 2, "padding": 3})
    ConvSpec(3, 64, kernel_size=7, stride=2, padding=3, bias=False)
    """
    said = dict(said or {})
    kind = said.pop("kind", layer.usual)
    if reason := why_not(layer, kind):
        raise ValueError(reason)
    arguments = {**layer.told, **said}
    groups = arguments.get("groups") or usual_groups(layer, "Transpose" in kind)
    first, second, *kernel = layer.weight.shape
    if "Transpose" in kind:
        channels = {"in_channels": first, "out_channels": second * groups}
    else:
        channels = {"in_channels": second * groups, "out_channels": first}
    known = {name: value for name, value in arguments.items() if name in FACTS[kind].arguments}
    fixed = {"kernel_size": tuple(kernel), "groups": groups, "bias": layer.bias is not None}
    made: WindowLayer = KINDS[kind](**{**known, **channels, **fixed})
    return made


def usual_groups(layer: Convolution, transposed: bool = False) -> int:
    """The groups that are shown as long as nothing is said: the fewest that can be.

    >>> usual_groups(Convolution("dw", Stored("F32", (32, 1, 3, 3), 0, 0)))
    1
    """
    possible = possible_groups(layer, transposed)
    return possible[0] if possible else 1


def why_not(layer: Convolution, kind: str = "") -> str:
    """Why a convolution cannot be opened, in one sentence; empty when it can.

    >>> why_not(Convolution("v", Stored("F32", (8, 3, 3, 3, 3), 0, 0)))
    'nn.Conv3d has three axes, and here layers with one or two are drawn.'
    """
    kind = kind or layer.usual
    if layer.problem:
        return layer.problem
    if "3d" in kind:
        return f"nn.{kind} has three axes, and here layers with one or two are drawn."
    if kind not in KINDS:
        return f"nn.{kind} is not drawn here; {', '.join(f'nn.{known}' for known in FACTS if 'Conv' in known)} are."
    if not possible_groups(layer, "Transpose" in kind):
        return f"A bias of {_length(layer.bias)} does not fit a weight of shape {layer.weight.shape} as nn.{kind}."
    return ""


def _length(bias: Stored | None) -> Shape:
    return bias.shape if bias else ()
