"""What the header of each kind of scene holds: its letter to the browser.

Those of lenses and networks are in `lens_headers` and `network_headers`. ``frontend/scene.d.ts`` is written from all of
them (``python tests/js/make_types.py``), so that JavaScript is checked against the same fields.
`conv_viz.scenes.payload.encode` adds ``id`` and ``arrays`` to each.
"""

# No `from __future__ import annotations`: with it Python 3.11 does not see at run time which fields may be missing.
from typing import Literal, NotRequired, TypedDict

Range = tuple[float, float]
Place = list[int]
"""Row and column, or height and width; a shape in torch's order where it has more numbers."""
Span = list[int]
"""First, one past the last, and how many there are in the whole layer."""
Kind = Literal["input", "copy", "hole", "zero", "beyond"]


class Problem(TypedDict):
    """An impossible setting: the rule, the way out, torch's own words."""

    parameter: str
    rule: str
    advice: str
    torch: str | None


class Example(TypedDict):
    """What is said of a published or named layer."""

    title: str
    about: str
    source: str | None


class Formula(TypedDict):
    """The size of one axis of the output."""

    axis: str
    text: str
    note: str


class Fact(TypedDict):
    """A number of the layer, what it counts, and the formula in this layer's numbers."""

    label: str
    text: str
    about: str
    formula: str


class Titles(TypedDict):
    """What stands over each column of the stage; over the filter for each of those in view."""

    input: str
    filters: list[str]
    taps: str
    sum: str
    outputs: str


class Named(TypedDict):
    """A map below the stage: the array that it shows, and its title."""

    array: str
    title: str


class Checkerboard(TypedDict):
    """How evenly a transposed convolution reaches its output: maps, what they mean, the layer to take instead."""

    maps: list[Named]
    most: float
    words: str
    code: str
    source: str


class Ranges(TypedDict):
    """Between which values the colours run."""

    input: list[float]
    weight: list[float]
    product: list[float]
    output: list[float]


class Reduced(TypedDict):
    """What becomes of the products of a window.

    Each is taken to a `power`. They are added up, or the largest of them stays. A sum is divided by what the arrays
    ``counted_y`` and ``counted_x`` say, where they are, multiplied by `times`, and then its root is taken.
    """

    join: Literal["sum", "max"]
    times: int
    power: float


class Rule(TypedDict):
    """One cell of the layer in symbols, over what the letters run, and the equation as LaTeX."""

    text: str
    note: str
    latex: str


class Symbols(TypedDict):
    """The rule of each picture; for each filter in view what some of its placeholders stand for."""

    rules: dict[str, Rule]
    filters: list[dict[str, str]]


class Stage(TypedDict):
    """The part of a layer that is drawn; indices are those of the whole layer, lists follow what is in view."""

    kind: str
    dims: int
    reduce: Reduced
    unit: Literal["filter", "channel"]
    titles: Titles
    picture: str
    switch: dict[str, str]
    scatter_titles: Titles | None
    checkerboard: Checkerboard | None
    symbols: Symbols
    cells: tuple[Kind, ...]
    kernel: tuple[int, int]
    turned: bool
    holes: list[int]
    sample: int
    samples: int
    filter: int
    filters: Span
    channels: Span
    reads: list[list[int]]
    hidden: list[int]
    groups: int
    group_of_channel: list[int]
    group_of_filter: list[int]
    names: list[str]
    mode: str
    stride: list[int]
    origin: list[int]
    inside: list[Place]
    unread: list[list[int]]
    cut: str
    cut_of_one: str
    ranges: Ranges


class Handle(TypedDict):
    """A control that can be pulled on the stage: its name for readers, its value, its ends, the size of a step.

    Where not every value between the ends is one, `choices` are those that are, in order.
    """

    label: str
    value: int
    least: int
    most: int
    step: int
    choices: NotRequired[list[int]]


class Pull(TypedDict):
    """What handles are pulled to, by the names of controls; what the picture shows of it, and why not all."""

    wanted: dict[str, int]
    shown: dict[str, int]
    why: str


class StageHeader(TypedDict):
    """The layer on its input; or in words why there is no picture of it.

    Where the host has controls, `handles` are those that can be pulled on the stage, by name.
    """

    kind: Literal["stage"]
    code: str
    input_shape: NotRequired[list[int]]
    output_shape: NotRequired[list[int]]
    facts: NotRequired[list[Fact]]
    formulas: NotRequired[list[Formula]]
    example: NotRequired[Example]
    stage: NotRequired[Stage]
    problem: NotRequired[Problem]
    shown: NotRequired[str]
    too_large: NotRequired[str]
    advice: NotRequired[str]
    handles: NotRequired[dict[str, Handle]]
    pull: NotRequired[Pull]


class Panel(TypedDict):
    """One of some small pictures in a row, and the sign behind it."""

    array: str
    title: str
    scale: list[float]
    sign: str


class DigitsRow(TypedDict):
    """One layer of the network for digits: its array has the name of the layer, `most` is the end of its colours."""

    name: str
    code: str
    says: str
    most: float


class DigitsHeader(TypedDict):
    """A drawn digit on its way through the network: cells hold 0 to 16, row by row."""

    kind: Literal["digits"]
    cells: list[int]
    examples: list[list[int]]
    learned: bool
    rows: list[DigitsRow]
    last: str
    says: str
    filters_most: float


class PanelsHeader(TypedDict):
    """What a slice of a filter responds to."""

    kind: Literal["panels"]
    panels: list[Panel]
    words: str


class WeightsHeader(TypedDict):
    """The part of a weight around the chosen slice, [filter, slice]."""

    kind: Literal["weights"]
    weight_shape: tuple[int, ...]
    weight_axes: tuple[str, ...]
    dims: int
    bias_shape: tuple[int, ...] | None
    parameters: int
    source: str
    chosen: Place
    filters: Span
    slices: Span
    reads: list[str]
    groups: int
    group_of_filter: list[int]
    first_channel: list[int]
    columns: list[str]
    most: float


class Map(TypedDict):
    """One feature map on the contact sheet: where it and its filter lie, [x, y, width, height], and its values."""

    index: int
    name: str
    map: tuple[int, int, int, int]
    filter: tuple[int, int, int, int] | None
    values: Range


class Detail(TypedDict):
    """The map that is shown in full, and what its pixels are made of."""

    index: int
    name: str
    span: Range
    values: Range
    edges: Range
    size: tuple[int, ...]
    channels: Span
    names: list[str]
    planes: list[int]
    low: float
    high: float
    place: list[float]
    padding: Place
    holes: Place
    kernel: Place
    reduce: Reduced
    most: int
    relu: bool


class GalleryHeader(TypedDict):
    """A picture through the layer; or in words why not."""

    kind: Literal["gallery"]
    code: NotRequired[str]
    dims: NotRequired[int]
    picture: NotRequired[Place]
    sheet: NotRequired[Place]
    page: NotRequired[Span]
    maps: NotRequired[list[Map]]
    dark: NotRequired[bool]
    named: NotRequired[bool]
    before: NotRequired[str]
    detail: NotRequired[Detail]
    about: NotRequired[list[str]]
    fit: NotRequired[str]
    problem: NotRequired[Problem]
    shown: NotRequired[str]
