// The picture of a transposed convolution that goes from its input, on payloads made by Python.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode } from "../../conv_viz/frontend/scene/codec.js";
import { at, explain, windowOf } from "../../conv_viz/frontend/scene/lookup.js";
import {
  arrivals,
  arrived,
  inputShape,
  placeOf,
  reached,
  soFar,
  spreadOf,
} from "../../conv_viz/frontend/scene/spread.js";
import * as words from "../../conv_viz/frontend/scene/spread_words.js";

const sceneOf = (name) => {
  const { payload } = JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url)));
  return decode(new Uint8Array(Buffer.from(payload, "base64")));
};
const NAMES = ["holes", "cut_off"];

for (const name of NAMES) {
  const scene = sceneOf(name);
  const [filters, rows, columns] = scene.arrays.output.shape;
  const [high, wide] = inputShape(scene);
  const cells = Array.from({ length: rows * columns }, (_, s) => [Math.floor(s / columns), s % columns]);

  test(`${name}: what is spread adds up to torch's output`, () => {
    for (let f = 0; f < filters; f++) {
      const all = soFar(scene, f, high * wide - 1);
      cells.forEach(([y, x], cell) => {
        assert.ok(Math.abs(all.sums[cell] - at(scene.arrays.output, f, y, x)) < 1e-5);
        assert.equal(all.left[cell], 0);
        assert.equal(arrived(scene, all, y, x), at(scene.arrays.output, f, y, x));
      });
    }
  });

  test(`${name}: step by step is the same as at once, forward and back`, () => {
    const half = Math.floor((high * wide) / 2);
    const at_once = [...soFar(scene, 0, half).sums];
    let going = null;
    for (let step = 0; step <= half; step++) going = soFar(scene, 0, step, going);
    assert.deepEqual([...going.sums], at_once);
    const ahead = soFar(scene, 0, high * wide - 1, going);
    assert.deepEqual([...soFar(scene, 0, half, ahead).sums], at_once);
    assert.equal(soFar(scene, 1, half, ahead).filter, 1);
  });

  test(`${name}: both pictures know the same products`, () => {
    for (const [y, x] of cells) {
      const gathered = explain(scene, 0, y, x)
        .rows.flatMap((row) => row.taps)
        .filter((tap) => scene.arrays.source_y.data[tap.y] >= 0 && scene.arrays.source_x.data[tap.x] >= 0)
        .map((tap) => tap.product);
      const spread = [];
      for (let i = 0; i < high; i++) {
        for (let j = 0; j < wide; j++) {
          for (const { taps } of spreadOf(scene, 0, i, j).rows)
            spread.push(...taps.filter((t) => t.y === y && t.x === x).map((t) => t.product));
        }
      }
      assert.deepEqual([...spread].sort(), [...gathered].sort());
      assert.equal(arrivals(scene, y, x).length, reached(scene, y, x));
      assert.equal(windowOf(scene, y, x).length >= reached(scene, y, x), true);
    }
  });
}

test("what the padding cuts off is said, and counted", () => {
  const scene = sceneOf("cut_off");
  const corner = spreadOf(scene, 0, 0, 0);
  assert.deepEqual([corner.kept, corner.lands.length], [4, 6]);
  assert.deepEqual(
    corner.lands.map(({ cut }) => cut),
    [true, true, false, false, false, false],
  );
  assert.ok(words.inputTip(scene, 0, 0, 0, 0).includes("the padding cuts 2 products off"));
  assert.equal(words.spreadProductTip(scene, corner.rows[0].taps[0])[2], "the padding cuts it off");
  assert.equal(words.spreadProductTip(scene, corner.rows[0].taps[2])[2], "lands on output (1, 0)");
  assert.deepEqual(placeOf(scene, 1, 2), [1, 2]);
  assert.equal(
    words.spreadWords(scene, 0, [0, 0], corner),
    "Step 1 of 12: input (0, 0) spreads filter 0; 4 of its 6 products land on the output",
  );
});

test("a weight is named as torch counts it", () => {
  const scene = sceneOf("cut_off");
  const [name, value] = words.weightTip(scene, 0, 0, 0, 1);
  assert.equal(name, "weight of filter 0, channel 0, row 0, column 1");
  assert.equal(Number(value.replace("−", "-")), -0.125); // (1 % 5 - 2) / 8
});
