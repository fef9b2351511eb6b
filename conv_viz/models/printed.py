"""``print(model)`` -> what each layer of the model is, by its path: ``layer1.0.conv1``.

torch prints a module a line, indented by where it belongs; blocks that are alike print once, as ``(0-2): 3 x Block(``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from conv_viz.layers.call import bind
from conv_viz.layers.facts import FACTS
from conv_viz.layers.values import ConvSpecError
from conv_viz.models.convolutions import Convolution, spec_of
from conv_viz.models.model import Model
from conv_viz.text.calls import Call, Unreadable

MAX_TEXT = 200_000
MAX_PATHS = 5_000
MAX_LINE = 400
SOURCE = "print(model)"
LINE = re.compile(
    r"^(?P<indent>[ \t|]{0,200})\((?P<name>[\w-]{1,80})\): (?:(?P<times>\d{1,4}) x )?(?P<callee>[\w.]{1,80})(?=\()",
    re.MULTILINE,
)
RANGE = re.compile(r"(\d{1,4})-(\d{1,4})$")
NAMES = tuple(name for name in FACTS if "Conv" in name)
WORDS = ("same", "valid", "reflect", "replicate", "circular", "zeros")


def printed(text: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Path -> class in ``torch.nn`` and arguments, of every convolution. Raises `ValueError`, one sentence.

    >>> text = '''Net(
    ...   (blocks): ModuleList(
    ...     (0-1): 2 x Block(
    ...       (conv): Conv2d(8, 8, kernel_size=(3, 3), stride=(2, 2), groups=8)
    ...     )
    ...   )
    ... )'''
    >>> [(path, arguments["groups"]) for path, (_, arguments) in printed(text).items()]
    [('blocks.0.conv', 8), ('blocks.1.conv', 8)]
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"The text is {len(text):,} characters long; at most {MAX_TEXT:,} are read.")
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    above: list[tuple[int, list[str]]] = []
    for match in LINE.finditer(text):
        depth = len(match["indent"].expandtabs(2))
        while above and above[-1][0] >= depth:
            above.pop()
        parents = above[-1][1] if above else [""]
        names = _names(match["name"], match["times"])
        if len(parents) * len(names) > MAX_PATHS or len(found) > MAX_PATHS:
            raise ValueError(f"The text names more than {MAX_PATHS:,} modules; paste less of it.")
        paths = [f"{parent}.{name}" if parent else name for parent in parents for name in names]
        above.append((depth, paths))
        kind = match["callee"].rpartition(".")[2]
        if kind in NAMES:
            read = _arguments(kind, text[match.start("callee") : match.start("callee") + MAX_LINE])
            found.update((path, (kind, read)) for path in paths if read)
    if not found:
        raise ValueError("No convolution is printed in this text; paste what print(model) writes.")
    return found


def tell(model: Model, text: str) -> tuple[Model, str]:
    """The model with what the text says of its layers, and one sentence: how many it told, and what did not fit.

    Layers are matched by their path; where the text's paths are longer or shorter at their beginning, by their end.
    Raises `ValueError` for a text that tells nothing.
    """
    said = printed(text)
    told, misfits = {}, []
    for layer in model.layers:
        found = _match(layer.name, said)
        if found is None:
            continue
        kind, arguments = found
        tried = replace(layer, kind=kind, told=arguments, source=SOURCE, note="")
        if _fits(tried, arguments):
            told[layer.name] = tried
        else:
            misfits.append(layer.title)
    if not told:
        raise ValueError(
            f"The text prints {len(said)} convolution{'s' * (len(said) != 1)}, and none is a layer of this file; "
            "it is another model's."
        )
    sentence = f"The text tells {len(told)} of {len(model.layers)} layers."
    if misfits:
        sentence += f" {misfits[0]} has another shape in it{f', and {len(misfits) - 1} more' * (len(misfits) > 1)}."
    return model.told(told), sentence


def _names(name: str, times: str | None) -> list[str]:
    span = RANGE.fullmatch(name) if times else None
    if span is None:
        return [name]
    first, last = int(span[1]), int(span[2])
    return [str(index) for index in range(first, min(last, first + MAX_PATHS) + 1)]


def _arguments(kind: str, text: str) -> dict[str, Any]:
    """The arguments in one printed line, or in the next where it has children; empty for what torch does not print."""
    line, _, rest = text.partition("\n")
    text = line[: line.rfind(")") + 1] or f"{line}{rest.partition(chr(10))[0]})"
    try:
        positional, named = Call(kind, text, 1, "").arguments({}, WORDS)
        return bind(positional, named.items(), kind)
    except (Unreadable, ValueError):
        return {}


def _match(name: str, said: Mapping[str, tuple[str, dict[str, Any]]]) -> tuple[str, dict[str, Any]] | None:
    if name in said:
        return said[name]
    ends = [path for path in said if f".{name}".endswith(f".{path}") or f".{path}".endswith(f".{name}")]
    return said[ends[0]] if len(ends) == 1 and name else None


def _fits(layer: Convolution, arguments: Mapping[str, Any]) -> bool:
    """Whether the printed layer has the weight that the file has."""
    try:
        spec = spec_of(layer)
    except (ConvSpecError, ValueError):
        return False
    made = spec.arguments()
    return all(made[name] == arguments[name] for name in ("in_channels", "out_channels") if name in arguments)
