"""The window layers that the house knows: one row each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Literal, Protocol, TypeGuard

from conv_viz.layers import conv, pool, transposed
from conv_viz.layers.call import call_arguments, called_name, one_call
from conv_viz.layers.facts import FACTS, Facts, Reduction
from conv_viz.layers.settings import Solver
from conv_viz.layers.spec import SPECS, Spec
from conv_viz.layers.values import ConvSpecError, Pair, Shape
from conv_viz.layers.window import WindowAxis


class WindowLayer(Protocol):
    """What the rest of the house may ask of a layer that slides a window.

    `facts` is its row of `conv_viz.layers.facts`, of which `dims`, `reduce` and `turned` are at hand; `kind` is the
    class in ``torch.nn``; `solver` finds its settings for a wanted size. `weight_shape` is None where there is no
    weight and every tap counts as it is; a layer with a weight is a `WeightedLayer`.
    """

    facts: ClassVar[Facts]
    kind: ClassVar[str]
    dims: ClassVar[int]
    reduce: ClassVar[Reduction]
    turned: ClassVar[bool]
    solver: ClassVar[Solver]

    @classmethod
    def name(cls) -> str:
        """The class in ``torch.nn``, without its module."""

    @property
    def kernel_size(self) -> Shape: ...
    @property
    def effective_kernel(self) -> Shape: ...
    @property
    def padding_sides(self) -> tuple[Pair, Pair]: ...
    @property
    def padding_mode(self) -> str: ...
    @property
    def groups(self) -> int: ...
    @property
    def bias(self) -> bool: ...
    @property
    def divisor(self) -> int | Literal["taps", "taps on the input"] | None:
        """What the sum of a window is divided by: a number, how many of its taps count, or nothing."""

    @property
    def times(self) -> int:
        """What it is multiplied by then."""

    @property
    def power(self) -> float:
        """To which power each product is taken before it is added; the root is taken of what comes out."""

    @property
    def weight_shape(self) -> Shape | None: ...
    @property
    def bias_shape(self) -> Shape | None: ...
    @property
    def parameters(self) -> int: ...

    def channels_of(self, filter: int) -> range:
        """Input channels that this output channel reads."""

    def input_channels(self, given: int) -> int:
        """How many channels it reads of an input that has so many."""

    def output_channels(self, given: int) -> int:
        """How many planes it makes of an input that has so many channels."""

    def as_filters(self, weight: Any) -> Any:
        """The weight, in torch's layout, as filters (out_channels, channels read, kH, kW); None without one."""

    def axes(self, input_shape: Iterable[int]) -> tuple[WindowAxis, WindowAxis]:
        """Height and width on an input; raises `ConvSpecError` when it cannot pass."""

    def output_shape(self, input_shape: Iterable[int]) -> Shape:
        """Shape of the output, with the input's rank."""

    def macs(self, input_shape: Iterable[int]) -> int:
        """Multiply-accumulates of one forward pass."""

    def replace(self, **changes: Any) -> Any:
        """The same layer with some arguments changed."""

    def arguments(self) -> dict[str, Any]:
        """torch's own names: ``getattr(nn, name)(**arguments)`` is the layer."""

    def code(self) -> str:
        """The line as one would write it."""

    def for_pictures(self) -> Any:
        """The layer that does the same to pictures: itself, or of one with one axis what it does to each row."""

    def as_planes(self, array: Any) -> Any:
        """An input or output as planes (..., H, W): a row of its own for (..., L)."""

    def from_planes(self, planes: Any) -> Any:
        """The other way round."""


class WeightedLayer(WindowLayer, Protocol):
    """What may be asked of a layer with a weight, besides. Its filters are (out_channels, channels read, kH, kW)."""

    @property
    def weight_axes(self) -> tuple[str, ...]:
        """What torch's weight has along each of its axes, in words."""

    @property
    def in_channels(self) -> int: ...
    @property
    def out_channels(self) -> int: ...
    @property
    def weight_shape(self) -> Shape: ...
    @property
    def filter_shape(self) -> Shape:
        """The shape of the filters."""

    def from_filters(self, filters: Any) -> Any:
        """The weight in torch's layout: `as_filters` the other way round."""

    def weight_index(self, filter: int, slice: int) -> Pair:
        """Where torch's weight has a slice of a filter: its first two indices."""

    def of_one_slice(self) -> Any:
        """The layer of a single slice, which takes each tap once."""


def weighted(layer: WindowLayer) -> WeightedLayer | None:
    """The layer, if it has a weight.

    >>> weighted(parse("nn.MaxPool2d(2)")), weighted(parse("nn.Conv2d(1, 1, 3)"))
    (None, ConvSpec(1, 1, kernel_size=3))
    """
    made: Any = layer
    return None if layer.weight_shape is None else made


MODULES = (conv, transposed, pool)
"""Where the specs are."""

KINDS: dict[str, type[Any]] = {name: SPECS[name] for name in FACTS}
"""The spec of each layer by its name in ``torch.nn``, in the order in which they are offered."""


def is_layer(value: object) -> TypeGuard[WindowLayer]:
    """Whether it is the spec of a window layer.

    >>> is_layer(parse("nn.Conv2d(3, 8, 3)")), is_layer("nn.Conv2d(3, 8, 3)")
    (True, False)
    """
    return isinstance(value, Spec)


def parse(text: str) -> WindowLayer:
    """One line of code -> the layer, of whichever kind; raises `ConvSpecError`.

    >>> parse("nn.MaxPool2d(2)"), parse("x = nn.Conv1d(1, 4, 3)(x)" [4:-3])
    (MaxPoolSpec(kernel_size=2), Conv1dSpec(1, 4, kernel_size=3))
    """
    try:
        call = one_call(text)
        name = called_name(call)
        if name not in KINDS:
            known = ", ".join(f"nn.{known}" for known in KINDS)
            raise ValueError(f"One of {known} is expected, like {FACTS['Conv2d'].example}.")
        arguments = call_arguments(call, name)
    except ValueError as error:
        raise ConvSpecError("code", str(error)) from None
    made: WindowLayer = KINDS[name](**arguments)
    return made
