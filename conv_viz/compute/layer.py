"""ConvSpec -> the real ``nn.Conv2d`` -> LayerRun. The only module that imports torch (checkpoints apart)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from conv_viz.layers.facts import FACTS
from conv_viz.layers.kinds import KINDS, WindowLayer
from conv_viz.layers.run import LayerRun
from conv_viz.layers.values import ConvSpecError, Shape

DTYPES = {np.dtype(np.float32): torch.float32, np.dtype(np.float64): torch.float64}
SMALL = 1_000_000  # numbers in weight and input that a trial run may take


def run(
    spec: WindowLayer,
    input: np.ndarray,
    *,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    seed: int = 0,
) -> LayerRun:
    """Run the real layer on an input (N, C, H, W) or (C, H, W), float32 or float64.

    Weights that are not given are torch's default initialisation, drawn from a
    private generator: the same for the same seed, whatever other threads do (on another
    kind of processor torch may draw a number that differs in its last bit).
    Raises `ConvSpecError` when the input, weight or bias cannot belong to the layer.

    >>> from conv_viz import ConvSpec, parse
    >>> done = run(ConvSpec(1, 1, 2, bias=False), np.ones((1, 3, 3), np.float32),
    ...            weight=np.ones((1, 1, 2, 2)))
    >>> done.output.tolist()
    [[[4.0, 4.0], [4.0, 4.0]]]
    >>> pooled = run(parse("nn.MaxPool2d(2)"), np.arange(16, dtype=np.float32).reshape(1, 4, 4))
    >>> pooled.output.tolist(), pooled.indices.tolist()
    ([[[5.0, 7.0], [13.0, 15.0]]], [[[5, 7], [13, 15]]])
    """
    x = _input(spec, input)
    layer = build(spec, x.dtype, weight=weight, bias=bias, seed=seed)
    with torch.inference_mode():
        if spec.reduce.join == "max":
            layer.return_indices = True
            output, indices = layer(x)
            return LayerRun(spec, x.numpy(), None, None, output.numpy(), indices.numpy())
        output = layer(x)
    return LayerRun(spec, x.numpy(), _numbers(layer, "weight"), _numbers(layer, "bias"), output.numpy())


def _numbers(layer: nn.Module, name: str) -> np.ndarray | None:
    held = getattr(layer, name, None)
    return None if held is None else held.detach().numpy()


def _undrawn(name: str) -> type[nn.Module]:
    """torch's own class, but its constructor draws no weights; `build` fills them.

    That draw would read torch's global generator, which other threads share.
    ``nn.utils.skip_init`` does the same by way of the meta device, whose first use
    imports some five hundred modules, sympy among them.
    """
    return type(name, (getattr(nn, name),), {"reset_parameters": lambda self: None})


LAYERS: dict[str, type[Any]] = {name: _undrawn(name) for name in KINDS}


def build(
    spec: WindowLayer,
    dtype: torch.dtype = torch.float32,
    *,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    seed: int = 0,
) -> Any:
    """The real layer, a ``torch.nn.Module``, with the given weights, or drawn from the seed.

    >>> from conv_viz import ConvSpec
    >>> build(ConvSpec(3, 8, 3, padding="same"))
    Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=same)
    """
    name = spec.name()
    if spec.weight_shape is None:
        if weight is not None or bias is not None:
            raise ConvSpecError("weight", f"{spec.kind} has no weights; none can be given.")
        return LAYERS[name](**spec.arguments())
    layer = LAYERS[name](**spec.arguments(), dtype=dtype)
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


def initial(
    spec: WindowLayer, seed: int, dtype: torch.dtype = torch.float32
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """torch's default initialisation of weight and bias from a private generator.

    Bit for bit what ``torch.manual_seed(seed); nn.Conv2d(...)`` draws on the same machine; the other layers with
    weights draw alike. Between kinds of processors torch's draws may differ in the last bit: with fused
    multiply-adds it scales them in one step.
    Source: ``_ConvNd.reset_parameters`` in torch/nn/modules/conv.py.

    >>> from conv_viz import ConvSpec
    >>> weight, bias = initial(ConvSpec(1, 2, 3), seed=0)
    >>> _ = torch.manual_seed(0)
    >>> bool((weight == nn.Conv2d(1, 2, 3).weight).all())
    True
    """
    assert spec.weight_shape is not None
    weight, bias = draw(spec.weight_shape, spec.bias_shape or (0,), seed, dtype)
    return weight, bias if spec.bias_shape else None


def draw(
    weight_shape: Shape, bias_shape: Shape, seed: int, dtype: torch.dtype = torch.float32
) -> tuple[torch.Tensor, torch.Tensor]:
    """Weight and bias of these shapes, drawn as `initial` says.

    >>> draw((2, 1, 3, 3), (2,), seed=0)[1].shape
    torch.Size([2])
    """
    generator = torch.Generator().manual_seed(seed)
    weight = torch.empty(weight_shape, dtype=dtype)
    nn.init.kaiming_uniform_(weight, a=5**0.5, generator=generator)
    bound = 1 / math.sqrt(weight[0].numel())  # not ** -0.5, which differs in the last bit
    return weight, torch.empty(bias_shape, dtype=dtype).uniform_(-bound, bound, generator=generator)


def torch_message(arguments: dict[str, Any], input_shape: Shape | None = None, kind: str = "nn.Conv2d") -> str | None:
    """What torch itself says of a setting, or None when it accepts it.

    A small layer is really tried on zeros. A large one goes to the meta device,
    which allocates nothing and words some messages differently.

    >>> torch_message(dict(in_channels=3, out_channels=6, kernel_size=3, groups=2))
    'ValueError: in_channels must be divisible by groups'
    """
    try:
        weightless = KINDS[kind.removeprefix("nn.")].weight_shape is None
        place = {} if weightless else {"device": "meta"}
        layer = getattr(nn, kind.removeprefix("nn."))(**arguments, **place)
        numbers = sum(parameter.numel() for parameter in layer.parameters())
        small = numbers + math.prod(input_shape or (0,)) <= SMALL
        device = "cpu" if small else "meta"
        if input_shape is not None:
            layer.to_empty(device=device)(torch.zeros(input_shape, device=device))
    except Exception as error:  # torch raises RuntimeError, ValueError, TypeError, ZeroDivisionError ...
        return f"{type(error).__name__}: {error}"
    return None


def _input(spec: WindowLayer, input: np.ndarray) -> torch.Tensor:
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


def spec_of(module: Any) -> WindowLayer:
    """The arguments of somebody's own layer.

    Raises `ConvSpecError` for what is no window layer of ``torch.nn``, or computes in a way of its own.

    >>> spec_of(nn.Conv2d(3, 8, 3, padding="same", groups=1)), spec_of(nn.MaxPool2d(2))
    (ConvSpec(3, 8, kernel_size=3, padding='same'), MaxPoolSpec(kernel_size=2))
    """
    name = _checked_name(module)
    given = {argument: getattr(module, argument) for argument in FACTS[name].arguments}
    if "bias" in given:
        given["bias"] = module.bias is not None
    made: WindowLayer = KINDS[name](**given)
    return made


def weights_of(module: Any) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Copies of the weight and the bias of somebody's own layer, float32 or float64; raises as `spec_of`.

    A pool has neither.

    >>> weight, bias = weights_of(nn.Conv2d(3, 8, 3, bias=False))
    >>> weight.shape, bias
    ((8, 3, 3, 3), None)
    """
    if not hasattr(module, "weight") and _checked_name(module):
        return None, None
    _checked_name(module)
    if module.weight.is_meta:
        raise ConvSpecError("weight", "The layer is on the meta device, where weights have no values: load them first.")
    weight = _copied("weight", module.weight)
    return weight, None if module.bias is None else _copied("bias", module.bias)


def checked_input(spec: WindowLayer, input: np.ndarray) -> np.ndarray:
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


def _checked_name(module: object) -> str:
    """The class in ``torch.nn`` that somebody's layer is, which computes as that does."""
    name = next((name for name in KINDS if isinstance(module, getattr(nn, name))), None)
    if name is None:
        known = ", ".join(f"nn.{known}" for known in KINDS)
        raise ConvSpecError(
            "layer", f"One of {known} is needed here, not a value of type {_kind(module)}.{_inside(module)}"
        )
    if isinstance(getattr(module, "weight", None), nn.UninitializedParameter):
        raise ConvSpecError("layer", "A lazy layer knows its channels only after its first call: call it once before.")
    theirs, ours = type(module), getattr(nn, name)
    if any(getattr(theirs, do, None) is not getattr(ours, do, None) for do in ("forward", "_conv_forward")):
        raise ConvSpecError(
            "layer",
            f"{_kind(module)} computes in a way of its own, so nn.{name}'s numbers would not be its numbers. "
            f"Show a plain nn.{name} with the same weights.",
        )
    return name


def _inside(module: object) -> str:
    """The layers that could have been meant, in words."""
    if not isinstance(module, nn.Module):
        return ""
    known = tuple(getattr(nn, name) for name in KINDS)
    names = [name for name, part in module.named_modules() if isinstance(part, known)]
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
        array = np.asarray(array)
        # Numbers of the layer's own kinds stay as they are: a copy in float64 is twice as large.
        array = np.array(array, dtype=array.dtype if array.dtype in DTYPES else np.float64)
    except (TypeError, ValueError):
        raise ConvSpecError(name, f"The {name} holds something else than real numbers.") from None
    if array.shape != shape:
        raise ConvSpecError(name, f"The {name} of this layer has shape {shape}, not {array.shape}.")
    return torch.from_numpy(array)


def forward(
    spec: WindowLayer, weight: np.ndarray | None, bias: np.ndarray | None, dtype: torch.dtype = torch.float32
) -> Callable[[np.ndarray], np.ndarray]:
    """The layer, built once, as a function from (C, H, W) of this type to (out_channels, OH, OW).

    For many inputs of the same layer, which must fit it: only torch checks them.

    >>> from conv_viz import ConvSpec
    >>> layer = forward(ConvSpec(1, 1, 3, padding="same"), np.ones((1, 1, 3, 3)), np.ones(1))
    >>> layer(np.ones((1, 2, 2), np.float32)).tolist()
    [[[5.0, 5.0], [5.0, 5.0]]]
    """
    if spec.bias and bias is None:
        raise ConvSpecError("bias", "The layer has a bias, and none was given.", {"bias": False})
    layer = build(spec, dtype, weight=weight, bias=bias)
    if spec.reduce.join == "max":
        layer.return_indices = False  # the maxima alone

    def output(input: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return layer(torch.from_numpy(input)).numpy()

    return output


def put(target: np.ndarray, values: np.ndarray) -> None:
    """``target[...] = values`` by torch: with fresh memory on several cores about three times as fast as numpy's own.

    >>> row = np.zeros(3, np.float32)
    >>> put(row[1:], np.ones(2, np.float32))
    >>> row.tolist()
    [0.0, 1.0, 1.0]
    """
    torch.from_numpy(target).copy_(torch.from_numpy(values))
