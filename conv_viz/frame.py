"""What the controls are set to. Without torch: the controls are on the screen while torch is still being imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conv_viz.headline import Headline
from conv_viz.spec import ConvSpec, Shape, mended


@dataclass(frozen=True)
class Frame:
    """What the frame is set to: the layer's arguments, not yet checked, and its input."""

    arguments: tuple[tuple[str, Any], ...]
    input_shape: Shape
    fill: str = "photo"
    seed: int = 0

    @classmethod
    def of(cls, arguments: Mapping[str, Any], input_shape: Shape, fill: str = "photo", seed: int = 0) -> Frame:
        """A frame from a mapping of arguments."""
        return cls(tuple(arguments.items()), tuple(input_shape), fill, seed)

    def headline(self) -> Headline:
        """The checked layer and what there is to say of it; raises `ConvSpecError`."""
        return Headline.of(ConvSpec(**dict(self.arguments)), self.input_shape)

    def mended(self) -> dict[str, Any]:
        """The changes that make it a layer that runs; empty when there are none to make."""
        return mended(dict(self.arguments), self.input_shape)
