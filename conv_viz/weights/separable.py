"""Whether a kernel is a column times a row, so that two thin layers do the work of one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ALIKE = 1e-5
"""How large the second singular value may be, as a share of the first, for rounding to explain it."""


@dataclass(frozen=True, eq=False)
class Factors:
    """The best column (kh,) and row (kw,) of a kernel, and how much of it their product misses, 0 to 1."""

    column: np.ndarray
    row: np.ndarray
    missed: float

    @property
    def separable(self) -> bool:
        """Whether column times row is the kernel, up to rounding."""
        return self.missed <= ALIKE


def factors(kernel: np.ndarray) -> Factors | None:
    """The two factors by singular value decomposition; None for a kernel that is zero or not finite.

    The row's largest entry is 1 in size, and the column carries the rest.

    >>> made = factors(np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]))
    >>> made.separable, made.column.round(6).tolist(), (made.row.round(6) + 0).tolist()
    (True, [1.0, 2.0, 1.0], [-1.0, 0.0, 1.0])
    >>> factors(np.eye(3)).separable
    False
    """
    if not np.isfinite(kernel).all() or not kernel.any():
        return None
    u, s, v = np.linalg.svd(np.asarray(kernel, np.float64))
    row = v[0] / np.abs(v[0]).max()
    column = u[:, 0] * s[0] * np.abs(v[0]).max()
    if column[np.abs(column).argmax()] < 0:
        row, column = -row, -column
    missed = float(np.sqrt((s[1:] ** 2).sum() / (s**2).sum()))
    return Factors(column, row, missed)


def separable_words(kernel: np.ndarray) -> str:
    """In a sentence, with both factors.

    >>> separable_words(np.ones((3, 3)))
    'This 3×3 is a 3×1 times a 1×3: 6 instead of 9 multiplications. Column 1, 1, 1; row 1, 1, 1.'
    >>> separable_words(np.eye(3))[:70]
    'This 3×3 is no column times a row: the best pair misses 82 % of its si'
    """
    made = factors(kernel)
    if made is None or 1 in kernel.shape:
        return ""
    kh, kw = kernel.shape
    if not made.separable:
        return (
            f"This {kh}×{kw} is no column times a row: the best pair misses {100 * made.missed:.0f} % of its size, so "
            f"it needs its {kh * kw} multiplications."
        )
    column, row = (_listed(each) for each in (made.column, made.row))
    return (
        f"This {kh}×{kw} is a {kh}×1 times a 1×{kw}: {kh + kw} instead of {kh * kw} multiplications. "
        f"Column {column}; row {row}."
    )


def _listed(values: np.ndarray) -> str:
    return ", ".join(f"{value:.4g}".replace("-", "−") for value in values + 0.0)
