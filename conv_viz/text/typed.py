"""Values of controls as one types them: ``224``, ``480 x 640``, ``kernel_size=5, stride 2``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from conv_viz.text.pasted import PasteError

SIZE = re.compile(r"\s*(\d{1,9})(?:\s*[x×*]\s*(\d{1,9}))?\s*", re.ASCII)
VALUE = re.compile(r"\s*([a-z_]{1,20})\s*[=:\s]\s*(\d{1,12})\s*(?:[,;\s]|$)", re.ASCII)


def read_typed(text: str, ranges: Mapping[str, tuple[int, int]]) -> dict[str, int] | None:
    """The values by the names of controls, None where a text is anything else; `ranges` are what each may be.

    A size alone is the input's height and width; where there is no height, the width may be called length. Raises
    `PasteError` for a value that its control cannot have.

    >>> ranges = {"height": (1, 1024), "width": (1, 1024), "stride": (1, 64)}
    >>> read_typed("224", ranges), read_typed("480 x 640", ranges), read_typed("stride=2, height 9", ranges)
    ({'height': 224, 'width': 224}, {'height': 480, 'width': 640}, {'stride': 2, 'height': 9})
    >>> read_typed("length=16", {"width": (1, 1024)})
    {'width': 16}
    >>> read_typed("nn.Conv2d(3, 4, 5)", ranges) is read_typed("padding=2", ranges) is None
    True
    """
    size = SIZE.fullmatch(text[:100])
    if size:
        height = int(size[1])
        both = {"height": height, "width": int(size[2] or height)}
        found = {name: value for name, value in both.items() if name in ranges}
    else:
        found = _named(text[:1000], ranges)
    for name, value in found.items():
        least, most = ranges[name]
        if not least <= value <= most:
            called = "length" if name == "width" and "height" not in ranges else name
            raise PasteError(f"{called} goes from {least} to {most:,}, not to {value:,}.")
    return found or None


def _named(text: str, ranges: Mapping[str, tuple[int, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    length = {} if "height" in ranges else {"length": "width"}
    at = 0
    while at < len(text):
        one = VALUE.match(text, at)
        name = length.get(one[1], one[1]) if one else ""
        if one is None or name not in ranges:
            return {}
        found[name] = int(one[2])
        at = one.end()
    return found
