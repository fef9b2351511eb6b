"""What the specs of all window layers share: text, variants, sizes; and those with a weight besides."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import conv_viz.layers.groups as groups_rule
from conv_viz.layers.call import read_call, write_call
from conv_viz.layers.facts import FACTS, Facts, Reduction
from conv_viz.layers.settings import Solver
from conv_viz.layers.values import ConvSpecError, Pair, Shape, input_sizes, read_count, read_flag, read_sizes
from conv_viz.layers.window import WindowAxis, effective_kernel

SPECS: dict[str, type[Any]] = {}
"""Each spec by the name of its class in ``torch.nn``: what stands behind ``of=``."""


@dataclass(frozen=True, repr=False)
class Spec:
    """Base of the frozen dataclasses, whose fields are the arguments of a class of ``torch.nn`` in torch's order.

    ``class MaxPoolSpec(MaxPool, of="MaxPool2d")`` has the facts of that name as class attributes, and is the spec of
    that class in `SPECS`. Several classes of one kind share a dataclass and differ in `dims`.
    """

    facts: ClassVar[Facts]
    kind: ClassVar[str]
    dims: ClassVar[int]
    reduce: ClassVar[Reduction]
    turned: ClassVar[bool]
    solver: ClassVar[Solver]

    def __init_subclass__(cls, *, of: str = "") -> None:
        if of:
            SPECS[of] = cls
            cls.kind, cls.facts = f"nn.{of}", FACTS[of]
            cls.dims, cls.reduce, cls.turned = cls.facts.dims, cls.facts.reduce, cls.facts.turned

    if TYPE_CHECKING:

        @property
        def kernel_size(self) -> Any: ...

        @property
        def dilation(self) -> Any: ...

        @property
        def padding_sides(self) -> tuple[Pair, Pair]: ...

        def axes(self, input_shape: Iterable[int]) -> tuple[WindowAxis, WindowAxis]: ...

        def output_channels(self, given: int) -> int: ...

    def put(self, name: str, value: object) -> None:
        """The one door into a frozen value, for its own ``__post_init__``."""
        object.__setattr__(self, name, value)

    def _read_sizes(self, *names: str) -> None:
        """Put sizes into their canonical form: a padding may be 0, all others are at least 1."""
        for name in names:
            self.put(name, read_sizes(name, getattr(self, name), int("padding" not in name), self.dims))

    @classmethod
    def name(cls) -> str:
        """The class in ``torch.nn``, without its module."""
        return cls.kind.removeprefix("nn.")

    def __repr__(self) -> str:
        return self.code().replace(self.kind, type(self).__name__, 1)

    @property
    def effective_kernel(self) -> Any:
        """Rows and columns from the first tap to the last; one number for a layer with one axis."""
        return tuple(map(effective_kernel, self.kernel_size, self.dilation))

    @property
    def divisor(self) -> int | Literal["taps", "taps on the input"] | None:
        """What the sum of a window is divided by: a number, how many of its taps count, or nothing."""
        return None

    @property
    def times(self) -> int:
        """What it is multiplied by then."""
        return 1

    @property
    def power(self) -> float:
        """To which power each product is taken before it is added; the root is taken of what comes out."""
        return 1

    def output_shape(self, input_shape: Iterable[int]) -> Shape:
        """Shape of the output, with the input's rank; raises `ConvSpecError` when the input cannot pass.

        >>> from conv_viz import ConvSpec, ConvTransposeSpec
        >>> ConvSpec(3, 10, 5, padding=2).output_shape((16, 3, 28, 28))
        (16, 10, 28, 28)
        >>> ConvTransposeSpec(8, 4, 4, stride=2, padding=1).output_shape((8, 7, 9))
        (4, 14, 18)
        """
        shape = input_sizes(input_shape)
        axes = self.axes(shape)
        return (
            *shape[: -self.dims - 1],
            self.output_channels(shape[-self.dims - 1]),
            *(axis.output for axis in axes[-self.dims :]),
        )

    def arguments(self) -> dict[str, Any]:
        """The arguments by name, in canonical form and torch's order."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def replace(self, **changes: Any) -> Self:
        """The same layer with some arguments changed."""
        return replace(self, **changes)

    def code(self) -> str:
        """The line as one would write it, defaults left out.

        >>> from conv_viz import ConvSpec
        >>> ConvSpec(3, 64, 7, stride=2, padding=3, bias=False).code()
        'nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)'
        """
        return write_call(self.arguments(), self.name())

    @classmethod
    def parse(cls, text: str) -> Self:
        """A line of code -> the layer. Read by `ast`, never evaluated.

        Raises `ConvSpecError`; its parameter is ``code`` when the text is no such call.

        >>> from conv_viz import ConvSpec, MaxPoolSpec
        >>> ConvSpec.parse("self.conv1 = nn.Conv2d(3, 8, (3, 5), padding='same')")
        ConvSpec(3, 8, kernel_size=(3, 5), padding='same')
        >>> MaxPoolSpec.parse("nn.MaxPool2d(3, 2, 1)")
        MaxPoolSpec(kernel_size=3, stride=2, padding=1)
        """
        try:
            arguments = read_call(text, cls.name())
        except ValueError as error:
            raise ConvSpecError("code", str(error)) from None
        return cls(**arguments)

    # -- one axis, drawn as one row -------------------------------------------------

    def for_pictures(self) -> Any:
        """The layer that does the same to pictures: itself, or of one with one axis what it does to each row.

        >>> from conv_viz import Conv1dSpec
        >>> Conv1dSpec(1, 4, 3, padding="same").for_pictures()
        ConvSpec(1, 4, kernel_size=(1, 3), padding='same')
        """
        if self.dims == 2:
            return self
        given = Spec.arguments(self)  # sizes as tuples, also one that torch wants as a number
        sides = {name: (int("padding" not in name), *size) for name, size in given.items() if isinstance(size, tuple)}
        return SPECS[self.name().replace("1d", "2d")](**{**given, **sides})

    def as_planes(self, array: Any) -> Any:
        """An input, an output or a weight of the layer as planes (..., H, W): a row of its own for (..., L).

        >>> import numpy as np
        >>> from conv_viz import Conv1dSpec
        >>> Conv1dSpec(1, 1, 3).as_planes(np.zeros((1, 1, 16))).shape
        (1, 1, 1, 16)
        """
        return array if self.dims == 2 else array[..., None, :]

    def from_planes(self, planes: Any) -> Any:
        """The other way round."""
        return planes if self.dims == 2 else planes[..., 0, :]


class Weighted(Spec):
    """A layer with a weight and perhaps a bias, in groups of channels."""

    weight_channels: ClassVar[tuple[str, str]]
    """What torch's weight has along its first two axes, in words."""

    if TYPE_CHECKING:
        in_channels: int
        out_channels: int
        groups: int
        bias: bool

        @property
        def weight_shape(self) -> Shape: ...

    @property
    def weight_axes(self) -> tuple[str, ...]:
        """What torch's weight has along each of its axes, in words."""
        return (*self.weight_channels, *(("kH", "kW") if self.dims == 2 else ("k",)))

    def _read_channels(self) -> None:
        for name in ("in_channels", "out_channels", "groups"):
            self.put(name, read_count(name, getattr(self, name)))
        read_flag("bias", self.bias)

    def _check_groups(self) -> None:
        groups_rule.check(self.in_channels, self.out_channels, self.groups)

    def input_channels(self, given: int) -> int:
        """How many channels it reads, whatever the input has."""
        return self.in_channels

    def output_channels(self, given: int) -> int:
        """How many planes it makes of an input with so many channels."""
        return self.out_channels

    @property
    def bias_shape(self) -> Shape | None:
        """(out_channels,), or None without a bias."""
        return (self.out_channels,) if self.bias else None

    @property
    def parameters(self) -> int:
        """Numbers that the layer learns.

        >>> from conv_viz import ConvSpec, ConvTransposeSpec
        >>> ConvSpec(3, 10, 5, padding=2).parameters, ConvTransposeSpec(8, 4, 3).parameters
        (760, 292)
        """
        return math.prod(self.weight_shape) + (self.out_channels if self.bias else 0)

    def channels_of(self, filter: int) -> range:
        """Input channels that the group of this filter reads.

        >>> from conv_viz import ConvSpec
        >>> ConvSpec(4, 6, 3, groups=2).channels_of(3)
        range(2, 4)
        """
        return groups_rule.reads(self.in_channels, self.out_channels, self.groups, filter)

    def other_channels(self, channels: int) -> ConvSpecError:
        """The error of an input with another number of channels."""
        return ConvSpecError(
            "in_channels",
            f"The layer reads {self.in_channels} input channels, but the input has {channels}.",
            groups_rule.channel_fix(channels, self.groups),
        )

    @property
    def filter_shape(self) -> Shape:
        """(out_channels, channels read, kH, kW): what `as_filters` makes of the weight."""
        return (self.out_channels, self.in_channels // self.groups, *(1, *self.kernel_size)[-2:])
