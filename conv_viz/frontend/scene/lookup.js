// Where every number comes from: reads the taps tables of the payload, computes no index of its own.
import { agree, rootBound, roundingBound } from "./rounding.js";

/** @typedef {import("../scene.d.ts").Drawn} Scene */

/**
 * Number at an index of an array.
 * @param {import("../scene.d.ts").NumberArray} array @param {...number} index
 */
export function at(array, ...index) {
  let flat = 0;
  for (let d = 0; d < index.length; d++) flat = flat * array.shape[d] + index[d];
  return array.data[flat];
}

/**
 * Padded cells that one output cell reads: [{ky, kx, y, x}], rows first.
 * @param {Scene} scene
 */
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

/**
 * Input cell [row, column] that a padded cell copies, null when it is a zero. Counted in the whole input.
 * @param {Scene} scene
 */
export function sourceOf(scene, y, x) {
  const row = scene.arrays.source_y.data[y];
  const column = scene.arrays.source_x.data[x];
  return row < 0 || column < 0 ? null : [row, column];
}

/**
 * Is this padded cell padding rather than the input itself?
 * @param {Scene} scene
 */
export function isPadding(scene, y, x) {
  const [[top, bottom], [left, right]] = scene.header.stage.inside;
  return y < top || y >= bottom || x < left || x >= right;
}

/**
 * What a padded cell is: "input", "copy" of an input cell, "zero" of the padding, "hole" between two input cells of a
 * transposed convolution, or "beyond" the padded input, where a pool's last window may reach and nothing counts.
 * @param {Scene} scene
 */
export function kindOf(scene, y, x) {
  const { cells_y: rows, cells_x: columns } = scene.arrays;
  return scene.header.stage.cells[Math.max(rows.data[y], columns.data[x])]; // in the order in which one hides another
}

/**
 * Is there a number in a padded cell? What lies beyond never counts, and a hole's zero is drawn as a dot.
 * @param {Scene} scene
 */
export const hasNumber = (scene, y, x) => !["hole", "beyond"].includes(kindOf(scene, y, x));

/**
 * Every padded cell in view that holds the same input cell, itself included.
 * @param {Scene} scene
 */
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
 * @param {Scene} scene
 */
export function usesOfInput(scene, y, x) {
  const { window_y: rows, window_x: columns, source_y: sy, source_x: sx } = scene.arrays;
  const source = sourceOf(scene, y, x);
  const down = source ? readers(rows, (p) => sy.data[p] === source[0]) : readers(rows, (p) => p === y);
  const across = source ? readers(columns, (p) => sx.data[p] === source[1]) : readers(columns, (p) => p === x);
  return down.flatMap(([oy, ky]) => across.map(([ox, kx]) => ({ y: oy, x: ox, ky, kx })));
}

/**
 * Every use of one weight: for each output cell the padded cell that it multiplies.
 * @param {Scene} scene
 */
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
 * out of view add, the bias, what is done with the sum then (`after`), the total, what torch returned, and whether the
 * two agree up to rounding. A pool has no factors: its window's values, or powers of them, are added, or the largest
 * stays, and the tap that torch chose says `won`.
 * @param {number} filter position among the filters in view
 * @param {Scene} scene
 */
export function explain(scene, filter, y, x) {
  const { padded, weight, bias, rest, output, winner } = scene.arrays;
  const { reduce, reads, hidden } = scene.header.stage;
  const { join, times, power } = reduce;
  const single = output.data instanceof Float32Array;
  const cells = windowOf(scene, y, x);
  const won = winner ? at(winner, filter, y, x) : -1;
  const rows = reads[filter].map((channel, slice) => {
    const taps = cells.map((cell, tap) => {
      const value = at(padded, channel, cell.y, cell.x);
      const factor = weight ? at(weight, filter, slice, cell.ky, cell.kx) : 1;
      return { ...cell, value, factor, product: raised(value * factor, power, single), won: tap === won };
    });
    return {
      channel,
      slice,
      taps,
      sum: join === "max" ? largest(taps) : taps.reduce((sum, tap) => sum + tap.product, 0),
    };
  });
  const others = rest && hidden[filter] ? at(rest, filter, y, x) : null;
  const offset = bias ? at(bias, filter) : null;
  const share = times / (divisorOf(scene, y, x) ?? 1);
  const sum = (rows.reduce((sum, row) => sum + row.sum, 0) + (others ?? 0) + (offset ?? 0)) * share;
  const total = power === 1 ? sum : sum ** (1 / power);
  const torch = at(output, filter, y, x);
  const { terms, size } = added(scene, filter, rows, offset);
  const ofSum = join === "max" ? 0 : roundingBound(terms, size, single) * Math.abs(share);
  const bound = power === 1 ? ofSum : rootBound(sum, ofSum, power, single);
  const after = afterwards(scene, y, x);
  return { rows, rest: others, bias: offset, after, total, torch, bound, agrees: agree(total, torch, bound) };
}

/** A product to a power, as precise as torch has it. */
function raised(product, power, single) {
  if (power === 1) return product;
  return single ? Math.fround(product ** power) : product ** power;
}

/**
 * What is done with the sum of a window, in words and a number: [["divided by", "9"], ["to the power", "1/2"]].
 * @param {Scene} scene
 * @returns {[string, string][]}
 */
export function afterwards(scene, y, x) {
  const { times, power } = scene.header.stage.reduce;
  const divisor = divisorOf(scene, y, x);
  const done = /** @type {[string, string][]} */ ([]);
  if (times === 1 || divisor !== times) {
    if (divisor !== null) done.push(["divided by", String(divisor)]);
    if (times !== 1) done.push(["times", String(times)]);
  }
  if (power !== 1) done.push(["to the power", `1/${power}`]);
  return done;
}

/**
 * What the sum of a window is divided by; null where nothing divides it.
 * @param {Scene} scene
 */
export function divisorOf(scene, y, x) {
  const { counted_y: rows, counted_x: columns } = scene.arrays;
  return rows ? at(rows, y) * at(columns, x) : null;
}

/** The largest value of a window; as in torch, a value that is no number wins. */
function largest(taps) {
  return taps.reduce((most, tap) => (tap.value > most || Number.isNaN(tap.value) ? tap.value : most), -Infinity);
}

// All numbers that torch adds up for one output cell count, those out of view too: {terms, size} of `roundingBound`.
function added(scene, filter, rows, offset) {
  const { rest_size: hiddenSize, window_y: down, window_x: across } = scene.arrays;
  const { hidden } = scene.header.stage;
  let size = Math.abs(offset ?? 0) + (hidden[filter] ? at(hiddenSize, filter) : 0);
  for (const row of rows) for (const tap of row.taps) size += Math.abs(tap.product);
  return { terms: (rows.length + hidden[filter]) * down.shape[1] * across.shape[1] + (offset === null ? 0 : 1), size };
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
