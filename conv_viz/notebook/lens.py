"""A lens as a Jupyter widget. Needs anywidget, the optional extra ``conv_viz[notebook]``."""

from __future__ import annotations

from typing import Any

import anywidget
import traitlets

from conv_viz.export.html import page
from conv_viz.linker import bundle, styles
from conv_viz.notebook.still import still_picture
from conv_viz.scenes.payload import encode
from conv_viz.scenes.scene import Scene


class LensWidget(anywidget.AnyWidget):
    """A closer look at one layer: what `conv_viz.show` gives with ``lens=``.

    >>> from conv_viz.notebook.show import show
    >>> show("nn.Conv2d(1, 1, 3)", (1, 4, 4), lens="matrix", form="sparse")
    <conv_viz: As a matrix of nn.Conv2d(1, 1, kernel_size=3)>
    """

    _esm = bundle("hosts/notebook_lens.js")
    _css = styles("stage/stage.css", "lens/lens.css", "hosts/notebook.css")
    payload = traitlets.Bytes().tag(sync=True)

    def __init__(self, scene: Scene, **more: Any) -> None:
        self._scene = scene
        super().__init__(payload=encode(scene), **more)

    def __repr__(self) -> str:
        return f"<conv_viz: {self._scene.header['title']} of {self._scene.header['code']}>"

    def _repr_html_(self) -> str:
        """A still picture, for where widgets cannot run."""
        return still_picture(self._scene)

    def html(self, title: str = "") -> str:
        """The lens as a stand-alone HTML file."""
        return page(self._scene, title=title)
