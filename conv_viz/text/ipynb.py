"""A frame as a Jupyter notebook: the layer in torch, with the weights and the input of the frame, on its stage."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from conv_viz.layers.setup import Setup

MOST_NUMBERS = 4096
"""So many numbers of an input, or of weights, are written into a cell; of more the notebook says that they differ."""

WORDS = """# {code}

The layer and its input as in conv_viz: the kernel slides over the input, and every number says where it comes from.
Click the stage, then Space plays and the arrow keys step. It needs conv_viz and, to be more than a still picture, the
package `anywidget`."""


def notebook(
    setup: Setup,
    own: np.ndarray | None = None,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
) -> str:
    """The text of an ``.ipynb`` file, nbformat 4.5.

    `own` is an input (N, C, H, W) that is not one of conv_viz's fills; `weight` and `bias` are those of the frame where
    they are not torch's own. Raises `ConvSpecError` for a layer that cannot be.

    >>> setup = Setup.of(dict(in_channels=1, out_channels=1, kernel_size=3), (1, 1, 5, 5))
    >>> print("".join(json.loads(notebook(setup))["cells"][1]["source"]))
    import torch
    from torch import nn
    <BLANKLINE>
    import conv_viz
    from conv_viz.compute.inputs import fill_batch
    <BLANKLINE>
    torch.manual_seed(0)
    layer = nn.Conv2d(1, 1, kernel_size=3)
    x = torch.from_numpy(fill_batch("photo", (1, 1, 5, 5)))
    y = layer(x)
    assert y.shape == (1, 1, 3, 3)
    """
    spec = setup.layer()
    output = spec.output_shape(setup.input_shape)
    missing = [
        name for name, numbers in (("input", own), ("weights", weight)) if numbers is not None and not _fits(numbers)
    ]
    words = WORDS.format(code=spec.code())
    if missing:
        words += f"\n\nThe {' and the '.join(missing)} of the app are too many numbers for a cell: others stand here."
    filled = own is None or not _fits(own)
    code = ["import torch", "from torch import nn", "", "import conv_viz"]
    code += ["from conv_viz.compute.inputs import fill_batch", ""] if filled else [""]
    if spec.weight_shape:
        code.append(f"torch.manual_seed({setup.seed})")
    code.append(f"layer = {spec.code()}")
    if weight is not None and _fits(weight):
        code += _weights(weight, bias)
    code.append(f"x = {_filled(setup, spec.dims) if own is None or filled else _tensor(own)}")
    result = "y, indices" if dict(setup.arguments).get("return_indices") else "y"
    code += [f"{result} = layer(x)", f"assert y.shape == {output}"]
    cells = [_cell("markdown", words), _cell("code", "\n".join(code)), _cell("code", "conv_viz.show(layer, x)")]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    made = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _fits(numbers: np.ndarray) -> bool:
    return numbers.size <= MOST_NUMBERS


def _filled(setup: Setup, dims: int) -> str:
    """The input as the frame fills it; a fill that the session alone has becomes the photograph."""
    fill = "photo" if setup.fill.startswith("own ") else setup.fill
    given = [f'"{fill}"', str(setup.input_shape)]
    given += [f"seed={setup.seed}"] if fill == "random" else []
    given += [f"dims={dims}"] if dims != 2 else []
    return f"torch.from_numpy(fill_batch({', '.join(given)}))"


def _tensor(numbers: np.ndarray) -> str:
    """The numbers as torch code; float32 in as many digits as give the same number again."""
    return f"torch.tensor({numbers.astype(np.float32).tolist()})"


def _weights(weight: np.ndarray, bias: np.ndarray | None) -> list[str]:
    lines = ["with torch.no_grad():", f"    layer.weight.copy_({_tensor(weight)})"]
    return [*lines, f"    layer.bias.copy_({_tensor(bias)})"] if bias is not None else lines


def _cell(kind: str, source: str) -> dict[str, Any]:
    more: dict[str, Any] = {} if kind == "markdown" else {"execution_count": None, "outputs": []}
    return {"id": "", "cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True), **more}
