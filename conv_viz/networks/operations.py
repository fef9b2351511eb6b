"""What stands in a network beside the window layers: each operation as a frozen value that knows its shapes.

Every operation, a window layer's spec too, has `kind`, `parameters`, `code()`, `output_shape(...)` and `macs(...)`.
Errors are `ConvSpecError`, with a fix where there is an obvious one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any, ClassVar, Protocol

from conv_viz.layers.call import short
from conv_viz.layers.values import ConvSpecError, Shape, read_count, read_flag, shown


class Operation(Protocol):
    """What a network asks of each of its parts; the window layers of `conv_viz.layers` fulfil it."""

    @property
    def kind(self) -> str: ...
    @property
    def parameters(self) -> int: ...

    def output_shape(self, input_shape: Iterable[int], /) -> Shape:
        """Shape of the output; a joint takes several inputs. Raises `ConvSpecError`."""

    def macs(self, input_shape: Iterable[int], /) -> int:
        """Multiply-accumulates of one forward pass."""

    def code(self) -> str:
        """The operation as one would write it."""


@dataclass(frozen=True)
class Plain:
    """What most operations have in common: nothing to learn, nothing to multiply."""

    @property
    def parameters(self) -> int:
        """None."""
        return 0

    def macs(self, *shapes: Shape) -> int:
        """None."""
        return 0

    @property
    def kind(self) -> str:
        """The class in ``torch.nn``."""
        return f"nn.{type(self).__name__}"

    def arguments(self) -> dict[str, Any]:
        """torch's own names."""
        return asdict(self)

    def code(self) -> str:
        """The line as one would write it: what has no default without its name, defaults left out."""
        words = []
        for field in fields(self):
            value = short(getattr(self, field.name))
            if value != field.default:
                words.append(f"{value!r}" if field.default is MISSING else f"{field.name}={value!r}")
        return f"{self.kind}({', '.join(words)})"


POINTWISE = (
    *("ReLU", "ReLU6", "LeakyReLU", "ELU", "SELU", "CELU", "GELU", "SiLU", "Mish", "Hardswish", "Hardsigmoid"),
    *("Hardtanh", "Sigmoid", "Tanh", "Softplus", "Softsign", "LogSigmoid", "Dropout", "Dropout2d", "Identity"),
)
"""Classes of ``torch.nn`` that look at one number at a time: any arguments, no parameters, the same shape."""
SHAPED = {
    "LeakyReLU": ("negative_slope",), "ELU": ("alpha",), "CELU": ("alpha",), "GELU": ("approximate",),
    "Hardtanh": ("min_val", "max_val"), "Softplus": ("beta", "threshold"),
}  # fmt: skip
"""Those of `POINTWISE` whose arguments change their numbers, in torch's order."""
ACROSS = ("Softmax", "LogSoftmax")
"""Classes that keep the shape and look along one dimension, as a rule the channels or features."""


@dataclass(frozen=True)
class Pointwise(Plain):
    """An activation, a dropout, a softmax: the shape stays, and so does the receptive field.

    >>> Pointwise("ReLU").code(), Pointwise("ReLU").output_shape((1, 8, 5, 5))
    ('nn.ReLU()', (1, 8, 5, 5))
    """

    name: str
    written: str = ""
    given: tuple[tuple[str, Any], ...] = ()

    def __post_init__(self) -> None:
        values = dict(self.given)
        for name, value in values.items():
            word = name == "approximate" and value in ("none", "tanh")
            if name not in SHAPED.get(self.name, ()) or not (word or _is_plain(value)):
                raise ConvSpecError(name, f"nn.{self.name} does not take {name}={shown(value)}.")
        if self.name == "CELU" and values.get("alpha") == 0:
            raise ConvSpecError("alpha", "nn.CELU divides by alpha, which is 0 here.", {"alpha": 1})
        if not values.get("min_val", -1) < values.get("max_val", 1):
            raise ConvSpecError("min_val", f"nn.Hardtanh goes from min_val up to max_val, not {shown(values)}.")

    @property
    def kind(self) -> str:
        """The class in ``torch.nn``."""
        return f"nn.{self.name}"

    def output_shape(self, shape: Iterable[int]) -> Shape:
        """The same."""
        return tuple(shape)

    def code(self) -> str:
        """The call; its arguments change no shape and are kept as they were written."""
        words = ", ".join(f"{name}={value!r}" for name, value in self.given)
        return f"{self.kind}({self.written or words})"


def _is_plain(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6


def channels_fit(what: str, name: str, channels: int, shape: Shape) -> Shape:
    """The shape, if it has so many channels; raises `ConvSpecError` with the number that fits."""
    if shape[1] != channels:
        raise ConvSpecError(name, f"{what} has {name}={channels}, but {shape[1]} channels arrive.", {name: shape[1]})
    return shape


def read_eps(value: Any) -> None:
    """Nothing for a number that a norm may add to a variance; raises `ConvSpecError`."""
    if not _is_plain(value) or value < 0:
        raise ConvSpecError("eps", f"eps is a small number, not {shown(value)}.", {"eps": 1e-5})


@dataclass(frozen=True)
class ChannelNorm(Plain):
    """What norms each channel of a picture, with a weight and a bias for each where `affine` is on."""

    called: ClassVar[str]

    num_features: int
    eps: float = 1e-5
    affine: bool = True

    def __post_init__(self) -> None:
        read_count("num_features", self.num_features)
        read_eps(self.eps)
        read_flag("affine", self.affine)

    @property
    def parameters(self) -> int:
        """Two for each channel, where it has any."""
        return 2 * self.num_features if self.affine else 0

    def output_shape(self, shape: Iterable[int]) -> Shape:
        """The same; raises `ConvSpecError` for other channels."""
        shape = tuple(shape)
        if len(shape) != 4:
            raise ConvSpecError("num_features", f"{self.kind} reads (N, C, H, W), but {shown(shape)} arrives.")
        return channels_fit(f"The {self.called}", "num_features", self.num_features, shape)


class BatchNorm2d(ChannelNorm):
    """``nn.BatchNorm2d``.

    >>> BatchNorm2d(64).parameters, BatchNorm2d(64, affine=False).code()
    (128, 'nn.BatchNorm2d(64, affine=False)')
    """

    called: ClassVar[str] = "batch norm"


@dataclass(frozen=True)
class Flatten(Plain):
    """``nn.Flatten``: everything of a sample in one row.

    >>> Flatten().output_shape((2, 16, 5, 5)), Flatten().code()
    ((2, 400), 'nn.Flatten()')
    """

    start_dim: int = 1
    end_dim: int = -1

    def __post_init__(self) -> None:
        if (self.start_dim, self.end_dim) not in ((1, -1), (1, 3)):
            raise ConvSpecError(
                "start_dim", "A network here flattens (N, C, H, W) to (N, features): nn.Flatten() without arguments."
            )

    def output_shape(self, shape: Iterable[int]) -> Shape:
        """(N, features)."""
        shape = tuple(shape)
        return (shape[0], math.prod(shape[1:]))


@dataclass(frozen=True)
class Linear(Plain):
    """``nn.Linear``.

    >>> Linear(400, 120).parameters, Linear(400, 120).macs((2, 400))
    (48120, 96000)
    """

    in_features: int
    out_features: int
    bias: bool = True

    def __post_init__(self) -> None:
        for name in ("in_features", "out_features"):
            read_count(name, getattr(self, name))
        read_flag("bias", self.bias)

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return (self.in_features + self.bias) * self.out_features

    def output_shape(self, shape: Iterable[int]) -> Shape:
        """The last dimension becomes out_features; raises `ConvSpecError` with the in_features that fit."""
        shape = tuple(shape)
        if shape[-1] == self.in_features:
            return (*shape[:-1], self.out_features)
        if len(shape) == 4:
            flat = math.prod(shape[1:])
            more = f"; it then needs in_features={flat}" if flat != self.in_features else ""
            raise ConvSpecError(
                "in_features",
                f"The Linear reads rows of {self.in_features} numbers, but the rows of {shape} have {shape[-1]}.",
                advice=f"Put nn.Flatten() before it{more}.",
            )
        raise ConvSpecError(
            "in_features",
            f"The Linear has in_features={self.in_features}, but {shape[-1]} features arrive.",
            {"in_features": shape[-1]},
            advice=f"The Linear needs in_features={shape[-1]}.",
        )

    # It has one input, where `Plain` has any number.
    def macs(self, shape: Iterable[int]) -> int:  # type: ignore[override]
        """One for each weight, for each row."""
        return math.prod(tuple(shape)[:-1]) * self.in_features * self.out_features
