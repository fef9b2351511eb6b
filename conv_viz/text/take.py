"""What to take along from a frame: its layer as code of several kinds, a link, a page to embed.

Nothing here fails on a setting: where there is no code, the note says why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape
from typing import Any
from urllib.parse import urlencode

from conv_viz.layers.conv import Conv
from conv_viz.layers.facts import FACTS
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.pool import AvgPool, MaxPool
from conv_viz.layers.same import Sides, tensorflow_same_sides
from conv_viz.layers.setup import Setup
from conv_viz.layers.transposed import ConvTranspose
from conv_viz.layers.values import ConvSpecError
from conv_viz.text.equivalents import Equivalent, layer_code, with_input
from conv_viz.text.equivalents_pool import flax_pool, keras_pool
from conv_viz.text.explicit_pad import with_explicit_pad
from conv_viz.text.in_flax import flax, flax_transposed
from conv_viz.text.in_keras import keras, keras_transposed

KINDS = ("layer", "with input", "F.pad", "Keras", "JAX / Flax")
ELSEWHERE: dict[str, dict[type[Any], Callable[[Any, Any], Equivalent]]] = {
    "Keras": {Conv: keras, ConvTranspose: keras_transposed, MaxPool: keras_pool, AvgPool: keras_pool},
    "JAX / Flax": {Conv: flax, ConvTranspose: flax_transposed, MaxPool: flax_pool, AvgPool: flax_pool},
}
"""The kinds of layers that are written for other frameworks; any other is written in torch only."""
EMBED_HEIGHT = 900  # CSS pixels: the stage of a small layer with three channels


def code(kind: str, setup: Setup, sides: Sides | str | None = None) -> Equivalent:
    """The frame's layer as code of one of `KINDS`; `sides` are those of `with_explicit_pad`, for ``F.pad`` only.

    >>> setup = Setup.of(dict(in_channels=3, out_channels=8, kernel_size=3, stride=2, padding="same"), (1, 3, 8, 8))
    >>> code("layer", setup).code
    ''
    >>> code("F.pad", setup).code.splitlines()[-2]
    'y = layer(F.pad(x, (0, 1, 0, 1)))'
    """
    try:
        if kind == "F.pad":
            spec, own = _padless(setup)
            return with_explicit_pad(spec, setup.input_shape, sides or own)
        spec = setup.layer()
        if kind == "layer":
            return layer_code(spec)
        if kind == "with input":
            return with_input(spec, setup.input_shape)
        write = next((write for of, write in ELSEWHERE[kind].items() if isinstance(spec, of)), None)
        if write is None:
            return Equivalent("", f"There is no code of this kind for {spec.kind} here; take it in torch.")
        return write(spec, setup.input_shape)
    except ConvSpecError as error:
        padded = error.parameter == "padding" and dict(setup.arguments).get("padding") == "same" and kind != "F.pad"
        return Equivalent("", f"{error}{' Or take the F.pad form.' if padded else ''}")


def pads(setup: Setup) -> bool:
    """Whether the layer pads what it reads, so that F.pad can do it instead; the transposed one does not."""
    return not FACTS[setup.name].turned


def is_causal(setup: Setup) -> bool:
    """Whether a row's padding is as wide as its kernel reaches back: its first outputs see nothing that comes later.

    >>> is_causal(Setup.of(dict(in_channels=1, out_channels=2, kernel_size=3, padding=4, dilation=2), (1, 1, 16),
    ...                    name="Conv1d"))
    True
    """
    try:
        spec = setup.layer()
    except ConvSpecError:
        return False
    reach = spec.effective_kernel[-1] - 1
    return spec.dims == 1 and reach > 0 and spec.padding_sides[1] == (reach, reach)


def sides_of(setup: Setup) -> Sides:
    """The frame's padding as ((top, bottom), (left, right)), where fields for each side start.

    >>> sides_of(Setup.of(dict(in_channels=1, out_channels=1, kernel_size=(3, 4), padding="same"), (1, 1, 7, 7)))
    ((1, 1), (1, 2))
    """
    if not pads(setup):
        return (0, 0), (0, 0)
    try:
        spec, own = _padless(setup)
        return tensorflow_same_sides(spec, setup.input_shape) if own else spec.padding_sides
    except ConvSpecError:
        return (0, 0), (0, 0)


def _padless(setup: Setup) -> tuple[WindowLayer, str | None]:
    """The frame's layer; where torch refuses 'same' with a stride, the layer without padding, and 'same'."""
    arguments = dict(setup.arguments)
    if arguments.get("padding") == "same" and arguments.get("stride", 1) not in (1, (1,), (1, 1)):
        return replace(setup, arguments=tuple({**arguments, "padding": 0}.items())).layer(), "same"
    return setup.layer(), None


def link(page: str, query: Mapping[str, str]) -> str:
    """The address that shows this state again; `page` is where the app is.

    >>> link("https://example.org/conv", {"kernel_size": "5", "bias": "false"})
    'https://example.org/conv/?kernel_size=5&bias=false'
    """
    return f"{page.rstrip('/')}/{f'?{urlencode(query)}' if query else ''}"


def embed(address: str, title: str) -> str:
    """HTML that shows the page of a link inside another one.

    >>> print(embed("https://example.org/?bias=false", "nn.Conv2d(3, 4, kernel_size=3)"))
    <iframe
      src="https://example.org/?bias=false&amp;embed=true"
      title="nn.Conv2d(3, 4, kernel_size=3)"
      width="100%" height="900" loading="lazy" style="border: 0" allow="clipboard-write"
    ></iframe>
    """
    source = f"{address}{'&' if '?' in address else '?'}embed=true"
    return "\n".join(
        (
            "<iframe",
            f'  src="{escape(source)}"',
            f'  title="{escape(title)}"',
            f'  width="100%" height="{EMBED_HEIGHT}" loading="lazy" style="border: 0" allow="clipboard-write"',
            "></iframe>",
        )
    )
