"""The stage in a notebook: `conv_viz.show`."""

from __future__ import annotations

import io
from base64 import b64encode
from html import escape
from typing import Any

import numpy as np

from conv_viz.scene import Scene
from conv_viz.subject import Subject

MOST_CELLS = 20_000
"""Input cells in view up to which the still picture is an SVG of the stage, of some 150 kB at most."""

HINT = "A still picture. To play and point at numbers: pip install anywidget, reload the page, run the cell again."


class Still:
    """The picture of a layer where no widget can run: a notebook shows it through ``_repr_html_``."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def __repr__(self) -> str:
        return f"<conv_viz: {self.scene.header['code']}>"

    def _repr_html_(self) -> str:
        return f"{still_picture(self.scene)}<p><small>{HINT}</small></p>"


def show(
    layer: Any,
    x: Any = None,
    *,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    seed: int = 0,
) -> Any:
    """The stage of a layer on an input, for the last line of a notebook's cell.

    Args:
        layer: an ``nn.Conv2d``, shown with its own weights; or a `conv_viz.ConvSpec`; or a line of code
            such as ``"nn.Conv2d(3, 8, 5)"``.
        x: the input, a tensor or an array of shape (N, C, H, W) or (C, H, W), float32 or float64; or only its
            shape, which a photograph then fills; without it a small photograph.
        weight, bias: weights (out_channels, in_channels/groups, kH, kW) and (out_channels,) for a layer
            that has none of its own.
        seed: what those that are not given are drawn from.

    Returns:
        A `conv_viz.widget.StageWidget`, whose traits ``cell`` (n, c, y, x) and ``filter`` follow the stage and
        move it; without the package anywidget a `Still`, which has ``_repr_html_`` only.

    Raises:
        ConvSpecError: for a layer or an input that cannot be; one sentence with the rule and the values.

    >>> stage = show("nn.Conv2d(3, 4, kernel_size=3, padding=1)", (2, 3, 8, 8))
    >>> stage.cell = (1, 3, 0, 7)
    >>> stage.filter
    3
    """
    subject = Subject.of(layer, x, weight=weight, bias=bias, seed=seed)
    try:
        from conv_viz.widget import StageWidget
    except ModuleNotFoundError as missing:
        if missing.name != "anywidget":
            raise
        return Still(subject.scene())
    return StageWidget(subject)


def still_picture(scene: Scene, cell: tuple[int, int] | None = None) -> str:
    """The layer as a piece of static HTML: the stage as an SVG at an output cell (row, column), or why there is none.

    A large layer, whose SVG would swell the notebook, shows its feature maps beside their filters instead.

    >>> "data:image/svg+xml" in still_picture(Subject.of("nn.Conv2d(1, 2, 3)").scene(), (1, 2))
    True
    """
    code = escape(scene.header["code"])
    if "stage" not in scene.header:
        return f"<p><code>{code}</code><br>{escape(scene.header.get('too_large', ''))}</p>"
    if scene.arrays["padded"].size > MOST_CELLS:
        return f"<p><code>{code}</code></p>{_image('png', _sheet(scene), code)}"
    from conv_viz.export import Look, export

    return _image("svg+xml", export(scene, "svg", Look(cell=cell)), code)


def _image(kind: str, data: bytes, words: str) -> str:
    return f'<img alt="{words}" src="data:image/{kind};base64,{b64encode(data).decode()}">'


def _sheet(scene: Scene) -> bytes:
    """PNG of the output and the filters in view."""
    from PIL import Image

    from conv_viz.gallery import sheet

    buffer = io.BytesIO()
    made = sheet(scene.arrays["output"], np.nan_to_num(scene.arrays["weight"]))
    Image.fromarray(made.image).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
