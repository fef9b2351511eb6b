"""Error messages of a convolution whose input has the wrong shape: channels, size, dimensions."""

from __future__ import annotations

import math
import re

from conv_viz.layers.values import Shape
from conv_viz.text.messages.wording import Diagnosis, Messages, said, sizes, whole, written

DEFAULTS = "The message does not give stride, padding, dilation and bias: torch's defaults are shown."


def _channels(match: re.Match[str]) -> Diagnosis:
    weight, shape = sizes(match["weight"]), sizes(match["input"])
    groups, expected = whole(match["groups"]), whole(match["expected"])
    got = shape[1] if len(shape) > 1 else 0
    transposed = match["what"] == "transposed"
    if not shape or not weight:
        return Diagnosis(
            f"The layer reads {_channel_count(expected)}, and the input has another number of them.",
            f"Feed it {_channel_count(expected)}, or set in_channels to what the input has.",
        )
    words = _channel_words(shape, expected, got, 1 if transposed else groups)
    if transposed or len(weight) != 4:
        kind = f"nn.Conv{'Transpose' * transposed}{len(weight) - 2}d"
        return Diagnosis(f"The message is about {kind}. {words[0]}", words[1])
    arguments = {"in_channels": weight[1] * groups, "out_channels": weight[0], "kernel_size": weight[2:]}
    if groups > 1:
        arguments["groups"] = groups
    return Diagnosis(
        *words,
        arguments,
        shape if len(shape) == 4 and min(shape) > 0 else None,
        _channels_mended(shape, expected, got),
        (DEFAULTS,),
    )


def _channels_mended(shape: Shape, expected: int, got: int) -> Shape | None:
    if len(shape) != 4 or min(shape) < 1:
        return None
    if shape[3] == expected != shape[1]:
        return shape[0], shape[3], shape[1], shape[2]
    if expected == 1 and shape[0] == 1 and got not in (3, 4):
        return shape[1], 1, shape[2], shape[3]
    return shape[0], expected, shape[2], shape[3]


def _channel_count(count: int) -> str:
    return f"{count} input channel{'s' * (count != 1)}"


def _channel_words(shape: Shape, expected: int, got: int, groups: int) -> tuple[str, str]:
    built = f"The layer was built for {_channel_count(expected)}"
    if got == 0:
        return f"{built}, but the input {written(shape)} is empty: it has none.", "Look where the input became empty."
    if shape[-1] == expected != got and len(shape) in (3, 4, 5):
        return _channels_last(shape, expected, got)
    if len(shape) == 4 and (special := _picture_words(built, expected, got, alone=shape[0] == 1)):
        return special
    reads = f" (weight {expected // groups} x {groups} groups)" if groups > 1 else ""
    split = f", and groups must divide it: {math.gcd(got, groups)} does" if groups > 1 and got % groups else ""
    if groups == expected > 1 and got:
        split = f" and groups={got}, with out_channels a multiple of it, for a depthwise layer"
    return (
        f"{built}{reads}, but the input has {got}.",
        f"Set in_channels={got}{split}, or feed it {expected} channels: "
        "the layer before it must have as many out_channels.",
    )


def _channels_last(shape: Shape, expected: int, got: int) -> tuple[str, str]:
    names, first = {3: ("L", "length"), 4: ("H, W", "height"), 5: ("D, H, W", "depth")}[len(shape)]
    dimensions = len(shape)
    batched = written((0, dimensions - 1, *range(1, dimensions - 1)))
    single = written((dimensions - 2, *range(dimensions - 2)))
    one = {3: "one input", 4: "one picture", 5: "one volume"}[dimensions]
    return (
        f"The input is (N, {names}, C) or ({names}, C): its last dimension holds the {expected} "
        f"channel{'s' * (expected != 1)}, but torch counts them first and took the {first} {got} for channels.",
        f"x.permute{batched} puts the channels second"
        + (f"; x.permute{single} for {one} without a batch." if shape[0] == 1 else "."),
    )


def _picture_words(built: str, expected: int, got: int, *, alone: bool) -> tuple[str, str] | None:
    """Grey, RGB, RGBA and forgotten channels; `alone` when the message may tell of one picture without a batch."""
    if (expected, got) == (3, 1):
        return (
            f"{built} (RGB), but the picture is grey: it has 1.",
            "Set in_channels=1, or repeat the grey channel: x.repeat(1, 3, 1, 1).",
        )
    if (expected, got) == (1, 3):
        without = " (dim=0 for one picture without a batch)" * alone
        return (
            f"{built} (grey), but the picture is RGB: it has 3.",
            f"Set in_channels=3, or make the picture grey: x.mean(dim=1, keepdim=True){without}.",
        )
    if (expected, got) in ((3, 4), (1, 4)):
        what = "RGB" if expected == 3 else "grey"
        cut = "x[:, :3]" if expected == 3 else "x[:, :3].mean(dim=1, keepdim=True)"
        without = " (x[:3] for one picture without a batch)" * (alone and expected == 3)
        return (
            f"{built} ({what}), but the input has 4: RGB and alpha, if it is a picture.",
            f"Drop alpha: {cut}{without}; or set in_channels=4.",
        )
    if expected == 1 and alone:
        return (
            f"{built}, but the input has {got}: a batch of {got} pictures without a channel dimension "
            "reads as one picture with as many channels.",
            f"x.unsqueeze(1) makes it (N, 1, H, W); or set in_channels={got} if these are channels.",
        )
    return None


def _kernel(match: re.Match[str]) -> Diagnosis:
    padded, kernel = sizes(match["padded"]), sizes(match["kernel"])
    size, span = match["padded"].replace(" ", ""), match["kernel"].replace(" ", "")
    cause = f"The kernel does not fit: with its dilation it spans {span} cells, but the padded input has only {size}."
    if not padded or len(padded) != len(kernel):
        return Diagnosis(cause, "Use a smaller kernel_size or dilation, more padding, or a larger input.")
    if min(padded) < 1:
        return Diagnosis(cause, "The input is empty there: look at x.shape, an earlier layer left nothing of it.")
    more = max(0, *(-(-(k - p) // 2) for k, p in zip(kernel, padded, strict=True)))
    fix = (
        f"Use a smaller kernel_size or dilation, more padding (by {more} on each side, at least), or a larger input; "
        "deep in a network the input has often shrunk below the kernel."
    )
    if len(padded) != 2:
        return Diagnosis(cause, fix)
    return Diagnosis(
        cause,
        fix,
        {"in_channels": 1, "out_channels": 1, "kernel_size": kernel},
        (1, 1, *padded),
        None,
        ("The message gives sizes after padding and dilation: they are shown as input and kernel.",),
        padded=True,
    )


def _rank(match: re.Match[str]) -> Diagnosis:
    shape, name = sizes(match["input"]), match["name"]
    dims = next((int(sign) for sign in name if sign in "123"), 2)
    transposed = "transpose" in name.lower()
    reads = ("(N, C, L) or (C, L)", "(N, C, H, W) or (C, H, W)", "(N, C, D, H, W) or (C, D, H, W)")[dims - 1]
    words = f"{name} reads a batch or one input, {reads}, but this one has {len(shape)} dimensions."
    if dims != 2 or transposed:
        picture = (dims, len(shape)) in ((1, 4), (3, 3))  # (N, C, H, W) and (C, H, W)
        meant = f"nn.Conv{'Transpose' * transposed}2d" if picture else ""
        add = "x.unsqueeze(0) adds one dimension in front, x.squeeze takes out those of size 1, x.flatten joins some"
        return Diagnosis(words, f"Is {meant} meant? Otherwise: {add}." if meant else f"{add}.")
    if len(shape) == 2:
        return Diagnosis(
            f"A bare (H, W) matrix has no channel dimension; {name} reads (N, C, H, W) or (C, H, W).",
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
        mended_input=(math.prod(less), *shape[-3:]) if len(shape) == 5 and min(shape) > 0 else None,
    )


def _old_rank(match: re.Match[str]) -> Diagnosis:
    weight, shape = sizes(match["weight"]), sizes(match["input"])
    if len(weight) != 4:
        kind = {3: "nn.Conv1d", 5: "nn.Conv3d"}.get(len(weight), "this layer")
        return Diagnosis(
            f"The input {written(shape)} has {len(shape)} dimensions, and {kind} wants {len(weight)}.",
            "x.unsqueeze(0) adds the batch; look also whether the layer is the one for this kind of data.",
        )
    if len(shape) == 3 and shape[1] == weight[1] != shape[0]:
        return Diagnosis(
            f"The input {written(shape)} is (N, C, L), but the kernel has two numbers, {written(weight[2:])}: "
            "that is the weight of nn.Conv2d.",
            "Give nn.Conv1d one number as kernel_size; or feed nn.Conv2d pictures (N, C, H, W).",
        )
    if len(shape) == 3 and shape[1] == weight[0] != shape[0]:
        return Diagnosis(
            f"The input {written(shape)} is (N, C, L), but the kernel has two numbers, {written(weight[2:])}: "
            "that is the weight of nn.ConvTranspose2d.",
            "Give nn.ConvTranspose1d one number as kernel_size; or feed nn.ConvTranspose2d pictures (N, C, H, W).",
        )
    return Diagnosis(
        f"The input has {len(shape)} dimensions, and torch before 1.11 wanted all four: (N, C, H, W).",
        "x.unsqueeze(0) adds the batch; a newer torch takes (C, H, W) as it is.",
        {"in_channels": weight[1], "out_channels": weight[0], "kernel_size": weight[2:]},
        mended_input=(1, *shape) if len(shape) == 3 else (1, 1, *shape) if len(shape) == 2 else None,
        notes=("The message does not give groups, stride, padding and bias: torch's defaults are shown.",),
    )


def _reflect(match: re.Match[str]) -> Diagnosis:
    shape, padding, at = sizes(match["input"]), sizes(match["padding"]), whole(match["at"])
    size = f"; the input is {written(shape)}" if shape else ""
    most = f", here {shape[at] - 1}" if 0 <= at < len(shape) else ""
    return Diagnosis(
        "padding_mode='reflect' mirrors the input once, without its edge, so padding must be smaller than the "
        f"input; {written(padding)} is not{size}.",
        f"Set padding to at most size - 1{most}, or padding_mode='replicate' or 'zeros'.",
        {"padding_mode": "reflect", **({"padding": padding[0]} if len(set(padding)) == 1 else {})},
        shape if len(shape) in (3, 4) else None,
    )


def _padding_rank(match: re.Match[str]) -> Diagnosis:
    rank, count = whole(match["rank"]), whole(match["count"])
    if (rank, count) not in ((1, 4), (2, 4), (5, 4), (6, 4)):
        return Diagnosis(
            f"F.pad was given {count} numbers for an input with {rank} dimensions, which this mode does not take.",
            "Give it 4 for the last two, (left, right, top, bottom), and an input (N, C, H, W) or (C, H, W).",
        )
    fix = (
        "x[None, None] makes (H, W) into (1, 1, H, W)."
        if rank < 3
        else "x.flatten(0, 1) joins the first two dimensions to a batch; x.squeeze drops those of size 1."
    )
    return Diagnosis(
        f"The input has {rank} dimensions, too {'few' if rank < 3 else 'many'} for this padding_mode; "
        "Conv2d reads (N, C, H, W) or (C, H, W).",
        fix,
    )


def _bias_size(match: re.Match[str]) -> Diagnosis:
    bias = sizes(match["bias"])
    return Diagnosis(
        f"The bias needs one number for each of the {match['filters']} filters, but it has shape {written(bias)}.",
        f"Give it shape ({match['filters']},)"
        + (", bias.flatten() does." if math.prod(bias) == whole(match["filters"]) else ", or None for no bias."),
    )


def _weight_groups(match: re.Match[str]) -> Diagnosis:
    weight, groups = sizes(match["weight"]), whole(match["groups"])
    filters = weight[0] if weight else 0
    common = math.gcd(filters, groups)
    return Diagnosis(
        f"The {filters} filters of the weight {written(weight)} cannot be split into {groups} equal groups.",
        f"groups must divide the number of filters: {common} does.",
    )


def _too_small(match: re.Match[str]) -> Diagnosis:
    size, output = (match[name].replace(" ", "") for name in ("input", "output"))
    return Diagnosis(
        f"The transposed convolution cuts off more than there is: an input of {size} would give {output}.",
        "Its padding takes cells off the output: use less padding, a larger kernel_size or stride, or a larger input.",
    )


def _said_sizes(match: re.Match[str]) -> Diagnosis:
    wanted, least, most = (match[name].replace(" ", "").replace(",", ", ") for name in ("wanted", "least", "most"))
    return Diagnosis(
        f"output_size=({wanted}) is out of reach: with this stride an input gives sizes from [{least}] to [{most}].",
        "Choose an output_size between them, or another stride, padding or kernel_size.",
        other_sizes=True,
    )


_EXPECTED = "expected input[<input:list>] to have <expected:int> channels"
MESSAGES: Messages = [
    (
        _channels,
        (
            f"Given <what:word>=<groups:int>, weight of size [<weight:list>], {_EXPECTED}",
            f"Given <what:word>=<groups:int>, weight of size <weight:list>, {_EXPECTED}",
            f"Given <what:word>=<groups:int>, weight[<weight:list>], so {_EXPECTED}",
            f"Given <what:word>=<groups:int>, weight [<weight:list>], {_EXPECTED}",
        ),
    ),
    (_kernel, ("Calculated padded input size per channel: (<padded:size>). Kernel size: (<kernel:size>)",)),
    (
        _rank,
        (
            "batched) input to <name:word>, but got input of size: [<input:list>]",
            "batched) input to <name:word>, but got input of size: torch.Size([<input:list>])",
        ),
    ),
    (
        _old_rank,
        (
            "-dimensional input for <a:digit>-dimensional weight [<weight:list>], "
            "but got <b:digit>-dimensional input of size [<input:list>]",
            "-dimensional input for <a:digit>-dimensional weight <weight:list>, "
            "but got <b:digit>-dimensional input of size [<input:list>]",
        ),
    ),
    (
        _reflect,
        (
            "Padding size should be less than the corresponding input dimension, but got: "
            "padding (<padding:list>) at dimension <at:digit> of input [<input:list>]",
            "Padding size should be less than the corresponding input dimension, but got: "
            "padding (<padding:list>) at dimension <at:digit> of input <input:list>",
        ),
    ),
    (
        said(
            "padding_mode='circular' wraps the input round once, so padding may be at most its size.",
            "Set padding to at most the input's size, or padding_mode='zeros'.",
            padding_mode="circular",
        ),
        ("Padding value causes wrapping around more than once",),
    ),
    (_padding_rank, ("Padding size <count:digit> is not supported for <rank:digit>D input",)),
    (
        said(
            "F.pad counts two numbers for each dimension, from the last one on: left, right, top, bottom.",
            "Give it 4 for height and width: F.pad(x, (left, right, top, bottom)).",
        ),
        ("Padding length must be divisible by 2",),
    ),
    (
        said(
            "This padding_mode pads (N, C, H, W) or (C, H, W), and the input has another number of dimensions.",
            "x[None, None] makes (H, W) into (1, 1, H, W); x.flatten(0, 1) takes one dimension away.",
        ),
        ("Only 2D, 3D, 4D, 5D padding with non-constant padding", "Only 3D, 4D, 5D padding with non-constant padding"),
    ),
    (
        said(
            "The input has shape [{input}]: it is empty, or has too few or too many dimensions.",
            "Look at x.shape before the layer: (N, C, H, W) or (C, H, W), with no 0 but for the batch.",
        ),
        (
            "tensor with possibly 0 batch size and other non-zero dimensions for input, but got: [<input:list>]",
            "tensor with optional 0 dim batch size for input, but got: [<input:list>]",
        ),
    ),
    (
        said(
            "Padding below 0 cuts cells off, and more than the input has: {height} x {width} would be left.",
            "Set padding=0 or more, or use a larger input.",
        ),
        ("is too small. Calculated output H: <height:int> W: <width:end>",),
    ),
    (
        _bias_size,
        (
            "Given weight of size [<weight:list>], expected bias to be 1-dimensional with <filters:int> elements, "
            "but got bias of size [<bias:list>]",
        ),
    ),
    (
        _weight_groups,
        (
            "Given groups=<groups:int>, expected weight to be divisible by <by:int> at dimension 0, "
            "but got weight of size [[<weight:list>]]",
            "Given groups=<groups:int>, expected weight to be divisible by <by:int> at dimension 0, "
            "but got weight of size [<weight:list>]",
        ),
    ),
    (
        said(
            "The weight has too few dimensions; that of conv2d is (out_channels, in_channels / groups, kH, kW).",
            "weight[None, None] makes a bare (kH, kW) kernel into (1, 1, kH, kW).",
        ),
        ("weight should have at least three dimensions",),
    ),
    (
        _too_small,
        ("Given input size per channel: (<input:size>). Calculated output size per channel: (<output:size>)",),
    ),
    (
        _said_sizes,
        (
            "requested an output size of [<wanted:list>], but valid sizes range from [<least:list>] to [<most:list>]",
            "requested an output size of (<wanted:list>), but valid sizes range from [<least:list>] to [<most:list>]",
            "requested an output size of torch.Size([<wanted:list>]), but valid sizes range from [<least:list>] "
            "to [<most:list>]",
        ),
    ),
    (
        said(
            "A lazy layer has no weight before it has seen an input.",
            "Run it once first: layer(torch.zeros(1, 3, 64, 64)), with the shape of your input.",
        ),
        ("Can't access the shape of an uninitialized parameter",),
    ),
    (
        said(
            "The input has another number of channels than the layer was built for.",
            "Look at x.shape and layer.in_channels, and set in_channels to the input's channels.",
        ),
        ("Invalid channel dimensions",),
    ),
]
