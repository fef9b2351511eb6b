// One pixel of a feature map and the window that made it, looked up in the taps tables. No DOM.
import { at } from "./lookup.js";

/**
 * The part of a gallery scene that one output cell needs, as a scene that `explain` in lookup.js reads:
 * its window as the whole padded input, its value as the whole output.
 */
export function pixelScene({ header, arrays }, y, x) {
  const { planes, low, high, channels, index } = header.detail;
  const rows = span(arrays.window_y, y);
  const columns = span(arrays.window_x, x);
  const data = new Float32Array(planes.length * rows.length * columns.length);
  let i = 0;
  for (const plane of planes) {
    for (const row of rows) for (const column of columns) data[i++] = padded(arrays, plane, row, column, low, high);
  }
  const [, , kh, kw] = arrays.weight.shape;
  return {
    header: { stage: { reads: [planes.map((_, c) => c)], hidden: [0], first: channels[0], filter: index } },
    arrays: {
      padded: { data, shape: [planes.length, kh, kw] },
      weight: arrays.weight,
      bias: arrays.bias,
      output: { data: Float32Array.of(at(arrays.output, y, x)), shape: [1, 1, 1] },
      window_y: { data: rows.map((_, k) => k), shape: [1, kh] },
      window_x: { data: columns.map((_, k) => k), shape: [1, kw] },
    },
  };
}

/** A padded cell as the layer reads it: zero, or a pixel scaled to 0..1 in float32, as Picture.unit() in images.py. */
export function padded({ pixels, source_y, source_x }, plane, row, column, low, high) {
  const [y, x] = [source_y.data[row], source_x.data[column]];
  if (y < 0 || x < 0) return 0;
  const value = at(pixels, plane, y, x);
  const moved = low ? Math.fround(value - Math.fround(low)) : value;
  return high - low === 1 ? moved : Math.fround(moved / Math.fround(high - low));
}

/** Where the window of an output cell lies over the input, in input cells: [x, y, width, height]; padding is outside. */
export function windowBox({ header, arrays }, y, x) {
  const [before_y, before_x] = header.detail.padding;
  const rows = span(arrays.window_y, y);
  const columns = span(arrays.window_x, x);
  const [top, left] = [rows[0] - before_y, columns[0] - before_x];
  return [left, top, columns.at(-1) - before_x + 1 - left, rows.at(-1) - before_y + 1 - top];
}

const span = (table, output) => Array.from({ length: table.shape[1] }, (_, k) => at(table, output, k));
