"""A whole network in Python: ``conv_viz.network(model, input_shape)``."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from conv_viz.networks.field import Fields, fields
from conv_viz.networks.graph import Network
from conv_viz.networks.pasted import read_network
from conv_viz.networks.presets import PRESETS
from conv_viz.networks.table import COLUMNS, as_code, as_csv, as_markdown, cells
from conv_viz.networks.walk import Walk, walk
from conv_viz.scenes.network import totals


class NetworkTable:
    """The layers of a network with shapes, costs and receptive fields; a notebook shows it as a table."""

    def __init__(self, shown: Walk) -> None:
        self.walk = shown

    @property
    def fields(self) -> Fields:
        """The receptive field of every layer, and the joints whose paths miss each other."""
        return fields(self.walk)

    def csv(self) -> str:
        """The table as CSV."""
        return as_csv(self.walk)

    def markdown(self) -> str:
        """The table as Markdown."""
        return as_markdown(self.walk)

    def code(self) -> str:
        """The network as a module of torch."""
        return as_code(self.walk.network)

    def figure(self, format: str = "svg", title: str = "") -> bytes:
        """The architecture as a figure, ``svg`` or ``pdf``."""
        from conv_viz.export.architecture import architecture

        return architecture(self.walk, format, title)

    def __repr__(self) -> str:
        words = ", ".join(f"{name} {value}" for name, value, _ in totals(self.walk)[:2])
        return f"<conv_viz: {len(self.walk.rows)} layers, {words}{f'; {self.walk.broken}' if self.walk.broken else ''}>"

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(name)}</th>" for name in COLUMNS)
        rows = [f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>" for row in cells(self.walk)]
        words = [f"{name} {value}" for name, value, _ in totals(self.walk)]
        said = [
            *words,
            *(miss.words for miss in self.fields.misses),
            *([str(self.walk.broken)] * bool(self.walk.broken)),
        ]
        lines = "".join(f"<p>{escape(line)}</p>" for line in said)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{lines}"


def network(layers: Any, input_shape: Iterable[int] | None = None) -> NetworkTable:
    """A whole network: shapes, parameters, MACs, memory, receptive fields, and where it breaks.

    Args:
        layers: a module of torch, whose graph ``torch.fx`` tells; or a `Network`; or a text, ``nn.Sequential(...)``,
            ``print(model)`` or one layer a line; or the key of a preset, such as ``"vgg16"``.
        input_shape: (N, C, H, W); without it (1, C, 224, 224) with the channels of the first layer, or the preset's.

    Raises:
        NetworkError, ConvSpecError: for what cannot be read; one sentence with a way out.

    >>> network("vgg16").fields.by_name["features.30"][0].size
    212
    >>> text = "nn.Sequential(nn.Conv2d(1, 16, 5), nn.Flatten(), nn.Linear(256, 10))"
    >>> print(network(text, (1, 1, 9, 9)).walk.broken)
    2: The Linear has in_features=256, but 400 features arrive. The Linear needs in_features=400.
    """
    usual = None
    if isinstance(layers, str) and layers in PRESETS:
        found, usual = PRESETS[layers].network, PRESETS[layers].input_shape
    elif isinstance(layers, str):
        found = read_network(layers).network
    elif isinstance(layers, Network):
        found = layers
    else:
        from conv_viz.compute.traced import network_of

        found = network_of(layers)
    if input_shape is None:
        channels = next((getattr(n.operation, "in_channels", 3) for n in found.nodes if "input" in n.reads), 3)
        input_shape = usual or (1, channels, 224, 224)
    return NetworkTable(walk(found, input_shape))
