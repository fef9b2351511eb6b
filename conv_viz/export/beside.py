"""What both moving pictures show beside the planes: a channel's products, the box behind them, the accent's frame."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from conv_viz.export import grids
from conv_viz.export.board import Board
from conv_viz.export.grids import rgb
from conv_viz.export.marks import Frame, Movable, Part, Text, centred, fitting


def products(
    board: Board, channel: int, found: np.ndarray, counts: np.ndarray, lines: Callable[[int, int], tuple[str, str]]
) -> tuple[list[Movable], list[Text]]:
    """Boxes and texts of products (kH, kW); slanted lines where one does not count; `lines` says what stands in it."""
    origin = board.products(channel)._replace(x=0, y=0)
    colors = board.scales["product"](found)
    boxes: list[Movable] = []
    texts: list[Text] = []
    for ky, kx in np.ndindex(*found.shape):
        if not counts[ky, kx]:
            boxes.append(grids.slanted(origin.box(ky, kx), board.plan.zoom, board.theme))
            continue
        color = rgb(colors[ky, kx])
        if color != board.theme.background:
            boxes.append(origin.filled(ky, kx, color))
        texts += grids.product(origin.box(ky, kx), *lines(ky, kx), color, board.plan.zoom)
    texts.sort(key=lambda text: (text.bold, text.size, text.color))  # alike beside alike: that makes an SVG smaller
    return boxes, texts


def boxed(board: Board, name: str, channel: int, text: str) -> Part:
    """A text in the box of a channel's sum."""
    x, y, width, height = board.sum(channel)
    theme, zoom = board.theme, board.plan.zoom
    size = fitting(text, 12 * zoom, width - 10 * zoom, mono=True)
    baseline = centred(height / 2, size)
    mark = Text(width - round(7 * zoom), baseline, text, size, theme.text, theme.background, "r", True, True)
    return Part(f"{name} {channel}", x, y, (mark,))


def framed(board: Board, w: int, h: int, cell: int = 14) -> Frame:
    """The accent's frame around w x h pixels at (0, 0), thinner around small cells."""
    out, width = board.plan.px(1), board.plan.px(3 if cell >= 14 else 2)
    return Frame(-out, -out, w + 2 * out, h + 2 * out, board.theme.accent, width)
