"""Again and again: the output becomes the input, as often as somebody likes."""

from __future__ import annotations

import numpy as np

from conv_viz.compute.layer import run
from conv_viz.layers.summary import channel_name
from conv_viz.lenses.lens import Choice, Chosen, Lens
from conv_viz.scenes.board import Board


def draw(chosen: Chosen, board: Board) -> list[str]:
    """The planes after each round, and their largest number."""
    a, head, spec = chosen.subject, chosen.subject.head, chosen.subject.head.spec
    if head.output_shape != head.input_shape:
        return [
            f"The output, {head.output_shape}, is no input for the same layer, which reads {head.input_shape}: set "
            f"out_channels={head.in_channels}, stride=1 and padding so that height and width stay."
        ]
    current = chosen.sample if spec.dims == 2 else chosen.sample[:, 0]
    rounds = [current]
    for _ in range(chosen.values["rounds"]):
        current = run(spec, current, weight=a.weight, bias=a.bias).output
        rounds.append(current)
    made = np.stack(rounds) if spec.dims == 2 else np.stack(rounds)[:, :, None]
    largest = np.array([float(np.abs(each).max()) for each in made])
    names = [channel_name(head.in_channels, channel) for channel in range(head.in_channels)]
    board.planes("planes", made, "after each round", names, frames=True, most=float(largest[0]))
    board.frames("round", [str(number) for number in range(len(made))], largest, "largest number")
    ratio = largest[-1] / largest[-2] if largest[-2] else 0.0
    fate = "it grows" if ratio > 1.001 else "it dies out" if ratio < 0.999 else "it stays"
    return [
        f"The largest number goes from {largest[0]:.4g} to {largest[-1]:.4g}; in the last round × {ratio:.4f}: {fate}."
    ]


LENS = Lens(
    title="Again and again",
    question="What if the output becomes the input?",
    draw=draw,
    choices=(Choice("rounds", "rounds", 20, "whole", (2, 60)),),
    products=lambda head, values: 0,
)
