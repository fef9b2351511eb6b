// A network's table: which rows stand in it, and which units see a pixel.
import assert from "node:assert/strict";
import test from "node:test";
import { rowsOf } from "../../conv_viz/frontend/network/layers.js";
import { seenWords } from "../../conv_viz/frontend/network/seen.js";

const rows = Array.from({ length: 8 }, (_, i) => ({ name: `${i}`, spatial: i < 7 }));

test("a repeated block stands once, until it is unfolded", () => {
  const header = { rows, folds: [[1, 2, 3]] };
  assert.deepEqual(rowsOf(header, new Set()), [{ row: 0 }, { row: 1 }, { row: 2 }, { fold: [1, 2, 3] }, { row: 7 }]);
  assert.equal(rowsOf(header, new Set([1])).filter(({ row }) => row !== undefined).length, 8);
});

test("the units of a layer that see a pixel, looked up", () => {
  const table = { data: [0, 1, 1, 1, 2, 0], shape: [1, 2, 3] }; // first, then last, of three cells
  const scene = { header: { rows }, arrays: { seen_y: table, seen_x: table } };
  assert.equal(seenWords(scene, 0, [0, 1]), "(0–1, 1–2)");
  assert.equal(seenWords(scene, 0, [2, 0]), "none");
});
