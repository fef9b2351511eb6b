"""A pasted layer in the frame: which input it is shown on, and what is to be said about that.

A text seldom tells everything. What it leaves open stays as the frame has it, unless the layer could
not run on it; what lies beyond the controls is refused rather than shown as another layer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conv_viz.layers.call import short
from conv_viz.layers.channels_last import as_channels_first
from conv_viz.layers.conv import SPARE
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.values import Shape
from conv_viz.text.pasted import Layer, Pasted, PasteError
from conv_viz.text.told import Pad


@dataclass(frozen=True)
class Adopted:
    """What the controls are to be set to: `arguments` of the class `name` in ``torch.nn``, an input, and `notes` on it.

    The input is (N, C, H, W), of a layer with one axis (N, C, L). Without a layer in the text these are single
    arguments, or none, and the input may be None.
    """

    arguments: dict[str, Any]
    input_shape: Shape | None
    notes: tuple[str, ...] = ()
    name: str = "Conv2d"


def adopt(pasted: Pasted, current: Shape, limits: Mapping[str, int], index: int = 0) -> Adopted:
    """One layer of a text on the input that the text gives for it, else on the `current` one.

    That is (N, C, H, W) or (N, C, L).
    `limits` are the largest values that the controls take, by name. Raises
    `conv_viz.text.paste.PasteError` with one sentence for a layer beyond them.

    >>> from conv_viz.text.paste import read
    >>> limits = dict(out_channels=4096, kernel_size=64, height=1024, width=1024)
    >>> adopted = adopt(read("nn.Conv2d(3, 64, 11, stride=4)"), (1, 3, 7, 7), limits)
    >>> adopted.input_shape, adopted.notes
    ((1, 3, 22, 22), ('The text gives no input, and 7 × 7 is too small for this layer: 22 × 22 is shown.',))
    """
    said = pasted.mended_input or pasted.input_shape
    if not pasted.layers:
        shape = said and _within(_batched(said, 2, current[1]), limits)
        return Adopted(dict(pasted.arguments), shape)
    layer = pasted.layers[index]
    spec = layer.spec
    arguments = spec.arguments() if spec.dims == 2 else {name: short(v) for name, v in spec.arguments().items()}
    for name, most in limits.items():
        if name in arguments and _largest(arguments[name]) > most:
            value = short(arguments[name])
            raise PasteError(f"{layer.name}: {name}={value} is more than the controls reach, which is {most:,}.")
    said = said if index == 0 else _later_input(layer, said)
    channels = _channels(spec, current[1])
    current = (current[0], channels, *_sizes(current, spec.dims))
    if said and len(said) in (spec.dims + 1, spec.dims + 2):
        shape = _batched(said, spec.dims, _channels(spec, said[-spec.dims - 1]))
        notes = _channel_note(spec, said)
        if layer.pad:
            shape, notes = padded(shape, layer.pad), (*notes, _pad_note(shape, layer.pad))
    elif layer.pad and _runs(spec, wider := padded(current, layer.pad)):
        shape, notes = wider, (_pad_note(current, layer.pad),)
    else:
        shape, notes = _roomy(spec, current)
    notes = (*layer.notes, *notes)
    within = _within(shape, limits)
    if within != shape:
        notes = (*notes, f"The input is {_size(shape)}; {_size(within)} is shown, as far as the controls reach.")
    return Adopted(arguments, within, notes, spec.name())


def padded(shape: Shape, pad: Pad) -> Shape:
    """The shape after ``F.pad``, whose numbers are left, right, top, bottom.

    >>> padded((1, 3, 8, 8), (1, 2, 0, 4))
    (1, 3, 12, 11)
    """
    left, right, top, bottom = pad
    return (*shape[:-2], shape[-2] + top + bottom, shape[-1] + left + right)


def _pad_note(shape: Shape, pad: Pad) -> str:
    return f"The input shown is the padded one: {_size(shape)} is {_size(padded(shape, pad))} after F.pad(x, {pad})."


def _later_input(layer: Layer, said: Shape | None) -> Shape | None:
    """The input of a layer that is not the first: its own, else the text's if that has its channels."""
    own, dims, channels = layer.input_shape, layer.spec.dims, getattr(layer.spec, "in_channels", None)
    if own:
        return (channels is not None and dims == 2 and as_channels_first(own, channels)) or own
    return said if said and not layer.lost and len(said) > dims and said[-dims - 1] == channels else None


def _channels(spec: WindowLayer, otherwise: int) -> int:
    """How many channels the layer reads; a pool takes any number."""
    return spec.input_channels(otherwise)


def _sizes(shape: Shape, dims: int) -> Shape:
    """(H, W) or (L,) of an input of either kind."""
    sizes = shape[2:]
    return (sizes * dims)[-dims:] if len(sizes) < dims else sizes[-dims:]


def _runs(spec: WindowLayer, shape: Shape) -> bool:
    return all(size >= least for size, least in zip(shape[-spec.dims :], least_size(spec), strict=True))


def least_size(spec: WindowLayer) -> Shape:
    """The smallest (height, width), or (length,), that passes the layer.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> least_size(ConvSpec(1, 1, 5, padding=1)), least_size(ConvSpec(1, 1, 3, padding=4, padding_mode="reflect"))
    ((3, 3), (5, 5))
    """
    spare = SPARE.get(spec.padding_mode)
    apart = spec.arguments()["stride"] if spec.turned else (1, 1)
    sides = zip(spec.effective_kernel, spec.padding_sides[-spec.dims :], apart[-spec.dims :], strict=True)
    sizes = []
    for span, (before, after), step in sides:
        copied = 0 if spare is None else max(before, after) + spare
        sizes.append(max(1, 1 - (before + after + 1 - span) // step, copied))
    return tuple(sizes)


def _batched(said: Shape, dims: int, channels: int) -> Shape:
    """An input with or without a batch, with one, and with the channels of the layer that is shown."""
    return (said[0] if len(said) == dims + 2 else 1, channels, *said[-dims:])


def _roomy(spec: WindowLayer, current: Shape) -> tuple[Shape, tuple[str, ...]]:
    """The current input where the layer runs on it, else one that is twice as large as the kernel."""
    if _runs(spec, current):
        return current, ()
    batch, channels, *sizes = current
    side = max(*sizes, *least_size(spec), *(2 * span for span in spec.effective_kernel))
    shape = (batch, channels, *[side] * spec.dims)
    return shape, (
        f"The text gives no input, and {_size(current)} is too small for this layer: {_size(shape)} is shown.",
    )


def _channel_note(spec: WindowLayer, said: Shape) -> tuple[str, ...]:
    channels = said[-spec.dims - 1]
    reads = _channels(spec, channels)
    if channels == reads:
        return ()
    has = f"{channels} channel{'s' * (channels != 1)}"
    return (f"The input in the text has {has}, the layer reads {reads}: that is shown.",)


def _within(shape: Shape, limits: Mapping[str, int]) -> Shape:
    batch, channels, *sizes = shape
    names = ("height", "width")[-len(sizes) :]
    cut = (min(size, limits.get(name, size)) for name, size in zip(names, sizes, strict=True))
    return (min(batch, limits.get("batch_size", batch)), channels, *cut)


def _largest(value: Any) -> float:
    """The largest number of an argument; a word or a bool has none."""
    if isinstance(value, tuple):
        return max(value)
    return value if isinstance(value, int | float) else 0


def _size(shape: Shape) -> str:
    return " × ".join(map(str, shape[2:])) if len(shape) == 4 else f"length {shape[-1]}"
