// A transposed convolution read from its input: where the products of each cell land, and what has arrived so far.
// The tables are those of conv_viz/scenes/scatter.py; no index of the layer is computed here.
import { at } from "./lookup.js";

const CUT_OFF = -1; // as in conv_viz/scenes/scatter.py; a smaller number is an output cell that is not in view

/** Rows and columns of the input in view. */
export const inputShape = (scene) => [scene.arrays.input_y.data.length, scene.arrays.input_x.data.length];

/** A weight at [row, column] of torch's own kernel: the scene holds it turned round, as the other picture draws it. */
export function weightAt(scene, filter, slice, ky, kx) {
  const [rows, columns] = scene.header.stage.kernel;
  return at(scene.arrays.weight, filter, slice, rows - 1 - ky, columns - 1 - kx);
}

/** The number of an input cell in view. */
export function inputAt(scene, channel, i, j) {
  return at(scene.arrays.padded, channel, scene.arrays.input_y.data[i], scene.arrays.input_x.data[j]);
}

/** Row and column of an input cell in view, counted in the whole input. */
export function placeOf(scene, i, j) {
  const { input_y, input_x, source_y, source_x } = scene.arrays;
  return [source_y.data[input_y.data[i]], source_x.data[input_x.data[j]]];
}

/** Where an input cell lands: [{ky, kx, y, x, cut}], rows first; `y` and `x` are negative where that is not in view. */
export function landsOf(scene, i, j) {
  const { lands_y: rows, lands_x: columns } = scene.arrays;
  const lands = [];
  for (let ky = 0; ky < rows.shape[1]; ky++) {
    for (let kx = 0; kx < columns.shape[1]; kx++) {
      const [y, x] = [at(rows, i, ky), at(columns, j, kx)];
      lands.push({ ky, kx, y, x, cut: y === CUT_OFF || x === CUT_OFF, seen: y >= 0 && x >= 0 });
    }
  }
  return lands;
}

/** One input cell in numbers: each channel's value times its kernel, where that lands, and how many products are kept. */
export function spreadOf(scene, filter, i, j) {
  const lands = landsOf(scene, i, j);
  const rows = scene.header.stage.reads[filter].map((channel, slice) => {
    const value = inputAt(scene, channel, i, j);
    const taps = lands.map((tap) => {
      const factor = weightAt(scene, filter, slice, tap.ky, tap.kx);
      return { ...tap, value, factor, product: value * factor };
    });
    return { channel, slice, taps };
  });
  return { rows, lands, kept: lands.filter(({ cut }) => !cut).length, cell: [i, j] };
}

/** The input cells that reach an output cell, in the order in which they are spread: [{i, j, ky, kx}]. */
export function arrivals(scene, y, x) {
  const along = (table, wanted) => {
    const found = [];
    for (let i = 0; i < table.shape[0]; i++) {
      for (let k = 0; k < table.shape[1]; k++) if (at(table, i, k) === wanted) found.push([i, k]);
    }
    return found;
  };
  const across = along(scene.arrays.lands_x, x);
  return along(scene.arrays.lands_y, y).flatMap(([i, ky]) => across.map(([j, kx]) => ({ i, j, ky, kx })));
}

/** How many products of one channel an output cell adds up. */
export const reached = (scene, y, x) => scene.arrays.reached_y.data[y] * scene.arrays.reached_x.data[x];

/**
 * What the output holds after the input cells up to number `step`; goes on from `before`, the result for an earlier step.
 * `left` counts the input cells that are still to come; a cell for which none is holds torch's own number.
 * @param {ReturnType<typeof begin>|null} before
 */
export function soFar(scene, filter, step, before = null) {
  const [, rows, columns] = scene.arrays.output.shape;
  const wide = inputShape(scene)[1];
  const next = before && before.filter === filter && before.step <= step ? before : begin(scene, filter, rows, columns);
  const { sums, left } = next;
  for (let s = next.step + 1; s <= step; s++) {
    const spread = spreadOf(scene, filter, Math.floor(s / wide), s % wide);
    for (const tap of spread.lands) if (tap.seen) left[tap.y * columns + tap.x]--;
    for (const { taps } of spread.rows)
      for (const tap of taps) if (tap.seen) sums[tap.y * columns + tap.x] += tap.product;
  }
  return { ...next, step };
}

function begin(scene, filter, rows, columns) {
  const { bias, rest } = scene.arrays;
  const sums = new Float64Array(rows * columns).fill(bias ? at(bias, filter) : 0);
  const left = new Int32Array(rows * columns);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      left[y * columns + x] = reached(scene, y, x);
      if (rest) sums[y * columns + x] += at(rest, filter, y, x);
    }
  }
  return { filter, step: -1, sums, left };
}

/** The number of an output cell after that, null where nothing has arrived yet. */
export function arrived(scene, { filter, sums, left }, y, x) {
  const cell = y * scene.arrays.output.shape[2] + x;
  if (!left[cell]) return at(scene.arrays.output, filter, y, x);
  return left[cell] < reached(scene, y, x) ? sums[cell] : null;
}
