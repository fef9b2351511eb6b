"""Whether a layer is too large to run, and how much of it runs at once: decided from its numbers, before it runs."""

from __future__ import annotations

import math

from conv_viz.layers.cost import Cost, call_cost, drawn_cost, filters_cost
from conv_viz.layers.part import Part, View, choose
from conv_viz.layers.setup import Setup
from conv_viz.layers.summary import FLOAT32, Summary, shown_bytes
from conv_viz.layers.values import ConvSpecError
from conv_viz.limits import LAYER_BYTES, LAYER_SECONDS, PAYLOAD_BYTES, WEIGHT_BYTES, WHOLE_BYTES, WHOLE_SECONDS

WHOLE_MACS = 200_000_000  # up to here the whole layer runs, every sample and every filter, if it costs little
WHOLE_NUMBERS = 4_000_000


def runs_whole(head: Summary) -> bool:
    """Whether every sample and every filter are run at once: not where that would take long or much memory."""
    if head.macs > WHOLE_MACS or head.activations > WHOLE_NUMBERS:
        return False
    cost = whole_cost(head)
    return cost.seconds <= WHOLE_SECONDS and cost.bytes <= WHOLE_BYTES


def whole_cost(head: Summary) -> Cost:
    """What drawing the weights, filling the input and running everything takes."""
    return drawn_cost(math.prod(head.spec.weight_shape or (0,)), math.prod(head.input_shape)) + one_run(head)


def one_run(head: Summary) -> Cost:
    """What one run of everything takes, with weights and input at hand."""
    groups = head.spec.groups if head.spec.weight_shape else head.in_channels
    return call_cost(head.axes, head.in_channels, head.out_channels, groups, head.samples)


def part_cost(head: Summary, part: Part) -> Cost:
    """What showing this part takes: one sample, all weights, the filters in view, and the channels that are not."""
    spec, axes = head.spec, head.axes
    drawn = drawn_cost(math.prod(spec.weight_shape or (0,)), math.prod(head.input_shape) // max(1, head.samples))
    cost = drawn + filters_cost(spec, axes, part.filters)
    rest = filters_cost(spec, axes, part.filters, part.channels)
    return Cost(cost.seconds + rest.seconds, max(cost.bytes, drawn.bytes + rest.bytes))


def payload_bytes(head: Summary, part: Part) -> int:
    """Bytes that this part brings to the browser, without its words."""
    across, along = (
        (len(shown) - 1) * axis.stride + axis.effective_kernel if len(shown) < axis.output else axis.padded
        for shown, axis in zip((part.rows, part.columns), head.axes, strict=True)
    )
    taps = len(part.channels) * math.prod(head.spec.kernel_size)
    cells = 2 * len(part.rows) * len(part.columns)
    return FLOAT32 * (len(part.channels) * across * along + len(part.filters) * (taps + cells))


def too_large(head: Summary, part: Part) -> str:
    """Why this part is not run, and what to do; empty when it fits into the bounds of `conv_viz.limits`."""
    weights, cost, sent = head.memory["weights"], part_cost(head, part), payload_bytes(head, part)
    if weights > WEIGHT_BYTES:
        why = f"its weights take {shown_bytes(weights)}, and at most {shown_bytes(WEIGHT_BYTES)} are drawn"
    elif cost.seconds > LAYER_SECONDS:
        macs = len(part.filters) * head.macs_of_filter
        shown = "a single filter" if len(part.filters) == 1 else f"the {len(part.filters)} filters in view"
        why = (
            f"{shown} would take {macs:,} MACs, up to {cost.seconds:,.1f} seconds, "
            f"and a picture may take {LAYER_SECONDS:g}"
        )
    elif cost.bytes > LAYER_BYTES:
        why = (
            "one sample, its weights and the filters in view would need "
            f"{shown_bytes(cost.bytes)}, and a picture may take {shown_bytes(LAYER_BYTES)}"
        )
    elif sent > PAYLOAD_BYTES:
        why = f"the part in view takes {shown_bytes(sent)}, and at most {shown_bytes(PAYLOAD_BYTES)} are sent"
    else:
        return ""
    rest = "The numbers above are right; choose fewer channels or a smaller input to see it."
    return f"This layer is not run: {why}. {rest}"


def fits(setup: Setup) -> bool:
    """Whether it is a layer whose picture can be shown."""
    try:
        head = setup.summary()
    except ConvSpecError:
        return False
    return not too_large(head, choose(head, View()))
