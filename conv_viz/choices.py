"""The solver's settings as rows to choose from, for the layer that the frame shows.

A row changes kernel_size, stride, padding and dilation; channels, groups, bias and padding_mode stay,
and a setting that the padding_mode cannot pad is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from conv_viz.adopt import SPARE
from conv_viz.code import short
from conv_viz.frame import Frame
from conv_viz.solver import AnySize, Setting2d, SolveError, read_size, same_for_any_size, solve_2d
from conv_viz.spec import ConvSpec, Shape

RANGES = {"kernel_size": "kernels", "stride": "strides", "padding": "paddings", "dilation": "dilations"}
"""The four arguments that the solver sets, and the range that each one is taken from."""
COLUMNS = (*RANGES, "parameters", "")
LIMIT = 60
Size = tuple[int, int]


@dataclass(frozen=True)
class Choice:
    """One row: the `arguments` that it sets, `cells` as text under `COLUMNS`."""

    arguments: dict[str, Any]
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Choices:
    """All rows for one wish, simplest first: `title`, the input that they are for (None: any), how many there are."""

    title: str
    rows: tuple[Choice, ...]
    count: int
    input_shape: Shape | None = None

    def current(self, frame: Frame) -> int | None:
        """The row that the frame shows already, on this input."""
        if self.input_shape not in (None, frame.input_shape):
            return None
        now = _four(dict(frame.arguments))
        return next((i for i, row in enumerate(self.rows) if _four(row.arguments) == now), None)


def fixable(frame: Frame) -> dict[str, Any]:
    """What can be kept as the frame has it: name -> number or pair; padding only where it is a number.

    >>> fixable(Frame.of(dict(kernel_size=(3, 3), stride=(1, 2), padding="same", dilation=(1, 1)), (1, 1, 7, 7)))
    {'kernel_size': 3, 'stride': (1, 2), 'dilation': 1}
    """
    found = {name: value for name, value in dict(frame.arguments).items() if name in RANGES}
    return {name: short(value) for name, value in found.items() if not isinstance(value, str)}


def from_to(frame: Frame, size: Size, wanted: Size, keep: Iterable[str] = ()) -> Choices:
    """Settings that turn `size` into `wanted`; those named in `keep` stay as the frame has them.

    Raises `conv_viz.solver.SolveError` with one sentence when there are none.

    >>> frame = Frame.of(dict(in_channels=3, out_channels=4, kernel_size=3), (1, 3, 7, 7))
    >>> choices = from_to(frame, (224, 224), (112, 112))
    >>> choices.title, choices.rows[0].cells
    ('224 → 112', ('2', '2', '0', '1', '52', ''))
    """
    fixed = fixable(frame)
    along = [{RANGES[name]: [_pair(fixed[name])[axis]] for name in keep if name in fixed} for axis in (0, 1)]
    shape = (frame.input_shape[0], frame.input_shape[1], *size)
    mode = dict(frame.arguments).get("padding_mode", "zeros")
    found = [s for s in solve_2d(size, wanted, along=(along[0], along[1])) if _can_pad(s, size, mode)]
    if not found:
        raise SolveError(f"Every such setting pads more than padding_mode={mode!r} can; set it to 'zeros'.")
    rows = tuple(_row(frame, setting.arguments(), _unread(setting)) for setting in found[:LIMIT])
    return Choices(f"{shown(size)} → {shown(wanted)}", rows, len(found), shape)


def any_size(frame: Frame, divisor: int, keep: Iterable[str] = ()) -> Choices:
    """Settings that keep any size, or divide it, whatever it is. Raises `SolveError` when there are none.

    >>> frame = Frame.of(dict(in_channels=1, out_channels=1, kernel_size=3), (1, 1, 7, 7))
    >>> choices = any_size(frame, 2)
    >>> choices.title, choices.rows[1].cells
    ('any size / 2', ('3', '2', '1', '1', '10', 'rounded up'))
    """
    fixed = {name: _pair(value) for name, value in fixable(frame).items() if name in keep}
    found = [each for each in same_for_any_size(divisor) if _keeps(each, fixed)]
    if not found:
        kept = ", ".join(f"{name}={short(value)}" for name, value in fixed.items())
        raise SolveError(f"With {kept} no setting does this for any size; keep less.")
    rows = tuple(_row(frame, each.setting.arguments(), each.effect.partition(", ")[2]) for each in found[:LIMIT])
    return Choices("any size stays" if divisor == 1 else f"any size / {divisor}", rows, len(found))


def shown(size: Size) -> str:
    """A size as one writes it: one number when both are equal.

    >>> shown((7, 7)), shown((7, 9))
    ('7', '7 × 9')
    """
    return str(size[0]) if size[0] == size[1] else f"{size[0]} × {size[1]}"


def read_pair(text: str) -> Size:
    """A size as people write it, as (height, width); raises `SolveError`.

    >>> read_pair("224"), read_pair("480 x 640")
    ((224, 224), (480, 640))
    """
    if not text.strip():
        raise SolveError("The layer on the left has no output; give the wanted size.")
    return _pair(read_size(text))


def _row(frame: Frame, arguments: dict[str, Any], remark: str) -> Choice:
    spec = ConvSpec(**{**dict(frame.arguments), **arguments})
    cells = [str(short(arguments[name])) for name in RANGES]
    return Choice(arguments, (*cells, f"{spec.parameters:,}", remark))


def _can_pad(setting: Setting2d, size: Size, mode: str) -> bool:
    """Whether a padding_mode finds enough cells to copy."""
    spare = SPARE.get(mode)
    paddings = setting.height.padding, setting.width.padding
    return spare is None or all(p <= n - spare for p, n in zip(paddings, size, strict=True))


def _unread(setting: Setting2d) -> str:
    """The rows and columns that a setting never reads, in words.

    >>> from conv_viz.solver import Setting
    >>> _unread(Setting2d(Setting(1, unread=3), Setting(1, unread=1)))
    '3 rows and 1 column unread'
    """
    counts = ((setting.height.unread, "row"), (setting.width.unread, "column"))
    words = [f"{count} {what}{'s' * (count != 1)}" for count, what in counts if count]
    return f"{' and '.join(words)} unread" if words else ""


def _keeps(found: AnySize, fixed: Mapping[str, Size]) -> bool:
    arguments = found.setting.arguments()
    return all((arguments[name], arguments[name]) == pair for name, pair in fixed.items())


def _four(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: short(arguments[name]) for name in RANGES if name in arguments}


def _pair(value: Any) -> Size:
    return value if isinstance(value, tuple) else (value, value)
