"""One pasted text, layer by layer: what has been found so far, and what is to be said about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from conv_viz.layers.call import ARGUMENTS, PLACEMENT, bind, short
from conv_viz.layers.channels_last import as_channels_first, permute_words
from conv_viz.layers.conv import PADDING_MODES, ConvSpec, mended
from conv_viz.layers.kinds import KINDS, WindowLayer
from conv_viz.layers.values import ConvSpecError, Shape
from conv_viz.text.calls import Call, Unknown, Unreadable, listed
from conv_viz.text.dialects import implied_channels, tell
from conv_viz.text.onnx_text import Node, tell_node
from conv_viz.text.pasted import Layer, Pasted, PasteError
from conv_viz.text.program.flow import follow
from conv_viz.text.program.reached import tell_functional, with_input
from conv_viz.text.program.values import Flow
from conv_viz.text.summaries import Row, explain
from conv_viz.text.told import Pad, four
from conv_viz.text.torch_errors import Diagnosis

MAX_NOTES = 8
MAX_ASKED = 12
MAX_BROKEN = 40  # layers that are mended; a text with more is no model
MAX_ROWS = 4  # of a table that are explained
WORDS = ("same", "valid", *PADDING_MODES)  # a printed layer writes them without quotes
TENSORS = {"randn", "rand", "zeros", "ones", "empty", "Size", "Input"}
NOTHING = "No convolution layer is in this text, and no pool; paste a line like nn.Conv2d(3, 64, 7, stride=2)."


class Reading:
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
        self.flow = Flow()
        self.told_by_message = False

    def follow(self, text: str, calls: list[Call]) -> None:
        """What reaches each layer, where the text makes a tensor."""
        if any(call.function in TENSORS for call in calls) and any(call.function not in TENSORS for call in calls):
            self.flow = follow(text, self.values)
            for name in self.flow.assumed:
                self._say(f"The tensor of the text is taken for the input of {name}.")
            if not self.flow.whole:
                self._say("The text is too long to follow its shapes to the end; paste less of it.")

    def input_from(self, calls: Iterable[Call]) -> None:
        """The first tensor whose shape could be an input's: ``torch.randn(1, 3, 224, 224)``."""
        for call in calls:
            if call.function not in TENSORS or call.start in self.flow.weights:
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
        """One window layer of ``torch.nn``."""
        name = call.name or f"line {call.line}"
        try:
            arguments, pad = _by_name(call, self.values), None
            if call.function == "Conv2d":
                arguments, pad = self._padded(name, arguments)
            spec, changed = self._made(name, arguments, call.function)
        except Unknown as unknown:
            self._ask(name, unknown.names)
        except ValueError as error:
            self._say(f"{name}: {error}")
        else:
            self._append(Layer(name, spec, call.line, spec.kind, changed, pad), call)

    def _padded(self, name: str, arguments: dict[str, Any]) -> tuple[dict[str, Any], Pad | None]:
        """Four numbers for padding, which torch refuses, as an ``F.pad`` before the layer."""
        numbers = arguments.get("padding")
        sides = four(numbers)
        if sides is None:
            return arguments, None
        first, second, third, fourth = sides
        nested = isinstance(numbers, tuple) and isinstance(numbers[0], tuple)
        pad = (third, fourth, first, second) if nested else (first, second, third, fourth)
        mode = arguments.get("padding_mode", "zeros")
        word = "" if mode == "zeros" else f", mode={mode!r}"
        self.cause = self.cause or f"{name}: torch takes one number or two for padding, not four."
        self.fix = self.fix or (
            f"Write F.pad(x, {pad}{word}) before the layer, with padding=0: "
            f"left {pad[0]}, right {pad[1]}, top {pad[2]}, bottom {pad[3]}."
        )
        return {**arguments, "padding": 0, "padding_mode": "zeros"}, pad

    def _append(self, layer: Layer, call: Call) -> None:
        """One more layer, with what the text makes of its input."""
        self._name_constants(call)
        reached = self.flow.reached.get(call.start)
        self.layers.append(with_input(layer, reached) if reached else layer)

    def other(self, call: Call) -> None:
        """A layer of another kind or framework."""
        name = call.name or f"line {call.line}"
        size = (self.input_shape[-2], self.input_shape[-1]) if self.input_shape else self.size
        place = -2 if call.function.endswith("1d") else -3  # of the channels
        values = {"in_channels": self.input_shape[place], **self.values} if self.input_shape else self.values
        filters = [out for layer in self.layers if (out := getattr(layer.spec, "out_channels", None))]
        follows = bool(filters) and implied_channels(call)
        if follows:  # on the layer before it, most likely; how large its input is there, the text does not say
            values, size = {**values, "in_channels": filters[-1]}, None
        reached = self.flow.reached.get(call.start)
        if reached and reached.input.shape and len(reached.input.shape) in (3, 4):
            channels, *(height, width) = reached.input.shape[-3:]
            values, size = {"in_channels": channels, **values}, (height, width)
        try:
            told = tell_functional(call, reached) or tell(call, values, size)
            if told is None:
                self._say(f"{name}: {call.function} is a class of that code's own; paste the nn.Conv2d line inside it.")
                return
            self._say(f"{name}: {told.sentence}")
            if told.arguments is not None:
                spec, changed = self._made(name, bind([], told.arguments.items(), told.layer), told.layer)
                if follows and told.arguments["in_channels"] == values["in_channels"]:
                    self._say(f"{name}: in_channels={filters[-1]} are the filters of the layer before it.")
                self._append(Layer(name, spec, call.line, told.kind, changed, told.pad, told.input_shape), call)
                if told.input_shape and not self.input_shape:
                    self.input_shape = told.input_shape
        except Unknown as unknown:
            self._ask(name, unknown.names, call.function)
        except ValueError as error:
            self._say(f"{name}: {error}")

    def table(self, rows: list[Row]) -> None:
        """Rows of a summary."""
        for row in rows[:MAX_ROWS]:
            self._say(explain(row))
        if len(rows) > MAX_ROWS:
            self._say(f"{len(rows) - MAX_ROWS} more rows are about convolutions; paste fewer to have them explained.")

    def node(self, node: Node) -> None:
        """A convolution of an ONNX graph."""
        values = {"in_channels": self.input_shape[-3], **self.values} if self.input_shape else self.values
        try:
            told = tell_node(node, values, self.size)
            self._say(f"{node.name}: {told.sentence}")
            if told.arguments is not None:
                spec, changed = self._made(node.name, bind([], told.arguments.items()))
                self.layers.append(Layer(node.name, spec, node.line, told.kind, changed, told.pad, told.input_shape))
        except Unknown as unknown:
            self._ask(node.name, unknown.names, "the ONNX node")
        except ValueError as error:
            self._say(f"{node.name}: {error}")

    def message(self, found: Diagnosis) -> None:
        """An error message: its layer and input come first, its words replace those of a layer."""
        for cause in found.earlier:
            self._say(f"Before it stands another message: {cause}")
        shape = found.input_shape or found.mended_input
        if "kernel_size" in found.arguments:
            about = self._about(found)
            if about:
                self.layers.remove(about[0])
                self.layers.insert(0, about[0])
                if found.padded and shape:
                    shape = _unpadded(about[1], shape)
            else:
                self._add(found)
        elif not any(layer.spec.weight_shape for layer in self.layers):
            if found.arguments:  # a convolution's: the message is not about the pools around it
                self.layers.clear()
            self.arguments = found.arguments
        if shape:
            self.input_shape, self.told_by_message = shape, True
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
        if self.layers:
            self.layers.sort(key=lambda layer: not isinstance(layer.spec, ConvSpec))
            self._first_input(self.layers[0])
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

    def _first_input(self, layer: Layer) -> None:
        """The input of the layer that is shown: as the text makes it, with its channels where torch has them."""
        if self.mended_input or self.told_by_message:
            return
        if layer.lost:
            self.input_shape = None
        shape = layer.input_shape or self.input_shape
        if shape is None:
            return
        self.input_shape = shape
        channels = getattr(layer.spec, "in_channels", None)
        if channels is None or layer.spec.dims != 2 or len(shape) not in (3, 4):
            return
        if first := as_channels_first(shape, channels):
            self.mended_input = first
            if not self.cause:
                self.cause, self.fix = permute_words(shape, channels)

    def _about(self, found: Diagnosis) -> tuple[Layer, ConvSpec] | None:
        """The nn.Conv2d of the text that a message is about: it knows stride and padding too."""
        for layer in self.layers:
            spec = layer.spec
            if not isinstance(spec, ConvSpec):
                continue
            if found.padded:
                if spec.effective_kernel == found.arguments["kernel_size"]:
                    return layer, spec
            elif (spec.in_channels, spec.out_channels, spec.kernel_size) == tuple(
                found.arguments[name] for name in ARGUMENTS[:3]
            ) and spec.groups == found.arguments.get("groups", 1):
                return layer, spec
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

    def _made(self, name: str, arguments: dict[str, Any], kind: str = "Conv2d") -> tuple[WindowLayer, dict[str, Any]]:
        """The layer; one that cannot be is mended, and why is said."""
        make = KINDS[kind]
        try:
            return make(**arguments), {}
        except ConvSpecError as error:
            self.broken += 1
            changes = mended(arguments, None, make) if self.broken <= MAX_BROKEN else {}
            if not changes:
                raise
            self.cause = self.cause or f"{name}: {error.rule}"
            self.fix = self.fix or f"Set {', '.join(f'{key}={short(value)!r}' for key, value in changes.items())}."
            return make(**{**arguments, **changes}), changes

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
    """Arguments of a layer by name; Equinox has the same ``nn.Conv2d`` with two spellings of its own."""
    equinox = call.prefix.startswith(("eqx", "equinox"))
    if equinox and call.function not in ("Conv1d", "Conv2d"):
        raise Unreadable(f"Equinox has other arguments here; write it as nn.{call.function} of torch.")
    skipped = (*PLACEMENT, "key") if equinox else PLACEMENT
    positional, named = call.arguments(values, WORDS, skip=lambda name: name in skipped)
    keywords = [("bias" if equinox and name == "use_bias" else name, value) for name, value in named.items()]
    return bind(positional, keywords, call.function)


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
