"""A lens as a file: every lens on every layer is drawn or says why not, in the app and from Python; all can be kept."""

from __future__ import annotations

import io
from base64 import b64encode

import pytest
from PIL import Image

import conv_viz
from conv_viz.export import ExportError, Look, export
from conv_viz.layers.facts import FACTS
from conv_viz.layers.kinds import KINDS, parse
from conv_viz.layers.setup import Setup
from conv_viz.lenses.look import look_closer, through
from conv_viz.lenses.shelf import SHELF
from conv_viz.lenses.subject import Subject, usual_shape
from conv_viz.scenes.payload import decode, encode

SUBJECT = Subject.of("nn.Conv2d(4, 4, 3, padding=1, groups=2)", (1, 4, 5, 5))


@pytest.mark.parametrize("name", KINDS)
def test_every_lens_on_a_layer_is_drawn_and_kept_or_says_why_not(name: str) -> None:
    spec = parse(FACTS[name].example)
    shape = usual_shape(spec)
    for lens, title in SHELF.items():
        scene = through(lens, Setup.of(spec.arguments(), shape, name=name), {})
        shown = conv_viz.show(FACTS[name].example, shape, lens=lens)
        assert decode(shown.payload).header.get("says") == scene.header.get("says"), lens
        if "rows" not in scene.header:
            reason = scene.header.get("why_not") or scene.header["too_large"]
            with pytest.raises(ExportError) as raised:
                export(scene, "svg")
            assert str(raised.value) == reason and reason.endswith("."), lens
            continue
        assert title in export(scene, "svg").decode() and "image/svg" in shown._repr_html_()
        for page, packed in ((export(scene, "html").decode(), encode(scene)), (shown.html(), shown.payload)):
            assert b64encode(packed).decode() in page


@pytest.mark.parametrize("name", SHELF)
def test_every_lens_is_a_picture(name: str) -> None:
    scene = look_closer(name, SUBJECT)
    picture = Image.open(io.BytesIO(export(scene, "png", Look(theme="dark"))))
    assert picture.getpixel((1, 1)) == (20, 23, 28)
    assert len(set(picture.resize((64, 64)).tobytes())) > 8


def test_no_picture_is_a_sentence() -> None:
    with pytest.raises(ExportError, match="there is nothing to learn"):
        export(look_closer("learns", Subject.of("nn.MaxPool2d(2)")), "svg")
    with pytest.raises(ExportError, match="as a still"):
        export(look_closer("groups", SUBJECT), "gif")
