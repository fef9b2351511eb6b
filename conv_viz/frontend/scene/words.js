// What is said about the thing pointed at, and about the current step. Pure: scene in, sentences out.
import { brief, exact, signed } from "./format.js";
import { afterwards, at, kindOf, sourceOf, usesOfInput } from "./lookup.js";

/** @typedef {import("../scene.d.ts").Drawn} Scene */

const single = (array) => array.data instanceof Float32Array;
const count = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;

/** A layer with one axis is drawn as one row: its cells have no row to name. */
const place = (scene, cell) => cell.slice(-scene.header.stage.dims);
const tapWords = (tap, dims) => (dims === 1 ? `tap ${tap[1]}` : `row ${tap[0]}, column ${tap[1]}`);

/**
 * Index of an output cell in the whole layer: [n, filter, y, x], also of a layer with one axis, whose y is 0.
 * @param {Scene} scene
 */
export function outputIndex(scene, filter, y, x) {
  const { sample, filters, origin } = scene.header.stage;
  return [sample, filters[0] + filter, origin[0] + y, origin[1] + x];
}

/**
 * An output cell as one writes it: "output[0, 1, 1, 2]", of a layer with one axis "output[0, 1, 2]".
 * @param {Scene} scene
 */
export function outputName(scene, filter, y, x) {
  const [sample, channel, ...cell] = outputIndex(scene, filter, y, x);
  return `output[${[sample, channel, ...place(scene, cell)].join(", ")}]`;
}

/**
 * "output[0, 1, 1, 2] = +0.0308…" and which filter made it.
 * @param {Scene} scene
 */
export function outputTip(scene, filter, y, x) {
  const value = at(scene.arrays.output, filter, y, x);
  return [outputName(scene, filter, y, x), exact(value, single(scene.arrays.output))];
}

// What stands where no input cell is.
const EMPTY = {
  zero: { name: "padding", sum: "a zero", largest: "−∞: it never wins" },
  hole: { name: "a hole between two input cells", sum: "a zero: the stride puts it there" },
  beyond: { name: "beyond the padded input", sum: "never counted", largest: "never counted" },
};

/**
 * What an input cell is, and everything it feeds.
 * @param {Scene} scene
 */
export function inputTip(scene, filter, channel, y, x) {
  const { sample, channels, mode, reads, filters, groups } = scene.header.stage;
  const source = sourceOf(scene, y, x);
  const value = exact(at(scene.arrays.padded, channel, y, x), single(scene.arrays.padded));
  const kind = kindOf(scene, y, x);
  const name = source
    ? `input[${[sample, channels[0] + channel, ...place(scene, source)].join(", ")}]`
    : EMPTY[kind].name;
  const lines = [name, source ? value : EMPTY[kind][scene.header.stage.reduce.join === "max" ? "largest" : "sum"]];
  if (kind === "copy") lines.push(`padding: ${mode} copies this cell`);
  if (kind === "beyond") return lines;
  const uses = usesOfInput(scene, y, x);
  const slice = reads[filter].indexOf(channel);
  const chosen = filters[0] + filter;
  if (!uses.length) lines.push("never read: no step of the kernel reaches it");
  else if (slice < 0) lines.push(`filter ${chosen} does not read this channel: it belongs to another group`);
  else {
    const each = groups > 1 ? "each filter of its group" : "every filter";
    const { weight } = scene.arrays;
    if (weight) lines.push(`feeds ${count(uses.length, "output")} of filter ${chosen}, and as many of ${each}:`);
    else lines.push(`lies in ${count(uses.length, "window")} of channel ${chosen}:`);
    const [oy, ox] = scene.header.stage.origin;
    for (const use of uses.slice(0, 4)) {
      const output = `output (${place(scene, [oy + use.y, ox + use.x]).join(", ")})`;
      if (!weight) lines.push(`${output}${shareOf(scene, filter, use)}`);
      else {
        const factor = signed(at(weight, filter, slice, use.ky, use.kx), 3);
        lines.push(`${output} through weight (${place(scene, tapOf(scene, use)).join(", ")}) ${factor}`);
      }
    }
    if (uses.length > 4) lines.push(`and ${uses.length - 4} more`);
  }
  return lines;
}

/** What a pool makes of a cell in one of its windows. */
function shareOf(scene, filter, { y, x, ky, kx }) {
  const { winner } = scene.arrays;
  if (!winner) return afterWords(afterwards(scene, y, x));
  return at(winner, filter, y, x) === ky * scene.header.stage.kernel[1] + kx ? ", and wins" : "";
}

/** ", divided by 9", ", to the power 1/2": what is done with a sum. */
export const afterWords = (after) => after.map(([what, number]) => `, ${what} ${number}`).join("");

/** Row and column of a tap in torch's weight: a transposed convolution's kernel is drawn turned round. */
function tapOf(scene, { ky, kx }) {
  const { kernel, turned } = scene.header.stage;
  return turned ? [kernel[0] - 1 - ky, kernel[1] - 1 - kx] : [ky, kx];
}

/**
 * A weight, and how often it is used.
 * @param {Scene} scene
 */
export function weightTip(scene, filter, slice, ky, kx) {
  const { filters, channels, reads } = scene.header.stage;
  const { weight, output } = scene.arrays;
  const value = exact(at(weight, filter, slice, ky, kx), single(weight));
  const channel = channels[0] + reads[filter][slice];
  const uses = output.shape[1] * output.shape[2];
  const tap = tapWords(tapOf(scene, { ky, kx }), scene.header.stage.dims);
  return [
    `weight of filter ${filters[0] + filter}, channel ${channel}, ${tap}`,
    value,
    `used ${count(uses, "time")}: once for each output cell`,
  ];
}

/** A product as its layer has it: of two float32 a float32, which has nine digits at most. */
function rounded({ value, factor, product }) {
  const single = [value, factor].every((number) => Math.fround(number) === number);
  return single ? Math.fround(product) : product;
}

/** A product of the current window; of a pool the value itself. */
export function productTip(tap, weighted = true, dims = 2, power = 1) {
  const where = `${tapWords([tap.ky, tap.kx], dims)} of the window`;
  if (!weighted && power !== 1)
    return [where, `${exact(tap.value)} to the power ${power} = ${exact(tap.product, false)}`];
  if (!weighted) return [where, exact(tap.value), ...(tap.won ? ["the largest: it wins"] : [])];
  return [where, `${exact(tap.value)} × ${exact(tap.factor)} = ${exact(rounded(tap))}`];
}

/**
 * The current step in words and numbers, for the live region.
 * @param {Scene} scene
 */
export function stepWords(scene, filter, y, x, why, player) {
  const { names, hidden } = scene.header.stage;
  const terms = why.rows.map((row) => `${signed(row.sum, 4)} (${names[row.channel]})`);
  if (why.rest !== null) terms.push(`${signed(why.rest, 4)} (${count(hidden[filter], "channel")} not in view)`);
  if (why.bias !== null) terms.push(`bias ${signed(why.bias, 4)}`);
  const steps = player.rows * player.columns;
  const step = `Step ${y * player.columns + x + 1} of ${steps}: ${outputName(scene, filter, y, x)}`;
  if (scene.header.stage.reduce.join === "max")
    return `${step} = the largest of ${why.rows[0].taps.length} = ${signed(why.torch, 4)}`;
  return `${step} = ${terms.join(" + ")}${afterWords(why.after)} = ${signed(why.torch, 4)}`;
}

/** The two lines of a product's cell. */
export function productLines(tap, weighted = true, power = 1) {
  if (!weighted && power !== 1) return [`${short(tap.value)} ^ ${power}`, signed(tap.product, 3)];
  if (!weighted) return ["", brief(tap.value, 3)];
  return [`${short(tap.value)} × ${signed(tap.factor, 2)}`, signed(tap.product, 3)];
}

/** A factor: two digits, and a zero before the point. */
function short(value) {
  return brief(value, 2).replace(/^([−+]?)\./, "$10.");
}

/** What a tap is. @param {Scene} scene */
export function tapWordsOf({ arrays, header }) {
  const { join } = header.stage.reduce;
  if (!arrays.weight)
    return [
      "the window",
      "the cells that one output cell sees",
      `the ${join === "max" ? "largest of them stays" : "cells are added up"}`,
    ];
  return [
    "a tap",
    "cell × weight",
    "each weight of the filter meets one cell of the window; the products are added up",
  ];
}

/** What stands beside torch's number. @param {{torch: number, total: number, bound: number, agrees: boolean}} why */
export function torchWords({ torch, total, bound, agrees }) {
  const apart = exact(Math.abs(torch - total), false);
  const same = `the numbers here add up to the same, up to rounding: they are ${apart} apart`;
  const most = `at most ${bound.toExponential(1)} may come from rounding`;
  return ["what torch itself computed", exact(torch, false), agrees ? `✓ ${same}` : `they are ${apart} apart`, most];
}

/**
 * What the picture is of, where it is not all of the layer in the controls; else empty.
 * @param {import("../scene.d.ts").StageHeader} header of the layer in the controls
 * @param {import("../scene.d.ts").StageHeader} [shown] of the picture, where there is one
 */
export function noteOn(header, shown) {
  if (header.problem && shown) return `${shown.problem ? "shown instead" : "still shown"}: ${shown.code}`;
  const cut = header.stage?.cut ?? "";
  return cut && `in view: ${cut}; every number is that of the whole layer`;
}
