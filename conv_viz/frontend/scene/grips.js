// Where the stage can be gripped: a dot outside the cells for each control that can be pulled there. In CSS pixels; pure.
// What a grip is about is framed while it is used: looked up in the taps tables of the picture that is shown.

import { at } from "./lookup.js";

/** @typedef {Record<string, import("../scene.d.ts").Handle>} Handles the controls, by name */
/**
 * @typedef {{name: string, on: "plane"|"slice"|"products"|"output", at: number[], unit: number[], controls: string[],
 *   turn: string, about: number[][]}} Grip
 *   at: [x, y] from the first cell of the grid `on`; unit: [x, y] by how much a pull has to go for one more; controls:
 *   of [x, y], the same one twice where one stands for both; turn: the pointer over it; about: frames [x, y, w, h]
 */

const APART = 22; // so far grips stay from each other, if they can

/**
 * The grips of a picture.
 * @param {import("../scene.d.ts").Drawn} scene @param {Handles} handles
 * @param {{plane: number[], slice?: number[]|null, products?: number[]|null}} cells their sizes [w, h]
 * @returns {Grip[]}
 */
export function gripsOf(scene, handles, { plane, slice, products }) {
  const { stage } = scene.header;
  const ofKernel = slice ? kernel(stage, "slice", slice) : products && kernel(stage, "products", products);
  return [ofKernel, padding(scene, plane), stride(scene, plane), dilation(scene, plane), size(scene, plane)]
    .filter((grip) => !!grip)
    .map((grip) => ({ ...grip, controls: controlsOf(grip.name, handles, stage.dims) }))
    .filter(({ controls }) => controls.every((name) => name in handles));
}

/**
 * The grips of the picture that is read from the input: its planes have no ring, and no window slides over them. Where
 * the cells land says the rest, on the output.
 * @param {import("../scene.d.ts").Drawn} scene @param {Handles} handles
 * @param {{plane: number[], slice?: number[]|null, output: number[]}} cells their sizes [w, h]
 * @param {number[]} input rows and columns
 * @returns {Grip[]}
 */
export function scatterGripsOf(scene, handles, { plane: [w, h], slice, output }, [rows, columns]) {
  const { stage } = scene.header;
  const box = [columns * w, rows * h];
  const size = { name: "size", on: "plane", at: box, unit: [w, h], turn: "nwse-resize", about: [[0, 0, ...box]] };
  return [kernel(stage, "slice", slice), size, ...landing(scene, output)]
    .map((grip) => ({ ...grip, controls: controlsOf(grip.name, handles, stage.dims) }))
    .filter(({ controls }) => controls.every((name) => name in handles));
}

/**
 * On the output: the padding cuts cells off its edge, two input cells land one stride apart, two taps one dilation.
 * @param {import("../scene.d.ts").Drawn} scene @param {number[]} cell
 */
function landing(scene, [w, h]) {
  const [, rows, columns] = scene.arrays.output.shape;
  const [width, height] = [columns * w, rows * h];
  const [top, bottom] = [0 - spread(height), height + spread(height)];
  const found = [
    { name: "padding", at: [width, top], unit: [-w, h], turn: "nesw-resize", about: [[0, 0, width, height]] },
  ];
  const next = pairOf(scene.arrays.lands_x, 1, 0);
  const tap = pairOf(scene.arrays.lands_x, 0, 1);
  const about = (pair) => pair.map((column) => frame([0, column, rows, 1], [w, h]));
  const across = { unit: [w, h], turn: "ew-resize" };
  if (next) {
    const x = Math.min((next[1] + 0.5) * w, width - APART);
    found.push({ name: "stride", at: [x, top], about: about(next), ...across });
  }
  if (tap) found.push({ name: "dilation", at: [(tap[1] + 0.5) * w, bottom], about: about(tap), ...across });
  return found.map((grip) => ({ ...grip, on: "output" }));
}

/** The first two columns of the output, both in view, that one input cell or tap and a later one land on. */
function pairOf(lands, /** @type {number} */ cells, /** @type {number} */ taps) {
  const [inputs, width] = lands.shape;
  for (let j = 0; j + cells < inputs; j++) {
    for (let k = 0; k + taps < width; k++) {
      const pair = [at(lands, j, k), at(lands, j + cells, k + taps)];
      if (pair[0] >= 0 && pair[1] >= 0) return pair;
    }
  }
  return null;
}

/** The controls that a pull along [x, y] changes. */
function controlsOf(name, handles, dims) {
  const [across, down] = name === "size" ? ["width", "height"] : [`${name}_w` in handles ? `${name}_w` : name, name];
  return [across, dims === 2 ? down : across];
}

/** The kernel's corner. */
function kernel({ kernel: [rows, columns] }, on, cell) {
  const [w, h] = [columns * cell[0], rows * cell[1]];
  return { name: "kernel_size", on, at: [w, h], unit: cell, turn: "nwse-resize", about: [[0, 0, w, h]] };
}

/** The corner of the ring. A transposed convolution's padding takes cells away from it. */
function padding(scene, /** @type {number[]} */ [w, h]) {
  const [width, height] = extent(scene, [w, h]);
  const out = scene.header.stage.turned ? -1 : 1;
  const about = [[0, 0, width, height], inner(scene, [w, h])];
  return {
    name: "padding",
    on: "plane",
    at: [width, 0 - spread(height)],
    unit: [out * w, -out * h],
    turn: "nesw-resize",
    about,
  };
}

/** The input's corner. */
function size(scene, /** @type {number[]} */ [w, h]) {
  const [down, across] = scene.header.stage.holes;
  const [width, height] = extent(scene, [w, h]);
  const about = [inner(scene, [w, h])];
  return {
    name: "size",
    on: "plane",
    at: [width, height + spread(height)],
    unit: [across * w, down * h],
    turn: "nwse-resize",
    about,
  };
}

/** Where the next window begins; of a transposed convolution, the next input cell. */
function stride(scene, /** @type {number[]} */ [w, h]) {
  const { turned, holes, stride: steps, inside } = scene.header.stage;
  const first = turned ? [inside[0][0], inside[1][0], 1, 1] : firstWindow(scene);
  const step = (turned ? holes : steps)[1];
  const next = [first[0], first[1] + step, first[2], first[3]];
  const [width, height] = extent(scene, [w, h]);
  const x = Math.min(next[1] * w, width - APART);
  const about = [first, next].map((cells) => frame(cells, [w, h]));
  return { name: "stride", on: "plane", at: [x, 0 - spread(height)], unit: [w, h], turn: "ew-resize", about };
}

/** The second tap of the first window. */
function dilation(scene, /** @type {number[]} */ [w, h]) {
  const [rows, columns] = ["window_y", "window_x"].map((name) => firstOf(scene, name));
  if (columns.length < 2) return null;
  const [width, height] = extent(scene, [w, h]);
  const x = Math.min((columns[1] + 0.5) * w, width - APART);
  const about = columns.slice(0, 2).map((column) => frame([rows[0], column, 1, 1], [w, h]));
  return { name: "dilation", on: "plane", at: [x, height + spread(height)], unit: [w, h], turn: "ew-resize", about };
}

/** The padded rows or columns that the first window reads, in order. */
function firstOf(scene, name) {
  const table = scene.arrays[name];
  return Array.from({ length: table.shape[1] }, (_, tap) => at(table, 0, tap)).sort((a, b) => a - b);
}

/** The cells that the first window spans: [row, column, rows, columns]. */
function firstWindow(scene) {
  const [rows, columns] = ["window_y", "window_x"].map((name) => firstOf(scene, name));
  return [rows[0], columns[0], rows[rows.length - 1] - rows[0] + 1, columns[columns.length - 1] - columns[0] + 1];
}

/** @param {number[]} cells [row, column, rows, columns] @param {number[]} cell */
const frame = ([row, column, rows, columns], [w, h]) => [column * w, row * h, columns * w, rows * h];

/** Width and height of a plane. */
function extent(scene, /** @type {number[]} */ [w, h]) {
  const [, rows, columns] = scene.arrays.padded.shape;
  return [columns * w, rows * h];
}

/** How far the grips above and below a plane leave its edges: a plane of one row is too low to hold them apart. */
const spread = (height) => Math.max(0, (APART - height) / 2);

/** The input within its ring. */
function inner(scene, cell) {
  const [[top, bottom], [left, right]] = scene.header.stage.inside;
  return frame([top, left, bottom - top, right - left], cell);
}

/**
 * The values after a pull.
 * @param {Grip} grip @param {Handles} handles as they stood when it began
 * @param {number[]} way [x, y] of the pointer since then
 * @returns {Record<string, number>} of the grip's controls
 */
export function pulledTo({ controls, unit }, handles, way) {
  const [x, y] = way.map((far, axis) => far / unit[axis]);
  const [across, down] = controls;
  if (across === down) return { [across]: moved(handles[across], Math.abs(x) >= Math.abs(y) ? x : y) };
  return { [across]: moved(handles[across], x), [down]: moved(handles[down], y) };
}

/**
 * A handle's value after so many steps, within its ends.
 * @param {import("../scene.d.ts").Handle} handle @param {number} steps
 */
export function moved({ value, least, most, step, choices }, steps) {
  if (choices) return choices[Math.min(choices.length - 1, Math.max(0, choices.indexOf(value) + Math.round(steps)))];
  return Math.min(most, Math.max(least, value + Math.round(steps) * step));
}

/** Steps of a key on a handle; null for a key that means something else. @param {string} key */
export function stepsOf(key) {
  if (key === "ArrowRight" || key === "ArrowUp") return 1;
  return key === "ArrowLeft" || key === "ArrowDown" ? -1 : null;
}
