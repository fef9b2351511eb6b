// The pen of a drawing on a few cells: how much ink a stroke leaves, as pure functions. Cells hold 0 to 16.

export const INK = 16;
const FULL = 0.35; // distance from the middle of a cell, in cells, up to which it becomes full ...
const NONE = 1.05; // ... and from which it stays as it is

/** Ink of a cell whose middle is so far from the pen, in cells. */
export function ink(distance) {
  return Math.round(INK * Math.max(0, Math.min(1, (NONE - distance) / (NONE - FULL))));
}

/**
 * The cells after a stroke between two points [x, y], in cells from the upper left corner.
 * @param {number[]} cells side * side numbers, row by row
 * @param {number} side
 * @param {number[]} from
 * @param {number[]} to
 */
export function stroke(cells, side, from, to) {
  return cells.map((before, i) => {
    const middle = [(i % side) + 0.5, Math.floor(i / side) + 0.5];
    return Math.max(before, ink(distance(middle, from, to)));
  });
}

/** The cells with one of them emptied if it is more than half full, else filled. */
export function toggled(cells, at) {
  return cells.map((before, i) => (i === at ? (before > INK / 2 ? 0 : INK) : before));
}

/** The cell that an arrow key leads to from `at`; the same one at the edge, null for another key. */
export function next(at, key, side) {
  const [row, column] = [Math.floor(at / side), at % side];
  const moves = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
  };
  if (!(key in moves)) return null;
  const [r, c] = moves[key].map((i) => Math.max(0, Math.min(side - 1, i)));
  return r * side + c;
}

/** How far a point is from the line between two others.
 * @param {number[]} point @param {number[]} from @param {number[]} to
 */
function distance(point, from, to) {
  const [[x, y], [x0, y0], [x1, y1]] = [point, from, to];
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const t = length ? Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / length)) : 0;
  return Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
}
