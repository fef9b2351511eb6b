"""What the controls are set to. Without torch: the controls are on the screen while torch is still being imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conv_viz.layers.conv import mended
from conv_viz.layers.kinds import KINDS, WindowLayer
from conv_viz.layers.summary import Summary
from conv_viz.layers.values import Shape

BANDS = {"satellite": ("red", "green", "blue", "near infrared")}
"""What the channels of a picture are called that fills the input; the others come as `channel_name` says."""


@dataclass(frozen=True)
class Setup:
    """What the frame is set to: a class of ``torch.nn``, its arguments, not yet checked, and an input.

    >>> Setup.of(dict(kernel_size=2), (1, 3, 8, 8), name="MaxPool2d").layer()
    MaxPoolSpec(kernel_size=2)
    """

    arguments: tuple[tuple[str, Any], ...]
    input_shape: Shape
    fill: str = "photo"
    seed: int = 0
    name: str = "Conv2d"

    @classmethod
    def of(
        cls,
        arguments: Mapping[str, Any],
        input_shape: Shape,
        fill: str = "photo",
        seed: int = 0,
        name: str = "Conv2d",
    ) -> Setup:
        """A frame from a mapping of arguments."""
        return cls(tuple(arguments.items()), tuple(input_shape), fill, seed, name)

    def layer(self) -> WindowLayer:
        """The checked layer, whatever its input; raises `ConvSpecError`."""
        made: WindowLayer = KINDS[self.name](**dict(self.arguments))
        return made

    def summary(self) -> Summary:
        """The checked layer and what there is to say of it; raises `ConvSpecError`."""
        return Summary.of(self.layer(), self.input_shape, BANDS.get(self.fill, ()))

    def mended(self) -> dict[str, Any]:
        """The changes that make it a layer that runs; empty when there are none to make."""
        return mended(dict(self.arguments), self.input_shape, KINDS[self.name])
