// Payloads made by Python, read by the view's own modules.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode } from "../../conv_viz/frontend/scene/codec.js";
import {
  at,
  copiesOf,
  explain,
  hasNumber,
  isPadding,
  kindOf,
  sourceOf,
  usesOfInput,
  usesOfWeight,
  windowOf,
} from "../../conv_viz/frontend/scene/lookup.js";

const NAMES = ["strided", "circular", "rest", "holes", "overhang", "norm", "row"];
const read = (name) => JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url)));
const bytesOf = (name) => new Uint8Array(Buffer.from(read(name).payload, "base64"));
const sceneOf = (name) => decode(bytesOf(name));

for (const name of NAMES) {
  test(`${name}: every array as Python wrote it`, () => {
    const { arrays, code } = read(name);
    const scene = sceneOf(name);
    assert.equal(scene.header.code, code);
    assert.deepEqual(Object.keys(scene.arrays).sort(), Object.keys(arrays).sort());
    for (const [key, { shape, data }] of Object.entries(arrays)) {
      assert.deepEqual(scene.arrays[key].shape, shape);
      assert.deepEqual([...scene.arrays[key].data], data);
    }
  });

  test(`${name}: the bytes need no alignment`, () => {
    const bytes = bytesOf(name);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    assert.deepEqual(decode(shifted.subarray(3)), decode(bytes));
  });

  test(`${name}: products, rest and bias add up to torch's output`, () => {
    const scene = sceneOf(name);
    const [filters, rows, columns] = scene.arrays.output.shape;
    for (let f = 0; f < filters; f++) {
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++) {
          const why = explain(scene, f, y, x);
          assert.ok(Math.abs(why.total - why.torch) < 1e-4, `${why.total} is not ${why.torch}`);
          assert.equal(why.agrees, true);
          assert.equal(why.torch, at(scene.arrays.output, f, y, x));
          assert.deepEqual(
            why.rows.map((r) => r.channel),
            scene.header.stage.reads[f],
          );
        }
      }
    }
  });

  test(`${name}: uses of an input cell are the windows read backwards`, () => {
    const scene = sceneOf(name);
    const [, height, width] = scene.arrays.padded.shape;
    const [, rows, columns] = scene.arrays.output.shape;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const cells = new Set(copiesOf(scene, y, x).map(String));
        assert.ok(cells.has(String([y, x])));
        const expected = [];
        for (let oy = 0; oy < rows; oy++) {
          for (let ox = 0; ox < columns; ox++) {
            for (const tap of windowOf(scene, oy, ox)) {
              if (cells.has(String([tap.y, tap.x]))) expected.push(String([oy, ox, tap.ky, tap.kx]));
            }
          }
        }
        assert.deepEqual(
          usesOfInput(scene, y, x)
            .map((u) => String([u.y, u.x, u.ky, u.kx]))
            .sort(),
          expected.sort(),
        );
      }
    }
  });

  test(`${name}: a weight is used once for each output cell, where the window says`, () => {
    const scene = sceneOf(name);
    const [, rows, columns] = scene.arrays.output.shape;
    for (const { ky, kx } of windowOf(scene, 0, 0)) {
      const uses = usesOfWeight(scene, ky, kx);
      assert.equal(uses.length, rows * columns);
      for (const { y, x, py, px } of uses) {
        assert.ok(windowOf(scene, y, x).some((t) => t.ky === ky && t.kx === kx && t.y === py && t.x === px));
      }
    }
  });
}

test("foreign bytes are refused", () => {
  for (const bytes of [new Uint8Array(0), new Uint8Array(4), new TextEncoder().encode("PNG1 and more")]) {
    assert.throws(() => decode(bytes), /do not begin with CVZ1/);
  }
});

test("the window of a strided layer", () => {
  const scene = sceneOf("strided");
  assert.deepEqual(windowOf(scene, 1, 3), [
    { ky: 0, kx: 0, y: 2, x: 3 },
    { ky: 0, kx: 1, y: 2, x: 4 },
    { ky: 1, kx: 0, y: 3, x: 3 },
    { ky: 1, kx: 1, y: 3, x: 4 },
    { ky: 2, kx: 0, y: 4, x: 3 },
    { ky: 2, kx: 1, y: 4, x: 4 },
  ]);
});

test("a zero of the padding has no source and stands for itself", () => {
  const scene = sceneOf("strided");
  assert.equal(sourceOf(scene, 0, 2), null);
  assert.equal(isPadding(scene, 0, 2), true);
  assert.deepEqual(copiesOf(scene, 0, 2), [[0, 2]]);
  assert.deepEqual(sourceOf(scene, 1, 2), [0, 2]);
  assert.equal(isPadding(scene, 1, 2), false);
});

test("circular padding copies the opposite corner", () => {
  const scene = sceneOf("circular"); // 4 x 5 cells, two more at each edge
  assert.deepEqual(sourceOf(scene, 0, 0), [2, 3]);
  assert.equal(isPadding(scene, 0, 0), true);
  assert.deepEqual(copiesOf(scene, 4, 5), [
    [0, 0],
    [0, 5],
    [4, 0],
    [4, 5],
  ]);
});

test("a hole has no number of its own, the padding has", () => {
  const scene = sceneOf("holes"); // 3 x 2 cells, a hole between two, two more at each edge, one more at the far ones
  assert.deepEqual(
    [
      [2, 2],
      [2, 3],
      [3, 2],
      [0, 3],
      [2, 5],
    ].map((cell) => kindOf(scene, ...cell)),
    ["input", "hole", "hole", "zero", "zero"],
  );
  assert.deepEqual(
    [
      [2, 2],
      [2, 3],
      [0, 3],
    ].map((cell) => hasNumber(scene, ...cell)),
    [true, false, true],
  );
});

test("what lies beyond has no number and does not count", () => {
  const scene = sceneOf("overhang"); // 4 x 7 cells under windows that reach over 5 x 8
  assert.deepEqual(
    [
      [3, 6],
      [4, 6],
      [3, 7],
    ].map((cell) => kindOf(scene, ...cell)),
    ["input", "beyond", "beyond"],
  );
  assert.deepEqual(
    [
      [3, 6],
      [4, 6],
      [3, 7],
    ].map((cell) => hasNumber(scene, ...cell)),
    [true, false, false],
  );
  assert.deepEqual(
    [
      [0, 0],
      [0, 2],
      [1, 0],
      [1, 2],
    ].map(([y, x]) => explain(scene, 0, y, x).after.flat()),
    [4, 2, 2, 1].map((number) => ["divided by", String(number)]),
  );
});

test("a p-norm: powers, the share of an overhanging window, and the root", () => {
  const scene = sceneOf("norm");
  const [whole, beside] = [explain(scene, 0, 0, 0), explain(scene, 0, 0, 2)];
  assert.deepEqual(whole.after, [["to the power", "1/4"]]);
  assert.deepEqual(beside.after, [
    ["divided by", "2"],
    ["times", "4"],
    ["to the power", "1/4"],
  ]);
  const { value, product } = whole.rows[0].taps[0];
  assert.equal(product, value ** 4);
});

test("groups: a filter reads its own channels, and there is no bias", () => {
  const why = explain(sceneOf("circular"), 3, 0, 0);
  assert.deepEqual(
    why.rows.map((r) => [r.channel, r.slice]),
    [
      [2, 0],
      [3, 1],
    ],
  );
  assert.equal(why.bias, null);
  assert.equal(why.rest, null);
});

test("the rest is what the channels out of view add", () => {
  const scene = sceneOf("rest");
  const why = explain(scene, 1, 0, 0);
  assert.equal(why.rows.length, 8);
  assert.equal(scene.header.stage.hidden[1], 12);
  assert.equal(why.rest, at(scene.arrays.rest, 1, 0, 0));
  assert.ok(Math.abs(why.rest) > 1e-3);
  assert.equal(why.bias, 0.5);
});

test("a filter whose channels are all in view has no rest, also where another has one", () => {
  const scene = sceneOf("rest");
  scene.header.stage.hidden[0] = 0;
  assert.equal(explain(scene, 0, 0, 0).rest, null);
  assert.notEqual(explain(scene, 1, 0, 0).rest, null);
});

/** One channel, one filter, a 1x1 kernel on one cell. */
function tiny(value, factor, output, more = {}) {
  const one = (number, ...shape) => ({ data: Float64Array.of(number), shape });
  const table = { data: Int16Array.of(0), shape: [1, 1] };
  const stage = {
    reads: [[0]],
    hidden: [0],
    reduce: { join: "sum", times: 1, power: 1 },
    inside: [
      [0, 1],
      [0, 1],
    ],
  };
  const sources = { source_y: { data: [0], shape: [1] }, source_x: { data: [0], shape: [1] } };
  return {
    header: { stage },
    arrays: {
      padded: one(value, 1, 1, 1),
      weight: one(factor, 1, 1, 1, 1),
      output: one(output, 1, 1, 1),
      window_y: table,
      window_x: table,
      ...sources,
      ...more,
    },
  };
}

test("NaN and infinity explain themselves", () => {
  for (const [value, factor, output] of [
    [NaN, 1, NaN],
    [Infinity, 0, NaN],
    [Infinity, 2, Infinity],
    [Infinity, -1, -Infinity],
  ]) {
    const why = explain(tiny(value, factor, output), 0, 0, 0);
    assert.ok(Object.is(why.total, output));
    assert.equal(why.agrees, true);
  }
});

test("a wrong output does not agree", () => {
  for (const [value, factor, output] of [
    [2, 3, 6.001],
    [2, 3, NaN],
    [2, 3, Infinity],
    [NaN, 1, 0],
    [0, 1, 1e-9],
  ]) {
    assert.equal(explain(tiny(value, factor, output), 0, 0, 0).agrees, false);
  }
  assert.equal(explain(tiny(2, 3, 6), 0, 0, 0).agrees, true);
});

test("a root of a sum below zero is no number, and torch says so, too", () => {
  const root = (value, output, power) => {
    const scene = tiny(value, 1, output);
    scene.header.stage.reduce.power = power;
    return explain(scene, 0, 0, 0).agrees;
  };
  assert.ok(root(-2, NaN, 3) && root(2, 2, 3) && root(-2, 2, 2));
  assert.ok(!root(-2, 2, 3) && !root(2, 2.001, 3) && !root(-2, NaN, 2));
});

test("products out of view that cancel out count with their size", () => {
  const number = (value, ...shape) => ({ data: Float64Array.of(value), shape });
  const shown = (size, output) => {
    const scene = tiny(0, 1, output, { rest: number(0, 1, 1, 1), rest_size: number(size, 1) });
    scene.header.stage.hidden = [500];
    return explain(scene, 0, 0, 0);
  };
  assert.equal(shown(1e6, 1e-8).agrees, true); // 501 additions of numbers whose sizes sum up to a million
  assert.equal(shown(1e6, 1e-3).agrees, false);
  assert.equal(shown(1, 1e-8).agrees, false);
});
