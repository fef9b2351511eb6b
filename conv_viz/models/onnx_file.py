"""An ONNX file -> its graph and the weights of its convolutions. Runs in a process of its own: a file may be large
in memory that is small on disk. Nothing that a file names outside itself is opened.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable
from typing import Any

from google.protobuf.message import DecodeError

from conv_viz import apart
from conv_viz.limits import GRAPH_NODES, MODEL_MEMORY, TENSORS
from conv_viz.models.found import NORM
from conv_viz.models.onnx_schema import model_proto
from conv_viz.models.packed import Tensor, packed
from conv_viz.models.paths import path_of
from conv_viz.weights.header import BYTES, WeightsFileError

UNREADABLE = "This is no ONNX file that can be read; export the model again."
CONVOLUTIONS = ("Conv", "ConvTranspose")
NORM_NODE = "BatchNormalization"
SMALL = 16
"""Numbers of a tensor up to which it may say a size, axes or borders."""
ROW = 16_384
"""Numbers of a row, one for each channel, in which one is looked for that all are."""
TYPES = {1: "F32", 10: "F16", 11: "F64", 16: "BF16"}
"""ONNX's ``TensorProto.DataType`` -> safetensors' name; others are no floating-point numbers that are read."""
EXTERNAL = "Its numbers lie in another file, and none is opened from here; save the model with its data inside."


def serve() -> None:
    """What the other process does."""
    apart.limit(MODEL_MEMORY)
    try:
        said, tensors = read(sys.stdin.buffer.read())
    except (WeightsFileError, MemoryError) as error:
        full = "The file takes more memory than one may; save fewer layers."
        apart.answer({"refused": full if isinstance(error, MemoryError) else str(error)})
        return
    apart.answer(said, *packed(tensors))


def read(data: bytes) -> tuple[dict[str, Any], list[Tensor]]:
    """What the file says, as plain lists, and the weights and biases of its convolutions.

    The tensors are called ``<layer>.weight`` and ``<layer>.bias``. Raises `WeightsFileError`.
    """
    model = _parsed(data)
    graph = model.graph
    if not graph.node:
        raise WeightsFileError(UNREADABLE)
    if len(graph.node) > GRAPH_NODES or len(graph.initializer) > TENSORS:
        raise WeightsFileError(
            f"The graph has {len(graph.node):,} nodes and {len(graph.initializer):,} tensors; "
            f"at most {GRAPH_NODES:,} and {TENSORS:,} are read."
        )
    held = {tensor.name: tensor for tensor in graph.initializer}
    if len(held) != len(graph.initializer):
        raise WeightsFileError("The file names a tensor twice, and which is meant cannot be told; export it again.")
    for node in graph.node:
        if node.op_type == "Constant" and node.output:
            held.update((node.output[0], a.t) for a in node.attribute if a.name == "value" and a.HasField("t"))
    tensors: list[Tensor] = []
    named = _named(graph.node)
    layers = [_layer(node, held, tensors, name) for node, name in named if node.op_type in CONVOLUTIONS]
    for node, name in named:
        if node.op_type == NORM_NODE:
            _norm(node, held, tensors, name)
    names = {id(node): name for node, name in named}
    said = {
        "tensors": len(held),
        "layers": layers,
        "graph": {
            "nodes": [_node(node, names.get(id(node), "")) for node in graph.node],
            "inputs": {v.name: _shape(v) for v in graph.input if v.name not in held},
            "outputs": {v.name: _shape(v) for v in graph.output},
            "parameters": {name: list(tensor.dims) for name, tensor in held.items()},
            "constants": _constants(graph.node, held),
            "opset": max((i.version for i in model.opset_import if i.domain in ("", "ai.onnx")), default=0),
        },
    }
    return said, tensors


def _parsed(data: bytes) -> Any:
    model = model_proto()()
    try:
        model.ParseFromString(data)
    except (DecodeError, RuntimeError):
        raise WeightsFileError(UNREADABLE) from None
    return model


def _named(nodes: Iterable[Any]) -> list[tuple[Any, str]]:
    """Every convolution and batch norm with a name of its own: the module's path where the weight has kept it."""
    names: dict[str, int] = {}
    found = []
    for node in nodes:
        if node.op_type not in (*CONVOLUTIONS, NORM_NODE) or node.domain not in ("", "ai.onnx"):
            continue
        weight = node.input[1] if len(node.input) > 1 else ""
        name = weight.removesuffix(".weight") if weight.endswith(".weight") else path_of(node.name) or weight
        name = name or (node.output[0] if node.output else node.op_type)
        names[name] = names.get(name, 0) + 1
        found.append((node, name if names[name] == 1 else f"{name} ({names[name]})"))
    return found


def _layer(node: Any, held: dict[str, Any], tensors: list[Tensor], name: str) -> dict[str, Any]:
    """One convolution as plain values; its tensors are added to `tensors` if they can be read."""
    weight, bias = (held.get(n) if n else None for n in [*node.input, "", "", ""][1:3])
    said = {"name": name, "op": node.op_type, "attributes": _attributes(node), "shape": [], "bias": bias is not None}
    if weight is None:
        return {
            **said,
            "problem": "Its weight is no tensor of the file but computed in the graph, so there is none to show.",
        }
    said["shape"] = list(weight.dims)
    read, problem = [], ""
    for tensor, what in ((weight, "weight"), (bias, "bias")):
        if tensor is not None and not problem:
            numbers, problem = _numbers(tensor)
            read.append((f"{name}.{what}", TYPES.get(tensor.data_type, ""), tuple(tensor.dims), numbers))
    if not problem:
        tensors += read
    return {**said, "problem": problem}


def _norm(node: Any, held: dict[str, Any], tensors: list[Tensor], name: str) -> None:
    """The numbers of a batch norm, if all four can be read."""
    given = [held.get(n) for n in node.input[1:5]]
    read = [(tensor, *_numbers(tensor)) for tensor in given if tensor is not None]
    if len(read) == len(NORM) and not any(problem for *_, problem in read):
        tensors += [
            (f"{name}.{what}", TYPES[tensor.data_type], tuple(tensor.dims), numbers)
            for what, (tensor, numbers, _) in zip(NORM, read, strict=True)
        ]


def _constants(nodes: Iterable[Any], held: dict[str, Any]) -> dict[str, list[float]]:
    """The numbers of small tensors, by name: what other nodes read as sizes, axes and borders."""
    found = {
        name: values for name, tensor in held.items() if (values := _small(tensor) or _uniform(tensor)) is not None
    }
    for node in nodes:
        if node.op_type == "Constant" and node.output:
            for name, value in _attributes(node).items():
                if name in ("value_int", "value_float"):
                    found[node.output[0]] = [value]
                elif name in ("value_ints", "value_floats"):
                    found[node.output[0]] = value
    return found


def _small(tensor: Any) -> list[float] | None:
    """The numbers of a small tensor of whole or floating-point numbers; None for any other."""
    import numpy as np

    kinds = {1: ("<f4", tensor.float_data), 6: ("<i4", tensor.int32_data), 7: ("<i8", tensor.int64_data)}
    if tensor.data_location or tensor.data_type not in kinds or not all(0 <= size <= SMALL for size in tensor.dims):
        return None
    kind, listed = kinds[tensor.data_type]
    count = math.prod(tensor.dims)
    raw = tensor.raw_data
    if count > SMALL or len(raw) not in (0, count * int(kind[-1])):
        return None
    values = np.frombuffer(raw, kind).tolist() if raw else [*listed]
    return values if len(values) == count and all(map(math.isfinite, values)) else None


def _uniform(tensor: Any) -> list[float] | None:
    """The one number that all of a row of float32 are: a weight of ones or a bias of zeros that changes nothing."""
    import numpy as np

    if tensor.data_location or tensor.data_type != 1 or not SMALL < math.prod(tensor.dims) <= ROW:
        return None
    values = np.frombuffer(tensor.raw_data, "<f4") if len(tensor.raw_data) == 4 * math.prod(tensor.dims) else None
    same = values is not None and bool((values == values[0]).all())
    return [float(values[0])] if values is not None and same else None


def _numbers(tensor: Any) -> tuple[Any, str]:
    """The bytes of a tensor, or why there are none."""
    if tensor.data_location or tensor.external_data:
        return b"", EXTERNAL
    if tensor.data_type not in TYPES:
        return b"", "It holds no floating-point numbers; export the model in float32."
    if not tensor.dims or not all(0 < size < 2**31 for size in tensor.dims):
        return b"", f"It has shape {tuple(tensor.dims)}, which holds no number; there is nothing to show."
    kind, count = TYPES[tensor.data_type], math.prod(tensor.dims)
    raw = tensor.raw_data or _listed(tensor, kind)
    if len(raw) != count * BYTES[kind]:
        return b"", "It claims another number of bytes than its shape needs; export the model again."
    return raw, ""


def _listed(tensor: Any, kind: str) -> bytes:
    """Numbers that a file lists one by one instead of as bytes."""
    import numpy as np

    if kind in ("F16", "BF16"):
        return np.array(tensor.int32_data, np.int64).astype("<u2").tobytes()
    return np.array(
        tensor.double_data if kind == "F64" else tensor.float_data, "<f8" if kind == "F64" else "<f4"
    ).tobytes()


def _node(node: Any, layer: str) -> dict[str, Any]:
    return {
        "name": node.name, "op": node.op_type, "inputs": [*node.input], "outputs": [*node.output],
        "attributes": _attributes(node), "layer": layer,
    }  # fmt: skip


def _attributes(node: Any) -> dict[str, Any]:
    """Attributes that are numbers or words."""
    found: dict[str, Any] = {}
    for attribute in node.attribute:
        for field in ("f", "i", "s"):
            if attribute.HasField(field):
                value = getattr(attribute, field)
                found[attribute.name] = value.decode("utf-8", "replace")[:200] if field == "s" else value
        if attribute.ints or attribute.floats:
            found[attribute.name] = [*(attribute.ints or attribute.floats)][:64]
    return found


def _shape(value: Any) -> list[int]:
    return [max(0, dim.dim_value) for dim in value.type.tensor_type.shape.dim]
