"""What to take along from a frame: its layer as code of several kinds, a link, a page to embed.

Nothing here fails on a setting: where there is no code, the note says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

from conv_viz.equivalents import Equivalent, flax, keras, layer_code, with_explicit_pad, with_input
from conv_viz.frame import Frame
from conv_viz.same import Sides, tensorflow_same_sides
from conv_viz.spec import ConvSpec, ConvSpecError

KINDS = ("layer", "with input", "F.pad", "Keras", "JAX / Flax")
EMBED_HEIGHT = 900  # CSS pixels: the stage of a small layer with three channels


def code(kind: str, frame: Frame, sides: Sides | str | None = None) -> Equivalent:
    """The frame's layer as code of one of `KINDS`; `sides` are those of `with_explicit_pad`, for ``F.pad`` only.

    >>> frame = Frame.of(dict(in_channels=3, out_channels=8, kernel_size=3, stride=2, padding="same"), (1, 3, 8, 8))
    >>> code("layer", frame).code
    ''
    >>> code("F.pad", frame).code.splitlines()[-2]
    'y = layer(F.pad(x, (0, 1, 0, 1)))'
    """
    try:
        if kind == "F.pad":
            spec, own = _padless(frame)
            return with_explicit_pad(spec, frame.input_shape, sides or own)
        spec = ConvSpec(**dict(frame.arguments))
        if kind == "layer":
            return layer_code(spec)
        return {"with input": with_input, "Keras": keras, "JAX / Flax": flax}[kind](spec, frame.input_shape)
    except ConvSpecError as error:
        padded = error.parameter == "padding" and dict(frame.arguments).get("padding") == "same" and kind != "F.pad"
        return Equivalent("", f"{error}{' Or take the F.pad form.' if padded else ''}")


def sides_of(frame: Frame) -> Sides:
    """The frame's padding as ((top, bottom), (left, right)), where fields for each side start.

    >>> sides_of(Frame.of(dict(in_channels=1, out_channels=1, kernel_size=(3, 4), padding="same"), (1, 1, 7, 7)))
    ((1, 1), (1, 2))
    """
    try:
        spec, own = _padless(frame)
        return tensorflow_same_sides(spec, frame.input_shape) if own else spec.padding_sides
    except ConvSpecError:
        return (0, 0), (0, 0)


def _padless(frame: Frame) -> tuple[ConvSpec, str | None]:
    """The frame's layer; where torch refuses 'same' with a stride, the layer without padding, and 'same'."""
    arguments = dict(frame.arguments)
    if arguments.get("padding") == "same" and arguments.get("stride", 1) not in (1, (1, 1)):
        return ConvSpec(**{**arguments, "padding": 0}), "same"
    return ConvSpec(**arguments), None


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
