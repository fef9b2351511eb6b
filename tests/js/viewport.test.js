// Picture and map in the viewer: places, points, drags.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cellAt, dragged, tileWidth, toBox, toCells, world, zoom } from "../../conv_viz/frontend/gallery/viewport.js";

test("the world holds the picture and a map that reaches beyond it", () => {
  assert.deepEqual(world([10, 20], [1, 8, 1, 18]), { x: 0, y: 0, width: 20, height: 10 });
  assert.deepEqual(world([10, 20], [-2, 14, -3, 26]), { x: -3, y: -2, width: 26, height: 14 });
});

test("zoom fits both ways; small pictures grow in whole steps", () => {
  assert.deepEqual(zoom({ width: 1000, height: 500 }, [500, 900]), [0.5, 0.5]);
  assert.deepEqual(zoom({ width: 1000, height: 1000 }, [500, 200]), [0.2, 0.2]);
  assert.deepEqual(zoom({ width: 7, height: 7 }, [400, 300]), [42, 42]);
  assert.deepEqual(zoom({ width: 800, height: 1 }, [400, 300]), [0.5, 24]);
});

test("points and boxes are each other's inverse", () => {
  const place = world([10, 20], [-2, 14, -3, 26]);
  const [x, y, w, h] = toBox(place, [5, 4], [4, 6, 2, 3]);
  assert.deepEqual(toCells(place, [5, 4], [x, y]), [4, 6]);
  assert.deepEqual([w, h], [10, 12]);
});

test("the output cell over a point, the nearest one outside", () => {
  const place = [0.5, 8, 0.5, 18]; // 4 rows and 9 columns of 2
  assert.deepEqual(cellAt([0.6, 0.6], place, [4, 9]), [0, 0]);
  assert.deepEqual(cellAt([18.4, 8.4], place, [4, 9]), [3, 8]);
  assert.deepEqual(cellAt([2.6, 4.4], place, [4, 9]), [1, 1]);
  assert.deepEqual(cellAt([-5, 99], place, [4, 9]), [3, 0]);
});

test("a drag chooses whole pixels inside the picture, in any direction", () => {
  const box = { top: 2, left: 1, height: 3, width: 4 };
  assert.deepEqual(dragged([1.2, 2.9], [4.1, 4.2], [10, 20]), box);
  assert.deepEqual(dragged([4.1, 4.2], [1.2, 2.9], [10, 20]), box);
  assert.deepEqual(dragged([-9, -9], [99, 99], [10, 20]), { top: 0, left: 0, height: 10, width: 20 });
  assert.deepEqual(dragged([30, 30], [40, 40], [10, 20]), { top: 9, left: 19, height: 1, width: 1 });
});

test("more maps, narrower tiles", () => {
  const widths = [1, 4, 9, 16, 64, 128].map(tileWidth);
  assert.deepEqual(
    widths,
    [...widths].sort((a, b) => b - a),
  );
  assert.ok(widths.at(-1) >= 90);
});
