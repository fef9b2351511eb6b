"""A network as a Jupyter widget. Needs anywidget, the optional extra ``conv_viz[notebook]``."""

from __future__ import annotations

from typing import Any

import anywidget
import numpy as np
import traitlets

from conv_viz.linker import bundle, styles
from conv_viz.networks.walk import walk
from conv_viz.notebook.network import NetworkTable
from conv_viz.scenes.network import Looked, followed, looked_at, mend_asked, network_scene
from conv_viz.scenes.payload import encode


class NetworkWidget(anywidget.AnyWidget):
    """The table of a network's layers, and what one unit sees of the input: what `conv_viz.show` gives of a network.

    Traits, in step with the widget both ways: ``layer``, the layer that is looked at, ``unit`` (row, column), and
    ``effective``, whether torch's gradient stands beside the field. A layer that is not there, or cannot be reached,
    raises ``traitlets.TraitError``. Where the network breaks, a click takes the way out; ``table`` is then the mended
    one.

    >>> from conv_viz.notebook.network import network
    >>> shown = NetworkWidget(network("lenet5"))
    >>> shown.layer, shown.unit
    ('S4', (2, 2))
    >>> shown.layer = "C3"
    >>> shown.words
    'Unit (5, 5) of C3 sees rows 10–23 and columns 10–23: 196 of 1,024 pixels.'
    """

    _esm = bundle("hosts/notebook_network.js")
    _css = styles("stage/stage.css", "network/network.css", "hosts/notebook.css")
    payload = traitlets.Bytes().tag(sync=True)
    look = traitlets.Dict().tag(sync=True)
    layer = traitlets.Unicode()
    unit = traitlets.Tuple(traitlets.CInt(), traitlets.CInt())
    effective = traitlets.Bool(False).tag(sync=True)

    def __init__(self, table: NetworkTable, **more: Any) -> None:
        self.table = table
        looked = looked_at(table.walk)
        super().__init__(layer=looked.layer, unit=looked.unit, **more)
        self._draw()
        self.observe(self._told, "look")
        self.observe(self._draw, ["unit", "effective"])
        self.observe(self._layer, "layer")

    def __repr__(self) -> str:
        return repr(self.table)

    def _repr_html_(self) -> str:
        """The table alone, for where widgets cannot run."""
        return self.table._repr_html_()

    @property
    def words(self) -> str:
        """What the unit sees, in one sentence; empty where no layer has a place."""
        return self._words

    @traitlets.validate("layer")
    def _valid_layer(self, proposal: Any) -> Any:
        if proposal["value"] and proposal["value"] not in self.table.walk.by_name:
            raise traitlets.TraitError(f"There is no layer {proposal['value']!r} that the input reaches.")
        return proposal["value"]

    def _layer(self, change: Any) -> None:
        looked = looked_at(self.table.walk, change.new)
        if looked.unit == self.unit:
            self._draw()
        else:
            self.unit = looked.unit

    def _told(self, change: Any) -> None:
        """The browser tells of a layer, of a pixel, of a step of the unit, or that the break be mended."""
        mended, here = mend_asked(self.table.walk, change.new), looked_at(self.table.walk, self.layer, self.unit)
        if mended is not None:
            self.table = NetworkTable(walk(mended.network, mended.input_shape))
            looked: Looked | None = looked_at(self.table.walk)
        else:
            looked = followed(self.table.walk, here, change.new)
        if looked is not None:
            with self.hold_trait_notifications():
                self.layer, self.unit = looked.layer, looked.unit
            self._draw()
        self.look = {}  # so that the same click is news again

    def _gradient(self, looked: Looked) -> tuple[np.ndarray | None, str]:
        if not self.effective:
            return None, ""
        from conv_viz.lenses.network import effective  # imports torch

        return effective(self.table.walk, looked)

    def _draw(self, change: Any = None) -> None:
        looked = looked_at(self.table.walk, self.layer, self.unit)
        scene = network_scene(self.table.walk, looked, effective=self._gradient(looked))
        self._words = scene.header["chosen"]["words"] if scene.header["chosen"] else ""
        self.payload = encode(scene)
