"""ConvSpec -> the real ``nn.Conv2d`` -> LayerRun. The only module that imports torch (checkpoints apart)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import torch
from torch import nn

from conv_viz.code import ARGUMENTS
from conv_viz.spec import ConvSpec, ConvSpecError, Shape

DTYPES = {np.dtype(np.float32): torch.float32, np.dtype(np.float64): torch.float64}
THREADS = torch.get_num_threads()
"""What torch uses by itself on this machine."""
SMALL = 1_000_000  # numbers in weight and input that a trial run may take


@dataclass(frozen=True, eq=False)
class LayerRun:
    """One forward pass: numpy arrays in the input's dtype, equal to torch bit for bit.

    `input` (N, C, H, W) or (C, H, W); `weight` (out_channels, in_channels/groups, kH, kW);
    `bias` (out_channels,) or None; `output` with the input's rank.
    """

    spec: ConvSpec
    input: np.ndarray
    weight: np.ndarray
    bias: np.ndarray | None
    output: np.ndarray


def run(
    spec: ConvSpec,
    input: np.ndarray,
    *,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    seed: int = 0,
) -> LayerRun:
    """Run the real layer on an input (N, C, H, W) or (C, H, W), float32 or float64.

    Weights that are not given are torch's default initialisation, drawn from a
    private generator: the same for the same seed, whatever other threads do.
    Raises `ConvSpecError` when the input, weight or bias cannot belong to the layer.

    >>> done = run(ConvSpec(1, 1, 2, bias=False), np.ones((1, 3, 3), np.float32),
    ...            weight=np.ones((1, 1, 2, 2)))
    >>> done.output.tolist()
    [[[4.0, 4.0], [4.0, 4.0]]]
    """
    x = _input(spec, input)
    layer = build(spec, x.dtype, weight=weight, bias=bias, seed=seed)
    with torch.inference_mode():
        output = layer(x)
    return LayerRun(
        spec,
        x.numpy(),
        layer.weight.detach().numpy(),
        None if layer.bias is None else layer.bias.detach().numpy(),
        output.numpy(),
    )


class Conv2d(nn.Conv2d):
    """torch's own layer, but its constructor draws no weights.

    That draw would read torch's global generator, which other threads share.
    ``nn.utils.skip_init`` does the same by way of the meta device, whose first use
    imports some five hundred modules, sympy among them.
    """

    def reset_parameters(self) -> None:
        """Leave the weights as they are; `build` fills them."""


def build(
    spec: ConvSpec,
    dtype: torch.dtype = torch.float32,
    *,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    seed: int = 0,
) -> nn.Conv2d:
    """The real layer with the given weights, or drawn from the seed.

    >>> build(ConvSpec(3, 8, 3, padding="same"))
    Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=same)
    """
    layer = Conv2d(**spec.arguments(), dtype=dtype)
    if bias is not None and not spec.bias:
        raise ConvSpecError("bias", "A bias was given to a layer with bias=False.", {"bias": True})
    given = [
        None if weight is None else _given("weight", weight, spec.weight_shape),
        None if bias is None else _given("bias", bias, spec.bias_shape),
    ]
    drawn = initial(spec, seed, dtype) if weight is None or (bias is None and spec.bias) else (None, None)
    with torch.no_grad():
        for parameter, own, random in zip((layer.weight, layer.bias), given, drawn, strict=True):
            values = random if own is None else own
            if parameter is not None and values is not None:
                parameter.copy_(values)
    return layer


def initial(spec: ConvSpec, seed: int, dtype: torch.dtype = torch.float32) -> tuple[torch.Tensor, torch.Tensor | None]:
    """torch's default initialisation of weight and bias from a private generator.

    Bit for bit what ``torch.manual_seed(seed); nn.Conv2d(...)`` draws. Source:
    ``_ConvNd.reset_parameters`` in torch/nn/modules/conv.py.

    >>> weight, bias = initial(ConvSpec(1, 2, 3), seed=0)
    >>> _ = torch.manual_seed(0)
    >>> bool((weight == nn.Conv2d(1, 2, 3).weight).all())
    True
    """
    generator = torch.Generator().manual_seed(seed)
    weight = torch.empty(spec.weight_shape, dtype=dtype)
    nn.init.kaiming_uniform_(weight, a=5**0.5, generator=generator)
    if not spec.bias:
        return weight, None
    bound = 1 / math.sqrt(weight[0].numel())  # not ** -0.5, which differs in the last bit
    return weight, torch.empty(spec.out_channels, dtype=dtype).uniform_(-bound, bound, generator=generator)


def run_filters(
    spec: ConvSpec,
    sample: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray | None,
    filters: range,
    without: range = range(0),
) -> np.ndarray:
    """Output planes (len(filters), OH, OW) of some filters, by real layers without groups.

    For a layer too large to run whole. `sample` is (C, H, W); channels in `without`
    are left out of the sum, which tells what the others add.
    """
    planes = []
    for reads, members in groupby(filters, spec.channels_of):
        group = list(members)
        kept = [c for c in reads if c not in without]
        rows = slice(group[0], group[-1] + 1)
        if not kept:
            height, width = spec.output_shape(sample.shape)[-2:]
            planes.append(np.zeros((len(group), height, width), sample.dtype))
            continue
        whole = len(kept) == len(reads)
        slices = weight[rows] if whole else weight[rows][:, [c - reads.start for c in kept]]
        part = spec.replace(in_channels=len(kept), out_channels=len(group), groups=1, bias=bias is not None)
        planes.append(
            run(
                part,
                sample[reads.start : reads.stop] if whole else sample[kept],
                weight=slices,
                bias=None if bias is None else bias[rows],
            ).output
        )
    return planes[0] if len(planes) == 1 else np.concatenate(planes)


def torch_message(arguments: dict[str, Any], input_shape: Shape | None = None) -> str | None:
    """What torch itself says of a setting, or None when it accepts it.

    A small layer is really tried on zeros. A large one goes to the meta device,
    which allocates nothing and words some messages differently.

    >>> torch_message(dict(in_channels=3, out_channels=6, kernel_size=3, groups=2))
    'ValueError: in_channels must be divisible by groups'
    """
    try:
        layer = nn.Conv2d(**arguments, device="meta")
        small = layer.weight.numel() + math.prod(input_shape or (0,)) <= SMALL
        device = "cpu" if small else "meta"
        if input_shape is not None:
            layer.to_empty(device=device)(torch.zeros(input_shape, device=device))
    except Exception as error:  # torch raises RuntimeError, ValueError, TypeError, ZeroDivisionError ...
        return f"{type(error).__name__}: {error}"
    return None


def _input(spec: ConvSpec, input: np.ndarray) -> torch.Tensor:
    array = np.ascontiguousarray(input) if input.ndim else input
    if array.dtype not in DTYPES:
        raise ConvSpecError(
            "input",
            f"The input holds {array.dtype}; the layer computes in float32 or float64. "
            "Convert it first: x.astype(np.float32), and / 255 for picture bytes.",
        )
    spec.output_shape(array.shape)
    if not array.flags.writeable:  # torch warns of read-only memory, which it never writes here
        array = array.copy()
    return torch.from_numpy(array)


def spec_of(module: nn.Conv2d) -> ConvSpec:
    """The arguments of somebody's own layer.

    Raises `ConvSpecError` for what is no ``nn.Conv2d``, or computes in a way of its own.

    >>> spec_of(nn.Conv2d(3, 8, 3, padding="same", groups=1))
    ConvSpec(3, 8, kernel_size=3, padding='same')
    """
    _check_module(module)
    given = {name: getattr(module, name) for name in ARGUMENTS if name != "bias"}
    return ConvSpec(**given, bias=module.bias is not None)


def weights_of(module: nn.Conv2d) -> tuple[np.ndarray, np.ndarray | None]:
    """Copies of the weight and the bias of somebody's own layer, float32 or float64; raises as `spec_of`.

    >>> weight, bias = weights_of(nn.Conv2d(3, 8, 3, bias=False))
    >>> weight.shape, bias
    ((8, 3, 3, 3), None)
    """
    _check_module(module)
    if module.weight.is_meta:
        raise ConvSpecError("weight", "The layer is on the meta device, where weights have no values: load them first.")
    weight = _copied("weight", module.weight)
    return weight, None if module.bias is None else _copied("bias", module.bias)


def checked_input(spec: ConvSpec, input: np.ndarray) -> np.ndarray:
    """An input that the layer can be given, else `ConvSpecError`: float32 or float64, of a shape that fits."""
    return _input(spec, input).numpy()


def array_of(input: np.ndarray | torch.Tensor) -> np.ndarray:
    """An input as a numpy array, whatever device a tensor is on; raises `ConvSpecError` for anything else.

    >>> array_of(torch.ones(1, 2, 2)).shape
    (1, 2, 2)
    """
    if isinstance(input, torch.Tensor):
        return _copied("input", input)
    if not isinstance(input, np.ndarray):
        raise ConvSpecError(
            "input", f"The input is a torch tensor, a numpy array or a shape, not a value of type {_kind(input)}."
        )
    return input


def _check_module(module: object) -> None:
    if not isinstance(module, nn.Conv2d):
        raise ConvSpecError(
            "layer", f"An nn.Conv2d is needed here, not a value of type {_kind(module)}.{_inside(module)}"
        )
    if isinstance(module.weight, nn.UninitializedParameter):
        raise ConvSpecError("layer", "A LazyConv2d knows its channels only after its first call: call it once before.")
    own = [name for name in ("forward", "_conv_forward") if getattr(type(module), name) is not getattr(nn.Conv2d, name)]
    if own:
        raise ConvSpecError(
            "layer",
            f"{_kind(module)} computes in a way of its own, so nn.Conv2d's numbers would not be its numbers. "
            "Show a plain nn.Conv2d with the same weights.",
        )


def _inside(module: object) -> str:
    """The layers that could have been meant, in words."""
    if not isinstance(module, nn.Module):
        return ""
    names = [name for name, part in module.named_modules() if isinstance(part, nn.Conv2d)]
    if not names:
        return ""
    most = ", ".join(names[:4]) + (", …" if len(names) > 4 else "")
    return f" It holds {most}: take one, as model.get_submodule({names[0]!r})."


def _copied(name: str, tensor: torch.Tensor) -> np.ndarray:
    if tensor.dtype not in DTYPES.values():
        raise ConvSpecError(
            name,
            f"The {name} holds {str(tensor.dtype).removeprefix('torch.')}; the layer computes in float32 or float64. "
            f"Convert it first with .float(){', and / 255 for picture bytes' if name == 'input' else ''}.",
        )
    return tensor.detach().cpu().numpy().copy()


def _kind(value: object) -> str:
    return type(value).__name__


def _given(name: str, array: np.ndarray, shape: Shape | None) -> torch.Tensor:
    try:
        array = np.array(array, dtype=np.float64)
    except (TypeError, ValueError):
        raise ConvSpecError(name, f"The {name} holds something else than real numbers.") from None
    if array.shape != shape:
        raise ConvSpecError(name, f"The {name} of this layer has shape {shape}, not {array.shape}.")
    return torch.from_numpy(array)


def one_thread() -> None:
    """Let every layer of this process run on the thread that asked for it, from now on.

    For a server: each of its script threads would start helpers of its own, and then wait
    until a busy machine lets them run, some 10 ms for a layer that takes 0.2 ms alone.
    The last bit of an output may depend on the number of threads, in torch as here.
    """
    torch.set_num_threads(1)


@contextmanager
def all_cores() -> Iterator[None]:
    """For work of seconds in a process that otherwise uses `one_thread`: torch's own number of threads again.

    >>> with all_cores():
    ...     torch.get_num_threads() == THREADS
    True
    """
    before = torch.get_num_threads()
    torch.set_num_threads(THREADS)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def forward(spec: ConvSpec, weight: np.ndarray, bias: np.ndarray | None) -> Callable[[np.ndarray], np.ndarray]:
    """The layer, built once, as a function from float32 (C, H, W) to (out_channels, OH, OW).

    For many inputs of the same layer, which must fit it: only torch checks them.

    >>> layer = forward(ConvSpec(1, 1, 3, padding="same"), np.ones((1, 1, 3, 3)), np.ones(1))
    >>> layer(np.ones((1, 2, 2), np.float32)).tolist()
    [[[5.0, 5.0], [5.0, 5.0]]]
    """
    if spec.bias and bias is None:
        raise ConvSpecError("bias", "The layer has a bias, and none was given.", {"bias": False})
    layer = build(spec, weight=weight, bias=bias)

    def output(input: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return layer(torch.from_numpy(input)).numpy()

    return output


def put(target: np.ndarray, values: np.ndarray) -> None:
    """``target[...] = values`` on all cores: with fresh memory about three times as fast as numpy's own.

    >>> row = np.zeros(3, np.float32)
    >>> put(row[1:], np.ones(2, np.float32))
    >>> row.tolist()
    [0.0, 1.0, 1.0]
    """
    torch.from_numpy(target).copy_(torch.from_numpy(values))
