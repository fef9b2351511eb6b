// Where every number comes from: reads the taps tables of the payload, computes no index of its own.

/** Number at an index of an array {data, shape}. */
export function at(array, ...index) {
  let flat = 0;
  for (let d = 0; d < index.length; d++) flat = flat * array.shape[d] + index[d];
  return array.data[flat];
}

/** Padded cells that one output cell reads: [{ky, kx, y, x}], rows first. */
export function windowOf(scene, y, x) {
  const { window_y: rows, window_x: columns } = scene.arrays;
  const cells = [];
  for (let ky = 0; ky < rows.shape[1]; ky++) {
    for (let kx = 0; kx < columns.shape[1]; kx++) {
      cells.push({ ky, kx, y: at(rows, y, ky), x: at(columns, x, kx) });
    }
  }
  return cells;
}

/** Input cell [row, column] that a padded cell copies, null when it is a zero. Counted in the whole input. */
export function sourceOf(scene, y, x) {
  const row = scene.arrays.source_y.data[y];
  const column = scene.arrays.source_x.data[x];
  return row < 0 || column < 0 ? null : [row, column];
}

/** Is this padded cell padding rather than the input itself? */
export function isPadding(scene, y, x) {
  const [[top, bottom], [left, right]] = scene.header.stage.inside;
  return y < top || y >= bottom || x < left || x >= right;
}

/** Every padded cell in view that holds the same input cell, itself included. */
export function copiesOf(scene, y, x) {
  const source = sourceOf(scene, y, x);
  if (!source) return [[y, x]];
  const rows = positions(scene.arrays.source_y.data, source[0]);
  const columns = positions(scene.arrays.source_x.data, source[1]);
  return rows.flatMap((r) => columns.map((c) => [r, c]));
}

/**
 * Every output that an input cell feeds, directly or through its copies in the padding,
 * and the weight on the way: [{y, x, ky, kx}]. A zero of the padding feeds only by itself.
 */
export function usesOfInput(scene, y, x) {
  const { window_y: rows, window_x: columns, source_y: sy, source_x: sx } = scene.arrays;
  const source = sourceOf(scene, y, x);
  const down = source ? readers(rows, (p) => sy.data[p] === source[0]) : readers(rows, (p) => p === y);
  const across = source ? readers(columns, (p) => sx.data[p] === source[1]) : readers(columns, (p) => p === x);
  return down.flatMap(([oy, ky]) => across.map(([ox, kx]) => ({ y: oy, x: ox, ky, kx })));
}

/** Every use of one weight: for each output cell the padded cell that it multiplies. */
export function usesOfWeight(scene, ky, kx) {
  const { window_y: rows, window_x: columns } = scene.arrays;
  const uses = [];
  for (let y = 0; y < rows.shape[0]; y++) {
    for (let x = 0; x < columns.shape[0]; x++) {
      uses.push({ y, x, py: at(rows, y, ky), px: at(columns, x, kx) });
    }
  }
  return uses;
}

/**
 * One output cell in numbers: the products of each channel, their sums, what the channels
 * out of view add, the bias, the total, and what torch returned.
 * @param {number} filter position among the filters in view
 */
export function explain(scene, filter, y, x) {
  const { padded, weight, bias, rest, output } = scene.arrays;
  const cells = windowOf(scene, y, x);
  const rows = scene.header.stage.reads[filter].map((channel, slice) => {
    const taps = cells.map((cell) => {
      const value = at(padded, channel, cell.y, cell.x);
      const factor = at(weight, filter, slice, cell.ky, cell.kx);
      return { ...cell, value, factor, product: value * factor };
    });
    return { channel, slice, taps, sum: taps.reduce((sum, tap) => sum + tap.product, 0) };
  });
  const others = rest && scene.header.stage.hidden[filter] ? at(rest, filter, y, x) : null;
  const offset = bias ? at(bias, filter) : null;
  const total = rows.reduce((sum, row) => sum + row.sum, 0) + (others ?? 0) + (offset ?? 0);
  return { rows, rest: others, bias: offset, total, torch: at(output, filter, y, x), agrees: agrees(scene, filter, y, x, rows, others, offset, total) };
}

// torch adds in its own order and precision: the sums agree when they differ by no more than
// rounding can explain, n additions of at most the sum of the absolute terms.
function agrees(scene, filter, y, x, rows, others, offset, total) {
  const torch = at(scene.arrays.output, filter, y, x);
  if (!Number.isFinite(torch)) return Object.is(torch, total) || (Number.isNaN(torch) && Number.isNaN(total));
  const epsilon = scene.arrays.output.data instanceof Float64Array ? 2 ** -52 : 2 ** -23;
  let size = Math.abs(others ?? 0) + Math.abs(offset ?? 0);
  let terms = 2 + (scene.header.stage.hidden[filter] ?? 0);
  for (const row of rows) {
    for (const tap of row.taps) size += Math.abs(tap.product);
    terms += row.taps.length;
  }
  return Math.abs(torch - total) <= epsilon * terms * size + Number.MIN_VALUE;
}

function readers(table, reads) {
  const [outputs, kernel] = table.shape;
  const found = [];
  for (let o = 0; o < outputs; o++) {
    for (let k = 0; k < kernel; k++) if (reads(at(table, o, k))) found.push([o, k]);
  }
  return found;
}

function positions(data, wanted) {
  const found = [];
  for (let i = 0; i < data.length; i++) if (data[i] === wanted) found.push(i);
  return found;
}
