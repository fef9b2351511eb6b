"""The part of ONNX's protobuf format that is read here, as a descriptor of our own.

Fields that it leaves out (subgraphs, functions, metadata) are skipped by protobuf itself. Numbers and names are those
of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto; a test holds them against the package onnx.
"""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_F = descriptor_pb2.FieldDescriptorProto
ONE, MANY = _F.LABEL_OPTIONAL, _F.LABEL_REPEATED
STRING, BYTES, INT32, INT64, FLOAT, DOUBLE = (
    _F.TYPE_STRING, _F.TYPE_BYTES, _F.TYPE_INT32, _F.TYPE_INT64, _F.TYPE_FLOAT, _F.TYPE_DOUBLE,
)  # fmt: skip
Field = tuple[str, int, int, "int | str"]
MESSAGES: dict[str, tuple[Field, ...]] = {
    "StringStringEntryProto": (("key", 1, ONE, STRING), ("value", 2, ONE, STRING)),
    "TensorProto": (
        ("dims", 1, MANY, INT64), ("data_type", 2, ONE, INT32), ("float_data", 4, MANY, FLOAT),
        ("int32_data", 5, MANY, INT32), ("int64_data", 7, MANY, INT64), ("name", 8, ONE, STRING),
        ("raw_data", 9, ONE, BYTES), ("double_data", 10, MANY, DOUBLE),
        ("external_data", 13, MANY, "StringStringEntryProto"), ("data_location", 14, ONE, INT32),
    ),
    "AttributeProto": (
        ("name", 1, ONE, STRING), ("f", 2, ONE, FLOAT), ("i", 3, ONE, INT64), ("s", 4, ONE, BYTES),
        ("t", 5, ONE, "TensorProto"), ("floats", 7, MANY, FLOAT), ("ints", 8, MANY, INT64), ("type", 20, ONE, INT32),
    ),
    "NodeProto": (
        ("input", 1, MANY, STRING), ("output", 2, MANY, STRING), ("name", 3, ONE, STRING),
        ("op_type", 4, ONE, STRING), ("attribute", 5, MANY, "AttributeProto"), ("domain", 7, ONE, STRING),
    ),
    "Dimension": (("dim_value", 1, ONE, INT64),),
    "TensorShapeProto": (("dim", 1, MANY, "Dimension"),),
    "TensorType": (("elem_type", 1, ONE, INT32), ("shape", 2, ONE, "TensorShapeProto")),
    "TypeProto": (("tensor_type", 1, ONE, "TensorType"),),
    "ValueInfoProto": (("name", 1, ONE, STRING), ("type", 2, ONE, "TypeProto")),
    "GraphProto": (
        ("node", 1, MANY, "NodeProto"), ("name", 2, ONE, STRING), ("initializer", 5, MANY, "TensorProto"),
        ("input", 11, MANY, "ValueInfoProto"), ("output", 12, MANY, "ValueInfoProto"),
    ),
    "OperatorSetIdProto": (("domain", 1, ONE, STRING), ("version", 2, ONE, INT64)),
    "ModelProto": (
        ("ir_version", 1, ONE, INT64), ("graph", 7, ONE, "GraphProto"), ("opset_import", 8, MANY, "OperatorSetIdProto"),
    ),
}  # fmt: skip
PACKAGE = "conv_viz_onnx"


def model_proto() -> Any:
    """The class of a whole file, ``ModelProto``."""
    file = descriptor_pb2.FileDescriptorProto(name="conv_viz/onnx.proto", package=PACKAGE, syntax="proto2")
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, number, label, kind in fields:
            added = message.field.add(name=field, number=number, label=label)
            if isinstance(kind, str):
                added.type, added.type_name = _F.TYPE_MESSAGE, f".{PACKAGE}.{kind}"
            else:
                added.type = kind
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.ModelProto"))
