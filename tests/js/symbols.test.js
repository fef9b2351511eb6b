// One cell in symbols: the numbers of the cell that is shown stand in Python's rule.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode } from "../../conv_viz/frontend/scene/codec.js";
import { divisorOf } from "../../conv_viz/frontend/scene/lookup.js";
import { inputIndex } from "../../conv_viz/frontend/scene/spread_words.js";
import { inSymbols } from "../../conv_viz/frontend/scene/symbols.js";
import { outputIndex } from "../../conv_viz/frontend/scene/words.js";

const scene = (name) => {
  const { payload } = JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url)));
  return decode(Uint8Array.from(Buffer.from(payload, "base64")));
};
const told = (shown, filter, y, x) =>
  inSymbols(shown, "gather", filter, outputIndex(shown, filter, y, x), divisorOf(shown, y, x));

test("the index of an output cell stands in the equation, and nothing is left open", () => {
  const { text, note, latex } = told(scene("strided"), 1, 2, 3);
  assert.equal(text, "y[0, 1, 2, 3] = b[1] + Σ w[1, c, i, j]·x[0, c, 2·2 + i − 1, 3 + j]");
  assert.equal(note, "c = 0…1, i = 0…2, j = 0…1; outside of the input x is 0");
  assert.match(latex, /^y_\{0, 1, 2, 3\} = b_\{1\} \+ \\sum_\{c=0\}\^\{1\} /);
  assert.doesNotMatch(latex, /@/);
});

test("a filter of the second group reads the channels of its group", () => {
  assert.match(told(scene("circular"), 3, 1, 1).text, /Σ w\[3, c, i, j\]·x\[0, 2 \+ c, 1 \+ i − 2, 1 \+ j − 2\]$/);
});

test("one axis has one index, a mean its divisor, a transposed layer two rules", () => {
  assert.equal(told(scene("row"), 1, 0, 4).text, "y[0, 1, 4] = b[1] + Σ w[1, c, i]·x[0, c, 4 + i − 1]");
  assert.match(told(scene("overhang"), 1, 0, 2).text, /^y\[0, 1, 0, 2\] = 1\/2 · Σ x\[0, 1, 3·0 \+ i, 3·2 \+ j\]$/);
  const holes = scene("holes");
  const gather = told(holes, 2, 3, 1);
  assert.equal(gather.text, "y[0, 2, 3, 1] = b[2] + Σ w[1, 0, i, j]·x[0, 1, u, v]");
  assert.equal(gather.note, "i = 0…2, j = 0…2, u = 0…2, v = 0…1, where 2·u + i = 3 and 2·v + j = 1");
  const scatter = inSymbols(holes, "scatter", 2, inputIndex(holes, [2, 1]));
  assert.equal(scatter.text, "y[0, 2, 2·2 + i, 2·1 + j] += w[1, 0, i, j]·x[0, 1, 2, 1]");
});
