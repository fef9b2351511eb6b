"""The solver's settings as rows to choose from, for the layer that the frame shows.

A row changes the arguments that the layer's `solver` names; channels, groups, bias and padding_mode stay, and a setting
that the padding_mode cannot pad is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from conv_viz.layers.call import short
from conv_viz.layers.conv import SPARE
from conv_viz.layers.kinds import KINDS
from conv_viz.layers.settings import AnySize, SolveError, along_both, along_one, axes_of, read_size, remark
from conv_viz.layers.setup import Setup
from conv_viz.layers.values import Shape

LIMIT = 60
Size = tuple[int, ...]
"""(height, width), or (length,) of a layer with one axis."""


@dataclass(frozen=True)
class Choice:
    """One row: the `arguments` that it sets, `cells` as text under the columns."""

    arguments: dict[str, Any]
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Choices:
    """All rows for one wish, simplest first: `title`, the input that they are for (None: any), how many there are."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Choice, ...]
    count: int
    input_shape: Shape | None = None

    def current(self, setup: Setup) -> int | None:
        """The row that the frame shows already, on this input."""
        if self.input_shape not in (None, setup.input_shape):
            return None
        now = _solved(setup, dict(setup.arguments))
        return next((i for i, row in enumerate(self.rows) if _solved(setup, row.arguments) == now), None)


def fixable(setup: Setup) -> dict[str, Any]:
    """What can be kept as the frame has it: name -> number or pair; padding only where it is a number.

    >>> fixable(Setup.of(dict(kernel_size=(3, 3), stride=(1, 2), padding="same", dilation=(1, 1)), (1, 1, 7, 7)))
    {'kernel_size': 3, 'stride': (1, 2), 'dilation': 1}
    """
    found = _solved(setup, dict(setup.arguments))
    return {name: value for name, value in found.items() if not isinstance(value, str)}


def from_to(setup: Setup, size: Size, wanted: Size, keep: Iterable[str] = (), most: int = LIMIT) -> Choices:
    """The first `most` settings that turn `size` into `wanted`; those named in `keep` stay as the frame has them.

    Raises `conv_viz.layers.settings.SolveError` with one sentence when there are none.

    >>> setup = Setup.of(dict(in_channels=3, out_channels=4, kernel_size=3), (1, 3, 7, 7))
    >>> choices = from_to(setup, (224, 224), (112, 112))
    >>> choices.title, choices.rows[0].cells
    ('224 → 112', ('2', '2', '0', '1', '52', ''))
    >>> pool = Setup.of(dict(kernel_size=3), (1, 3, 7, 7), name="AvgPool2d")
    >>> from_to(pool, (7, 7), (4, 4)).rows[0].arguments
    {'kernel_size': 2, 'stride': 2, 'padding': 0, 'ceil_mode': True}
    """
    kind = KINDS[setup.name]
    solver = kind.solver
    fixed = {name: value for name, value in fixable(setup).items() if name in keep}
    along = [solver.ranges({name: _side(value, axis) for name, value in fixed.items()}) for axis in range(kind.dims)]
    found: list[Any] = (
        along_both(solver.solve, (size[0], size[1]), (wanted[0], wanted[1]), (along[0], along[1]), {})
        if kind.dims == 2
        else along_one(solver.solve, size[0], wanted[0], along[0])
    )
    mode = dict(setup.arguments).get("padding_mode", "zeros")
    possible = [setting for setting in found if _can_pad(setting, size, mode)]
    if not possible:
        raise SolveError(f"Every such setting pads more than padding_mode={mode!r} can; set it to 'zeros'.")
    rows = tuple(_row(setup, one.arguments(), remark(one, copies=mode != "zeros")) for one in possible[:most])
    shape = (*setup.input_shape[: -kind.dims], *size)
    return Choices(f"{shown(size)} → {shown(wanted)}", columns(setup), rows, len(possible), shape)


def any_size(setup: Setup, factor: int, keep: Iterable[str] = (), most: int = LIMIT) -> Choices:
    """The first `most` settings that keep any size, divide it, or with a solver that grows multiply it, whatever it is.

    Raises `SolveError` when there are none.

    >>> setup = Setup.of(dict(in_channels=1, out_channels=1, kernel_size=3), (1, 1, 7, 7))
    >>> choices = any_size(setup, 2)
    >>> choices.title, choices.rows[1].cells
    ('any size / 2', ('3', '2', '1', '1', '10', 'rounded up'))
    """
    solver = KINDS[setup.name].solver
    fixed = {name: value for name, value in fixable(setup).items() if name in keep}
    found = [each for each in solver.any_size(factor) if _keeps(each, fixed)]
    if not found:
        kept = ", ".join(f"{name}={value}" for name, value in fixed.items())
        raise SolveError(f"With {kept} no setting does this for any size; keep less.")
    rows = tuple(_row(setup, each.setting.arguments(), _any_remark(each)) for each in found[:most])
    title = "any size stays" if factor == 1 else f"any size {'×' if solver.grows else '/'} {factor}"
    return Choices(title, columns(setup), rows, len(found))


def columns(setup: Setup) -> tuple[str, ...]:
    """What stands over the table: the arguments, what the layer then learns, what is to be known."""
    kind = KINDS[setup.name]
    return (*kind.solver.names, *(["parameters"] if kind.weight_shape is not None else []), "remark")


def shown(size: Size) -> str:
    """A size as one writes it: one number when both are equal.

    >>> shown((7, 7)), shown((7, 9)), shown((5,))
    ('7', '7 × 9', '5')
    """
    return " × ".join(map(str, size if len(set(size)) > 1 else size[:1]))


def read_pair(text: str, dims: int = 2) -> Size:
    """A size as people write it, as (height, width), of a layer with one axis as (length,); raises `SolveError`.

    >>> read_pair("224"), read_pair("480 x 640"), read_pair("16", dims=1)
    ((224, 224), (480, 640), (16,))
    """
    if not text.strip():
        raise SolveError("The layer on the left has no output; give the wanted size.")
    read = read_size(text)
    if isinstance(read, int):
        return (read,) * dims
    if dims == 1:
        raise SolveError(f"This layer has one axis: its size is one number, not {read[0]} × {read[1]}.")
    return read


def _row(setup: Setup, arguments: dict[str, Any], remark: str) -> Choice:
    kind = KINDS[setup.name]
    chosen = {name: arguments[name] for name in kind.solver.names}
    cells = [str(value) for value in chosen.values()]
    if kind.weight_shape is not None:
        layer = kind(**{**dict(setup.arguments), **chosen})
        cells.append(f"{layer.parameters:,}")
    return Choice(chosen, (*cells, remark))


def _can_pad(setting: Any, size: Size, mode: str) -> bool:
    """Whether a padding_mode finds enough cells to copy."""
    spare = SPARE.get(mode)
    return spare is None or all(a.padding <= n - spare for a, n in zip(axes_of(setting), size, strict=True))


def _any_remark(found: AnySize) -> str:
    """How the size is rounded, and what speaks against the setting itself."""
    return "; ".join(filter(None, [found.effect.partition(", ")[2], remark(found.setting)]))


def _keeps(found: AnySize, fixed: Mapping[str, Any]) -> bool:
    arguments = found.setting.arguments()
    return all(arguments[name] == value for name, value in fixed.items())


def _solved(setup: Setup, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that the solver sets."""
    return {name: short(arguments[name]) for name in KINDS[setup.name].solver.names if name in arguments}


def _side(value: Any, axis: int) -> Any:
    return value[axis] if isinstance(value, tuple) else value
