// What is said of cells: a layer with one axis has no rows to name.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode } from "../../conv_viz/frontend/scene/codec.js";
import { explain } from "../../conv_viz/frontend/scene/lookup.js";
import {
  inputTip,
  outputIndex,
  outputName,
  outputTip,
  productTip,
  stepWords,
  weightTip,
} from "../../conv_viz/frontend/scene/words.js";

const scene = (name) => {
  const { payload } = JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url)));
  return decode(Uint8Array.from(Buffer.from(payload, "base64")));
};
const row = scene("row");
const plane = scene("strided");

test("an output cell of one axis has one index, and a widget still gets four", () => {
  assert.equal(outputName(row, 1, 0, 4), "output[0, 1, 4]");
  assert.equal(outputName(plane, 1, 2, 3), "output[0, 1, 2, 3]");
  assert.deepEqual(outputIndex(row, 1, 0, 4), [0, 1, 0, 4]);
  assert.equal(outputTip(row, 1, 0, 4)[0], "output[0, 1, 4]");
});

test("input, weight and product name a cell, or a row and a column", () => {
  assert.equal(inputTip(row, 0, 1, 0, 3)[0], "input[0, 1, 2]");
  assert.match(inputTip(row, 0, 1, 0, 3).at(-1), /^output \(\d\) through weight \(\d\)/);
  assert.match(inputTip(plane, 0, 1, 3, 3).at(-1), /^output \(\d, \d\) through weight \(\d, \d\)/);
  assert.equal(weightTip(row, 0, 1, 0, 2)[0], "weight of filter 0, channel 1, tap 2");
  assert.equal(weightTip(plane, 0, 1, 2, 1)[0], "weight of filter 0, channel 1, row 2, column 1");
  const tap = { ky: 0, kx: 2, value: 1, factor: 2, product: 2 };
  assert.equal(productTip(tap, true, 1)[0], "tap 2 of the window");
  assert.equal(productTip(tap, true)[0], "row 0, column 2 of the window");
  const [value, factor] = [Math.fround(0.1), Math.fround(0.7)];
  assert.equal(productTip({ ...tap, value, factor, product: value * factor })[1], "0.1 × 0.7 = 0.07");
});

test("a step is told with the cell's own name", () => {
  const player = { rows: 1, columns: 6 };
  assert.match(stepWords(row, 0, 0, 4, explain(row, 0, 0, 4), player), /^Step 5 of 6: output\[0, 0, 4\] = /);
});
