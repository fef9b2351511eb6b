"""Weight and bias as a ``.safetensors`` file: numbers only, nothing that could run.

Format: https://huggingface.co/docs/safetensors. The names are those of a layer's own
``state_dict()``, so ``layer.load_state_dict(safetensors.torch.load_file(path))`` reads the file.
"""

from __future__ import annotations

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from conv_viz.spec import ConvSpec

MAX_BYTES = 200_000_000


class WeightsFileError(ValueError):
    """A file that does not hold this layer's weights; the message is one sentence."""


def save_weights(spec: ConvSpec, weight: np.ndarray, bias: np.ndarray | None) -> bytes:
    """The file's bytes; float32, with the layer's code in its metadata. Raises `WeightsFileError` as `load_weights`.

    >>> spec = ConvSpec(1, 1, 2, bias=False)
    >>> weight, bias = load_weights(spec, save_weights(spec, np.eye(2).reshape(1, 1, 2, 2), None))
    >>> weight.tolist(), bias
    ([[[[1.0, 0.0], [0.0, 1.0]]]], None)
    """
    held = {"weight": weight} if bias is None else {"weight": weight, "bias": bias}
    arrays = _checked(spec, {name: np.asarray(array) for name, array in held.items()})
    return save(arrays, metadata={"layer": spec.code()})


def load_weights(spec: ConvSpec, data: bytes) -> tuple[np.ndarray, np.ndarray | None]:
    """A file's bytes -> weight (out_channels, in_channels/groups, kH, kW) and bias (out_channels,) or None, float32.

    Raises `WeightsFileError` unless the file holds exactly the tensors of this layer, in its
    shapes, as finite floating-point numbers.
    """
    if len(data) > MAX_BYTES:
        raise WeightsFileError(
            f"The file has {len(data) / 1e6:.0f} MB and at most {MAX_BYTES / 1e6:.0f} MB are read; "
            "no layer shown here is that large."
        )
    try:
        held = load(data)
    except (
        SafetensorError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
    ):  # AttributeError: a type unknown to numpy
        raise WeightsFileError(
            "This is not a .safetensors file that can be read; save weight and bias as float32 with safetensors."
        ) from None
    arrays = _checked(spec, held)
    return arrays["weight"], arrays.get("bias")


def _checked(spec: ConvSpec, held: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    expected = {"weight": spec.weight_shape}
    if spec.bias_shape:
        expected["bias"] = spec.bias_shape
    if held.keys() != expected.keys():
        names = ", ".join(sorted(held))
        raise WeightsFileError(
            f"This layer has {' and '.join(expected)}, but the file holds {_short(names) or 'nothing'}; "
            "name the tensors so."
        )
    return {name: _one(name, held[name], shape) for name, shape in expected.items()}


def _one(name: str, array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    if array.shape != shape:
        raise WeightsFileError(
            f"The {name} of this layer has shape {shape}, but the file's has {_short(str(array.shape))}; "
            "set the layer's parameters to fit first."
        )
    if array.dtype.kind != "f":
        raise WeightsFileError(f"The {name} holds {array.dtype} numbers; save it as float32.")
    with np.errstate(over="ignore"):
        narrow = np.ascontiguousarray(array, dtype=np.float32)
    wrong = narrow.size - int(np.isfinite(narrow).sum())
    if wrong:
        raise WeightsFileError(
            f"The {name} holds {wrong:,} numbers that are NaN or too large for float32; replace them first."
        )
    return narrow


def _short(text: str) -> str:
    """A stranger's text, cut and without control characters."""
    clean = "".join(c if c.isprintable() else "?" for c in text)
    return clean if len(clean) <= 60 else clean[:57] + "..."
