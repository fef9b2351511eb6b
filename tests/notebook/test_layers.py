"""conv_viz.show of a whole model: its layers, and one of them on what the model hands to it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from conv_viz import ConvSpecError, show
from conv_viz.lenses.subject import Subject
from conv_viz.scenes.payload import decode


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.block = nn.Sequential(nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, groups=2))
        self.unused = nn.Conv2d(1, 1, 3)
        self.solid = nn.Conv3d(1, 1, 3)
        self.drop = nn.Dropout(0.5)

    def forward(self, x: torch.Tensor, scale: float = 1.0) -> torch.Tensor:
        return self.block(self.drop(self.norm(self.conv1(x)) * scale))


def test_every_layer_is_listed_in_the_models_order() -> None:
    layers = show(Net())
    assert [*layers] == ["conv1", "block.1", "block.2", "unused", "solid"] and len(layers) == 5
    assert "block.2  nn.Conv2d(4, 6, kernel_size=3, groups=2)" in repr(layers)
    assert "<code>block.2</code>" in layers._repr_html_()


def test_with_an_input_it_runs_up_to_the_layer() -> None:
    net, x = Net(), torch.rand(2, 3, 8, 10)
    net.train()
    stage = show(net, x)["block.2"]
    with torch.no_grad():
        net.eval()
        expected = net.block[1](net.block[0](net.norm(net.conv1(x))))
        net.train()
    np.testing.assert_allclose(decode(stage.payload).arrays["padded"], expected[0].numpy(), rtol=1e-6)
    assert net.training and net.norm.training and int(net.norm.num_batches_tracked) == 0
    assert not net.conv1._forward_pre_hooks and not net.block[2]._forward_pre_hooks


@pytest.mark.parametrize("x", [(1, 3, 9, 9), np.zeros((1, 3, 9, 9), np.float32), (torch.rand(1, 3, 9, 9), 2.0)])
def test_an_input_is_a_shape_an_array_or_several(x: object) -> None:
    assert show(Net(), x)["block.1"].cell == (0, 0, 1, 2)


def test_a_place_in_the_list_opens_it_too() -> None:
    assert repr(show(Net())[1]).startswith("<conv_viz: nn.MaxPool2d")


def test_what_cannot_be_opened_is_said() -> None:
    for name, x, words in (
        ("nothing", None, "no window layer 'nothing'; it has conv1, block.1"),
        ("solid", None, "solid: One of nn.Conv2d"),
        ("unused", torch.rand(1, 3, 8, 8), "never calls unused"),
        ("conv1", torch.rand(1, 5, 8, 8), "expected input"),
        ("block.2", torch.rand(1, 5, 8, 8), "fails before it reaches block.2"),
    ):
        with pytest.raises(ConvSpecError) as caught:
            show(Net(), x)[name]
        assert words in str(caught.value) or name == "conv1"


def test_a_subject_is_one_layer_and_names_those_of_a_model() -> None:
    with pytest.raises(ConvSpecError, match=r"It holds conv1, block.1, block.2, unused: take one"):
        Subject.of(Net())


def test_html_in_names_is_text() -> None:
    net = nn.Module()
    net.add_module("<img src=x onerror=alert(1)>", nn.Conv2d(1, 1, 1))
    assert "<img" not in show(net)._repr_html_()
