import assert from "node:assert/strict";
import { test } from "node:test";
import { INK, ink, next, stroke, toggled } from "../../conv_viz/frontend/scene/pen.js";

const SIDE = 8;
const EMPTY = Array(SIDE * SIDE).fill(0);

test("a stroke fills the cells under it, and some of those beside it", () => {
  const drawn = stroke(EMPTY, SIDE, [0.5, 3.5], [7.5, 3.5]);
  const row = (r) => drawn.slice(r * SIDE, (r + 1) * SIDE);
  assert.deepEqual(row(3), Array(SIDE).fill(INK));
  assert.ok(
    row(2).every((value) => value > 0 && value < INK / 4),
    row(2),
  );
  assert.deepEqual(row(1), Array(SIDE).fill(0));
});

test("ink only grows, and is never more than a cell holds", () => {
  const once = stroke(EMPTY, SIDE, [2, 2], [5, 6]);
  const twice = stroke(once, SIDE, [2, 2], [5, 6]);
  assert.deepEqual(once, twice);
  assert.ok(once.every((value) => Number.isInteger(value) && value >= 0 && value <= INK));
});

test("less ink further away", () => {
  const values = [0, 0.35, 0.5, 0.8, 1.05, 2].map(ink);
  assert.deepEqual(
    values,
    [...values].sort((a, b) => b - a),
  );
  assert.equal(values[0], INK);
  assert.equal(values.at(-1), 0);
});

test("a point is a stroke too", () => {
  assert.equal(stroke(EMPTY, SIDE, [4.5, 4.5], [4.5, 4.5])[4 * SIDE + 4], INK);
});

test("a key fills a cell, and empties it again", () => {
  const filled = toggled(EMPTY, 9);
  assert.equal(filled[9], INK);
  assert.deepEqual(toggled(filled, 9), EMPTY);
});

test("arrow keys stay on the drawing", () => {
  assert.equal(next(0, "ArrowUp", SIDE), 0);
  assert.equal(next(0, "ArrowRight", SIDE), 1);
  assert.equal(next(7, "ArrowRight", SIDE), 7);
  assert.equal(next(0, "ArrowDown", SIDE), 8);
  assert.equal(next(0, "a", SIDE), null);
});
