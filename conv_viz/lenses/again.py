"""Again and again: the output becomes the input, as often as somebody likes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from conv_viz.compute.layer import DTYPES, forward
from conv_viz.layers.products import count, grouped, products
from conv_viz.layers.setup import Setup
from conv_viz.layers.taps import gather, taps
from conv_viz.layers.values import ConvSpecError
from conv_viz.lenses.lens import MOST_PRODUCTS, Choice, Chosen, Lens
from conv_viz.scenes.board import Board, padded_kinds


def draw(chosen: Chosen, board: Board) -> list[str]:
    """The planes after each round, and their largest number."""
    a, head, spec = chosen.subject, chosen.subject.head, chosen.subject.head.spec
    if head.output_shape != head.input_shape:
        return [f"The output, {head.output_shape}, is no input for the same layer, which reads {head.input_shape}."]
    current = np.ascontiguousarray(spec.from_planes(chosen.sample))
    layer = forward(spec, a.weight, a.bias, DTYPES[current.dtype])
    rounds = [current]
    for _ in range(chosen.values["rounds"]):
        current = layer(current)
        rounds.append(current)
    made = spec.as_planes(np.stack(rounds))
    largest = np.array([float(np.abs(each).max()) for each in made])
    most = float(largest[0])
    names = [head.channel_name(channel) for channel in range(head.in_channels)]
    rows, columns = (taps(axis).source for axis in head.axes)
    padded = np.stack([gather(each, rows, columns, spec.reduce.empty) for each in made[:-1]])
    kinds = np.broadcast_to(padded_kinds(head), padded.shape[1:])
    board.planes("before", padded, "what goes in", names, frames=True, most=most, cells=kinds)
    if a.weight is not None:
        board.sign("⋆")
        filters = spec.as_filters(a.weight)
        slices = filters.reshape(-1, *filters.shape[2:])
        board.planes("weight", slices, "weight, all filters" if len(filters) > 1 else "weight")
    board.sign("→")
    board.planes("planes", made[1:], "what comes out", names, frames=True, most=most)
    if a.weight is not None and count(head) <= MOST_PRODUCTS:
        table, cells = products(head), made[0].size
        if a.bias is not None:
            board.arrays["bias"] = a.bias
        more = ("bias", np.arange(cells) // (cells // head.out_channels)) if a.bias is not None else None
        board.sum("planes", grouped(table.output, cells), ("weight", table.weight), ("before", table.padded), more)
    board.frames("round", [str(number) for number in range(1, len(made))], largest[1:], "largest number")
    ratio = largest[-1] / largest[-2] if largest[-2] else 0.0
    fate = "it grows" if ratio > 1.001 else "it dies out" if ratio < 0.999 else "it stays"
    return [
        f"The largest number goes from {largest[0]:.4g} to {largest[-1]:.4g}; in the last round × {ratio:.4f}: {fate}."
    ]


def instead(setup: Setup) -> Setup | None:
    """The nearest layer whose output is an input for it: as many channels, stride 1, the padding that keeps the size.

    >>> made = instead(Setup.of(dict(in_channels=3, out_channels=4, kernel_size=5, stride=2), (1, 3, 7, 7)))
    >>> made.layer(), made.summary().output_shape
    (ConvSpec(3, 3, kernel_size=5, padding=2), (1, 3, 7, 7))
    """
    spec = setup.layer()
    around = tuple((taps - 1) // 2 for taps in spec.effective_kernel)
    odd = all(taps % 2 for taps in spec.effective_kernel)
    wanted = {
        "out_channels": setup.input_shape[-spec.dims - 1],
        "stride": (1,) * spec.dims,
        "padding": around if odd or not spec.facts.pads_in_words else "same",
        "output_padding": (0,) * spec.dims,
    }
    changed = {name: wanted[name] for name, old in spec.arguments().items() if wanted.get(name, old) != old}
    made = replace(setup, arguments=tuple({**dict(setup.arguments), **changed}.items()))
    try:
        head = made.summary()
    except ConvSpecError:
        return None
    return made if head.output_shape == head.input_shape else None


LENS = Lens(
    title="Again and again",
    question="What if the output becomes the input?",
    draw=draw,
    choices=(Choice("rounds", "rounds", 20, "whole", (2, 60)),),
    products=lambda head, values: 0,
    runs=lambda values: values["rounds"],
    instead=instead,
)
