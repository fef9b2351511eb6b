"""An ONNX graph as a network: the joints and shapes are torch's, and what is not known is said and left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from conv_viz.models.graph import Graph, GraphNode
from conv_viz.models.onnx_network import network_in
from conv_viz.models.read import read_model
from conv_viz.networks.graph import INPUT, NetworkError
from conv_viz.networks.joints import Multiply
from conv_viz.networks.listing import read_listing, write_listing
from conv_viz.networks.walk import walk
from tests.models.onnx_nets import Gated, Normed, Residual, Summed, UpAndDown, Viewed, exported, shaken

DATA = Path(__file__).parents[1] / "data"


def graph_of(data: bytes) -> Graph:
    graph = read_model(data, "net.onnx").graph
    assert graph is not None
    return graph


# -- files of torch's exporter -----------------------------------------------------------


@pytest.mark.parametrize(
    ("net", "shape", "folded"),
    [
        (Residual(), (1, 3, 33, 37), False),
        (UpAndDown(), (1, 3, 16, 20), True),
        (Viewed(), (1, 1, 28, 28), True),
        (Gated(), (1, 3, 16, 17), True),
        (Normed(), (1, 3, 9, 9), True),
    ],
    ids=["residual", "up and down", "viewed", "gated", "normed"],
)
def test_a_file_becomes_its_network(net: nn.Module, shape: tuple[int, ...], folded: bool) -> None:
    found = network_in(graph_of(exported(shaken(net), shape, folded)))
    assert found.notes == () and found.input_shape == shape
    told = walk(found.network, shape)
    assert told.output_shape == net(torch.zeros(shape)).shape
    assert read_listing(write_listing(found.network)) == found.network
    if not isinstance(net, UpAndDown | Viewed):
        assert told.parameters == sum(p.numel() for p in net.parameters())


def test_joints_and_names_are_those_of_the_model() -> None:
    network = network_in(graph_of(exported(shaken(Residual()), (1, 3, 33, 37), False))).network
    reads = {node.name: node.reads for node in network.nodes}
    assert reads["layer1.1.down.0"] == ("layer1.0.relu",) and reads["stem"] == (INPUT,)
    assert reads["layer1.1.add"] == ("layer1.1.bn", "layer1.1.down.1") and reads["fc"] == ("flatten",)
    codes = [node.operation.code() for node in network.nodes]
    assert "nn.BatchNorm2d(8, eps=0.001)" in codes
    assert "nn.MaxPool2d(kernel_size=3, stride=2, padding=1, ceil_mode=True)" in codes


def test_sizes_that_the_file_leaves_open() -> None:
    found = network_in(graph_of(exported(Viewed(), (2, 1, 28, 28), dynamic_axes={"x": {0: "n"}})))
    assert [node.operation.kind for node in found.network.nodes][-2:] == ["nn.Flatten", "nn.Linear"]
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))
    found = network_in(graph_of(exported(net, (1, 3, 9, 9), dynamic_axes={"x": {2: "h", 3: "w"}})))
    assert found.input_shape is None and walk(found.network, (1, 3, 40, 50)).output_shape == (1, 2)


def test_what_is_not_known_takes_with_it_what_depends_on_it() -> None:
    found = network_in(graph_of(exported(Summed(), (1, 3, 9, 9))))
    assert found.network.names == ("first", "gate", "sigmoid")
    assert found.notes == ("Not known here, and left out: CumSum (cumsum); 1 more depends on that.",)


def test_a_product_of_paths_is_a_joint() -> None:
    network = network_in(graph_of(exported(Gated(), (1, 3, 16, 17)))).network
    joints = [node.reads for node in network.nodes if node.operation == Multiply()]
    assert joints == [("first", "sigmoid"), ("multiply", "unflatten"), ("multiply_1", "sigmoid_1")]
    assert walk(network, (1, 3, 16, 17)).output_shape == (1, 2, 12, 13)


def test_norms_and_activations_in_several_nodes_are_told() -> None:
    """In version 17 a GELU is five nodes and a Mish three, and a group norm is five in all of them."""
    found = network_in(graph_of(exported(shaken(Normed()), (1, 3, 9, 9), opset_version=17)))
    assert [node.operation.code() for node in found.network.nodes] == [
        "nn.Conv2d(3, 48, kernel_size=3)", "nn.GroupNorm(24, 48)", "nn.GELU()",
        "nn.GroupNorm(4, 48, eps=0.001, affine=False)", "nn.GELU(approximate='tanh')", "nn.InstanceNorm2d(48)",
        "nn.Mish()", "nn.InstanceNorm2d(48, affine=True)", "nn.PReLU()", "nn.LayerNorm((48, 7, 7))", "nn.PReLU(48)",
        "nn.Hardswish()",
    ]  # fmt: skip


def test_a_file_of_torchs_newer_exporter_is_the_same_network() -> None:
    """Made with ``dynamo=True``, which needs a package more; its stack traces are taken out."""
    newer = network_in(graph_of((DATA / "gated_dynamo.onnx").read_bytes()))
    older = network_in(graph_of(exported(Gated(), (1, 3, 16, 17))))
    assert newer.notes == () and newer.input_shape == (1, 3, 16, 17)
    for one, other in zip(newer.network.nodes, older.network.nodes, strict=True):
        assert one.operation == other.operation
    assert {"first", "squeeze", "excite", "where", "last"} <= {*newer.network.names}


def test_what_makes_no_activation_is_named_itself() -> None:
    scaled = Graph(
        (GraphNode("twice", "Mul", ("x", "two"), ("a",)), GraphNode("", "Relu", ("a",), ("b",)),
         GraphNode("", "Conv", ("b", "w"), ("y",))),
        {"x": (1, 3, 9, 9)}, {"y": ()}, {"w": (8, 3, 3, 3), "two": ()}, {"two": (2.0,)},
    )  # fmt: skip
    with pytest.raises(NetworkError, match=r"Mul \(twice\) makes no activation that is known here"):
        network_in(scaled)


# -- single nodes --------------------------------------------------------------------------


def alone(op: str, attributes: dict[str, Any] | None = None, **more: Any) -> Graph:
    """A graph of one node; `parameters` and `constants` are read behind its input, in their order."""
    shape, rest = more.pop("shape", (1, 3, 9, 12)), [*more.get("parameters", {}), *more.get("constants", {})]
    node = GraphNode("", op, ("x", *more.pop("between", ()), *rest), ("y",), attributes or {})
    return Graph((node,), {"x": shape}, {"y": ()}, **more)


W = {"parameters": {"w": (8, 3, 3, 3)}}
KNOWN = [
    (alone("Conv", {"auto_pad": "SAME_UPPER", "strides": (2, 2)}, **W), "nn.ZeroPad2d((0, 1, 1, 1))"),
    (alone("Conv", {"auto_pad": "SAME_LOWER", "strides": (2, 2)}, **W), "nn.ZeroPad2d((1, 0, 1, 1))"),
    (alone("Conv", {"auto_pad": "SAME_UPPER"}, **W), "nn.Conv2d(3, 8, kernel_size=3, padding=1, bias=False)"),
    (alone("Conv", {"auto_pad": "VALID", "pads": (1,) * 4}, **W), "nn.Conv2d(3, 8, kernel_size=3, bias=False)"),
    (alone("Conv", {"pads": (0, 1, 2, 3)}, **W), "nn.ZeroPad2d((1, 3, 0, 2))"),
    (alone("MaxPool", {"kernel_shape": (3, 2)}), "nn.MaxPool2d(kernel_size=(3, 2), stride=1)"),
    (alone("AveragePool", {"kernel_shape": (2, 2), "strides": (2, 2)}), "count_include_pad=False"),
    (alone("GlobalMaxPool"), "nn.AdaptiveMaxPool2d(1)"),
    (alone("ReduceMean", {"axes": (-1, -2), "keepdims": 0}), "nn.Flatten()"),
    (alone("Clip", constants={"low": (0.0,), "high": (6.0,)}), "nn.ReLU6()"),
    (alone("Clip", {"min": -1.0, "max": 0.10000000149011612}), "nn.Hardtanh(min_val=-1.0, max_val=0.1)"),
    (alone("Softmax", {"axis": 1}, opset=13), "nn.Softmax(dim=1)"),
    (alone("Pad", constants={"pads": (0, 0, 1, 2, 0, 0, 3, 4)}), "nn.ZeroPad2d((2, 4, 1, 3))"),
    (alone("Upsample", {"mode": "nearest"}, constants={"scales": (1.0, 1.0, 2.0, 3.0)}),
     "nn.Upsample(scale_factor=(2, 3))"),
    (alone("Resize", {"mode": "nearest"}, between=("",), constants={"scales": (1.0, 1.0, 2.0, 2.0)}),
     "nn.Upsample(scale_factor=2)"),
]  # fmt: skip


@pytest.mark.parametrize(("graph", "code"), KNOWN, ids=[code for _, code in KNOWN])
def test_a_node_is_the_layer_that_computes_the_same(graph: Graph, code: str) -> None:
    found = network_in(graph)
    codes = [node.operation.code() for node in found.network.nodes]
    assert any(code in each for each in codes), codes
    assert walk(found.network, graph.inputs["x"]).output_shape


UNKNOWN = [
    (alone("Einsum"), "Einsum (y)"),
    (alone("Conv", {"pads": (1, 1, 1)}, **W), "has pads (1, 1, 1)"),
    (alone("Flatten", {"axis": "%1000000000d"}), "no whole number"),
    (alone("Conv", {"strides": (0, 0)}, **W), "stride"),
    (alone("Conv", {"group": "<b>"}, **W), "no whole number"),
    (alone("Conv", {"auto_pad": "SAME_UPPER", "strides": (2, 2)}, shape=(1, 3, 0, 0), **W), "leaves open"),
    (alone("Conv", parameters={"w": (8, 3, 3)}), "3 axes"),
    (alone("Conv", parameters={"w": (8, 4, 3, 3)}), "reads 4 input channels"),
    (alone("MaxPool", {"kernel_shape": (3, 3), "pads": (0, 0, 1, 1)}), "each side by itself"),
    (alone("ConvTranspose", {"output_shape": (9, 9)}, parameters={"w": (3, 8, 3, 3)}), "output's shape"),
    (alone("AveragePool", {"kernel_shape": (2, 2), "dilations": (2, 2)}), "dilations"),
    (alone("HardSigmoid"), "alpha 0.2"),
    (alone("Softmax", {"axis": 1}, opset=11), "axis 1"),
    (alone("Resize", {"mode": "nearest"}, between=("",), constants={"scales": (1.0, 1.0, 1.5, 1.5)}), "nearest"),
    (alone("Resize", {"mode": "cubic"}, between=("",), constants={"scales": (1.0, 1.0, 2.0, 2.0)}), "cubic"),
    (alone("Pad", {"mode": "reflect"}, constants={"pads": (0, 0, 1, 1, 0, 0, 1, 1)}), "reflect"),
    (alone("Flatten", {"axis": 2}), "axis 2"),
    (alone("Gemm", {"transB": 1}, parameters={"w": (5, 3)}), "12"),
]


@pytest.mark.parametrize(("graph", "words"), UNKNOWN, ids=[f"{g.nodes[0].op} {words}" for g, words in UNKNOWN])
def test_a_node_that_differs_is_not_taken_for_torchs(graph: Graph, words: str) -> None:
    with pytest.raises(NetworkError) as said:
        network_in(graph)
    assert words in str(said.value) and graph.nodes[0].op in str(said.value)


def test_what_is_no_network_is_one_sentence() -> None:
    a, b = GraphNode("a", "Relu", ("y",), ("x",)), GraphNode("b", "Relu", ("x",), ("y",))
    relu = GraphNode("r", "Relu", ("x",), ("y",))
    for graph, words in (
        (Graph((a, b), {"in": (1, 3, 8, 8)}, {"y": ()}), "cycle"),
        (Graph((relu,), {"x": (1, 3, 8, 8), "z": (1,)}, {"y": ()}), "has 2"),
        (Graph((relu,), {"x": (1, 10)}, {"y": ()}), "shape (1, 10)"),
        (Graph((relu,), {"x": (1, 3, 8, 8)}, {"y": (1, 3, 8, 9)}), "has shape (1, 3, 8, 9)"),
        (Graph((relu,), {"x": (1, 3, 8, 8)}, {"x": ()}), "no layer between"),
    ):
        with pytest.raises(NetworkError) as said:
            network_in(graph)
        assert words in str(said.value)


def test_names_of_a_file_are_names_of_lines() -> None:
    odd = GraphNode("<b>: add(), x", "Relu", ("x",), ("y",))
    found = network_in(Graph((odd, GraphNode("input", "Relu", ("y",), ("z",))), {"x": (1, 3, 8, 8)}, {"z": ()}))
    assert read_listing(write_listing(found.network)) == found.network
    assert found.network.names == ("b_add_x", "input_1")
