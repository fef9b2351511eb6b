"""The board: the scene, its colours and where its grids stand. What `still` and `moving` draw from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from conv_viz.export.colors import Scale, Theme, diverging, input_scale
from conv_viz.export.grids import Place, number_size
from conv_viz.export.numbers import signed
from conv_viz.export.plan import SUM, Plan, cut_words
from conv_viz.scene import Scene

MOST_NUMBERS = 2_000  # a grid of more cells carries none


@dataclass(frozen=True, eq=False)
class Board:
    """A scene with its theme and plan."""

    scene: Scene
    theme: Theme
    plan: Plan

    @property
    def stage(self) -> dict:
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
    def cut(self) -> str:
        """What is not in view, in words; empty when everything is."""
        return cut_words(self.scene)

    def index(self, y: int, x: int) -> str:
        """An output cell as torch counts it, in the whole layer."""
        top, left = self.stage["origin"][:2]
        return f"output[{self.stage['sample']}, {self.stage['filter']}, {top + y}, {left + x}]"

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
    def weight_colors(self) -> np.ndarray:
        """Colours of the filter's slices: uint8 (slices, kH, kW, 3)."""
        return self.scales["weight"](self.scene.arrays["weight"][self.filter])

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
        side, rows = self.plan.plane, self.scene.arrays["padded"].shape[1]
        left = self.plan.columns[0] + (self.plan.px(9) if self.stage["groups"] > 1 else 0)
        return Place(left, self.centred(channel, rows * side), (side, side), self.plan.zoom)

    def slice(self, channel: int) -> Place:
        """Where the filter's slice for a channel stands."""
        side, rows = self.plan.slice, self.scene.arrays["weight"].shape[2]
        return Place(self.plan.columns[1], self.centred(channel, rows * side), (side, side), self.plan.zoom)

    def products(self, channel: int) -> Place:
        """Where the products of a channel stand."""
        height = self.plan.product[1] * self.scene.arrays["weight"].shape[2]
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
        taps = self.scene.arrays["weight"].shape[2]
        slice_bottom = self.slice(last).y + taps * self.plan.slice
        below = max(y + height, slice_bottom, self.products(last).y + taps * self.plan.product[1])
        return x + width, below + self.plan.px(22)

    @cached_property
    def output(self) -> Place:
        """Where the output stands."""
        side = self.plan.output
        return Place(self.plan.columns[4], self.plan.rows[0], (side, side), self.plan.zoom)

    @property
    def below_output(self) -> int:
        """The first baseline below the output."""
        return self.output.y + self.shape[0] * self.plan.output + self.plan.px(19)
