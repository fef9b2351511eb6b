"""A ``.pt`` file -> plain tensors. Runs in a process of its own only: a file can end the process that loads it.

``weights_only=True`` keeps code out; it does not keep out a sparse tensor whose indices lie beyond it, which ends torch
with a segmentation fault, or one that claims more numbers than its storage has.
"""

from __future__ import annotations

import io
import math
import pickle
import sys
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from conv_viz import apart
from conv_viz.limits import MODEL_MEMORY, TENSORS
from conv_viz.models.found import is_convolution, is_norm
from conv_viz.models.packed import Tensor, packed
from conv_viz.models.zip_directory import START, STATE_DICT, fresh, read_directory
from conv_viz.weights.header import WeightsFileError

WRAPPERS = ("state_dict", "model_state_dict", "model", "net", "params", "weights")
"""Keys under which training scripts put the state_dict beside an optimizer's."""
DEEP = 6
TYPES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.float8_e5m2: "F8_E5M2", torch.float8_e4m3fn: "F8_E4M3",
}  # fmt: skip


def serve() -> None:
    """What the other process does."""
    apart.limit(MODEL_MEMORY)
    warnings.simplefilter("ignore")
    try:
        tensors = state_dict(sys.stdin.buffer.read())
    except WeightsFileError as error:
        apart.answer({"refused": str(error)})
        return
    problems, good = [], []
    for name, tensor in tensors.items():
        reason = problem(tensor)
        if not reason and (is_convolution(name, tuple(tensor.shape), tensors) or is_norm(name, tensors)):
            good.append(_packable(name, tensor))
        elif is_convolution(name, tuple(tensor.shape), tensors):
            problems.append({"name": name, "shape": list(tensor.shape), "problem": reason})
    apart.answer({"tensors": len(tensors), "problems": problems}, *packed(good))


def state_dict(data: bytes) -> dict[str, torch.Tensor]:
    """The tensors of a file by their names. Raises `WeightsFileError`.

    >>> buffer = io.BytesIO()
    >>> torch.save({"epoch": 3, "state_dict": {"module.conv.weight": torch.ones(2, 1, 3, 3)}}, buffer)
    >>> [*state_dict(buffer.getvalue())]
    ['conv.weight']
    """
    torch.set_num_threads(1)
    whole: Any = fresh(data, read_directory(data)) if data.startswith(START) else io.BytesIO(data)
    try:
        loaded = torch.load(whole, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise WeightsFileError(
            f"The file holds Python objects and not tensors alone, and none is made from a file here. {STATE_DICT}"
        ) from None
    except MemoryError:
        raise WeightsFileError("The file takes more memory than one may; save fewer layers.") from None
    except Exception:  # torch raises RuntimeError, KeyError, EOFError, AttributeError ... for a damaged file
        raise WeightsFileError(f"This file cannot be read as one of torch.save. {STATE_DICT}") from None
    found: dict[str, torch.Tensor] = {}
    for name, tensor in _tensors(_unwrapped(loaded), ""):
        found[name] = tensor
        if len(found) > TENSORS:
            raise WeightsFileError(f"The file holds more than {TENSORS:,} tensors; save fewer of them.")
    if not found:
        raise WeightsFileError(f"The file holds no tensor with a name. {STATE_DICT}")
    if all(name.startswith("module.") for name in found):  # of DataParallel
        found = {name.removeprefix("module."): tensor for name, tensor in found.items()}
    return found


def _unwrapped(loaded: Any) -> Any:
    while isinstance(loaded, Mapping):
        inner = next((loaded[key] for key in WRAPPERS if isinstance(loaded.get(key), Mapping)), None)
        if inner is None or inner is loaded:
            break
        loaded = inner
    return loaded


def _tensors(value: Any, path: str, depth: int = 0) -> Iterator[tuple[str, torch.Tensor]]:
    if isinstance(value, torch.Tensor) and path:
        yield path, value
    elif isinstance(value, Mapping) and depth < DEEP:
        for key, inner in value.items():
            if isinstance(key, str):
                yield from _tensors(inner, f"{path}.{key}" if path else key, depth + 1)


def problem(tensor: torch.Tensor) -> str:
    """Why a tensor's numbers are not taken, in one sentence; empty for a plain, dense, floating-point one.

    >>> problem(torch.ones(1, 1, 1, 1).expand(8, 8, 3, 3))
    'It repeats its numbers (a stride of 0) instead of holding them; save weight.contiguous().'
    >>> problem(torch.empty(2, 2, 3, 3, device="meta"))
    'It is on the meta device and has no numbers; load the model before it is saved.'
    """
    if tensor.layout != torch.strided:
        return "It is sparse, which no convolution runs with; save weight.to_dense()."
    if tensor.is_quantized:
        return "It is quantised; save weight.dequantize()."
    if tensor.device.type == "meta":
        return "It is on the meta device and has no numbers; load the model before it is saved."
    if tensor.is_complex():
        return "It holds complex numbers, and a real layer is shown; save its real part."
    if tensor.dtype not in TYPES:
        return f"It holds {str(tensor.dtype).removeprefix('torch.')} numbers, which are not read; save weight.float()."
    if not tensor.numel():
        return f"It has shape {tuple(tensor.shape)}, which holds no number; there is nothing to show."
    if any(stride == 0 and size > 1 for size, stride in zip(tensor.shape, tensor.stride(), strict=True)):
        return "It repeats its numbers (a stride of 0) instead of holding them; save weight.contiguous()."
    reach = sum((size - 1) * abs(stride) for size, stride in zip(tensor.shape, tensor.stride(), strict=True)) + 1
    needed = (tensor.storage_offset() + reach) * tensor.element_size()
    if needed > tensor.untyped_storage().nbytes() or math.prod(tensor.shape) > reach:
        return "It claims more numbers than its storage holds; save it again."
    return ""


def _packable(name: str, tensor: torch.Tensor) -> Tensor:
    flat = tensor.detach().contiguous().reshape(-1).view(torch.uint8)
    return name, TYPES[tensor.dtype], tuple(tensor.shape), flat.numpy()
