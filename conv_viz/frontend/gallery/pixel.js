// One pixel of a feature map and the window that made it, looked up in the taps tables. No DOM.
import { at } from "../scene/lookup.js";

/**
 * The part of a gallery scene that one output cell needs, as a scene that `explain` in lookup.js reads:
 * its window as the whole padded input, its value as the whole output.
 * @returns {any} what `explain` looks at is there, and no more
 */
export function pixelScene({ header, arrays }, y, x) {
  const {
    planes,
    low,
    high,
    channels,
    index,
    kernel: [kh, kw],
    reduce,
  } = header.detail;
  const empty = reduce.join === "max" ? -Infinity : 0;
  const rows = span(arrays.window_y, y);
  const columns = span(arrays.window_x, x);
  const data = new Float32Array(planes.length * rows.length * columns.length);
  let i = 0;
  for (const plane of planes) {
    for (const row of rows)
      for (const column of columns) data[i++] = padded(arrays, plane, row, column, low, high, empty);
  }
  return {
    header: { stage: { reads: [planes.map((_, c) => c)], hidden: [0], first: channels[0], filter: index, reduce } },
    arrays: {
      padded: { data, shape: [planes.length, kh, kw] },
      weight: arrays.weight,
      bias: arrays.bias,
      output: { data: Float32Array.of(at(arrays.output, y, x)), shape: [1, 1, 1] },
      window_y: { data: rows.map((_, k) => k), shape: [1, kh] },
      window_x: { data: columns.map((_, k) => k), shape: [1, kw] },
      ...(arrays.counted_y && { counted_y: counted(arrays.counted_y, y), counted_x: counted(arrays.counted_x, x) }),
    },
  };
}

const counted = (array, output) => ({ data: Int32Array.of(at(array, output)), shape: [1] });

/** A padded cell as the layer reads it: zero, of a max pool -∞, or a pixel scaled to 0..1 in float32, as Picture.unit() in pixels.py. */
export function padded({ pixels, source_y, source_x }, plane, row, column, low, high, empty = 0) {
  const [y, x] = [source_y.data[row], source_x.data[column]];
  if (y < 0 || x < 0) return empty;
  const value = at(pixels, plane, y, x);
  const moved = low ? Math.fround(value - Math.fround(low)) : value;
  return high - low === 1 ? moved : Math.fround(moved / Math.fround(high - low));
}

/** Where the window of an output cell lies over the input, in input cells: [x, y, width, height]; padding is outside. */
export function windowBox({ header, arrays }, y, x) {
  const [before_y, before_x] = header.detail.padding;
  const rows = span(arrays.window_y, y);
  const columns = span(arrays.window_x, x);
  const [down, across] = header.detail.holes; // input cells lie so far apart in a transposed convolution
  const [top, left] = [(rows[0] - before_y) / down, (columns[0] - before_x) / across];
  return [
    left,
    top,
    (columns[columns.length - 1] - columns[0]) / across + 1,
    (rows[rows.length - 1] - rows[0]) / down + 1,
  ];
}

const span = (table, output) => Array.from({ length: table.shape[1] }, (_, k) => at(table, output, k));
