"""conv_viz: see what a convolution layer does.

>>> from conv_viz import ConvSpec
>>> ConvSpec(3, 10, 5, padding=2).output_shape((16, 3, 28, 28))
(16, 10, 28, 28)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conv_viz.headline import Headline
from conv_viz.spec import ConvSpec, ConvSpecError

if TYPE_CHECKING:
    from conv_viz.layer import LayerRun, run
    from conv_viz.notebook import show

__version__ = "0.1.0"
__all__ = ["ConvSpec", "ConvSpecError", "Headline", "LayerRun", "run", "show"]

_NEEDS_TORCH = {"run": "conv_viz.layer", "LayerRun": "conv_viz.layer", "show": "conv_viz.notebook"}


def __getattr__(name: str) -> Any:
    """Names that need torch are imported on first use: shapes and costs stay instant."""
    if name not in _NEEDS_TORCH:
        raise AttributeError(f"module 'conv_viz' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_NEEDS_TORCH[name]), name)
