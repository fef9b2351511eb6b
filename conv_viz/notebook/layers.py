"""The layers of a model in a notebook: a list, and one of them opened on what the model hands to it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from conv_viz.compute.inside import input_of, layers_inside, model_input
from conv_viz.layers.values import ConvSpecError

MOST = 500
"""Rows of the list that a notebook shows."""


class Layers:
    """The window layers of a model by their paths; ``layers["conv1"]`` is the stage of one.

    With an input the model runs up to that layer, which is then shown on what it reads there; without one it is shown
    on a small photograph.

    >>> import torch
    >>> layers = Layers(torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.MaxPool2d(2)), torch.ones(1, 1, 8, 8))
    >>> layers
    <conv_viz: 2 layers>
    0  nn.Conv2d(1, 2, kernel_size=3)
    1  nn.MaxPool2d(kernel_size=2)
    >>> layers["1"]
    <conv_viz: nn.MaxPool2d(kernel_size=2), cell=(0, 0, 1, 0)>
    """

    def __init__(self, model: Any, x: Any = None) -> None:
        self._model = model
        self._x = model_input(x)
        self.layers = layers_inside(model)

    def __len__(self) -> int:
        return len(self.layers)

    def __iter__(self) -> Iterator[str]:
        return (layer.name for layer in self.layers)

    def __getitem__(self, name: str | int) -> Any:
        """The stage of one layer, by its path or its place in the list. Raises `ConvSpecError` for what cannot be."""
        from conv_viz.notebook.show import show

        found = [layer for i, layer in enumerate(self.layers) if name in (layer.name, i)]
        if not found:
            names = ", ".join(layer.name for layer in self.layers[:4]) or "none"
            raise ConvSpecError("layer", f"The model has no window layer {name!r}; it has {names}, in this order.")
        layer = found[0]
        if layer.problem:
            raise ConvSpecError("layer", f"{layer.name}: {layer.problem}")
        module = self._model.get_submodule(layer.name)
        return show(module, None if self._x is None else input_of(self._model, layer.name, self._x))

    def __repr__(self) -> str:
        wide = max((len(layer.name) for layer in self.layers[:MOST]), default=0)
        rows = [f"{layer.name:{wide}}  {layer.code}" for layer in self.layers[:MOST]]
        return "\n".join([f"<conv_viz: {len(self)} layer{'s' * (len(self) != 1)}>", *rows])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td style='text-align:left'><code>{escape(layer.name)}</code></td>"
            f"<td style='text-align:left'><code>{escape(layer.code)}</code></td>"
            f"<td style='text-align:left'>{escape(layer.problem)}</td></tr>"
            for layer in self.layers[:MOST]
        )
        first = next((layer.name for layer in self.layers if not layer.problem), "")
        hint = f"<p><small>Open one: <code>_[{escape(repr(first))}]</code></small></p>" if first else ""
        return f"<table>{rows}</table>{hint}" if rows else "<p>The model has no window layer.</p>"
