"""What a ``.safetensors`` file says it holds: read once, bounded first, and then the only offsets that are used.

Format: https://huggingface.co/docs/safetensors. Eight bytes of length, that many of JSON, and the tensors one after
the other. A reader that checks one entry of a name and loads another can be deceived, so a name stands once, the
tensors fill the rest of the file without gap or overlap, and `numbers` takes what was checked here.
"""

from __future__ import annotations

import json
import math
import struct
from collections import Counter
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np

from conv_viz.layers.values import Shape
from conv_viz.limits import WEIGHTS_HEADER

UNREADABLE = "This is not a .safetensors file that can be read; save weight and bias with safetensors."
BYTES = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3"), 1),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 2),
    **dict.fromkeys(("U32", "I32", "F32"), 4),
    **dict.fromkeys(("U64", "I64", "F64", "C64"), 8),
}
"""Bytes of one number of each type; of other types the length is not checked, and they are not read."""
STORED = {"F64": np.float64, "F32": np.float32, "F16": np.float16}
"""Floating-point types that numpy knows; `numbers` adds others."""
MOST_AXES = 16


class WeightsFileError(ValueError):
    """A file that does not hold what is needed; the message is one sentence."""


@dataclass(frozen=True)
class Stored:
    """One tensor of a file: its type by safetensors' name, its shape, and where its bytes lie in the file."""

    dtype: str
    shape: Shape
    start: int
    stop: int


def read_header(data: bytes) -> dict[str, Stored]:
    """Every tensor of a file by its name, in the file's order; the tensors' own bytes are not touched.

    Raises `WeightsFileError` with one sentence.

    >>> from safetensors.numpy import save
    >>> read_header(save({"weight": np.zeros((2, 3), np.float32)}))
    {'weight': Stored(dtype='F32', shape=(2, 3), start=72, stop=96)}
    """
    length = header_length(data)
    try:
        header = json.loads(data[8 : 8 + length], object_pairs_hook=_once)
    except WeightsFileError:
        raise
    except (ValueError, RecursionError):  # ValueError: no JSON, no UTF-8, or a number of too many digits
        raise WeightsFileError(UNREADABLE) from None
    header.pop("__metadata__", None)
    held = {name: _stored(name, entry, 8 + length) for name, entry in header.items()}
    end = 8 + length
    for name, tensor in sorted(held.items(), key=lambda item: (item[1].start, item[1].stop)):
        if tensor.start != end:
            what = "lies over the one before it" if tensor.start < end else "leaves a gap before it"
            raise WeightsFileError(f"The tensor '{short(name)}' {what} in the file, which is damaged; save it again.")
        end = tensor.stop
    if end != len(data):
        what = "claims more bytes than" if end > len(data) else "leaves bytes unused in"
        raise WeightsFileError(f"The list of tensors {what} the file, which is cut or damaged; save it again.")
    return held


def header_length(data: bytes) -> int:
    """Bytes of the JSON at the beginning; raises `WeightsFileError` where there is none, or too much of it."""
    if len(data) < 8:
        raise WeightsFileError(UNREADABLE)
    (length,) = struct.unpack_from("<Q", data)
    if length > len(data) - 8 or data[8:9] != b"{":
        raise WeightsFileError(UNREADABLE)
    if length > WEIGHTS_HEADER:
        raise WeightsFileError(
            f"The list of tensors in this file takes {length / 1e6:.1f} MB and at most {WEIGHTS_HEADER / 1e6:.0f} MB "
            "is read; save fewer tensors, such as weight and bias of one layer."
        )
    return int(length)


def numbers(name: str, tensor: Stored, data: bytes) -> np.ndarray:
    """One tensor as numpy has it, often a view of the file; bfloat16 and float8 become float32 exactly.

    bfloat16 is the upper half of a float32. float8: https://arxiv.org/abs/2209.05433; E5M2 is the upper half of a
    float16, E4M3 has no infinity and its NaN is all ones. Raises `WeightsFileError` for what is no floating point.
    """
    held = memoryview(data)[tensor.start : tensor.stop]
    if tensor.dtype in STORED:
        array = np.frombuffer(held, np.dtype(STORED[tensor.dtype]).newbyteorder("<"))
    elif tensor.dtype == "BF16":
        array = (np.frombuffer(held, "<u2").astype("<u4") << 16).view("<f4")
    elif tensor.dtype == "F8_E5M2":
        array = (np.frombuffer(held, np.uint8).astype("<u2") << 8).view("<f2")
    elif tensor.dtype == "F8_E4M3":
        array = _e4m3()[np.frombuffer(held, np.uint8)]
    else:
        raise WeightsFileError(f"The {short(name)} holds {plain(tensor.dtype)} numbers; save it as float32.")
    return array.reshape(tensor.shape)


def plain(dtype: str) -> str:
    """A type's name as numpy and torch have it.

    >>> plain("F32"), plain("BF16"), plain("I64"), plain("C64"), plain("BOOL")
    ('float32', 'bfloat16', 'int64', 'complex64', 'bool')
    """
    if dtype == "BF16":
        return "bfloat16"
    if dtype == "BOOL":
        return "bool"
    kinds = {"F": "float", "I": "int", "U": "uint", "C": "complex"}
    return kinds[dtype[0]] + dtype[1:].lower() if dtype[:1] in kinds else short(dtype)


def is_floating(dtype: str) -> bool:
    """Whether `numbers` can read it."""
    return dtype in STORED or dtype in ("BF16", "F8_E5M2", "F8_E4M3")


def short(text: str) -> str:
    """A stranger's text, cut and without control characters."""
    clean = "".join(c if c.isprintable() else "?" for c in text)
    return clean if len(clean) <= 60 else clean[:57] + "..."


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object in which no name stands twice: most readers take the last one, and say nothing."""
    found = dict(pairs)
    if len(found) != len(pairs):
        ((name, times),) = Counter(name for name, _ in pairs).most_common(1)
        raise WeightsFileError(
            f"The file names '{short(name)}' {times} times, and which is meant cannot be told; "
            "save it again with each name once."
        )
    return found


def _stored(name: str, entry: Any, base: int) -> Stored:
    """One entry of the list, checked as far as it can be by itself; `base` is where the tensors begin."""
    held = entry if isinstance(entry, dict) else {}
    dtype, shape, offsets = (held.get(key) for key in ("dtype", "shape", "data_offsets"))
    if not (isinstance(dtype, str) and _whole(shape) and _whole(offsets) and len(offsets) == 2):
        raise WeightsFileError(UNREADABLE)
    if len(shape) > MOST_AXES:
        raise WeightsFileError(f"The tensor '{short(name)}' has {len(shape)} axes; at most {MOST_AXES} are read.")
    first, last = offsets
    each = BYTES.get(dtype)
    if last < first or (each is not None and last - first != each * math.prod(shape)):
        raise WeightsFileError(
            f"The tensor '{short(name)}' claims another number of bytes than its shape needs; save it again."
        )
    return Stored(dtype, tuple(shape), base + first, base + last)


def _whole(values: Any) -> TypeGuard[list[int]]:
    """A list of whole numbers as a file may have them: not negative, and none beyond 64 bits."""
    return isinstance(values, list) and all(type(n) is int and 0 <= n < 2**63 for n in values)


def _e4m3() -> np.ndarray:
    """The 256 numbers of float8 E4M3: sign, four bits of exponent (bias 7), three of fraction."""
    codes = np.arange(256)
    exponent, fraction = codes >> 3 & 15, codes & 7
    size = np.where(exponent, (8 + fraction) * 2.0 ** (exponent - 10), fraction * 2.0**-9)
    size[codes & 127 == 127] = np.nan
    return np.where(codes & 128, -size, size).astype(np.float32)
