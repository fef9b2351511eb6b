"""A pasted layer in the frame: which input it is shown on, and what is to be said about that.

A text seldom tells everything. What it leaves open stays as the frame has it, unless the layer could
not run on it; what lies beyond the controls is refused rather than shown as another layer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conv_viz.code import short
from conv_viz.paste import Pasted, PasteError
from conv_viz.spec import ConvSpec, Shape

SPARE = {"reflect": 1, "circular": 0}  # input cells that must be there beside those that the padding copies


@dataclass(frozen=True)
class Adopted:
    """What the controls are to be set to: `arguments` of ``nn.Conv2d``, an input (N, C, H, W), and `notes` on it.

    Without a layer in the text these are single arguments, or none, and the input may be None.
    """

    arguments: dict[str, Any]
    input_shape: Shape | None
    notes: tuple[str, ...] = ()


def adopt(pasted: Pasted, current: Shape, limits: Mapping[str, int], index: int = 0) -> Adopted:
    """One layer of a text on the input that the text gives for it, else on the `current` one (N, C, H, W).

    `limits` are the largest values that the controls take, by name. Raises
    `conv_viz.paste.PasteError` with one sentence for a layer beyond them.

    >>> from conv_viz.paste import read
    >>> limits = dict(out_channels=4096, kernel_size=64, height=1024, width=1024)
    >>> adopted = adopt(read("nn.Conv2d(3, 64, 11, stride=4)"), (1, 3, 7, 7), limits)
    >>> adopted.input_shape, adopted.notes
    ((1, 3, 22, 22), ('The text gives no input, and 7 × 7 is too small for this layer: 22 × 22 is shown.',))
    """
    said = pasted.mended_input or pasted.input_shape
    if not pasted.layers:
        shape = said and _within(_batched(said, current[1]), limits)
        return Adopted(dict(pasted.arguments), shape)
    layer = pasted.layers[index]
    spec = layer.spec
    arguments = spec.arguments()
    for name, most in limits.items():
        if name in arguments and _largest(arguments[name]) > most:
            value = short(arguments[name])
            raise PasteError(f"{layer.name}: {name}={value} is more than the controls reach, which is {most:,}.")
    if said and (index == 0 or said[-3] == spec.in_channels):  # the input of a model is not that of its later layers
        shape, notes = _batched(said, spec.in_channels), _channel_note(spec, said)
    else:
        shape, notes = _roomy(spec, current)
    within = _within(shape, limits)
    if within != shape:
        notes = (*notes, f"The input is {_size(shape)}; {_size(within)} is shown, as far as the controls reach.")
    return Adopted(arguments, within, notes)


def least_size(spec: ConvSpec) -> tuple[int, int]:
    """The smallest (height, width) that passes the layer.

    >>> least_size(ConvSpec(1, 1, 5, padding=1)), least_size(ConvSpec(1, 1, 3, padding=4, padding_mode="reflect"))
    ((3, 3), (5, 5))
    """
    spare = SPARE.get(spec.padding_mode)
    sizes = []
    for span, (before, after) in zip(spec.effective_kernel, spec.padding_sides, strict=True):
        copied = 0 if spare is None else max(before, after) + spare
        sizes.append(max(1, span - before - after, copied))
    return sizes[0], sizes[1]


def _batched(said: Shape, channels: int) -> Shape:
    """(C, H, W) or (N, C, H, W) as (N, C, H, W), with the channels of the layer that is shown."""
    return (said[0] if len(said) == 4 else 1, channels, *said[-2:])


def _roomy(spec: ConvSpec, current: Shape) -> tuple[Shape, tuple[str, ...]]:
    """The current input where the layer runs on it, else one that is twice as large as the kernel."""
    batch, _, *sizes = current
    least = least_size(spec)
    if all(size >= needed for size, needed in zip(sizes, least, strict=True)):
        return (batch, spec.in_channels, *sizes), ()
    side = max(*sizes, *least, *(2 * span for span in spec.effective_kernel))
    shape = (batch, spec.in_channels, side, side)
    return shape, (
        f"The text gives no input, and {_size(current)} is too small for this layer: {_size(shape)} is shown.",
    )


def _channel_note(spec: ConvSpec, said: Shape) -> tuple[str, ...]:
    channels = said[-3]
    if channels == spec.in_channels:
        return ()
    has = f"{channels} channel{'s' * (channels != 1)}"
    return (f"The input in the text has {has}, the layer reads {spec.in_channels}: that is shown.",)


def _within(shape: Shape, limits: Mapping[str, int]) -> Shape:
    batch, channels, height, width = shape
    cut = (
        min(size, limits.get(name, size))
        for name, size in (("batch_size", batch), ("height", height), ("width", width))
    )
    batch, height, width = cut
    return batch, channels, height, width


def _largest(value: Any) -> int:
    """The largest number of an argument; a word or a bool has none."""
    if isinstance(value, tuple):
        return max(value)
    return value if isinstance(value, int) else 0


def _size(shape: Shape) -> str:
    return f"{shape[-2]} × {shape[-1]}"
