// Sizes and places of what is drawn, in CSS pixels. No DOM.

export const NUMBERS_FROM = 20; // a cell at least this wide carries its number
const FOLD = 620; // below this width rows fold to plane and slice
const ROOMY = 1000; // from here a lone plane is drawn larger
const ROOM_FOR_FEW = 690; // and from here up to four
const SIDES = { one: [280, 120], few: [186, 108], many: [150, 84] }; // plane and slice: one row, up to four, or more
const OUTPUT = 216; // side of the output
const BETWEEN = 214; // the sum, and the gaps of a row and beside the output
const BLOCK_CELL = 38; // side of a weight's cell where there is room
const LEAST_BLOCK = 9; // a kernel is at least so high
const BAND = 13; // the bar of a group beside a plane
const LEAST_PRODUCTS = 96; // narrower than this, the products are left out

/**
 * Cell sizes for a scene and a width.
 * @returns {{folded, plane, slice, product: [w, h]|null, output, thumb}} sizes of one cell; thumb: side of a small map
 */
export function layout({ channels, padded, kernel, output, width: whole, banded = false }) {
  const width = whole - (banded ? BAND : 0);
  if (width < FOLD) return foldedLayout({ padded, kernel, output, width });
  const few = channels <= 4 && width >= ROOM_FOR_FEW;
  const [plane, slice] = channels === 1 && width >= ROOMY ? SIDES.one : few ? SIDES.few : SIDES.many;
  const room = Math.min(252, width - plane - slice - OUTPUT - BETWEEN);
  return {
    folded: false,
    plane: fit(plane, padded, 34),
    slice: fit(slice, kernel, 38),
    product: room < LEAST_PRODUCTS ? null : product(room, plane, kernel),
    output: fit(OUTPUT, output, 54),
    thumb: 46,
  };
}

function foldedLayout({ padded, kernel, output, width }) {
  return {
    folded: true,
    plane: fit(Math.min(220, width * 0.54), padded, 34),
    slice: fit(width * 0.34, kernel, 40),
    product: product(width - 8, 160, kernel),
    output: fit(Math.min(width - 16, 320), output, 58),
    thumb: 46,
  };
}

// Whole pixels where a cell has room for them.
function product(width, height, kernel) {
  const [w, h] = [Math.min(84, width / kernel[1]), Math.min(38, height / kernel[0])];
  return [w >= 4 ? Math.floor(w) : w, h >= 4 ? Math.floor(h) : h];
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
  for (const [least, gap] of [[12, 10], [6, 5], [3, 2], [0, 1]]) {
    const wide = (width - (columns - 1) * gap) / (columns * kw);
    const high = (height - (rows - 1) * gap) / (rows * kh);
    const side = Math.min(BLOCK_CELL, wide, Math.max(high, LEAST_BLOCK / kh));
    const cell = side >= 4 ? Math.floor(side) : side;
    if (cell >= least) return { cell: Math.max(cell, 0.5), gap };
  }
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
