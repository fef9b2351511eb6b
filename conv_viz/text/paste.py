"""What people paste: a line, a printed model, a class, another framework's layer, an error message.

`read` turns it into layers to choose from, the input as far as the text tells, and plain sentences.
Text is cut up by brackets and parsed by `ast`, never evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from conv_viz.layers.kinds import KINDS
from conv_viz.text.calls import Call, constants, find_calls, without_prompts
from conv_viz.text.dialects import LAZIES
from conv_viz.text.onnx_text import find_nodes
from conv_viz.text.pasted import Pasted, PasteError
from conv_viz.text.reading import TENSORS, Reading
from conv_viz.text.relatives import is_relative
from conv_viz.text.summaries import find_rows
from conv_viz.text.tidy import tidy
from conv_viz.text.torch_errors import diagnose

MAX_TEXT = 50_000  # characters: print(resnet152) has 40,000
CUT = re.compile(rf"\b({'|'.join(KINDS)})[ \t]{{0,8}}\(")
IN_A_ROW = re.compile(r"\w{1,60}[ \t]{0,8}\(\w{0,40}Conv2[dD]\)")  # conv2d_1 (Conv2D)
OTHERS = {
    *("Conv3d", "LazyConv3d", *LAZIES),
    *("ConvTranspose3d", "QuantizedConvTranspose2d"),
    *("Conv1D", "Conv2D", "Conv3D", "Convolution2D", "DepthwiseConv2D", "SeparableConv2D"),
    *("Conv1DTranspose", "Conv2DTranspose"),
    *("Conv", "ConvTranspose", "conv2d", "conv_general_dilated"),
}


class _Known:
    """Names of calls that are read: the window layers, their kin, and every class that is named after ``nn.Conv2d``."""

    def __contains__(self, name: object) -> bool:
        return name in _NAMES or (isinstance(name, str) and "2d" in name and is_relative(name))


_NAMES = {*KINDS, "MinkowskiConvolution", *TENSORS, *OTHERS}
KNOWN = _Known()


def read(text: str, values: Mapping[str, int] | None = None, *, size: tuple[int, int] | None = None) -> Pasted:
    """A pasted text -> its layers, its input and what to say about them.

    `values` are whole numbers for names that an earlier reading asked for; `size` is an
    input's (height, width) for a text that gives none, on which TensorFlow's 'SAME' depends. Raises
    `PasteError` with one sentence when there is nothing to show or to explain.

    >>> pasted = read("(conv1): Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)")
    >>> pasted.layers[0].name, pasted.layers[0].spec
    ('conv1', ConvSpec(3, 64, kernel_size=7, stride=2, padding=3, bias=False))
    >>> read("nn.Conv2d(nc, ndf * 2, 4, 2, 1)").asked
    ('nc', 'ndf')
    >>> read("self.pool = nn.MaxPool2d(3, 2, 1)").spec
    MaxPoolSpec(kernel_size=3, stride=2, padding=1)
    >>> read("nn.Conv2d(nc, ndf * 2, 4, 2, 1)", {"nc": 3, "ndf": 64}).spec
    ConvSpec(3, 128, kernel_size=4, stride=2, padding=1)
    """
    _check(text)
    text = without_prompts(tidy(text))
    reading = Reading(dict(values or {}), constants(text), size)
    calls = find_calls(text, KNOWN) if "onv" in text or "Pool" in text else []
    if "#" in text and not any(map(_is_convolution, calls)):
        hidden = find_calls(_uncommented(text), KNOWN)  # a line that was commented out is still a layer
        if any(call.function not in TENSORS for call in calls):
            hidden = list(filter(_is_convolution, hidden))
        calls += [replace(call, start=-1) for call in hidden]
    message = diagnose(text)
    others = message is not None and message.other_sizes
    reading.follow(text, calls)
    reading.input_from([call for call in calls if not (others and call.function == "Size")])
    rows = find_rows(text) if "onv2" in text else []
    for call in calls:
        if rows and IN_A_ROW.fullmatch(call.text):
            continue
        if call.function in KINDS:
            reading.layer(call)
        elif call.function not in TENSORS and not (message and call.function == "conv2d"):
            reading.other(call)
    for node in find_nodes(text):
        reading.node(node)
    if not reading.layers:
        reading.table(rows)
    if message:
        reading.message(message)
    if not calls and not message and (cut := CUT.search(text)):
        raise PasteError(f"The bracket after {cut[1]} is not closed; paste the call to its end.")
    return reading.result()


def _is_convolution(call: Call) -> bool:
    return "onv" in call.function


def _uncommented(text: str) -> str:
    return "\n".join(line.lstrip().removeprefix("#") for line in text.split("\n"))


def _check(text: str) -> None:
    if len(text) > MAX_TEXT:
        raise PasteError(f"The text is {len(text):,} characters long; at most {MAX_TEXT:,} are read.")
    if "\0" in text:
        raise PasteError("The text holds null bytes, so it is no code; paste a line like nn.Conv2d(3, 64, 7).")
    if not text.strip():
        raise PasteError("There is nothing to read; paste a line like nn.Conv2d(3, 64, 7, stride=2).")
