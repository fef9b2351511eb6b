"""The path of a module in the names that torch's exporter gives to the nodes of an ONNX graph."""

from __future__ import annotations

import re

NUMBERED = re.compile(r"^n\d+(_\d+)?$")


def path_of(name: str) -> str:
    """``/layer1/layer1.0/conv1/Conv`` -> ``layer1.0.conv1``; a name without a path stays, in small letters.

    >>> path_of("/layer1/layer1.0/conv1/Conv"), path_of("Conv_12"), path_of("/Flatten"), path_of("node_relu_1")
    ('layer1.0.conv1', 'Conv_12', 'flatten', 'relu_1')
    >>> path_of("node_n4")  # torch's newer exporter has no name for it
    ''
    >>> path_of("/layer1/layer1.1/down/down.0/Conv"), path_of("/conv/conv2/Conv")
    ('layer1.1.down.0', 'conv.conv2')
    """
    parts = [part for part in name.split("/") if part]
    if len(parts) < 2:
        return name[1:].lower() if name.startswith("/") else NUMBERED.sub("", name.removeprefix("node_"))
    path, before = "", ""
    for part in parts[:-1]:
        goes_on = before and part.startswith(f"{before}.")  # a Sequential's part is called after it
        path = path.removesuffix(before) + part if goes_on else f"{path}.{part}".strip(".")
        before = part
    return path
