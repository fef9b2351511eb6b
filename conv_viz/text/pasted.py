"""What a pasted text says, as values: its layers, its input, its sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.values import Shape
from conv_viz.text.told import Pad


class PasteError(ValueError):
    """A text with no layer and no message in it that is known here: one sentence."""


@dataclass(frozen=True)
class Layer:
    """One layer to choose: its `name` in the text (``conv1``), the layer, the line it begins in.

    `kind` is what it was written as: ``nn.Conv2d``, ``Keras Conv2D``; `mended` are the arguments that
    had to change for the layer to exist. `pad` stands before the layer, as ``F.pad`` takes it.
    `input_shape` is what the text makes its input, without that pad; when the text changes the input in a
    way that is not known, `lost` says where. `notes` are sentences about that.
    """

    name: str
    spec: WindowLayer
    line: int
    kind: str = "nn.Conv2d"
    mended: Mapping[str, Any] = field(default_factory=dict)
    pad: Pad | None = None
    input_shape: Shape | None = None
    lost: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pasted:
    """What a text says.

    `layers` in the order of the text, those of ``nn.Conv2d`` before the others, the one that an error message is about
    first of all;
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
    def spec(self) -> WindowLayer | None:
        """The first layer, which is the one to show."""
        return self.layers[0].spec if self.layers else None
