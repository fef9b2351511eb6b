// The board's cells: everything in its room, as large as that allows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { layout, typeFor } from "../../conv_viz/frontend/scene/layout.js";

const BESIDE = 132; // the name, the sum and the gap beside the output, as stage.css has them; 20 more for each gap
const square = (side) => [side, side];
const scene = (channels, side, kernel, more = {}) => ({
  channels,
  padded: square(side),
  kernel: square(kernel),
  output: square(side),
  ...more,
});

test("cells can be seen, and larger planes have smaller ones", () => {
  for (const width of [320, 390, 700, 900, 1280, 1920]) {
    for (const channels of [1, 3, 8]) {
      let before = Infinity;
      for (const side of [3, 7, 28, 64, 256]) {
        const made = layout({ ...scene(channels, side, 3), width, height: 500 });
        assert.equal(made.folded, width < 620);
        assert.ok(made.plane > 0 && made.output > 0 && made.slice.every((v) => v > 0));
        assert.ok(made.product === null || made.product.every((v) => v > 0));
        assert.ok(made.plane <= before);
        assert.ok(made.plane * side <= width);
        before = made.plane;
      }
    }
  }
});

test("planes, slices, products, sum and output stand beside each other at any width", () => {
  for (let width = 700; width <= 1920; width += 10) {
    for (const [channels, banded] of [
      [1, false],
      [3, false],
      [4, true],
      [8, false],
      [8, true],
    ]) {
      for (const kernel of [1, 3, 5]) {
        const { plane, slice, product, output } = layout({
          ...scene(channels, 9, kernel, { banded }),
          width,
          height: 600,
        });
        const products = product ? kernel * product[0] + 20 : 0;
        const side = Math.max(200, 9 * output);
        const used = 9 * plane + kernel * slice[0] + products + side + 40 + BESIDE + (banded ? 27 : 0);
        assert.ok(used <= width, `${used} of ${width} with ${channels} channels`);
      }
    }
  }
});

test("up to four rows and the total fit into the height, and more rows scroll", () => {
  for (const height of [400, 480, 530, 640, 840]) {
    for (const channels of [1, 2, 3, 4]) {
      for (const [side, kernel] of [
        [5, 1],
        [9, 3],
        [16, 5],
        [34, 5],
      ]) {
        const { plane, slice, scrolls } = layout({ ...scene(channels, side, kernel), width: 1000, height });
        const row = Math.max(plane * side, slice[1] * kernel);
        assert.ok(channels * (row + 8) + 70 <= height, `${channels} rows of ${row} in ${height}`);
        assert.equal(scrolls, false);
      }
    }
    assert.equal(layout({ ...scene(30, 9, 3), width: 1000, height }).scrolls, true);
  }
});

test("cells grow with the room, and stop growing where one channel has more than enough", () => {
  const at = (width, height) => layout({ ...scene(3, 9, 3), width, height });
  const [small, large, huge] = [at(900, 480), at(1500, 850), at(6000, 6000)];
  assert.ok(small.plane < large.plane && small.slice[0] < large.slice[0] && small.product[0] < large.product[0]);
  assert.ok(huge.plane <= 72 && huge.slice[0] <= 84 && huge.product[0] <= 150);
});

test("a low cell of a filter is wide enough for its digits", () => {
  const { slice, product } = layout({ ...scene(4, 18, 5), width: 1000, height: 490 });
  assert.ok(slice[1] < 20 && slice[0] >= 36 && product[0] >= 46);
});

test("in front of people letters and cells grow with the window, and rows keep their place", () => {
  assert.equal(typeFor([1024, 640]), 1);
  assert.ok(13 * typeFor([1920, 1080]) >= 20);
  assert.ok(13 * typeFor([1920, 1080]) < 21);
  assert.equal(typeFor([99_999, 99_999]), 3);
  const room = { ...scene(1, 3, 1), width: 1872, height: 880 };
  const [usual, large] = [layout(room), layout({ ...room, type: 1.54 })];
  assert.ok(large.plane > usual.plane && large.thumb > usual.thumb);
  const full = layout({ ...scene(3, 9, 3), width: 1872, height: 880, type: 1.54 });
  assert.ok(full.plane * 9 * 3 + 1.54 * 70 < 880);
});

test("channels that a filter does not read leave their height to those that it reads", () => {
  const room = { width: 1000, height: 490 };
  const all = layout({ ...scene(4, 9, 3), ...room });
  const read = layout({ ...scene(2, 9, 3), ...room, strip: true });
  assert.ok(read.plane > all.plane && read.strip * 9 <= 52);
  assert.ok(2 * (read.plane * 9 + 8) + 70 + 66 <= room.height);
});

test("a filter's cells give way to the planes as long as two numbers can be read in a product", () => {
  const { plane, slice, product } = layout({ ...scene(1, 9, 3), width: 1000, height: 600 });
  assert.ok(slice[1] >= 40 && product[0] >= 72 && plane >= 20);
});
