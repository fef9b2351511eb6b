"""What people paste: a line, a printed model, a class, another framework's layer, an error message.

`read` turns it into layers to choose from, the input as far as the text tells, and plain sentences.
Text is cut up by brackets and parsed by `ast`, never evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conv_viz.calls import Call, Unknown, Unreadable, constants, find_calls, listed, without_prompts
from conv_viz.code import ARGUMENTS, PLACEMENT, bind
from conv_viz.dialects import implied_channels, tell
from conv_viz.spec import PADDING_MODES, ConvSpec, ConvSpecError, Shape, mended
from conv_viz.torch_errors import Diagnosis, diagnose

MAX_TEXT = 50_000  # characters: print(resnet152) has 40,000
MAX_NOTES = 8
MAX_ASKED = 12
MAX_BROKEN = 40  # layers that are mended; a text with more is no model
WORDS = ("same", "valid", *PADDING_MODES)  # a printed layer writes them without quotes
TENSORS = {"randn", "rand", "zeros", "ones", "empty", "Size", "Input"}
NOTHING = "No convolution layer is in this text; paste a line like nn.Conv2d(3, 64, 7, stride=2)."
CUT = re.compile(r"\bConv2d[ \t]{0,8}\(")
OTHERS = {
    *("Conv1d", "Conv3d", "LazyConv1d", "LazyConv2d", "LazyConv3d"),
    *("ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d", "LazyConvTranspose2d"),
    *("Conv1D", "Conv2D", "Conv3D", "Convolution2D", "DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose"),
    *("Conv", "ConvTranspose", "conv2d", "conv_general_dilated"),
}


class PasteError(ValueError):
    """A text with no layer and no message in it that is known here: one sentence."""


@dataclass(frozen=True)
class Layer:
    """One layer to choose: its `name` in the text (``conv1``), the layer, the line it begins in.

    `kind` is what it was written as, when not as ``nn.Conv2d``; `mended` are the arguments that
    had to change for the layer to exist.
    """

    name: str
    spec: ConvSpec
    line: int
    kind: str = "nn.Conv2d"
    mended: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Pasted:
    """What a text says.

    `layers` in the order of the text, the one that an error message is about first;
    `input_shape` (N, C, H, W) or (C, H, W) if the text has one; `notes` are sentences to
    show. `cause` and `fix` explain an error message or a layer that cannot be, and
    `mended_input` is the input after that fix. `asked` are names whose values `read` needs.
    `arguments` are single ones that an error message tells without telling the layer.
    """

    layers: tuple[Layer, ...] = ()
    input_shape: Shape | None = None
    notes: tuple[str, ...] = ()
    cause: str = ""
    fix: str = ""
    mended_input: Shape | None = None
    asked: tuple[str, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def spec(self) -> ConvSpec | None:
        """The first layer, which is the one to show."""
        return self.layers[0].spec if self.layers else None


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
    >>> read("nn.Conv2d(nc, ndf * 2, 4, 2, 1)", {"nc": 3, "ndf": 64}).spec
    ConvSpec(3, 128, kernel_size=4, stride=2, padding=1)
    """
    _check(text)
    text = without_prompts(text.replace("\r\n", "\n"))
    reading = _Reading(dict(values or {}), constants(text), size)
    known = {"Conv2d", *TENSORS, *OTHERS}
    calls = find_calls(text, known) if "onv" in text else []
    if "#" in text and not any(call.function not in TENSORS for call in calls):
        calls += find_calls(_uncommented(text), known)  # a line that was commented out is still a layer
    reading.input_from(calls)
    message = diagnose(text)
    for call in calls:
        if call.function == "Conv2d":
            reading.layer(call)
        elif call.function in OTHERS and not (message and call.function == "conv2d"):
            reading.other(call)
    if message:
        reading.message(message)
    if not calls and not message and CUT.search(text):
        raise PasteError("The bracket after Conv2d is not closed; paste the call to its end.")
    return reading.result()


class _Reading:
    """What has been found so far."""

    def __init__(self, values: dict[str, int], found: dict[str, int], size: tuple[int, int] | None) -> None:
        self.given = values
        self.size = size
        self.values: dict[str, Any] = {**found, **values}
        self.constants = found
        self.layers: list[Layer] = []
        self.notes: list[str] = []
        self.asked: list[str] = []
        self.input_shape: Shape | None = None
        self.mended_input: Shape | None = None
        self.cause = self.fix = ""
        self.broken = 0
        self.arguments: dict[str, Any] = {}

    def input_from(self, calls: Iterable[Call]) -> None:
        """The first tensor whose shape could be an input's: ``torch.randn(1, 3, 224, 224)``."""
        for call in calls:
            if call.function not in TENSORS:
                continue
            try:
                positional, named = call.arguments(self.values)
            except Unreadable:
                continue
            shape = named.get("shape", positional[0] if len(positional) == 1 else tuple(positional))
            if not (isinstance(shape, tuple) and len(shape) in (3, 4) and all(type(n) is int and n > 0 for n in shape)):
                continue
            if call.function == "Input" or call.prefix in ("jnp", "jax.numpy"):  # channels last
                shape = (*shape[:-3], shape[-1], *shape[-3:-1])
            self.input_shape = shape
            return

    def layer(self, call: Call) -> None:
        """One ``nn.Conv2d``."""
        name = call.name or f"line {call.line}"
        try:
            spec, changed = self._made(name, _by_name(call, self.values))
        except Unknown as unknown:
            self._ask(name, unknown.names)
        except ValueError as error:
            self._say(f"{name}: {error}")
        else:
            self.layers.append(Layer(name, spec, call.line, mended=changed))
            self._name_constants(call)

    def other(self, call: Call) -> None:
        """A layer of another kind or framework."""
        name = call.name or f"line {call.line}"
        size = (self.input_shape[-2], self.input_shape[-1]) if self.input_shape else self.size
        values = {"in_channels": self.input_shape[-3], **self.values} if self.input_shape else self.values
        follows = bool(self.layers) and implied_channels(call)
        if follows:  # on the layer before it, most likely; how large its input is there, the text does not say
            values, size = {**values, "in_channels": self.layers[-1].spec.out_channels}, None
        try:
            told = tell(call, values, size)
            if told is None:
                self._say(f"{name}: {call.function} is a class of that code's own; paste the nn.Conv2d line inside it.")
                return
            self._say(f"{name}: {told.sentence}")
            if told.arguments is not None:
                spec, changed = self._made(name, bind([], told.arguments.items()))
                if follows and spec.in_channels == values["in_channels"]:
                    self._say(f"{name}: in_channels={spec.in_channels} are the filters of the layer before it.")
                self.layers.append(Layer(name, spec, call.line, told.kind, changed))
                self._name_constants(call)
        except Unknown as unknown:
            self._ask(name, unknown.names, call.function)
        except ValueError as error:
            self._say(f"{name}: {error}")

    def message(self, found: Diagnosis) -> None:
        """An error message: its layer and input come first, its words replace those of a layer."""
        shape = found.input_shape or found.mended_input
        if "kernel_size" in found.arguments:
            about = self._about(found)
            if about:
                self.layers.remove(about)
                self.layers.insert(0, about)
                if found.padded and shape:
                    shape = _unpadded(about.spec, shape)
            else:
                self._add(found)
        elif not self.layers:
            self.arguments = found.arguments
        if shape:
            self.input_shape = shape
        self.mended_input = found.mended_input
        if self.layers and self.layers[0].mended and "kernel_size" not in found.arguments:
            return  # the layer's own words have its numbers in them
        self.cause, self.fix = found.cause, found.fix

    def result(self) -> Pasted:
        """All of it; raises `PasteError` when it is nothing."""
        if not (self.layers or self.asked or self.cause):
            if self.notes:
                return Pasted(input_shape=self.input_shape, notes=self._notes())
            raise PasteError(NOTHING)
        return Pasted(
            tuple(self.layers),
            self.input_shape,
            self._notes(),
            self.cause,
            self.fix,
            self.mended_input,
            tuple(dict.fromkeys(self.asked))[:MAX_ASKED],
            self.arguments,
        )

    def _about(self, found: Diagnosis) -> Layer | None:
        """The layer of the text that a message is about: it knows stride and padding too."""
        for layer in self.layers:
            spec = layer.spec
            if found.padded:
                if spec.effective_kernel == found.arguments["kernel_size"]:
                    return layer
            elif (spec.in_channels, spec.out_channels, spec.kernel_size) == tuple(
                found.arguments[name] for name in ARGUMENTS[:3]
            ) and spec.groups == found.arguments.get("groups", 1):
                return layer
        return None

    def _add(self, found: Diagnosis) -> None:
        """The layer that a message alone tells of."""
        try:
            self.layers.insert(0, Layer("the message", ConvSpec(**found.arguments), 1, "error message"))
        except ConvSpecError as error:
            self._say(str(error))
            return
        for note in found.notes:
            self._say(note)

    def _made(self, name: str, arguments: dict[str, Any]) -> tuple[ConvSpec, dict[str, Any]]:
        """The layer; one that cannot be is mended, and why is said."""
        try:
            return ConvSpec(**arguments), {}
        except ConvSpecError as error:
            self.broken += 1
            changes = mended(arguments) if self.broken <= MAX_BROKEN else {}
            if not changes:
                raise
            self.cause = self.cause or f"{name}: {error.rule}"
            self.fix = self.fix or f"Set {', '.join(f'{key}={value!r}' for key, value in changes.items())}."
            return ConvSpec(**{**arguments, **changes}), changes

    def _ask(self, name: str, names: tuple[str, ...], function: str = "") -> None:
        self.asked += names
        if names == ("in_channels",) and function:
            self._say(f"{name}: {function} does not say in_channels; give its value.")
        else:
            self._say(f"{name} uses {listed(names)}; give {'its value' if len(names) == 1 else 'their values'}.")

    def _name_constants(self, call: Call) -> None:
        """Says which numbers were taken from elsewhere in the text."""
        for name, value in self.constants.items():
            if name in call.text and name not in self.given and _used(name, call.text):
                self._say(f"{name} = {value} is taken from the text.")

    def _say(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    def _notes(self) -> tuple[str, ...]:
        if len(self.notes) <= MAX_NOTES:
            return tuple(self.notes)
        return (*self.notes[: MAX_NOTES - 1], f"And {len(self.notes) - MAX_NOTES + 1} more like these.")


def _by_name(call: Call, values: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of an ``nn.Conv2d`` by name; Equinox has the same layer with two spellings of its own."""
    equinox = call.prefix.startswith(("eqx", "equinox"))
    skipped = (*PLACEMENT, "key") if equinox else PLACEMENT
    positional, named = call.arguments(values, WORDS, skip=lambda name: name in skipped)
    return bind(positional, [("bias" if equinox and name == "use_bias" else name, v) for name, v in named.items()])


def _unpadded(spec: ConvSpec, shape: Shape) -> Shape:
    """The input of a layer from the padded size that a message gives."""
    *_, height, width = shape
    (top, bottom), (left, right) = spec.padding_sides
    return 1, spec.in_channels, max(1, height - top - bottom), max(1, width - left - right)


def _used(name: str, text: str) -> bool:
    """Whether a name stands in a text as a whole word."""
    start = text.find(name)
    while start >= 0:
        before, after = text[start - 1 : start], text[start + len(name) : start + len(name) + 1]
        if not (before.isalnum() or before in ("_", ".")) and not (after.isalnum() or after == "_"):
            return True
        start = text.find(name, start + 1)
    return False


def _uncommented(text: str) -> str:
    return "\n".join(line.lstrip().removeprefix("#") for line in text.split("\n"))


def _check(text: str) -> None:
    if len(text) > MAX_TEXT:
        raise PasteError(f"The text is {len(text):,} characters long; at most {MAX_TEXT:,} are read.")
    if "\0" in text:
        raise PasteError("The text holds null bytes, so it is no code; paste a line like nn.Conv2d(3, 64, 7).")
    if not text.strip():
        raise PasteError("There is nothing to read; paste a line like nn.Conv2d(3, 64, 7, stride=2).")
