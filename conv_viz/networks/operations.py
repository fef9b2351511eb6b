"""What stands in a network beside the window layers: each operation as a frozen value that knows its shapes.

Every operation, a window layer's spec too, has `kind`, `parameters`, `code()`, `output_shape(...)` and `macs(...)`.
Errors are `ConvSpecError`, with a fix where there is an obvious one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Protocol

from conv_viz.layers.call import short
from conv_viz.layers.same import tensorflow_same
from conv_viz.layers.values import ConvSpecError, Shape, input_axes, read_count, read_flag, read_sizes, shown
from conv_viz.layers.window import WindowAxis


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


class _Plain:
    """What most operations have in common: nothing to learn, nothing to multiply."""

    parameters: int = 0

    def macs(self, *shapes: Shape) -> int:
        """None."""
        return 0

    @property
    def kind(self) -> str:
        """The class in ``torch.nn``."""
        return f"nn.{type(self).__name__}"

    def arguments(self) -> dict[str, Any]:
        """torch's own names."""
        return asdict(self)  # type: ignore[call-overload]

    def code(self) -> str:
        """The line as one would write it, defaults left out."""
        return f"{self.kind}({', '.join(self._words())})"

    def _words(self) -> list[str]:
        words = []
        for field in fields(self):  # type: ignore[arg-type]
            value = short(getattr(self, field.name))
            if value != field.default:
                words.append(f"{field.name}={value!r}")
        return words


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
class Pointwise(_Plain):
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


@dataclass(frozen=True)
class BatchNorm2d(_Plain):
    """``nn.BatchNorm2d``: a weight and a bias for each channel, unless `affine` is off.

    >>> BatchNorm2d(64).parameters, BatchNorm2d(64).code()
    (128, 'nn.BatchNorm2d(64)')
    """

    num_features: int
    affine: bool = True
    eps: float = 1e-5

    def __post_init__(self) -> None:
        read_count("num_features", self.num_features)
        if not _is_plain(self.eps) or self.eps < 0:
            raise ConvSpecError("eps", f"eps is a small number, not {shown(self.eps)}.", {"eps": 1e-5})
        read_flag("affine", self.affine)

    @property
    def parameters(self) -> int:  # type: ignore[override]
        """Two for each channel."""
        return 2 * self.num_features if self.affine else 0

    def output_shape(self, shape: Iterable[int]) -> Shape:
        """The same; raises `ConvSpecError` for other channels."""
        shape = tuple(shape)
        if len(shape) != 4:
            raise ConvSpecError("num_features", f"nn.BatchNorm2d reads (N, C, H, W), but {shown(shape)} arrives.")
        if shape[1] != self.num_features:
            raise ConvSpecError(
                "num_features",
                f"The batch norm has num_features={self.num_features}, but {shape[1]} channels arrive.",
                {"num_features": shape[1]},
            )
        return shape

    def code(self) -> str:
        """The call."""
        eps = "" if self.eps == 1e-5 else f", eps={self.eps!r}"
        return f"nn.BatchNorm2d({self.num_features}{eps}{'' if self.affine else ', affine=False'})"


@dataclass(frozen=True)
class AdaptivePool(_Plain):
    """``nn.AdaptiveAvgPool2d`` and ``nn.AdaptiveMaxPool2d``: the output size is given, the windows follow from it.

    >>> AdaptivePool("Avg", (7, None)).output_shape((1, 512, 14, 14))
    (1, 512, 7, 14)
    """

    reduce: str
    output_size: tuple[int | None, int | None]

    def __post_init__(self) -> None:
        given = self.output_size if isinstance(self.output_size, list | tuple) else (self.output_size,) * 2
        if len(given) != 2:
            raise ConvSpecError("output_size", f"output_size is one number or two, not {shown(self.output_size)}.")
        sizes = tuple(size if size is None else read_count("output_size", size) for size in given)
        object.__setattr__(self, "output_size", sizes)

    @property
    def kind(self) -> str:
        """The class in ``torch.nn``."""
        return f"nn.Adaptive{self.reduce}Pool2d"

    def output_shape(self, shape: Iterable[int]) -> Shape:
        """The wanted sizes; None keeps one. Raises `ConvSpecError`."""
        shape = tuple(shape)
        *_, height, width = input_axes(self.kind.removeprefix("nn."), shape)
        wanted = (size or own for size, own in zip(self.output_size, (height, width), strict=True))
        return (*shape[:-2], *wanted)

    def arguments(self) -> dict[str, Any]:
        """torch's own."""
        return {"output_size": self.output_size}

    def code(self) -> str:
        """The call."""
        return f"{self.kind}({short(self.output_size)!r})"


@dataclass(frozen=True)
class Flatten(_Plain):
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
class Linear(_Plain):
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
    def parameters(self) -> int:  # type: ignore[override]
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

    def macs(self, shape: Iterable[int]) -> int:  # type: ignore[override]
        """One for each weight, for each row."""
        return math.prod(tuple(shape)[:-1]) * self.in_features * self.out_features

    def code(self) -> str:
        """The call."""
        return f"nn.Linear({self.in_features}, {self.out_features}{'' if self.bias else ', bias=False'})"


@dataclass(frozen=True)
class Upsample(_Plain):
    """``nn.Upsample`` of a picture, nearest or bilinear.

    >>> Upsample(scale_factor=2).output_shape((1, 8, 7, 9)), Upsample(scale_factor=2, mode="bilinear").code()
    ((1, 8, 14, 18), "nn.Upsample(scale_factor=2, mode='bilinear')")
    """

    size: tuple[int, int] | None = None
    scale_factor: tuple[float, float] | None = None
    mode: str = "nearest"
    align_corners: bool | None = None

    def __post_init__(self) -> None:
        if (self.size is None) == (self.scale_factor is None):
            raise ConvSpecError("size", "nn.Upsample needs one of size and scale_factor.", {"scale_factor": 2})
        if self.mode not in ("nearest", "bilinear"):
            raise ConvSpecError(
                "mode", f"mode is 'nearest' or 'bilinear' here, not {shown(self.mode)}.", {"mode": "nearest"}
            )
        if self.mode == "nearest" and self.align_corners is not None:
            raise ConvSpecError("align_corners", "align_corners goes with mode='bilinear'.", {"align_corners": None})
        if self.size is not None:
            object.__setattr__(self, "size", read_sizes("size", self.size, 1))
        else:
            object.__setattr__(self, "scale_factor", _factors(self.scale_factor))

    def output_shape(self, shape: Iterable[int]) -> Shape:
        """Both sizes times the factor, rounded down; raises `ConvSpecError`."""
        shape = tuple(shape)
        *_, height, width = input_axes("Upsample", shape)
        if len(shape) != 4:
            raise ConvSpecError("input", f"nn.Upsample reads (N, C, H, W), but {shape} arrives.")
        if self.size:
            return (*shape[:2], *self.size)
        assert self.scale_factor is not None
        sizes = tuple(math.floor(s * f) for s, f in zip((height, width), self.scale_factor, strict=True))
        if min(sizes) < 1:
            raise ConvSpecError("scale_factor", f"scale_factor={short(self.scale_factor)} leaves nothing of {shape}.")
        return (*shape[:2], *sizes)


def _factors(value: Any) -> tuple[float, float]:
    factors = tuple(value) if isinstance(value, list | tuple) else (value, value)
    numbers = all(isinstance(f, int | float) and not isinstance(f, bool) and 0 < f <= 64 for f in factors)
    if len(factors) != 2 or not numbers:
        raise ConvSpecError("scale_factor", f"scale_factor is above 0 and at most 64, not {shown(value)}.")
    return tuple(int(f) if f == int(f) else f for f in factors)  # type: ignore[return-value]


@dataclass(frozen=True)
class ZeroPad2d(_Plain):
    """``nn.ZeroPad2d``: zeros around a picture, as (left, right, top, bottom).

    >>> ZeroPad2d((0, 1, 0, 1)).output_shape((1, 3, 224, 224))
    (1, 3, 225, 225)
    """

    padding: tuple[int, int, int, int]

    def __post_init__(self) -> None:
        sides = tuple(self.padding) if isinstance(self.padding, list | tuple) else (self.padding,) * 4
        object.__setattr__(self, "padding", read_sizes("padding", sides, 0, 4))

    def output_shape(self, shape: Iterable[int]) -> Shape:
        """Both sizes with their padding."""
        shape = tuple(shape)
        *_, height, width = input_axes("ZeroPad2d", shape)
        left, right, top, bottom = self.padding
        return (*shape[:-2], height + top + bottom, width + left + right)

    def code(self) -> str:
        """The call."""
        return f"nn.ZeroPad2d({short(self.padding)!r})"


class Joint(_Plain):
    """Two or more inputs become one output."""

    joins: ClassVar[str] = ""


@dataclass(frozen=True)
class Add(Joint):
    """``x + y``: every input has the same shape.

    >>> Add().output_shape((1, 64, 56, 56), (1, 64, 56, 56))
    (1, 64, 56, 56)
    """

    joins: ClassVar[str] = "addition"

    @property
    def kind(self) -> str:
        """The joint."""
        return "add"

    def code(self) -> str:
        """The joint as one writes it."""
        return "add()"

    def output_shape(self, *shapes: Shape) -> Shape:
        """The shape of all; raises `ConvSpecError`."""
        first = shapes[0]
        for other in shapes[1:]:
            if other == first:
                continue
            if len(other) == len(first) == 4 and other[1] != first[1] and other[2:] == first[2:]:
                raise ConvSpecError(
                    "channels",
                    f"{first[1]} against {other[1]} channels at the addition, which adds equal shapes.",
                    advice=f"Put a 1x1 convolution into one path: nn.Conv2d({other[1]}, {first[1]}, 1).",
                )
            raise sizes_differ("addition", first, other)
        return first


@dataclass(frozen=True)
class Concat(Joint):
    """``torch.cat`` along the channels: every input has the same height and width.

    >>> Concat().output_shape((1, 64, 56, 56), (1, 32, 56, 56))
    (1, 96, 56, 56)
    """

    joins: ClassVar[str] = "concatenation"

    @property
    def kind(self) -> str:
        """The joint."""
        return "concat"

    def code(self) -> str:
        """The joint as one writes it."""
        return "concat()"

    def output_shape(self, *shapes: Shape) -> Shape:
        """The channels of all together; raises `ConvSpecError`."""
        first = shapes[0]
        for other in shapes[1:]:
            if len(other) != len(first) or (other[:1], other[2:]) != (first[:1], first[2:]):
                raise sizes_differ("concatenation", first, other)
        return (first[0], sum(shape[1] for shape in shapes), *first[2:])


def sizes_differ(joins: str, first: Shape, other: Shape) -> ConvSpecError:
    """What is wrong where two pictures of different sizes meet."""
    if len(first) != 4 or len(other) != 4:
        return ConvSpecError("input", f"{first} against {other} at the {joins}: the shapes do not go together.")
    different = next((i for i in (2, 3) if first[i] != other[i]), 0)
    return ConvSpecError("size", f"{first[different]} against {other[different]} at the {joins}.")


@dataclass(frozen=True)
class Same(_Plain):
    """A window layer with TensorFlow's padding 'SAME' in the place of its own: what its input needs, odd at the end.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> [(axis.before, axis.after) for axis in Same(ConvSpec(3, 8, 3, stride=2)).axes((1, 3, 224, 224))]
    [(0, 1), (0, 1)]
    """

    layer: Any

    @property
    def kind(self) -> str:
        """The class in ``torch.nn``."""
        return str(self.layer.kind)

    @property
    def parameters(self) -> int:  # type: ignore[override]
        """As many as without."""
        return int(self.layer.parameters)

    def axes(self, shape: Iterable[int]) -> tuple[WindowAxis, WindowAxis]:
        """Height and width; raises `ConvSpecError`."""
        shape = tuple(shape)
        input_axes(self.kind.removeprefix("nn."), shape)
        layer, made = self.layer, []
        if getattr(layer, "in_channels", shape[-3]) != shape[-3]:
            layer.axes(shape)  # says what is wrong
        for size, kernel, stride, dilation in zip(
            shape[-2:], layer.kernel_size, layer.stride, layer.dilation, strict=True
        ):
            made.append(
                WindowAxis(size, kernel, stride, dilation, *tensorflow_same(size, kernel, stride, dilation), "zeros")
            )
        return made[0], made[1]

    def output_shape(self, shape: Iterable[int]) -> Shape:
        """Sizes / stride, rounded up."""
        shape = tuple(shape)
        height, width = self.axes(shape)
        return (*shape[:-3], getattr(self.layer, "out_channels", shape[-3]), height.output, width.output)

    def macs(self, shape: Iterable[int]) -> int:  # type: ignore[override]
        """One for each weight and output position."""
        if not self.layer.weight_shape:
            return 0
        samples, _, *sizes = self.output_shape(shape)
        return samples * math.prod(sizes) * math.prod(self.layer.weight_shape)

    def code(self) -> str:
        """The layer, with the padding said in words."""
        return f"{self.layer.code()[:-1]}, padding='SAME')"
