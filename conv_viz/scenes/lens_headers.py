"""What the header of a lens holds; see `conv_viz.scenes.headers`."""

# No `from __future__ import annotations`: with it Python 3.11 does not see at run time which fields may be missing.
from typing import Literal, NotRequired, TypedDict

from conv_viz.scenes.headers import Problem, Range


class Planes(TypedDict):
    """Some planes of one array under each other, cell by cell. `role` says how a value gets its colour.

    `cells` and `hatched` name arrays of the same size: what each cell is (see `Stage.cells`), and which are hatched.
    With `frames` the array has a first axis more, of which one step is seen at a time.
    """

    array: str
    title: str
    labels: list[str]
    role: Literal["input", "signed"]
    range: Range
    cells: str
    hatched: str
    frames: bool
    edges: list[str]


class Sum(TypedDict):
    """How the cells of one array come from others: a sum of products, or one cell copied or taken from another.

    The terms of cell i are ``starts[i]`` to ``starts[i + 1]``: cells of `left` (none where it is empty) times cells
    of `right`, divided by `divisor`, and one cell of `more` where that is named. The tables are arrays of this name and
    ``.starts``, ``.left``, ``.right``, ``.more``.
    """

    of: str
    how: Literal["sum", "copy", "difference"]
    left: str
    right: str
    more: str
    divisor: float


class Item(TypedDict):
    """What stands beside each other in a row of a lens."""

    show: Literal["planes", "sign", "curve", "wires"]
    name: str


class Line(TypedDict):
    """One row of a table: what it is about, a cell for each column, and whether these differ."""

    name: str
    cells: list[str]
    differs: bool


class Frames(TypedDict):
    """The steps that are played: what one is called, what stands beside each, and the curve of a number over them."""

    name: str
    labels: list[str]
    curve: str
    curve_name: str


class LensHeader(TypedDict):
    """A closer look at a layer: numbers on planes, and how they come from each other; or in words why not.

    With `since` it has `kept` steps of the payload of that id, and those in its own arrays after them.
    """

    kind: Literal["lens"]
    lens: str
    title: str
    question: str
    code: NotRequired[str]
    says: NotRequired[list[str]]
    rows: NotRequired[list[list[Item]]]
    planes: NotRequired[list[Planes]]
    sums: NotRequired[list[Sum]]
    together: NotRequired[list[list[str]]]
    wired: NotRequired[str]
    walk: NotRequired[str]
    first: NotRequired[int]
    frames: NotRequired[Frames]
    since: NotRequired[str]
    kept: NotRequired[int]
    columns: NotRequired[list[str]]
    table: NotRequired[list[Line]]
    snippet: NotRequired[str]
    problem: NotRequired[Problem]
    why_not: NotRequired[str]
    too_large: NotRequired[str]
    advice: NotRequired[str]
