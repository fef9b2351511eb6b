"""Error messages about the arguments of a layer: wrong numbers, wrong kinds of values, names that are not known."""

from __future__ import annotations

import difflib
import re

from conv_viz.layers.call import ARGUMENTS
from conv_viz.text.messages.wording import Diagnosis, Explain, Messages, said, sizes, whole

ORDER = ("input", "weight", "bias", "stride", "padding", "dilation", "groups")  # of torch.nn.functional.conv2d
WHOLE = "Write // instead of / for whole numbers"
FOREIGN = {  # what other frameworks call it
    "filters": "out_channels",
    "strides": "stride",
    "dilation_rate": "dilation",
    "use_bias": "bias",
    "in_features": "in_channels",
    "out_features": "out_channels",
    "kernel": "kernel_size",
    "pad": "padding",
    "group": "groups",
}
CONVERT = {
    "numpy.ndarray": "Convert it first: torch.from_numpy(x).float().",
    "ndarray": "Convert it first: torch.from_numpy(x).float().",
    "list": "Convert it first: torch.tensor(x) for numbers, torch.stack(x) for tensors of one shape.",
    "tuple": "Take the tensor out of it: x[0]; torch.stack(x) joins tensors of one shape.",
    "dict": "Take the tensor out of it by its key, as in x['image'].",
    "str": "Load the picture first: torchvision.io.decode_image(path).float() / 255.",
    "Image": "Convert it first: torchvision.transforms.functional.to_tensor(x) gives (C, H, W).",
    "PngImageFile": "Convert it first: torchvision.transforms.functional.to_tensor(x) gives (C, H, W).",
    "JpegImageFile": "Convert it first: torchvision.transforms.functional.to_tensor(x) gives (C, H, W).",
    "NoneType": "The step before it returned nothing: its forward must end with return.",
    "Parameter": "Swap the arguments: the input comes first.",
}
_KINDS = (  # what follows a message stands close to it once white space is out: kinds are told by their names
    r"torch\.\w*Tensor|numpy\.ndarray|ndarray|NoneType|Tensor|Parameter|float|int|str|list|tuple|dict|bool|"
    r"PngImageFile|JpegImageFile|Image|Sequential|Linear|Conv\dd"
)
NUMBERS = {1: "one in a list", 2: "two", 3: "three"}
_ALONG = r"((?:output_padding|stride|dilation)_(?:depth|height|width)):(\d{1,9})"
CALL_IT = "Call that layer first: layer2(layer1(x)), not layer2(layer1)."


def _not_a_tensor(word: str, name: str = "input") -> Diagnosis:
    subject = "The layer" if name == "input" else f"As its {name}, the layer"
    looks_like_layer = re.fullmatch(r"(?:\w+\.)*(?:\w+\dd|Linear|Sequential|ReLU|Module\w*)", word) is not None
    fix = CALL_IT if looks_like_layer else CONVERT.get(word, f"Make a tensor of it first: torch.as_tensor({name}).")
    if name != "input" and word in ("numpy.ndarray", "ndarray"):
        fix = f"Convert it first: torch.from_numpy({name}).float()."
    elif name == "weight" and looks_like_layer:
        fix = "Give the numbers of that layer: layer.weight; or call the layer itself: layer(x)."
    return Diagnosis(f"{subject} was given {word}, not a torch.Tensor.", fix)


def _combination(match: re.Match[str]) -> Diagnosis:
    """``conv2d() received an invalid combination of arguments``: torch marks more than what is wrong."""
    text = match.string[match.end() : match.end() + 3000]
    got = _arguments(text)
    _, found, detail = text.partition("invalidtypes:(")
    types = _arguments(detail.replace("!", "")) if found else got
    if len(types) != len(got):
        types = got
    named = [(name, kind) for name, _, kind in (one.rpartition("=") for one in types)]
    by_name = {name or ORDER[min(i, len(ORDER) - 1)]: kind for i, (name, kind) in enumerate(named)}
    for name in ORDER[:3]:
        kind = re.split("of[([]", by_name.get(name, "Tensor"))[0]
        if kind not in ("Tensor", "Parameter") and not (name == "bias" and kind in ("NoneType", "None")):
            return _not_a_tensor(kind, name)
    for name in ORDER[3:]:
        if name in by_name and not _fits(name, by_name[name]):
            return _not_whole(name, by_name[name])
    if "weight" not in by_name:
        return Diagnosis(
            "The function was given no weight: F.conv2d(x, weight) needs the numbers of the kernel.",
            "Give it weight, or make a layer: nn.Conv2d(in_channels, out_channels, kernel_size)(x).",
        )
    return Diagnosis(
        f"The layer was given arguments of kinds that do not fit: ({', '.join(got[:8])}).",
        f"The input must be a tensor; stride, padding, dilation and groups whole numbers. {WHOLE}.",
    )


def _arguments(text: str) -> list[str]:
    """The arguments up to the closing bracket, commas inside brackets kept: ``Tensor,tupleof(int,int))...``."""
    parts, depth = [""], 0
    for sign in text[:600]:
        depth += (sign in "([") - (sign in ")]")
        if depth < 0:
            break
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [part for part in parts if part]


def _fits(name: str, kind: str) -> bool:
    if kind.startswith(("tuple", "list")):
        inside = re.findall(r"[A-Za-z]\w*", kind.partition("(")[2])
        return name != "groups" and all(word == "int" for word in inside)
    return kind in ("int", "bool", "SymInt", "torch.Size", "Size") or (name == "padding" and kind == "str")


def _not_whole(name: str, kind: str) -> Diagnosis:
    inside = sorted(set(re.findall(r"[A-Za-z]\w*", kind.partition("(")[2] or kind)) - {"int", "tuple", "of", "list"})
    what = inside[0] if inside else kind
    if what == "float":
        example = "padding=(kernel_size - 1) // 2" if name == "padding" else f"{name}=int({name})"
        return Diagnosis(f"{name} is a float, and must be a whole number.", f"{WHOLE}, as in {example}.")
    if what == "NoneType":
        return Diagnosis(f"{name} is None, and must be a whole number.", f"Leave {name} out, or give it a number.")
    words = {"str": "text", "Tensor": "a tensor", "Parameter": "a tensor"}
    return Diagnosis(
        f"{name} is {words.get(what, what)}, and must be one whole number"
        + ("." if name == "groups" else " or two, (height, width)."),
        f"Give {name} a number; {name}.item() takes it out of a tensor, int({name}) out of text.",
    )


def _must_be(match: re.Match[str]) -> Diagnosis:
    """``conv_transpose2d(): argument 'padding' (position 5) must be tuple of ints, but found ... float``."""
    name, what = match["name"], match["what"]
    found = re.search(rf"(?:not|oftype|butgot)(?:tupleof\()?({_KINDS})", what)
    kind = found[1] if found else "something else"
    if what.startswith("tupleofTensors"):
        return Diagnosis(
            f"torch.cat and torch.stack join a list of tensors, and were given {kind}.",
            "Give them a list: torch.cat([a, b], dim=1).",
        )
    if what.startswith("Tensor"):
        return _not_a_tensor(kind, name)
    if kind == "str" and name == "padding":
        return Diagnosis(
            "padding is a word, and this layer or this torch takes numbers only; nn.Conv2d knows 'same' and 'valid' "
            "from torch 1.9.",
            "Set padding=dilation * (kernel_size - 1) // 2 for 'same' with stride=1, padding=0 for 'valid'.",
        )
    return _not_whole(name, kind)


def _weight_size(match: re.Match[str]) -> Diagnosis:
    """``empty(): argument 'size' ...``: the layer could not make its weight."""
    at = {"1": "out_channels", "2": "in_channels or groups (in_features of nn.Linear)"}
    where = at.get(match.groupdict().get("at", "1"), "kernel_size")
    kind = {"float": "a float", "str": "text", "NoneType": "None"}.get(match["kind"], match["kind"])
    return Diagnosis(
        f"The layer could not make its weight: {where} is {kind}, and must be a whole number.",
        f"{WHOLE}, or int(...) around it.",
    )


def _sides(match: re.Match[str]) -> Diagnosis:
    """A list of another length than the kernel has dimensions: either of the two can be what is wrong."""
    name, values, wanted = match["name"], sizes(match["values"]), whole(match["wanted"])
    shown = f"{name}=[{', '.join(map(str, values))}]"
    pad = " Sides that differ need F.pad before the layer, which counts left, right, top, bottom." * (name == "padding")
    if not values:
        return Diagnosis(f"{shown} is empty.", f"Give {name} one number, or two as (height, width).")
    if wanted == 2 and len(values) > 3:
        return Diagnosis(
            f"{shown} has the wrong length: nn.Conv2d takes one number, or two as (height, width).",
            f"Give {name} one or two numbers.{pad}",
        )
    dims = len(values)
    if wanted not in (1, 2, 3) or dims not in (1, 2, 3):
        return Diagnosis(
            f"{shown} has {dims} numbers, but the weight has {wanted + 2} dimensions, so the layer takes {wanted}.",
            f"Give {name} one number, or {wanted}; and kernel_size as many.{pad}",
        )
    if wanted == 2:
        return Diagnosis(
            f"{shown} has {dims} numbers, and the weight has 4 dimensions: two numbers, (height, width), would fit.",
            f"In nn.Conv2d give {name} one or two numbers; in nn.Conv{dims}d give kernel_size one number "
            f"or {NUMBERS[dims]}.{pad}",
        )
    made = "kernel_size with one number in a list" if wanted == 1 else "kernel_size with three numbers"
    return Diagnosis(
        f"The weight has {wanted + 2} dimensions, which {made} makes, but {shown} has {dims}, "
        f"as nn.Conv{dims}d wants it.",
        f"In nn.Conv{dims}d give kernel_size one number or {NUMBERS[dims]}; in nn.Conv{wanted}d give {name} one number"
        f"{' or three' if wanted == 3 else ''}.{pad}",
    )


def _output_padding(match: re.Match[str]) -> Diagnosis:
    rest = match.string[match.start() : match.start() + 500]
    numbers = {name: whole(value) for name, value in re.findall(_ALONG, rest)}
    axes = [axis for axis in ("depth", "height", "width") if f"output_padding_{axis}" in numbers]
    wrong = [
        axis
        for axis in axes
        if numbers[f"output_padding_{axis}"]
        >= max(numbers.get(f"stride_{axis}", 1), numbers.get(f"dilation_{axis}", 1), 1)
    ]
    if not wrong:
        return Diagnosis(
            "output_padding must be smaller than stride or than dilation.",
            "Set output_padding=0, or a larger stride.",
        )
    value, stride, dilation = (
        numbers.get(f"{name}_{wrong[0]}", 1) for name in ("output_padding", "stride", "dilation")
    )
    where = f" along the {' and the '.join(wrong)}" if len(wrong) < len(axes) else ""
    return Diagnosis(
        f"output_padding={value} needs stride >= {value + 1} or dilation >= {value + 1}{where}; "
        f"here stride is {stride} and dilation {dilation}.",
        f"Set stride={value + 1}, or output_padding at most {max(stride, dilation, 1) - 1}: "
        "it only chooses between the sizes that one stride allows.",
    )


def _negative_size(match: re.Match[str]) -> Diagnosis:
    shape = sizes(match["shape"])
    names = ("out_channels", "in_channels", *["kernel_size"] * 3)
    wrong = dict.fromkeys(name for name, n in zip(names, shape, strict=False) if n < 0) if 3 <= len(shape) <= 5 else {}
    if not wrong:
        return Diagnosis(
            f"A tensor of shape [{', '.join(map(str, shape))}] cannot be: a size is below 0.",
            "Look where that size is computed; it must be at least 0.",
        )
    return Diagnosis(
        f"A weight of shape [{', '.join(map(str, shape))}] cannot be: {' and '.join(wrong)} must be at least 1.",
        " ".join(f"Set {name}=1 or more." for name in wrong),
    )


def _unknown_name(match: re.Match[str]) -> Diagnosis:
    layer, name = f"nn.Conv{match['layer']}", match["name"]
    close = difflib.get_close_matches(name, ARGUMENTS, 1)
    meant = FOREIGN.get(name) or (close[0] if close else "")
    if name == "output_padding":
        meant, fix = "", "Use nn.ConvTranspose2d, which has it, or leave it out."
    elif name in ("input_shape", "activation", "data_format", "kernel_initializer"):
        meant, fix = "", "Leave it out: that is an argument of Keras, and torch has it elsewhere."
    else:
        fix = f"Write {meant}= instead." if meant else f"Leave it out; the arguments are {', '.join(ARGUMENTS)}."
    return Diagnosis(f"{layer} has no argument {name!r}.", fix)


def _missing(match: re.Match[str]) -> Diagnosis:
    return Diagnosis(
        f"nn.Conv{match['layer']} was not given {match['name']!r}.",
        "It needs in_channels, out_channels and kernel_size, in this order: nn.Conv2d(3, 64, 7).",
    )


def _group_words(name: str, what: str, advice: str) -> Explain:
    return said(f"The {what} cannot be split into that many equal groups: groups must divide {name}.", advice)


_SIDES = "to be a single integer value or a list of <wanted:digit> values to match the convolution dimensions, but got"
_SIZE = "empty(): argument 'size'"
MESSAGES: Messages = [
    (
        _combination,
        tuple(f"conv{dims}d() received an invalid combination of arguments - got (" for dims in (1, 2, 3)),
    ),
    (
        _must_be,
        (
            "(): argument '<name:word>' (position <at:digit>) must be <what:quoted>",
            "(): argument '<name:word>' must be <what:quoted>",
            "(): argument '<name:word>' failed to unpack the object at pos <at:digit> with error \"<what:quoted>",
            "argument 1 (<name:word>) must be <what:quoted>",
        ),
    ),
    (
        _weight_size,
        (
            f'{_SIZE} failed to unpack the object at pos <at:digit> with error "type must be tuple of ints,'
            "but got <kind:word>",
            f"{_SIZE} (position 1) must be tuple of ints, but found element of type <kind:word> at pos",
            f"{_SIZE} must be tuple of ints, but found element of type <kind:word> at pos",
        ),
    ),
    (
        _sides,
        tuple(f"expected <name:word> {_SIDES} {name}=[<values:list>]" for name in ("stride", "padding", "dilation")),
    ),
    (  # up to torch 2.11; newer ones name the place of the number that is wrong
        said(
            "The layer could not make its weight: out_channels, in_channels, groups or kernel_size is no whole number.",
            f"{WHOLE}, or int(...) around it.",
        ),
        ("empty() received an invalid combination of arguments - got (tuple, dtype=",),
    ),
    (  # up to torch 2.11
        said(
            "torch.cat and torch.stack join a list of tensors, and were given a tensor.",
            "Give them a list: torch.cat([a, b], dim=1).",
        ),
        ("cat() received an invalid combination of arguments - got (Tensor,",),
    ),
    (
        _group_words("in_channels", "input channels", "Set groups to a divisor of in_channels and out_channels, or 1."),
        ("in_channels must be divisible by groups",),
    ),
    (
        _group_words("out_channels", "filters", "Make out_channels a multiple of groups; depthwise: in_channels * k."),
        ("out_channels must be divisible by groups",),
    ),
    (
        said("groups must be at least 1.", "Set groups=1.", groups=1),
        ("groups must be a positive integer", "non-positive groups is not supported"),
    ),
    (
        said(
            "padding='same' keeps the size, which a stride above 1 makes impossible; torch refuses it.",
            "Set stride=1, or padding=dilation * (kernel_size - 1) // 2; TensorFlow's 'SAME' needs F.pad.",
        ),
        ("padding='same' is not supported for strided convolutions",),
    ),
    (said("The kernel must step at least 1 cell.", "Set stride=1 or more."), ("non-positive stride is not supported",)),
    (
        said("Padding adds cells and cannot be below 0.", "Set padding=0 or more; x[..., 1:-1, 1:-1] cuts cells off."),
        ("negative padding is not supported",),
    ),
    (
        said("dilation is the distance from tap to tap; taps side by side have 1, not 0.", "Set dilation=1 or more."),
        ("dilation should be greater than zero",),
    ),
    (
        said("A kernel has at least 1 cell along each axis.", "Set kernel_size=1 or more."),
        ("kernel size should be greater than zero",),
    ),
    (_negative_size, ("Trying to create tensor with negative dimension <n:int>: [<shape:list>]",)),
    (
        said("padding={word!r} is no word that torch knows.", "Write padding='same', 'valid' or a number."),
        ("Invalid padding string '<word:quoted>'", "Invalid padding string: '<word:quoted>'"),
    ),
    (
        said(
            "padding_mode={word!r} is no mode that torch knows.", "Write 'zeros', 'reflect', 'replicate' or 'circular'."
        ),
        ("but got padding_mode='<word:quoted>'",),
    ),
    (
        said(
            "A transposed convolution cannot pad by 'reflect', 'replicate' or 'circular': its padding cuts cells off.",
            "Leave padding_mode out, or pad the input with F.pad before the layer.",
        ),
        ('Only "zeros" padding mode is supported for',),
    ),
    (_output_padding, ("output padding must be smaller than either stride or dilation",)),
    (_unknown_name, ("Conv<layer:word>.__init__() got an unexpected keyword argument '<name:word>'",)),
    (_missing, ("Conv<layer:word>.__init__() missing <count:digit> required positional argument: '<name:word>'",)),
    (_missing, ("Conv<layer:word>.__init__() missing <count:digit> required positional arguments: '<name:word>'",)),
    (
        said("{name} was given twice: once by its place and once by its name.", "Leave one of the two out."),
        ("Conv<layer:word>.__init__() got multiple values for argument '<name:word>'",),
    ),
    (
        said("A layer takes one input, and was given more.", "Join them first: torch.cat([a, b], dim=1)."),
        ("Conv<layer:word>.forward() takes 2 positional arguments but <count:digit> were given",),
    ),
    (
        said("The layer was called without an input.", "Give it one: layer(x)."),
        ("Conv<layer:word>.forward() missing 1 required positional argument: 'input'",),
    ),
    (
        said(
            "A weight is a parameter of its layer, and a bare tensor cannot take its place.",
            "layer.{name} = nn.Parameter(w) puts it there; or layer.{name}.data.copy_(w).",
        ),
        ("as parameter '<name:word>' (torch.nn.Parameter or None expected)",),
    ),
]
