"""Weight and bias as a ``.safetensors`` file: numbers only, nothing that could run.

Format: https://huggingface.co/docs/safetensors. The names are those of a layer's own
``state_dict()``, so ``layer.load_state_dict(safetensors.torch.load_file(path))`` reads the file.
"""

from __future__ import annotations

import numpy as np
from safetensors.numpy import save

from conv_viz.layers.kinds import WindowLayer
from conv_viz.limits import WEIGHTS_BYTES as MAX_BYTES
from conv_viz.weights.header import WeightsFileError, numbers, read_header, short

__all__ = ["MAX_BYTES", "WeightsFileError", "load_weights", "one", "save_weights"]


def save_weights(spec: WindowLayer, weight: np.ndarray, bias: np.ndarray | None) -> bytes:
    """The file's bytes; float32, with the layer's code in its metadata. Raises `WeightsFileError` as `load_weights`.

    >>> from conv_viz import ConvSpec
    >>> spec = ConvSpec(1, 1, 2, bias=False)
    >>> weight, bias = load_weights(spec, save_weights(spec, np.eye(2).reshape(1, 1, 2, 2), None))
    >>> weight.tolist(), bias
    ([[[[1.0, 0.0], [0.0, 1.0]]]], None)
    """
    held = {"weight": weight} if bias is None else {"weight": weight, "bias": bias}
    arrays = _checked(spec, {name: np.asarray(array) for name, array in held.items()})
    return save(arrays, metadata={"layer": spec.code()})


def load_weights(spec: WindowLayer, data: bytes) -> tuple[np.ndarray, np.ndarray | None]:
    """A file's bytes -> weight in torch's layout and bias (out_channels,) or None, float32.

    Raises `WeightsFileError` unless the file holds exactly the tensors of this layer, in its
    shapes, as finite floating-point numbers.
    """
    if len(data) > MAX_BYTES:
        raise WeightsFileError(
            f"The file has {len(data) / 1e6:.0f} MB and at most {MAX_BYTES / 1e6:.0f} MB are read; "
            "no layer shown here is that large."
        )
    header = read_header(data)
    _check_names(spec, [*header])
    held = {name: numbers(name, tensor, data) for name, tensor in header.items()}
    arrays = _checked(spec, held)
    return arrays["weight"], arrays.get("bias")


def _check_names(spec: WindowLayer, names: list[str]) -> None:
    if spec.weight_shape is None:
        raise WeightsFileError(f"{spec.kind} has no weights, so there is no file of them.")
    expected = ["weight", "bias"] if spec.bias_shape else ["weight"]
    if sorted(names) != sorted(expected):
        held = ", ".join(sorted(names))
        raise WeightsFileError(
            f"This layer has {' and '.join(expected)}, but the file holds {short(held) or 'nothing'}; "
            "name the tensors so."
        )


def _checked(spec: WindowLayer, held: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    _check_names(spec, [*held])
    assert spec.weight_shape is not None
    expected = {"weight": spec.weight_shape}
    if spec.bias_shape:
        expected["bias"] = spec.bias_shape
    return {name: one(name, held[name], shape) for name, shape in expected.items()}


def one(name: str, array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """A copy of a tensor of this shape in float32, finite; raises `WeightsFileError`.

    A copy, so that one layer's weights do not keep the whole file in memory.
    """
    if array.shape != shape:
        raise WeightsFileError(
            f"The {name} of this layer has shape {shape}, but the file's has {short(str(array.shape))}; "
            "set the layer's parameters to fit first."
        )
    if array.dtype.kind != "f":
        raise WeightsFileError(f"The {name} holds {array.dtype} numbers; save it as float32.")
    with np.errstate(over="ignore"):
        narrow = np.array(array, dtype=np.float32, order="C")
    wrong = narrow.size - int(np.isfinite(narrow).sum())
    if wrong:
        raise WeightsFileError(
            f"The {name} holds {wrong:,} numbers that are NaN or too large for float32; replace them first."
        )
    return narrow
