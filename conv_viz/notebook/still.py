"""A layer as a picture that does not move, for a notebook in which no widget can run."""

from __future__ import annotations

import io
from base64 import b64encode
from html import escape

import numpy as np

from conv_viz.scenes.scene import Scene

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


def still_picture(scene: Scene, cell: tuple[int, int] | None = None) -> str:
    """The layer as a piece of static HTML: the stage as an SVG at an output cell (row, column), or why there is none.

    A large layer, whose SVG would swell the notebook, shows its feature maps instead, with the filters if it has any.

    >>> from conv_viz.lenses.subject import Subject
    >>> "data:image/svg+xml" in still_picture(Subject.of("nn.Conv2d(1, 2, 3)").scene(), (1, 2))
    True
    """
    code = escape(scene.header["code"])
    if "rows" in scene.header:
        from conv_viz.export import Look, export

        return _image("svg+xml", export(scene, "svg", Look()), code)
    if "stage" not in scene.header:
        return (
            f"<p><code>{code}</code><br>{escape(scene.header.get('too_large') or scene.header.get('why_not', ''))}</p>"
        )
    if scene.arrays["padded"].size > MOST_CELLS:
        return f"<p><code>{code}</code></p>{_image('png', _sheet(scene), code)}"
    from conv_viz.export import Look, export

    return _image("svg+xml", export(scene, "svg", Look(cell=cell)), code)


def _image(kind: str, data: bytes, words: str) -> str:
    return f'<img alt="{words}" src="data:image/{kind};base64,{b64encode(data).decode()}">'


def _sheet(scene: Scene) -> bytes:
    """PNG of the output in view, and of the filters."""
    from PIL import Image

    from conv_viz.images.contact_sheet import sheet

    weight = scene.arrays.get("weight")
    made = sheet(scene.arrays["output"], None if weight is None else np.nan_to_num(weight))
    buffer = io.BytesIO()
    Image.fromarray(made.image).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
