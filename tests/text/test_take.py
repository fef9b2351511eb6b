"""What one takes along: every kind of code for any frame, links and HTML that say what they should."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from conv_viz.layers.conv import ConvSpec
from conv_viz.layers.same import tensorflow_same_sides
from conv_viz.layers.setup import Setup
from conv_viz.text.take import KINDS, code, embed, link, sides_of
from tests.strategies import layers


def run(text: str) -> dict:
    """Run code that was taken along, its assertions included."""
    names: dict = {}
    exec(text, names)
    return names


def full(arguments: dict) -> dict:
    """All nine arguments, as the frame has them."""
    return ConvSpec(**arguments).arguments()


@settings(max_examples=30)
@given(layers())
def test_code_of_a_layer_that_runs_is_there_and_compiles(case):
    arguments, shape = case
    setup = Setup.of(full(arguments), shape)
    for kind in KINDS:
        found = code(kind, setup)
        assert found.note
        if kind not in ("Keras",):
            assert found.code, kind
        compile(found.code, kind, "exec")
    spec = ConvSpec(**arguments)
    assert ConvSpec.parse(code("layer", setup).code) == spec
    assert tuple(run(code("with input", setup).code)["y"].shape) == spec.output_shape(shape)


@pytest.mark.numeric
@settings(max_examples=20)
@given(layers(), st.tuples(*[st.tuples(st.integers(0, 3), st.integers(0, 3))] * 2))
def test_padding_that_differs_by_side_computes_what_torch_computes(case, sides):
    arguments, shape = case
    setup = Setup.of({**full(arguments), "padding_mode": "zeros"}, shape)
    found = code("F.pad", setup, sides)
    if not found.code:
        assert "does not fit" in found.note
        return
    names = run(found.code)
    (top, bottom), (left, right) = sides
    spec = ConvSpec(**{**arguments, "padding": 0, "padding_mode": "zeros"})
    layer = torch.nn.Conv2d(**spec.arguments())
    layer.load_state_dict(names["layer"].state_dict())
    torch.testing.assert_close(names["y"], layer(torch.nn.functional.pad(names["x"], (left, right, top, bottom))))


STRIDED = dict(in_channels=3, out_channels=8, kernel_size=(3, 5), stride=(2, 2), padding="same", dilation=(1, 1),
               groups=1, bias=True, padding_mode="zeros")  # fmt: skip


def test_same_with_a_stride_is_refused_by_torch_and_written_with_a_pad():
    setup = Setup.of(STRIDED, (1, 3, 8, 9))
    for kind in set(KINDS) - {"F.pad"}:
        found = code(kind, setup)
        assert found.code == "" and "torch refuses it" in found.note and found.note.endswith("take the F.pad form.")
    names = run(code("F.pad", setup).code)
    assert tuple(names["y"].shape) == (1, 8, 4, 5)
    assert sides_of(setup) == tensorflow_same_sides(ConvSpec(**{**STRIDED, "padding": 0}), (1, 3, 8, 9))


@pytest.mark.parametrize("kind", KINDS)
def test_an_input_that_is_too_small_gets_the_rule(kind):
    setup = Setup.of({**STRIDED, "padding": 0, "kernel_size": (9, 9)}, (1, 3, 5, 5))
    found = code(kind, setup)
    assert kind == "layer" or (found.code == "" and "The kernel does not fit" in found.note)


class Attributes(HTMLParser):
    def handle_starttag(self, tag, attrs):
        self.found = (tag, dict(attrs))


texts = st.text(st.characters(codec="utf-8"), max_size=12)


@given(st.dictionaries(texts.filter(bool), texts.filter(bool), max_size=4), texts)
def test_html_to_embed_holds_the_link_and_nothing_else(query, title):
    address = link("https://example.org", query)
    assert {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()} == query
    parser = Attributes(convert_charrefs=True)
    parser.feed(embed(address, title))
    tag, attributes = parser.found
    assert tag == "iframe" and attributes["title"].splitlines() == title.splitlines()
    shown = {name: values[0] for name, values in parse_qs(urlsplit(attributes["src"]).query).items()}
    assert shown == {**query, "embed": "true"}
