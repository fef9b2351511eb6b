"""Operations of a network that give a picture another size: adaptive pools, upsampling, zeros around it, unflatten."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from conv_viz.layers.call import short
from conv_viz.layers.values import ConvSpecError, Shape, input_axes, read_count, read_sizes, shown
from conv_viz.networks.operations import Plain


@dataclass(frozen=True)
class AdaptivePool(Plain):
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
class Upsample(Plain):
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
    # as many as there were: two
    return tuple(int(f) if f == int(f) else f for f in factors)  # type: ignore[return-value]


@dataclass(frozen=True)
class ZeroPad2d(Plain):
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


@dataclass(frozen=True)
class Unflatten(Plain):
    """``nn.Unflatten`` of a row to a picture: (channels, height, width).

    >>> Unflatten((8, 2, 3)).output_shape((1, 48)), Unflatten((8, 1, 1)).code()
    ((1, 8, 2, 3), 'nn.Unflatten(1, (8, 1, 1))')
    """

    unflattened_size: tuple[int, int, int]

    def __post_init__(self) -> None:
        object.__setattr__(self, "unflattened_size", read_sizes("unflattened_size", self.unflattened_size, 1, 3))

    def arguments(self) -> dict[str, Any]:
        """torch's own."""
        return {"dim": 1, "unflattened_size": self.unflattened_size}

    def output_shape(self, shape: Iterable[int]) -> Shape:
        """(N, C, H, W); raises `ConvSpecError` where the row has another length."""
        shape = tuple(shape)
        if len(shape) != 2 or shape[1] != math.prod(self.unflattened_size):
            raise ConvSpecError(
                "unflattened_size",
                f"nn.Unflatten makes {self.unflattened_size} of rows of {math.prod(self.unflattened_size)} numbers, "
                f"but {shape} arrives.",
            )
        return (shape[0], *self.unflattened_size)

    def code(self) -> str:
        """The call."""
        return f"nn.Unflatten(1, {self.unflattened_size})"
