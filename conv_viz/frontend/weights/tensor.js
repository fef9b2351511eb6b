// What is said about the weights in view, and which one the arrow keys choose. Pure: header and indices in, words out.
import { exact, signed } from "../scene/format.js";
import { NUMBERS_FROM } from "../scene/geometry.js";
import { at } from "../scene/lookup.js";

const [LONG, SHORT] = [132, 74]; // "reads channels 0–2", "reads 0–2"
const TWO_LINES = 30; // CSS pixels of a row that holds two lines
const ONE_LINE = 13;

/** The two texts beside a row: [which filter, what it reads], as much as the row's height holds. */
export function rowLabel(header, i, { step, side }) {
  const filter = header.filters[0] + i;
  if (step >= TWO_LINES)
    return [`filter ${filter}`, side < LONG ? header.reads[i].replace(/channels? /, "") : header.reads[i]];
  const every = Math.ceil(ONE_LINE / step);
  if (i % every) return ["", ""];
  return [String(filter), header.groups > 1 ? header.reads[i].replace(/channels? /, "") : ""];
}

/**
 * Room for the row labels: two lines need more than a number, and less where that makes room for numbers in the cells.
 * @param {(side: number) => {cell, gap}} layout what a width of the labels leaves for the cells
 */
export function sideWidth(header, kernelRows, layout, narrow) {
  const squeezes = layout(SHORT).cell >= NUMBERS_FROM && layout(LONG).cell < NUMBERS_FROM;
  const two = narrow || squeezes ? SHORT : LONG;
  const { cell, gap } = layout(two);
  if (kernelRows * cell + gap >= TWO_LINES) return two;
  return header.groups > 1 ? 112 : 52;
}

/** A weight among weights of up to `most`: decimals that tell them apart, without the 0 where that takes room. */
export function weightText(value, most) {
  if (most >= 0.1) return signed(value);
  return signed(value, most >= 0.01 ? 3 : 4).replace("0.", ".");
}

/** Titles above the columns that have room: [[position, text], ...]. */
export function columnLabels({ columns, slices }, step) {
  const named = Math.max(...columns.map((name) => name.length)) * 7 <= step;
  const every = named ? 1 : Math.ceil((String(slices[1]).length * 8 + 4) / step);
  return columns.map((name, i) => [i, named ? name : String(slices[0] + i)]).filter(([i]) => i % every === 0);
}

/**
 * A weight in words.
 * @param {import("../scene.d.ts").Scene<import("../scene.d.ts").WeightsHeader>} scene @param {number[]} found [filter, slice, row, column] in view
 */
export function weightTip({ header, arrays }, [f, s, ky, kx]) {
  const filter = header.filters[0] + f;
  const channel = header.first_channel[f] + header.slices[0] + s;
  const name = header.groups === 1 && !/\d/.test(header.columns[s]) ? ` (${header.columns[s]})` : "";
  const tap = header.dims === 1 ? [kx] : [ky, kx];
  const place = header.dims === 1 ? `tap ${kx}` : `row ${ky}, column ${kx}`;
  return [
    `weight[${[at(arrays.index, f, s, 0), at(arrays.index, f, s, 1), ...tap].join(", ")}]`,
    exact(at(arrays.weight, f, s, ky, kx)),
    `filter ${filter}, input channel ${channel}${name}, ${place}`,
  ];
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * The slice that a key leads to, or null when it is no arrow or leads outside.
 * @param {number[]} chosen filter and slice @param {string} key @param {number[]} counts of both
 */
export function move([filter, slice], key, [filters, slices]) {
  const step = STEPS[key];
  if (!step) return null;
  const to = [filter + step[0], slice + step[1]];
  return to[0] >= 0 && to[0] < filters && to[1] >= 0 && to[1] < slices ? to : null;
}
