"""The shape after a view: flatten, permute, reshape, slices, sums over dimensions, and tensors put together.

The functions have the parameter names of torch's own; `conv_viz.text.program.carry` finds them by name.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from conv_viz.layers.values import Shape

Numbers = int | tuple[int, ...]
LARGEST = 2**31 - 1


class Lost(ValueError):
    """The shape after a call is not known, or torch refuses the call."""


def flatten(shape: Shape, start_dim: int = 0, end_dim: int = -1) -> Shape:
    """``torch.flatten``.

    >>> flatten((2, 3, 4, 5), 1)
    (2, 60)
    """
    start, end = _dimension(shape, start_dim), _dimension(shape, end_dim)
    if start > end:
        raise Lost("flatten")
    return (*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :])


def nn_flatten(shape: Shape, start_dim: int = 1, end_dim: int = -1) -> Shape:
    """``nn.Flatten``, which keeps the batch."""
    return flatten(shape, start_dim, end_dim)


def unflatten(shape: Shape, dim: int, sizes: Any = None, unflattened_size: Any = None) -> Shape:
    """``torch.unflatten`` and ``nn.Unflatten``."""
    at = _dimension(shape, dim)
    parts = reshape((shape[at],), sizes if unflattened_size is None else unflattened_size)
    return (*shape[:at], *parts, *shape[at + 1 :])


def unsqueeze(shape: Shape, dim: int) -> Shape:
    """``torch.unsqueeze``."""
    at = _dimension((*shape, 1), dim)
    return (*shape[:at], 1, *shape[at:])


def squeeze(shape: Shape, dim: Numbers | None = None) -> Shape:
    """``torch.squeeze``."""
    if dim is None:
        return tuple(size for size in shape if size != 1)
    at = {_dimension(shape, d) for d in (dim if isinstance(dim, tuple) else (dim,))}
    return tuple(size for i, size in enumerate(shape) if not (i in at and size == 1))


def permute(shape: Shape, *dims: Any) -> Shape:
    """``Tensor.permute`` and ``torch.permute``.

    >>> permute((1, 224, 200, 3), 0, 3, 1, 2)
    (1, 3, 224, 200)
    """
    order = [_dimension(shape, d) for d in _spread(dims)]
    if sorted(order) != list(range(len(shape))):
        raise Lost("permute")
    return tuple(shape[i] for i in order)


def transpose(shape: Shape, dim0: int, dim1: int) -> Shape:
    """``torch.transpose``."""
    order = list(range(len(shape)))
    a, b = _dimension(shape, dim0), _dimension(shape, dim1)
    order[a], order[b] = order[b], order[a]
    return tuple(shape[i] for i in order)


def movedim(shape: Shape, source: int, destination: int) -> Shape:
    """``torch.movedim`` of one dimension."""
    order = list(range(len(shape)))
    moved = order.pop(_dimension(shape, source))
    order.insert(_dimension(shape, destination), moved)
    return tuple(shape[i] for i in order)


def reshape(shape: Shape, *sizes: Any) -> Shape:
    """``Tensor.view`` and ``torch.reshape``; one size may be -1.

    >>> reshape((2, 3, 4, 5), -1, 60)
    (2, 60)
    """
    wanted = _spread(sizes)
    known, total = math.prod(size for size in wanted if size != -1), math.prod(shape)
    if wanted.count(-1) > 1 or known < 1 or total % known or (-1 not in wanted and known != total):
        raise Lost("reshape")
    return tuple(total // known if size == -1 else size for size in wanted)


def expand(shape: Shape, *sizes: Any) -> Shape:
    """``Tensor.expand``."""
    wanted = _spread(sizes)
    have = (1,) * (len(wanted) - len(shape)) + shape
    if len(have) != len(wanted) or any(w not in (-1, h) and h != 1 for w, h in zip(wanted, have, strict=True)):
        raise Lost("expand")
    return tuple(h if w == -1 else w for w, h in zip(wanted, have, strict=True))


def repeat(shape: Shape, *sizes: Any) -> Shape:
    """``Tensor.repeat``."""
    times = _spread(sizes)
    if len(times) < len(shape):
        raise Lost("repeat")
    have = (1,) * (len(times) - len(shape)) + shape
    return tuple(n * size for n, size in zip(times, have, strict=True))


def reduced(shape: Shape, dim: Any = None, keepdim: bool = False) -> Shape:
    """``Tensor.mean``, ``sum`` and others that leave one number of a dimension."""
    dims = range(len(shape)) if dim is None else dim if isinstance(dim, tuple) else (dim,)
    gone = {_dimension(shape, d) for d in dims}
    if keepdim:
        return tuple(1 if i in gone else size for i, size in enumerate(shape))
    return tuple(size for i, size in enumerate(shape) if i not in gone)


def joined(shapes: Sequence[Shape], dim: int = 0, axis: int | None = None) -> Shape:
    """``torch.cat``.

    >>> joined([(1, 3, 8, 8), (1, 5, 8, 8)], 1)
    (1, 8, 8, 8)
    """
    first = shapes[0]
    at = _dimension(first, dim if axis is None else axis)
    if any(len(s) != len(first) or (*s[:at], *s[at + 1 :]) != (*first[:at], *first[at + 1 :]) for s in shapes):
        raise Lost("cat")
    return (*first[:at], sum(s[at] for s in shapes), *first[at + 1 :])


def broadcast(a: Shape, b: Shape) -> Shape:
    """The shape of ``a + b``.

    >>> broadcast((2, 1, 8, 8), (3, 1, 8))
    (2, 3, 8, 8)
    """
    length = max(len(a), len(b))
    pairs = list(zip((1,) * (length - len(a)) + a, (1,) * (length - len(b)) + b, strict=True))
    if any(x != y and 1 not in (x, y) for x, y in pairs):
        raise Lost("broadcast")
    return tuple(max(pair) for pair in pairs)


def sliced(shape: Shape, index: Sequence[Any]) -> Shape:
    """``x[...]`` with whole numbers, slices, None and Ellipsis.

    >>> sliced((1, 4, 9, 9), (slice(None), slice(None, 3)))
    (1, 3, 9, 9)
    """
    taken = sum(part is not None and part is not Ellipsis for part in index)
    if taken > len(shape) or sum(part is Ellipsis for part in index) > 1:
        raise Lost("index")
    sizes, after = iter(shape), []
    for part in index:
        if part is None:
            after.append(1)
        elif part is Ellipsis:
            after += [next(sizes) for _ in range(len(shape) - taken)]
        elif isinstance(part, slice):
            if part.step is not None and part.step < 1:
                raise Lost("index")
            after.append(len(range(*part.indices(next(sizes)))))
        elif not -(size := next(sizes)) <= part < size:
            raise Lost("index")
    return (*after, *sizes)


def _dimension(shape: Shape, dim: int) -> int:
    if not -len(shape) <= dim < len(shape):
        raise Lost("dimension")
    return dim % len(shape)


def _spread(sizes: tuple[Any, ...]) -> tuple[int, ...]:
    """Sizes that are given one by one, or as one tuple."""
    return sizes[0] if len(sizes) == 1 and isinstance(sizes[0], tuple) else sizes
