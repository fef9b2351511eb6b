// Sizes and places: no DOM.
import assert from "node:assert/strict";
import { test } from "node:test";
import { around, fit, hit, tipPlace, unvisited } from "../../conv_viz/frontend/scene/geometry.js";

test("fit: whole pixels, inside the square, never above the most", () => {
  assert.equal(fit(100, [7, 9], 34), 11);
  assert.equal(fit(100, [2, 2], 34), 34);
  assert.equal(fit(100, [50, 10], 34), 2);
  for (const n of [1, 3, 26, 100, 256]) assert.ok(fit(192, [n, 1], 34) * n <= 192);
});

test("hit", () => {
  assert.deepEqual(hit(25, 5, [2, 3], [10, 10]), [0, 2]);
  assert.deepEqual(hit(0, 19.9, [2, 3], [10, 10]), [1, 0]);
  for (const [x, y] of [
    [-1, 0],
    [0, -1],
    [30, 0],
    [0, 20],
  ])
    assert.equal(hit(x, y, [2, 3], [10, 10]), null);
});

test("around", () => {
  assert.deepEqual(around([[1, 2]], [10, 5]), [20, 5, 10, 5]);
  assert.deepEqual(
    around(
      [
        [3, 1],
        [1, 2],
      ],
      [10, 5],
    ),
    [10, 5, 20, 15],
  );
});

test("unvisited covers just the cells after the step", () => {
  const size = [3, 4];
  for (let step = -1; step < 12; step++) {
    const rects = unvisited(step, size, [1, 1]);
    for (let cell = 0; cell < 12; cell++) {
      const [x, y] = [(cell % 4) + 0.5, Math.floor(cell / 4) + 0.5];
      const covered = rects.filter(([l, t, w, h]) => x > l && x < l + w && y > t && y < t + h).length;
      assert.equal(covered, cell > step ? 1 : 0, `step ${step}, cell ${cell}`);
    }
    assert.ok(rects.every(([l, t, w, h]) => l >= 0 && t >= 0 && l + w <= 4 && t + h <= 3)); // what lies beside is not its own
  }
});

test("a tip stands inside the box", () => {
  assert.deepEqual(tipPlace([10, 10], [50, 20], [300, 200]), [26, 26]);
  for (const x of [0, 100, 299]) {
    for (const y of [0, 100, 199]) {
      const [left, top] = tipPlace([x, y], [50, 20], [300, 200]);
      assert.ok(left >= 0 && top >= 0 && left + 50 <= 300 && top + 20 <= 200);
    }
  }
});
