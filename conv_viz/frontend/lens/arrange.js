// How large the cells of a lens are, and how its planes stand. Pure.

const HEIGHT = 480; // of all rows together, CSS pixels
const LABEL = 22; // a plane's label, with the gap below it
const SIGN = 34;
const WIRES = 330;
const GAP = 16; // between two items
const BESIDE = 14; // between two planes of one item
const EDGES = 34; // words at both edges of some planes, in the width and in the height
const MOST = 36; // side of a cell
const LEAST = 3;
export const NARROW = 700; // up to here a row wraps, and each item is as large as it can be read
const READABLE = 22; // up to here a small grid is drawn larger than its neighbours, where there is room

/**
 * The rows of a lens with a cell size for each item.
 * @returns {{show, name, planes?, cell?, columns?}[][]} columns: so many planes stand beside each other
 */
export function arrange(header, arrays, width) {
  const planesOf = (name) => header.planes.find((planes) => planes.array === name);
  const high = HEIGHT / header.rows.length;
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
    return enlarged(placed, cell, left);
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
  const across = shown.reduce((sum, { shape, columns }) => sum + shape[2] * columns, 0);
  const fixed = placed.reduce(
    (sum, item) =>
      sum + (item.planes ? (item.columns - 1) * BESIDE + edges(item) : item.show === "wires" ? WIRES : SIGN),
    (items.length - 1) * GAP,
  );
  const down = Math.min(
    ...shown.map((item) => (high - item.lines * LABEL - edges(item)) / (item.shape[1] * item.lines)),
  );
  const cell = Math.max(LEAST, Math.min(MOST, Math.floor(Math.min((width - fixed) / across, Math.max(down, LEAST)))));
  return { placed, cell, left: width - fixed - across * cell };
}

// An item in a row that wraps: two of them beside each other where that leaves readable cells.
function alone(item, width) {
  const [count, , across] = item.shape;
  const room = width - edges(item);
  const half = Math.floor((room - 2 * GAP) / 2 / across);
  const cell = Math.max(LEAST, Math.min(READABLE, half >= READABLE / 2 ? half : Math.floor((room - GAP) / across)));
  return { ...item, cell, columns: Math.max(1, Math.min(count, Math.floor(room / (across * cell + BESIDE)))) };
}

const edges = ({ planes }) => (planes.edges.length ? EDGES : 0);

function enlarged(placed, cell, room) {
  let left = room;
  return placed.map((item) => {
    if (!item.planes) return item;
    const { shape, columns, lines } = item;
    const wanted = shape[1] * lines <= 9 ? Math.max(cell, Math.min(READABLE, 3 * cell)) : cell;
    const extra = (wanted - cell) * shape[2] * columns;
    if (extra > left) return { ...item, cell };
    left -= extra;
    return { ...item, cell: wanted };
  });
}
