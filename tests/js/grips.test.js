// Where the stage can be gripped, and what a pull there asks for.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode } from "../../conv_viz/frontend/scene/codec.js";
import { gripsOf, moved, pulledTo, scatterGripsOf, stepsOf } from "../../conv_viz/frontend/scene/grips.js";

const scene = (name) => {
  const { payload } = JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), "utf8"));
  return decode(new Uint8Array(Buffer.from(payload, "base64")));
};
const handle = (value, more = {}) => ({ label: "", value, least: 1, most: 8, step: 1, ...more });
const all = (...names) => Object.fromEntries(names.map((name) => [name, handle(2)]));
const BOTH = all("kernel_size", "stride", "padding", "dilation", "height", "width");
const grips = (name, handles = BOTH, cells = { plane: [10, 10], slice: [20, 30], products: null }) =>
  Object.fromEntries(gripsOf(scene(name), handles, cells).map((grip) => [grip.name, grip]));

test("the kernel is pulled at its corner, on the window where there are no weights", () => {
  assert.deepEqual(grips("strided").kernel_size.at, [2 * 20, 3 * 30]);
  const pool = grips("overhang", BOTH, { plane: [10, 10], slice: null, products: [40, 25] }).kernel_size;
  assert.deepEqual([pool.on, pool.at], ["products", [2 * 40, 2 * 25]]);
  assert.equal(grips("overhang", BOTH, { plane: [10, 10], slice: null, products: null }).kernel_size, undefined);
});

test("ring and input are framed as the picture has them", () => {
  const { padding, size } = grips("strided"); // 6 x 5 cells, one more above and below
  assert.deepEqual(padding.about, [
    [0, 0, 50, 80],
    [0, 10, 50, 60],
  ]);
  assert.deepEqual(size.about, [[0, 10, 50, 60]]);
  assert.deepEqual(
    [padding.at, size.at],
    [
      [50, 0],
      [50, 80],
    ],
  );
});

test("the ghost of the next window lies one stride beside the first one", () => {
  const [first, next] = grips("circular").stride.about;
  assert.deepEqual(
    [first, next],
    [
      [0, 0, 30, 30],
      [10, 0, 30, 30],
    ],
  );
  const [cell, other] = grips("holes").stride.about; // of a transposed convolution: two input cells
  assert.deepEqual([other[0] - cell[0], cell[2]], [20, 10]);
});

test("dilation is pulled at the second tap, and a kernel of one column has none", () => {
  const { dilation } = grips("rest"); // dilation 2
  assert.deepEqual(dilation.about, [
    [0, 0, 10, 10],
    [20, 0, 10, 10],
  ]);
  assert.equal(dilation.at[0], 25);
  const one = scene("strided");
  one.arrays.window_x = { data: new Int16Array(5), shape: [5, 1] };
  const names = gripsOf(one, BOTH, { plane: [10, 10], slice: [20, 20] }).map(({ name }) => name);
  assert.deepEqual(names, ["kernel_size", "padding", "stride", "size"]);
});

test("grips of a low plane keep away from each other", () => {
  const { size, padding } = grips("row", all("kernel_size", "padding", "width"));
  assert.ok(size.at[1] - padding.at[1] >= 22);
  assert.deepEqual(size.controls, ["width", "width"]);
});

test("only what the frame has a control for can be pulled", () => {
  assert.deepEqual(Object.keys(grips("strided", all("stride"))), ["stride"]);
});

test("one control takes the longer way, two take each their own", () => {
  const { kernel_size: corner } = grips("strided"); // a step is 20 x 30
  assert.deepEqual(pulledTo(corner, BOTH, [41, 31]), { kernel_size: 4 });
  assert.deepEqual(pulledTo(corner, BOTH, [19, -61]), { kernel_size: 1 });
  const { kernel_size: apart } = grips("strided", { ...BOTH, kernel_size_w: handle(5) });
  assert.deepEqual(pulledTo(apart, { ...BOTH, kernel_size_w: handle(5) }, [41, -31]), {
    kernel_size_w: 7,
    kernel_size: 1,
  });
  assert.deepEqual(pulledTo(grips("strided").size, BOTH, [24, -11]), { width: 4, height: 1 });
});

test("padding grows outwards, and that of a transposed convolution inwards", () => {
  assert.deepEqual(pulledTo(grips("strided").padding, BOTH, [0, -21]), { padding: 4 });
  assert.deepEqual(pulledTo(grips("holes").padding, BOTH, [0, 21]), { padding: 4 });
});

test("a value stays within its ends, and counts go in steps of the groups", () => {
  assert.equal(moved(handle(2), 9), 8);
  assert.equal(moved(handle(4, { least: 2, step: 2 }), 1), 6);
  assert.equal(moved(handle(4, { least: 2, step: 2 }), -3), 2);
});

test("arrow keys are steps, other keys mean something else", () => {
  assert.deepEqual(["ArrowUp", "ArrowRight", "ArrowDown", "ArrowLeft", "Home"].map(stepsOf), [1, 1, -1, -1, null]);
});

test("groups go from one divisor to the next", () => {
  const groups = { label: "groups", value: 2, least: 1, most: 6, step: 1, choices: [1, 2, 3, 6] };
  assert.deepEqual(
    [-9, -1, 0, 1, 2, 9].map((steps) => moved(groups, steps)),
    [1, 1, 2, 3, 6, 6],
  );
});

test("the picture that is read from the input has the grips of the kernel, of the input, and of where it lands", () => {
  const cells = { plane: [10, 10], slice: [20, 30], output: [8, 8] };
  const made = scene("holes");
  const found = scatterGripsOf(made, BOTH, cells, [3, 4]);
  assert.deepEqual(
    found.map(({ name, on }) => [name, on]),
    [
      ["kernel_size", "slice"],
      ["size", "plane"],
      ["padding", "output"],
      ["stride", "output"],
      ["dilation", "output"],
    ],
  );
  const [, size, padding, stride, dilation] = found;
  assert.deepEqual(size.at, [40, 30]);
  assert.deepEqual(size.controls, ["width", "height"]);
  const [, rows, columns] = made.arrays.output.shape;
  assert.deepEqual(padding.about, [[0, 0, 8 * columns, 8 * rows]]);
  assert.deepEqual(pulledTo(padding, BOTH, [-17, 0]), { padding: 4 }); // inwards: it cuts more off
  const apart = ({ about: [one, other] }) => (other[0] - one[0]) / 8;
  assert.deepEqual([apart(stride), apart(dilation)], [2, 1]);
  assert.ok(padding.at[0] - stride.at[0] >= 22);
});
