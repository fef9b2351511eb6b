// How large the cells of a lens are, and how its planes stand. Pure.

// What an item is called, with the gap below it, CSS pixels.
const TITLE = 22;
// Of a title or a label.
const LETTER = 6;
// Left and right of a row, for the frames of its outer cells.
const RIM = 6;
// A plane's label, with the gap below it.
const LABEL = 16;
// Between a plane and the one under it.
const UNDER = 6;
// At least so wide, by lens.css, and so much a letter.
const SIGN = [20, 10];
const WIRES = 330;
// Between two items.
const GAP = 16;
// Between two planes of one item.
const BESIDE = 14;
// Words at both edges of some planes, in the width and in the height.
const EDGES = 34;
// Side of a cell.
const MOST = 36;
const LEAST = 3;
// Up to here a row wraps, and each item is as large as it can be read.
export const NARROW = 700;
// Up to here a small grid is drawn larger than its neighbours, where there is room.
const READABLE = 22;

/**
 * The rows of a lens with a cell size for each item.
 * @param {number} height of all rows together, CSS pixels
 * @returns {{show, name, planes?, cell?, columns?}[][]} columns: so many planes stand beside each other
 */
export function arrange(header, arrays, width, height) {
  const planesOf = (name) => header.planes.find((planes) => planes.array === name);
  const high = (height + GAP) / header.rows.length - GAP;
  return header.rows.map((row) => {
    const items = row.map((item) =>
      item.show === "planes"
        ? { ...item, planes: planesOf(item.name), shape: arrays[item.name].shape.slice(-3) }
        : item,
    );
    if (width <= NARROW) return items.map((item) => (item.planes ? alone(item, width) : item));
    const most = Math.max(...items.map((item) => item.shape?.[0] ?? 1));
    const tries = Array.from({ length: Math.min(most, 12) }, (_, i) => laid(items, i + 1, width, high));
    const { placed, cell, left } = tries.reduce((best, next) => (next.cell > best.cell ? next : best));
    return enlarged(placed, cell, left, high);
  });
}

// The row with at most so many planes beside each other, the cell that fits, and the width that is left.
function laid(items, abreast, width, high) {
  const placed = items.map((item) => {
    if (!item.planes) return item;
    const columns = Math.min(item.shape[0], abreast);
    return { ...item, columns, lines: Math.ceil(item.shape[0] / columns) };
  });
  const shown = placed.filter((item) => item.planes);
  const between = (items.length - 1) * GAP + RIM;
  const wide = (cell) => placed.reduce((sum, item) => sum + across(item, cell), between);
  const down = Math.min(...shown.map((item) => deepest(item, high)));
  let cell = Math.max(LEAST, Math.min(MOST, Math.floor(down)));
  while (cell > LEAST && wide(cell) > width) cell--;
  return { placed, cell, left: width - wide(cell) };
}

// An item in a row that wraps: two of them beside each other where that leaves readable cells.
function alone(item, width) {
  const [count, , across] = item.shape;
  const room = width - edges(item);
  const half = Math.floor((room - 2 * GAP) / 2 / across);
  const cell = Math.max(LEAST, Math.min(READABLE, half >= READABLE / 2 ? half : Math.floor((room - GAP) / across)));
  return { ...item, cell, columns: Math.max(1, Math.min(count, Math.floor(room / (across * cell + BESIDE)))) };
}

// The side of a cell with which an item is just so high.
function deepest({ planes, shape, lines }, high) {
  const labels = shape[0] > 1 && planes.labels.length ? lines * LABEL : 0;
  return (high - TITLE - labels - (lines - 1) * UNDER - edges({ planes })) / (shape[1] * lines);
}

// How wide an item is; its title and labels may be wider than its planes.
function across(item, cell) {
  if (item.show === "wires") return WIRES;
  if (!item.planes) return Math.max(SIGN[0], SIGN[1] * item.name.length);
  const { planes, shape, columns } = item;
  const label = shape[0] > 1 ? LETTER * Math.max(0, ...planes.labels.map((name) => name.length)) : 0;
  const abreast = columns * Math.max(cell * shape[2], label) + (columns - 1) * BESIDE + edges(item);
  return Math.max(abreast, LETTER * planes.title.length);
}

const edges = ({ planes }) => (planes.edges.length ? EDGES : 0);

// Small grids are drawn larger where there is room: all of them to one size, so that two that are compared look alike.
function enlarged(placed, cell, room, high) {
  const most = (item) => (item.shape[1] <= 9 ? Math.min(READABLE, 3 * cell, Math.floor(deepest(item, high))) : cell);
  const sized = (size) =>
    placed.map((item) => (item.planes ? { ...item, cell: Math.max(cell, Math.min(size, most(item))) } : item));
  const extra = (items) =>
    items.reduce((sum, item) => sum + (item.planes ? across(item, item.cell) - across(item, cell) : 0), 0);
  let size = READABLE;
  while (size > cell && extra(sized(size)) > room) size--;
  return sized(size);
}
