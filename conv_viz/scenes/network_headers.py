"""What the header of a network holds; see `conv_viz.scenes.headers`."""

from typing import Literal, TypedDict

from conv_viz.scenes.headers import Place


class LayerRow(TypedDict):
    """One layer of a network; ``_why`` are formulas."""

    name: str
    code: str
    reads: list[str]
    output: str
    spatial: bool
    field: str
    jump: str
    start: str
    parameters: str
    parameters_why: str
    macs: str
    macs_why: str


class BrokenLayer(TypedDict):
    """Where a network breaks: the layer, the rule, the way out, and whether a click can go it."""

    name: str
    code: str
    rule: str
    fix: str
    mends: bool


class ChosenUnit(TypedDict):
    """The unit that is looked at, in a row of the table; its region as first and one past the last.

    `beyond` are the first and last row and column that it would see if the picture went on.
    """

    row: int
    unit: Place
    rows: Place
    columns: Place
    beyond: list[list[int]]
    words: str
    unread: str
    effective: str


class NetworkHeader(TypedDict):
    """A network: its layers, repeated blocks (first row, length, times), sums, and the unit that is looked at."""

    kind: Literal["network"]
    columns: tuple[str, ...]
    input: list[int]
    rows: list[LayerRow]
    folds: list[list[int]]
    totals: list[list[str]]
    misses: list[str]
    broken: BrokenLayer | None
    chosen: ChosenUnit | None
