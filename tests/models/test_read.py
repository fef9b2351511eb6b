"""Files of every kind against who wrote them: torch, safetensors, onnx."""

from __future__ import annotations

import io

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import save
from torch import nn

from conv_viz.compute.layer import spec_of as spec_of_module
from conv_viz.models.convolutions import spec_of
from conv_viz.models.model import of_safetensors
from conv_viz.models.onnx_schema import MESSAGES, ONE
from conv_viz.models.read import read_model
from tests.hostile_models import saved


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 7, stride=2, padding=3)
        self.layers = nn.Sequential(*(nn.Conv2d(8, 8, 3, groups=8, bias=False) for _ in range(11)))
        self.up = nn.ConvTranspose2d(8, 4, 2, stride=2)
        self.wave = nn.Conv1d(4, 2, 5)
        self.solid = nn.Conv3d(1, 2, 3)
        self.head = nn.Linear(8, 2)


NET = Net()
NAMES = [*(f"layers.{i}" for i in range(11)), "solid", "stem", "up", "wave"]


def same_numbers(model, net):
    for layer in model.layers:
        if layer.name == "solid":
            continue
        module = net.get_submodule(layer.name)
        weights = model.weights(layer)
        np.testing.assert_array_equal(weights.weight, module.weight.detach().float().numpy())
        assert (weights.bias is None) == (module.bias is None)
        if weights.bias is not None:
            np.testing.assert_array_equal(weights.bias, module.bias.detach().float().numpy())


def test_safetensors_are_listed_in_the_order_that_people_count_in():
    model = read_model(save(NET.state_dict()), "net.safetensors")
    assert [layer.name for layer in model.layers] == NAMES
    assert model.tensors == len(NET.state_dict()) and model.notes == ()
    same_numbers(model, NET)


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize("wrap", [
    lambda state: state,
    lambda state: {"epoch": 3, "state_dict": {f"module.{name}": t for name, t in state.items()}, "lr": 1},
    lambda state: {"model": dict(state), "args": [1, 2, "x"]},
])  # fmt: skip
def test_a_state_dict_in_its_usual_wrappings(wrap):
    model = read_model(saved(wrap(NET.state_dict())), "net.pt")
    assert [layer.name for layer in model.layers] == NAMES
    same_numbers(model, NET)


@pytest.mark.usefixtures("in_this_process")
def test_the_old_format_of_torch():
    model = read_model(saved(NET.state_dict(), _use_new_zipfile_serialization=False))
    assert [layer.name for layer in model.layers] == NAMES
    same_numbers(model, NET)


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_of_a_state_dict(dtype):
    net = Net().to(dtype)
    same_numbers(read_model(saved(net.state_dict())), net)


@pytest.mark.usefixtures("in_this_process")
def test_a_tensor_in_another_order_of_memory():
    weight = torch.arange(2 * 3 * 4 * 5.0).reshape(2, 3, 4, 5)
    turned = {"a.weight": weight.permute(0, 1, 3, 2), "b.weight": weight.to(memory_format=torch.channels_last)}
    model = read_model(saved(turned))
    for layer in model.layers:
        np.testing.assert_array_equal(model.weights(layer).weight, turned[f"{layer.name}.weight"].numpy())


def test_a_weight_that_is_opened_does_not_keep_the_file():
    content = save(NET.state_dict())
    model = read_model(content)
    weight = model.weights(model.layer("stem")).weight
    assert weight.base is None and weight.flags.owndata


def test_a_file_of_one_layer():
    model = of_safetensors(save(nn.Conv2d(3, 8, 5).state_dict()))
    (layer,) = model.layers
    assert (layer.name, layer.title, layer.bias.shape) == ("", "weight", (8,))


def test_no_convolution_is_said():
    model = read_model(save(nn.Linear(3, 2).state_dict()))
    assert model.layers == () and "holds no convolution" in model.notes[0]
    model = read_model(saved(nn.Linear(3, 2).state_dict()))
    assert model.layers == () and "no convolution among them" in model.notes[0]


# -- ONNX ------------------------------------------------------------------------------


def node_of(module: nn.Module, name: str, weight: str, inputs: str, output: str) -> tuple[onnx.NodeProto, list]:
    """The node that computes what a layer of torch does, as torch's exporter writes it."""
    attributes = {
        "kernel_shape": list(module.kernel_size), "strides": list(module.stride), "dilations": list(module.dilation),
        "group": module.groups, "pads": [*module.padding] * 2,
    }  # fmt: skip
    op = "ConvTranspose" if "Transpose" in type(module).__name__ else "Conv"
    if op == "ConvTranspose":
        attributes["output_padding"] = list(module.output_padding)
    tensors = [numpy_helper.from_array(module.weight.detach().numpy(), weight)]
    names = [inputs, weight]
    if module.bias is not None:
        tensors.append(numpy_helper.from_array(module.bias.detach().numpy(), weight.replace("weight", "bias")))
        names.append(tensors[-1].name)
    return helper.make_node(op, names, [output], name, **attributes), tensors


def exported(layers: dict[str, nn.Module]) -> bytes:
    nodes, tensors = [], []
    for i, (name, module) in enumerate(layers.items()):
        node, held = node_of(module, f"/{name}/Conv", f"{name}.weight", f"v{i}", f"v{i + 1}")
        nodes.append(node)
        tensors += held
    ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 3, "h", 32]) for n in ("v0", f"v{len(nodes)}")]
    model = helper.make_model(helper.make_graph(nodes, "net", ends[:1], ends[1:], tensors))
    onnx.checker.check_model(model)
    return model.SerializeToString()


LAYERS = {
    "stem": nn.Conv2d(3, 8, (7, 5), stride=(2, 1), padding=(3, 2), bias=False),
    "deep.dw": nn.Conv2d(8, 8, 3, padding=2, dilation=2, groups=8),
    "up": nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1, groups=2),
    "wave": nn.Conv1d(4, 2, 5, stride=3, padding=1),
}


def test_an_onnx_node_tells_what_its_weight_does_not():
    model = read_model(exported(LAYERS), "net.onnx")
    assert [layer.name for layer in model.layers] == [*LAYERS]
    for layer in model.layers:
        module = LAYERS[layer.name]
        assert spec_of(layer) == spec_of_module(module)
        assert layer.untold == () and layer.source == "the ONNX node"
        np.testing.assert_array_equal(model.weights(layer).weight, module.weight.detach().numpy())
    graph = model.graph
    assert graph.edges == ((0, 1), (1, 2), (2, 3)) and graph.inputs == {"v0": (1, 3, 0, 32)}
    assert graph.parameters["stem.weight"] == (8, 3, 7, 5) and graph.nodes[1].attributes["group"] == 8


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize("kind", ["float_data", "float16", "double", "bfloat16"])
def test_every_way_of_writing_numbers_in_onnx(kind):
    weight = np.arange(2 * 1 * 2 * 2, dtype=np.float32).reshape(2, 1, 2, 2)
    types = {"float16": TensorProto.FLOAT16, "double": TensorProto.DOUBLE, "bfloat16": TensorProto.BFLOAT16}
    tensor = helper.make_tensor("c.weight", types.get(kind, TensorProto.FLOAT), weight.shape, weight.ravel())
    ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in "xy"]
    node = helper.make_node("Conv", ["x", "c.weight"], ["y"])
    data = helper.make_model(helper.make_graph([node], "g", ends[:1], ends[1:], [tensor])).SerializeToString()
    model = read_model(data)
    np.testing.assert_array_equal(model.weights(model.layers[0]).weight, weight)


def test_sides_that_differ_are_said():
    weight = numpy_helper.from_array(np.ones((2, 1, 3, 3), np.float32), "c.weight")
    ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in "xy"]
    for attributes, words in (
        ({"pads": [0, 0, 1, 1]}, "F.pad"),
        ({"auto_pad": "SAME_UPPER", "strides": [2, 2]}, "SAME_"),
    ):
        node = helper.make_node("Conv", ["x", "c.weight"], ["y"], **attributes)
        data = helper.make_model(helper.make_graph([node], "g", ends[:1], ends[1:], [weight])).SerializeToString()
        (layer,) = read_model(data).layers
        assert words in layer.note


def test_the_descriptor_is_onnxs_own():
    theirs = {
        "Dimension": onnx.TensorShapeProto.Dimension.DESCRIPTOR, "TensorType": onnx.TypeProto.Tensor.DESCRIPTOR,
    }  # fmt: skip
    for name, fields in MESSAGES.items():
        original = theirs.get(name) or getattr(onnx, name).DESCRIPTOR
        for field, number, label, kind in fields:
            found = original.fields_by_name[field]
            repeated = found.is_repeated if hasattr(found, "is_repeated") else found.label == found.LABEL_REPEATED
            assert (found.number, repeated) == (number, label != ONE), (name, field)
            if isinstance(kind, int) and found.enum_type is None:
                assert found.type == kind, (name, field)


def test_a_layer_that_torch_exports():
    net = nn.Sequential(nn.Conv2d(3, 4, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(4, 2, 3, groups=2)).eval()
    buffer = io.BytesIO()
    torch.onnx.export(net, (torch.ones(1, 3, 8, 8),), buffer, dynamo=False)
    model = read_model(buffer.getvalue())
    assert [spec_of(layer) for layer in model.layers] == [spec_of_module(net[0]), spec_of_module(net[2])]
    assert [layer.name for layer in model.layers] == ["0", "2"]
