// What counts as the same number as torch's.
import assert from "node:assert/strict";
import { test } from "node:test";
import { agree, rootBound, roundingBound } from "../../conv_viz/frontend/scene/rounding.js";

test("the bound grows with the number of terms and with their size", () => {
  assert.equal(roundingBound(1, 1, true), 2 * (2 ** -24 + 2 ** -126));
  assert.ok(roundingBound(4608, 70, true) > 4608 * roundingBound(1, 70, true) * 0.999);
  assert.ok(roundingBound(9, 1, false) < 1e-14 && roundingBound(9, 1, false) > 0);
});

test("a float32 sum in another order is the same number", () => {
  const numbers = Array.from({ length: 5000 }, (_, i) => Math.fround(Math.sin(i) * 100));
  const single = (list) => list.reduce((sum, x) => Math.fround(sum + x), 0);
  const size = numbers.reduce((sum, x) => sum + Math.abs(x), 0);
  const bound = roundingBound(numbers.length, size, true);
  assert.ok(agree(single(numbers), single([...numbers].reverse()), bound));
  assert.ok(!agree(single(numbers), single(numbers) + 3 * bound, bound));
});

test("products too small for float32 are no error", () => {
  assert.ok(agree(9 * 3e-46, 0, roundingBound(9, 9 * 3e-46, true)));
});

test("a root is as exact as its sum: far from zero hardly worse, beside zero much", () => {
  const bound = roundingBound(9, 9, true);
  assert.ok(rootBound(9, bound, 2, true) < bound);
  assert.ok(rootBound(1e-12, bound, 2, true) > 1e-3);
});

test("what is not finite is the same or is not", () => {
  assert.ok(agree(NaN, NaN, NaN) && agree(-Infinity, -Infinity, Infinity));
  assert.ok(!agree(1, Infinity, 9) && !agree(NaN, 1, 9) && !agree(1, NaN, 9) && !agree(Infinity, -Infinity, 9));
});
