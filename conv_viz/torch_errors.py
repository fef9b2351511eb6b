"""torch's error messages about convolutions, read back: the layer, the input, the cause and the fix.

Messages are those of torch 2.13 with the older wordings that still stand in many threads.
Patterns are bounded, so reading one costs time in proportion to the text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from conv_viz.spec import Shape

MAX_NUMBER = 1_000_000


@dataclass(frozen=True)
class Diagnosis:
    """What an error message says: `cause` and `fix` in sentences, and as much of layer and input as it holds.

    `arguments` are those of ``nn.Conv2d`` that the message gives, `input_shape` is the
    input as torch counted it (None when not said), its padding included when `padded`, and
    `mended_input` what it should have been when the fix is to change the input.
    """

    cause: str
    fix: str
    arguments: dict[str, Any] = field(default_factory=dict)
    input_shape: Shape | None = None
    mended_input: Shape | None = None
    notes: tuple[str, ...] = ()
    padded: bool = False


def diagnose(text: str) -> Diagnosis | None:
    """The last error message in a text that is known here, explained; None when there is none.

    >>> found = diagnose("RuntimeError: Given groups=1, weight of size [64, 3, 7, 7], expected "
    ...                  "input[1, 224, 224, 3] to have 3 channels, but got 224 channels instead")
    >>> found.arguments["kernel_size"], found.input_shape, found.mended_input
    ((7, 7), (1, 224, 224, 3), (1, 3, 224, 224))
    >>> found.fix
    'x.permute(0, 3, 1, 2) puts the channels second; x.permute(2, 0, 1) for one picture without a batch.'
    """
    last: tuple[int, re.Match[str], Callable[[re.Match[str]], Diagnosis]] | None = None
    for pattern, explain in _MESSAGES:
        for match in pattern.finditer(text):
            if last is None or match.start() > last[0]:
                last = (match.start(), match, explain)
    return last[2](last[1]) if last else None


def _shape(text: str) -> Shape:
    numbers = tuple(int(part) for part in re.split(r"[,x\s]+", text) if part)
    return numbers if all(n <= MAX_NUMBER for n in numbers) else ()


def _channels(match: re.Match[str]) -> Diagnosis:
    weight, shape = _shape(match["weight"]), _shape(match["input"])
    groups, expected, got = (min(int(match[name]), MAX_NUMBER) for name in ("groups", "expected", "got"))
    if match["what"] == "transposed":
        return Diagnosis(
            f"A transposed layer for {expected} input channels was given {got}.",
            f"Set in_channels={got}, or feed it {expected} channels; nn.ConvTranspose2d is not drawn here.",
        )
    if len(weight) != 4:
        kind = {3: "nn.Conv1d", 5: "nn.Conv3d"}.get(len(weight), "a layer with too large or too many sizes")
        return Diagnosis(
            f"The message is about {kind}: it was built for {expected} input channels, but the input has {got}.",
            f"Set in_channels={got}, or feed it {expected} channels.",
        )
    arguments = {"in_channels": weight[1] * groups, "out_channels": weight[0], "kernel_size": weight[2:]}
    if groups > 1:
        arguments["groups"] = groups
    found = Diagnosis(
        *_channel_words(shape, expected, got, groups),
        arguments,
        shape if len(shape) == 4 else None,
        _channels_mended(shape, expected, got),
        ("The message does not give stride, padding, dilation and bias: torch's defaults are shown.",),
    )
    return found


def _channels_mended(shape: Shape, expected: int, got: int) -> Shape | None:
    if len(shape) != 4:
        return None
    if shape[3] == expected != shape[1]:
        return shape[0], shape[3], shape[1], shape[2]
    if expected == 1 and shape[0] == 1 and got not in (3, 4):
        return shape[1], 1, shape[2], shape[3]
    return shape[0], expected, shape[2], shape[3]


def _channel_words(shape: Shape, expected: int, got: int, groups: int) -> tuple[str, str]:
    built = f"The layer was built for {expected} input channel{'s' * (expected != 1)}"
    if len(shape) == 4 and shape[3] == expected != shape[1]:
        return (
            f"The input is (N, H, W, C) or (H, W, C): its last dimension holds the {expected} channels, "
            f"but torch counts them first and took the height {got} for channels.",
            "x.permute(0, 3, 1, 2) puts the channels second"
            + ("; x.permute(2, 0, 1) for one picture without a batch." if shape[0] == 1 else "."),
        )
    if (expected, got) == (3, 1):
        return (
            f"{built} (RGB), but the picture is grey: it has 1.",
            "Set in_channels=1, or repeat the grey channel: x.repeat(1, 3, 1, 1).",
        )
    if (expected, got) == (1, 3):
        return (
            f"{built} (grey), but the picture is RGB: it has 3.",
            "Set in_channels=3, or make the picture grey: x.mean(dim=1, keepdim=True).",
        )
    if (expected, got) == (3, 4):
        return f"{built} (RGB), but the picture has 4: RGB and alpha.", "Drop alpha: x[:, :3]; or set in_channels=4."
    if expected == 1 and len(shape) == 4 and shape[0] == 1:
        return (
            f"{built}, but the input has {got}: a batch of {got} pictures without a channel dimension "
            "reads as one picture with as many channels.",
            f"x.unsqueeze(1) makes it (N, 1, H, W); or set in_channels={got} if these are channels.",
        )
    reads = f" (weight {expected // max(groups, 1)} x {groups} groups)" if groups > 1 else ""
    split = f", and groups must divide it: {math.gcd(got, groups)} does" if groups > 1 and got % groups else ""
    return (
        f"{built}{reads}, but the input has {got}.",
        f"Set in_channels={got}{split}, or feed it {expected} channels: "
        "the layer before it must have as many out_channels.",
    )


def _kernel(match: re.Match[str]) -> Diagnosis:
    padded, kernel = _shape(match["padded"]), _shape(match["kernel"])
    size, span = match["padded"].replace(" ", ""), match["kernel"].replace(" ", "")
    words = (
        f"The kernel does not fit: with its dilation it spans {span} cells, but the padded input has only {size}.",
        "Use a smaller kernel_size or dilation, more padding, or a larger input; deep in a network the "
        "input has often shrunk below the kernel.",
    )
    if len(padded) != 2 or len(kernel) != 2 or min(padded) < 1:
        return Diagnosis(*words)
    return Diagnosis(
        *words,
        {"in_channels": 1, "out_channels": 1, "kernel_size": kernel},
        (1, 1, *padded),
        None,
        ("The message gives sizes after padding and dilation: they are shown as input and kernel.",),
        padded=True,
    )


def _rank(match: re.Match[str]) -> Diagnosis:
    shape, dims = _shape(match["input"]), match["dims"]
    words = f"conv{dims}d reads a batch (N, C, ...) or one input (C, ...), but this one has {len(shape)} dimensions."
    if dims != "2":
        return Diagnosis(words, f"Is nn.Conv2d meant instead of nn.Conv{dims}d? Otherwise add or drop a dimension.")
    if len(shape) == 2:
        return Diagnosis(
            "A bare (H, W) matrix has no channel dimension; conv2d reads (N, C, H, W) or (C, H, W).",
            "x.unsqueeze(0) makes it (1, H, W); x[None, None] makes it (1, 1, H, W).",
            mended_input=(1, 1, *shape),
        )
    if len(shape) == 1:
        return Diagnosis(
            words, "The input was flattened before the layer: move nn.Flatten after it, or x.view it back."
        )
    less = tuple(n for n in shape[:-3] if n != 1)
    return Diagnosis(
        words,
        "x.flatten(0, 1) joins the first two dimensions to a batch; x.squeeze drops those of size 1; "
        "nn.Conv3d is the layer for volumes.",
        mended_input=(math.prod(less), *shape[-3:]) if len(shape) == 5 else None,
    )


def _old_rank(match: re.Match[str]) -> Diagnosis:
    weight, shape = _shape(match["weight"]), _shape(match["input"])
    if len(weight) != 4:
        return Diagnosis("The input has the wrong number of dimensions for this layer.", "Add or drop a dimension.")
    return Diagnosis(
        f"The input has {len(shape)} dimensions, and torch before 1.11 wanted all four: (N, C, H, W).",
        "x.unsqueeze(0) adds the batch; a newer torch takes (C, H, W) as it is.",
        {"in_channels": weight[1], "out_channels": weight[0], "kernel_size": weight[2:]},
        mended_input=(1, *shape) if len(shape) == 3 else (1, 1, *shape) if len(shape) == 2 else None,
        notes=("The message does not give groups, stride, padding and bias: torch's defaults are shown.",),
    )


def _reflect(match: re.Match[str]) -> Diagnosis:
    shape, padding = _shape(match["input"]), match["padding"]
    before, *after = _shape(padding) or (0,)
    size = f"; the input is {tuple(shape)}" if shape else ""
    return Diagnosis(
        f"padding_mode='reflect' mirrors the input once, without its edge, so padding must be smaller than the "
        f"input; ({padding}) is not{size}.",
        "Set padding to at most size - 1, or padding_mode='replicate' or 'zeros'.",
        {"padding_mode": "reflect", **({"padding": before} if after == [before] else {})},
        shape if len(shape) in (3, 4) else None,
    )


def _types(match: re.Match[str]) -> Diagnosis:
    given, has = (match[name].strip() for name in ("given", "has"))
    if "cuda" in given.lower() or "cuda" in has.lower() or "mkldnn" in has.lower():
        return Diagnosis(
            f"Input and layer lie on different devices: {given} and {has}.",
            "Move both to one device: layer.to(device) and x.to(device).",
        )
    return _dtype(given, has)


def _dtype(given: str, has: str) -> Diagnosis:
    kinds = {"unsigned char": "picture bytes", "byte": "picture bytes", "double": "float64, numpy's default"}
    kind = kinds.get(given.lower())
    advice = "x.float() / 255" if kind == "picture bytes" else "x.float()"
    also = (
        ", or layer.double()" if given.lower() == "double" else ", or layer.half()" if "half" in given.lower() else ""
    )
    return Diagnosis(
        f"The input holds {given}{f' ({kind})' if kind else ''}, but the layer's weights are {has}.",
        f"Convert the input: {advice}{also}.",
    )


def _linear(match: re.Match[str]) -> Diagnosis:
    return Diagnosis(
        f"A Linear layer expects {match['wants']} features but was given {match['given']}: after Flatten, C * H * W of "
        "the last feature map.",
        f"Set nn.Linear({match['given']}, ...), or change stride or padding until it flattens to {match['wants']}.",
    )


def _sides(match: re.Match[str]) -> Diagnosis:
    name, values = match["name"], match["values"]
    pad = " Sides that differ need F.pad before the layer, which counts left, right, top, bottom." * (name == "padding")
    return Diagnosis(
        f"{name}=[{values}] has the wrong length: nn.Conv2d takes one number, or two as (height, width).",
        f"Give {name} one or two numbers, and kernel_size as well.{pad}",
    )


def _said(cause: str, fix: str, **arguments: Any) -> Callable[[re.Match[str]], Diagnosis]:
    """An explanation that needs nothing from the message but what it quotes as {named} parts."""
    return lambda match: Diagnosis(cause.format(**match.groupdict()), fix.format(**match.groupdict()), dict(arguments))


def _group_words(name: str, what: str, advice: str) -> Callable[[re.Match[str]], Diagnosis]:
    return _said(f"The {what} cannot be split into that many equal groups: groups must divide {name}.", advice)


_LIST = r"[\d, ]{1,60}"
_MESSAGES: list[tuple[re.Pattern[str], Callable[[re.Match[str]], Diagnosis]]] = [
    (re.compile(pattern), explain)
    for pattern, explain in (
        (
            r"Given (?P<what>groups|transposed)=(?P<groups>\d{1,9}), "
            rf"weight(?: of size)? ?\[?(?P<weight>{_LIST})\]?,? "
            rf"(?:so )?expected input\s?\[(?P<input>{_LIST})\] to have (?P<expected>\d{{1,9}}) channels, "
            r"but got (?P<got>\d{1,9})",
            _channels,
        ),
        (
            r"Calculated padded input size per channel: \((?P<padded>[\dx ]{1,40})\)\. "
            r"Kernel size: \((?P<kernel>[\dx ]{1,40})\)",
            _kernel,
        ),
        (rf"input to conv(?P<dims>[123])d, but got input of size: \[(?P<input>{_LIST})\]", _rank),
        (
            rf"-dimensional input for \d-dimensional weight \[?(?P<weight>{_LIST})\]?, "
            rf"but got \d-dimensional input of size \[(?P<input>{_LIST})\]",
            _old_rank,
        ),
        (
            rf"Padding size should be less than the corresponding input dimension, but got: padding "
            rf"\((?P<padding>{_LIST})\) at dimension \d of input \[?(?P<input>{_LIST})\]?",
            _reflect,
        ),
        (
            r"Input type \((?P<given>[\w.: ]{1,40})\) and (?:bias|weight) type \((?P<has>[\w.: ]{1,40})\) should be",
            _types,
        ),
        (
            r"expected (?:object of )?scalar type (?P<given>\w{1,20}) but (?:found|got scalar type) (?P<has>\w{1,20})",
            lambda match: _dtype(match["given"].lower(), match["has"].lower()),
        ),
        (
            r"shapes cannot be multiplied \(\d{1,9}x(?P<given>\d{1,9}) and (?P<wants>\d{1,9})x\d{1,9}\)",
            _linear,
        ),
        (
            r"expected (?P<name>padding|stride|dilation) to be a single integer value or a list of \d values to match "
            rf"the convolution dimensions, but got (?:padding|stride|dilation)=\[(?P<values>{_LIST})\]",
            _sides,
        ),
        (
            "in_channels must be divisible by groups",
            _group_words(
                "in_channels", "input channels", "Set groups to a divisor of in_channels and out_channels, or 1."
            ),
        ),
        (
            "out_channels must be divisible by groups",
            _group_words(
                "out_channels", "filters", "Make out_channels a multiple of groups; depthwise: in_channels * k."
            ),
        ),
        ("groups must be a positive integer", _said("groups must be at least 1.", "Set groups=1.", groups=1)),
        (
            "padding='same' is not supported for strided convolutions",
            _said(
                "padding='same' keeps the size, which a stride above 1 makes impossible; torch refuses it.",
                "Set stride=1, or padding=dilation * (kernel_size - 1) // 2; TensorFlow's 'SAME' needs F.pad.",
            ),
        ),
        (
            "Padding value causes wrapping around more than once",
            _said(
                "padding_mode='circular' wraps the input round once, so padding may be at most its size.",
                "Set padding to at most the input's size, or padding_mode='zeros'.",
                padding_mode="circular",
            ),
        ),
        (
            "non-positive stride is not supported",
            _said("The kernel must step at least 1 cell.", "Set stride=1 or more."),
        ),
        (
            "negative padding is not supported",
            _said(
                "Padding adds cells and cannot be below 0.", "Set padding=0 or more; x[..., 1:-1, 1:-1] cuts cells off."
            ),
        ),
        (
            "dilation should be greater than zero",
            _said(
                "dilation is the distance from tap to tap; taps side by side have 1, not 0.", "Set dilation=1 or more."
            ),
        ),
        (
            r"kernel size should be greater than zero|Trying to create tensor with negative dimension",
            _said("A kernel has at least 1 cell along each axis.", "Set kernel_size=1 or more."),
        ),
        (
            r"Padding size \d is not supported for (?P<rank>\d)D input",
            _said(
                "The input has {rank} dimensions, too few or too many for this padding_mode; "
                "Conv2d reads (N, C, H, W) or (C, H, W).",
                "x[None, None] makes (H, W) into (1, 1, H, W).",
            ),
        ),
        (
            r"Invalid padding string '?(?P<word>\w{1,30})",
            _said("padding={word!r} is no word that torch knows.", "Write padding='same', 'valid' or a number."),
        ),
        (
            r"padding_mode must be one of [^\n]{1,120}? but got padding_mode='(?P<word>\w{1,30})'",
            _said(
                "padding_mode={word!r} is no mode that torch knows.",
                "Write 'zeros', 'reflect', 'replicate' or 'circular'.",
            ),
        ),
        (
            r"conv2d\(\) received an invalid combination of arguments - got \((?P<word>[\w.]{1,40})",
            _said("The layer was given {word}, not a torch.Tensor.", "Convert it first: torch.from_numpy(x).float()."),
        ),
        (
            "Invalid channel dimensions",
            _said("The input has another number of channels than the layer was built for.", "Set in_channels to it."),
        ),
    )
]
