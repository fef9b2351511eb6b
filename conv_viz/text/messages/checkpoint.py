"""Error messages of ``load_state_dict``: what the file holds against what the model holds.

One message can name hundreds of parameters. All of them are read, and what they have in common is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from conv_viz.layers.values import Shape
from conv_viz.text.messages.wording import Diagnosis, Messages, said, sizes

MAX_KEYS = 2_000
_MISMATCH = re.compile(
    r"sizemismatchfor(?P<key>[\w.]{1,100}):copyingaparam(?:withshape|of)(?:torch\.Size\()?\(?\[?"
    r"(?P<file>[\d, ]{0,80})\]?\)?"
    r"fromcheckpoint,(?:where)?theshape(?:is)?(?:incurrentmodel)?(?:is)?(?:torch\.Size\()?\(?\[?"
    r"(?P<model>[\d, ]{0,80})",
    re.ASCII,
)
_KEY = re.compile(r'"([^"]{1,200})"[,.]?', re.ASCII)
WRAPPERS = ("state_dict", "model_state_dict", "model", "net", "params", "weights")


@dataclass(frozen=True)
class _Report:
    """What one message says: parameters that only the model has, only the file, and those of two shapes."""

    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    sizes: tuple[tuple[str, Shape, Shape], ...]


def _checkpoint(match: re.Match[str]) -> Diagnosis:
    report = _read(match.string)
    whole_file = _prefix(report) or _wrapped(report)
    if whole_file:
        return whole_file
    causes, fixes = [], []
    layer: Shape = ()
    if report.sizes:
        key, file, model = _first(report.sizes)
        cause, fix = _two_shapes(key, file, model)
        causes.append(cause + _more(len(report.sizes) - 1))
        fixes.append(fix)
        layer = file if len(file) == len(model) == 4 else ()
    if report.missing:
        causes.append(f"The file lacks {_names(report.missing)} that the model has.")
        fixes.append(_missing_fix(report.missing))
    if report.unexpected:
        causes.append(f"The file holds {_names(report.unexpected)} that the model lacks.")
        fixes.append(_unexpected_fix(report.unexpected))
    if not causes:
        causes.append("The parameters in the file are not those of the model.")
        fixes.append("Compare the names and shapes of both: model.state_dict() and the file.")
    return Diagnosis(
        " ".join(causes),
        " ".join(fixes),
        {"in_channels": layer[1], "out_channels": layer[0], "kernel_size": layer[2:]} if layer else {},
        notes=("Shapes do not give groups, stride and padding: the file's layer is shown with torch's defaults.",),
        other_sizes=True,
    )


def _read(text: str) -> _Report:
    mismatches: list[tuple[str, Shape, Shape]] = []
    for match in _MISMATCH.finditer(text):
        one = (match["key"], sizes(match["file"]), sizes(match["model"]))
        if one not in mismatches[-3:] and len(mismatches) < MAX_KEYS:
            mismatches.append(one)
    return _Report(
        _keys(text, "Missingkey(s)instate_dict:"), _keys(text, "Unexpectedkey(s)instate_dict:"), tuple(mismatches)
    )


def _keys(text: str, before: str) -> tuple[str, ...]:
    """The quoted names after a word, of its last place in the text."""
    at = text.rfind(before)
    names: list[str] = []
    at += len(before)
    while at >= len(before) and len(names) < MAX_KEYS and (match := _KEY.match(text, at)):
        names.append(match[1])
        at = match.end()
    return tuple(names)


def _prefix(report: _Report) -> Diagnosis | None:
    """Names that differ by what stands before them: ``module.conv1.weight``."""
    if not (report.missing and report.unexpected):
        return None
    unexpected = set(report.unexpected)
    first = report.missing[0]
    for name in report.unexpected:
        if name.endswith(first) and name != first:
            front = name.removesuffix(first)
            if unexpected >= {front + key for key in report.missing}:
                who = {
                    "module.": " nn.DataParallel or DistributedDataParallel puts it there.",
                    "_orig_mod.": " torch.compile puts it there.",
                }
                return Diagnosis(
                    f"The names in the file begin with {front!r}, those of the model do not.{who.get(front, '')}",
                    f"Take it off: {{k.removeprefix({front!r}): v for k, v in state_dict.items()}}.",
                    other_sizes=True,
                )
    first = report.unexpected[0]
    for name in report.missing:
        if name.endswith(first) and name != first:
            front = name.removesuffix(first)
            if set(report.missing) >= {front + key for key in report.unexpected}:
                return Diagnosis(
                    f"The names of the model begin with {front!r}, those in the file do not.",
                    f"Put it before them: {{{front!r} + k: v for k, v in state_dict.items()}}.",
                    other_sizes=True,
                )
    return None


def _wrapped(report: _Report) -> Diagnosis | None:
    """A file that holds the parameters one level deeper, beside the optimiser's and the epoch."""
    key = next((key for key in WRAPPERS if key in report.unexpected), None)
    if key is None:
        return None
    return Diagnosis(
        f"The file is a dict with more in it than the parameters: they are under {key!r}.",
        f"model.load_state_dict(torch.load(path)[{key!r}]) takes them out.",
        other_sizes=True,
    )


def _first(found: tuple[tuple[str, Shape, Shape], ...]) -> tuple[str, Shape, Shape]:
    """The first of two convolutions' weights, else the first: the others often follow from it."""
    return next((one for one in found if len(one[1]) == len(one[2]) == 4), found[0])


def _two_shapes(key: str, file: Shape, model: Shape) -> tuple[str, str]:
    name = key.removesuffix(".weight").removesuffix(".bias")
    if len(file) != len(model):
        return (
            f"{_short(key)} is {_weight_of(file)} in the file and {_weight_of(model)} in the model.",
            f"Make {_short(name)} the same kind of layer in the model, or leave it out: state_dict.pop({key!r}) and "
            "strict=False.",
        )
    cause = f"{_short(key)}: the file has {_weight_of(file)}, the model {_weight_of(model)}"
    pop = f"leave it out, state_dict.pop({key!r}) and strict=False"
    if len(file) == 4:
        return _two_convolutions(cause, file, model, pop)
    if len(file) == 2 and file[1] == model[1]:
        return (
            f"{cause}: other numbers of outputs (classes).",
            f"Build the model with {file[0]} and change the layer after loading; or {pop}.",
        )
    return f"{cause}.", f"Build the model with the file's sizes; or {pop}."


def _two_convolutions(cause: str, file: Shape, model: Shape, pop: str) -> tuple[str, str]:
    if file[:2] == model[1::-1] and file[2:] == model[2:] and file != model:
        return (
            f"{cause}: in and out are swapped, as between nn.Conv2d and nn.ConvTranspose2d.",
            f"Make it the same kind of layer in the model; or {pop}.",
        )
    changes, told = [], []
    if file[1] != model[1]:
        colours = {(3, 1): " (colour against grey)", (1, 3): " (grey against colour)"}
        told.append(f"{file[1]} and {model[1]} input channels{colours.get((file[1], model[1]), '')}")
        changes.append(f"in_channels={file[1]}")
    if file[0] != model[0]:
        told.append(f"{file[0]} and {model[0]} filters")
        changes.append(f"out_channels={file[0]}")
    if file[2:] != model[2:]:
        told.append("other kernel sizes")
        changes.append(f"kernel_size={file[2] if file[2] == file[3] else file[2:]}")
    fix = f"Build the model with {', '.join(changes)} there; or {pop}." if changes else f"Or {pop}."
    if (file[1], model[1]) == (3, 1) and file[2:] == model[2:] and file[0] == model[0]:
        fix += " weight.sum(1, keepdim=True) makes the colour weight one for grey pictures."
    return f"{cause}: {', '.join(told)}.", fix


def _weight_of(shape: Shape) -> str:
    """A weight as the layer that has it."""
    if len(shape) == 4:
        kernel = shape[2] if shape[2] == shape[3] else shape[2:]
        return f"nn.Conv2d({shape[1]}, {shape[0]}, {kernel})"
    if len(shape) == 3:
        return f"nn.Conv1d({shape[1]}, {shape[0]}, {shape[2]})"
    if len(shape) == 2:
        return f"nn.Linear({shape[1]}, {shape[0]})"
    return f"{shape[0]} numbers" if len(shape) == 1 else f"shape {tuple(shape)}"


def _names(keys: tuple[str, ...]) -> str:
    shown = ", ".join(map(_short, keys[:2]))
    return f"{shown} and {len(keys) - 2} more" if len(keys) > 2 else shown


def _short(key: str) -> str:
    return key if len(key) <= 40 else f"...{key[-37:]}"


def _more(count: int) -> str:
    return f" {count} more parameter{'s' * (count != 1)} differ{'s' * (count == 1)}." if count else ""


def _missing_fix(keys: tuple[str, ...]) -> str:
    if all(key.endswith("num_batches_tracked") for key in keys):
        return "An old torch did not write them: strict=False is right."
    if all(key == "bias" or key.endswith(".bias") for key in keys):
        return "Its layers have no bias: set bias=False in the model, or strict=False leaves the drawn ones."
    return "Build the model as it was when saved; strict=False loads what fits and leaves the rest as it was drawn."


def _unexpected_fix(keys: tuple[str, ...]) -> str:
    if all(key == "bias" or key.endswith(".bias") for key in keys):
        return "The model's layers have bias=False: set bias=True there, or strict=False throws them away."
    return "strict=False throws away what the model has no place for."


def _old_copy(match: re.Match[str]) -> Diagnosis:
    cause, fix = _two_shapes(match["key"], sizes(match["file"]), sizes(match["model"]))
    return Diagnosis(cause, fix, other_sizes=True)


MESSAGES: Messages = [
    (
        _checkpoint,
        (
            "size mismatch for <key:word>: copying a param",
            "Missing key(s) in state_dict:",
            "Unexpected key(s) in state_dict:",
        ),
    ),
    (
        _old_copy,
        (
            "While copying the parameter named <key:word>, whose dimensions in the model are torch.Size([<model:list>])"
            " and whose dimensions in the checkpoint are torch.Size([<file:list>])",
        ),
    ),
    (
        said(
            "load_state_dict takes the dict of parameters, and was given the model itself.",
            "Write other.load_state_dict(model.state_dict()).",
        ),
        ("Expected state_dict to be dict-like, got",),
    ),
]
