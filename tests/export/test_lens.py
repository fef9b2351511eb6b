"""A lens as a file: what the browser shows stands in the SVG and the HTML page, and a PNG is painted."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from conv_viz.export import ExportError, Look, export
from conv_viz.lenses.look import look_closer
from conv_viz.lenses.shelf import SHELF
from conv_viz.lenses.subject import Subject

SUBJECT = Subject.of("nn.Conv2d(4, 4, 3, padding=1, groups=2)", (1, 4, 5, 5))


@pytest.mark.parametrize("name", SHELF)
def test_every_lens_is_a_file(name: str) -> None:
    scene = look_closer(name, SUBJECT)
    svg = export(scene, "svg").decode()
    assert SHELF[name] in svg and scene.header["says"][0][:30].replace("'", "&apos;")[:12] in svg
    picture = Image.open(io.BytesIO(export(scene, "png", Look(theme="dark"))))
    assert picture.getpixel((1, 1)) == (20, 23, 28)
    assert len(set(picture.resize((64, 64)).tobytes())) > 8
    assert b"lens" in export(scene, "html")


def test_no_picture_is_a_sentence() -> None:
    with pytest.raises(ExportError, match="there is nothing to learn"):
        export(look_closer("learns", Subject.of("nn.MaxPool2d(2)")), "svg")
    with pytest.raises(ExportError, match="as a still"):
        export(look_closer("groups", SUBJECT), "gif")
