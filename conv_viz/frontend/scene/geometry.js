// Sizes and places of what is drawn, in CSS pixels. No DOM.

export const NUMBERS_FROM = 20; // a cell at least this wide carries its number
const BLOCK_CELL = 38; // side of a weight's cell where there is room
const LEAST_BLOCK = 9; // a kernel is at least so high
const GAPS = [
  [12, 10],
  [6, 5],
  [3, 2],
]; // a cell at least so wide, with so much room between two blocks
const NEAR = 24; // so far from the pointer a tip in a corner stays

/**
 * Side of one cell so that rows x columns fit into a square; whole pixels when there is room for them.
 * @param {number} side of the square @param {number[]} size rows and columns @param {number} most
 */
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

/** What a point of a grid of blocks meets: [block row, block column, row, column], null outside and, unless `near`, in a gap. */
export function blockAt(x, y, { blocks, kernel, cell, gap }, near = false) {
  const along = (at, count, cells, size, between) => {
    const step = cells * size + between;
    const block = Math.floor(at / step);
    const inner = Math.floor((at - block * step) / size);
    return block >= 0 && block < count && (near || inner < cells) ? [block, Math.min(inner, cells - 1)] : null;
  };
  const row = along(y, blocks[0], kernel[0], cell[1], gap[1]);
  const column = along(x, blocks[1], kernel[1], cell[0], gap[0]);
  return row && column ? [row[0], column[0], row[1], column[1]] : null;
}

/**
 * Side of a cell and room between blocks, so that the blocks fit into a width and, as long as a cell
 * keeps a size that can be seen, into a height.
 */
export function blockLayout([rows, columns], [kh, kw], width, height) {
  const cellFor = (gap) => {
    const wide = (width - (columns - 1) * gap) / (columns * kw);
    const high = (height - (rows - 1) * gap) / (rows * kh);
    const side = Math.min(BLOCK_CELL, wide, Math.max(high, LEAST_BLOCK / kh));
    return side >= 4 ? Math.floor(side) : side;
  };
  const gap = GAPS.find(([least, gap]) => cellFor(gap) >= least)?.[1] ?? 1;
  return { cell: Math.max(cellFor(gap), 0.5), gap };
}

/**
 * Rectangle around some cells: [x, y, width, height].
 * @param {number[][]} cells @param {number[]} size of a cell
 */
export function around(cells, [w, h]) {
  const rows = cells.map(([r]) => r);
  const columns = cells.map(([, c]) => c);
  const top = Math.min(...rows);
  const left = Math.min(...columns);
  return [left * w, top * h, (Math.max(...columns) - left + 1) * w, (Math.max(...rows) - top + 1) * h];
}

/** The cells after the play head, which are still empty: at most two rectangles. */
export function unvisited(step, [rows, columns], [w, h]) {
  if (step < 0) return [[0, 0, columns * w, rows * h]]; // the first one is being added up
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

/**
 * Where a tip stands that keeps its place: in a corner of the box, the lower right one unless the pointer is there.
 * @param {number[]|null} pointer [x, y] @param {number[]} tip width and height @param {number[]} box [x, y, w, h]
 */
export function cornerPlace(pointer, [width, height], [left, top, across, down]) {
  const [right, bottom] = [left + across - width, top + down - height];
  const corners = [
    [right, bottom],
    [left, bottom],
    [right, top],
  ];
  const covers = (/** @type {number[]} */ [x, y]) =>
    pointer &&
    pointer[0] > x - NEAR &&
    pointer[0] < x + width + NEAR &&
    pointer[1] > y - NEAR &&
    pointer[1] < y + height + NEAR;
  return corners.find((corner) => !covers(corner)) ?? corners[2];
}
