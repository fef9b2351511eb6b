"""Undo and redo of edited weights, and the edits of other shapes that wait until their shape comes back."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from conv_viz.layers.kinds import WeightedLayer
from conv_viz.layers.values import Shape
from conv_viz.weights.edits import Weights

MOST_STEPS = 100
MOST_BYTES = 64 * 1024**2
"""Memory that the steps of one layer may take; the last two are kept however large they are."""
MOST_NUMBERS = 8_000_000
"""Weights of a layer that can be edited."""
MOST_SHAPES = 8
"""Shapes of which edits are kept."""


@dataclass(frozen=True)
class Form:
    """What layers must have in common to share edited weights: the class, the weight's shape, how many filters.

    The filters are not always the weight's first axis, and with groups no other axis either.
    """

    kind: str
    shape: Shape
    filters: int

    @classmethod
    def of(cls, spec: WeightedLayer) -> Form:
        """The form of a layer's weights."""
        return cls(spec.kind, spec.weight_shape, spec.out_channels)

    def __str__(self) -> str:
        return f"{self.kind} {self.shape}"


@dataclass(frozen=True, eq=False)
class Step:
    """What was done, and the weights after it; None are torch's own, drawn from the seed."""

    label: str
    weights: Weights | None


@dataclass(frozen=True, eq=False)
class History:
    """The steps since torch's own weights, and at which of them one is.

    >>> done = History().then("a", None).then("b", None).undone().then("c", None)
    >>> [step.label for step in done.steps], done.undone().redo
    (["torch's own", 'a', 'c'], 'c')
    """

    steps: tuple[Step, ...] = (Step("torch's own", None),)
    at: int = 0
    spec: WeightedLayer | None = None

    @property
    def now(self) -> Step:
        """The step that counts."""
        return self.steps[self.at]

    @property
    def undo(self) -> str:
        """What undoing would take back; empty when there is nothing."""
        return self.now.label if self.at else ""

    @property
    def redo(self) -> str:
        """What redoing would do again; empty when there is nothing."""
        return self.steps[self.at + 1].label if self.at + 1 < len(self.steps) else ""

    def then(self, label: str, weights: Weights | None, spec: WeightedLayer | None = None) -> History:
        """One step more; what was undone before is gone, and so are the oldest steps beyond the limits."""
        steps = (*self.steps[: self.at + 1], Step(label, weights))
        while len(steps) > 2 and (len(steps) > MOST_STEPS or sum(map(_size, steps)) > MOST_BYTES):
            steps = steps[1:]
        return History(steps, len(steps) - 1, spec or self.spec)

    def undone(self) -> History:
        """One step back, if there is one."""
        return History(self.steps, max(self.at - 1, 0), self.spec)

    def redone(self) -> History:
        """One step forward again, if there is one."""
        return History(self.steps, min(self.at + 1, len(self.steps) - 1), self.spec)


def _size(step: Step) -> int:
    held = step.weights
    return 0 if held is None else held.weight.nbytes + (0 if held.bias is None else held.bias.nbytes)


def refusal(kept: Mapping[Form, History], spec: WeightedLayer) -> str:
    """Why weights of this layer cannot be edited, in one sentence; empty when they can.

    >>> from conv_viz import ConvSpec
    >>> refusal({}, ConvSpec(4096, 4096, 3))[:60]
    'This layer has 150,994,944 weights, and up to 8,000,000 can '
    """
    count = math.prod(spec.weight_shape)
    if count > MOST_NUMBERS:
        return f"This layer has {count:,} weights, and up to {MOST_NUMBERS:,} can be edited; choose fewer channels."
    others = set_aside(kept, Form.of(spec))
    if len(others) >= MOST_SHAPES or sum(math.prod(other.shape) for other in others) + count > 4 * MOST_NUMBERS:
        return f"Edited weights of {len(others)} other shapes are kept already; discard some of them first."
    return ""


def set_aside(kept: Mapping[Form, History], form: Form | None) -> list[Form]:
    """Other forms whose edited weights wait, the latest last.

    >>> edited = History().then("x", Weights(None, None))
    >>> forms = [Form("nn.Conv2d", (n, 1, 3, 3), n) for n in (1, 2, 4)]
    >>> set_aside({forms[0]: edited, forms[1]: edited, forms[2]: History()}, forms[0]) == [forms[1]]
    True
    """
    return [other for other, history in kept.items() if other != form and history.now.weights is not None]


def as_words(forms: Iterable[Form]) -> str:
    """Forms in a sentence.

    >>> as_words([Form("nn.Conv2d", (4, 3, 3, 3), 4), Form("nn.Conv1d", (4, 3, 5), 4)])
    'nn.Conv2d (4, 3, 3, 3) and nn.Conv1d (4, 3, 5)'
    """
    texts = [str(form) for form in forms]
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)
