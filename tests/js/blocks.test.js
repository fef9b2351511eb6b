// Kernels side by side: where a block is, what is under the pointer, what is written beside the rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { blockAt, blockLayout } from "../../conv_viz/frontend/scene/geometry.js";
import {
  columnLabels,
  move,
  rowLabel,
  sideWidth,
  weightText,
  weightTip,
} from "../../conv_viz/frontend/weights/tensor.js";

const GRID = { blocks: [2, 3], kernel: [2, 4], cell: [10, 5], gap: [6, 8] };

test("a point meets its block and cell, and nothing in a gap", () => {
  assert.deepEqual(blockAt(0, 0, GRID), [0, 0, 0, 0]);
  assert.deepEqual(blockAt(46 + 35, 18 + 7, GRID), [1, 1, 1, 3]);
  assert.equal(blockAt(42, 2, GRID), null);
  assert.equal(blockAt(2, 12, GRID), null);
  for (const [x, y] of [
    [-1, 0],
    [0, -1],
    [139, 0],
    [0, 37],
  ])
    assert.equal(blockAt(x, y, GRID), null);
});

test("near, a gap belongs to the block before it", () => {
  assert.deepEqual(blockAt(42, 12, GRID, true), [0, 0, 1, 3]);
  assert.equal(blockAt(-1, 0, GRID, true), null);
  assert.equal(blockAt(139, 0, GRID, true), null);
});

test("every cell of every block is found at its middle", () => {
  const [rows, columns] = GRID.blocks;
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++)
      for (let y = 0; y < 2; y++)
        for (let x = 0; x < 4; x++) {
          assert.deepEqual(blockAt(c * 46 + x * 10 + 5, r * 18 + y * 5 + 2, GRID), [r, c, y, x]);
        }
});

test("the picture never is wider than its place, and cells are whole pixels where they can be", () => {
  for (const width of [228, 330, 540, 1200]) {
    for (const [blocks, kernel] of [
      [1, 1],
      [4, 3],
      [16, 5],
      [32, 3],
      [64, 1],
      [8, 11],
      [2, 64],
    ]) {
      const { cell, gap } = blockLayout([blocks, blocks], [kernel, kernel], width, 620);
      const wide = blocks * kernel * cell + (blocks - 1) * gap;
      assert.ok(wide <= width + 1e-9, `${blocks} blocks of ${kernel} in ${width}: ${wide}`);
      assert.ok(cell < 4 || Number.isInteger(cell));
      assert.ok(cell > 1 && cell <= 38);
    }
  }
  assert.deepEqual(blockLayout([4, 3], [3, 3], 400, 620), { cell: 38, gap: 10 });
});

const HEADER = {
  filters: [8, 12, 16],
  slices: [0, 2, 2],
  groups: 2,
  group_of_filter: [1, 1, 1, 1],
  dims: 2,
  first_channel: [2, 2, 2, 2],
  reads: Array(4).fill("reads channels 2–3"),
  columns: ["slice 0", "slice 1"],
};

test("a row says which filter it is and what it reads, as far as it is high enough", () => {
  assert.deepEqual(rowLabel(HEADER, 1, { step: 40, side: 132 }), ["filter 9", "reads channels 2–3"]);
  assert.deepEqual(rowLabel(HEADER, 1, { step: 40, side: 74 }), ["filter 9", "reads 2–3"]);
  assert.deepEqual(rowLabel(HEADER, 1, { step: 14, side: 112 }), ["9", "reads 2–3"]);
  assert.deepEqual(rowLabel({ ...HEADER, groups: 1 }, 2, { step: 7, side: 112 }), ["10", ""]);
  assert.deepEqual(rowLabel(HEADER, 1, { step: 7, side: 112 }), ["", ""]);
});

test("labels take only the room that they need", () => {
  const layout = (cell) => () => ({ cell, gap: 2 });
  assert.equal(sideWidth(HEADER, 3, layout(20), false), 132);
  assert.equal(sideWidth(HEADER, 3, layout(20), true), 74);
  const tight = (side) => ({ cell: side > 100 ? 18 : 21, gap: 5 });
  assert.equal(sideWidth(HEADER, 5, tight, false), 74, "short labels, for numbers in the cells");
  assert.ok(sideWidth(HEADER, 3, layout(4), false) < 132);
  assert.ok(sideWidth({ ...HEADER, groups: 1 }, 3, layout(4), false) < sideWidth(HEADER, 3, layout(4), false));
});

test("columns are named where there is room, else numbered, and thinned out", () => {
  assert.deepEqual(columnLabels(HEADER, 80), [
    [0, "slice 0"],
    [1, "slice 1"],
  ]);
  const many = { columns: Array.from({ length: 32 }, (_, i) => `channel ${64 + i}`), slices: [64, 96, 512] };
  assert.deepEqual(columnLabels(many, 12).slice(0, 2), [
    [0, "64"],
    [2, "66"],
  ]);
});

test("a weight in words: where torch has it, and the channel of its group", () => {
  const weight = { shape: [4, 2, 1, 2], data: Float32Array.from({ length: 16 }, (_, i) => i / 8) };
  const places = [8, 9, 10, 11].flatMap((f) => [f, 0, f, 1]);
  const index = { shape: [4, 2, 2], data: Int32Array.from(places) };
  assert.deepEqual(weightTip({ header: HEADER, arrays: { weight, index } }, [1, 1, 0, 1]), [
    "weight[9, 1, 0, 1]",
    "0.875",
    "filter 9, input channel 3, row 0, column 1",
  ]);
  const one = { ...HEADER, filters: [0, 4, 4], groups: 1, first_channel: [0, 0, 0, 0], columns: ["red", "green"] };
  assert.match(weightTip({ header: one, arrays: { weight, index } }, [0, 1, 0, 0])[2], /input channel 1 \(green\)/);
  const turned = { shape: [4, 2, 2], data: Int32Array.from(places.map((_, i) => places[i ^ 1])) };
  const row = { ...HEADER, dims: 1 };
  assert.deepEqual(weightTip({ header: row, arrays: { weight, index: turned } }, [1, 1, 0, 1]), [
    "weight[1, 9, 1]",
    "0.875",
    "filter 9, input channel 3, tap 1",
  ]);
});

test("small weights get the decimals that tell them apart", () => {
  assert.equal(weightText(0.123, 0.2), "+0.12");
  assert.equal(weightText(-0.0123, 0.02), "−.012");
  assert.equal(weightText(0.00123, 0.002), "+.0012");
  assert.equal(weightText(0, 0.002), "0");
});

test("arrow keys move by one slice and stay inside", () => {
  assert.deepEqual(move([1, 1], "ArrowUp", [2, 2]), [0, 1]);
  assert.deepEqual(move([1, 0], "ArrowRight", [2, 2]), [1, 1]);
  assert.equal(move([1, 1], "ArrowDown", [2, 2]), null);
  assert.equal(move([1, 1], "ArrowRight", [2, 2]), null);
  assert.equal(move([1, 1], "a", [2, 2]), null);
});

test("a place without any width has the smallest cells", () => {
  for (const width of [40, 0, -30]) assert.deepEqual(blockLayout([4, 64], [3, 3], width, 600), { cell: 0.5, gap: 1 });
});
