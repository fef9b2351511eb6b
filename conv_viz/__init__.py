"""conv_viz: see what a convolution layer does.

>>> from conv_viz import ConvSpec
>>> ConvSpec(3, 10, 5, padding=2).output_shape((16, 3, 28, 28))
(16, 10, 28, 28)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conv_viz.layers.conv import Conv1dSpec, ConvSpec
from conv_viz.layers.kinds import WindowLayer, is_layer, parse
from conv_viz.layers.pool import AvgPool1dSpec, AvgPoolSpec, LPPool1dSpec, LPPoolSpec, MaxPool1dSpec, MaxPoolSpec
from conv_viz.layers.summary import Summary
from conv_viz.layers.transposed import ConvTranspose1dSpec, ConvTransposeSpec
from conv_viz.layers.values import ConvSpecError, Shape

if TYPE_CHECKING:
    from conv_viz.layers.run import LayerRun
    from conv_viz.lenses.given import run
    from conv_viz.notebook.network import network
    from conv_viz.notebook.show import show

__version__ = "0.1.0"
__all__ = [
    "AvgPool1dSpec",
    "AvgPoolSpec",
    "Conv1dSpec",
    "ConvSpec",
    "ConvSpecError",
    "ConvTranspose1dSpec",
    "ConvTransposeSpec",
    "LPPool1dSpec",
    "LPPoolSpec",
    "LayerRun",
    "MaxPool1dSpec",
    "MaxPoolSpec",
    "Summary",
    "describe",
    "network",
    "parse",
    "run",
    "show",
]

_LATER = {
    "run": "conv_viz.lenses.given",
    "LayerRun": "conv_viz.layers.run",
    "network": "conv_viz.notebook.network",
    "show": "conv_viz.notebook.show",
}


def describe(layer: Any, input_shape: Shape) -> Summary:
    """What there is to say of a layer before it runs: shapes, formulas, unread rows, parameters, costs.

    `layer` is a line of code, a spec, or a window layer of ``torch.nn``; `input_shape` (N, C, H, W) or (C, H, W), of a
    layer with one axis (N, C, L) or (C, L). Raises `ConvSpecError` with the rule and a way out. Without torch, unless
    the layer is torch's.

    >>> head = describe("nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1)", (1, 8, 7, 7))
    >>> head.output_shape, head.as_dict()["parameters"]
    ((1, 4, 14, 14), 292)
    """
    return Summary.of(_spec(layer), input_shape)


def _spec(layer: Any) -> WindowLayer:
    if isinstance(layer, str):
        return parse(layer)
    if is_layer(layer):
        return layer
    from conv_viz.compute.layer import spec_of

    return spec_of(layer)


def __getattr__(name: str) -> Any:
    """Names that need torch are imported on first use: shapes and costs stay instant."""
    if name not in _LATER:
        raise AttributeError(f"module 'conv_viz' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LATER[name]), name)
