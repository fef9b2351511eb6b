"""Files of models that are damaged, or made to do harm; built when they are asked for, nothing of them is kept.

Each name is a row of the tests: where it is refused, with words of the sentence; where it is listed, with words of what
its layer says.
"""

from __future__ import annotations

import io
import itertools
import json
import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

SHAPE = (4, 3, 3, 3)
BODY = 4 * 4 * 3 * 3 * 3  # bytes of a float32 tensor of that shape


def saved(value: Any, **more: Any) -> bytes:
    buffer = io.BytesIO()
    torch.save(value, buffer, **more)
    return buffer.getvalue()


def named(tensor: torch.Tensor) -> bytes:
    """A state_dict of one layer with this weight."""
    return saved({"conv.weight": tensor})


# -- safetensors -----------------------------------------------------------------------


def with_header(text: str, body: int = BODY) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode() + bytes(body)


def entry(first: int = 0, last: int = BODY, shape: tuple[int, ...] = SHAPE, dtype: str = "F32") -> str:
    return json.dumps({"dtype": dtype, "shape": shape, "data_offsets": [first, last]})


def keys(count: int) -> bytes:
    return with_header("{" + ",".join(f'"k{i}":{entry(0, 0, (0,))}' for i in range(count)) + "}", 0)


# -- archives --------------------------------------------------------------------------


def rezipped(data: bytes, method: int = zipfile.ZIP_STORED, twice: str = "") -> bytes:
    """The same archive, compressed or with one file in it a second time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", method) as new:
        for info in old.infolist():
            new.writestr(info.filename, old.read(info))
            if twice and info.filename.endswith(twice):
                new.writestr(info.filename, old.read(info))
    return buffer.getvalue()


def many_files() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for i in range(25_000):
            archive.writestr(f"archive/data/{i}", b"")
    return buffer.getvalue()


def cut_storage() -> bytes:
    """A tensor that claims more numbers than its storage has: the record is shorter than the pickle says."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(named(torch.ones(SHAPE)))) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, content[:8] if "/data/" in info.filename else content)
    return buffer.getvalue()


class Runs:
    """Runs a command when it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self.path}",)


RAN = "/tmp/conv_viz_a_pickle_ran"


def wild_sparse() -> bytes:
    """Indices far outside the tensor, written without the check that torch makes when it builds one."""
    with torch.sparse.check_sparse_tensor_invariants(False):
        made = torch.sparse_coo_tensor(torch.tensor([[2**40], [0], [0], [0]]), torch.ones(1), SHAPE)
    return named(made)


def huge_memo() -> bytes:
    """A pickle that asks the reader for a table of four thousand million places."""
    return b"\x80\x02}r\xff\xff\xff\xff."


def scripted() -> bytes:
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.trace(nn.Conv2d(1, 1, 3), torch.ones(1, 1, 5, 5)), buffer)
    return buffer.getvalue()


def deep_pickle() -> bytes:
    return b"\x80\x02" + b"(" * 10 + b"]" * 100_000 + b"a" * 99_999 + b"."


# -- ONNX ------------------------------------------------------------------------------


def onnx_file(**changes: Any) -> bytes:
    """One Conv; `changes` are fields of its weight, or ``node`` attributes."""
    from onnx import TensorProto, helper

    weight = helper.make_tensor("conv.weight", TensorProto.FLOAT, SHAPE, np.ones(BODY // 4, np.float32))
    external = changes.pop("external", None)
    for name, value in changes.items():
        setattr(weight, name, value)
    if external is not None:
        weight.ClearField("float_data")
        weight.data_location = TensorProto.EXTERNAL
        weight.external_data.add(key="location", value=external)
    node = helper.make_node("Conv", ["x", "conv.weight"], ["y"], kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    x, y = (helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in "xy")
    return helper.make_model(helper.make_graph([node], "g", [x], [y], [weight])).SerializeToString()


def onnx_of_nodes() -> bytes:
    """Millions of empty nodes: two bytes each in the file, many in memory."""
    body = b"\x0a\x00" * 20_000_000
    length, size = b"", len(body)
    while size:
        length, size = length + bytes([size & 127 | (128 if size > 127 else 0)]), size >> 7
    return b"\x08\x08\x3a" + length + body


def onnx_twice() -> bytes:
    from onnx import ModelProto

    model = ModelProto.FromString(onnx_file())
    model.graph.initializer.add().CopyFrom(model.graph.initializer[0])
    return model.SerializeToString()


def onnx_graph(nodes: list[tuple[str, list[str], str, dict[str, Any]]], **constants: Any) -> bytes:
    """A graph over a picture ``x``, with the output ``y``; a node is its operation, what it reads, makes and says."""
    from onnx import TensorProto, helper, numpy_helper

    made = [helper.make_node(op, reads, [makes], **attributes) for op, reads, makes, attributes in nodes]
    held = [numpy_helper.from_array(np.array(value), name) for name, value in constants.items()]
    x, y = (helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in (("x", [1, 3, 8, 8]), ("y", None)))
    return helper.make_model(helper.make_graph(made, "g", [x], [y], held)).SerializeToString()


def doubled(op: str) -> bytes:
    """Sizes that grow with every node: added, each is twice the one before; multiplied, its square."""
    steps = [(op, [f"n{i}", f"n{i}"], f"n{i + 1}", {}) for i in range(5_000)]
    return onnx_graph([("Shape", ["x"], "n0", {}), *steps, ("Reshape", ["x", "n5000"], "y", {})])


def doubled_layers(op: str) -> bytes:
    """Each layer joins the one before it with itself: 2 to the power of 5,000 paths."""
    names = ["x", *(f"v{i}" for i in range(1, 5_000)), "y"]
    return onnx_graph([(op, [a, a], b, {}) for a, b in itertools.pairwise(names)])


def long_chain() -> bytes:
    return onnx_graph([("Relu", ["x" if i == 0 else f"v{i}"], "y" if i == 9_999 else f"v{i + 1}", {})
                       for i in range(10_000)])  # fmt: skip


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "is empty"),
    "text": (lambda: b"nn.Conv2d(3, 8, 3)\n" * 5, "text and no file of numbers"),
    "HTML": (lambda: b"<html><script>alert(1)</script></html>", "text and no file of numbers"),
    "noise": (lambda: np.random.default_rng(0).bytes(5000), "no ONNX file"),
    "zeros": (lambda: bytes(5000), "no ONNX file"),
    "HDF5": (lambda: b"\x89HDF\r\n\x1a\n" + bytes(100), "HDF5"),
    "safetensors, more than the file": (lambda: with_header(f'{{"conv.weight":{entry()}}}', 100), "more bytes than"),
    "safetensors, unused bytes": (lambda: with_header(f'{{"conv.weight":{entry()}}}', BODY + 9), "unused"),
    "safetensors, header of exabytes": (lambda: struct.pack("<Q", 2**39) + b"{}" * 50, "."),
    "safetensors, name twice": (
        lambda: with_header(f'{{"conv.weight":{entry()},"conv.weight":{entry(0, 0, (0,))}}}'), "2 times"),
    "safetensors, field twice": (
        lambda: with_header('{"a.weight":{"dtype":"F32","shape":[0],"shape":[4,3,3,3],"data_offsets":[0,432]}}'),
        "2 times"),
    "safetensors, overlapping": (
        lambda: with_header(f'{{"a.weight":{entry()},"b.weight":{entry()}}}'), "lies over"),
    "safetensors, gap": (lambda: with_header(f'{{"a.weight":{entry(8, BODY + 8)}}}', BODY + 8), "gap"),
    "safetensors, shape against bytes": (lambda: with_header(f'{{"a.weight":{entry(shape=(9**9,) * 4)}}}'), "claims"),
    "safetensors, offsets of 2**70": (lambda: with_header(f'{{"a.weight":{entry(0, 2**70)}}}'), "."),
    "safetensors, negative": (lambda: with_header(f'{{"a.weight":{entry(-8, BODY - 8)}}}'), "."),
    "safetensors, words for numbers": (lambda: with_header('{"a.weight":{"dtype":1,"shape":"x"}}', 0), "."),
    "safetensors, 200,000 keys": (lambda: keys(200_000), "list of tensors"),
    "safetensors, not JSON": (lambda: with_header("{" * 100_000, 0), "."),
    "pt, compressed": (lambda: rezipped(named(torch.ones(SHAPE)), zipfile.ZIP_DEFLATED), "compressed"),
    "pt, a file twice": (lambda: rezipped(named(torch.ones(SHAPE)), twice="data.pkl"), "2 times"),
    "pt, cut": (lambda: named(torch.ones(SHAPE))[:-30], "damaged"),
    "pt, 25,000 files": (many_files, "more than 20,000 files"),
    "pt, storage shorter than claimed": (cut_storage, "."),
    "pt, code": (lambda: saved({"conv.weight": Runs(RAN)}), "Python objects"),
    "pt, code in the old format": (
        lambda: saved({"conv.weight": Runs(RAN)}, _use_new_zipfile_serialization=False), "."),
    "pickle, code": (lambda: pickle.dumps(Runs(RAN), protocol=4), "."),
    "pickle, memo of gigabytes": (huge_memo, "."),
    "pickle, deep": (deep_pickle, "."),
    "pt, whole model": (lambda: saved(nn.Sequential(nn.Conv2d(1, 1, 3))), "Python objects"),
    "pt, a list": (lambda: saved([torch.ones(SHAPE)]), "no tensor with a name"),
    "TorchScript": (scripted, "TorchScript"),
    "npz": (lambda: _npz(), "data.pkl"),
    "onnx, 20 million nodes": (onnx_of_nodes, "."),
    "onnx, a tensor twice": (onnx_twice, "twice"),
    "onnx, cut": (lambda: onnx_file()[:-40], "no ONNX file"),
}  # fmt: skip
"""Name -> (the file, words of the sentence that refuses it)."""

LISTED: dict[str, tuple[Callable[[], bytes], str]] = {
    "pt, stride 0": (lambda: named(torch.ones(1, 1, 1, 1).expand(SHAPE)), "stride of 0"),
    "pt, meta": (lambda: named(torch.ones(SHAPE, device="meta")), "meta device"),
    "pt, complex": (lambda: named(torch.ones(SHAPE, dtype=torch.complex64)), "complex"),
    "pt, whole numbers": (lambda: named(torch.ones(SHAPE, dtype=torch.int8)), "int8"),
    "pt, zero size": (lambda: named(torch.ones(0, 3, 3, 3)), "no number"),
    "pt, sparse": (lambda: named(torch.ones(SHAPE).to_sparse()), "sparse"),
    "pt, quantised": (lambda: named(torch.quantize_per_tensor(torch.ones(SHAPE), 0.1, 0, torch.qint8)), "quantised"),
    "safetensors, zero size": (lambda: with_header(f'{{"a.weight":{entry(0, 0, (4, 0, 3, 3))}}}', 0), "no number"),
    "safetensors, complex": (
        lambda: with_header(f'{{"a.weight":{entry(0, 2 * BODY, dtype="C64")}}}', 2 * BODY), "complex64"),
    "safetensors, an unknown type": (lambda: with_header(f'{{"a.weight":{entry(dtype="F4")}}}'), "float4"),
    "onnx, external data": (lambda: onnx_file(external="/etc/passwd"), "another file"),
    "onnx, fewer bytes than claimed": (lambda: onnx_file(raw_data=b"12345678"), "claims"),
    "onnx, whole numbers": (lambda: onnx_file(data_type=6), "floating-point"),
}  # fmt: skip
"""Name -> (the file, words of what its one layer says instead of opening)."""

NOT_FINITE: dict[str, Callable[[], bytes]] = {
    "pt, NaN": lambda: named(torch.full(SHAPE, torch.nan)),
    "safetensors, infinite": lambda: (
        with_header(f'{{"a.weight":{entry()}}}', 0) + np.full(SHAPE, np.inf, "<f4").tobytes()
    ),
}
"""Files whose layer is listed, and refused with a sentence when it is opened."""

DEADLY: dict[str, Callable[[], bytes]] = {"pt, sparse with wild indices": wild_sparse}
"""Files that may end the process that reads them, or be refused: both are one sentence."""


NO_NETWORK: dict[str, tuple[Callable[[], bytes], str]] = {
    "a cycle": (lambda: onnx_graph([("Add", ["x", "b"], "a", {}), ("Relu", ["a"], "b", {}),
                                    ("Relu", ["b"], "y", {})]), "cycle"),
    "10,000 layers": (long_chain, "more than 2,000 layers"),
    "sizes that double": (lambda: doubled("Add"), "Add"),
    "sizes that are squared": (lambda: doubled("Mul"), "Mul"),
    "sizes joined without end": (lambda: doubled("Concat"), "Concat"),
    "a product of itself without end": (lambda: doubled_layers("Mul"), "more than 2,000 layers"),
    "sums with a number without end": (lambda: onnx_graph(
        [("Add", ["x" if i == 0 else f"v{i}", "n"], "y" if i == 9_999 else f"v{i + 1}", {}) for i in range(10_000)],
        n=np.float32(1)), "makes no activation"),
    "expanded by nodes that each look at all": (lambda: onnx_graph(
        [("Expand", ["x" if i == 0 else f"v{i}", "n"], "y" if i == 9_999 else f"v{i + 1}", {}) for i in range(10_000)],
        n=np.array([1, 3, 8, 8])), "Expand"),
    "a shape of exabytes": (lambda: onnx_graph([("ConstantOfShape", ["n"], "s", {}), ("Reshape", ["x", "s"], "y", {})],
                                               n=np.array([2**40])), "ConstantOfShape"),
    "a word that would be long": (lambda: onnx_graph([("Flatten", ["x"], "y", {"axis": "%1000000000d"})]), "axis"),
    "a window that cannot be": (lambda: onnx_graph([("MaxPool", ["x"], "y", {"kernel_shape": [99, 99]})]), "MaxPool"),
    "HTML": (lambda: onnx_graph([("<b>", ["x"], "y", {})]), "<b> (y)"),
}  # fmt: skip
"""Name -> (an ONNX file that is listed, words of why it becomes no network)."""


def _npz() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, weight=np.ones(SHAPE))
    return buffer.getvalue()
