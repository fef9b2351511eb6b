"""The board: the scene, its colours and where its grids stand. What `still` and `moving` draw from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from conv_viz.export.colors import Scale, Theme, diverging, input_scale
from conv_viz.export.grids import Place, number_size
from conv_viz.export.numbers import signed
from conv_viz.export.plan import SUM, Plan, index_of, plane_shape
from conv_viz.scenes.scene import Scene

MOST_NUMBERS = 2_000  # a grid of more cells carries none


@dataclass(frozen=True, eq=False)
class Board:
    """A scene with its theme and plan."""

    scene: Scene
    theme: Theme
    plan: Plan

    @property
    def stage(self) -> dict[str, Any]:
        """Words and small numbers of the scene."""
        return self.scene.header["stage"]

    @property
    def filter(self) -> int:
        """The chosen filter, counted among those in view."""
        return self.stage["filter"] - self.stage["filters"][0]

    @property
    def reads(self) -> list[int]:
        """Channels in view that the filter reads, in the order of its slices."""
        return self.stage["reads"][self.filter]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the output in view."""
        rows, columns = self.scene.arrays["output"].shape[1:]
        return rows, columns

    @property
    def scatter(self) -> bool:
        """Whether it is drawn from the input: see `conv_viz.scenes.scatter`."""
        return self.stage["picture"] == "scatter"

    @property
    def steps(self) -> tuple[int, int]:
        """Rows and columns of what the film walks over: the output, or of a scatter picture the input."""
        return self.plane_shape if self.scatter else self.shape

    @property
    def walked(self) -> str:
        """Whose cells the film walks over, in a word."""
        return "input" if self.scatter else "output"

    @property
    def plane_shape(self) -> tuple[int, int]:
        """Rows and columns of a plane: the padded input, or of a scatter picture the input as it is."""
        rows, columns = plane_shape(self.scene)
        return rows, columns

    @property
    def cut(self) -> str:
        """What is not in view, in words; empty when everything is."""
        return self.stage["cut_of_one"]

    @property
    def weighted(self) -> bool:
        """Whether there are filters; a pool has none."""
        return "weight" in self.scene.arrays

    @property
    def kernel(self) -> tuple[int, int]:
        """Rows and columns of taps."""
        rows, columns = self.stage["kernel"]
        return rows, columns

    @property
    def titles(self) -> dict[str, str]:
        """What stands over each column; nothing over the filter of a layer without weights."""
        found = self.stage["scatter_titles" if self.scatter else "titles"]
        return {**found, "filter": found["filters"][self.filter] if self.weighted else ""}

    def kind(self, *names: str) -> np.ndarray:
        """Which padded cells are one of these, see `conv_viz.scenes.stage.CELLS`: bool (rows, columns)."""
        cells = np.maximum.outer(self.scene.arrays["cells_y"], self.scene.arrays["cells_x"])
        return np.isin(cells, [self.stage["cells"].index(name) for name in names])

    def index(self, y: int, x: int) -> str:
        """An output cell as torch counts it, in the whole layer."""
        return index_of(self.stage, y, x)

    # -- colours -------------------------------------------------------------------------

    @cached_property
    def inputs(self) -> list[Scale]:
        """Colour scales of the input planes."""
        low, high = self.stage["ranges"]["input"]
        return [input_scale(low, high, name, self.theme) for name in self.stage["names"]]

    @cached_property
    def scales(self) -> dict[str, Scale]:
        """Colour scales of weights, products and outputs."""
        return {name: diverging(self.stage["ranges"][name][1], self.theme) for name in ("weight", "product", "output")}

    @cached_property
    def weight(self) -> np.ndarray:
        """The filter's slices as they are drawn, (slices, kH, kW): of a scatter picture as torch has them."""
        drawn = self.scene.arrays["weight"][self.filter]
        return drawn[..., ::-1, ::-1] if self.scatter else drawn

    @cached_property
    def weight_colors(self) -> np.ndarray:
        """Colours of the filter's slices: uint8 (slices, kH, kW, 3)."""
        return self.scales["weight"](self.weight)

    @cached_property
    def output_colors(self) -> np.ndarray:
        """Colours of the output: uint8 (rows, columns, 3)."""
        return self.scales["output"](self.scene.arrays["output"][self.filter])

    @cached_property
    def output_letters(self) -> float:
        """The size of the output's numbers; 0 where its cells have no room."""
        values = self.scene.arrays["output"][self.filter]
        room = values.size <= MOST_NUMBERS
        return number_size(self.output, [signed(value) for value in values.ravel()]) if room else 0.0

    # -- places --------------------------------------------------------------------------

    def centred(self, channel: int, height: int) -> int:
        """Upper end of something that stands in the middle of a channel's row."""
        return self.plan.rows[channel] + self.plan.row_middle - height // 2

    def plane(self, channel: int) -> Place:
        """Where the padded plane of a channel stands."""
        side, rows = self.plan.plane, self.plane_shape[0]
        left = self.plan.columns[0] + (self.plan.px(9) if self.stage["groups"] > 1 else 0)
        return Place(left, self.centred(channel, rows * side), (side, side), self.plan.zoom)

    def slice(self, channel: int) -> Place:
        """Where the filter's slice for a channel stands."""
        side = self.plan.slice
        return Place(self.plan.columns[1], self.centred(channel, self.kernel[0] * side), (side, side), self.plan.zoom)

    def products(self, channel: int) -> Place:
        """Where the products of a channel stand."""
        height = self.plan.product[1] * self.kernel[0]
        return Place(self.plan.columns[2], self.centred(channel, height), self.plan.product, self.plan.zoom)

    def sum(self, channel: int) -> tuple[int, int, int, int]:
        """The box of a channel's sum: x, y, width, height."""
        width, height = self.plan.px(SUM[0]), self.plan.px(SUM[1])
        return self.plan.columns[3] + self.plan.px(6), self.centred(channel, height), width, height

    @cached_property
    def total(self) -> tuple[int, int]:
        """Right end and first baseline of what is added below the sums."""
        last = self.reads[-1]
        x, y, width, height = self.sum(last)
        ends = [y + height, self.products(last).y + self.kernel[0] * self.plan.product[1]]
        if self.weighted:
            ends.append(self.slice(last).y + self.kernel[0] * self.plan.slice)
        return x + width, max(ends) + self.plan.px(22)

    @cached_property
    def output(self) -> Place:
        """Where the output stands."""
        side = self.plan.output
        return Place(self.plan.columns[4], self.plan.rows[0], (side, side), self.plan.zoom)

    @property
    def below_output(self) -> int:
        """The first baseline below the output."""
        return self.output.y + self.shape[0] * self.plan.output + self.plan.px(19)
