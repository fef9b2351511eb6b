"""What changes from frame to frame: the window, the products and sums, the total, the cell that is written."""

from __future__ import annotations

from conv_viz.export import beside, grids
from conv_viz.export.board import Board
from conv_viz.export.grids import rgb
from conv_viz.export.marks import Box, Frame, Mark, Movable, Part, width_of
from conv_viz.export.numbers import brief, factor, signed
from conv_viz.export.plan import LINE
from conv_viz.export.still import write
from conv_viz.export.terms import ChannelTerms, Terms, terms


def parts(board: Board, y: int, x: int) -> list[Part]:
    """Everything that is seen only while output cell (y, x) is written."""
    found = terms(board.scene, board.filter, y, x)
    shown = [now(board, y, x), words(board, y, x), total(board, found, board.index(y, x))]
    for part in found.channels:
        shown += [window(board, part.channel, y, x), *winner(board, part, y, x), channel_sum(board, part)]
        if board.plan.product[0]:
            shown.append(products(board, part))
    return shown


def written(board: Board, y: int, x: int) -> list[Mark]:
    """An output cell from the moment on when it is known."""
    color = rgb(board.output_colors[y, x])
    marks: list[Mark] = [board.output.filled(y, x, color)]
    if board.output_letters:
        text = signed(board.scene.arrays["output"][board.filter, y, x])
        marks.append(grids.number(board.output, y, x, text, board.output_letters, color))
    return marks


def now(board: Board, y: int, x: int) -> Part:
    """The orange frame of the cell that is written."""
    left, top, w, h = board.output.box(y, x)
    return Part("now", left, top, (beside.framed(board, w, h, min(w, h)),))


def window(board: Board, channel: int, y: int, x: int) -> Part:
    """The window in a plane, each tap in its weight's colour; where there are no weights, in a quiet one."""
    place = board.plane(channel)
    rows, columns = board.scene.arrays["window_y"][y], board.scene.arrays["window_x"][x]
    top, left = int(rows.min()), int(columns.min())
    x0, y0, w, h = place.box(top, left, int(rows.max()) - top + 1, int(columns.max()) - left + 1)
    marks: list[Movable] = []
    side = place.cell[0]
    if side >= grids.GAP_FROM:
        colors = board.weight_colors[board.reads.index(channel)] if board.weighted else None
        inset = board.plan.px(2 if side >= 14 else 1)
        for ky, row in enumerate(rows):
            for kx, column in enumerate(columns):
                cx, cy = int(column - left) * side + inset, int(row - top) * side + inset
                length = side - 2 * inset
                color = board.theme.faint if colors is None else rgb(colors[ky, kx])
                marks.append(Frame(cx, cy, length, length, color, board.plan.px(2)))
    marks.append(beside.framed(board, w, h, side))
    return Part(f"window {channel}", x0, y0, tuple(marks))


def winner(board: Board, part: ChannelTerms, y: int, x: int) -> list[Part]:
    """The accent's frame around the cell that a max pool has chosen."""
    place = board.plane(part.channel)
    side = place.cell[0]
    if part.won is None or side < grids.GAP_FROM:
        return []
    row, column = board.scene.arrays["window_y"][y, part.won[0]], board.scene.arrays["window_x"][x, part.won[1]]
    x0, y0, w, h = place.box(int(row), int(column))
    inset = board.plan.px(2 if side >= 14 else 1)
    frame = Frame(inset, inset, w - 2 * inset, h - 2 * inset, board.theme.accent, board.plan.px(2))
    return [Part(f"winner {part.channel}", x0, y0, (frame,))]


def products(board: Board, part: ChannelTerms) -> Part:
    """The products of a channel, tap by tap; of a pool the values, the largest framed where it stays."""
    place = board.products(part.channel)
    power = board.stage["reduce"]["power"]
    boxes, texts = beside.products(
        board, part.channel, part.products, part.counts, lambda ky, kx: _lines(part, ky, kx, power)
    )
    if part.won is not None:
        x, y, w, h = place._replace(x=0, y=0).box(*part.won)
        boxes.append(Frame(x, y, w, h, board.theme.accent, board.plan.px(3)))
    return Part(f"products {part.channel}", place.x, place.y, (*boxes, *texts))


def _lines(part: ChannelTerms, ky: int, kx: int, power: float) -> tuple[str, str]:
    """value × weight, and the product; of a pool the value alone, or with its power and what that is."""
    if part.factors is None:
        value = part.values[ky, kx]
        return (
            ("", brief(value, 3)) if power == 1 else (f"{factor(value)} ^ {power:g}", signed(part.products[ky, kx], 3))
        )
    return f"{factor(part.values[ky, kx])} × {signed(part.factors[ky, kx])}", signed(part.products[ky, kx], 3)


def channel_sum(board: Board, part: ChannelTerms) -> Part:
    """The sum of a channel's products, or the largest of them, in its box."""
    return beside.boxed(board, "sum", part.channel, signed(part.sum, 4))


def total(board: Board, found: Terms, index: str) -> Part:
    """What channels out of view add, what the sum is divided by, and torch's number, below the sums."""
    right, y = board.total
    px, theme = board.plan.px, board.theme
    marks: list[Movable] = []
    line = 0

    def add(label: str, value: str) -> None:
        marks.append(write(board, -px(80), line, label, anchor="r"))
        marks.append(write(board, 0, line, value, 12, theme.text, "r", mono=True))

    if found.rest is not None:
        add(f"{board.stage['hidden'][board.filter]} channels not in view", signed(found.rest, 4))
        line += px(LINE)
    line += px(LINE) if found.bias is not None else 0
    for label, value in found.after:
        add(label, value)
        line += px(LINE)
    number = write(board, 0, line + px(6), signed(found.output, 4), 15, theme.now, "r", bold=True, mono=True)
    wide = round(max(width_of(number.text, number.size, mono=True), px(76)))
    marks += [
        Box(-wide, line - px(12), wide, px(2), theme.faint),
        write(board, -wide - px(8), line + px(5), index, 12, anchor="r"),
        number,
    ]
    return Part("total", right, y, tuple(marks))


def words(board: Board, y: int, x: int) -> Part:
    """Which step of how many."""
    rows, columns = board.shape
    text = f"step {y * columns + x + 1} of {rows * columns}"
    return Part("words", board.output.x, board.below_output, (write(board, 0, 0, text, 11, mono=True),))
