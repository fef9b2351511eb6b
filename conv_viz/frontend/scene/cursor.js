// The cell of the input that arrow keys move to: looked up among the cells of the planes, which lie below each other.
import { kindOf } from "./lookup.js";

/** @typedef {{kind: "input", channel: number, y: number, x: number}} Cursor a padded cell; channel: position in view */

const WAYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Whether a key moves the cursor. @param {string} key */
export const isWay = (key) => key in WAYS;

/**
 * The first input cell of a plane; null where none is in view.
 * @param {import("../scene.d.ts").Drawn} scene @param {number} channel
 * @returns {Cursor|null}
 */
export function firstCell(scene, channel = 0) {
  const [, rows, columns] = scene.arrays.padded.shape;
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) if (kindOf(scene, y, x) === "input") return { kind: "input", channel, y, x };
  return null;
}

/**
 * The next input cell on the way of an arrow key: over an edge above or below it is the plane there, else it stays.
 * @param {import("../scene.d.ts").Drawn} scene @param {Cursor|null} before where it was, perhaps in another scene
 * @param {string} key
 * @returns {Cursor|null} null where no input cell is in view
 */
export function nextCell(scene, before, key) {
  const cell = kept(scene, before);
  if (!cell) return null;
  const [down, right] = WAYS[key];
  const [planes, rows, columns] = scene.arrays.padded.shape;
  const inside = (y, x) => y >= 0 && y < rows && x >= 0 && x < columns;
  const search = (y, x) => {
    while (inside(y, x) && kindOf(scene, y, x) !== "input") [y, x] = [y + down, x + right];
    return inside(y, x) ? { y, x } : null;
  };
  const here = search(cell.y + down, cell.x + right);
  if (here) return { ...cell, ...here };
  const channel = cell.channel + down;
  if (!down || channel < 0 || channel >= planes) return cell;
  return { ...cell, channel, ...search(down > 0 ? 0 : rows - 1, cell.x) };
}

/**
 * The cell where it still is one, as after another layer; else the first.
 * @param {import("../scene.d.ts").Drawn} scene @param {Cursor|null} cell
 * @returns {Cursor|null} null where no input cell is in view
 */
export function kept(scene, cell) {
  const [planes, rows, columns] = scene.arrays.padded.shape;
  const there = cell && cell.channel < planes && cell.y < rows && cell.x < columns;
  return there && kindOf(scene, cell.y, cell.x) === "input" ? cell : firstCell(scene);
}

/** @typedef {{kind: "weight", slice: number, ky: number, kx: number}} Tap a weight of the chosen filter */

/**
 * The next weight on the way of an arrow key: over an edge above or below it is the slice there, else it stays.
 * @param {import("../scene.d.ts").Drawn} scene @param {number} slices of the filter @param {Tap} tap @param {string} key
 * @returns {Tap}
 */
export function nextTap(scene, slices, tap, key) {
  const [rows, columns] = scene.header.stage.kernel;
  const [down, right] = WAYS[key];
  const [ky, kx] = [tap.ky + down, tap.kx + right];
  if (ky >= 0 && ky < rows && kx >= 0 && kx < columns) return { ...tap, ky, kx };
  const slice = tap.slice + down;
  return down && slice >= 0 && slice < slices ? { ...tap, slice, ky: down > 0 ? 0 : rows - 1 } : tap;
}
