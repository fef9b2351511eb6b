"""A small array that somebody pastes -> the planes of an input. Read by `ast`, never evaluated."""

from __future__ import annotations

import ast
import re
from typing import Any

import numpy as np

from conv_viz.text.paste import MAX_TEXT
from conv_viz.text.pasted import PasteError

CALLS = {"tensor", "array", "asarray", "Tensor", "FloatTensor"}
MOST_CELLS = 65_536
BLOCK = re.compile(r"[\d\s.,;+\-eE]+")
PRINTED = re.compile(r"[\d\s.+\-eE\[\]]+")
BETWEEN = re.compile(r"(?<=[\d.])\s+(?=[-+\d.])|(?<=\])\s+(?=\[)")
"""Where numpy, which prints no commas, has one number or row after the other."""
SIGNS = {ast.USub: -1.0, ast.UAdd: 1.0}


def read_array(text: str, dims: int = 2) -> np.ndarray | None:
    """The planes (C, H, W), float32, of a text that is an array; None for a text that is none.

    `dims` is the layer's: with one axis a table is (C, L), drawn as planes of one row. It reads nested lists, with
    ``torch.tensor`` or ``np.array`` around them, what torch and numpy print, and a block of numbers of a spreadsheet.
    Raises `PasteError` for rows of different lengths, numbers that are none, or too many.

    >>> read_array("x = torch.tensor([[0, 1], [2, -3.5]])").tolist()
    [[[0.0, 1.0], [2.0, -3.5]]]
    >>> read_array("[[1. 2.]\\n [3. 4.]]").shape, read_array("0,5\\t1\\n2\\t3").tolist()
    ((1, 2, 2), [[[0.5, 1.0], [2.0, 3.0]]])
    >>> [read_array(text) for text in ("nn.Conv2d(3, 64, 7),", "[nn.Conv2d(3, 64, 7)]", "(1, 3)")]
    [None, None, None]
    """
    text = text.strip()
    rows = _rows(text) if len(text) <= MAX_TEXT else None
    if rows is None:
        return None
    try:
        found = np.array(rows, np.float64)
    except ValueError:
        raise PasteError("The rows of this array have different lengths; every row needs as many numbers.") from None
    if not found.size or found.size > MOST_CELLS:
        raise PasteError(f"This array has {found.size:,} numbers; 1 to {MOST_CELLS:,} are possible.")
    with np.errstate(over="ignore"):
        planes = _planes(found.astype(np.float32), dims)
    if not np.isfinite(planes).all():
        raise PasteError("The array holds a number that is too large for float32, or none.")
    return planes


def _planes(found: np.ndarray, dims: int) -> np.ndarray:
    if found.ndim > dims + 1:
        if found.ndim > dims + 2 or len(found) > 1:
            raise PasteError(
                f"An input is (C, {'L' if dims == 1 else 'H, W'}), or one sample of that, not {found.shape}."
            )
        found = found[0]
    while found.ndim < dims + 1:
        found = found[None]
    return found if dims == 2 else found[:, None]


def _rows(text: str) -> list[Any] | None:
    """The numbers as nested lists."""
    if BLOCK.fullmatch(text):
        return _block(text)
    if PRINTED.fullmatch(text):
        text = BETWEEN.sub(",", text)
    try:
        statement = ast.parse(text).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    if len(statement) != 1 or not isinstance(statement[0], ast.Expr | ast.Assign) or statement[0].value is None:
        return None
    value: ast.expr = statement[0].value
    around = isinstance(value, ast.Call)
    if isinstance(value, ast.Call):
        name = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
        if name not in CALLS or not value.args:
            return None
        value = value.args[0]
    if not (isinstance(value, ast.List) or (around and isinstance(value, ast.Tuple))):
        return None
    if not around and any(isinstance(each, ast.Call) for each in value.elts):
        return None  # a list of layers
    return _numbers(value, 0)


def _numbers(node: ast.expr, depth: int) -> Any:
    if isinstance(node, ast.List | ast.Tuple) and depth < 5:
        return [_numbers(each, depth + 1) for each in node.elts]
    sign = 1.0
    if isinstance(node, ast.UnaryOp) and type(node.op) in SIGNS:
        sign, node = SIGNS[type(node.op)], node.operand
    if isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
        return sign * float(min(max(node.value, -1e300), 1e300))
    raise PasteError("An array holds numbers only, like [[0, 1], [2, 3]]; this one holds something else.")


def _block(text: str) -> list[list[float]] | None:
    """A block of a spreadsheet: tabs, semicolons, commas or blanks between numbers, a comma for the point too."""
    cells = "\t" if "\t" in text else ";" if ";" in text else None
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        if cells:
            rows = [[float(part.strip().replace(",", ".")) for part in line.split(cells)] for line in lines]
        else:
            rows = [[float(part) for part in line.replace(",", " ").split()] for line in lines]
    except ValueError:
        return None
    return rows if sum(map(len, rows)) > 1 else None
