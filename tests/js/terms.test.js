import assert from "node:assert/strict";
import { test } from "node:test";
import { cellWords } from "../../conv_viz/frontend/scene/lens_words.js";
import {
  arrowsOf,
  goesInto,
  indexAt,
  madeOf,
  marksOf,
  placeOf,
  planeOf,
  together,
} from "../../conv_viz/frontend/scene/terms.js";

// y = w0 x0 + w1 x1 + b, twice, a copy of an x, and the difference of two outputs.
const of = (data, shape, Kind = Float32Array) => ({ data: new Kind(data), shape });
const planes = (array, labels = [], frames = false) => ({ array, title: array, labels, frames });
const scene = {
  header: {
    planes: [
      planes("x"),
      planes("w"),
      planes("y"),
      planes("z"),
      planes("apart"),
      planes("copy"),
      planes("film", [], true),
    ],
    sums: [
      { of: "y", how: "sum", left: "w", right: "x", more: "bias", divisor: 1 },
      { of: "apart", how: "difference", left: "y", right: "z" },
      { of: "copy", how: "copy", left: "", right: "x", more: "", divisor: 1 },
    ],
    together: [["y", "z", "apart"]],
  },
  arrays: {
    x: of([1, 2, 3], [1, 1, 3]),
    w: of([10, -1], [1, 1, 2]),
    bias: of([0.5], [1]),
    y: of([8.5, 17.5], [1, 1, 2]),
    z: of([8, 17.5], [1, 1, 2]),
    apart: of([0.5, 0], [1, 1, 2]),
    copy: of([0, 1], [1, 1, 2]),
    film: of([1, 2, 3, 4], [2, 1, 1, 2]),
    curve: of([9, 8], [2], Float64Array),
    "y.starts": of([0, 2, 4], [3], Int32Array),
    "y.left": of([0, 1, 0, 1], [4], Int32Array),
    "y.right": of([0, 1, 1, 2], [4], Int32Array),
    "y.more": of([0, 0], [2], Int32Array),
    "copy.starts": of([0, 0, 1], [3], Int32Array),
    "copy.right": of([0], [1], Int32Array),
  },
};

test("a sum is its products and its bias, and agrees with torch", () => {
  const made = madeOf(scene, "y", 1);
  assert.deepEqual(
    made.terms.map((term) => term.value),
    [20, -3],
  );
  assert.equal(made.total, 17.5);
  assert.equal(made.agrees, true);
  const wrong = { ...scene, arrays: { ...scene.arrays, y: of([8.5, 17.6], [1, 1, 2]) } };
  assert.equal(madeOf(wrong, "y", 1).agrees, false);
});

test("every use of a cell is found, copies too", () => {
  assert.deepEqual(goesInto(scene, "x", 1), [
    { array: "y", index: 0 },
    { array: "y", index: 1 },
  ]);
  assert.deepEqual(goesInto(scene, "x", 0), [
    { array: "y", index: 0 },
    { array: "copy", index: 1 },
  ]);
  assert.deepEqual(goesInto(scene, "bias", 0).length, 2);
});

test("one pointer drives what goes together", () => {
  assert.deepEqual(together(scene, "y", 1), [
    { array: "z", index: 1 },
    { array: "apart", index: 1 },
  ]);
  const marks = marksOf(scene, "apart", 0);
  assert.deepEqual(
    marks.now.map(({ array }) => array),
    ["apart", "y", "z"],
  );
  assert.ok(marks.sources.some(({ array, index }) => array === "w" && index === 1));
});

test("places and indices are each other's way back", () => {
  const planar = { arrays: { a: of(Array(24).fill(0), [2, 3, 4]) }, header: { planes: [], sums: [] } };
  for (let index = 0; index < 24; index++) assert.equal(indexAt(planar, "a", placeOf(planar, "a", index)), index);
  assert.equal(indexAt(planar, "a", [0, 3, 0]), -1);
});

test("words say the sum, the copy, the difference and the step", () => {
  assert.equal(cellWords(scene, "y", 0).result, "+8.5000");
  assert.deepEqual(cellWords(scene, "y", 0).terms, ["+10.00·+1.000", "−1.000·+2.000"]);
  assert.equal(cellWords(scene, "copy", 1).result, "copies x[0, 0]");
  assert.equal(cellWords(scene, "copy", 0).result, "copies nothing: a zero");
  assert.equal(cellWords(scene, "apart", 0).result, "+0.5000");
  assert.equal(cellWords(scene, "film", 1, 1).value, "4");
});

test("an arrow leads from each padded cell to the cell that it copies, in its own planes", () => {
  // reflect: 2 1 2 3 2, and the input 1 2 3
  const padded = { ...planes("padded"), cells: "padded.cells" };
  const reflect = {
    header: {
      planes: [planes("x"), padded],
      sums: [{ of: "padded", how: "copy", left: "", right: "x", more: "", divisor: 1 }],
      together: [],
    },
    arrays: {
      x: of([1, 2, 3], [1, 1, 3]),
      padded: of([2, 1, 2, 3, 2], [1, 1, 5]),
      "padded.cells": of([1, 0, 0, 0, 1], [1, 1, 5], Uint8Array),
      "padded.starts": of([0, 1, 2, 3, 4, 5], [6], Int32Array),
      "padded.right": of([1, 0, 1, 2, 1], [5], Int32Array),
    },
  };
  const arrows = (name, index) => arrowsOf(reflect, marksOf(reflect, name, index));
  assert.deepEqual(arrows("padded", 0), [{ array: "padded", from: 0, to: 2 }]);
  assert.deepEqual(arrows("padded", 1), []);
  assert.deepEqual(arrows("x", 1), [
    { array: "padded", from: 0, to: 2 },
    { array: "padded", from: 4, to: 2 },
  ]);
});

test("a plane is the cells of its array, at each step", () => {
  const film = planeOf(scene, "film", 0, 1);
  assert.deepEqual([film(0, 0), film(0, 1)], [3, 4]);
  assert.equal(planeOf(scene, "x", 0)(0, 2), 3);
});
