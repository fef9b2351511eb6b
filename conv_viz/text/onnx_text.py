"""Convolutions in the text of an ONNX graph, whoever printed it.

Known are the graphs of ``torch.onnx`` (``%y = onnx::Conv[...](%x, %w)``), ``onnx.helper.printable_graph``
(``%y = Conv[...](%x, %w)``), ``onnx.printer`` (``y = Conv <...> (x, w)``), a printed node of protobuf, and the
attributes as Netron lists them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from conv_viz.text.calls import Unknown
from conv_viz.text.told import Told, four, renamed, with_same, with_sides

MAX_NODES = 200
NODE = re.compile(
    r"""\bConv [ \t]*+ (?: \[ (?P<square> (?:[^\[\]\n]|\[[^\[\]\n]{0,200}\]){0,600}+ ) \]
                         | < (?P<angle> [^<>]{0,800}+ ) > )
        \s{0,40}+ \( (?P<operands> [^()\n]{0,400}+ ) \)""",
    re.VERBOSE,
)
ATTRIBUTE = re.compile(
    r"""\b(?P<name>dilations|group|kernel_shape|pads|strides|auto_pad)\b ["']?
        \s{0,4}+ (?::[ \t]*(?:ints?|string)\b)? \s{0,4}+ [=:]? \s{0,8}+
        (?: \[? (?P<numbers> \d{1,7}(?:\s{0,4},\s{0,4}\d{1,7}){0,5} ) \]? | ["']?(?P<word>[A-Z_]{4,12})\b )""",
    re.VERBOSE,
)
PROTO = re.compile(
    r"""name:\s{0,4}"(?P<name>dilations|group|kernel_shape|pads|strides|auto_pad)"
        (?P<values>(?:\s{1,20}(?:ints?|i|s|type):\s{0,4}[\w"]{1,20}){1,8})""",
    re.VERBOSE,
)
PROTO_VALUE = re.compile(r'\b(?:ints?|i):\s{0,4}(\d{1,7})|\bs:\s{0,4}"(\w{1,20})"')
OPERATOR = re.compile(r'op_type:\s{0,4}"Conv"')
NAME = r"[\w.:/-]{1,120}"
TYPED = re.compile(rf"%({NAME})[ \t]*:[ \t]*(?:Float|Half|Double|BFloat16)\(([\d, *]{{1,60}})")
INITIALISER = re.compile(rf"%({NAME})\[(?:FLOAT|FLOAT16|DOUBLE),[ \t]*(\w{{1,40}})\]")
ANNOTATED = re.compile(rf"\b(?:float|float16|double|bfloat16)\[([\w, *?]{{1,60}})\][ \t]+\"?({NAME})")
NETRON_TENSOR = re.compile(r"\bfloat(?:32|16|64)\[(\d{1,7}(?:,\d{1,7}){3})\]")
RESULT = re.compile(rf"%?({NAME})[ \t]*(?::[^=\n]{{0,160}})?=[ \t]*(?:onnx::)?$")
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Node:
    """One Conv: its attributes, the shapes of input and weight as far as the text has them, whether it has a bias."""

    name: str
    line: int
    attributes: dict[str, Any] = field(default_factory=dict)
    weight: Shape | None = None
    input: Shape | None = None
    out_channels: int | None = None
    bias: bool | None = None


def find_nodes(text: str) -> list[Node]:
    """Every Conv of the text.

    >>> node = find_nodes("%y = Conv[group = 1, kernel_shape = [3, 3], pads = [1, 1, 1, 1]](%x, %w)")[0]
    >>> node.name, node.attributes, node.bias
    ('y', {'group': 1, 'kernel_shape': (3, 3), 'pads': (1, 1, 1, 1)}, False)
    """
    if "kernel_shape" not in text:
        return []
    nodes: list[Node] = []
    shapes: dict[str, Shape] | None = None
    for match in NODE.finditer(text):
        if shapes is None:
            shapes = _shapes(text)
        operands = [part.strip().lstrip("%") for part in match["operands"].split(",")]
        before = text[max(0, match.start() - 300) : match.start()].rpartition("\n")[2]
        result = RESULT.search(before)
        made = shapes.get(result[1]) if result else None
        nodes.append(
            Node(
                result[1] if result else f"line {text.count(chr(10), 0, match.start()) + 1}",
                text.count("\n", 0, match.start()) + 1,
                _attributes(match["square"] or match["angle"] or ""),
                shapes.get(operands[1]) if len(operands) > 1 else None,
                shapes.get(operands[0]),
                made[1] if made and len(made) == 4 else None,
                len([name for name in operands if name]) > 2,
            )
        )
        if len(nodes) == MAX_NODES:
            break
    return nodes or _protobuf(text) or _listed(text)


def _attributes(text: str) -> dict[str, Any]:
    return {m["name"]: _value(m["name"], m["numbers"], m["word"]) for m in ATTRIBUTE.finditer(text)}


def _value(name: str, numbers: str | None, word: str | None) -> Any:
    if numbers is None:
        return word
    values = tuple(int(part) for part in re.findall(r"\d+", numbers))
    return values[0] if name == "group" else values


def _shapes(text: str) -> dict[str, Shape]:
    """Shapes of the tensors that the text declares, by name; a size that is a name is 0."""
    found: dict[str, Shape] = {}
    for pattern, name, sizes in ((TYPED, 1, 2), (INITIALISER, 1, 2), (ANNOTATED, 2, 1)):
        for match in pattern.finditer(text):
            sign = "x" if pattern is INITIALISER else ","
            parts = [part.strip() for part in match[sizes].rstrip(" ,").split(sign)]
            shape = tuple(int(part) if part.isascii() and part.isdigit() and len(part) < 8 else 0 for part in parts)
            if len(shape) > 2:
                found.setdefault(match[name], shape)
    return found


def _protobuf(text: str) -> list[Node]:
    """Nodes as protobuf prints them."""
    parts = text.split("node {") if "node {" in text else [text]
    nodes, line = [], 1
    for part in parts[: MAX_NODES + 1]:
        attributes: dict[str, Any] = {}
        for match in PROTO.finditer(part):
            numbers = tuple(int(number) for number, _ in PROTO_VALUE.findall(match["values"]) if number)
            words = [word for _, word in PROTO_VALUE.findall(match["values"]) if word]
            name = match["name"]
            attributes[name] = words[0] if words else numbers[0] if name == "group" and numbers else numbers
        if OPERATOR.search(part) and attributes.get("kernel_shape"):
            inputs = len(re.findall(r'\binput:\s{0,4}"', part))
            nodes.append(Node(f"line {line}", line, attributes, bias=inputs > 2 if inputs else None))
        line += part.count("\n")
    return nodes


def _listed(text: str) -> list[Node]:
    """The attributes of one node in a list, as Netron shows them."""
    attributes = _attributes(text)
    if not isinstance(attributes.get("kernel_shape"), tuple) or len(attributes) < 2:
        return []
    weight = NETRON_TENSOR.search(text)
    shape = tuple(int(part) for part in weight[1].split(",")) if weight else None
    line = text.count("\n", 0, text.find("kernel_shape")) + 1
    bias = re.search(r"^\s{0,20}(?:B|bias)\b", text, re.MULTILINE)
    return [Node(f"line {line}", line, attributes, shape, bias=bool(bias) if weight else None)]


def tell_node(node: Node, values: Mapping[str, Any], size: tuple[int, int] | None) -> Told:
    """The ``nn.Conv2d`` of a node; raises `Unknown` for channels that neither the text nor `values` give.

    >>> node = Node("y", 1, {"kernel_shape": (3, 3), "pads": (0, 0, 1, 1), "strides": (2, 2)}, (8, 3, 3, 3), bias=False)
    >>> told = tell_node(node, {}, None)
    >>> told.arguments["kernel_size"], told.pad
    ((3, 3), (0, 1, 0, 1))
    """
    given = node.attributes
    kernel = given.get("kernel_shape")
    if not isinstance(kernel, tuple) or len(kernel) != 2:
        return Told("ONNX Conv", "this ONNX Conv is not two-dimensional; nn.Conv2d has a kernel of height and width.")
    groups = given.get("group", 1)
    weight = node.weight if node.weight and len(node.weight) == 4 and min(node.weight) > 0 else None
    channels = weight[1] * groups if weight else _size_of(node.input, 1) or values.get("in_channels")
    filters = weight[0] if weight else node.out_channels or values.get("out_channels")
    if missing := tuple(name for name, n in (("in_channels", channels), ("out_channels", filters)) if not n):
        raise Unknown(missing)
    arguments = {"in_channels": channels, "out_channels": filters, "kernel_size": kernel}
    arguments |= renamed(given, {"strides": "stride", "dilations": "dilation", "group": "groups"})
    said = "" if node.bias is not None else " Whether it has a bias the text does not tell."
    arguments["bias"] = node.bias is not False
    told = _padded(given, arguments, _input_size(node) or size)
    known = _input_size(node)
    shape = (max(1, node.input[0]), int(channels or 0), *known) if node.input and known else None
    return replace(told, kind="ONNX Conv", sentence=told.sentence + said, input_shape=shape)


def _padded(given: Mapping[str, Any], arguments: dict[str, Any], size: tuple[int, int] | None) -> Told:
    plain = "ONNX Conv computes as the nn.Conv2d shown."
    match given.get("auto_pad", "NOTSET"):
        case "SAME_UPPER":
            return with_same("ONNX Conv", "same", arguments, size, plain)
        case "SAME_LOWER":
            return Told("", "SAME_LOWER puts the odd cell of padding first, which nn.Conv2d cannot: use F.pad.")
    pads = four(given.get("pads"))
    if given.get("auto_pad") == "VALID" or pads is None:
        return Told("", plain, arguments)
    top, left, bottom, right = pads
    told = with_sides("ONNX Conv", ((top, bottom), (left, right)), arguments)
    return replace(told, sentence=plain) if told.pad is None else told


def _size_of(shape: Shape | None, at: int) -> int | None:
    return shape[at] if shape and len(shape) == 4 and shape[at] > 0 else None


def _input_size(node: Node) -> tuple[int, int] | None:
    height, width = _size_of(node.input, 2), _size_of(node.input, 3)
    return (height, width) if height and width else None
