"""Scene <-> bytes: the one format that crosses to the browser, the notebook and the HTML file.

Little-endian throughout:

====== ======================================================================
4      ``CVZ1``
4      length of the header in bytes, unsigned
n      header: JSON, UTF-8, with ``"arrays": [[name, dtype, shape, offset], ...]``
...    zeros up to a multiple of 8, counted from the start
...    the arrays in C order, each at its offset from here, a multiple of 8
====== ======================================================================

dtype is ``u1``, ``f4``, ``f8``, ``i2`` or ``i4``. The size grows with input, weights in
view and output, never with the number of steps.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import numpy as np

from conv_viz.scenes.scene import Scene

MAGIC = b"CVZ1"
KINDS = ("u1", "f4", "f8", "i2", "i4")


def encode(scene: Scene, told: Mapping[str, Any] | None = None) -> bytes:
    """Pack a scene. The header gains ``id``, the same for the same picture, and `told`, which is not part of it."""
    table: list[list[Any]] = []
    blocks: list[bytes | memoryview] = []
    offset = 0
    for name, array in scene.arrays.items():
        array = np.asarray(_narrow(array), order="C")  # ascontiguousarray would give a single number an axis
        # The numbers where they lie: a copy of each picture of some MB would be as long as a step of a training.
        raw = array.astype(array.dtype.newbyteorder("<"), copy=False).reshape(-1).view(np.uint8).data
        table.append([name, array.dtype.str[1:], list(array.shape), offset])
        blocks += [raw, bytes(-len(raw) % 8)]
        offset += len(raw) + -len(raw) % 8
    header = {**scene.header, "arrays": table}
    digest = blake2b(_json(header), digest_size=8)
    for block in blocks:  # one by one: joined beforehand, a picture of some MB would be copied three times more
        digest.update(block)
    header["id"] = digest.hexdigest()
    text = _json({**header, **(told or {})})
    head = MAGIC + len(text).to_bytes(4, "little") + text
    return b"".join([head, bytes(-len(head) % 8), *blocks])


def decode(data: bytes) -> Scene:
    """Unpack `encode`'s bytes; raises `ValueError` when they are something else.

    >>> decode(encode(Scene({"code": "x"}, {"bias": np.float32([1, 2])}))).arrays["bias"].tolist()
    [1.0, 2.0]
    """
    if data[:4] != MAGIC:
        raise ValueError("These bytes are not a conv_viz picture: they do not begin with CVZ1.")
    end = 8 + int.from_bytes(data[4:8], "little")
    header = json.loads(data[8:end])
    start = end + -end % 8
    arrays = {}
    for name, kind, shape, offset in header["arrays"]:
        if kind not in KINDS:
            raise ValueError(f"The array {name!r} has the unknown type {kind!r}.")
        count = int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(data, "<" + kind, count, start + offset).reshape(shape)
    return Scene(header, arrays)


def content_id(data: bytes) -> str:
    """The id in a payload's header.

    >>> content_id(encode(Scene({"code": "x"}, {}))) == decode(encode(Scene({"code": "x"}, {}))).header["id"]
    True
    """
    found: str = json.loads(data[8 : 8 + int.from_bytes(data[4:8], "little")])["id"]
    return found


def _narrow(array: np.ndarray) -> np.ndarray:
    """Index tables in 16 bits: no plane in view is longer than that."""
    fits = array.dtype == np.int32 and array.size and array.min() >= -(2**15) and array.max() < 2**15
    return array.astype(np.int16) if fits else array


def _json(header: dict[str, Any]) -> bytes:
    return json.dumps(header, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
