"""Layers for property tests: valid ones with an input that passes, and settings of any kind."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from conv_viz.layers.call import ARGUMENTS
from conv_viz.layers.conv import PADDING_MODES
from conv_viz.layers.facts import FACTS

SPARE = {"reflect": 1, "circular": 0}  # cells by which the padding of these modes stays below the input's size


@st.composite
def layers(draw: st.DrawFn, channels: int = 3) -> tuple[dict[str, Any], tuple[int, ...]]:
    """Arguments of ``nn.Conv2d`` that are valid, and the shape of an input that passes, batched or not.

    Built from torch's rules, not by asking the code under test. Exact fits come often.
    """
    groups = draw(st.integers(1, 3))
    arguments: dict[str, Any] = {
        "in_channels": groups * draw(st.integers(1, channels)),
        "out_channels": groups * draw(st.integers(1, channels)),
        "groups": groups,
        "bias": draw(st.booleans()),
        "padding_mode": draw(st.sampled_from(PADDING_MODES)),
    }
    word = draw(st.sampled_from((None, None, None, "same", "valid")))
    axes = [draw(_axes(arguments["padding_mode"], word)) for _ in range(2)]
    sizes, arguments["kernel_size"], arguments["stride"], arguments["dilation"], padding = zip(*axes, strict=True)
    arguments["padding"] = word or padding
    batch = draw(st.sampled_from(((), (1,), (2,))))
    return arguments, (*batch, arguments["in_channels"], *sizes)


@st.composite
def _axes(draw: st.DrawFn, mode: str, word: str | None) -> tuple[int, int, int, int, int]:
    """Size, kernel, stride, dilation and padding of an axis where the kernel fits."""
    kernel, dilation = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    span = dilation * (kernel - 1)
    stride = 1 if word == "same" else draw(st.integers(1, 4))
    padding = 0 if word else draw(st.integers(0, 4))
    most = (span + 1) // 2 if word == "same" else padding
    least = max(1, most + SPARE[mode] if mode in SPARE else 1, 1 if word == "same" else span + 1 - 2 * padding)
    return least + draw(st.integers(0, 6)), kernel, stride, dilation, padding


def numbers(low: int = -1, high: int = 5) -> st.SearchStrategy[Any]:
    """A whole number or a pair of them, valid or not."""
    one = st.integers(low, high)
    return one | st.tuples(one, one)


def settings_in_numbers() -> st.SearchStrategy[dict[str, Any]]:
    """Arguments of the right kind, but of any value: much of it is no layer."""
    return st.fixed_dictionaries(
        {"in_channels": st.integers(-1, 6), "out_channels": st.integers(-1, 6), "kernel_size": numbers()},
        optional={
            "stride": numbers(),
            "padding": numbers() | st.sampled_from(("same", "valid")),
            "dilation": numbers(),
            "groups": st.integers(-1, 6),
            "bias": st.booleans(),
            "padding_mode": st.sampled_from(PADDING_MODES),
        },
    )


def anything() -> st.SearchStrategy[Any]:
    """What a caller may get wrong: kinds, lengths, huge numbers."""
    odd = st.sampled_from(
        [None, True, False, 1.0, 2.5, float("nan"), "", "same", "3", b"1", 2**31, 10**30, 16**9999, 1j]
    )
    one = odd | st.integers(-2, 4)
    return one | st.lists(one, max_size=3) | st.tuples(one, one) | st.dictionaries(st.integers(), one, max_size=1)


def settings_of_any_kind() -> st.SearchStrategy[dict[str, Any]]:
    """Arguments of any kind, mixed with sound ones so that every rule is reached."""
    sound = settings_in_numbers()
    return st.builds(
        lambda base, wrong: {**base, **wrong},
        sound,
        st.dictionaries(
            st.sampled_from(ARGUMENTS),
            anything(),
            max_size=3,
        ),
    )


def shapes() -> st.SearchStrategy[tuple[int, ...]]:
    """Shapes of inputs, (N, C, H, W) or (C, H, W)."""
    channels, side = st.integers(1, 6), st.integers(1, 7)
    return st.tuples(channels, side, side) | st.tuples(st.integers(1, 2), channels, side, side)


def sizes(low: int, high: int, dims: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.tuples(*[st.integers(low, high)] * dims)


def usual(name: str, **changes: Any) -> dict[str, Any]:
    """Arguments of a small layer of this class: those that it takes of these."""
    given = {"in_channels": 3, "out_channels": 4, "norm_type": 2, "kernel_size": 3, **changes}
    return {argument: value for argument, value in given.items() if argument in FACTS[name].arguments}


@st.composite
def window_layers(draw: st.DrawFn, name: str) -> tuple[dict[str, Any], tuple[int, ...]]:
    """Arguments of a layer and an input shape, of which a good part torch refuses."""
    facts = FACTS[name]
    dims, channels, groups = facts.dims, draw(st.integers(1, 2)), draw(st.sampled_from([1, 1, 2]))
    channels *= groups if "groups" in facts.arguments else 1
    most = 4 if "in_channels" in facts.arguments else 2  # a pool's padding is at most half of its kernel
    possible: dict[str, st.SearchStrategy[Any]] = {
        "in_channels": st.just(channels),
        "out_channels": st.integers(1, 2).map(lambda each: groups * each),
        "kernel_size": sizes(1, 4, dims),
        "stride": sizes(1, 4, dims),
        "padding": sizes(0, most, dims),
        "output_padding": sizes(0, 2, dims),
        "dilation": sizes(1, 3, dims),
        "groups": st.just(groups),
        "bias": st.booleans(),
        "ceil_mode": st.booleans(),
        "count_include_pad": st.booleans(),
        "divisor_override": st.sampled_from([None, None, 3, -2]),
        "norm_type": st.sampled_from([1, 2, 2, 3, 4, 0.5, 2.5]),
    }
    given = {argument: draw(possible[argument]) for argument in facts.arguments if argument in possible}
    if name == "LPPool1d":
        (given["kernel_size"],) = given["kernel_size"]  # torch multiplies by it, which takes a number
    if facts.pads_in_words:
        given["padding_mode"] = draw(st.sampled_from(["zeros", "zeros", "reflect", "replicate", "circular"]))
        if draw(st.integers(0, 5)) == 0:
            given["padding"] = draw(st.sampled_from(["same", "valid"]))
    batch = draw(st.sampled_from([(), (1,), (2,)]))
    return given, (*batch, channels, *draw(sizes(1, 9, dims)))
