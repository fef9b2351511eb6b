"""The stage in a notebook: `conv_viz.show`."""

from __future__ import annotations

from typing import Any

import numpy as np

from conv_viz.compute.inside import is_model
from conv_viz.layers.values import ConvSpecError
from conv_viz.lenses.look import look_closer
from conv_viz.lenses.subject import Subject
from conv_viz.networks.graph import Network
from conv_viz.notebook.layers import Layers
from conv_viz.notebook.network import NetworkTable, network
from conv_viz.notebook.still import Still


def show(
    layer: Any,
    x: Any = None,
    *,
    weight: np.ndarray | None = None,
    bias: np.ndarray | None = None,
    seed: int = 0,
    lens: str | None = None,
    **choices: Any,
) -> Any:
    """The stage of a layer on an input, for the last line of a notebook's cell.

    Args:
        layer: a window layer of ``torch.nn`` (one of `conv_viz.layers.kinds.KINDS`), shown with its
            own weights; or a spec such as `conv_viz.ConvSpec`; or a line of code such as ``"nn.Conv2d(3, 8, 5)"``;
            or a model, whose layers are listed: ``show(model)["conv1"]`` opens one. With an input `x` for the model it
            runs up to there. Or what `conv_viz.network` gives: the table of its layers, with what a unit sees.
        x: the input, a tensor or an array of shape (N, C, H, W) or (C, H, W), with one axis (N, C, L) or (C, L),
            float32 or float64; or only its shape, which a photograph then fills; without it a small photograph.
        weight, bias: weights in torch's own shapes, (out_channels, in_channels/groups, kH, kW) and (out_channels,) for
            a convolution that is given as a spec or as code. A pool has none.
        seed: what those that are not given are drawn from.
        lens: a closer look instead of the stage: ``"compare"``, ``"padding"``, ``"groups"``, ``"matrix"``,
            ``"backwards"``, ``"learns"`` or ``"again"``.
        choices: what the lens lets you choose, such as ``b="stride=2"`` or ``form="sparse"``.

    Returns:
        A `conv_viz.notebook.widget.StageWidget`, whose traits ``cell`` (n, c, y, x) and ``filter`` follow the stage and
        move it (y is 0 where the layer has one axis); without the package anywidget a `Still`, which has
        ``_repr_html_`` only. Of a model its `conv_viz.notebook.layers.Layers`, of a network a
        `conv_viz.notebook.network_widget.NetworkWidget`, whose traits are ``layer`` and ``unit``.

    Raises:
        ConvSpecError: for a layer or an input that cannot be, or a lens that there is not; one sentence with the rule
            and the values.

    >>> stage = show("nn.Conv2d(3, 4, kernel_size=3, padding=1)", (2, 3, 8, 8))
    >>> stage.cell = (1, 3, 0, 7)
    >>> stage.filter
    3
    """
    if isinstance(layer, NetworkTable | Network):
        return _network(layer, x, lens, choices)
    if is_model(layer) and lens is None and not choices:
        return Layers(layer, x)
    subject = Subject.of(layer, x, weight=weight, bias=bias, seed=seed)
    if lens is not None:
        return _closer(lens, subject, choices, seed)
    if choices:
        raise ConvSpecError("lens", f"Only a lens has choices, and none was named for {', '.join(sorted(choices))}.")
    try:
        from conv_viz.notebook.widget import StageWidget
    except ModuleNotFoundError as missing:
        if missing.name != "anywidget":
            raise
        return Still(subject.scene())
    return StageWidget(subject)


def _network(given: NetworkTable | Network, x: Any, lens: str | None, choices: dict[str, Any]) -> Any:
    """A network as a table, alive where anywidget is there."""
    if lens is not None or choices:
        raise ConvSpecError("lens", "A lens looks at one layer, and this is a network; show one layer of it.")
    table = given if isinstance(given, NetworkTable) else network(given, x)
    try:
        from conv_viz.notebook.network_widget import NetworkWidget
    except ModuleNotFoundError as missing:
        if missing.name != "anywidget":
            raise
        return table
    return NetworkWidget(table)


def _closer(name: str, subject: Subject, choices: dict[str, Any], seed: int) -> Any:
    """A lens, alive where anywidget is there."""
    scene = look_closer(name, subject, choices, seed=seed)
    try:
        from conv_viz.notebook.lens import LensWidget
    except ModuleNotFoundError as missing:
        if missing.name != "anywidget":
            raise
        return Still(scene)
    return LensWidget(scene)
