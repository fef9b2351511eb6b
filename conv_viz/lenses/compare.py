"""Compare: two layers on one input, side by side; one pointer drives both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from conv_viz.compute.layer import run
from conv_viz.compute.normalised import normalised
from conv_viz.layers.products import Products, count, grouped, products
from conv_viz.layers.summary import Summary
from conv_viz.lenses.lens import Choice, Chosen, Lens
from conv_viz.lenses.other import EXAMPLE, FLIPPED, Step, apart, read_other, run_other, total, usual
from conv_viz.lenses.pairs import PAIRS
from conv_viz.lenses.pooling import divisor, without_lines, won
from conv_viz.lenses.subject import Subject
from conv_viz.scenes.board import Board, filter_names, forward_sum, padded_planes

TURNED = (
    "The layer slides its kernel as it is, which is a cross-correlation, so that an impulse gives the kernel turned "
    "round. B turns it round first: that is the convolution of mathematics, and an impulse gives the kernel itself."
)


def difference(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """A less B, cell by cell.

    >>> difference(np.float32([3, 1]), np.float32([1, 1])).tolist()
    [2.0, 0.0]
    """
    return a - b


def draw(chosen: Chosen, board: Board) -> list[str]:
    """Both layers for the filter in view, their difference, and what differs."""
    a = chosen.subject
    text = chosen.values["b"] or usual(a.head.spec, chosen.sample)
    steps, codes = run_other(text, a, chosen.sample, chosen.seed)
    spec = a.head.spec
    whole = spec.as_planes(run(spec, spec.from_planes(chosen.sample), weight=a.weight, bias=a.bias).output)
    last = steps[-1]
    filter_b = min(chosen.filter, last.subject.head.out_channels - 1)
    most = max(_largest(whole), _largest(last.output))
    _side(board, "a", a, chosen.sample, whole, chosen.filter, most)
    board.sign("B:")
    before = last.subject.input
    _side(board, "b", last.subject, before if before.ndim == 3 else before[:, None], last.output, filter_b, most)
    ours, theirs = whole[chosen.filter], last.output[filter_b]
    same = ours.shape == theirs.shape
    if same:
        board.sign("A − B")
        apart = difference(ours, theirs)
        board.planes("apart", apart[None], "difference", most=_largest(apart))
        board.difference("apart", "a.output", "b.output")
        board.together("a.output", "b.output", "apart")
    else:
        board.together("a.output", "b.output")
    board.walk("a.output")
    heads = [step.subject.head for step in steps]
    board.table(["A", "B"], _table(a.head, heads, codes), compare=True)
    words = [_other(chosen, text, steps), _settled(whole, last.output)]
    words += _before_batch_norm(a.head, heads, whole, last.output)
    words += dict.fromkeys(filter(None, map(without_lines, (a.head.spec, last.subject.head.spec))))
    return [*words, TURNED] if text == FLIPPED else words


def _side(
    board: Board, side: str, subject: Subject, sample: np.ndarray, output: np.ndarray, filter: int, most: float
) -> None:
    head, spec = subject.head, subject.head.spec
    padded_planes(board, f"{side}.padded", head, sample)
    filters = spec.as_filters(subject.weight) if subject.weight is not None else None
    if filters is not None:
        board.sign("⋆")
        board.planes(f"{side}.weight", filters[filter], f"filter {filter}", filter_names(head, filter))
    if subject.bias is not None:
        board.arrays[f"{side}.bias"] = subject.bias[filter : filter + 1]
    board.sign("=")
    board.planes(f"{side}.output", output[filter : filter + 1], f"output of {side.upper()}", most=most)
    made = products(head, range(filter, filter + 1))
    if spec.weight_shape is not None:
        bias = f"{side}.bias" if subject.bias is not None else ""
        forward_sum(board, f"{side}.output", head, made, f"{side}.weight", f"{side}.padded", bias, filter)
    else:
        _pooled(board, side, head, sample, made, filter)


def _pooled(board: Board, side: str, head: Summary, sample: np.ndarray, made: Products, filter: int) -> None:
    """The output of a pool: the cell that won, or a sum and what it is divided by."""
    cells, share = head.axes[0].output * head.axes[1].output, divisor(head.spec)
    of, padded, mine = f"{side}.output", (f"{side}.padded", made.padded), made.output - filter * cells
    if head.spec.reduce.join == "max":
        by = grouped(np.where(won(head, sample, made), mine, -1), cells)
        board.sum(of, by, None, padded, how="copy")
    elif share is not None:
        board.sum(of, grouped(mine, cells), None, padded, divisor=share)


def _largest(array: np.ndarray) -> float:
    finite = array[np.isfinite(array)]
    return float(np.abs(finite).max(initial=0.0))


def _settled(ours: np.ndarray, theirs: np.ndarray) -> str:
    """What the comparison comes to, in a sentence."""
    if ours.shape != theirs.shape:
        sizes = [" × ".join(map(str, each.shape)) for each in (ours, theirs)]
        return f"The outputs differ in size, {sizes[0]} and {sizes[1]}, so no cell of A belongs to one of B."
    apart = np.abs(difference(ours, theirs))
    changed = int((apart > 0).sum())
    if not changed:
        return f"The outputs are the same: all {apart.size:,} numbers are equal."
    return (
        f"{changed:,} of {apart.size:,} output numbers differ; the largest difference is {apart.max():.4g}, "
        f"where A's own largest number is {_largest(ours):.4g}."
    )


def _other(chosen: Chosen, text: str, steps: Sequence[Step]) -> str:
    """What B is: its code, what differs from A, and whose weights it has."""
    spec, a = chosen.subject.head.spec, chosen.subject.weight
    layers = read_other(text, spec)
    told = "B is" if chosen.values["b"] else "B, an example, is"
    code = "; ".join(layer.code() for layer in layers)
    if text == FLIPPED:
        return f"{told} {code}: A with its kernel turned round."
    return f"{told} {code}: {apart(spec, layers)}{_whose(a, [step.subject.weight for step in steps])}."


def _whose(a: np.ndarray | None, weights: Sequence[np.ndarray | None]) -> str:
    """Whose weights B has, where both have some."""
    shared = {weight.shape == a.shape for weight in weights if weight is not None} if a is not None else set()
    if not shared:
        return ""
    if shared == {True}:
        return ", with A's weights"
    if shared == {False}:
        return "; its weights have another shape and are drawn anew from the same seed"
    return "; A's weights where the shape is A's, the others drawn anew from the same seed"


def _before_batch_norm(a: Summary, heads: Sequence[Summary], ours: np.ndarray, theirs: np.ndarray) -> list[str]:
    """What is left of a bias where it is all that differs, and a batch norm follows."""
    spec, other = a.spec, heads[-1].spec
    if len(heads) > 1 or type(spec) is not type(other) or spec.weight_shape is None or ours[0].size < 2:
        return []
    if spec.arguments() | {"bias": None} != other.arguments() | {"bias": None} or spec.bias == other.bias:
        return []
    apart = _largest(difference(normalised(ours), normalised(theirs)))
    return [
        f"Only the bias differs. nn.BatchNorm{spec.dims}d subtracts each channel's mean, and the bias with it: after "
        f"it the largest difference is {apart:.2g}. A layer before a batch norm needs no bias, {ours.shape[0]} "
        f"parameter{'s' * (ours.shape[0] != 1)} here."
    ]


def _table(a: Summary, heads: Sequence[Summary], codes: Sequence[str]) -> list[tuple[str, list[str]]]:
    last = heads[-1]
    shapes = [" × ".join(map(str, (1, *head.output_shape[-head.spec.dims - 1 :]))) for head in (a, last)]
    b_weights = " and ".join(str(head.spec.weight_shape) for head in heads if head.spec.weight_shape) or "none"
    return [
        ("code", [a.spec.code(), "; ".join(codes)]),
        ("output of one sample", shapes),
        ("weight", [str(a.spec.weight_shape or "none"), b_weights]),
        ("parameters", [f"{total(each, 'parameters'):,}" for each in ([a], heads)]),
        ("MACs of one sample", [f"{total(each, 'macs'):,}" for each in ([a], heads)]),
    ]


LENS = Lens(
    title="Compare",
    question="What changes if I take another layer?",
    draw=draw,
    choices=(
        Choice(
            "b",
            "B differs from the layer by",
            "",
            "text",
            help=f"For example {EXAMPLE}; or a link of this app. Empty: see what B is.",
        ),
    ),
    pairs=PAIRS,
    products=lambda head, values: 2 * count(head) // head.out_channels,
)
