"""A file's own numbers: a network runs with them as torch does, and a weight-normalised layer gets its weight."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import pytest
import torch
from safetensors.torch import save
from torch import nn
from torch.nn.utils import parametrizations

from conv_viz.compute.network import run_maps
from conv_viz.compute.traced import network_of
from conv_viz.lenses.model_weights import trained, weights_of
from conv_viz.models.onnx_network import network_in
from conv_viz.models.read import read_model
from conv_viz.networks.pasted import read_network
from conv_viz.weights.header import WeightsFileError
from tests.hostile_models import saved
from tests.models.onnx_nets import Residual, UpAndDown, exported, shaken
from tests.models.reading import read_in_this_process


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    read_in_this_process(monkeypatch)


def maps_of_torch(net: nn.Module, x: torch.Tensor) -> dict[str, np.ndarray]:
    """What torch's own modules return, by their paths."""
    held: dict[str, np.ndarray] = {}
    for path, part in [*net.named_modules(), ("softmax", net)]:
        part.register_forward_hook(lambda _, __, out, path=path: held.update({path: out[0].detach().numpy()}))
    with torch.inference_mode():
        net(x)
    return held


def assert_same_maps(made: dict[str, np.ndarray], net: nn.Module, x: torch.Tensor) -> None:
    """Every layer returns what torch's module of its name does.

    Wrong numbers differ by as much as the maps themselves; rounding, over the few layers here, by a millionth of it.
    """
    theirs = maps_of_torch(net, x)
    for path, maps in made.items():
        np.testing.assert_allclose(maps, theirs[path], rtol=0, atol=1e-4 * np.abs(theirs[path]).max())


NORMS = ("layer1.0.bn", "layer1.0.down.1", "layer1.1.bn", "layer1.1.down.1")
CASES = [
    (Residual(), (33, 37), False, ("stem", "pool", "layer1.0.conv", "layer1.1.down.0", *NORMS, "avg")),
    (Residual(), (33, 37), True, ("stem", "pool", "avg")),  # the convolutions of its blocks have their norms in them
    (UpAndDown(), (16, 20), True, ("a", "b", "up", "c", "d", "softmax")),
]


@pytest.mark.parametrize(("net", "size", "folded", "layers"), CASES, ids=["residual", "folded", "up and down"])
def test_an_onnx_file_runs_as_its_model(
    net: nn.Module, size: tuple[int, int], folded: bool, layers: tuple[str, ...]
) -> None:
    x = torch.rand(1, 3, *size)
    model = read_model(exported(shaken(net), tuple(x.shape), folded), "net.onnx")
    assert model.graph
    pictures = network_in(model.graph).network.until(layers[-1])
    found = trained(pictures, model)
    assert found.state is not None, found.why_not
    made = dict(run_maps(pictures, x[0].numpy(), state=found.state))
    assert_same_maps({name: made[name] for name in layers}, net, x)


@pytest.mark.parametrize("pack", [saved, save], ids=["pt", "safetensors"])
def test_a_state_dict_runs_in_a_network_of_its_names(pack) -> None:
    net, x = shaken(Residual()), torch.rand(1, 3, 33, 37)
    model = read_model(pack(net.state_dict()), "net.pt")
    network = network_of(net)
    pictures = network.until("avg")
    found = trained(pictures, model)
    assert found.state is not None, found.why_not
    made = dict(run_maps(pictures, x[0].numpy(), state=found.state))
    assert_same_maps({name: made[name] for name in ("stem", "pool", "layer1.0.conv", *NORMS, "avg")}, net, x)


def test_a_file_of_another_network_says_which_layer_does_not_fit() -> None:
    model = read_model(save(nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(8, 4, 3)).state_dict()))
    for text, words in (
        ("0: nn.Conv2d(3, 8, 3)\n2: nn.Conv2d(8, 4, 3)", "no layer 2"),
        ("0: nn.Conv2d(3, 8, 5)", "0 has another shape"),
        ("0: nn.Conv2d(3, 8, 3, bias=False)", "another bias"),
        ("0: nn.Conv2d(3, 8, 3)\nbn: nn.BatchNorm2d(8)", "no weight of bn"),
        ("a: nn.ReLU()", "no layer with weights"),
    ):
        found = trained(read_network(text).network, model)
        assert found.state is None and words in found.why_not
    assert trained(read_network("0: nn.Conv2d(3, 8, 3)").network, model).state is not None


def test_numbers_that_are_none_are_not_run() -> None:
    model = read_model(save({"0.weight": torch.full((8, 3, 3, 3), torch.nan)}))
    found = trained(read_network("0: nn.Conv2d(3, 8, 3, bias=False)").network, model)
    assert found.state is None and "NaN" in found.why_not


# -- weight normalisation --------------------------------------------------------------------


def normalised() -> nn.Module:
    torch.manual_seed(0)
    with pytest.warns(FutureWarning):
        old = nn.utils.weight_norm(nn.Conv2d(3, 4, 3))
    norm = parametrizations.weight_norm
    net = nn.Sequential(OrderedDict(
        old=old, new=norm(nn.Conv2d(4, 6, 5, bias=False)), up=norm(nn.ConvTranspose2d(6, 4, 2), dim=1),
        whole=norm(nn.Conv2d(4, 2, 1), dim=None), plain=nn.Conv2d(2, 2, 3),
    ))  # fmt: skip
    for name, tensor in net.named_parameters():
        if name.endswith(("weight_g", "original0")):
            tensor.data.uniform_(0.5, 2)
    return net


@pytest.mark.parametrize("pack", [saved, save], ids=["pt", "safetensors"])
def test_a_weight_normalised_layer_has_torchs_weight(pack) -> None:
    net = normalised()
    model = read_model(pack(net.state_dict()))
    assert [layer.name for layer in model.layers] == ["new", "old", "plain", "up", "whole"]
    with torch.inference_mode():
        net(torch.zeros(1, 3, 20, 20))  # the old kind computes its weight when it runs
    for layer in model.layers:
        module, made = net.get_submodule(layer.name), weights_of(model, layer)
        expected = module.weight.detach().numpy()
        np.testing.assert_allclose(made.weight, expected, rtol=0, atol=1e-5 * np.abs(expected).max())
        assert (made.bias is None) == (module.bias is None)
        assert (layer.scale is None) == (layer.name == "plain")


def test_a_direction_without_a_length_is_a_sentence() -> None:
    state = {"a.weight_v": torch.zeros(2, 1, 3, 3), "a.weight_g": torch.ones(2, 1, 1, 1)}
    model = read_model(save(state))
    with pytest.raises(WeightsFileError, match="NaN"):
        weights_of(model, model.layers[0])


def test_what_is_half_a_weight_is_no_layer() -> None:
    lengths = torch.ones(3, 1, 1, 1)
    for state in (
        {"a.weight_v": torch.ones(2, 1, 3, 3)},
        {"a.weight_v": torch.ones(2, 1, 3, 3), "a.weight_g": lengths},
    ):
        assert read_model(save(state)).layers == ()
    sparse = {"a.weight_v": torch.ones(2, 1, 3, 3).to_sparse(), "a.weight_g": torch.ones(2, 1, 1, 1)}
    (layer,) = read_model(saved(sparse)).layers
    assert layer.name == "a" and "sparse" in layer.problem
