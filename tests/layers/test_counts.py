"""What is said of a layer is what torch counts, and each formula gives the number that stands beside it."""

from __future__ import annotations

import pytest
import torch

from conv_viz.layers.counts import Count, counts
from conv_viz.layers.kinds import parse
from conv_viz.layers.summary import Summary

LAYERS = [
    ("nn.Conv2d(3, 4, 3, stride=2, padding=1)", (2, 3, 7, 7)),
    ("nn.Conv2d(4, 6, (1, 3), dilation=(1, 2), groups=2, bias=False)", (1, 4, 5, 8)),
    ("nn.Conv1d(2, 3, 5)", (1, 2, 16)),
    ("nn.ConvTranspose2d(4, 6, 3, stride=2, output_padding=1, groups=2)", (2, 4, 4, 5)),
    ("nn.MaxPool2d(3, 2, 1, ceil_mode=True)", (2, 3, 8, 9)),
    ("nn.AvgPool2d(2)", (1, 2, 6, 6)),
]


def said(code: str, shape: tuple[int, ...]) -> dict[str, Count]:
    return {count.label: count for count in counts(Summary.of(parse(code), shape))}


def value(product: str) -> float:
    """What a formula's left side comes to."""
    return eval(product.replace("·", "*").replace("−", "-").replace(",", ""), {"__builtins__": {}})


@pytest.mark.parametrize("code, shape", LAYERS)
def test_every_formula_gives_its_number(code: str, shape: tuple[int, ...]) -> None:
    for count in said(code, shape).values():
        assert count.about
        for equation in (
            count.formula.split(", ") if count.label == "effective kernel" else filter(None, [count.formula])
        ):
            left, right = equation.split(" = ")
            assert value(left.replace(" · ", "·")) == value(right.removesuffix(" bytes")), count


@pytest.mark.parametrize("code, shape", LAYERS)
def test_parameters_and_memory_are_those_of_torch(code: str, shape: tuple[int, ...]) -> None:
    layer = eval(code, {"nn": torch.nn})
    x = torch.zeros(shape, requires_grad=True)
    kept: dict[int, torch.Tensor] = {}
    with torch.autograd.graph.saved_tensors_hooks(lambda t: kept.setdefault(t.data_ptr(), t), lambda t: t):
        y = layer(x)
    y.retain_grad()
    y.sum().backward()
    told = said(code, shape)
    learned = list(layer.parameters())
    assert int(told["parameters"].text.replace(",", "")) == sum(map(torch.numel, learned))

    inference = [*learned, x, y]
    training = [*inference, *(tensor.grad for tensor in inference)]
    there = {tensor.data_ptr() for tensor in training}
    training += [tensor for pointer, tensor in kept.items() if pointer not in there]  # a max pool's indices
    for label, tensors in (("inference memory", inference), ("training memory", training)):
        size = sum(tensor.nbytes for tensor in tensors if tensor is not None)
        assert told[label].formula.endswith(f"= {size:,} bytes"), (label, told[label])


def test_a_pool_says_that_it_has_no_weights() -> None:
    told = said("nn.MaxPool2d(2)", (1, 3, 8, 8))
    assert told["parameters"] == Count("parameters", "0", "a pool has no weights")
    assert "MACs" not in told and "weights" not in told["inference memory"].about
    assert "int64" in told["training memory"].about
