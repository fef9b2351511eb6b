import assert from "node:assert/strict";
import test from "node:test";
import { arrange } from "../../conv_viz/frontend/lens/arrange.js";

const planes = (array, labels = [], edges = []) => ({ array, title: array, labels, edges });
const header = {
  rows: [
    [
      { show: "planes", name: "x" },
      { show: "sign", name: "=" },
      { show: "planes", name: "y" },
    ],
  ],
  planes: [planes("x", ["red", "green", "blue"]), planes("y")],
};
const arrays = { x: { shape: [3, 9, 9] }, y: { shape: [1, 3, 3] } };

/** What an item takes in CSS pixels: its title, and for each plane a label and the gap below it. */
const high = ({ shape, cell, columns }) => {
  const lines = Math.ceil(shape[0] / columns);
  return 22 + lines * (shape[1] * cell + (shape[0] > 1 ? 16 : 0)) + (lines - 1) * 6;
};

test("a row of a lens is as high as there is room, and not higher", () => {
  const tallest = [200, 300, 480].map((room) => {
    const [row] = arrange(header, arrays, 1000, room);
    const heights = row.filter((item) => item.planes).map(high);
    assert.ok(Math.max(...heights) <= room, `${heights} in ${room}`);
    return Math.max(...heights);
  });
  assert.ok(tallest[0] < tallest[2]);
});

test("two rows share the height", () => {
  const two = { ...header, rows: [header.rows[0], [{ show: "planes", name: "y" }]] };
  const heights = arrange(two, arrays, 1000, 300).map((row) =>
    Math.max(...row.filter((item) => item.planes).map(high)),
  );
  assert.ok(heights[0] + 16 + heights[1] <= 300, String(heights));
});

test("outputs that are compared are equally large, however little room there is", () => {
  const items = ["x", "a", "b", "c"].map((name) => ({ show: "planes", name }));
  const compared = { rows: [items], planes: ["x", "a", "b", "c"].map((name) => planes(name)) };
  const shapes = {
    x: { shape: [1, 9, 40] },
    ...Object.fromEntries(["a", "b", "c"].map((n) => [n, { shape: [1, 4, 4] }])),
  };
  for (let width = 702; width < 1400; width += 7) {
    const [[x, ...outputs]] = arrange(compared, shapes, width, 400);
    assert.equal(new Set(outputs.map(({ cell }) => cell)).size, 1, `at ${width}`);
    assert.ok(outputs[0].cell >= x.cell);
  }
});
