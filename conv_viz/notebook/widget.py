"""The stage as a Jupyter widget. Needs anywidget, the optional extra ``conv_viz[notebook]``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import anywidget
import numpy as np
import traitlets

from conv_viz.export.html import other_scenes, page
from conv_viz.images.drawn import Steps, drawn
from conv_viz.layers.part import Part, View
from conv_viz.lenses.subject import Subject
from conv_viz.linker import bundle, styles
from conv_viz.notebook.still import still_picture
from conv_viz.scenes.payload import encode
from conv_viz.scenes.stage import unit

Index = tuple[int, int, int, int]


class StageWidget(anywidget.AnyWidget):
    """The stage of one layer on one input.

    Traits, in step with the stage both ways:

    - ``cell``: the output cell (n, c, y, x) on which the play head rests; a layer with one axis is one row, y is 0;
    - ``filter``: the chosen filter, or channel of a pool, always ``cell[1]``;
    - ``channel``: the first input channel in view; of a pool it follows ``filter``;
    - ``input``: the input, an array of the shape that was given; another one of that shape may be set. Drawing on the
      stage sets it when the pen is lifted.

    A cell or a filter that is not there raises ``traitlets.TraitError``. Playing moves ``cell`` when it stops.

    >>> from conv_viz import ConvSpec
    >>> stage = StageWidget(Subject.of(ConvSpec(3, 40, 3), (1, 3, 7, 7)))
    >>> stage.cell
    (0, 0, 2, 0)
    >>> stage.filter = 20
    >>> stage.cell
    (0, 20, 2, 0)
    >>> stage.input = stage.input * 0
    >>> stage.input.shape, stage.input.any()
    ((1, 3, 7, 7), np.False_)
    """

    _esm = bundle("hosts/notebook.js")
    _css = styles("stage/stage.css", "hosts/notebook.css")
    payload = traitlets.Bytes().tag(sync=True)
    cell = traitlets.Tuple(*[traitlets.CInt()] * 4).tag(sync=True)
    filter = traitlets.CInt().tag(sync=True)
    channel = traitlets.CInt().tag(sync=True)
    input = traitlets.Instance(np.ndarray)

    def __init__(self, subject: Subject, **more: Any) -> None:
        self._subject = subject
        self._view = View()
        self._part = subject.part(self._view)
        scene = subject.scene()
        self._steps: Steps[np.ndarray] = Steps()
        super().__init__(payload=encode(scene), cell=self._first_cell(), input=subject.input, **more)
        self.observe(self._follow, ["cell", "filter", "channel"])
        self.observe(self._take, "input")
        self.on_msg(self._hear)

    def __repr__(self) -> str:
        return f"<conv_viz: {self._subject.head.spec.code()}, cell={self.cell}>"

    def _repr_html_(self) -> str:
        """A still picture, for where widgets cannot run: IPython sends it beside the widget."""
        return still_picture(self._subject.scene(self._view), (self.cell[2], self.cell[3]))

    def html(self, title: str = "") -> str:
        """The stage as a stand-alone HTML file, with the filter that is chosen now: see `conv_viz.export.html.page`.

        >>> StageWidget(Subject.of("nn.Conv2d(1, 1, 3)")).html("one filter")[:15]
        '<!DOCTYPE html>'
        """
        scene = self._subject.scene(self._view)
        return page(scene, title=title, others=other_scenes(scene, self._subject.scene))

    def _first_cell(self) -> Index:
        """Two fifths of the way in, so that the picture already shows something, as in the app."""
        rows, columns = len(self._part.rows), len(self._part.columns)
        y, x = divmod(rows * columns * 2 // 5, columns)
        return 0, 0, y, x

    @property
    def _limits(self) -> Index:
        head = self._subject.head
        rows, columns = (axis.output for axis in head.axes)
        return head.samples, head.out_channels, rows, columns

    @traitlets.validate("cell")
    def _valid_cell(self, proposal: Any) -> Any:
        value = proposal["value"]
        if not all(0 <= i < limit for i, limit in zip(value, self._limits, strict=True)):
            row = "" if self._subject.head.spec.dims == 2 else ", drawn as one row"
            raise traitlets.TraitError(f"There is no output cell {value}: the output has shape {self._limits}{row}.")
        return value

    @traitlets.validate("filter")
    def _valid_filter(self, proposal: Any) -> Any:
        filters = self._limits[1]
        if not 0 <= proposal["value"] < filters:
            what = unit(self._subject.head)
            raise traitlets.TraitError(f"There is no {what} {proposal['value']}: the layer has {filters}, from 0.")
        return proposal["value"]

    @traitlets.validate("channel")
    def _valid_channel(self, proposal: Any) -> Any:
        channels = self._subject.head.in_channels
        if not 0 <= proposal["value"] < channels:
            raise traitlets.TraitError(f"There is no channel {proposal['value']}: the layer reads {channels}, from 0.")
        return proposal["value"]

    @traitlets.validate("input")
    def _valid_input(self, proposal: Any) -> np.ndarray:
        held = self._subject.input
        given = np.array(proposal["value"], held.dtype, order="C")
        if given.shape != held.shape:
            raise traitlets.TraitError(
                f"The input of this stage has shape {held.shape}, not {given.shape}; show another stage for it."
            )
        given.flags.writeable = False  # a change in place would not be seen
        return given

    def _take(self, change: Any) -> None:
        self._show_input(change.new)

    def _show_input(self, given: np.ndarray) -> None:
        """Another input: torch runs it."""
        self._subject = replace(self._subject, input=given)
        self.payload = encode(self._subject.scene(self._view))

    def _hear(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """Something was drawn on the stage, as `conv_viz.images.drawn` reads it. The stage waits for an answer."""
        act = content.get("draw") if isinstance(content, dict) else None
        if isinstance(act, dict):
            before = self.payload
            self._draw(act)
            if self.payload == before:  # no other picture comes
                self.send({"drawn": False})

    def _draw(self, act: dict[str, Any]) -> None:
        if act.get("act") in ("undo", "redo"):
            there = self._steps.undone(self.input) if act["act"] == "undo" else self._steps.redone(self.input)
            if there is not None:
                self.input = there
            return
        planes = self._planes(self.input)
        made = drawn(planes, act)
        if made is None:
            return
        given = self.input.copy()
        self._planes(given)[:] = made
        if act.get("done") is False:
            self._show_input(given)  # the pen is down: `input` stays
        else:
            self._steps.did(self.input)
            self.input = given

    def _planes(self, given: np.ndarray) -> np.ndarray:
        """The sample that is shown, as planes (C, H, W) into `given`; a layer with one axis has planes of one row."""
        sample = given[self._view.sample] if given.ndim == self._subject.head.spec.dims + 2 else given
        return sample.reshape(len(sample), -1, sample.shape[-1])

    def _follow(self, change: Any) -> None:
        """Keep the traits in step with each other, and send another picture when this one does not show them."""
        sample, _, y, x = self.cell
        if change.name == "filter":
            self.cell = (sample, self.filter, y, x)
        elif change.name == "cell":
            self.filter = self.cell[1]
        if self.cell[1] == self.filter:
            self._show(*self.cell)

    def _show(self, sample: int, filter: int, y: int, x: int) -> None:
        view = View(sample, filter, self.channel, self._view.row, self._view.column)
        if y not in self._part.rows or x not in self._part.columns:
            view = View(sample, filter, self.channel, y, x)
        part = self._subject.part(view)
        if not _same(part, self._part):
            self.payload = encode(self._subject.scene(view))
        self._view, self._part = view, part
        self.channel = part.channels.start


def _same(a: Part, b: Part) -> bool:
    """Whether two parts are one picture: a filter in view is chosen in the browser."""
    return (a.sample, a.filters, a.channels, a.rows, a.columns) == (b.sample, b.filters, b.channels, b.rows, b.columns)
