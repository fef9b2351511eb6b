"""The figure of a network: to scale, and words of a user as words."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from conv_viz.export.architecture import architecture, blocks
from conv_viz.layers.conv import ConvSpec
from conv_viz.networks.graph import Network, Node
from conv_viz.networks.presets import PRESETS
from conv_viz.networks.walk import walk


def test_heights_and_widths_are_to_scale() -> None:
    made = {block.name: block for block in blocks(walk(PRESETS["unet"].network, (1, 1, 256, 256)))}
    assert made["down1.conv1"].height == pytest.approx(4 * made["down3.conv1"].height)
    assert made["bottom.conv1"].width == pytest.approx(16 * made["down1.conv1"].width)


def test_the_same_network_gives_the_same_file() -> None:
    told = walk(PRESETS["resnet18"].network, (1, 3, 64, 64))
    assert architecture(told, "svg") == architecture(told, "svg")
    assert architecture(told, "pdf") == architecture(told, "pdf")


def test_names_are_text() -> None:
    net = Network.of([Node("<script>$x^{$</script>", ConvSpec(3, 8, 3))])
    svg = architecture(walk(net, (1, 3, 8, 8)), "svg", "$a_{$ <b>")
    root = ElementTree.fromstring(svg)
    assert not [node for node in root.iter() if node.tag.endswith("script")]
    assert "<script>$x^{$</script>" in "".join(root.itertext())
