// Sizes and places of what is drawn, in CSS pixels. No DOM.

export const NUMBERS_FROM = 20; // a cell at least this wide carries its number
const FOLD = 620; // below this width rows fold to plane and slice
const PLANE = { few: 192, many: 136 }; // side of an input plane: up to three rows, or more

/**
 * Cell sizes for a scene and a width.
 * @returns {{folded, plane, slice, product: [w, h], output, thumb}} sizes of one cell; thumb: side of a small map
 */
export function layout({ channels, padded, kernel, output, width }) {
  const folded = width < FOLD;
  const side = folded ? Math.min(200, width * 0.5) : channels <= 3 ? PLANE.few : PLANE.many;
  const sliceSide = folded ? width * 0.36 : channels <= 3 ? 116 : 96;
  const room = folded ? width - 8 : Math.max(150, Math.min(252, width - side - sliceSide - 400));
  return {
    folded,
    plane: fit(side, padded, 34),
    slice: fit(sliceSide, kernel, 40),
    product: [clamp(room / kernel[1], 1, 84), clamp(side / kernel[0], 1, 40)],
    output: fit(folded ? Math.min(width - 16, 320) : 232, output, 58),
    thumb: 56,
  };
}

/** Side of one cell so that rows x columns fit into a square; whole pixels when there is room for them. */
export function fit(side, [rows, columns], most) {
  const cell = Math.min(most, side / Math.max(rows, columns));
  return cell >= 4 ? Math.floor(cell) : cell;
}

/** Cell [row, column] under a point of a grid, null outside. */
export function hit(x, y, [rows, columns], [w, h]) {
  const row = Math.floor(y / h);
  const column = Math.floor(x / w);
  return row >= 0 && row < rows && column >= 0 && column < columns ? [row, column] : null;
}

/** Rectangle around some cells: [x, y, width, height]. */
export function around(cells, [w, h]) {
  const rows = cells.map(([r]) => r);
  const columns = cells.map(([, c]) => c);
  const top = Math.min(...rows);
  const left = Math.min(...columns);
  return [left * w, top * h, (Math.max(...columns) - left + 1) * w, (Math.max(...rows) - top + 1) * h];
}

/** The cells after the play head, which are still empty: at most two rectangles. */
export function unvisited(step, [rows, columns], [w, h]) {
  const y = Math.floor(step / columns);
  const x = step % columns;
  const rects = [];
  if (x + 1 < columns) rects.push([(x + 1) * w, y * h, (columns - x - 1) * w, h]);
  if (y + 1 < rows) rects.push([0, (y + 1) * h, columns * w, (rows - y - 1) * h]);
  return rects;
}

/** Where a tip stands: beside the pointer, inside the box. */
export function tipPlace([x, y], [tipWidth, tipHeight], [boxWidth, boxHeight]) {
  const left = x + 16 + tipWidth <= boxWidth ? x + 16 : Math.max(0, x - 16 - tipWidth);
  const top = y + 16 + tipHeight <= boxHeight ? y + 16 : Math.max(0, y - 16 - tipHeight);
  return [left, top];
}

function clamp(value, low, high) {
  return Math.max(low, Math.min(high, Math.floor(value)));
}
