// Where a number of a lens comes from, and what it goes into, looked up in the scene's tables. Pure; no index is computed.
import { agree, roundingBound } from "./rounding.js";

/** How many cells an array has, of one step where it has several. */
export function sizeOf(scene, name) {
  const { data } = scene.arrays[name];
  return hasFrames(scene, name) ? data.length / scene.arrays.curve.data.length : data.length;
}

const hasFrames = (scene, name) => scene.header.planes.some((planes) => planes.array === name && planes.frames);

/** A cell's value, at a step where the array has several. */
export function valueAt(scene, name, index, step = 0) {
  const base = hasFrames(scene, name) ? step * sizeOf(scene, name) : 0;
  return scene.arrays[name].data[base + index];
}

/** One plane of an array, at a step where it has several, as a function of row and column: for many cells at once. */
export function planeOf(scene, name, plane, step = 0) {
  const { data, shape } = scene.arrays[name];
  const [, rows, columns] = shape.slice(-3);
  const first = (hasFrames(scene, name) ? step * sizeOf(scene, name) : 0) + plane * rows * columns;
  return (row, column) => data[first + row * columns + column];
}

const sumOf = (scene, name) => scene.header.sums.find((sum) => sum.of === name);

/**
 * What a cell is made of, null where the lens does not say.
 * @returns {{how, terms: {left?: object, right: object, value: number}[], more?: object, total: number, value: number,
 *   agrees: boolean, divisor?: number}|null} left, right and more are {array, index, value}
 */
export function madeOf(scene, name, index, step = 0) {
  const sum = sumOf(scene, name);
  if (!sum) return null;
  const cell = (array, at) => ({ array, index: at, value: valueAt(scene, array, at, step) });
  const value = valueAt(scene, name, index, step);
  if (sum.how === "difference") {
    const [left, right] = [cell(sum.left, index), cell(sum.right, index)];
    return {
      how: sum.how,
      terms: [{ left, right, value: left.value - right.value }],
      total: left.value - right.value,
      value,
      agrees: true,
    };
  }
  const { starts, lefts, rights, mores } = tables(scene, sum);
  const terms = [];
  let [total, size] = [0, 0];
  for (let i = starts[index]; i < starts[index + 1]; i++) {
    const right = cell(sum.right, rights[i]);
    const left = sum.left ? cell(sum.left, lefts[i]) : undefined;
    const product = left ? left.value * right.value : right.value;
    terms.push({ left, right, value: product });
    total += product;
    size += Math.abs(product);
  }
  const more = sum.more ? cell(sum.more, mores[index]) : undefined;
  total = total / sum.divisor + (more?.value ?? 0);
  size = size / sum.divisor + Math.abs(more?.value ?? 0);
  const single = scene.arrays[name].data instanceof Float32Array;
  const agrees = agree(total, value, roundingBound(terms.length + 2, size, single));
  return { how: sum.how, terms, more, divisor: sum.divisor, total, value, agrees };
}

function tables(scene, { of, left, more }) {
  const data = (suffix) => scene.arrays[`${of}.${suffix}`].data;
  return { starts: data("starts"), lefts: left && data("left"), rights: data("right"), mores: more && data("more") };
}

/** Every cell that takes the given one: [{array, index}]. */
export function goesInto(scene, name, index) {
  const found = [];
  for (const sum of scene.header.sums) {
    if (sum.how === "difference") continue; // shown as the same place
    const { starts, lefts, rights, mores } = tables(scene, sum);
    const cells = new Set();
    if (sum.left === name) for (const at of placesOf(lefts, index)) cells.add(groupOf(starts, at));
    if (sum.right === name) for (const at of placesOf(rights, index)) cells.add(groupOf(starts, at));
    if (sum.more === name) for (const at of placesOf(mores, index)) cells.add(at);
    for (const of of [...cells].sort((a, b) => a - b)) found.push({ array: sum.of, index: of });
  }
  return found;
}

// Where an index stands in a column.
function placesOf(column, index) {
  const found = [];
  for (let at = column.indexOf(index); at >= 0; at = column.indexOf(index, at + 1)) found.push(at);
  return found;
}

// The group that a place belongs to: the last one that starts at it or before it.
function groupOf(starts, at) {
  let [low, high] = [0, starts.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= at) low = middle;
    else high = middle;
  }
  return low;
}

/** Row, column and plane of a cell, as the array lies: [plane, row, column]. */
export function placeOf(scene, name, index) {
  const [rows, columns] = scene.arrays[name].shape.slice(-2);
  return [Math.floor(index / (rows * columns)), Math.floor(index / columns) % rows, index % columns];
}

/**
 * The cell at a place, -1 where there is none.
 * @param {number[]} place plane, row, column
 */
export function indexAt(scene, name, place) {
  const [plane, row, column] = place;
  const [planes, rows, columns] = scene.arrays[name].shape.slice(-3);
  const inside = plane >= 0 && plane < planes && row >= 0 && row < rows && column >= 0 && column < columns;
  return inside ? (plane * rows + row) * columns + column : -1;
}

/** The same place in the arrays that go together with one: [{array, index}]. */
export function together(scene, name, index) {
  const group = scene.header.together?.find((names) => names.includes(name)) ?? [];
  const place = placeOf(scene, name, index);
  return group
    .filter((other) => other !== name)
    .map((array) => ({ array, index: indexAt(scene, array, place) }))
    .filter((cell) => cell.index >= 0);
}

/** The cells to mark when one is pointed at: {now, sources, uses}, each [{array, index}]. */
export function marksOf(scene, name, index, step = 0) {
  const now = [{ array: name, index }, ...together(scene, name, index)];
  const sources = now.flatMap((cell) => {
    const made = madeOf(scene, cell.array, cell.index, step);
    if (!made || made.how === "difference") return [];
    return [...made.terms.flatMap(({ left, right }) => [left, right]), made.more].filter(Boolean);
  });
  return { now, sources, uses: goesInto(scene, name, index) };
}

const MOST_ARROWS = 100; // more of them hide the cells
const COPY = 1; // in an array of `cells`: a padded cell that copies an input cell

/**
 * From padded cells to the cells of the same planes that they copy: of those that are marked.
 * @returns {{array: string, from: number, to: number}[]}
 */
export function arrowsOf(scene, { now, uses }) {
  const homes = new Map(); // array and source -> where that source itself stands
  const found = [];
  for (const { array, index } of uses.length > MOST_ARROWS ? now : [...now, ...uses]) {
    const { cells } = scene.header.planes.find((planes) => planes.array === array) ?? {};
    const kinds = cells && scene.arrays[cells].data;
    const from = kinds && kinds[index] === COPY && sourceOf(scene, array, index);
    if (!from) continue;
    const key = `${array} ${from.index}`;
    if (!homes.has(key))
      homes.set(
        key,
        kinds.findIndex((kind, i) => !kind && sourceOf(scene, array, i)?.index === from.index),
      );
    if (homes.get(key) >= 0) found.push({ array, from: index, to: homes.get(key) });
  }
  return found;
}

// The one cell that a copy is made of.
const sourceOf = (scene, name, index) => {
  const made = sumOf(scene, name)?.how === "copy" ? madeOf(scene, name, index) : null;
  return made?.terms[0]?.right;
};
