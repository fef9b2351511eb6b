"""Error messages about two tensors that do not fit together: another type of number, or another device."""

from __future__ import annotations

import re
from dataclasses import dataclass

from conv_viz.text.messages.wording import Diagnosis, Messages, said

DTYPES = {  # what torch and C++ call a type of number, without signs -> torch's own name
    "float": "float32",
    "double": "float64",
    "half": "float16",
    "bfloat16": "bfloat16",
    "unsignedchar": "uint8",
    "byte": "uint8",
    "signedchar": "int8",
    "char": "int8",
    "shortint": "int16",
    "short": "int16",
    "int": "int32",
    "longlongint": "int64",
    "longlong": "int64",
    "longint": "int64",
    "long": "int64",
    "bool": "bool",
    "complexfloat": "complex64",
    "complexdouble": "complex128",
    "complexhalf": "complex32",
}
CONVERT = {
    "float32": ".float()",
    "float64": ".double()",
    "float16": ".half()",
    "bfloat16": ".bfloat16()",
    "complex64": ".to(torch.complex64)",
    "complex128": ".to(torch.complex128)",
}
WHAT = {"uint8": "picture bytes", "float64": "numpy's default", "float16": "half precision"}
MOVE = "Move both to one device: layer.to(device) and x.to(device)."


@dataclass(frozen=True)
class Kind:
    """A tensor's type as a message names it; `dtype` and `device` are empty when the name does not tell."""

    name: str
    dtype: str
    device: str


def kind(name: str) -> Kind:
    """What ``torch.cuda.HalfTensor``, ``MPSFloatType``, ``CPUBFloat16Type`` or ``c10::Half`` is.

    >>> kind("torch.cuda.HalfTensor").device, kind("MPSFloatType").dtype, kind("torch.FloatTensor").device
    ('cuda', 'float32', 'cpu')
    """
    bare = re.sub(r"^Variable\[?|c10::|at::|std::|[^\w.]", "", name.replace(" ", ""))
    if bare.startswith("torch.") and bare.endswith("Tensor"):
        *places, last = bare.removesuffix("Tensor").split(".")[1:]
        return Kind(bare, _dtype(last), next((place for place in places if place != "sparse"), "cpu"))
    if bare.endswith("Type"):
        word = bare.removesuffix("Type")
        ends = [end for end in DTYPES if word.lower().endswith(end)]
        longest = max(ends, key=len, default="")
        place = re.sub("mkldnn|sparse|quantized", "", word[: len(word) - len(longest)].lower())
        return Kind(bare, DTYPES.get(longest, ""), place)
    return Kind(bare, _dtype(bare), "")


def _dtype(word: str) -> str:
    return DTYPES.get(re.sub(r"\W", "", word).lower(), "")


def _input_and_layer(match: re.Match[str]) -> Diagnosis:
    given, has = kind(match["given"]), kind(match["has"])
    types = ""
    if given.dtype and has.dtype and given.dtype != has.dtype:
        types = f"the input holds {given.dtype}, the layer {has.dtype}"
    if given.device and has.device and given.device != has.device:
        return Diagnosis(
            f"Input and layer lie on different devices: {given.name} and {has.name}."
            + (f" Their types differ too: {types}." if types else ""),
            MOVE + (" Then x.to(layer.weight.dtype) gives both one type." if types else ""),
        )
    if types:
        return _two_types(given.dtype, has.dtype)
    if "Mkldnn" in given.name + has.name:
        return Diagnosis(
            f"One of the two lies in MKLDNN's own order and the other does not: {given.name} and {has.name}.",
            "x.to_mkldnn() puts the input into it, x.to_dense() takes it out.",
        )
    return Diagnosis(
        f"The input is {given.name}, the layer's numbers are {has.name}: both must be the same.",
        "x.to(layer.weight) gives the input the layer's type and device.",
    )


def _two_types(given: str, has: str) -> Diagnosis:
    """The input holds `given` and the layer `has`: each can become the other's, if a layer can have that type."""
    return Diagnosis(
        f"The input holds {_with_use(given)}, but the layer's weights are {_with_use(has)}; both must be the same.",
        " ".join(_ways(given, has)),
    )


def _with_use(dtype: str) -> str:
    return f"{dtype} ({WHAT[dtype]})" if dtype in WHAT else dtype


def _ways(given: str, has: str) -> list[str]:
    if has not in CONVERT:
        return ["Give both one type: x.float() and layer.float()."]
    if given.startswith("complex") and not has.startswith("complex"):
        return [f"Give the input real numbers: x.abs(){CONVERT[has]} or x.real{CONVERT[has]}."]
    scale = " / 255" * (given == "uint8")
    ways = f"Convert the input: x{CONVERT[has]}{scale}"
    also = f"; or the layer: layer{CONVERT[given]}" if given in CONVERT and not has.startswith("complex") else ""
    return [f"{ways}{also}."]


def _scalars(match: re.Match[str]) -> Diagnosis:
    """``expected scalar type Float but found Half``: it does not say which of the two the input is."""
    one, other = _dtype(match["one"]), _dtype(match["other"])
    pair = f"{_with_use(one)} and {_with_use(other)}"
    if one == other or not one or not other:
        return Diagnosis(
            f"Two tensors that belong together hold {match['one']} and {match['other']}: input and layer must hold the "
            "same.",
            "x.to(layer.weight.dtype) gives the input the layer's type; or x.float() and layer.float().",
        )
    whole = [name for name in (one, other) if not name.startswith(("float", "bfloat", "complex"))]
    if whole:
        scale = " / 255" * ("uint8" in whole)
        target = " If this is about the target of a loss: target.long()." * ("int64" in whole)
        into = CONVERT.get(other if whole[0] == one else one, ".float()")
        return Diagnosis(
            f"Two tensors that belong together hold {pair}; the message does not say which is which.",
            f"If {whole[0]} is the input of a layer: x{into}{scale}.{target}",
        )
    if one.startswith("complex") or other.startswith("complex"):
        return Diagnosis(
            f"Input and layer hold {pair}; the message does not say which holds which, and both must be the same.",
            "Is the layer complex, x.to(layer.weight.dtype); is it the input, x.abs() or x.real and then that.",
        )
    return Diagnosis(
        f"Input and layer hold {pair}; the message does not say which holds which, and both must be the same.",
        "x.to(layer.weight.dtype) converts the input to what the layer has; or give both torch's default: x.float() "
        "and layer.float().",
    )


def _products(match: re.Match[str]) -> Diagnosis:
    """A Linear layer multiplies mat1, its input, by mat2, its weight."""
    given, has = kind(match["given"]).dtype, kind(match["has"]).dtype
    if given and has and given != has:
        return _two_types(given, has)
    return Diagnosis(
        f"The input holds {match['given']}, the Linear layer {match['has']}; both must be the same.",
        "x.to(layer.weight.dtype) converts the input.",
    )


def _mixed(match: re.Match[str]) -> Diagnosis:
    return Diagnosis(
        "The normalisation was given an input of another type than its own numbers have.",
        "x.to(layer.weight.dtype) converts the input; or give both torch's default: x.float() and layer.float().",
    )


def _not_implemented(match: re.Match[str]) -> Diagnosis:
    name, dtype = match["name"].replace(" ", ""), _dtype(match["name"])
    before = match.string[max(0, match.start() - 60) : match.start()]
    word = re.search(r"\w{1,60}$", before)
    operation = word[0] if word else "This operation"
    if dtype in ("float16", "bfloat16"):
        on_cpu = "on the CPU " * ("cpu" in operation or "cuda" not in operation)
        return Diagnosis(
            f"{operation}: this torch cannot do it {on_cpu}with {name} ({dtype}).",
            "Give both float32: x.float() and layer.float(); or run both on a GPU, or use a newer torch.",
        )
    if dtype.startswith("complex"):
        return Diagnosis(
            f"{operation} is not there for complex numbers ({name}).",
            "Give it real ones: x.abs() or x.real; torch.view_as_real(x) keeps both parts.",
        )
    if dtype.startswith(("int", "uint", "bool")):
        target = " In a loss the target is target.long()." * ("loss" in operation or "nll" in operation)
        scale = " / 255 for picture bytes" * (dtype == "uint8")
        return Diagnosis(
            f"{operation} is not there for {name} ({dtype}).",
            f"Convert the input: x.float(){scale}; for a layer that is not float32, x.to(layer.weight.dtype).{target}",
        )
    return Diagnosis(f"{operation} is not there for {name}.", "Use another type: x.float() and layer.float().")


def _devices(match: re.Match[str]) -> Diagnosis:
    parts = {name: value for name, value in match.groupdict().items() if value}
    both = f": {parts['one']} and {parts['other']}" if "one" in parts and "other" in parts else ""
    what = f" ({parts['what']} is the one that differs)" if "what" in parts else ""
    if both and parts["one"] == parts["other"]:
        both = ""
    return Diagnosis(
        f"Two tensors that belong together lie on different devices{both}{what}.",
        f"{MOVE} A module moves with all its parameters; a tensor must be assigned: x = x.to(device).",
    )


def _objects(match: re.Match[str]) -> Diagnosis:
    """``Expected object of type torch.FloatTensor but found type torch.cuda.FloatTensor for argument #2``."""
    one, other = kind(match["one"]), kind(match["other"])
    if one.device != other.device:
        return Diagnosis(f"Two tensors lie on different devices: {one.name} and {other.name}.", MOVE)
    if one.dtype and other.dtype:
        return Diagnosis(
            f"Two tensors hold different types of number: {_with_use(one.dtype)} and {_with_use(other.dtype)}.",
            "x.to(layer.weight.dtype) gives the input the layer's type; or x.float() and layer.float().",
        )
    return Diagnosis(
        f"Two tensors differ in type: {one.name} and {other.name}.", "x.to(layer.weight) gives the input the layer's."
    )


_DIFFERENT = "Expected all tensors to be on the same device"
MESSAGES: Messages = [
    (
        _input_and_layer,
        (
            "Input type (<given:type>) and bias type (<has:type>) should be",
            "Input type (<given:type>) and weight type (<has:type>) should be",
        ),
    ),
    (
        _scalars,
        (
            "expected scalar type <one:dtype> but found <other:dtype>",
            "xpected object of scalar type <one:dtype> but got scalar type <other:dtype>",
        ),
    ),
    (_products, ("mat1 and mat2 must have the same dtype, but got <given:dtype> and <has:dtype>",)),
    (_products, ("expected m1 and m2 to have the same dtype, but got: <given:type> != <has:cpp>",)),
    (_products, ("expected mat1 and mat2 to have the same dtype, but got: <given:type> != <has:cpp>",)),
    (_mixed, ("mixed dtype (CPU)",)),
    (
        _not_implemented,
        ("\" not implemented for '<name:dtype>'", "\" not implemented for '<name:word>'"),
    ),
    (
        _objects,
        (
            "xpected object of type <one:type> but found type <other:type> for argument",
            "xpected object of type <one:type> but got <other:type> for argument",
        ),
    ),
    (
        _devices,
        (
            _DIFFERENT,
            f"{_DIFFERENT}, but found at least two devices, <one:device> and <other:device>",
            f"{_DIFFERENT}, but got <what:word> is on <one:device>, different from other tensors on <other:device>",
            "xpected object of backend <one:device> but got backend <other:device>",
            "xpected object of device type <one:device> but got device type <other:device>",
            "expected device <one:device> but got device <other:device>",
            "Tensor on device <one:device> is not on the expected device <other:device>",
            "Input and parameter tensors are not at the same device",
            "to have the same device as tensor for argument",
            "Tensor for argument <what:word> is on <one:device> but expected on <other:device>",
            "is on <one:device>, but expected it to be on <other:device>",
            "is on <one:device>, but expected them to be on <other:device>",
            "Placeholder storage has not been allocated on MPS device",
        ),
    ),
    (
        said(
            "This torch was built for the CPU only: it cannot use a GPU.",
            "device = 'cuda' if torch.cuda.is_available() else 'cpu' runs on both; or install a torch with CUDA.",
        ),
        ("Torch not compiled with CUDA enabled",),
    ),
    (
        said(
            "The file's tensors lie on a GPU, and this machine has none for torch.",
            "torch.load(path, map_location='cpu') reads them.",
        ),
        ("Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False",),
    ),
]
