"""What print(model) tells of a file's layers: against torch's own printing of real models."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import save
from torch import nn

from conv_viz.compute.layer import spec_of as spec_of_module
from conv_viz.models.convolutions import spec_of
from conv_viz.models.model import of_safetensors
from conv_viz.models.printed import printed, tell


class Block(nn.Module):
    def __init__(self, groups: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(8, 8, 3, padding="same", groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.more = nn.Sequential(
            nn.ReLU(), nn.Conv2d(8, 8, (1, 3), stride=(1, 2), padding_mode="reflect", padding=(0, 1))
        )


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 7, stride=2, padding=3, dilation=2)
        self.blocks = nn.ModuleList([Block(8) for _ in range(3)] + [Block(2)])
        self.up = nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1, groups=2)
        self.wave = nn.Conv1d(4, 2, 5, dilation=3)
        self.head = nn.Linear(8, 2)


def test_every_layer_of_a_real_model_is_told():
    net = Net()
    model, sentence = tell(of_safetensors(save(net.state_dict())), str(net))
    assert sentence == "The text tells 11 of 11 layers."
    for layer in model.layers:
        assert spec_of(layer) == spec_of_module(net.get_submodule(layer.name)), layer.name
        assert layer.untold == () and layer.source == "print(model)"


def test_a_weight_alone_leaves_things_open():
    net = Net()
    model = of_safetensors(save(net.state_dict()))
    held = {layer.name: layer for layer in model.layers}
    assert held["stem"].untold == ("stride", "padding", "dilation", "groups")
    assert spec_of(held["stem"], {"stride": 2, "padding": 3, "dilation": 2}) == spec_of_module(net.stem)
    said = {"padding": "same", "groups": 8}
    assert spec_of(held["blocks.0.depthwise"], said) == spec_of_module(net.get_submodule("blocks.0.depthwise"))
    # its bias has 4 numbers, the weight begins with 8: it can only be transposed
    told = {"stride": 2, "padding": 1, "output_padding": 1}
    assert spec_of(held["up"], told) == spec_of_module(net.up)


def test_names_may_differ_at_their_beginning():
    net = Net()
    state = {f"backbone.{name}": tensor for name, tensor in net.state_dict().items()}
    _, sentence = tell(of_safetensors(save(state)), str(net))
    assert sentence == "The text tells 11 of 11 layers."


def test_a_layer_of_another_shape_is_named():
    net, other = Net(), Net()
    other.stem = nn.Conv2d(1, 8, 7)
    model, sentence = tell(of_safetensors(save(net.state_dict())), str(other))
    assert sentence == "The text tells 10 of 11 layers. stem has another shape in it."
    assert model.layer("stem").source == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "No convolution"),
        ("Net(\n  (fc): Linear(in_features=3, out_features=2)\n)", "No convolution"),
        ("Net(\n  (other): Conv2d(1, 1, kernel_size=(1, 1), stride=(1, 1))\n)", "none is a layer of this file"),
        ("x" * 300_000, "at most 200,000"),
        ("(0-9999): 9999 x A(\n" + "".join(f"{' ' * i}(0-9999): 9999 x A(\n" for i in range(1, 50)), "more than 5,000"),
        ("(" * 100_000, "No convolution"),
        ("Net(\n  (stem): Conv2d(__import__('os').system('x'), 8, kernel_size=7)\n)", "No convolution"),
    ],
)
def test_a_text_that_tells_nothing_is_one_sentence(text, words):
    with pytest.raises(ValueError, match=words):
        tell(of_safetensors(save({"stem.weight": torch.ones(8, 3, 7, 7)})), text)


def test_a_printed_layer_may_have_children():
    text = "Net(\n  (conv): Conv2d(\n    3, 8, kernel_size=(3, 3), stride=(2, 2)\n    (norm): BatchNorm2d(8)\n  )\n)"
    assert printed(text) == {
        "conv": ("Conv2d", {"in_channels": 3, "out_channels": 8, "kernel_size": (3, 3), "stride": (2, 2)})
    }
