"""A network on a picture: the maps of every layer, and what torch's gradient says of one unit, within the budget."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conv_viz.compute.network import THIN, effective_field, run_maps, thin
from conv_viz.compute.turns import HEAVY
from conv_viz.images.contact_sheet import painted, thumbnails
from conv_viz.layers.values import ConvSpecError, Shape
from conv_viz.lenses.model_weights import State
from conv_viz.limits import NETWORK_MACS, NETWORK_NUMBERS, NETWORK_SHOWN
from conv_viz.networks.graph import Network
from conv_viz.networks.walk import Row, Walk, walk
from conv_viz.scenes.network import Looked

MAPS = 8
"""Maps of a layer in its strip."""
QUIET = ("nn.Dropout", "nn.Dropout2d", "nn.Identity")
"""Layers whose maps are those that they read."""


@dataclass(frozen=True, eq=False)
class Strip:
    """Some maps of one layer, uint8 RGB (maps, H, W, 3), with its name and words about it."""

    name: str
    words: str
    maps: np.ndarray


def effective(shown: Walk, looked: Looked) -> tuple[np.ndarray | None, str]:
    """The gradient of the unit that is looked at, float32 (H, W), or why there is none."""
    row = shown.by_name.get(looked.layer)
    if row is None or len(row.output_shape) != 4:
        return None, "Choose a layer whose units have a place."
    channels = min(shown.input_shape[1], THIN)
    copy = walk(thin(shown.network.until(looked.layer), channels), (1, channels, *shown.input_shape[2:]))
    if reason := too_large(copy):
        return None, reason
    with HEAVY.turn():
        return effective_field(shown, looked.layer, looked.unit), ""


def too_large(shown: Walk) -> str:
    """Why a network is not run, empty where it is."""
    if shown.macs > NETWORK_MACS:
        return f"This takes {shown.macs:,} multiply-accumulates; up to {NETWORK_MACS:,} are run. Give a smaller input."
    if shown.activations > NETWORK_NUMBERS:
        return f"Its maps hold {shown.activations:,} numbers; up to {NETWORK_NUMBERS:,} are held. Give a smaller input."
    return ""


def fitting(network: Network, shape: Shape) -> Walk | None:
    """The network up to its last map, on the largest input, halved as often as it must be, that the budget allows."""
    while min(shape[2:]) >= 8:
        try:
            told = walk(network, shape)
        except ConvSpecError:
            return None
        pictures = [row for row in told.rows if len(row.output_shape) == 4]
        if not pictures:
            return None
        told = walk(network.until(pictures[-1].name), shape)
        if not too_large(told):
            return told
        shape = (*shape[:2], *(side // 2 for side in shape[2:]))
    return None


def strips(
    shown: Walk, picture: np.ndarray, *, seed: int = 0, dark: bool = False, state: State | None = None
) -> list[Strip]:
    """The first maps of every layer on a picture, float32 (C, H, W): with a file's numbers, or with torch's own.

    `state` is what `model_weights.trained` gives; without it torch's weights are drawn from a seed.
    """
    rows = [row for row in shown.rows if len(row.output_shape) == 4 and row.node.operation.kind not in QUIET]
    wanted = {row.name: row for row in rows[:NETWORK_SHOWN]}
    with HEAVY.turn():
        maps = run_maps(shown.network, picture, seed, state)
        return [_strip(wanted[name], out[:MAPS], dark) for name, out in maps if name in wanted]


def _strip(row: Row, maps: np.ndarray, dark: bool) -> Strip:
    low, high = float(maps.min()), float(maps.max())
    more = f", {len(maps)} of {row.output_shape[1]}" if row.output_shape[1] > len(maps) else ""
    words = f"{row.node.operation.kind.removeprefix('nn.')} {' × '.join(map(str, row.output_shape[1:]))}{more}"
    return Strip(row.name, words, painted(thumbnails(maps, largest=96), (low, high), dark=dark))
